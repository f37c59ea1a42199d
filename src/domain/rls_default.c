/* SPDX-License-Identifier: MIT */
/* What fills the tenant column when a writer does not: it must be what the policies ask for. */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

/* Some policy of the table reads it too: then that is what is told (N03). */
static bool policies_read(const struct table *t, const char *setting)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct policy *p = &t->r->policies[i];

		if ((p->using_expr && strstr(p->using_expr, setting)) ||
		    (p->check_expr && strstr(p->check_expr, setting)))
			return true;
	}
	return false;
}

void rule_tenant_default(struct judge *j, const struct table *t)
{
	const struct column *c = t->tenant ? relation_column(t->r, t->tenant) : NULL;
	struct clause_context context = judge_clause(j, t);
	struct subject s = { .relation = t->r };
	struct fix v = { .relation = t->r, .column = t->tenant };
	const struct expr *e;
	const char *setting;
	struct finding *f = NULL;

	if (!c || !c->default_expr || c->generated || t->directory || t->r->is_partition ||
	    t->r->extension)
		return;
	e = judge_parse(j, c->default_expr);
	setting = e ? clause_setting(&context, e) : NULL;
	if (setting && t->tenancy->setting && strcmp(setting, t->tenancy->setting) != 0 &&
	    !policies_read(t, setting))
		f = judge_find(j, RULE_R58, &s, "%s is filled from %s, and policies read %s",
			       t->tenant, setting, t->tenancy->setting);
	else if (e && clause_is_one_tenant(e))
		f = judge_find(j, RULE_R58, &s,
			       "%s is one tenant's wherever a writer forgets it", t->tenant);
	if (!f)
		return;
	judge_evidence(j, f, "DEFAULT %s", c->default_expr);
	judge_fix(j, "drop_default", &v);
	judge_fixed(j, f);
}
