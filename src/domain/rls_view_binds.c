/* SPDX-License-Identifier: MIT */
/*
 * What the conditions of a view bind.  A relation in FROM is bound where its tenant is compared
 * with something of the session, or where it is joined by the tenant or by a key with one that
 * is; the ON of an outer join binds nothing on the side that is kept.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

/* A query and, for one inside another, what is around it. */
struct scope {
	struct judge *j;
	oid owner; /* of the view: as whom it reads */
	const struct subquery *query;
	const struct scope *outer;
	const char *only; /* of a tenant that is two columns, the one that is asked for; or NULL */
	const struct relation **relations; /* of its items; NULL: not one of the catalog */
	bool *bound;
};

/* A column of some item; scope NULL: it may be any. */
struct place {
	const struct scope *scope;
	size_t item;
};

/* ---- columns ---- */

static struct place place_of(const struct scope *s, const struct expr *column)
{
	for (; s; s = s->outer) {
		if (!column->qualifier && s->query->nfrom == 1)
			return (struct place){ s, 0 };
		for (size_t i = 0; column->qualifier && i < s->query->nfrom; i++) {
			const char *alias = s->query->from[i].alias;

			if (alias && strcmp(alias, column->qualifier) == 0)
				return (struct place){ s, i };
		}
		if (!column->qualifier)
			break;
	}
	return (struct place){ NULL, 0 };
}

static bool is_tenant_name(const struct scope *s, const char *name)
{
	const struct judge *j = s->j;

	for (size_t i = 0; !s->only && i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if (y->column && strcmp(y->column, name) == 0)
			return true;
	}
	return s->only && strcmp(s->only, name) == 0;
}

static bool is_directory_key(const struct judge *j, const struct relation *r, const char *name)
{
	for (size_t i = 0; r && i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if (y->directory == r->oid && y->directory_key &&
		    strcmp(y->directory_key, name) == 0)
			return true;
	}
	return false;
}

static bool is_tenant_column(const struct scope *s, const struct expr *e)
{
	struct place at;

	e = expr_bare(e);
	if (e->kind != EXPR_COLUMN)
		return false;
	if (is_tenant_name(s, e->name))
		return true;
	at = place_of(s, e);
	return at.scope && is_directory_key(s->j, at.scope->relations[at.item], e->name);
}

/* ---- conditions by the session ---- */

static bool no_column(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	return depth > 0 || e->kind != EXPR_COLUMN;
}

static bool binds_tenant(const struct scope *s, const struct expr *e);

/* Some arm binds, and the others do not look at the row at all: a role's switch. */
static bool binds_or(const struct scope *s, const struct expr *e)
{
	bool some = false;

	for (size_t i = 0; i < e->n; i++) {
		bool binds = binds_tenant(s, e->args[i]);

		if (!binds && !expr_walk(e->args[i], no_column, NULL))
			return false;
		some = some || binds;
	}
	return some;
}

/* Tenant = something of the session. */
static bool binds_comparison(const struct scope *s, const struct expr *e)
{
	struct clause_context c = { .relation = &(struct relation){ .name = "" },
				    .lookup = &s->j->lookup,
				    .arena = s->j->arena };
	struct clause_facts f;

	for (size_t i = 0; i < e->n; i++) {
		if (!is_tenant_column(s, e->args[i]))
			continue;
		clause_look(&c, e, &f);
		if (f.setting || f.person || e->kind == EXPR_SUBQUERY ||
		    (e->n == 2 && expr_bare(e->args[1 - i])->kind == EXPR_CALL))
			return true;
	}
	return false;
}

