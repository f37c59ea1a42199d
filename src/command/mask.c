/* SPDX-License-Identifier: MIT */
#include "command/mask.h"

#include "command/settings.h"

const char mask_text[] = "••••••";

static bool masking(const struct session *s)
{
	return settings_bool(session_settings(s), "mask");
}

static bool needs_personal(const struct session *s, const struct relation *rel)
{
	return rel->rls_active && session_tenant(s)->kind == TENANT_ONE;
}

int mask_column(const struct session *s, const struct relation *rel, const struct column *col)
{
	const struct profile *p = session_profile(s);
	const unsigned char *masked = p ? profile_relation(p, rel->oid)->masked : NULL;
	int level = masked ? masked[col - rel->columns] : 0;

	if (!masking(s))
		return 0;
	return level == 1 && needs_personal(s, rel) ? 0 : level;
}

int mask_name(const struct session *s, const char *name)
{
	int level = profile_name_sensitivity(name);

	if (!masking(s))
		return 0;
	return level == 1 && session_profile(s) ? 0 : level;
}
