/* SPDX-License-Identifier: MIT */
/*
 * How the policies of a table work together, for each role and command:
 * (any permissive) and (every restrictive).  One restrictive policy that binds the tenant is a
 * floor under everything; without it every permissive policy must bind the tenant by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_clause_priv.h"
#include "rls_priv.h"

enum side { SIDE_USING, SIDE_CHECK };

struct look_at {
	const struct table *t;
	size_t actor;
	char command;
	enum side side;
};

static const struct {
	char command;
	int right;
	enum side side;
} looks[] = {
	{ 'r', RIGHT_SELECT, SIDE_USING }, { 'w', RIGHT_UPDATE, SIDE_USING },
	{ 'd', RIGHT_DELETE, SIDE_USING }, { 'a', RIGHT_INSERT, SIDE_CHECK },
	{ 'w', RIGHT_UPDATE, SIDE_CHECK },
};

static const struct clause_verdict *side_verdict(const struct judged *g, enum side side)
{
	return side == SIDE_USING ? &g->using_verdict : &g->check_verdict;
}

/* INSERT is checked by WITH CHECK, and where a policy for ALL has none, by USING: judged has
 * that already. */
static bool concerns(const struct policy *p, char command)
{
	return p->command == '*' || p->command == command;
}

static bool has_floor(const struct judge *j, const struct look_at *l)
{
	for (size_t i = 0; i < l->t->r->npolicies; i++) {
		const struct judged *g = &l->t->policies[i];
		bool named;

		if (!g->policy->permissive && concerns(g->policy, l->command) &&
		    judge_applies(j, g->policy, &j->actors.v[l->actor], &named)) {
			enum clause_level level = side_verdict(g, l->side)->level;

			if (level == CLAUSE_OWN || level == CLAUSE_NEVER ||
			    level == CLAUSE_UNKNOWN)
				return true;
		}
	}
	return false;
}

/* Is there a tenant's floor at all, for another role or command? */
static const struct judged *other_floor(const struct table *t)
{
	for (size_t i = 0; i < t->r->npolicies; i++)
		if (!t->r->policies[i].permissive &&
		    t->policies[i].using_verdict.level == CLAUSE_OWN)
			return &t->policies[i];
	return NULL;
}

static bool floor_reaches(const struct judge *j, const struct judged *floor,
			  const struct actor *a)
{
	bool named;

	return judge_applies(j, floor->policy, a, &named);
}

/* The policy lets in somebody whom the floor binds: then it counts on the floor, and whoever
 * comes in by the same policy without being bound is a slip. */
static bool shares(const struct judge *j, const struct policy *p, const struct judged *floor)
{
	bool named;

	for (size_t i = 0; i < j->actors.len; i++)
		if (judge_applies(j, p, &j->actors.v[i], &named) &&
		    floor_reaches(j, floor, &j->actors.v[i]))
			return true;
	return false;
}

static bool has_good_sibling(const struct judge *j, const struct look_at *l,
			     const struct judged *but)
{
	for (size_t i = 0; i < l->t->r->npolicies; i++) {
		const struct judged *g = &l->t->policies[i];
		bool named;

		if (g != but && g->policy->permissive && concerns(g->policy, l->command) &&
		    side_verdict(g, l->side)->level == CLAUSE_OWN &&
		    judge_applies(j, g->policy, &j->actors.v[l->actor], &named))
			return true;
	}
	return false;
}

/* The tenants of the session are those of one person, and so are these rows: a membership of
 * one's own beside those of one's tenants, what one wrote beside what one's tenants have. */
static bool is_same_person(struct judge *j, const struct look_at *l,
			   const struct judged *but, const struct expr *personal)
{
	struct clause_context c = judge_clause(j, l->t);

	for (size_t i = 0; i < l->t->r->npolicies; i++) {
		const struct judged *g = &l->t->policies[i];
		bool named;

		if (g != but && g->policy->permissive && concerns(g->policy, l->command) &&
		    g->using_verdict.level == CLAUSE_OWN &&
		    judge_applies(j, g->policy, &j->actors.v[l->actor], &named) &&
		    clause_asks_person(&c, personal, g->using_expr))
			return true;
	}
	return false;
}

