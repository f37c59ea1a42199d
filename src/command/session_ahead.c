/* SPDX-License-Identifier: MIT */
/*
 * session_ahead.c - a start tried by what an earlier session kept of the catalog, while the
 * server looks whether it holds: a session beside the one that people see, which nobody sees.
 * It looks for the tenant and asks for the first pages; the answers are for who asks the same in
 * earnest (scope.h), so nothing that a stale snapshot names or scopes otherwise is taken for an
 * answer.  It only reads.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/vars.h"
#include "domain/genscreen.h"
#include "session_priv.h"

struct session *session_ahead(const struct session *s)
{
	return s->ahead && s->ahead->tried ? s->ahead : NULL;
}

/* Its tenant is known: whose turn it is asks. */
static void on_ready(void *ctx, const struct err *err)
{
	struct session *s = ctx;

	if (err)
		return;
	s->ahead->tried = true;
	session_tell(s, SESSION_AHEAD);
}

static struct session *beside(const struct session *s)
{
	struct session *a = xcalloc(1, sizeof *a);

	a->loop = s->loop;
	a->sql = s->sql;
	a->screens = s->screens;
	a->settings = s->settings;
	a->undo = s->undo;
	a->probes = s->probes;
	a->db = s->db;
	a->reader = s->reader;
	a->genscreens = genscreens_new();
	a->profile_given = xstrdup_null(s->profile_given);
	a->screens_dir = xstrdup_null(s->screens_dir);
	a->role = xstrdup_null(s->role);
	a->reason = xstrdup_null(s->reason);
	a->wanted_tenant = xstrdup_null(s->wanted_tenant);
	a->is_ahead = true;
	session_scope_init(a);
	return a;
}

/* To see all tenants is written down, which is not done by way of trial; and what was chosen
 * meanwhile is not what a start would choose. */
void session_ahead_begin(struct session *s, const struct catalog *kept)
{
	bool all = s->wanted_tenant && strcmp(s->wanted_tenant, "*") == 0;

	if (s->profile || s->tenant.kind != TENANT_NONE || all)
		return;
	s->ahead = beside(s);
	if (!session_learn(s->ahead, kept, &s->ahead->profile_error)) {
		session_ahead_end(s);
		return;
	}
	session_when_ready(s->ahead, READY_SCOPE, on_ready, s);
	if (s->ahead->wanted_tenant)
		session_resolve_wanted(s->ahead);
}

/* Once only: later the file may say something else. */
struct profile *session_ahead_learned(const struct session *s, const struct catalog *c)
{
	const struct session *a = s->ahead;

	if (!a || s->profile || a->catalog != c || a->profile_broken.kind ||
	    strcmp(a->profile_file, s->profile_file) != 0)
		return NULL;
	return profile_ref(a->profile);
}

void session_ahead_end(struct session *s)
{
	struct session *a = s->ahead;

	if (!a)
		return;
	s->ahead = NULL;
	session_tell(s, SESSION_AHEAD);
	db_forget(s->db, a);
	session_drop_own(a);
	free(a);
}
