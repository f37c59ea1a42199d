/* SPDX-License-Identifier: MIT */
/*
 * Tables that policies believe: whoever may write a membership lets himself in.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

static bool not_read(void *ctx, const struct expr *e, int depth)
{
	(void)depth;
	for (const struct subquery *s = e->kind == EXPR_SUBQUERY ? e->sub : NULL; s;
	     s = s->more)
		for (size_t i = 0; i < s->nfrom; i++)
			if (s->from[i].name &&
			    strcmp(s->from[i].name, ((const struct relation *)ctx)->name) == 0)
				return false;
	return true;
}

/* Does a row get in by what b says of it, whosever it is?  A share opens rows of others,
 * unless the tenant is asked beside it. */
static bool lets_in_by(const struct clause_context *c, const struct expr *e,
		       const struct relation *b)
{
	bool in = false;

	if (!e || expr_walk(e, not_read, (void *)(uintptr_t)b))
		return false;
	if (e->kind != EXPR_AND && e->kind != EXPR_OR)
		return e->kind == EXPR_SUBQUERY && !clause_mentions_tenant(c, e) &&
		       clause_judge(c, e).level == CLAUSE_OWN;
	for (size_t i = 0; i < e->n; i++) {
		in = in || lets_in_by(c, e->args[i], b);
		if (e->kind == EXPR_AND && expr_walk(e->args[i], not_read, (void *)(uintptr_t)b) &&
		    clause_judge(c, e->args[i]).level != CLAUSE_OPEN)
			return false;
	}
	return in;
}

/* Whatever b says, the row is the session's tenant's, or one that it has a part in. */
static bool is_bound_without(struct judge *j, const struct table *t, const struct expr *e,
			     const struct relation *b)
{
	struct clause_context c = judge_clause(j, t);
	struct clause_verdict v;
	size_t bound = 0;

	if (!e)
		return true;
	if (e->kind != EXPR_AND && e->kind != EXPR_OR) {
		v = clause_judge(&c, e);
		return expr_walk(e, not_read, (void *)(uintptr_t)b) &&
		       (v.level <= CLAUSE_OWN || judge_is_party(j, t, v.arm));
	}
	for (size_t i = 0; i < e->n; i++)
		bound += is_bound_without(j, t, e->args[i], b);
	return e->kind == EXPR_AND ? bound > 0 : bound == e->n;
}

/* One row of b opens all of the table's: there is nobody to let in. */
static bool is_open_anyway(const struct judged *g)
{
	return (g->using_verdict.level != CLAUSE_OPEN ||
		g->using_verdict.reasons == OPEN_UNBOUND) &&
	       (g->check_verdict.level != CLAUSE_OPEN ||
		g->check_verdict.reasons == OPEN_UNBOUND) &&
	       (g->using_verdict.level == CLAUSE_OPEN || g->check_verdict.level == CLAUSE_OPEN);
}

/* A restrictive policy binds what the actor writes there by g. */
static bool held_by_floor(struct judge *j, const struct table *t, const struct judged *g,
			  size_t actor)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *floor = &t->policies[i];
		bool named;

		if (!floor->policy->permissive &&
		    (floor->policy->command == '*' ||
		     floor->policy->command == g->policy->command) &&
		    floor->check_verdict.level != CLAUSE_OPEN &&
		    judge_applies(j, floor->policy, &j->actors.v[actor], &named))
			return true;
	}
	return false;
}

/* The policy by which the actor writes what no policy checks; NULL: it is checked, or trusted
 * is open altogether (*open). */