/* ---- which rule, which cure ---- */

enum cure { CURE_REPLACE, CURE_WRITES, CURE_NARROW, CURE_FLOOR_ROLES, CURE_FLOOR };

static const char compares_loosely[] = "it compares the tenant in a way that many tenants pass";

struct ruling {
	enum rule rule;
	enum cure cure;
	const char *why;
};

static struct ruling rule_of_reason(unsigned reasons)
{
	static const struct {
		unsigned reason;
		struct ruling ruling;
	} table[] = {
		{ OPEN_UNSET,
		  { RULE_R17, CURE_REPLACE,
		    "it admits every row while the setting is missing or empty" } },
		{ OPEN_FALLBACK,
		  { RULE_R18, CURE_REPLACE,
		    "it compares the tenant with itself while the setting is missing" } },
		{ OPEN_SWITCH,
		  { RULE_R38, CURE_REPLACE,
		    "a setting, which any session can set, opens it" } },
		{ OPEN_PATTERN,
		  { RULE_R29, CURE_REPLACE,
		    "the setting is a pattern: a wildcard matches every tenant" } },
		{ OPEN_LITERAL,
		  { RULE_R28, CURE_REPLACE, "one tenant's id is written into it" } },
		{ OPEN_UNBOUND,
		  { RULE_R30, CURE_NARROW,
		    "its sub-query does not look at the row, so one match opens all rows" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (reasons & table[i].reason)
			return table[i].ruling;
	return (struct ruling){ RULES, CURE_NARROW, NULL };
}

/* A login of one tenant's; a group whose members log in as themselves, or nobody yet; not one that
 * a single login of the application becomes by SET ROLE. */
static bool stands_for_persons(struct judge *j, const struct role *role)
{
	bool becomes = false;

	if (role->login)
		return judge_has_home(j, role);
	for (size_t i = 0; i < catalog_roles(j->catalog); i++) {
		const struct role *l = catalog_role_at(j->catalog, i);

		if (!l->login || l->superuser || l == role)
			continue;
		if (catalog_inherits(j->catalog, l->oid, role->oid))
			return true;
		becomes = becomes || catalog_can_set(j->catalog, l->oid, role->oid);
	}
	return !becomes;
}

/* Some policy of the table goes by the tenant: then a person's own rows are not enough. */
static bool goes_by_tenant(const struct table *t)
{
	for (size_t i = 0; i < t->r->npolicies; i++)
		if (t->policies[i].using_verdict.level == CLAUSE_OWN)
			return true;
	return false;
}

/* The tenant's own rows, and those that it has a part in. */
static bool is_of_party(struct judge *j, const struct table *t, const struct clause_verdict *v)
{
	return (v->reasons == OPEN_PERSONAL || v->reasons == OPEN_SHARED) &&
	       judge_is_party(j, t, v->arm);
}

static struct ruling rule_of_command(struct judge *j, const struct look_at *l,
				     const struct judged *g)
{
	const struct clause_verdict *v = side_verdict(g, l->side);
	const struct judged *floor = other_floor(l->t);

	if (floor && !floor_reaches(j, floor, &j->actors.v[l->actor]) &&
	    shares(j, g->policy, floor))
		return (struct ruling){ RULE_R25, CURE_FLOOR_ROLES,
					"the restrictive policy does not bind this role" };
	if (floor && floor->policy->command != '*')
		return (struct ruling){ RULE_R26, CURE_FLOOR,
					"the restrictive policy does not cover this command" };
	if (g->policy->command == 'a')
		return (struct ruling){ RULE_R21, CURE_NARROW,
					"rows of any tenant can be inserted through it" };
	if (l->side == SIDE_CHECK && (g->using_verdict.level == CLAUSE_OWN ||
				      is_of_party(j, l->t, &g->using_verdict)))
		return (struct ruling){ RULE_R20,
					v->own_arm || v->reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)
						? CURE_REPLACE
						: CURE_NARROW,
					"rows of other tenants can be written through it" };
	if (g->policy->command == 'w')
		return (struct ruling){ RULE_R22, CURE_NARROW,
					"rows of other tenants can be updated through it" };
	if (g->policy->command == 'd')
		return (struct ruling){ RULE_R23, CURE_NARROW,
					"rows of other tenants can be deleted through it" };
	if (v->reasons & OPEN_TRUE)
		return v->arm && v->arm == g->using_expr
			       ? (struct ruling){ RULE_R13, CURE_REPLACE,
						  "it admits every row" }
			       : (struct ruling){ RULE_R14, CURE_REPLACE,
						  "its condition is always true" };
	if (v->reasons & OPEN_TAUTOLOGY)
		return (struct ruling){ RULE_R14, CURE_REPLACE,
					"its condition is always true" };
	/* Personal logins are told apart by current_user; one that serves everybody is not. */
	if (v->reasons & OPEN_PERSON && (stands_for_persons(j, j->actors.v[l->actor].role) ||
					 !j->actors.v[l->actor].application))
		return (struct ruling){ RULES, CURE_NARROW, NULL };
	if (v->reasons & OPEN_PERSON)
		return (struct ruling){
			RULE_R27, CURE_NARROW,
			"it goes by the login, and one login serves all tenants"
		};
	if (v->reasons == OPEN_PERSONAL && judge_goes_by_group(j, l->t, v->arm))
		return (struct ruling){ RULE_R16, CURE_NARROW,
					"it goes by what rows of many tenants have alike" };
	if (has_good_sibling(j, l, g))
		return (struct ruling){
			RULE_R15, CURE_NARROW,
			v->reasons & OPEN_OTHERS
				? "permissive policies add up, and many tenants pass the "
				  "comparison of this one"
				: "permissive policies add up, and this one never looks at the "
				  "tenant"
		};
	if (v->reasons & OPEN_OTHERS)
		return (struct ruling){ RULE_R16, CURE_NARROW, compares_loosely };
	return (struct ruling){ RULE_R16, CURE_NARROW, "it never looks at the tenant" };
}

/* A trigger that gives every row the session's tenant, unconditionally. */
static bool tenant_is_set(const struct judge *j, const struct table *t, char command)
{
	enum { ROW = 1, BEFORE = 2, INSERT = 4, UPDATE = 16 };
	int wanted = ROW | BEFORE | (command == 'a' ? INSERT : UPDATE);
	char *needle = xasprintf("new.%s", t->tenant);
	bool sets = false;

	for (size_t i = 0; i < t->r->ntriggers && !sets; i++) {
		const struct trigger *g = &t->r->triggers[i];
		const struct function *f = catalog_function(j->catalog, g->function_oid);
		const char *at =
			f && f->body && (g->type & wanted) == wanted && g->enabled != 'D'
				? find_word(f->body, needle)
				: NULL;

		sets = at && !find_word(f->body, "if") &&
		       (at += strlen(needle), at += strspn(at, " \t\n"),
			*at == '=' || strncmp(at, ":=", 2) == 0);
	}
	free(needle);
	return sets;
}

/* Whose the new row is cannot be said by somebody without a right on the tenant's column, nor
 * where a trigger says it. */
static bool cannot_choose(const struct judge *j, const struct look_at *l)
{
	const struct table *t = l->t;
	int right = l->command == 'a' ? RIGHT_INSERT : RIGHT_UPDATE;
	const struct column *c = t->attnum ? relation_attnum(t->r, t->attnum) : NULL;

	if (l->side != SIDE_CHECK || !c)
		return false;
	if (t->directory && l->command == 'a')
		return true; /* a new tenant belongs to nobody yet */
	return !(catalog_column_rights(j->catalog, j->actors.v[l->actor].role->oid, t->r, c) &
		 right) ||
	       tenant_is_set(j, t, l->command);
}

struct membership_test {
	const struct judge *j;
	const struct role *role;
};

/* pg_has_role(current_user, 'staff', …) says no to this role. */
static bool says_no(void *ctx, const struct expr *e, int depth)
{
	const struct membership_test *t = ctx;
	const struct expr *name = expr_is_call(e, "pg_has_role") && e->n >= 2
					  ? clause_literal(e->args[e->n == 3 ? 1 : 0])
					  : NULL;
	const struct role *of = name ? catalog_role(t->j->catalog, name->name) : NULL;

	(void)depth;
	return !of || !catalog_inherits(t->j->catalog, t->role->oid, of->oid);
}

/* A switch for a role's members, and the application is one of them. */
static bool is_member_itself(const struct judge *j, const struct look_at *l,
			     const struct clause_verdict *v)
{
	const struct actor *a = &j->actors.v[l->actor];
	struct membership_test t = { j, a->role };

	return v->reasons & OPEN_ROLE && a->application && v->arm &&
	       v->arm->kind == EXPR_CALL && !expr_walk(v->arm, says_no, &t);
}

/* The literal of a comparison; NULL. */
static const char *compared_literal(const struct expr *e)
{
	for (size_t i = 0; e && e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++)
		if (strcmp(e->name, "=") == 0 && expr_bare(e->args[i])->kind == EXPR_LITERAL)
			return expr_bare(e->args[i])->name;
	return NULL;
}

/* A policy for each tenant's role, which names that tenant: no two roles share one. */
static bool one_per_role(const struct table *t, const struct judged *but)
{
	const char *own = compared_literal(but->using_verdict.arm);
	size_t others = 0;

	if (!own || !but->policy->roles[0] || but->policy->roles[1] ||
	    strcmp(but->policy->roles[0], "public") == 0)
		return false;
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const char *literal = compared_literal(g->using_verdict.arm);

		if (g == but || !literal || !g->policy->permissive)
			continue;
		if ((strcmp(literal, own) == 0) !=
		    (strcmp(g->policy->roles[0], but->policy->roles[0]) == 0))
			return false;
		others += strcmp(literal, own) != 0;
	}
	return others > 0;
}

/* Whoever may change rows of all tenants, and must leave them in his own: no operator works so. */
static bool takes_rows(const struct look_at *l, const struct judged *g)
{
	return l->side == SIDE_USING && g->policy->command == 'w' && g->policy->check_expr &&
	       side_verdict(g, SIDE_CHECK)->level == CLAUSE_OWN;
}

static struct ruling rule_for(struct judge *j, const struct look_at *l, const struct judged *g)
{
	const struct clause_verdict *v = side_verdict(g, l->side);
	struct ruling ruling = rule_of_reason(v->reasons);

