/* SPDX-License-Identifier: MIT */
/*
 * "Its parent can be seen": what hangs from rows that a policy shows to everybody is read by
 * everybody too, on purpose; written by everybody it is by mistake.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

enum { CHAIN = 4, WHO = VALUE_SESSION | VALUE_PERSON | VALUE_ROLE };

static const struct foreign_key *key_to(const struct table *t, const struct relation *parent)
{
	for (size_t i = 0; i < t->r->nreferences; i++)
		if (t->r->references[i]->to == parent->oid)
			return t->r->references[i];
	return NULL;
}

/* The key of the child, or what it refers to in the parent, as SQL lists it. */
static void put_columns(struct buf *out, const struct relation *r, const int *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? ", " : "");
		sql_ident(out, relation_attnum(r, columns[i])->name);
	}
}

const char *judge_in_parent(struct judge *j, const struct table *t, const struct table *parent,
			    const struct foreign_key *k, const char *condition)
{
	struct buf own = BUF_INIT, keys = BUF_INIT, out = BUF_INIT;
	const char *text;

	put_columns(&own, t->r, k->from_columns, k->n);
	put_columns(&keys, parent->r, k->to_columns, k->n);
	const struct sqlvar vars[] = { { "schema", parent->r->schema },
				       { "table", parent->r->name },
				       { "condition", condition },
				       { "other", own.data },
				       { "object", keys.data } };

	sql_fragment(&out, j->in->sql, "rls_fix.in_parent", vars, ARRAY_SIZE(vars));
	text = arena_strdup(j->arena, out.data);
	buf_release(&own);
	buf_release(&keys);
	buf_release(&out);
	return text;
}

static bool not_among(void *ctx, const struct expr *e, int depth)
{
	(void)depth;
	return e->kind != EXPR_COLUMN || !mentions_word(ctx, e->name);
}

/* What the query says itself of the columns that make rows of its relation shared leaves none of
 * them out. */
static bool keeps_shared(const struct clause_context *c, const struct subquery *s,
			 const struct expr *e, const char *shared)
{
	if (!e)
		return true;
	for (size_t i = 0; e->kind == EXPR_AND && i < e->n; i++)
		if (!keeps_shared(c, s, e->args[i], shared))
			return false;
	return e->kind == EXPR_AND || clause_reads_row(c, s, e) ||
	       expr_walk(e, not_among, (void *)(uintptr_t)shared) ||
	       (e->kind != EXPR_NOT && clause_says_public(e));
}

struct seeing {
	struct judge *j;
	const struct table *t;
	const struct role *role; /* NULL: whoever works for a tenant */
	bool all;		 /* whatever anybody is shown */
	int depth;
};

/* The rows of the parent that the query finds because everybody is shown them; NULL: none. */
static const char *shown_by(const struct seeing *x, const struct clause_context *c,
			    const struct expr *e, const struct table **parent)
{
	const struct subquery *s = e->sub;
	const struct relation *r =
		s->nfrom == 1 && s->from[0].name && !s->more && !s->grouped
			? c->lookup->relation(c->lookup->ctx, s->from[0].schema, s->from[0].name)
			: NULL;
	const struct table *b = r && relation_is_table(r) ? judge_table(x->j, r->oid) : NULL;
	bool tests = s->kind == SUBQUERY_EXISTS ||
		     (s->kind == SUBQUERY_IN && !e->is && e->name && strcmp(e->name, "=") == 0);
	const char *text;

	if (!b || b == x->t || b->directory || !table_tenant(b) || !b->r->rls || !tests ||
	    (c->reader && !c->lookup->bound(c->lookup->ctx, c->reader, b->r)) ||
	    !key_to(x->t, b->r) || clause_bind(c, e).values & (WHO | VALUE_OPAQUE))
		return NULL;
	text = judge_shared_below(x->j, b, x->all, x->role, x->depth + 1);
	if (!text || !keeps_shared(c, s, s->where, text))
		return NULL;
	*parent = b;
	return text;
}

/* The same of a condition: what must hold beside it may keep such rows out. */
static const char *shown(const struct seeing *x, const struct clause_context *c,
			 const struct expr *e, const struct table **parent)
{
	struct clause_context inner;
	const struct expr *body;
	const char *found = NULL;

	e = expr_bare(e);
	if (e->kind == EXPR_SUBQUERY)
		return shown_by(x, c, e, parent);
	if (e->kind == EXPR_CALL && (body = clause_inline(c, e, &inner)) != NULL)
		return shown(x, &inner, body, parent);
	if (e->kind != EXPR_AND && e->kind != EXPR_OR)
		return NULL;
	for (size_t i = 0; i < e->n; i++) {
		const char *text = shown(x, c, e->args[i], parent);

		if (e->kind == EXPR_AND && !text &&
		    clause_judge(c, e->args[i]).level != CLAUSE_OPEN)
			return NULL;
		found = found ? found : text;
	}
	return found;
}

