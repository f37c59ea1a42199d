/* SPDX-License-Identifier: MIT */
/* What policies tell about tenants: which column is compared with which setting, through which
 * casts. */
#include <string.h>

#include "profile_source.h"

struct collector {
	struct profile *p;
	const struct policy *policy;
	bool contained; /* what is compared now is compared so */
	VEC(struct policy_fact) facts;
};

static void note_source(struct collector *c, const struct expr *column, const struct source *s)
{
	struct arena *a = c->p->arena;
	size_t len = s->cast ? strlen(s->cast) : 0;

	if (s->setting || s->membership || s->identity)
		*VEC_PUSH(&c->facts) = (struct policy_fact){
			.column = arena_intern(a, column->name),
			.qualifier =
				column->qualifier ? arena_intern(a, column->qualifier) : NULL,
			.setting = s->setting ? arena_intern(a, s->setting) : NULL,
			.path = s->path.len ? arena_intern(a, s->path.data) : NULL,
			.cast = s->cast ? arena_intern(a, s->cast) : NULL,
			.function = s->function,
			.membership = s->membership && !s->setting,
			.asked = s->membership && s->asked && !s->setting,
			.by_login = s->membership && s->by_login && !s->setting,
			.reads = s->reads,
			.identity = s->identity && !s->setting,
			.list = !s->made && len > 2 && strcmp(s->cast + len - 2, "[]") == 0,
			.contained = c->contained,
		};
}

static void note(struct collector *c, const struct expr *column, const struct expr *value)
{
	struct source s = { .p = c->p, .policy = c->policy, .path = BUF_INIT };

	column = expr_bare(column);
	if (column->kind == EXPR_COLUMN) {
		source_resolve(&s, value);
		note_source(c, column, &s);
	}
	buf_release(&s.path);
}

/* is_member(organization_id), same_tenant(tenant_id). */
static void note_question(struct collector *c, const struct expr *e)
{
	struct source s = { .p = c->p, .policy = c->policy, .path = BUF_INIT };

	source_of_question(&s, e);
	for (size_t i = 0; i < e->n; i++) {
		const struct expr *column = expr_bare(e->args[i]);

		if (column->kind == EXPR_COLUMN)
			note_source(c, column, &s);
	}
	buf_release(&s.path);
}

static bool is_containment(const struct expr *e)
{
	return e->kind == EXPR_OPERATOR &&
	       (strcmp(e->name, "<@") == 0 || strcmp(e->name, "@>") == 0 ||
		strcmp(e->name, "&&") == 0);
}

/* path <@ mine, desks && mine, mine = ANY (desks): a column that holds more than one id. */
static void note_containment(struct collector *c, const struct expr *e)
{
	c->contained = true;
	note(c, e->args[1], e->args[0]);
	if (e->kind == EXPR_OPERATOR)
		note(c, e->args[0], e->args[1]);
	c->contained = false;
}

static const struct from_item *from_of(const struct subquery *sub, const struct expr *column)
{
	for (size_t i = 0; column->qualifier && i < sub->nfrom; i++) {
		if (sub->from[i].alias && strcmp(sub->from[i].alias, column->qualifier) == 0)
			return &sub->from[i];
	}
	return NULL;
}

/* One side is a column of the sub-query's rows, the other of the row that is asked about. */
static void note_link(struct collector *c, const struct subquery *sub, const struct expr *inner,
		      const struct expr *outer)
{
	const struct from_item *from;

	inner = expr_bare(inner);
	outer = expr_bare(outer);
	if (inner->kind != EXPR_COLUMN || outer->kind != EXPR_COLUMN || !outer->qualifier ||
	    from_of(sub, outer) || !(from = from_of(sub, inner)) || !from->name)
		return;
	*VEC_PUSH(&c->facts) = (struct policy_fact){
		.column = arena_intern(c->p->arena, outer->name),
		.membership = true,
		.by_login = source_asks_login(sub),
		.member_of = arena_intern(c->p->arena, from->name),
	};
}

