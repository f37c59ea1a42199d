/* SPDX-License-Identifier: MIT */
/*
 * Rows that are two tenants': a seller's and a buyer's.  The policies that show them compare the
 * other column with the same as the tenant's own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile_priv.h"
#include "rls_clause_priv.h"
#include "rls_priv.h"

struct party {
	const struct table *t;
	struct clause_context c;
	const char *column;	  /* the other one */
	const struct expr *value; /* what it is compared with */
	bool tenant, other;	  /* found in a policy that shows rows: the two comparisons */
};

/* The column of an equation, and what it is compared with; NULL: it is none. */
static const char *compared(const struct expr *e, const struct expr **value)
{
	if (e->kind != EXPR_OPERATOR || e->n != 2 || strcmp(e->name, "=") != 0)
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		const struct expr *column = expr_bare(e->args[i]);

		if (column->kind != EXPR_COLUMN)
			continue;
		*value = e->args[1 - i];
		return column->name;
	}
	return NULL;
}

/* The same, of the session: not only in the same words.  Of claims, each has the same setting. */
static bool says_the_same(const struct party *x, const struct expr *value)
{
	const char *setting, *other;

	if (expr_equal(expr_bare(value), expr_bare(x->value)))
		return true;
	if (x->c.claim)
		return false;
	setting = clause_setting(&x->c, value);
	other = clause_setting(&x->c, x->value);
	return setting && other && strcmp(setting, other) == 0;
}

static void note(struct party *x, const char *column)
{
	x->tenant = x->tenant || strcmp(column, x->t->tenant) == 0;
	x->other = x->other || strcmp(column, x->column) == 0;
}

/* mine = ANY (ARRAY[buyer, seller]); NULL: e is none. */
static const struct expr *listed(const struct expr *e)
{
	const struct expr *list = e->kind == EXPR_ANY && !e->is && strcmp(e->name, "=") == 0
					  ? expr_bare(e->args[1])
					  : NULL;

	return list && list->kind == EXPR_LIST ? list : NULL;
}

static bool look_for_party(void *ctx, const struct expr *e, int depth)
{
	struct party *x = ctx;
	const struct expr *value, *list = depth ? NULL : listed(e);
	const char *column = depth ? NULL : compared(e, &value);

	if (column && says_the_same(x, value))
		note(x, column);
	for (size_t i = 0; list && says_the_same(x, e->args[0]) && i < list->n; i++)
		if (expr_bare(list->args[i])->kind == EXPR_COLUMN)
			note(x, expr_bare(list->args[i])->name);
	return true;
}

/* Where the tenant's column leads to the list of tenants the other one does, too. */
static bool leads_alike(const struct table *t, const char *column)
{
	const struct column *own = relation_column(t->r, t->tenant),
			    *other = relation_column(t->r, column);
	bool own_leads = false, other_leads = false;

	for (size_t i = 0; own && other && i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];

		if (k->n != 1 || !t->tenancy || k->to != t->tenancy->directory)
			continue;
		own_leads = own_leads || k->from_columns[0] == own->attnum;
		other_leads = other_leads || k->from_columns[0] == other->attnum;
	}
	return own && other && own != other && strcmp(own->type, other->type) == 0 &&
	       (other_leads || !own_leads);
}

bool judge_is_party(struct judge *j, const struct table *t, const struct expr *arm)
{
	struct party x = { .t = t, .c = judge_clause(j, t) };

	x.column = arm && t->tenant ? compared(arm, &x.value) : NULL;
	if (!x.column || !leads_alike(t, x.column))
		return false;
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g->policy->permissive && strchr("*r", g->policy->command) && g->using_expr)
			expr_walk(g->using_expr, look_for_party, &x);
	}
	return x.tenant && x.other;
}

static bool is_party_column(const struct table *t, const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_COLUMN &&
	       (strcmp(e->name, t->tenant) == 0 || leads_alike(t, e->name));
}

/* Each of its arms compares a column of a party's. */
static bool asks_parties(const struct table *t, const struct expr *e)
{
	const struct expr *list = listed(e), *value;

	for (size_t i = 0; e->kind == EXPR_OR && i < e->n; i++)
		if (!asks_parties(t, e->args[i]))
			return false;
	for (size_t i = 0; list && i < list->n; i++)
		if (!is_party_column(t, list->args[i]))
			return false;
	if (e->kind == EXPR_OR || list)
		return true;
	const char *column = compared(e, &value);

	return column && (strcmp(column, t->tenant) == 0 || leads_alike(t, column));
}

struct seek_column {
	const struct table *t;
	const char *name;
	bool found;
};

static bool seek_column(void *ctx, const struct expr *e, int depth)
{
	struct seek_column *s = ctx;

	if (e->kind == EXPR_COLUMN && strcmp(e->name, s->name) == 0 &&
	    (e->qualifier ? strcmp(e->qualifier, s->t->r->name) == 0 : depth == 0))
		s->found = true;
	return !s->found;
}

static bool names(const struct table *t, const struct expr *e, const char *column)
{
	struct seek_column s = { t, column, false };

	expr_walk(e, seek_column, &s);
	return s.found;
}

/* m.org = row.org OR m.org = row.buyer, in what looks for a member: either will do. */
static bool is_not_either(void *ctx, const struct expr *e, int depth)
{
	const struct seek_column *s = ctx;
	bool tenant = false, other = false;

	(void)depth;
	for (size_t i = 0; e->kind == EXPR_OR && i < e->n; i++) {
		bool own = names(s->t, e->args[i], s->t->tenant);

		tenant = tenant || own;
		other = other || (!own && names(s->t, e->args[i], s->name));
	}
	return !(tenant && other);
}

