/* SPDX-License-Identifier: MIT */
/*
 * Privileges that reach around the policies: on tables, on columns, by default, on sequences.
 */
#include <string.h>

#include "rls_priv.h"

static const struct {
	int right;
	enum rule rule;
	const char *word, *why;
} around[] = {
	{ RIGHT_TRUNCATE, RULE_R45, "TRUNCATE",
	  "policies do not apply to TRUNCATE, which empties all tenants" },
	{ RIGHT_REFERENCES, RULE_R46, "REFERENCES",
	  "a foreign key of its own tells which keys other tenants have" },
	{ RIGHT_TRIGGER, RULE_R47, "TRIGGER",
	  "a trigger of its own runs with the rights of whoever writes" },
};

/* Granted by columns only; taken from the table, a right is taken from its columns too. */
static void revoke_columns(struct judge *j, const struct table *t, int right, const char *word)
{
	for (size_t k = 0; k < t->r->ncolumns; k++) {
		const struct acl *acl = t->r->columns[k].acl;

		for (size_t i = 0; acl && i < acl->n; i++) {
			const struct grant *g = &acl->v[i];
			const struct role *role =
				g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;
			struct fix v = { .relation = t->r,
					 .object = word,
					 .role = role ? role->name : NULL };

			if (g->rights & right && g->grantee != t->r->owner_oid &&
			    (!g->grantee || role))
				judge_fix(j, role ? "revoke" : "revoke_public", &v);
		}
	}
}

static void revoke_everywhere(struct judge *j, const struct table *t, int right,
			      const char *word)
{
	for (size_t i = 0; t->r->acl && i < t->r->acl->n; i++) {
		const struct grant *g = &t->r->acl->v[i];
		const struct role *role =
			g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;
		struct fix v = { .relation = t->r,
				 .object = word,
				 .role = role ? role->name : NULL };
		bool bypasses = role && (role->superuser || role->bypassrls);

		if (g->rights & right && g->grantee != t->r->owner_oid && !bypasses &&
		    (!g->grantee || role))
			judge_fix(j, role ? "revoke" : "revoke_public", &v);
	}
	revoke_columns(j, t, right, word);
}

static void rule_around(struct judge *j, const struct table *t, size_t actor)
{
	const struct actor *a = &j->actors.v[actor];
	struct subject s = { .relation = t->r, .role = a->role->name };

	if (a->trusted || a->bypasses ||
	    catalog_inherits(j->catalog, a->role->oid, t->r->owner_oid))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(around); i++) {
		struct finding *f;

		if (!(t->rights[actor] & around[i].right))
			continue;
		f = judge_find(j, around[i].rule, &s, "%s holds %s here: %s", a->role->name,
			       around[i].word, around[i].why);
		judge_evidence(j, f, "relacl grants %s", around[i].word);
		if (f)
			revoke_everywhere(j, t, around[i].right, around[i].word);
		judge_fixed(j, f);
	}
}

/* From all who hold it: the finding is about each of them. */
static void revoke_column(struct judge *j, const struct table *t, const struct column *c)
{
	for (size_t i = 0; i < c->acl->n; i++) {
		const struct grant *g = &c->acl->v[i];
		const struct role *role =
			g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;
		struct fix v = { .relation = t->r,
				 .role = role ? role->name : NULL,
				 .column = c->name };

		if (g->rights & RIGHT_UPDATE && g->grantee != t->r->owner_oid &&
		    (!g->grantee || role))
			judge_fix(j, role ? "revoke_column" : "revoke_column_public", &v);
	}
}

/* Somebody chose columns, and chose the tenant's among them. */
static void rule_column_grant(struct judge *j, const struct table *t)
{
	const struct column *c = t->attnum ? relation_attnum(t->r, t->attnum) : NULL;

	for (size_t i = 0; c && c->acl && i < c->acl->n; i++) {
		const struct grant *g = &c->acl->v[i];
		const struct role *role =
			g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;
		struct subject s = { .relation = t->r, .role = role ? role->name : "PUBLIC" };
		struct finding *f;

		if (!(g->rights & RIGHT_UPDATE) || (g->grantee && !role) ||
		    g->grantee == t->r->owner_oid)
			continue;
		f = judge_find(j, RULE_R48, &s,
			       "%s may change %s: only WITH CHECK keeps rows from moving to "
			       "another tenant",
			       s.role, c->name);
		judge_evidence(j, f, "attacl of %s grants UPDATE", c->name);
		if (f)
			revoke_column(j, t, c);
		judge_fixed(j, f);
	}
}

