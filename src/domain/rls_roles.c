/* SPDX-License-Identifier: MIT */
/*
 * Roles: who passes the policies by attribute or membership, and which privileges reach around
 * them.
 */
#include <string.h>

#include "rls_priv.h"

static const struct table *some_reach(struct judge *j, size_t actor)
{
	for (size_t i = 0; i < j->ntables; i++)
		if (table_tenant(&j->tables[i]) && relation_is_table(j->tables[i].r) &&
		    j->tables[i].rights[actor])
			return &j->tables[i];
	return NULL;
}

/* The role of a class is only its first: attributes are each role's own. */
static const struct actor *actor_of(const struct judge *j, const struct role *role, size_t *at)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		*at = i;
		if (a->role == role)
			return a;
		for (size_t n = 0; a->same && a->same[n]; n++)
			if (a->same[n] == role)
				return a;
	}
	return NULL;
}

/* A membership is taken back from each who granted it. */
static void fix_membership(struct judge *j, const char *piece, const struct role *role,
			   const struct role *member)
{
	struct fix v = { .role = member->name, .name = role->name };
	bool any = false;

	for (size_t i = 0; i < j->in->extras->grantors.len; i++) {
		const struct rls_grantor *g = &j->in->extras->grantors.v[i];
		struct buf tail = BUF_INIT;

		if (g->role != role->oid || g->member != member->oid)
			continue;
		if (g->grantor) {
			buf_adds(&tail, " GRANTED BY ");
			sql_ident(&tail, g->grantor);
		}
		v.tail = tail.data;
		judge_fix(j, piece, &v);
		buf_release(&tail);
		any = true;
	}
	v.tail = NULL;
	if (!any)
		judge_fix(j, piece, &v);
}

void judge_revoke_membership(struct judge *j, const struct role *login,
			     const struct role *target, struct finding *f)
{
	/* The step from the login towards the target: revoking it ends the path. */
	for (size_t i = 0; f && i < catalog_memberships(j->catalog); i++) {
		const struct membership *m = catalog_membership_at(j->catalog, i);
		const struct role *step = catalog_role_oid(j->catalog, m->role);

		if (m->member != login->oid || !step ||
		    (m->role != target->oid &&
		     !catalog_can_set(j->catalog, m->role, target->oid) &&
		     !catalog_inherits(j->catalog, m->role, target->oid)))
			continue;
		fix_membership(j, "revoke_role", step, login);
	}
	judge_fixed(j, f);
}

static void rule_attributes(struct judge *j, const struct role *r)
{
	struct subject s = { .object = r->name, .role = r->name };
	struct fix v = { .role = r->name };
	size_t at = 0;
	const struct table *reach = actor_of(j, r, &at) ? some_reach(j, at) : NULL;
	struct finding *f;

	if (r->bypassrls && reach) {
		f = judge_find(j, RULE_R40, &s, "%s logs in and no policy binds it", r->name);
		judge_evidence(j, f, "rolbypassrls; it reaches %s", judge_name(j, reach->r));
		judge_fix(j, "nobypassrls", &v);
		judge_fixed(j, f);
	}
	if (r->createrole) {
		f = judge_find(
			j, RULE_R43, &s,
			catalog_server_version(j->catalog) < 160000
				? "%s may grant itself any role that is not a superuser"
				: "%s may create roles and grant itself those it administers",
			r->name);
		judge_evidence(j, f, "rolcreaterole");
		judge_fix(j, "nocreaterole", &v);
		judge_fixed(j, f);
	}
	if (r->replication) {
		f = judge_find(j, RULE_R44, &s, "%s may decode every change of every tenant",
			       r->name);
		judge_evidence(j, f, "rolreplication, wal_level %s logical",
			       j->in->extras->logical ? "is" : "is not");
		if (f && !j->in->extras->logical)
			f->severity = SEVERITY_INFO;
		judge_fix(j, "noreplication", &v);
		judge_fixed(j, f);
	}
}

/* Supabase's gateway becomes service_role for requests that carry its key: so it is meant
 * there. */
static bool gateway(const struct role *login, const struct role *target)
{
	return strcmp(login->name, "authenticator") == 0 &&
	       strcmp(target->name, "service_role") == 0;
}

static bool reaches_tenants(struct judge *j, const struct role *r)
{
	for (size_t i = 0; i < j->ntables; i++)
		if (table_tenant(&j->tables[i]) &&
		    catalog_rights(j->catalog, r->oid, j->tables[i].r))
			return true;
	return false;
}

/* It may not become the role, but may grant itself that it may. */
static bool may_regrant(const struct judge *j, const struct role *login,
			const struct role *target)
{
	for (size_t i = 0; i < catalog_memberships(j->catalog); i++) {
		const struct membership *m = catalog_membership_at(j->catalog, i);

		if (m->role == target->oid && m->admin &&
		    (m->member == login->oid ||
		     catalog_can_set(j->catalog, login->oid, m->member) ||
		     catalog_inherits(j->catalog, login->oid, m->member)))
			return true;
	}
	return false;
}