/* One of the arms finds, for whoever asks, that he belongs to what the column says. */
static bool admits_by(struct judge *j, const struct table *t, const struct expr *e,
		      const char *column)
{
	struct clause_context c = judge_clause(j, t);
	struct seek_column s = { t, column, false };

	for (size_t i = 0; e->kind == EXPR_OR && i < e->n; i++)
		if (admits_by(j, t, e->args[i], column))
			return true;
	if (e->kind == EXPR_OR || clause_judge(&c, e).level != CLAUSE_OWN)
		return false;
	return clause_mentions_tenant(&c, e) ? !expr_walk(e, is_not_either, &s)
					     : names(t, e, column);
}

bool judge_has_members_by(struct judge *j, const struct table *t, const char *column)
{
	if (!t->tenant || !leads_alike(t, column))
		return false;
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g->policy->permissive && strchr("*r", g->policy->command) && g->using_expr &&
		    admits_by(j, t, g->using_expr, column))
			return true;
	}
	return false;
}

bool judge_goes_by_group(const struct judge *j, const struct table *t, const struct expr *arm)
{
	static const char *const words[] = {
		"region",   "country",	"zone",	  "area",   "district", "territory", "province",
		"city",	    "market",	"locale", "lang",   "language", "currency",  "category",
		"kind",	    "type",	"status", "level",  "tier",	"plan",	     "grade",
		"year",	    "season",	"sector", "segment", "channel", NULL
	};
	const struct expr *value;
	const char *name = arm ? compared(arm, &value) : NULL;
	const struct column *c = name ? relation_column(t->r, name) : NULL;

	if (!c || person_name(name) || !name_has_any(name, words))
		return false;
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		const struct table *to = judge_table(j, k->to);

		/* A region that is one tenant's own. */
		for (size_t n = 0; to && table_tenant(to) && n < k->n; n++)
			if (k->from_columns[n] == c->attnum)
				return false;
	}
	return true;
}

bool judge_is_parties(struct judge *j, const struct table *t, const struct expr *e,
		      const struct clause_verdict *v)
{
	return v->level == CLAUSE_OPEN && v->own_arm && t->tenant && e && asks_parties(t, e) &&
	       judge_is_party(j, t, v->arm);
}

/* Some table has a column of that name beside the same tenant's, and shows its rows to both. */
static bool seek_party(struct judge *j, const struct table *t, const char *column)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *other = &j->tables[i];

		if (!other->tenant || other->tenancy != t->tenancy || !other->r->rls ||
		    strcmp(other->tenant, t->tenant) != 0 || !leads_alike(other, column))
			continue;
		if (judge_has_members_by(j, other, column))
			return true;
		for (size_t p = 0; p < other->r->npolicies; p++) {
			const struct judged *g = &other->policies[p];
			struct party x = { .t = other, .c = judge_clause(j, other) };

			if (!g->policy->permissive || !strchr("*r", g->policy->command) ||
			    !judge_is_parties(j, other, g->using_expr, &g->using_verdict))
				continue;
			compared(g->using_verdict.arm, &x.value);
			x.column = column;
			expr_walk(g->using_expr, look_for_party, &x);
			if (x.other)
				return true;
		}
	}
	return false;
}

/* Asked of the same few columns by each table that is mended. */
static bool is_party_elsewhere(struct judge *j, const struct table *t, const char *column)
{
	enum { NO = 1, YES };
	char *key = xasprintf("%p\n%s\n%s", (const void *)t->tenancy, t->tenant, column);
	uintptr_t known = (uintptr_t)map_get(j->parties, key);

	if (!known) {
		known = seek_party(j, t, column) ? YES : NO;
		map_set(j->parties, key, (void *)known);
	}
	free(key);
	return known == YES;
}

/* The condition with another column in the tenant's place; NULL: its text may mean another one. */
static const char *said_of(struct judge *j, const struct table *t, const char *condition,
			   const char *column)
{
	struct buf out = BUF_INIT;
	const char *text, *from = condition, *at;

	if (find_word(condition, "select") || strchr(condition, '"') || strchr(condition, '\''))
		return NULL;
	while ((at = find_word(from, t->tenant)) != NULL) {
		buf_addf(&out, "%.*s", (int)(at - from), from);
		sql_ident(&out, column);
		from = at + strlen(t->tenant);
	}
	buf_adds(&out, from);
	text = from == condition ? NULL : arena_strdup(j->arena, out.data);
	buf_release(&out);
	return text;
}

const char *judge_with_parties(struct judge *j, const struct table *t, const char *condition)
{
	const char *first = condition;

	for (size_t i = 0; condition && t->attnum && i < t->r->ncolumns; i++) {
		const struct column *c = &t->r->columns[i];
		struct table party = *t;
		const char *own;

		if (!leads_alike(t, c->name) || !is_party_elsewhere(j, t, c->name))
			continue;
		party.tenant = c->name;
		party.attnum = c->attnum;
		own = judge_own_condition(j, &party);
		own = own ? own : said_of(j, t, first, c->name);
		if (own)
			condition = arena_printf(j->arena, "(%s) OR (%s)", condition, own);
	}
	return condition;
}
