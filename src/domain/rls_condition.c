/* SPDX-License-Identifier: MIT */
/*
 * The condition that a table's policy should have: its tenant's by the setting, its parent's,
 * its links', or what most tables with this tenant column are protected by.
 */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_priv.h"

/* ---- the tenant's condition ---- */

/* Another column of the key by which a row and its parent belong together. */
static void pair(struct buf *on, const struct column *parents, const struct relation *r,
		 const struct column *own)
{
	buf_adds(on, on->len ? " AND parent." : "parent.");
	sql_ident(on, parents->name);
	buf_adds(on, " = ");
	sql_ident(on, r->name);
	buf_addc(on, '.');
	sql_ident(on, own->name);
}

/* There is such a row of the parent; on is used up. */
static const char *by_parent(struct judge *j, const struct relation *parent, struct buf *on)
{
	const struct sqlvar vars[] = { { "schema", parent->schema },
				       { "table", parent->name },
				       { "condition", on->data } };
	struct buf out = BUF_INIT;
	const char *text;

	sql_fragment(&out, j->in->sql, "rls_fix.own_parent", vars, ARRAY_SIZE(vars));
	text = arena_strdup(j->arena, out.data);
	buf_release(&out);
	buf_release(on);
	return text;
}

static const char *parent_condition(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		const struct table *parent = judge_table(j, k->to);
		struct buf on = BUF_INIT;

		if (!parent || !table_tenant(parent) || parent->directory || !parent->r->rls)
			continue;
		for (size_t c = 0; c < k->n; c++)
			pair(&on, relation_attnum(parent->r, k->to_columns[c]), t->r,
			     relation_attnum(t->r, k->from_columns[c]));
		return by_parent(j, parent->r, &on);
	}
	return NULL;
}

/* Documents of several tenants: what says whose they are is a table that refers to them. */
static const char *link_condition(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferrers; i++) {
		const struct foreign_key *k = t->r->referrers[i];
		const struct table *link = judge_table(j, k->from);
		const char *own =
			link && link->attnum && !link->directory && link->r->rls && link != t
				? judge_own_condition(j, link)
				: NULL;
		struct buf on = BUF_INIT;

		if (!own)
			continue;
		for (size_t c = 0; c < k->n; c++)
			pair(&on, relation_attnum(link->r, k->from_columns[c]), t->r,
			     relation_attnum(t->r, k->to_columns[c]));
		buf_addf(&on, " AND %s", own);
		return by_parent(j, link->r, &on);
	}
	return NULL;
}

/* "app_metadata.tenant_id" as jsonb's path text. */
static const char *json_path(struct judge *j, const char *dotted)
{
	char *path = arena_printf(j->arena, "{%s}", dotted);

	for (char *c = path; *c; c++)
		if (*c == '.')
			*c = ',';
	return path;
}

/* ---- the custom of the house: what most tables with this tenant column are protected by ----
 */

struct house {
	const char *text;
	size_t uses;
};

struct only_tenant {
	const struct table *t;
};

/* A column of the row that is not its tenant. */
static bool only_tenant(void *ctx, const struct expr *e, int depth)
{
	const struct table *t = ((struct only_tenant *)ctx)->t;

	if (e->kind == EXPR_SUBQUERY && !expr_bare(e)->sub)
		return true;
	if (e->kind == EXPR_OPAQUE)
		return false;
	if (e->kind == EXPR_LITERAL && e->name && strstr(e->name, "user_meta"))
		return false;
	if (e->kind != EXPR_COLUMN)
		return true;
	if (e->qualifier)
		return strcmp(e->qualifier, t->r->name) != 0;
	return depth > 0 || strcmp(e->name, t->tenant) == 0;
}

static char *house_key(struct judge *j, const struct table *t)
{
	return arena_printf(j->arena, "%s %s", t->tenant,
			    relation_attnum(t->r, t->attnum)->type);
}

static void count_house(struct judge *j, struct map *texts, const struct table *t,
			const char *text)
{
	char *key = house_key(j, t), *full = arena_printf(j->arena, "%s %s", key, text);
	size_t n = (size_t)(uintptr_t)map_get(texts, full) + 1;
	struct house *best = map_get(j->house, key);

	map_set(texts, full, (void *)(uintptr_t)n);
	if (!best) {
		best = arena_alloc(j->arena, sizeof *best);
		*best = (struct house){ NULL, 0 };
		map_set(j->house, key, best);
	}
	if (n > best->uses)
		*best = (struct house){ text, n };
}

