/* SPDX-License-Identifier: MIT */
/*
 * Owners: whom no policy binds unless it is forced, and who can undo that.
 */
#include <string.h>

#include "rls_priv.h"

enum { ANY_ACCESS = RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE };

static size_t owned(struct judge *j, oid owner, bool tenant_only)
{
	size_t n = 0;

	for (size_t i = 0; i < j->ntables; i++)
		if (relation_is_table(j->tables[i].r) && j->tables[i].r->owner_oid == owner)
			n += !tenant_only || table_tenant(&j->tables[i]);
	return n;
}

static size_t tenant_tables(struct judge *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->ntables; i++)
		n += relation_is_table(j->tables[i].r) && table_tenant(&j->tables[i]);
	return n;
}

/* It was given rights on tenants' rows beside those of the owner: it works with them. */
static bool works_with_rows(struct judge *j, const struct actor *a, oid owner)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct acl *acl = j->tables[i].r->acl;

		for (size_t g = 0; table_tenant(&j->tables[i]) && acl && g < acl->n; g++)
			if (acl->v[g].grantee && acl->v[g].rights & ANY_ACCESS &&
			    acl->v[g].grantee != owner &&
			    acl->v[g].grantee != j->tables[i].r->owner_oid &&
			    catalog_inherits(j->catalog, a->role->oid, acl->v[g].grantee))
				return true;
	}
	return false;
}

/* A login that owns most of the schema and is not what the application connects as is the one
 * that migrates: it must be able to change tables. */
static bool migrates(struct judge *j, const struct table *t, const struct actor *a)
{
	if (a->application || works_with_rows(j, a, t->r->owner_oid))
		return false;
	for (size_t i = 0; i < j->actors.len; i++)
		if (&j->actors.v[i] != a && j->actors.v[i].application)
			return owned(j, t->r->owner_oid, true) * 2 > tenant_tables(j);
	return false;
}

/* The login of a class of roles with the same rights. */
static const struct role *login_of(const struct actor *a)
{
	for (size_t i = 0; !a->role->login && a->same && a->same[i]; i++)
		if (a->same[i]->login)
			return a->same[i];
	return a->role;
}

/* A role that owns tables already and nobody logs in as; else one of its own for this table. */
static void fix_owner(struct judge *j, const struct table *t)
{
	struct fix v = { .relation = t->r };

	for (size_t i = 0; i < j->ntables && !v.role; i++) {
		const struct role *o = catalog_role_oid(j->catalog, j->tables[i].r->owner_oid);
		bool reached = false;

		for (size_t a = 0; a < j->actors.len; a++)
			reached =
				reached || (j->actors.v[a].login && o &&
					    catalog_inherits(j->catalog,
							     j->actors.v[a].role->oid, o->oid));
		if (o && !o->superuser && !o->login && !reached && table_tenant(&j->tables[i]))
			v.role = o->name;
	}
	if (!v.role) {
		v.role = arena_printf(j->arena, "%.50s_owner", t->r->name);
		judge_fix(j, "owner_role", &v);
	}
	judge_fix(j, "owner", &v);
}

void rule_owner(struct judge *j, const struct table *t)
{
	if (!t->r->rls || !table_tenant(t) || !relation_is_table(t->r))
		return;
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];
		const struct role *login = login_of(a);
		struct subject s = { .relation = t->r, .role = login->name };
		struct fix v = { .relation = t->r };
		bool itself = login->oid == t->r->owner_oid;
		struct finding *f;

		if (!a->login || a->bypasses || !t->rights[i] ||
		    !catalog_inherits(j->catalog, a->role->oid, t->r->owner_oid))
			continue;
		if (migrates(j, t, a)) {
			s.object = login->name;
			f = judge_find(j, RULE_N02, &s,
				       "the login that owns the tables is bound by none of "
				       "their policies "
				       "unless they are forced, and can undo that");
			judge_evidence(j, f, "it owns %zu tables with tenants' rows",
				       owned(j, t->r->owner_oid, true));
			continue;
		}
		if (!t->r->rls_forced) {
			f = judge_find(j, itself ? RULE_R03 : RULE_R04, &s,
				       "%s %s the table, and policies do not bind an owner "
				       "unless they are forced",
				       login->name,
				       itself ? "owns" : "inherits the role that owns");
			judge_evidence(j, f, "relowner %s, relforcerowsecurity is false",
				       t->r->owner);
			judge_fix(j, "force", &v);
		} else if (itself) {
			f = judge_find(j, RULE_R05, &s,
				       "%s owns the table and can switch its protection off",
				       login->name);
			judge_evidence(j, f, "relowner %s can log in", t->r->owner);
			fix_owner(j, t);
		} else {
			continue;
		}
		/* Forced on an owner that can undo it would be R05: the login must not own. */
		if (!t->r->rls_forced && itself)
			fix_owner(j, t);
		judge_fixed(j, f);
	}
}

/* A function of the owner's that reads the table without its policies, maybe on their behalf:
 * forced, it would be bound, or ask itself without end. */
static const struct function *reads_as_owner(const struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);

		if (f->security_definer && f->owner_oid == t->r->owner_oid && f->body &&
		    mentions_word(f->body, t->r->name))
			return f;
	}
	return NULL;
}

void rule_not_forced(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };
	struct fix v = { .relation = t->r };
	struct finding *f;

	if (!t->r->rls || t->r->rls_forced || !table_tenant(t) || !relation_is_table(t->r))
		return;
	f = judge_find(j, RULE_N02, &s, "the policies do not bind the owner %s", t->r->owner);
	const struct function *reader = f ? reads_as_owner(j, t) : NULL;

	if (reader) {
		judge_evidence(j, f, "%s reads it as its owner",
			       judge_function_name(j, reader));
		judge_choose(j, f, "if that function bears it", "force", &v);
	} else {
		judge_fix(j, "force", &v);
	}
	judge_fixed(j, f);
}