/* EXISTS (SELECT FROM members m WHERE m.team_id = documents.team_id AND m.person = …) */
static void note_exists(struct collector *c, const struct subquery *sub)
{
	for (size_t i = 0; i < sub->nconditions; i++) {
		const struct expr *e = sub->conditions[i].e;

		for (size_t k = 0; e->kind == EXPR_AND && k < e->n; k++) {
			if (e->args[k]->kind == EXPR_OPERATOR && e->args[k]->n == 2 &&
			    strcmp(e->args[k]->name, "=") == 0) {
				note_link(c, sub, e->args[k]->args[0], e->args[k]->args[1]);
				note_link(c, sub, e->args[k]->args[1], e->args[k]->args[0]);
			}
		}
		if (e->kind == EXPR_OPERATOR && e->n == 2 && strcmp(e->name, "=") == 0) {
			note_link(c, sub, e->args[0], e->args[1]);
			note_link(c, sub, e->args[1], e->args[0]);
		}
	}
}

/* tenant IN (SELECT m.tenant FROM memberships m WHERE m.person = …): the sub-query's own
 * comparisons are about another table and are not looked at. */
static bool visit(void *ctx, const struct expr *e, int depth)
{
	struct collector *c = ctx;

	if (depth > 0)
		return true;
	if (e->kind == EXPR_CALL)
		note_question(c, e);
	if (e->kind == EXPR_SUBQUERY && e->sub && e->sub->kind == SUBQUERY_EXISTS)
		note_exists(c, e->sub);
	if ((e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY) && e->n == 2 &&
	    (strcmp(e->name, "=") == 0 || strcmp(e->name, "is not distinct from") == 0)) {
		note(c, e->args[0], e->args[1]);
		if (e->kind == EXPR_OPERATOR)
			note(c, e->args[1], e->args[0]);
		else if (!e->is)
			note_containment(c, e);
	} else if (e->n == 2 && is_containment(e)) {
		note_containment(c, e);
	} else if (e->kind == EXPR_SUBQUERY && e->sub && e->sub->kind == SUBQUERY_IN &&
		   e->n > 0) {
		const struct expr *column = expr_bare(e->args[0]);

		if (column->kind == EXPR_COLUMN && e->sub->nfrom > 0)
			*VEC_PUSH(&c->facts) = (struct policy_fact){
				.column = arena_intern(c->p->arena, column->name),
				.membership = true,
				.by_login = source_asks_login(e->sub),
				.reads = e->sub->nfrom == 1 && e->sub->from[0].name
						 ? arena_intern(c->p->arena,
								e->sub->from[0].name)
						 : NULL,
			};
		else if (e->sub->noutputs == 1)
			note(c, column, e->sub->outputs[0]);
	}
	return true;
}

static struct fact_list collected(struct collector *c)
{
	struct fact_list list = { NULL, c->facts.len };
	struct policy_fact *copy;

	if (list.n > 0) {
		copy = arena_array(c->p->arena, list.n, sizeof *copy);
		memcpy(copy, c->facts.v, list.n * sizeof *copy);
		list.v = copy;
	}
	VEC_RELEASE(&c->facts);
	return list;
}

struct fact_list condition_facts(struct profile *p, const struct expr *condition)
{
	struct collector c = { .p = p, .facts = VEC_INIT };

	expr_walk(condition, visit, &c);
	return collected(&c);
}

struct fact_list policy_facts(struct profile *p, const struct policy *policy, const char *text)
{
	struct collector c = { .p = p, .policy = policy, .facts = VEC_INIT };
	struct fact_list *list;
	struct arena *scratch;

	if (!text)
		return (struct fact_list){ NULL, 0 };
	/* One habit is written alike on hundreds of relations. */
	list = map_get(p->parsed, text);
	if (list)
		return *list;
	scratch = arena_new();
	expr_walk(expr_parse(scratch, text), visit, &c);
	list = arena_alloc(p->arena, sizeof *list);
	*list = collected(&c);
	map_set(p->parsed, text, list);
	arena_free(&scratch);
	return *list;
}