static void learn_house(struct judge *j)
{
	struct map *texts = map_new(NULL);

	j->house = map_new(NULL);
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct only_tenant only = { t };

		for (size_t p = 0;
		     t->tenant && t->attnum && !t->directory && p < t->r->npolicies; p++) {
			const struct policy *x = &t->r->policies[p];

			if (x->permissive && strchr("*r", x->command) &&
			    t->policies[p].using_verdict.level == CLAUSE_OWN &&
			    expr_walk(t->policies[p].using_expr, only_tenant, &only))
				count_house(j, texts, t, x->using_expr);
		}
	}
	map_free(&texts);
}

static const char *house_condition(struct judge *j, const struct table *t)
{
	const struct house *h;

	if (!t->tenant || !t->attnum)
		return NULL;
	if (!j->house)
		learn_house(j);
	h = map_get(j->house, house_key(j, t));
	return h ? h->text : NULL;
}

/* The last "::type" of text; NULL: none. */
static const char *last_type(const char *text)
{
	const char *last = NULL;

	for (const char *at = text; (at = strstr(at, "::type")) != NULL; at++)
		last = at;
	return last;
}

static const char *own_piece(const struct tenancy *y, const struct column *column)
{
	if (y->claim_path)
		return "rls_fix.own_claim";
	if (y->list)
		return "rls_fix.own_list";
	return strcmp(column->type, "text") == 0 ? "rls_fix.own_text" : "rls_fix.own";
}

/* It holds JSON: what is known is not where the tenant stands in it. */
static bool is_object_setting(const char *name)
{
	const char *last = strrchr(name, '.');

	last = last ? last + 1 : name;
	return strcmp(last, "claims") == 0 || strcmp(last, "headers") == 0;
}

const char *judge_own_condition(struct judge *j, const struct table *t)
{
	const struct tenancy *y = t->tenancy;
	const struct column *column = t->attnum ? relation_attnum(t->r, t->attnum) : NULL;
	struct buf out = BUF_INIT;

	if (!column) {
		const char *parent = parent_condition(j, t);

		return parent ? parent : link_condition(j, t);
	}
	if (y && !y->setting && y->by_login) {
		const struct sqlvar var = { "column", column->name };

		sql_fragment(&out, j->in->sql, "rls_fix.own_login", &var, 1);
		const char *text = arena_strdup(j->arena, out.data);

		buf_release(&out);
		return text;
	}
	/* A claim that people may change themselves protects nobody; all claims are no tenant. */
	if (!y || !y->setting || (y->claim_path && strstr(y->claim_path, "user_meta")) ||
	    (!y->claim_path && is_object_setting(y->setting)))
		return NULL;
	const char *path = y->claim_path ? json_path(j, y->claim_path) : "";
	const struct sqlvar vars[] = { { "column", column->name },
				       { "name", y->setting },
				       { "type", column->type },
				       { "other", path } };
	sql_fragment(&out, j->in->sql, own_piece(y, column), vars, ARRAY_SIZE(vars));
	/* A cast's type cannot be a psql variable ("::" hides it): the piece ends in the word.
	 */
	const char *end = last_type(out.data);
	const char *text = end ? arena_printf(j->arena, "%.*s::%s%s", (int)(end - out.data),
					      out.data, column->type, end + strlen("::type"))
			       : arena_strdup(j->arena, out.data);

	buf_release(&out);
	return text;
}

const char *judge_condition(struct judge *j, const struct table *t)
{
	const char *own = judge_own_condition(j, t), *other = NULL;
	struct table half;

	if (own && t->attnum && composite_half(j, t, &half))
		other = judge_own_condition(j, &half);
	return own && other ? judge_both(j, own, other) : own;
}

const char *judge_both(struct judge *j, const char *old, const char *condition)
{
	struct buf out = BUF_INIT;
	const struct sqlvar vars[] = { { "other", old }, { "condition", condition } };

	sql_fragment(&out, j->in->sql, "rls_fix.both", vars, ARRAY_SIZE(vars));
	const char *text = arena_strdup(j->arena, out.data);

	buf_release(&out);
	return text;
}

const char *judge_sound_condition(struct judge *j, const struct table *t)
{
	const char *text = judge_condition(j, t);

	return judge_with_parties(j, t, text ? text : house_condition(j, t));
}

const char *judge_usual_condition(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct policy *p = &t->r->policies[i];

		if (p->permissive && strchr("*r", p->command) &&
		    t->policies[i].using_verdict.level == CLAUSE_OWN &&
		    !strstr(p->using_expr, "user_meta"))
			return p->using_expr;
	}
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g->policy->permissive && strchr("*r", g->policy->command) &&
		    judge_is_parties(j, t, g->using_expr, &g->using_verdict))
			return g->policy->using_expr;
	}
	return judge_sound_condition(j, t);
}