/* Anywhere among the conditions that are joined by AND. */
static bool binds_tenant(const struct scope *s, const struct expr *e)
{
	if (!e)
		return false;
	if (e->kind == EXPR_AND) {
		for (size_t i = 0; i < e->n; i++)
			if (binds_tenant(s, e->args[i]))
				return true;
		return false;
	}
	if (e->kind == EXPR_OR)
		return binds_or(s, e);
	if (e->kind == EXPR_SUBQUERY && e->sub->kind == SUBQUERY_EXISTS)
		return binds_tenant(s, e->sub->where);
	for (size_t i = 0; e->kind == EXPR_CALL && i < e->n; i++)
		if (is_tenant_column(s, e->args[i]))
			return true;
	return (e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY || e->kind == EXPR_SUBQUERY) &&
	       binds_comparison(s, e);
}

/* ---- what they bind ---- */

static bool in_range(const struct join_condition *c, size_t item)
{
	return item >= c->first && item < c->end;
}

/* What stands in the place of an item is bound with it, and the other way round. */
static void bind_item(struct scope *s, size_t item)
{
	const struct from_item *x = &s->query->from[item];

	s->bound[item] = true;
	for (size_t i = x->first; i < x->end; i++)
		bind_item(s, i);
}

struct marking {
	struct scope *s;
	const struct join_condition *c;
	bool *open; /* per item: judged, and not bound by it */
};

/* Each item that a condition by the session names. */
static bool mark(void *ctx, const struct expr *e, int depth)
{
	struct marking *m = ctx;
	struct place at;

	(void)depth;
	if (e->kind != EXPR_COLUMN)
		return true;
	at = place_of(m->s, e);
	for (size_t i = m->c->first; i < m->c->end; i++)
		if (!m->open[i] && (!e->qualifier || (at.scope == m->s && at.item == i)))
			bind_item(m->s, i);
	return true;
}

/* A column by which each session finds rows of its own only: a person has one membership of a
 * tenant, by a key of the two. */
static bool is_persons_key(const struct table *t, const char *column)
{
	for (size_t i = 0; i < t->r->nindexes; i++) {
		const struct index *key = &t->r->indexes[i];
		bool has = false, other = false;

		for (size_t k = 0; key->unique && k < key->nkeys; k++) {
			const struct column *c = relation_attnum(t->r, key->columns[k]);

			has = has || (c && strcmp(c->name, column) == 0);
			other = other || !c ||
				(strcmp(c->name, column) != 0 &&
				 (!t->tenant || strcmp(c->name, t->tenant) != 0));
		}
		if (has && !other)
			return true;
	}
	return false;
}

static bool is_persons(const struct table *t, const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_OPERATOR && i < e->n; i++) {
		const struct expr *column = expr_bare(e->args[i]);

		if (column->kind == EXPR_COLUMN && is_persons_key(t, column->name))
			return true;
	}
	return false;
}

/* Rows of its own, and those that it has a part in. */
static bool is_of_parties(struct judge *j, const struct clause_context *c,
			  const struct table *t, const struct expr *e)
{
	bool all = e->kind == EXPR_OR;

	for (size_t i = 0; all && i < e->n; i++)
		all = is_of_parties(j, c, t, e->args[i]);
	return all || judge_is_party(j, t, e) || clause_judge(c, e).level == CLAUSE_OWN;
}

/* The same condition, whatever its columns are qualified with. */
static bool same_condition(const struct expr *a, const struct expr *b)
{
	bool same = a->kind == b->kind && a->n == b->n && a->is == b->is && !a->sub &&
		    !b->sub && !a->name == !b->name &&
		    (!a->name || strcmp(a->name, b->name) == 0);

	for (size_t i = 0; same && i < a->n; i++)
		same = same_condition(a->args[i], b->args[i]);
	return same;
}

/* Rows of its own, and those that the table's policies show to every tenant anyway. */
static bool shows_shared(const struct scope *s, const struct clause_context *c,
			 const struct table *t, const struct expr *e)
{
	const char *text = judge_shared_rows(s->j, t);
	const struct expr *shared = text ? judge_parse(s->j, text) : NULL;
	bool all = e->kind == EXPR_OR;

	if (!shared)
		return false;
	for (size_t i = 0; all && i < e->n; i++)
		all = clause_judge(c, e->args[i]).level <= CLAUSE_OWN ||
		      shows_shared(s, c, t, e->args[i]);
	for (size_t i = 0; !all && shared->kind == EXPR_OR && i < shared->n; i++)
		all = same_condition(shared->args[i], e);
	return all || same_condition(shared, e);
}

