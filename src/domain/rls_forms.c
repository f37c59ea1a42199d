/* SPDX-License-Identifier: MIT */
/*
 * How single policies are written: which setting, which cast, which functions and tables they
 * rely on.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

static void use_clause(struct judge *j, const struct table *t, const struct judged *g,
		       const char *condition)
{
	const struct policy *p = g->policy;
	struct fix v = { .relation = t->r, .policy = p->name, .condition = condition };

	if (!condition)
		return;
	if (p->command == 'a')
		judge_fix(j, "check", &v);
	else if (p->command == 'r' || p->command == 'd' || !p->check_expr)
		judge_fix(j, "using", &v);
	else
		judge_fix(j, "using_check", &v);
}

/* Only the tenant's own condition may be replaced by the right one; anything more a person must
 * rewrite. */
static bool only_the_tenant(const struct judged *g)
{
	const struct expr *e = g->using_expr ? g->using_expr : g->check_expr;

	return e && (e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY) &&
	       (!g->policy->check_expr || !g->policy->using_expr ||
		expr_equal(g->using_expr, g->check_expr));
}

static void fix_form(struct judge *j, const struct table *t, const struct judged *g,
		     struct finding *f)
{
	if (f && only_the_tenant(g))
		use_clause(j, t, g, judge_condition(j, t));
	judge_fixed(j, f);
}

static const char *clause_text(const struct policy *p)
{
	return p->using_expr ? p->using_expr : p->check_expr;
}

/* Several tenancies in one database have a setting each; one that only this slip uses is none.
 */
static bool is_tenant_setting(const struct judge *j, const struct table *t, const char *name)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if (y->setting && strcmp(y->setting, name) == 0 &&
		    (j->in_tenancy[i] > 2 || y == t->tenancy || y->claim_path))
			return true;
	}
	return false;
}

/* Where most policies are written without NULLIF it is the custom of the house, not a slip. */
static bool is_custom(struct judge *j)
{
	size_t without = 0, all = 0;

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct clause_context c = judge_clause(j, t);

		for (size_t p = 0; table_tenant(t) && p < t->r->npolicies; p++) {
			struct clause_facts f;

			clause_look(&c, t->policies[p].using_expr, &f);
			all += f.own_by_setting;
			without += f.own_by_setting && f.empty_cast && !f.one_argument;
		}
	}
	return without * 2 > all;
}

/* "(current_setting('x'::text, true))::" as the server prints it, with NULLIF around it. */
static const char *with_nullif(struct judge *j, const char *clause)
{
	static const char call[] = "(current_setting('", tail[] = "'::text, true))::";
	struct buf out = BUF_INIT;
	const char *s = clause;

	for (const char *at; (at = strstr(s, call)) != NULL;) {
		const char *name = at + strlen(call), *end = strchr(name, '\'');

		buf_add(&out, s, (size_t)(at - s));
		if (end && strncmp(end, tail, strlen(tail)) == 0) {
			buf_addf(&out, "(NULLIF(%.*s'::text, true), ''::text))::",
				 (int)(end - at - 1), at + 1);
			s = end + strlen(tail);
		} else {
			buf_addc(&out, '(');
			s = at + 1;
		}
	}
	buf_adds(&out, s);
	const char *text =
		strcmp(out.data, clause) == 0 ? NULL : arena_strdup(j->arena, out.data);

	buf_release(&out);
	return text;
}

/* What another finding rewrites is not written back; else only the cast is changed. */
static void fix_cast_of_empty(struct judge *j, const struct table *t, const struct judged *g,
			      struct finding *f)
{
	const struct policy *p = g->policy;
	const char *using_text = p->using_expr ? with_nullif(j, p->using_expr) : NULL,
		   *check_text = p->check_expr ? with_nullif(j, p->check_expr) : NULL;
	struct fix v = { .relation = t->r, .policy = p->name };

	for (size_t i = 0; f && i < j->out->list.len; i++) {
		const struct finding *o = &j->out->list.v[i];

		if (o != f && o->relation == t->r->oid && o->policy && o->fix &&
		    strcmp(o->policy, p->name) == 0) {
			f->fix = o->fix;
			return;
		}
	}
	v.condition = using_text;
	if (f && using_text)
		judge_fix(j, "using", &v);
	v.condition = check_text;
	if (f && check_text)
		judge_fix(j, "check", &v);
	judge_fixed(j, f);
}