static void rule_becomes(struct judge *j, const struct role *login)
{
	for (size_t i = 0; i < catalog_roles(j->catalog); i++) {
		const struct role *target = catalog_role_at(j->catalog, i);
		struct subject s = { .object = login->name,
				     .policy = target->name,
				     .role = login->name };
		struct finding *f;
		bool set = catalog_can_set(j->catalog, login->oid, target->oid);

		if (target == login || !(target->superuser || target->bypassrls) ||
		    !(set || may_regrant(j, login, target)) ||
		    (!target->superuser && (login->bypassrls || (!reaches_tenants(j, target) &&
								 !reaches_tenants(j, login)))))
			continue;
		f = judge_find(j, target->superuser ? RULE_R42 : RULE_R41, &s,
			       "%s can become %s, whom no policy binds", login->name,
			       target->name);
		judge_evidence(j, f,
			       set ? "its memberships allow it to become %s"
				   : "it has ADMIN OPTION on %s, so it can grant itself SET",
			       target->name);
		if (f && gateway(login, target))
			f->severity = SEVERITY_INFO;
		if (f)
			f->policy = NULL;
		judge_revoke_membership(j, login, target, f);
	}
}

/* ---- X04: a role that sees all tenants by a policy, inherited by logins ---- */

/* A restrictive policy for all commands, or for reading, that binds the very role (and so who
 * inherits it) holds what it reads in its tenant. */
static bool is_held(const struct judge *j, const struct table *t, const struct role *role)
{
	const struct actor a = { .role = role };
	bool named;

	for (size_t p = 0; p < t->r->npolicies; p++)
		if (!t->r->policies[p].permissive && strchr("*r", t->r->policies[p].command) &&
		    t->policies[p].using_verdict.level == CLAUSE_OWN &&
		    judge_applies(j, &t->r->policies[p], &a, &named))
			return true;
	return false;
}

static size_t bypass_policies(struct judge *j, const struct role *role, const char **sample)
{
	size_t n = 0;

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!table_tenant(t) || is_held(j, t, role))
			continue;
		for (size_t p = 0; p < t->r->npolicies; p++)
			for (const char *const *r = t->r->policies[p].roles; *r; r++)
				if (strcmp(*r, role->name) == 0 &&
				    t->r->policies[p].permissive &&
				    expr_is_true(t->policies[p].using_expr)) {
					n++;
					*sample = t->r->policies[p].name;
				}
	}
	return n;
}

static void rule_inherits_bypass(struct judge *j, const struct role *role)
{
	const char *sample = NULL;
	size_t n, at;

	if (role->login || role->superuser)
		return;
	n = bypass_policies(j, role, &sample);
	for (size_t i = 0; n && i < catalog_roles(j->catalog); i++) {
		const struct role *l = catalog_role_at(j->catalog, i);
		const struct actor *a = actor_of(j, l, &at);
		struct subject s = { .object = l->name, .role = l->name };
		struct finding *f;

		if (!l->login || l->superuser || l->bypassrls || !a ||
		    !catalog_inherits(j->catalog, l->oid, role->oid) ||
		    (n < 2 && !a->application))
			continue;
		f = judge_find(j, RULE_X04, &s,
			       "%s inherits %s and so sees all tenants without any SET ROLE",
			       l->name, role->name);
		judge_evidence(j, f, "%zu policies to %s admit every row, such as %s", n,
			       role->name, sample);
		if (f && catalog_server_version(j->catalog) >= 160000)
			fix_membership(j, "inherit_false", role, l);
		else if (f)
			judge_fix(j, "noinherit", &(struct fix){ .role = l->name });
		judge_fixed(j, f);
	}
}

static bool impersonates(const struct judge *j, const struct role *r)
{
	for (size_t i = 0; i < j->actors.len; i++)
		if (j->actors.v[i].application && j->actors.v[i].role != r &&
		    catalog_can_set(j->catalog, r->oid, j->actors.v[i].role->oid))
			return true;
	return false;
}

static void rule_statistics(struct judge *j, const struct role *r)
{
	static const char *const readers[] = { "pg_read_all_stats", "pg_monitor", NULL };
	struct subject s = { .object = r->name, .role = r->name };
	size_t at;

	for (size_t i = 0; readers[i]; i++) {
		const struct role *reader = catalog_role(j->catalog, readers[i]);
		const struct actor *a = actor_of(j, r, &at);
		struct finding *f;

		if (!reader || !a || !some_reach(j, at) || a->trusted ||
		    !catalog_inherits(j->catalog, r->oid, reader->oid))
			continue;
		f = judge_find(j, RULE_R50, &s,
			       "%s works with tenants' tables and reads the statements of "
			       "every session",
			       r->name);
		judge_evidence(j, f, "member of %s", readers[i]);
		/* Who may look with the application's eyes is there to look. */
		if (f && impersonates(j, r))
			f->severity = SEVERITY_INFO;
		judge_revoke_membership(j, r, reader, f);
	}
}

