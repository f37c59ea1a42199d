/* SPDX-License-Identifier: MIT */
/* What a session learned of its database: catalog and profile, and the file that corrects it.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "command/vars.h"
#include "command_priv.h"
#include "domain/genscreen.h"
#include "session_priv.h"

enum { PROFILE_MAX_BYTES = 1 << 20 };

/* The tenancies may stand in another order now, or the chosen one may be gone. */
static void keep_tenant(struct session *s, const struct profile *before)
{
	const struct tenant_choice none = { .kind = TENANT_NONE };
	const struct tenancy *was;

	if (!before || s->tenant.kind != TENANT_ONE)
		return;
	if (s->tenant.tenancy == TENANCY_SCHEMA) {
		if (!profile_is_tenant_schema(s->profile, s->tenant.id))
			session_set_tenant(s, &none);
		return;
	}
	if ((size_t)s->tenant.tenancy >= profile_tenancies(before))
		return;
	was = profile_tenancy(before, (size_t)s->tenant.tenancy);
	for (size_t i = 0; i < profile_tenancies(s->profile); i++) {
		const struct tenancy *now = profile_tenancy(s->profile, i);

		if (strcmp(now->column, was->column) == 0 &&
		    strcmp(now->type, was->type) == 0) {
			s->tenant.tenancy = (int)i;
			return;
		}
	}
	session_set_tenant(s, &none);
}

bool session_learn(struct session *s, const struct catalog *c, struct err *err)
{
	const struct db_session *d = db_session(s->db);
	struct profile *profile, *before = s->profile;
	bool there;

	if (!s->profile_file)
		s->profile_file = profile_file_choose(s->profile_given, s->screens_dir, d);
	there = s->profile_given || path_exists(s->profile_file);
	err_clear(&s->profile_broken);
	profile = session_ahead_learned(s, c);
	if (!profile)
		profile = profile_learn(c, there ? s->profile_file : NULL, d ? d->host : NULL,
					&s->profile_broken);
	/* A file that nobody asked for by name is told to be broken, and left out. */
	if (!profile && !s->profile_given)
		profile = profile_learn(c, NULL, d ? d->host : NULL, err);
	else if (!profile)
		err_copy(err, &s->profile_broken);
	if (!profile)
		return false;
	vars_free(&s->vars);
	genscreens_forget(s->genscreens);
	s->profile = profile;
	s->before = s->catalog;
	s->catalog = catalog_ref(c);
	keep_tenant(s, before);
	profile_free(&before);
	session_tell(s, SESSION_CATALOG);
	if (s->before)
		catalog_free(&s->before);
	return true;
}

const struct profile *session_profile(const struct session *s)
{
	return s->profile;
}

const char *session_profile_file(const struct session *s, const struct err **broken)
{
	*broken = s->profile_broken.kind ? &s->profile_broken : NULL;
	return s->profile_file;
}

bool session_profile_put(struct session *s, const struct profile_entry *e, struct err *err)
{
	struct buf before = BUF_INIT;
	bool there = path_exists(s->profile_file), ok;

	ok = (!there || path_read(s->profile_file, PROFILE_MAX_BYTES, &before, err)) &&
	     profile_file_write(s->profile_file, before.len ? before.data : "", e, err) &&
	     session_learn(s, s->catalog, err);
	if (ok && s->profile_broken.kind) {
		struct err ignored = ERR_INIT;

		err_copy(err, &s->profile_broken);
		ok = profile_file_restore(s->profile_file, there ? &before : NULL, &ignored) &&
		     session_learn(s, s->catalog, &ignored) && false;
		err_release(&ignored);
	}
	buf_release(&before);
	return ok;
}