	if ((v->reasons == OPEN_LITERAL && one_per_role(l->t, g)) || is_of_party(j, l->t, v))
		return (struct ruling){ RULES, CURE_NARROW, NULL };

	ruling.why = judge_why(ruling.rule, v->arm, ruling.why);
	if (ruling.rule != RULES)
		return ruling;
	if (is_member_itself(j, l, v))
		return (struct ruling){ RULE_R14, CURE_REPLACE,
					"it asks for membership in a role that this one has" };
	if (l->command == 'r' && g->policy->command == 'r' && v->reasons == OPEN_NO_TENANT &&
	    judge_says_public(l->t, g->using_expr))
		return ruling;
	if (l->command == 'r' && judge_public_by_name(l->t, g))
		return ruling;
	if (v->reasons & OPEN_LOGIN && j->actors.v[l->actor].application &&
	    clause_admits_login(v->arm, j->actors.v[l->actor].role->name))
		return (struct ruling){
			RULE_R27, CURE_NARROW,
			"it goes by the login, and this one serves all tenants"
		};
	/* Shared rows are read on purpose; written they are only by mistake. */
	if (v->reasons & OPEN_NULL_TENANT)
		return l->side == SIDE_CHECK || l->command == 'd'
			       ? (struct ruling){ RULE_R19, CURE_WRITES,
						  "rows without a tenant belong to everybody" }
			       : ruling;
	if (v->own_arm && v->reasons & OPEN_OTHERS)
		return (struct ruling){ RULE_R16, CURE_NARROW, compares_loosely };
	if (v->own_arm && v->reasons & OPEN_LIVE)
		return (struct ruling){ RULE_R16, CURE_NARROW,
					"it admits what is not deleted, whosever it is" };
	if (v->reasons == OPEN_SHARED ||
	    (v->own_arm && !(v->reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)))) {
		if (v->reasons & OPEN_SHARED && (l->side == SIDE_CHECK || l->command == 'd'))
			return (struct ruling){
				RULE_R24, CURE_WRITES,
				"what makes a row shared also lets every tenant write it"
			};
		if (v->reasons & OPEN_PERSONAL && l->side == SIDE_CHECK)
			return (struct ruling){ RULE_R24, CURE_WRITES,
						"what makes a row one's own also lets it be "
						"written for any tenant" };
		return ruling; /* a person's or role's switch beside the tenant's arm */
	}
	if (v->reasons == OPEN_PERSONAL && composite_other(j, l->t))
		return (struct ruling){ RULE_R87, CURE_NARROW,
					"it binds another column, whose values tenants share" };
	if (v->reasons == OPEN_PERSONAL && judge_goes_by_group(j, l->t, v->arm))
		return rule_of_command(j, l, g);
	/* A person's own rows, such as the tenants that one belongs to: where another policy is the
	 * tenant's, they are only read. */
	if (v->reasons == OPEN_PERSONAL &&
	    (g->policy->command == 'r' || !has_good_sibling(j, l, g)) &&
	    !(l->side == SIDE_CHECK && goes_by_tenant(l->t)))
		return ruling;
	if (v->reasons == OPEN_PERSONAL && l->side == SIDE_USING &&
	    is_same_person(j, l, g, v->arm))
		return ruling;
	if (v->reasons & OPEN_ROLE && !(v->reasons & (OPEN_NO_TENANT | OPEN_TRUE)) &&
	    !takes_rows(l, g))
		return ruling;
	return rule_of_command(j, l, g);
}