static const struct actor *grantee_actor(struct judge *j, oid grantee)
{
	const struct role *role = grantee ? catalog_role_oid(j->catalog, grantee) : NULL;

	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if (a->trusted || a->bypasses || (!a->reached && !a->application))
			continue;
		if (!grantee || (role && catalog_inherits(j->catalog, a->role->oid, role->oid)))
			return a;
	}
	return NULL;
}

/* It reads tenants' rows, and neither all of them on purpose nor as their owner. */
static bool reads_rows(const struct judge *j, const struct actor *a)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (table_tenant(t) && relation_is_table(t->r) &&
		    t->rights[a - j->actors.v] & RIGHT_SELECT &&
		    !catalog_inherits(j->catalog, a->role->oid, t->r->owner_oid))
			return true;
	}
	return false;
}

static void rule_defaults(struct judge *j)
{
	for (size_t i = 0; i < j->in->extras->defaults.len; i++) {
		const struct rls_default *d = &j->in->extras->defaults.v[i];
		const struct actor *a = grantee_actor(j, d->grantee);
		struct subject s = { .object = d->schema ? d->schema : d->owner,
				     .policy = d->grantee_name };
		struct buf grantee = BUF_INIT;
		struct finding *f;

		/* Where a schema is one tenant's, nothing else protects it: R75. */
		if (!a || (d->grantee && !a->application && !reads_rows(j, a)) ||
		    (d->schema && profile_is_tenant_schema(j->in->profile, d->schema)))
			continue;
		f = judge_find(
			j, RULE_R49, &s,
			"each new table of %s is granted to %s before anybody protects it",
			d->owner, d->grantee ? d->grantee_name : "PUBLIC");
		judge_evidence(j, f, "pg_default_acl of %s", d->owner);
		if (d->grantee)
			sql_ident(&grantee, d->grantee_name);
		else
			buf_adds(&grantee, "PUBLIC");
		judge_fix(j, d->schema ? "default_revoke" : "default_revoke_all",
			  &(struct fix){ .role = d->owner,
					 .name = d->schema,
					 .object = grantee.data });
		if (f)
			f->policy = NULL;
		judge_fixed(j, f);
		buf_release(&grantee);
	}
}

/* From all of whom the finding is. */
static void revoke_sequence(struct judge *j, const struct rls_sequence *of)
{
	for (size_t i = 0; i < j->in->extras->sequences.len; i++) {
		const struct rls_sequence *q = &j->in->extras->sequences.v[i];
		const struct role *role =
			q->grantee ? catalog_role_oid(j->catalog, q->grantee) : NULL;
		struct relation sequence = { .schema = q->schema, .name = q->name };
		struct fix v = { .relation = &sequence,
				 .name = q->name,
				 .role = role ? role->name : NULL };

		if (strcmp(q->schema, of->schema) != 0 || strcmp(q->name, of->name) != 0 ||
		    !grantee_actor(j, q->grantee))
			continue;
		if (!q->counts) /* what takes numbers by UPDATE goes on */
			judge_fix(j, role ? "grant_numbers" : "grant_numbers_public", &v);
		judge_fix(j, role ? "revoke_sequence" : "revoke_sequence_public", &v);
	}
}

static void rule_sequences(struct judge *j)
{
	for (size_t i = 0; i < j->in->extras->sequences.len; i++) {
		const struct rls_sequence *q = &j->in->extras->sequences.v[i];
		const struct actor *a = grantee_actor(j, q->grantee);
		const struct role *role =
			q->grantee ? catalog_role_oid(j->catalog, q->grantee) : NULL;
		struct subject s = { .object = arena_printf(j->arena, "%s.%s", q->schema,
							    q->name) };
		struct finding *f;

		if (!a)
			continue;
		s.role = a->role->name;
		f = judge_find(j, RULE_R84, &s,
			       "%s may set this sequence, which all tenants share, and sees "
			       "how fast others count",
			       a->role->name);
		judge_evidence(j, f, "granted to %s: UPDATE", role ? role->name : "PUBLIC");
		if (f)
			revoke_sequence(j, q);
		judge_fixed(j, f);
	}
}

void rules_privileges(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!table_tenant(t) || !relation_is_table(t->r) || t->r->extension)
			continue;
		for (size_t a = 0; a < j->actors.len; a++)
			rule_around(j, t, a);
		rule_column_grant(j, t);
	}
	rule_defaults(j);
	rule_sequences(j);
}