static const struct policy *lets_write(struct judge *j, const struct table *trusted,
				       size_t actor, bool by_office, bool by_share,
				       bool *open)
{
	*open = !trusted->bound[actor];
	for (size_t i = 0; !*open && i < trusted->r->npolicies; i++) {
		const struct judged *g = &trusted->policies[i];
		char command = g->policy->command;
		int right = command == 'a'   ? RIGHT_INSERT
			    : command == 'w' ? RIGHT_UPDATE
					     : RIGHT_INSERT | RIGHT_UPDATE;
		bool named;

		if (!(trusted->rights[actor] & right) ||
		    !judge_applies(j, g->policy, &j->actors.v[actor], &named) ||
		    !g->policy->permissive || held_by_floor(j, trusted, g, actor))
			continue;
		/* Who may write a row of one's own there says there what one is. */
		if (strchr("*aw", command) && g->check_verdict.level == CLAUSE_OPEN &&
		    (table_tenant(trusted) ||
		     g->check_verdict.reasons & (OPEN_TRUE | OPEN_TAUTOLOGY) ||
		     (by_office && g->check_verdict.reasons & OPEN_PERSONAL) ||
		     (by_share && g->check_verdict.reasons == OPEN_PERSONAL)))
			return g->policy;
	}
	return NULL;
}

/* Does any policy let the actor change rows of b that are not its own? */
static bool changes_others(struct judge *j, const struct table *b, size_t actor)
{
	for (size_t i = 0; i < b->r->npolicies; i++) {
		const struct judged *g = &b->policies[i];
		bool named;

		if (g->policy->permissive && strchr("*w", g->policy->command) &&
		    judge_applies(j, g->policy, &j->actors.v[actor], &named) &&
		    g->using_verdict.level == CLAUSE_OPEN &&
		    g->using_verdict.reasons & ~(unsigned)OPEN_PERSONAL &&
		    !judge_is_party(j, b, g->using_verdict.arm) && !held_by_floor(j, b, g, actor))
			return true;
	}
	return false;
}

struct choosing {
	struct judge *j;
	const struct relation *b;
	const struct role *role;
	const struct clause_context *c;
};

/* No column that is read is one that the role may change. */
static bool not_changed(void *ctx, const struct expr *e, int depth)
{
	const struct choosing *x = ctx;
	const struct column *column =
		e->kind == EXPR_COLUMN ? relation_column(x->b, e->name) : NULL;
	struct clause_context inner;
	const struct expr *body = e->kind == EXPR_CALL ? clause_inline(x->c, e, &inner) : NULL;

	(void)depth;
	if (body) {
		struct choosing below = { x->j, x->b, x->role, &inner };

		return expr_walk(body, not_changed, &below);
	}
	return !column || !(catalog_column_rights(x->j->catalog, x->role->oid, x->b, column) &
			    RIGHT_UPDATE);
}

/* Is the row of b that e looks for told by a key of b's alone?  A new one then has another key,
 * and shows nothing of what was there. */
static bool by_its_key(const struct relation *b, const struct expr *where)
{
	const struct index *key = relation_key(b);
	const struct column *c =
		key && key->nkeys == 1 ? relation_attnum(b, key->columns[0]) : NULL;

	for (size_t i = 0; where->kind == EXPR_AND && i < where->n; i++)
		if (by_its_key(b, where->args[i]))
			return true;
	if (!c || where->kind != EXPR_OPERATOR || where->n != 2 || strcmp(where->name, "=") != 0)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const struct expr *x = expr_bare(where->args[i]),
				  *y = expr_bare(where->args[1 - i]);

		/* The other side is a column of the row that is judged. */
		if (x->kind == EXPR_COLUMN && strcmp(x->name, c->name) == 0 &&
		    y->kind == EXPR_COLUMN)
			return true;
	}
	return false;
}

/* id IN (SELECT b.id FROM b): the same without a condition. */
static bool yields_its_key(const struct relation *b, const struct expr *e)
{
	const struct index *key = relation_key(b);
	const struct column *c =
		key && key->nkeys == 1 ? relation_attnum(b, key->columns[0]) : NULL;
	const struct expr *out =
		e->sub->kind == SUBQUERY_IN && e->sub->noutputs == 1 && !e->sub->more
			? expr_bare(e->sub->outputs[0])
			: NULL;

	return c && out && out->kind == EXPR_COLUMN && strcmp(out->name, c->name) == 0 &&
	       expr_bare(e->args[0])->kind == EXPR_COLUMN && e->name && !e->is &&
	       strcmp(e->name, "=") == 0;
}

