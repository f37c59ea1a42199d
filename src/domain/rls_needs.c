/* SPDX-License-Identifier: MIT */
/*
 * What a mend makes those need who work through it.  A view that runs with the rights of who reads
 * it, or a policy that looks a parent up, reads for them what its owner read before: without a
 * right on that the mend would take their own rows from them.  And a floor is not laid under those
 * whom a policy of their own shows all.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

enum { NEEDS_DEPTH = 4 };

struct need {
	const struct role *role; /* NULL: PUBLIC */
	const struct relation *r;
	const char *text; /* what is read of r is named in it */
};

static bool names_any(const struct need *n)
{
	for (size_t i = 0; i < n->r->ncolumns; i++)
		if (mentions_word(n->text, n->r->columns[i].name))
			return true;
	return false;
}

/* A text that names no column counts rows, for which one of the key will do. */
static bool is_needed(const struct need *n, size_t i, bool any)
{
	const struct index *key = relation_key(n->r);

	return any   ? mentions_word(n->text, n->r->columns[i].name)
	       : key ? key->columns[0] == n->r->columns[i].attnum
		     : i == 0;
}

/* "SELECT (a, b)" for the columns that the role may not read yet; "" if it may. */
static void lacking(const struct judge *j, const struct need *n, struct buf *out)
{
	bool any = names_any(n);
	oid role = n->role ? n->role->oid : 0;

	for (size_t i = 0; i < n->r->ncolumns; i++) {
		const struct column *c = &n->r->columns[i];

		if (!is_needed(n, i, any) ||
		    catalog_column_rights(j->catalog, role, n->r, c) & RIGHT_SELECT)
			continue;
		buf_adds(out, out->len ? ", " : "SELECT ("); /* not SQL */
		sql_ident(out, c->name);
	}
	if (out->len)
		buf_addc(out, ')');
}

static bool may_look_into(const struct judge *j, const struct need *n)
{
	for (size_t i = 0; i < catalog_schemas(j->catalog); i++) {
		const struct schema *s = catalog_schema_at(j->catalog, i);

		for (size_t g = 0; s->oid == n->r->schema_oid && s->acl && g < s->acl->n; g++)
			if (s->acl->v[g].rights & SCHEMA_USAGE &&
			    (!s->acl->v[g].grantee ||
			     (n->role && catalog_inherits(j->catalog, n->role->oid,
							  s->acl->v[g].grantee))))
				return true;
	}
	return false;
}

static bool is_for(const struct judge *j, const struct policy *p, const struct role *role)
{
	for (const char *const *n = p->roles; *n; n++) {
		const struct role *r = catalog_role(j->catalog, *n);

		if (strcmp(*n, "public") == 0 ||
		    (r && role && catalog_inherits(j->catalog, role->oid, r->oid)))
			return true;
	}
	return false;
}

/* Some of its rows are shown to the role: without a policy for it a right would be of no use. */
static bool is_shown(const struct judge *j, const struct need *n)
{
	for (size_t i = 0; i < n->r->npolicies; i++) {
		const struct policy *p = &n->r->policies[i];

		if (p->permissive && strchr("*r", p->command) && is_for(j, p, n->role))
			return true;
	}
	return !n->r->rls;
}

/* What holds tenants' rows and no policy is not opened to anybody. */
static void give(struct judge *j, const struct need *n, int depth)
{
	const struct table *t = judge_table(j, n->r->oid);
	struct fix v = { .relation = n->r, .role = n->role ? n->role->name : NULL };
	struct buf list = BUF_INIT;

	if (!t || !relation_is_table(n->r) || (table_tenant(t) && !n->r->rls) ||
	    !is_shown(j, n) ||
	    (n->role && catalog_inherits(j->catalog, n->role->oid, n->r->owner_oid)))
		return;
	lacking(j, n, &list);
	if (list.len) {
		v.object = list.data;
		if (!may_look_into(j, n))
			judge_fix(j, v.role ? "grant_schema" : "grant_schema_public", &v);
		judge_fix(j, v.role ? "grant" : "grant_public", &v);
	}
	buf_release(&list);
	for (size_t i = 0; n->r->rls && depth < NEEDS_DEPTH && i < n->r->npolicies; i++) {
		const struct policy *p = &n->r->policies[i];

		for (const oid *o = p->relations; strchr("*r", p->command) && *o; o++) {
			const struct table *b = judge_table(j, *o);
			struct need next = { .role = n->role,
					     .r = b ? b->r : NULL,
					     .text = p->using_expr };

			if (b && b->r != n->r && p->using_expr)
				give(j, &next, depth + 1);
		}
	}
}

static void give_all(struct judge *j, const struct relation *to, int rights,
		     const struct relation *r, const char *text)
{
	for (size_t i = 0; to->acl && i < to->acl->n; i++) {
		const struct grant *g = &to->acl->v[i];
		struct need n = { .r = r, .text = text };

		n.role = g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;
		if (g->rights & rights && g->grantee != to->owner_oid &&
		    (!g->grantee || (n.role && !n.role->superuser && !n.role->bypassrls)))
			give(j, &n, 0);
	}
}

void judge_fix_readers(struct judge *j, const struct relation *view, const char *text)
{
	for (const oid *o = view->reads; text && o && *o; o++) {
		const struct table *b = judge_table(j, *o);

		if (b)
			give_all(j, view, RIGHT_SELECT, b->r, text);
	}
}

void judge_fix_lookers(struct judge *j, const struct table *child, const struct table *parent,
		       const char *condition)
{
	give_all(j, child->r, RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE, parent->r,
		 condition);
}

bool judge_shown_all(struct judge *j, const struct table *t, const struct judged *but,
		     const struct actor *a)
{
	bool named = false;

	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g != but && g->policy->permissive && judge_applies(j, g->policy, a, &named) &&
		    named && expr_is_true(g->using_expr))
			return true;
	}
	return false;
}

const char *judge_floor_roles(struct judge *j, const struct table *t, const struct judged *g,
			      const struct judged *floor)
{
	struct buf out = BUF_INIT;
	bool named, apart = false;
	const char *text;

	for (const char *const *n = floor->policy->roles; *n; n++) {
		buf_adds(&out, out.len ? ", " : "");
		sql_ident(&out, *n);
	}
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];
		bool shown = t->bound[i] && judge_shown_all(j, t, g, a);

		apart = apart || shown;
		if (shown || a->bypasses || !t->bound[i] || !t->rights[i] ||
		    !judge_applies(j, g->policy, a, &named) ||
		    judge_applies(j, floor->policy, a, &named))
			continue;
		buf_adds(&out, ", ");
		sql_ident(&out, a->role->name);
		for (const struct role **r = a->same; r && *r; r++) {
			buf_adds(&out, ", ");
			sql_ident(&out, (*r)->name);
		}
	}
	text = apart ? arena_strdup(j->arena, out.data) : NULL;
	buf_release(&out);
	return text;
}
