/* SPDX-License-Identifier: MIT */
#include "rls_claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_clause_priv.h"
#include "rls_sources.h"

enum { DEPTH_MAX = 24 };

struct asking {
	struct judge *j;
	struct claims *out;
	const struct table *t; /* whose policy */
	const struct clause_context *c;
	const struct asking *outer;
	const struct subquery *sub; /* the query that e stands in; NULL: none */
	bool rows_only;		    /* a view: what it asks the session is no policy */
	int depth;
};

/* ---- which column it is compared with ---- */

static const struct relation *from_item(const struct clause_context *c,
					const struct from_item *item)
{
	return item->name ? c->lookup->relation(c->lookup->ctx, item->schema, item->name)
			  : NULL;
}

static const struct relation *column_home(const struct asking *a, const struct expr *column)
{
	const char *q = column->qualifier;
	bool bare = !q || (unsigned char)*q < ' ';

	if (q && strcmp(q, CLAUSE_ROW) == 0)
		return a->t->r;
	for (const struct asking *at = a; at; at = at->outer)
		for (size_t i = 0; at->sub && i < at->sub->nfrom; i++) {
			const struct from_item *item = &at->sub->from[i];
			const struct relation *r = from_item(at->c, item);

			if (r && relation_column(r, column->name) &&
			    (bare || (item->alias && strcmp(item->alias, q) == 0)))
				return r;
		}
	return relation_column(a->t->r, column->name) &&
			       (bare || strcmp(q, a->t->r->name) == 0)
		       ? a->t->r
		       : NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool tenancy_same(const struct tenancy *a, const struct tenancy *b)
{
	if (!a || !b || a == b)
		return a == b;
	if (a->directory || b->directory)
		return a->directory == b->directory;
	return same_text(a->column, b->column) && same_text(a->type, b->type);
}

static void add_claim(struct claims *out, struct claim new)
{
	for (size_t i = 0; i < out->list.len; i++) {
		struct claim *old = &out->list.v[i];

		if (old->kind == new.kind && tenancy_same(old->tenancy, new.tenancy) &&
		    same_text(old->setting, new.setting) && same_text(old->path, new.path) &&
		    old->relation == new.relation && same_text(old->column, new.column) &&
		    old->session.rows == new.session.rows &&
		    same_text(old->literal, new.literal) &&
		    same_text(old->prefix, new.prefix) && same_text(old->suffix, new.suffix)) {
			old->sought = old->sought || new.sought;
			old->uses++;
			return;
		}
	}
	new.uses = 1;
	*VEC_PUSH(&out->list) = new;
}

/* 'tenant_' || id, id || '_tenant': the column itself, and what stands around it. */
static const struct expr *inside(const struct expr *e, struct claim *out)
{
	const struct expr *before, *behind;

	e = expr_bare(e);
	if (e->kind != EXPR_OPERATOR || strcmp(e->name, "||") != 0 || e->n != 2)
		return e;
	before = clause_literal(e->args[0]);
	behind = clause_literal(e->args[1]);
	if (before && !behind) {
		out->prefix = before->name;
		return inside(e->args[1], out);
	}
	if (behind && !before) {
		out->suffix = behind->name;
		return inside(e->args[0], out);
	}
	return e;
}

/* Who one is to the server matters where nothing else is asked, and of others only where they
 * are looked up. */
static bool is_worth(const struct asking *a, const struct source *from, const struct table *t,
		     bool tenant)
{
	return strcmp(from->setting, CLAIM_ROLE) != 0 ||
	       (t->tenancy && !t->tenancy->setting && (tenant || t->r != a->t->r));
}

/* Who it is, is found in a row of sessions, which are no tenant's. */
static void find_session(const struct asking *a, const struct expr *value, struct sources *out)
{
	const struct table *t;

	sources_of_session(a->c, value, out);
	t = out->n ? judge_table(a->j, out->v[0].session.rows->oid) : NULL;
	if (out->n && (!t || t->tenant || !relation_is_table(t->r)))
		out->n = 0;
}

/* Pairs of tenants, which are neither's. */
static void note_link(const struct asking *a, const struct relation *home,
		      const struct expr *column, const struct expr *value)
{
	struct sources from = { .n = 0 };

	sources_find(a->c, value, (struct source){ .list = false }, &from);
	for (size_t i = 0; i < from.n; i++)
		add_claim(a->out, (struct claim){ .kind = CLAIM_LINK,
						  .setting = from.v[i].setting,
						  .path = from.v[i].path,
						  .relation = home,
						  .column = column->name,
						  .tenancy = a->t->tenancy });
}

static void note_column(const struct asking *a, const struct expr *column,
			const struct expr *value, bool json_list)
{
	struct sources from = { .n = 0 };
	struct claim around = { .prefix = NULL };
	const struct relation *home;
	const struct table *t;

	if (a->rows_only)
		return;
	column = inside(column, &around);
	if (column->kind != EXPR_COLUMN || !(home = column_home(a, column)) ||
	    !(t = judge_table(a->j, home->oid)))
		return;
	if (!t->tenant) {
		note_link(a, home, column, value);
		return;
	}
	sources_find(a->c, value, (struct source){ .json_list = json_list }, &from);
	if (!from.n)
		find_session(a, value, &from);
	for (size_t i = 0; i < from.n; i++) {
		bool tenant = strcmp(t->tenant, column->name) == 0;

		if (!is_worth(a, &from.v[i], t, tenant) ||
		    (!tenant && (around.prefix || around.suffix)) ||
		    (tenant && from.v[i].session.rows))
			continue;
		add_claim(a->out, (struct claim){
					  .kind = tenant ? CLAIM_TENANT : CLAIM_PERSON,
					  .prefix = around.prefix,
					  .suffix = around.suffix,
					  .setting = from.v[i].setting,
					  .path = from.v[i].path,
					  .list = from.v[i].list,
					  .json_list = from.v[i].json_list,
					  .sought = !tenant && home != a->t->r,
					  .session = from.v[i].session,
					  .relation = tenant ? NULL : home,
					  .column = tenant ? NULL : column->name,
					  .tenancy = t->tenancy,
				  });
	}
}

static void note_forged(const struct asking *a, const struct expr *value, const char *literal)
{
	struct sources from = { .n = 0 };

	if (a->rows_only)
		return;
	sources_find(a->c, value, (struct source){ .list = false }, &from);
	for (size_t i = 0; i < from.n; i++) {
		bool common = from.v[i].path ? clause_common_claim(from.v[i].path)
					     : !clause_is_claim(from.v[i].setting);

		if (strcmp(from.v[i].setting, CLAIM_ROLE) == 0)
			continue;
		add_claim(a->out, (struct claim){ .kind = common ? CLAIM_FORGED : CLAIM_SAID,
						  .setting = from.v[i].setting,
						  .path = from.v[i].path,
						  .literal = literal,
						  .relation = a->t->r,
						  .tenancy = a->t->tenancy });
	}
}

/* ---- which values open it ---- */

static void note_row(const struct asking *a, const struct expr *column, const char *literal)
{
	const struct relation *home;
	const struct table *t;

	column = expr_bare(column);
	if (column->kind != EXPR_COLUMN || !(home = column_home(a, column)))
		return;
	t = judge_table(a->j, home->oid);
	if (t && t->tenant && strcmp(t->tenant, column->name) == 0)
		return;
	for (size_t i = a->out->rows.len; i-- > 0 && a->out->rows.v[i].of == a->t->r;) {
		const struct claim *old = &a->out->rows.v[i];

		if (old->relation == home && strcmp(old->column, column->name) == 0 &&
		    same_text(old->literal, literal))
			return;
	}
	*VEC_PUSH(&a->out->rows) = (struct claim){ .kind = CLAIM_ROW,
						   .relation = home,
						   .column = column->name,
						   .literal = literal,
						   .of = a->t->r };
}

/* Some text that a pattern of LIKE matches: the pattern without its wildcards. */
static const char *matching(const struct asking *a, const char *pattern)
{
	char *text = arena_strdup(a->c->arena, pattern), *to = text;

	for (const char *p = pattern; *p; p++)
		if (*p != '%')
			*to++ = *p == '_' ? 'x' : *p;
	*to = '\0';
	return text;
}

static void note_values(const struct asking *a, const struct expr *e)
{
	static const char *const ops[] = { "=", "is not distinct from", ">=", "<=", "~~", "~~*",
					   NULL };
	const struct expr *list = e->kind == EXPR_ANY ? expr_bare(e->args[1]) : NULL;
	bool known = false;

	for (size_t i = 0; ops[i]; i++)
		known = known || strcmp(e->name, ops[i]) == 0;
	for (size_t i = 0; known && i < 2; i++) {
		const struct expr *literal = clause_literal(e->args[1 - i]);

		if (literal && literal->name)
			note_row(a, e->args[i],
				 *e->name == '~' ? matching(a, literal->name) : literal->name);
		if (literal && literal->name && *e->name == '~' && i == 0)
			note_forged(a, e->args[0], matching(a, literal->name));
	}
	for (size_t i = 0; list && list->kind == EXPR_LIST && i < list->n; i++) {
		const struct expr *literal = clause_literal(list->args[i]);

		if (literal && literal->name)
			note_row(a, e->args[0], literal->name);
	}
}

/* tenant BETWEEN setting AND setting */
static void note_bound(const struct asking *a, const struct expr *e)
{
	struct sources from = { .n = 0 };
	bool order = *e->name == '<' || *e->name == '>';

	if (a->rows_only || !order || (e->name[1] && strcmp(e->name + 1, "=") != 0) ||
	    e->kind == EXPR_ANY || !clause_mentions_tenant(a->c, e->args[0]))
		return;
	sources_find(a->c, e->args[1], (struct source){ .list = false }, &from);
	for (size_t i = 0; i < from.n; i++)
		if (!from.v[i].path && !clause_is_claim(from.v[i].setting))
			add_claim(a->out, (struct claim){ .kind = CLAIM_BOUND,
							  .setting = from.v[i].setting,
							  .literal = *e->name == '>' ? ">" : "<",
							  .tenancy = a->t->tenancy });
}

/* A condition by itself: true, or false where it is denied. */
static void note_truth(const struct asking *a, const struct expr *e)
{
	const struct relation *home = column_home(a, e);
	const struct column *c = home ? relation_column(home, e->name) : NULL;

	if (!c || strcmp(c->type, "boolean") != 0)
		return;
	note_row(a, e, "true");
	note_row(a, e, "false");
}

/* What split_part() takes apart, so that its second part is the literal. */
static const char *whole_of(const struct asking *a, const struct expr *value,
			    const char *literal)
{
	const struct expr *call = expr_bare(value), *by, *nth;

	if (call->kind != EXPR_CALL || strcmp(call->name, "split_part") != 0 || call->n != 3)
		return literal;
	by = clause_literal(call->args[1]);
	nth = clause_literal(call->args[2]);
	return by && by->name && nth && nth->name && strcmp(nth->name, "2") == 0
		       ? arena_printf(a->c->arena, "souk%s%s", by->name, literal)
		       : literal;
}

/* What matches everything. */
static const char *wildcard(const char *op)
{
	return strncmp(op, "~~", 2) == 0 ? "%" : *op == '~' ? ".*" : NULL;
}

/* setting IN ('admin', 'root'), setting = ANY (ARRAY[tenant, '*']) */
static void note_one_of(const struct asking *a, const struct expr *value,
			const struct expr *list)
{
	for (size_t i = 0; list->kind == EXPR_LIST && i < list->n; i++) {
		const struct expr *literal = clause_literal(list->args[i]);

		if (!literal)
			continue;
		note_forged(a, value, literal->name);
		return;
	}
}

/* strpos(setting, tenant), setting LIKE '%' || tenant || '%' */
static void note_haystack(const struct asking *a, const struct expr *e)
{
	for (size_t i = 0; i < 2; i++)
		if (clause_mentions_tenant(a->c, e->args[i]) &&
		    !clause_mentions_tenant(a->c, e->args[1 - i]))
			note_forged(a, e->args[1 - i], CLAIM_BOTH);
}

static void note_operator(const struct asking *a, const struct expr *e)
{
	bool equal = strcmp(e->name, "=") == 0 || strcmp(e->name, "is not distinct from") == 0;
	bool holds = strcmp(e->name, "@>") == 0 || strcmp(e->name, "?") == 0;

	note_values(a, e);
	note_bound(a, e);
	if (e->kind == EXPR_ANY)
		note_one_of(a, e->args[0], expr_bare(e->args[1]));
	if (wildcard(e->name) && clause_mentions_tenant(a->c, e->args[1]))
		note_haystack(a, e);
	if (wildcard(e->name) && clause_mentions_tenant(a->c, e->args[0]))
		note_forged(a, e->args[1], wildcard(e->name));
	for (size_t i = 0; i < 2; i++) {
		const struct expr *literal = clause_literal(e->args[1 - i]);

		if (equal && literal)
			note_forged(a, e->args[i],
				    literal->name ? whole_of(a, e->args[i], literal->name)
						  : NULL);
		else if (equal || holds || e->kind == EXPR_ANY)
			note_column(a, e->args[i], e->args[1 - i], holds);
	}
}

static void ask(const struct asking *a, const struct expr *e);

static void ask_query(const struct asking *a, const struct expr *e)
{
	if (e->sub->kind == SUBQUERY_IN && e->n && e->sub->noutputs == 1)
		note_column(a, e->args[0], e->sub->outputs[0], false);
	for (const struct subquery *s = e->sub; s; s = s->more) {
		struct asking in = *a;

		in.outer = a;
		in.sub = s;
		in.depth++;
		if (s->where)
			ask(&in, s->where);
		for (size_t i = 0; i < s->noutputs; i++)
			ask(&in, s->outputs[i]);
	}
}

static void ask(const struct asking *a, const struct expr *e)
{
	struct clause_context inner;
	const struct expr *body = NULL;
	struct asking below = *a;

	if (!e || a->depth > DEPTH_MAX)
		return;
	below.depth++;
	if ((e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY) && e->n == 2)
		note_operator(a, e);
	else if (e->kind == EXPR_CAST && strcmp(e->name, "boolean") == 0)
		note_forged(a, e->args[0], "true");
	else if (e->kind == EXPR_COLUMN)
		note_truth(a, e);
	else if (e->kind == EXPR_NULL_TEST && e->is)
		note_row(a, e->args[0], NULL);
	else if (e->kind == EXPR_SUBQUERY)
		ask_query(a, e);
	else if (e->n == 2 && (expr_is_call(e, "strpos") || expr_is_call(e, "position")))
		note_haystack(a, e);
	else if (e->kind == EXPR_CALL)
		body = clause_inline(a->c, e, &inner);
	if (body) {
		below.c = &inner;
		ask(&below, body);
		return;
	}
	for (size_t i = 0; i < e->n; i++)
		ask(&below, e->args[i]);
}

static int by_uses(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->sought != y->sought)
		return x->sought ? -1 : 1;
	return (x->uses < y->uses) - (x->uses > y->uses);
}

void claims_release(struct claims *c)
{
	VEC_RELEASE(&c->list);
	VEC_RELEASE(&c->rows);
}

void claims_collect(struct judge *j, struct claims *out)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct clause_context c = judge_clause(j, t);
		struct asking a = { .j = j, .out = out, .t = t, .c = &c };

		for (size_t p = 0; table_tenant(t) && p < t->r->npolicies; p++) {
			ask(&a, t->policies[p].using_expr);
			if (t->policies[p].check_expr != t->policies[p].using_expr)
				ask(&a, t->policies[p].check_expr);
		}
		a.rows_only = true;
		if (j->in->extras && t->r->kind == RELATION_VIEW)
			ask(&a, view_query(j, t->r));
	}
	if (out->list.len)
		qsort(out->list.v, out->list.len, sizeof *out->list.v, by_uses);
}

const struct claims *judge_claims(struct judge *j)
{
	if (!j->claims) {
		j->claims = xcalloc(1, sizeof *j->claims);
		claims_collect(j, j->claims);
	}
	return j->claims;
}