const char *judge_shared_by_parent(struct judge *j, const struct table *t,
				   const struct judged *g, bool all, const struct role *role,
				   int depth)
{
	struct seeing x = { j, t, role, all, depth };
	struct clause_context c = judge_clause(j, t);
	const struct table *parent;
	const char *text = g->using_expr && depth < CHAIN && t->r->nreferences
				   ? shown(&x, &c, g->using_expr, &parent)
				   : NULL;

	return text ? judge_in_parent(j, t, parent, key_to(t, parent->r), text) : NULL;
}

/* Shown to everybody, and not to a tenant to whom they were given. */
static bool is_for_all(struct judge *j, const struct table *parent, const char *text)
{
	struct clause_context c = judge_clause(j, parent);

	return !(clause_values(&c, judge_parse(j, text), 0) & (WHO | VALUE_OPAQUE));
}

const struct table *judge_open_parent(struct judge *j, const struct table *t,
				      const struct expr *e, const struct role *role)
{
	struct seeing x = { j, t, role, !role, 0 };
	struct clause_context c = judge_clause(j, t);
	const struct table *parent = NULL;
	const char *text = e && t->r->nreferences ? shown(&x, &c, e, &parent) : NULL;

	return text && is_for_all(j, parent, text) ? parent : NULL;
}

/* The parent in whose policies t's own trusts; NULL: there is none. */
static const struct foreign_key *key_up(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct table *b = judge_table(j, t->r->references[i]->to);

		if (b && b != t && table_tenant(b) && !b->directory && relation_is_table(b->r))
			return t->r->references[i];
	}
	return NULL;
}

static const char *writing(struct judge *j, const struct table *t, int depth)
{
	const struct foreign_key *k;
	const char *up;

	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const struct policy *p = g->policy;
		const char *text = p->check_expr ? p->check_expr : p->using_expr;

		if (p->permissive && p->command != 'r' && text &&
		    g->check_verdict.level == CLAUSE_OWN && strchr("*aw", p->command) &&
		    !judge_open_parent(j, t, g->check_expr, NULL))
			return text;
	}
	if (t->attnum)
		return judge_sound_condition(j, t);
	k = depth < CHAIN ? key_up(j, t) : NULL;
	up = k ? writing(j, judge_table(j, k->to), depth + 1) : NULL;
	return up ? judge_in_parent(j, t, judge_table(j, k->to), k, up) : NULL;
}

const char *judge_writing_condition(struct judge *j, const struct table *t)
{
	return writing(j, t, 0);
}

const char *judge_open_below(struct judge *j, const struct table *t)
{
	const struct foreign_key *k = t->by_parent && !t->attnum ? key_up(j, t) : NULL;
	const struct table *parent = k ? judge_table(j, k->to) : NULL;
	const char *text = parent && parent->r->rls ? judge_shared_with(j, parent, NULL) : NULL;

	return text && is_for_all(j, parent, text) ? judge_writing_condition(j, t) : NULL;
}

/* " TO role, …" of a policy that is not for everybody. */
static const char *to_same(struct judge *j, const struct policy *p)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (const char *const *n = p->roles; *n; n++) {
		if (strcmp(*n, "public") == 0)
			continue;
		buf_adds(&out, out.len ? ", " : " TO ");
		sql_ident(&out, *n);
	}
	text = out.len ? arena_strdup(j->arena, out.data) : NULL;
	buf_release(&out);
	return text;
}

void judge_fix_reads(struct judge *j, const struct table *t, const struct policy *p)
{
	struct fix v = { .relation = t->r,
			 .policy = arena_printf(j->arena, "%.56s_read", p->name),
			 .condition = p->using_expr,
			 .object = "SELECT",
			 .tail = to_same(j, p) };

	judge_fix(j, "policy_for", &v);
}

void judge_fix_writes(struct judge *j, const struct table *t, const struct policy *p,
		      const char *condition)
{
	struct fix v = { .relation = t->r, .policy = p->name, .condition = condition };

	if (p->command == 'a') {
		judge_fix(j, "check", &v);
		return;
	}
	judge_fix(j, p->command == 'd' ? "using" : "using_check", &v);
	if (p->command == '*')
		judge_fix_reads(j, t, p);
}

void rule_open_parent(struct judge *j, const struct table *t, const struct judged *g,
		      const struct actor *a, bool check)
{
	const struct expr *e = check ? g->check_expr : g->using_expr;
	const struct table *parent =
		a->trusted || a->bypasses ? NULL : judge_open_parent(j, t, e, a->role);
	struct subject s = { .relation = t->r,
			     .policy = g->policy->name,
			     .role = a->role->name };
	struct finding *f;
	const char *condition;

	if (!parent)
		return;
	f = judge_find(j, RULE_R24, &s,
		       "policy %s lets %s write what hangs from rows of %s that everybody is "
		       "shown, whosever they are",
		       g->policy->name, a->role->name, judge_name(j, parent->r));
	judge_evidence(j, f, "%s: %s", check && g->policy->check_expr ? "WITH CHECK" : "USING",
		       check && g->policy->check_expr ? g->policy->check_expr
						      : g->policy->using_expr);
	condition = f ? judge_writing_condition(j, t) : NULL;
	if (condition)
		judge_fix_writes(j, t, g->policy, condition);
	judge_fixed(j, f);
}