static const char *old_text(const struct judged *g, enum side side)
{
	const struct policy *p = g->policy;

	return side == SIDE_CHECK && p->check_expr ? p->check_expr : p->using_expr;
}

/* Both clauses of a policy that has both: each is mended for itself, and a right one stays. */
static void fix_both(struct judge *j, const struct look_at *l, const struct judged *g,
		     struct fix *v, const char *condition, enum cure cure)
{
	v->condition = judge_mended(j, l->t, g->policy, g->policy->using_expr, condition,
				    cure == CURE_NARROW);
	judge_fix(j, "using", v);
	if (g->check_verdict.level != CLAUSE_OPEN)
		return;
	v->condition = judge_mended(j, l->t, g->policy, g->policy->check_expr, condition,
				    cure == CURE_NARROW);
	judge_fix(j, "check", v);
}

/* What belongs to nobody is read on by all, and written by none of them. */
static void fix_null_shared(struct judge *j, const struct look_at *l, const struct judged *g,
			    const char *condition)
{
	struct fix v = { .relation = l->t->r, .policy = g->policy->name };

	if (g->policy->check_expr) {
		fix_both(j, l, g, &v, condition, CURE_WRITES);
	} else {
		v.condition = judge_mended(j, l->t, g->policy, g->policy->using_expr, condition,
					   false);
		judge_fix(j, "using_check", &v);
	}
	judge_fix_reads(j, l->t, g->policy);
}