struct keyed {
	struct judge *j;
	const struct relation *b;
	const struct clause_context *c;
	bool read, other; /* b is; in another way */
};

static bool look_for_key(void *ctx, const struct expr *e, int depth)
{
	struct keyed *x = ctx;
	struct clause_context inner;
	const struct expr *body = e->kind == EXPR_CALL ? clause_inline(x->c, e, &inner) : NULL;

	(void)depth;
	for (const struct subquery *s = e->kind == EXPR_SUBQUERY ? e->sub : NULL; s;
	     s = s->more)
		for (size_t i = 0; i < s->nfrom; i++) {
			const struct relation *r =
				s->from[i].name ? x->j->lookup.relation(x->j, s->from[i].schema,
									s->from[i].name)
						: NULL;

			if (r != x->b)
				continue;
			x->read = true;
			x->other = x->other || s->nfrom > 1 ||
				   !(yields_its_key(r, e) ||
				     (s->where && by_its_key(r, s->where)));
		}
	if (body) {
		struct keyed below = { x->j, x->b, &inner, false, false };

		expr_walk(body, look_for_key, &below);
		x->read = x->read || below.read;
		x->other = x->other || below.other;
	}
	return true;
}

static bool goes_by_key(struct judge *j, const struct table *t, const struct judged *g,
			const struct table *b)
{
	struct clause_context c = judge_clause(j, t);
	struct keyed x = { j, b->r, &c, false, false };

	expr_walk(g->using_expr, look_for_key, &x);
	expr_walk(g->check_expr, look_for_key, &x);
	return x.read && !x.other;
}

/* May the actor say, by the policy `by` of b or by none, what g goes by? A name beside it may
 * be anybody's to change. */
static bool may_choose(struct judge *j, const struct table *t, const struct judged *g,
		       const struct table *b, const struct policy *by, size_t actor)
{
	struct clause_context c = judge_clause(j, t);
	struct choosing x = { j, b->r, j->actors.v[actor].role, &c };

	if (b->rights[actor] & RIGHT_INSERT && (!by || by->command != 'w') &&
	    !(by && goes_by_key(j, t, g, b)))
		return true;
	if (by && goes_by_key(j, t, g, b) && !changes_others(j, b, actor))
		return false;
	return b->rights[actor] & RIGHT_UPDATE && (!expr_walk(g->using_expr, not_changed, &x) ||
						   !expr_walk(g->check_expr, not_changed, &x));
}

static void fix_trusted(struct judge *j, const struct table *b)
{
	for (size_t i = 0; b->r->acl && i < b->r->acl->n; i++) {
		const struct grant *grant = &b->r->acl->v[i];
		const struct role *role = catalog_role_oid(j->catalog, grant->grantee);
		struct fix v = { .relation = b->r, .object = "INSERT, UPDATE" };

		v.role = role ? role->name : NULL;
		/* Whom no policy binds needs no table to let himself in. */
		if (grant->rights & (RIGHT_INSERT | RIGHT_UPDATE) &&
		    grant->grantee != b->r->owner_oid &&
		    !(role && (role->superuser || role->bypassrls)))
			judge_fix(j, role ? "revoke" : "revoke_public", &v);
	}
}

/* The same slip where it was made: in the policy of the table that is trusted. */
static void rule_lets_in(struct judge *j, const struct table *t, const struct table *b,
			 const struct policy *p, const struct role *role)
{
	struct subject s = { .relation = b->r, .policy = p->name, .role = role->name };
	struct finding *f = judge_find(j, p->command == 'w' ? RULE_R22 : RULE_R21, &s,
				       "policy %s lets %s put itself into any tenant: the "
				       "policies of %s go by this table",
				       p->name, role->name, judge_name(j, t->r));

	judge_evidence(j, f, "%s", p->check_expr ? p->check_expr : p->using_expr);
	if (f)
		fix_trusted(j, b);
	judge_fixed(j, f);
}