/* The condition judged as if it were the policy of one item's table, read by the view's owner;
 * CLAUSE_UNKNOWN also where the item is no table. */
static enum clause_level judge_item(struct scope *s, size_t item, const struct expr *e)
{
	const struct relation *r = s->relations[item];
	const struct table *t = r && relation_is_table(r) ? judge_table(s->j, r->oid) : NULL;
	const char *alias = s->query->from[item].alias;
	struct table half;
	struct relation named;
	struct clause_context c;
	struct clause_verdict v;

	if (!t || !table_tenant(t))
		return CLAUSE_UNKNOWN;
	if (s->only && t->tenant && strcmp(t->tenant, s->only) != 0 &&
	    composite_half(s->j, t, &half))
		t = &half;
	named = *r;
	named.name = alias ? alias : r->name;
	c = judge_clause(s->j, t);
	c.relation = &named;
	c.reader = s->owner;
	v = clause_judge(&c, e);
	if (v.level != CLAUSE_OPEN)
		return v.level;
	if (v.own_arm && !(v.reasons & ~(unsigned)OPEN_ROLE)) /* a role's switch beside it */
		return CLAUSE_OWN;
	/* What is said to be public of its tenant, by a look-up, is shared by who said so. */
	if ((v.reasons == OPEN_SHARED && !v.own_arm && e->kind == EXPR_CALL) ||
	    shows_shared(s, &c, t, e) || is_of_parties(s->j, &c, t, e))
		return CLAUSE_OWN;
	return v.reasons == OPEN_PERSONAL && is_persons(t, e) ? CLAUSE_OWN : CLAUSE_OPEN;
}

/* The parts of a condition that are joined by AND, one by one. */
static void mark_bound(struct scope *s, const struct join_condition *c, const struct expr *e)
{
	struct marking m = { s, c, NULL };

	if (e->kind == EXPR_AND) {
		for (size_t i = 0; i < e->n; i++)
			mark_bound(s, c, e->args[i]);
		return;
	}
	m.open = arena_array(s->j->arena, s->query->nfrom + 1, sizeof *m.open);
	for (size_t i = c->first; i < c->end; i++) {
		enum clause_level level = judge_item(s, i, e);

		m.open[i] = level == CLAUSE_OPEN;
		if (level == CLAUSE_OWN || level == CLAUSE_NEVER)
			bind_item(s, i);
	}
	if (expr_has_opaque(e)) /* not understood: silence */
		for (size_t i = c->first; i < c->end; i++)
			bind_item(s, i);
	else if (e->kind != EXPR_SUBQUERY && binds_tenant(s, e))
		expr_walk(e, mark, &m);
}

/* ---- joins ---- */

static bool key_pairs(const struct scope *s, const struct foreign_key *k,
		      const struct relation *from, const char *a, const struct relation *to,
		      const char *b)
{
	if (s->only && k->n > 1 && strcmp(s->only, a) != 0)
		return false;
	for (size_t i = 0; k->to == to->oid && i < k->n; i++)
		if (strcmp(relation_attnum(from, k->from_columns[i])->name, a) == 0 &&
		    strcmp(relation_attnum(to, k->to_columns[i])->name, b) == 0)
			return true;
	return false;
}