static void fix_policy(struct judge *j, const struct look_at *l, const struct judged *g,
		       enum cure cure)
{
	const struct policy *p = g->policy;
	const char *condition = judge_usual_condition(j, l->t), *old = old_text(g, l->side);
	struct fix v = { .relation = l->t->r, .policy = p->name, .condition = condition };
	const struct judged *floor = other_floor(l->t);
	struct table half;

	if (cure == CURE_FLOOR_ROLES && floor) {
		v.policy = floor->policy->name;
		v.object = judge_floor_roles(j, l->t, g, floor);
		judge_fix(j, v.object ? "policy_to" : "policy_to_public", &v);
		return;
	}
	if (!condition)
		return;
	if (cure == CURE_FLOOR) {
		v.policy = arena_printf(j->arena, "%s_tenant_floor", l->t->r->name);
		judge_fix(j, "floor", &v);
		return;
	}
	if (l->side == SIDE_CHECK && p->using_expr && is_of_party(j, l->t, &g->using_verdict)) {
		v.condition = p->using_expr; /* what one has a part in one may write */
		judge_fix(j, "check", &v);
		return;
	}
	if (cure == CURE_WRITES && p->command == '*' &&
	    side_verdict(g, l->side)->reasons & OPEN_NULL_TENANT) {
		fix_null_shared(j, l, g, condition);
		return;
	}
	/* Reading was meant, but not of half of a tenant's name. */
	if (cure == CURE_WRITES && (side_verdict(g, l->side)->reasons & OPEN_SHARED
					    ? judge_shared_below(j, l->t, true, NULL, 1) != NULL
					    : !composite_half(j, l->t, &half))) {
		judge_fix_writes(j, l->t, p, condition);
		return;
	}
	v.condition = judge_mended(j, l->t, p, old, condition, cure == CURE_NARROW);
	if (p->command == 'a')
		judge_fix(j, "check", &v);
	else if (p->command == 'r' || p->command == 'd')
		judge_fix(j, "using", &v);
	else if (g->using_verdict.level == CLAUSE_OWN)
		judge_fix(j, "check", &v);
	else if (p->check_expr)
		fix_both(j, l, g, &v, condition, cure);
	else
		judge_fix(j, "using_check", &v);
}