/* called: a function reads it.  What an operator's functions read is a matter of its own. */
static void rule_trusts(struct judge *j, const struct table *t, const struct judged *g,
			const struct table *b, bool called)
{
	struct clause_context c = judge_clause(j, t);

	if (!called && (is_open_anyway(g) || (is_bound_without(j, t, g->using_expr, b->r) &&
					      is_bound_without(j, t, g->check_expr, b->r))))
		return;
	for (size_t a = 0; a < j->actors.len; a++) {
		const struct actor *x = &j->actors.v[a];
		struct subject s = { .relation = t->r,
				     .policy = g->policy->name,
				     .role = x->role->name };
		const struct policy *by;
		struct finding *f;
		bool named, open;

		if (x->trusted || x->bypasses || (called && !x->application) || !t->bound[a] ||
		    !judge_applies(j, g->policy, x, &named) ||
		    catalog_inherits(j->catalog, x->role->oid, b->r->owner_oid))
			continue;
		by = lets_write(j, b, a,
				g->using_verdict.reasons & OPEN_ROLE ||
					g->check_verdict.reasons & OPEN_ROLE,
				!called && (lets_in_by(&c, g->using_expr, b->r) ||
					    lets_in_by(&c, g->check_expr, b->r)),
				&open);
		if ((!by && !open) || !may_choose(j, t, g, b, by, a))
			continue;
		f = judge_find(j, RULE_R31, &s,
			       "%s decides by %s, which %s may write: it can let itself in to "
			       "any tenant",
			       g->policy->name, judge_name(j, b->r), x->role->name);
		judge_evidence(j, f, "rights on %s include %s", judge_name(j, b->r),
			       b->rights[a] & RIGHT_INSERT ? "INSERT" : "UPDATE");
		if (f)
			fix_trusted(j, b);
		judge_fixed(j, f);
		if (by && table_tenant(b))
			rule_lets_in(j, t, b, by, x->role);
	}
}

struct trusting {
	struct judge *j;
	const struct table *t;
	const struct judged *g;
	const struct clause_context *c;
};

/* What functions read on the policy's behalf. */
static bool trusts_called(void *ctx, const struct expr *e, int depth)
{
	const struct trusting *x = ctx;
	struct clause_context inner;
	const struct expr *body = e->kind == EXPR_CALL ? clause_inline(x->c, e, &inner) : NULL;

	(void)depth;
	for (const struct subquery *s = e->kind == EXPR_SUBQUERY && x->c->nested ? e->sub
										 : NULL;
	     s; s = s->more)
		for (size_t i = 0; i < s->nfrom; i++) {
			const struct from_item *item = &s->from[i];
			const struct relation *r =
				item->name
					? x->j->lookup.relation(x->j, item->schema, item->name)
					: NULL;

			if (r && r != x->t->r && relation_is_table(r))
				rule_trusts(x->j, x->t, x->g, judge_table(x->j, r->oid), true);
		}
	if (body) {
		struct trusting below = { x->j, x->t, x->g, &inner };

		expr_walk(body, trusts_called, &below);
	}
	return true;
}

void rules_trust(struct judge *j, const struct table *t, const struct judged *g)
{
	struct clause_context c = judge_clause(j, t);
	struct trusting x = { j, t, g, &c };

	for (const oid *o = g->policy->relations; *o; o++) {
		const struct table *b = judge_table(j, *o);

		if (b && b != t && relation_is_table(b->r))
			rule_trusts(j, t, g, b, false);
	}
	expr_walk(g->using_expr, trusts_called, &x);
	expr_walk(g->check_expr, trusts_called, &x);
}