/* Does x.a = y.b leave of x only what belongs to the rows of y? */
static bool joins(const struct scope *s, const struct relation *x, const char *a,
		  const struct relation *y, const char *b)
{
	const struct judge *j = s->j;
	const struct table *t = y ? judge_table(j, y->oid) : NULL;
	const struct index *key;

	if (!x || !y || !t)
		return true;
	if (!table_tenant(t) && !t->directory && relation_is_table(y))
		return false; /* what all tenants share joins them all */
	if ((is_tenant_name(s, a) || is_directory_key(j, x, a)) &&
	    (is_tenant_name(s, b) || is_directory_key(j, y, b)))
		return true;
	if (!relation_is_table(x) || !relation_is_table(y))
		return true;
	for (size_t i = 0; i < x->nreferences; i++)
		if (key_pairs(s, x->references[i], x, a, y, b))
			return true;
	for (size_t i = 0; i < y->nreferences; i++)
		if (key_pairs(s, y->references[i], y, b, x, a))
			return true;
	key = relation_key(x);
	return key && key->nkeys == 1 && relation_attnum(x, key->columns[0]) &&
	       strcmp(relation_attnum(x, key->columns[0])->name, a) == 0;
}

/* USING says of one column only that some item before has it: it is the one that has, and if
 * there are several, one that is bound. */
static struct place place_before(const struct scope *s, const struct expr *column, size_t but)
{
	struct place at = place_of(s, column);

	for (size_t i = 0; !at.scope && !column->qualifier && i < s->query->nfrom; i++)
		if (i != but && s->relations[i] && s->bound[i] &&
		    relation_column(s->relations[i], column->name))
			return (struct place){ s, i };
	for (size_t i = 0; !at.scope && !column->qualifier && i < s->query->nfrom; i++)
		if (i != but && s->relations[i] &&
		    relation_column(s->relations[i], column->name))
			return (struct place){ s, i };
	return at;
}

/* own = other, where other's item is bound: own's is then, if the condition filters it. */
static bool link_items(struct scope *s, const struct join_condition *c, const struct expr *own,
		       const struct expr *other)
{
	struct place a = place_of(s, own), b = place_before(s, other, a.item);
	bool known = b.scope && (b.scope != s || b.item < s->query->nfrom);

	if (a.scope != s || s->bound[a.item] || !in_range(c, a.item) ||
	    (b.scope == s && b.item == a.item) || (known && !b.scope->bound[b.item]) ||
	    !joins(s, s->relations[a.item], own->name,
		   known ? b.scope->relations[b.item] : NULL, other->name))
		return false;
	bind_item(s, a.item);
	return true;
}

static bool link_all(struct scope *s, const struct join_condition *c, const struct expr *e)
{
	bool any = false;

	for (size_t i = 0; e->kind == EXPR_AND && i < e->n; i++)
		any = link_all(s, c, e->args[i]) || any;
	if (e->kind == EXPR_OPERATOR && strcmp(e->name, "=") == 0 && e->n == 2) {
		const struct expr *l = expr_bare(e->args[0]), *r = expr_bare(e->args[1]);

		if (l->kind == EXPR_COLUMN && r->kind == EXPR_COLUMN)
			any = link_items(s, c, l, r) || link_items(s, c, r, l);
	}
	return any;
}

/* An item of which some relation is bound is bound: the query in its place is filtered. */
static bool bind_queries(struct scope *s)
{
	bool any = false;

	for (size_t i = 0; i < s->query->nfrom; i++) {
		const struct from_item *x = &s->query->from[i];

		for (size_t k = x->first; !s->bound[i] && k < x->end; k++)
			any = s->bound[i] = s->bound[k];
	}
	return any;
}

static void bind_all(struct scope *s)
{
	const struct subquery *q = s->query;
	bool more = true;

	for (size_t i = 0; i < q->nconditions; i++)
		mark_bound(s, &q->conditions[i], q->conditions[i].e);
	while (more) {
		more = bind_queries(s);
		for (size_t i = 0; i < q->nconditions; i++)
			more = link_all(s, &q->conditions[i], q->conditions[i].e) || more;
	}
}

/* ---- a query ---- */