enum column_many column_many(const struct column *c)
{
	const char *dot = strrchr(c->type, '.'), *type = dot ? dot + 1 : c->type;
	size_t n = strlen(type);

	if (strcmp(type, "ltree") == 0)
		return MANY_PATH;
	return n > 2 && strcmp(type + n - 2, "[]") == 0 ? MANY_LIST : MANY_NOT;
}

/* The rows that decide are those that its own key refers to: they are its parent, no list of
 * members. */
static bool asks_parent(const struct profile *p, const struct relation *r,
			const struct column *column, const struct policy_fact *f)
{
	for (size_t k = 0; f->member_of && k < r->nreferences; k++) {
		const struct relation *to = catalog_relation(p->catalog, r->references[k]->to);

		if (to && r->references[k]->n == 1 &&
		    r->references[k]->from_columns[0] == column->attnum &&
		    strcmp(to->name, f->member_of) == 0)
			return true;
	}
	return false;
}

/* What is found is the row that keeps the login: who asks, and not where he belongs. */
static bool finds_person(const struct profile *p, const struct relation *r,
			 const struct column *column, const struct policy_fact *f)
{
	for (size_t k = 0; f->reads && k < r->nreferences; k++) {
		const struct relation *to = catalog_relation(p->catalog, r->references[k]->to);

		if (to && r->references[k]->n == 1 &&
		    r->references[k]->from_columns[0] == column->attnum &&
		    strcmp(to->name, f->reads) == 0)
			return tenant_column_word(column->name) == 0;
	}
	return person_name(column->name);
}

static void place(struct profile *p, const struct relation *r, const struct policy *policy,
		  const char *text)
{
	struct fact_list list = policy_facts(p, policy, text);

	for (size_t i = 0; i < list.n; i++) {
		const struct column *column = relation_column(r, list.v[i].column);

		if (column && !asks_parent(p, r, column, &list.v[i]) &&
		    (!list.v[i].contained || column_many(column)))
			*VEC_PUSH(&p->facts) = (struct placed_fact){
				.relation = r,
				.policy = policy,
				.column = column,
				.fact = list.v[i],
			};
		else
			continue;
		if (list.v[i].by_login && finds_person(p, r, column, &list.v[i]))
			p->facts.v[p->facts.len - 1].fact.by_login = false;
	}
}

void profile_collect_facts(struct profile *p)
{
	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		for (size_t k = 0; k < r->npolicies; k++) {
			place(p, r, &r->policies[k], r->policies[k].using_expr);
			place(p, r, &r->policies[k], r->policies[k].check_expr);
		}
	}
}

static bool is_contained(const struct placed_fact *f)
{
	return f->fact.contained;
}

/* A list beside the tenant's own column says with whom a row is shared, not whose it is. */
void profile_drop_shares(struct profile *p)
{
	size_t kept = 0, end;

	for (size_t i = 0; i < p->facts.len; i = end) {
		bool plain = false;

		for (end = i; end < p->facts.len; end++) {
			if (p->facts.v[end].relation != p->facts.v[i].relation)
				break;
			plain = plain || !is_contained(&p->facts.v[end]);
		}
		for (size_t k = i; k < end; k++)
			if (!plain || !is_contained(&p->facts.v[k]))
				p->facts.v[kept++] = p->facts.v[k];
	}
	p->facts.len = kept;
}

const struct placed_fact *profile_facts(const struct profile *p, const struct relation *r,
					size_t *n)
{
	size_t lo = 0, hi = p->facts.len, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->facts.v[mid].relation < r)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < p->facts.len && p->facts.v[end].relation == r; end++)
		;
	*n = end - lo;
	return p->facts.v ? p->facts.v + lo : NULL;
}
