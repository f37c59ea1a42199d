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

/* What a role has by owning it: all, or what it left itself. */
static int owner_rights(const struct relation *r)
{
	int rights = r->acl ? 0 : ANY_ACCESS;

	for (size_t i = 0; r->acl && i < r->acl->n; i++)
		if (r->acl->v[i].grantee == r->owner_oid)
			rights |= r->acl->v[i].rights & ANY_ACCESS;
	return rights;
}

/* The sequence that a column takes its numbers from, as the server wrote it (it is read with no
 * schema in the search_path, so the name has one); NULL: none. */
static const char *sequence_of(struct judge *j, const struct column *c)
{
	static const char call[] = "nextval('", end[] = "'::regclass)";
	const char *from = c->default_expr, *to;
	struct buf name = BUF_INIT;
	const char *text;

	if (c->identity || c->generated || !from || strncmp(from, call, strlen(call)) != 0)
		return NULL;
	from += strlen(call);
	to = strstr(from, end);
	if (!to || to[strlen(end)])
		return NULL;
	for (; from < to; from += 1 + (from[0] == '\'' && from[1] == '\''))
		buf_addc(&name, *from);
	text = arena_strdup(j->arena, name.data);
	buf_release(&name);
	return text;
}

/* Keys that lead to it are looked up as its owner, who must be able to look into the schema. */
static bool looks_into_schema(const struct judge *j, const struct relation *r,
			      const struct role *role)
{
	for (size_t i = 0; i < catalog_schemas(j->catalog); i++) {
		const struct schema *s = catalog_schema_at(j->catalog, i);

		if (s->oid != r->schema_oid)
			continue;
		if (role && catalog_inherits(j->catalog, role->oid, s->owner_oid))
			return true;
		for (size_t g = 0; s->acl && g < s->acl->n; g++)
			if (s->acl->v[g].rights & SCHEMA_USAGE &&
			    (!s->acl->v[g].grantee ||
			     (role && catalog_inherits(j->catalog, role->oid,
						       s->acl->v[g].grantee))))
				return true;
	}
	return false;
}

/* Whoever owned it and works with it goes on, as the policies have it. */
static void fix_rights(struct judge *j, const struct table *t)
{
	static const struct {
		int right;
		const char *word;
	} words[] = { { RIGHT_SELECT, "SELECT" },
		      { RIGHT_INSERT, "INSERT" },
		      { RIGHT_UPDATE, "UPDATE" },
		      { RIGHT_DELETE, "DELETE" } };
	int rights = owner_rights(t->r);
	struct buf list = BUF_INIT;
	struct fix v = { .relation = t->r, .role = t->r->owner };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (rights & words[i].right)
			buf_addf(&list, "%s%s", list.len ? ", " : "", words[i].word);
	if (list.len) {
		v.object = list.data;
		judge_fix(j, "grant", &v);
	}
	for (size_t i = 0; rights & RIGHT_INSERT && i < t->r->ncolumns; i++) {
		v.object = sequence_of(j, &t->r->columns[i]);
		if (v.object)
			judge_fix(j, "grant_sequence", &v);
	}
	buf_release(&list);
}

/* A role that owns tables already and nobody logs in as; else one of its own for this table. */
static void fix_owner(struct judge *j, const struct table *t)
{
	struct fix v = { .relation = t->r };
	const struct role *to = NULL;

	for (size_t i = 0; i < j->ntables && !to; i++) {
		const struct role *o = catalog_role_oid(j->catalog, j->tables[i].r->owner_oid);
		bool reached = false;

		for (size_t a = 0; a < j->actors.len; a++)
			reached =
				reached || (j->actors.v[a].login && o &&
					    catalog_inherits(j->catalog,
							     j->actors.v[a].role->oid, o->oid));
		if (o && !o->superuser && !o->login && !reached && table_tenant(&j->tables[i]))
			to = o;
	}
	v.role = to ? to->name : arena_printf(j->arena, "%.50s_owner", t->r->name);
	if (!to)
		judge_fix(j, "owner_role", &v);
	if (!looks_into_schema(j, t->r, to))
		judge_fix(j, "grant_schema", &v);
	judge_fix(j, "owner", &v);
	fix_rights(j, t);
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