static void rule_setting(struct judge *j, const struct table *t, const struct judged *g,
			 const struct clause_facts *c, bool custom)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct finding *f;

	if (c->one_argument) {
		f = judge_find(j, RULE_R33, &s,
			       "while the setting %s is missing every statement raises an "
			       "error (42704): it fails closed",
			       c->setting ? c->setting : "");
		judge_evidence(j, f, "%s", clause_text(g->policy));
		fix_form(j, t, g, f);
	} else if (c->empty_cast && !c->guarded) {
		f = judge_find(j, RULE_R34, &s,
			       "after a transaction that set %s it is an empty text, which "
			       "cannot be cast: "
			       "no rows at first, errors (22P02) later",
			       c->setting ? c->setting : "the setting");
		if (f && custom)
			f->severity = SEVERITY_INFO;
		judge_evidence(j, f, "%s", clause_text(g->policy));
		fix_form(j, t, g, f);
		if (f && !f->fix)
			fix_cast_of_empty(j, t, g, f);
	}
	/* A list, a claim or another column is another way to say it; one value by another name
	 * is a slip. */
	if (c->own_by_setting && c->setting && !c->agreed && t->tenancy->setting && t->tenant &&
	    t->tenancy->column && strcmp(t->tenant, t->tenancy->column) == 0 &&
	    g->using_expr && g->using_expr->kind == EXPR_OPERATOR &&
	    strcmp(g->using_expr->name, "=") == 0 && !is_tenant_setting(j, t, c->setting)) {
		f = judge_find(j, RULE_N03, &s, "it reads %s where the other policies read %s",
			       c->setting, t->tenancy->setting);
		judge_evidence(j, f, "%s", clause_text(g->policy));
		fix_form(j, t, g, f);
	}
}

/* Types that hold fewer values than the column, or others. */
static bool cast_differs(const char *cast, const char *column)
{
	static const char *const numbers[] = { "smallint", "integer", "bigint", NULL };
	int of_cast = -1, of_column = -1;

	for (int i = 0; numbers[i]; i++) {
		of_cast = strcmp(cast, numbers[i]) == 0 ? i : of_cast;
		of_column = strcmp(column, numbers[i]) == 0 ? i : of_column;
	}
	return of_cast >= 0 && of_column >= 0 && of_cast < of_column;
}

static void rule_cast(struct judge *j, const struct table *t, const struct judged *g,
		      const struct clause_facts *c)
{
	const struct column *column = t->tenant ? relation_column(t->r, t->tenant) : NULL;
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct finding *f;

	if (!column || !c->cast || !cast_differs(c->cast, column->type))
		return;
	f = judge_find(j, RULE_S04, &s,
		       "the setting is cast to %s, the column is %s: larger ids raise an error",
		       c->cast, column->type);
	judge_evidence(j, f, "%s", clause_text(g->policy));
	fix_form(j, t, g, f);
}

static void rule_immutable(struct judge *j, const struct table *t, const struct judged *g,
			   const struct clause_facts *c)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	const char *name = c->immutable ? judge_function_name(j, c->immutable) : NULL;
	struct finding *f;

	if (!name)
		return;
	f = judge_find(j, RULE_R32, &s,
		       "%s reads the setting and says IMMUTABLE, so a prepared statement keeps "
		       "the tenant "
		       "that it was planned for",
		       name);
	judge_evidence(j, f, "provolatile i");
	judge_fix(j, "function_stable",
		  &(struct fix){ .object = code_function_sql(j, c->immutable) });
	judge_fixed(j, f);
}

/* ---- claims of the user's own ---- */

static bool is_user_claim(const struct expr *e)
{
	static const char *const names[] = { "user_metadata", "raw_user_meta_data", NULL };

	if ((e->kind != EXPR_LITERAL && e->kind != EXPR_COLUMN) || !e->name)
		return false;
	for (size_t i = 0; names[i]; i++)
		if (strcmp(e->name, names[i]) == 0 || /* '{user_metadata,tenant}', '$.user_… */
		    (strchr("{$", *e->name) && find_word(e->name, names[i])))
			return true;
	return false;
}

/* In the policy, or in a function that it calls. */
static bool no_user_claim(void *ctx, const struct expr *e, int depth)
{
	const struct clause_context *c = ctx;
	struct clause_context inner;
	const struct expr *body = e->kind == EXPR_CALL ? clause_inline(c, e, &inner) : NULL;

	(void)depth;
	return !is_user_claim(e) && (!body || expr_walk(body, no_user_claim, &inner));
}

static bool no_request(void *ctx, const struct expr *e, int depth)
{
	const struct clause_context *c = ctx;
	const char *setting = e->kind == EXPR_CALL ? clause_setting(c, e) : NULL;

	(void)depth;
	return !setting || !clause_is_request(setting);
}

/* The tenant may be what the request says: nothing that must hold beside it asks the token. */
static bool goes_by_request(struct clause_context *c, const struct expr *e)
{
	bool any = false;

	if (!e)
		return false;
	if (e->kind != EXPR_AND && e->kind != EXPR_OR)
		return clause_mentions_tenant(c, e) && !expr_walk(e, no_request, c);
	for (size_t i = 0; i < e->n; i++) {
		bool goes = goes_by_request(c, e->args[i]);

		any = any || goes;
		if (e->kind == EXPR_AND && !goes && clause_judge(c, e->args[i]).level == CLAUSE_OWN)
			return false;
	}
	return any;
}