/* Of which relation it is asked, and how. */
struct question {
	struct judge *j;
	oid owner;
	const char *only;
	const struct relation *b;
};

static bool query_binds(const struct question *x, const struct subquery *q,
			const struct scope *outer);

struct shown {
	const struct question *asked;
	const struct scope *s;
	bool open;
};

/* A sub-query of the select list shows what it finds. */
static bool look_at_shown(void *ctx, const struct expr *e, int depth)
{
	struct shown *x = ctx;

	if (depth == 0 && e->kind == EXPR_SUBQUERY &&
	    (e->sub->kind == SUBQUERY_SCALAR || e->sub->kind == SUBQUERY_ARRAY))
		x->open = x->open || !query_binds(x->asked, e->sub, x->s);
	return !x->open;
}

static bool asks_nobody(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	(void)depth;
	return e->kind != EXPR_CALL && e->kind != EXPR_IDENTITY;
}

/* Shows nothing unless a function of the session says so. */
static bool asks(const struct subquery *q)
{
	return q->where && expr_walk(q->where, no_column, NULL) &&
	       !expr_walk(q->where, asks_nobody, NULL);
}

enum arm { ARM_OPEN, ARM_ASKS, ARM_BINDS };

static enum arm arm_binds(const struct question *asked, const struct subquery *q,
			  const struct scope *outer)
{
	struct judge *j = asked->j;
	struct scope s = {
		.j = j, .owner = asked->owner, .only = asked->only, .query = q, .outer = outer
	};
	struct shown shown = { .asked = asked, .s = &s };
	bool open = false;

	s.relations = arena_array(j->arena, q->nfrom + 1, sizeof *s.relations);
	s.bound = arena_array(j->arena, q->nfrom + 1, sizeof *s.bound);
	for (size_t i = 0; i < q->nfrom; i++) {
		const struct from_item *x = &q->from[i];

		/* A function, or a query without relations: values of the session. */
		s.bound[i] = !x->name && x->first == x->end;
		s.relations[i] =
			x->name ? j->lookup.relation(j->lookup.ctx, x->schema, x->name) : NULL;
	}
	bind_all(&s);
	for (size_t i = 0; i < q->nfrom; i++)
		open = open || (s.relations[i] == asked->b && !s.bound[i]);
	for (size_t i = 0; i < q->noutputs; i++)
		expr_walk(q->outputs[i], look_at_shown, &shown);
	if (shown.open || (open && !asks(q)))
		return ARM_OPEN;
	return open ? ARM_ASKS : ARM_BINDS;
}

/* Every arm of a UNION binds, but for those that ask a function. */
static bool query_binds(const struct question *x, const struct subquery *q,
			const struct scope *outer)
{
	bool some = false;

	for (; q; q = q->more) {
		enum arm arm = arm_binds(x, q, outer);

		if (arm == ARM_OPEN)
			return false;
		some = some || arm == ARM_BINDS;
	}
	return some;
}

/* By each column of a tenant that is two. */
static bool both_bind(struct question *x, const struct subquery *q)
{
	const struct table *t = judge_table(x->j, x->b->oid);
	struct table half;

	if (!t || !composite_half(x->j, t, &half))
		return query_binds(x, q, NULL);
	x->only = t->tenant;
	if (!query_binds(x, q, NULL))
		return false;
	x->only = half.tenant;
	return query_binds(x, q, NULL);
}

bool view_binds(struct judge *j, const struct relation *v, const struct relation *b)
{
	const struct expr *e = view_query(j, v);

	if (!e)
		return false;
	if (e->kind == EXPR_SUBQUERY)
		return both_bind(&(struct question){ .j = j, .owner = v->owner_oid, .b = b },
				 e->sub);
	/* Not understood: silence, if it looks like a filter at all. */
	return e->kind == EXPR_OPAQUE &&
	       (strstr(e->name, "current_setting") || strstr(e->name, "_USER"));
}