/* Policies bind it like anybody; what has none it reads whole. */
static const struct table *open_to(const struct judge *j, size_t actor)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (table_tenant(t) && !t->directory && !t->r->rls && t->rights[actor] &&
		    t->r->kind != RELATION_VIEW)
			return t;
	}
	return NULL;
}

static void rule_everything(struct judge *j, const struct role *r)
{
	static const char *const roles[] = { "pg_read_all_data", "pg_write_all_data", NULL };
	struct subject s = { .object = r->name, .role = r->name };
	size_t at;
	const struct actor *a = actor_of(j, r, &at);
	const struct table *t = a && a->everything && !r->bypassrls ? open_to(j, at) : NULL;

	for (size_t i = 0; t && roles[i]; i++) {
		const struct role *power = catalog_role(j->catalog, roles[i]);
		struct finding *f;

		if (!power || !catalog_inherits(j->catalog, r->oid, power->oid))
			continue;
		f = judge_find(j, RULE_R53, &s,
			       "%s reaches every relation that has no policies, such as %s",
			       r->name, judge_name(j, t->r));
		judge_evidence(j, f, "member of %s", roles[i]);
		judge_revoke_membership(j, r, power, f);
	}
}

static void rule_files(struct judge *j, const struct role *r)
{
	static const char *const powers[] = { "pg_read_server_files", "pg_write_server_files",
					      "pg_execute_server_program", NULL };
	struct subject s = { .object = r->name, .role = r->name };

	for (size_t i = 0; powers[i]; i++) {
		const struct role *power = catalog_role(j->catalog, powers[i]);
		struct finding *f;

		if (!power || !(catalog_inherits(j->catalog, r->oid, power->oid) ||
				catalog_can_set(j->catalog, r->oid, power->oid)))
			continue;
		f = judge_find(j, RULE_R52, &s,
			       "%s reaches the files of the server, where no policy is",
			       r->name);
		judge_evidence(j, f, "member of %s", powers[i]);
		judge_revoke_membership(j, r, power, f);
	}
}

static bool is_tenant_setting(const struct judge *j, const char *name)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if (y->setting && strcmp(y->setting, name) == 0)
			return true;
	}
	return false;
}

/* app.tenant_id, each part quoted. */
static const char *setting_sql(struct judge *j, const char *name)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t n; *name; name += n + (name[n] == '.')) {
		n = strcspn(name, ".");
		buf_adds(&out, out.len ? "." : "");
		sql_ident(&out, arena_strndup(j->arena, name, n));
	}
	text = arena_strdup(j->arena, out.data);
	buf_release(&out);
	return text;
}

static void rule_stored(struct judge *j, const struct setting *x)
{
	struct subject s = { .object = x->role ? x->role : x->database, .role = x->role };
	struct fix v = { .role = x->role, .name = x->database };
	struct finding *f;

	const struct role *role = x->role ? catalog_role(j->catalog, x->role) : NULL;

	if (!is_tenant_setting(j, x->name) || !*x->value || (role && !reaches_tenants(j, role)))
		return;
	f = *x->value == '{' /* claims */
		    ? judge_find(j, RULE_R68, &s,
				 "every session begins with the claims of one tenant, so "
				 "forgotten ones are that tenant's data")
		    : judge_find(j, RULE_R68, &s,
				 "every session begins as tenant %s, so a forgotten setting is "
				 "one tenant's data",
				 x->value);
	judge_evidence(j, f, "pg_db_role_setting: %s=%s", x->name, x->value);
	v.object = setting_sql(j, x->name);
	judge_fix(j,
		  !x->role	? "reset_database"
		  : x->database ? "reset_role_database"
				: "reset_role",
		  &v);
	judge_fixed(j, f);
}

void rules_roles(struct judge *j)
{
	for (size_t i = 0; i < catalog_roles(j->catalog); i++) {
		const struct role *r = catalog_role_at(j->catalog, i);

		if (r->superuser || strncmp(r->name, "pg_", 3) == 0)
			continue;
		rule_inherits_bypass(j, r);
		if (!r->login)
			continue;
		rule_attributes(j, r);
		rule_becomes(j, r);
		rule_statistics(j, r);
		rule_files(j, r);
		rule_everything(j, r);
	}
	for (size_t i = 0; i < catalog_settings(j->catalog); i++)
		rule_stored(j, catalog_setting_at(j->catalog, i));
}