static void look(struct judge *j, const struct look_at *l, const struct judged *g)
{
	const struct actor *a = &j->actors.v[l->actor];
	const struct policy *p = g->policy;
	struct subject s = { .relation = l->t->r, .policy = p->name, .role = a->role->name };
	struct ruling ruling;
	struct finding *f;
	bool named = false;

	if (!p->permissive || !concerns(p, l->command) || !judge_applies(j, p, a, &named))
		return;
	if (l->command != 'r' && side_verdict(g, l->side)->level == CLAUSE_OWN)
		rule_open_parent(j, l->t, g, a, l->side == SIDE_CHECK);
	if (side_verdict(g, l->side)->level != CLAUSE_OPEN)
		return;
	ruling = rule_for(j, l, g);
	if (ruling.rule == RULES || cannot_choose(j, l) ||
	    (ruling.rule == RULE_R25 && l->command == 'r' && judge_shown_all(j, l->t, g, a)))
		return;
	if (ruling.rule != RULE_R25 && ruling.rule != RULE_R26 &&
	    ((a->trusted && !(ruling.rule == RULE_R13 && judge_is_anybody(a))) ||
	     (named && !a->application &&
	      judge_is_meant(j, l->t, g, a, side_verdict(g, l->side)->reasons))))
		return;
	f = judge_find(j, ruling.rule, &s, "policy %s lets %s past the tenant: %s", p->name,
		       a->role->name, ruling.why);
	if (!f)
		return;
	if (side_verdict(g, l->side)->reasons == OPEN_PERSONAL)
		f->severity = SEVERITY_HIGH;
	if (l->t->directory && l->command == 'r') /* as where no policy is (R07) */
		f->severity = SEVERITY_MEDIUM;
	judge_evidence(j, f, "%s: %s",
		       l->side == SIDE_CHECK && p->check_expr ? "WITH CHECK" : "USING",
		       old_text(g, l->side));
	fix_policy(j, l, g, ruling.cure);
	judge_fixed(j, f);
}

void rules_policies(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!t->r->rls || !table_tenant(t) || !relation_is_table(t->r) ||
		    t->r->extension)
			continue;
		for (size_t a = 0; a < j->actors.len; a++) {
			if (!t->bound[a])
				continue;
			for (size_t n = 0; n < ARRAY_SIZE(looks); n++) {
				struct look_at l = { t, a, looks[n].command, looks[n].side };

				if (!(t->rights[a] & looks[n].right) || has_floor(j, &l))
					continue;
				for (size_t p = 0; p < t->r->npolicies; p++)
					look(j, &l, &t->policies[p]);
			}
		}
	}
}