static void rule_user_claims(struct judge *j, const struct table *t, const struct judged *g)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct clause_context c = judge_clause(j, t);
	const char *agreed = t->tenancy->setting; /* others take it from a token that was checked */
	bool request = agreed && clause_is_claim(agreed) &&
		       (goes_by_request(&c, g->using_expr) || goes_by_request(&c, g->check_expr));
	struct finding *f;

	if (!request && expr_walk(g->using_expr, no_user_claim, &c) &&
	    expr_walk(g->check_expr, no_user_claim, &c))
		return;
	f = judge_find(j, RULE_R39, &s, "it reads %s: whoever wants is in any tenant",
		       request ? "the request's own words, which whoever sends it writes"
			       : "user_metadata, which every user may change");
	judge_evidence(j, f, "%s", clause_text(g->policy));
	if (f)
		use_clause(j, t, g, judge_sound_condition(j, t));
	judge_fixed(j, f);
}

/* ---- policies that read each other ---- */

static bool select_policy_reads(const struct table *t, oid relation)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct policy *p = &t->r->policies[i];

		for (const oid *o = p->relations; strchr("*r", p->command) && *o; o++)
			if (*o == relation)
				return true;
	}
	return false;
}

struct seek_self {
	const struct relation *r;
	bool found;
};

static bool seek_self(void *ctx, const struct expr *e, int depth)
{
	struct seek_self *s = ctx;

	(void)depth;
	for (size_t i = 0; e->kind == EXPR_SUBQUERY && e->sub && i < e->sub->nfrom; i++) {
		const struct from_item *item = &e->sub->from[i];

		if (item->name && strcmp(item->name, s->r->name) == 0 &&
		    (!item->schema || strcmp(item->schema, s->r->schema) == 0))
			s->found = true;
	}
	return !s->found;
}

/* What raises for everybody shows nothing to anybody: other findings about it are of what would
 * be. */
static void nobody_gets_there(struct judge *j, const struct table *t, const struct judged *g)
{
	for (size_t i = 0; i < j->out->list.len; i++) {
		struct finding *o = &j->out->list.v[i];

		if (o->relation == t->r->oid && o->policy && o->severity > SEVERITY_LOW &&
		    strcmp(o->policy, g->policy->name) == 0 && strncmp(o->id, "R86", 3) != 0)
			o->severity = SEVERITY_LOW;
	}
}

/* The tenant's own condition ends it, unless that reads one of the two again. */
static void fix_recursion(struct judge *j, const struct table *t, const struct table *other,
			  const struct judged *g, struct finding *f)
{
	const char *condition = judge_sound_condition(j, t);

	if (f)
		nobody_gets_there(j, t, g);
	if (f && condition && !mentions_word(condition, t->r->name) &&
	    !mentions_word(condition, other->r->name))
		use_clause(j, t, g, condition);
	judge_fixed(j, f);
}

static void rule_recursion(struct judge *j, const struct table *t, const struct judged *g)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct seek_self self = { .r = t->r };

	expr_walk(g->using_expr, seek_self, &self);
	if (self.found && strchr("*r", g->policy->command))
		fix_recursion(j, t, t, g,
			      judge_find(j, RULE_R86, &s,
					 "it reads the table that it protects: every query "
					 "raises 42P17"));
	for (const oid *o = g->policy->relations; *o; o++) {
		const struct table *b = judge_table(j, *o);

		if (b && b != t && b->r->rls && strchr("*r", g->policy->command) &&
		    select_policy_reads(b, t->r->oid))
			fix_recursion(j, t, b, g,
				      judge_find(j, RULE_R86, &s,
						 "it reads %s, whose policy reads this table: "
						 "every query raises 42P17",
						 judge_name(j, b->r)));
	}
}

void rules_forms(struct judge *j)
{
	bool custom = is_custom(j);

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct clause_context c = judge_clause(j, t);

		if (!t->r->rls || !table_tenant(t) || !relation_is_table(t->r) ||
		    t->r->extension)
			continue;
		for (size_t p = 0; p < t->r->npolicies; p++) {
			const struct judged *g = &t->policies[p];
			struct clause_facts facts;

			clause_look(&c, g->using_expr ? g->using_expr : g->check_expr, &facts);
			rule_setting(j, t, g, &facts, custom);
			rule_cast(j, t, g, &facts);
			rule_immutable(j, t, g, &facts);
			rules_trust(j, t, g);
			rule_user_claims(j, t, g);
			rule_recursion(j, t, g);
		}
	}
}
