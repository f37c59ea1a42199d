/* SPDX-License-Identifier: MIT */
/*
 * Conditions that compare: is it the tenant of the row, and with what?
 */
#include <ctype.h>
#include <string.h>

#include "rls_clause_priv.h"

/* Ids that no tenant has: rows under them belong to everybody, or to nobody. */
static bool is_neutral(const char *literal)
{
	static const char *const words[] = { "public",	"global", "shared", "system", "none",
					     "default", "nobody", "all",    "any",    "null",
					     "unknown", "unset",  "empty",  "nil",    "anonymous",
					     "brak",	"keine",  "keiner", "aucun",  "aucune",
					     "ninguno", "ninguna", "nenhum", "nessuno", "geen",
					     "ingen",	"yok",	  NULL };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(literal, words[i]) == 0)
			return true;
	if (*literal == '-')
		return true;
	for (const char *s = literal; *s; s++) /* '*' and its like */
		if (isalnum((unsigned char)*s) ? *s != '0' : (unsigned char)*s >= 0x80)
			return false;
	return true;
}

const struct expr *clause_literal(const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_LITERAL && e->name && *e->name ? e : NULL;
}

bool clause_is_one_tenant(const struct expr *e)
{
	const struct expr *x = clause_literal(e);

	return x && !is_neutral(x->name);
}

/* CASE: a tenant's id in the last arm, or in one that is taken while the setting is missing. */
static bool case_falls_back(const struct clause_context *c, const struct expr *e)
{
	for (size_t i = e->has_operand ? 1 : 0; i + 1 < e->n; i += 2)
		if (!e->has_operand && clause_is_one_tenant(e->args[i + 1]) &&
		    clause_judge(c, e->args[i]).reasons & OPEN_UNSET)
			return true;
	return clause_is_one_tenant(e->args[e->n - 1]);
}

/* COALESCE(setting, 'a tenant') and its like, also inside a function: without a setting one is
 * that tenant. */
static bool falls_back_to_tenant(const struct clause_context *c, const struct expr *e)
{
	struct clause_context at = *c, next;

	for (int i = 0; i < 8; i++) {
		const struct expr *body;

		e = expr_bare(e);
		if (e->kind == EXPR_CASE)
			return case_falls_back(&at, e);
		if (expr_is_call(e, "coalesce") && e->n > 1) {
			if (clause_is_one_tenant(e->args[e->n - 1]))
				return true;
			e = e->args[0];
			continue;
		}
		body = e->kind == EXPR_CALL ? clause_inline(&at, e, &next) : NULL;
		if (!body)
			return false;
		at = next;
		e = body;
	}
	return false;
}

/* tenant = ANY (ARRAY[setting, 'literal']) */
static unsigned listed_literals(const struct expr *other)
{
	const struct expr *list = expr_bare(other);
	unsigned reasons = 0;

	for (size_t i = 0; list->kind == EXPR_LIST && list->n > 1 && i < list->n; i++) {
		const struct expr *x = clause_literal(list->args[i]);

		if (x)
			reasons |= is_neutral(x->name) ? OPEN_SHARED : OPEN_LITERAL;
	}
	return reasons;
}

/* tenant = ANY (mine || 'literal') */
static unsigned added_literals(const struct expr *e, const struct expr *other)
{
	const struct expr *sum = expr_bare(other);
	unsigned reasons = 0;

	if (e->kind != EXPR_ANY || sum->kind != EXPR_OPERATOR || strcmp(sum->name, "||") != 0)
		return 0;
	for (size_t i = 0; i < sum->n; i++) {
		const struct expr *part = expr_bare(sum->args[i]), *x = clause_literal(part);

		if (x)
			reasons |= is_neutral(x->name) ? OPEN_SHARED : OPEN_LITERAL;
		else if (part->kind == EXPR_LIST && part->n == 1 &&
			 clause_literal(part->args[0]))
			reasons |= OPEN_LITERAL;
		else
			reasons |= added_literals(e, part);
	}
	return reasons;
}

/* ( SELECT id FROM tenants WHERE slug = 'house'): one tenant, by its name; also in a function. */
static bool is_looked_up(const struct clause_context *c, const struct expr *e)
{
	struct clause_context inner;
	const struct expr *body;

	e = expr_bare(e);
	body = e->kind == EXPR_CALL ? clause_inline(c, e, &inner) : NULL;
	e = body ? expr_bare(body) : e;
	return e->kind == EXPR_SUBQUERY && e->sub->kind == SUBQUERY_SCALAR && !e->sub->more &&
	       clause_names_row(e->sub->where);
}

/* COALESCE(…, tenant): without a value it is the row's own. */
static bool falls_back_to_self(const struct clause_context *c, const struct expr *e)
{
	e = expr_bare(e);
	return expr_is_call(e, "coalesce") && e->n > 1 &&
	       clause_is_tenant(c, expr_bare(e->args[e->n - 1]), 0);
}

struct clause_verdict clause_compare_tenant(const struct clause_context *c,
					    const struct expr *e, const struct expr *other)
{
	unsigned all = clause_values(c, other, 0), values = clause_deciding(all);

	if (values & VALUE_OPAQUE)
		return clause_verdict(CLAUSE_UNKNOWN, 0, e);
	if (falls_back_to_self(c, other))
		return clause_verdict(CLAUSE_OPEN, OPEN_FALLBACK, e);
	if (all & VALUE_LITERAL && values & (VALUE_SESSION | VALUE_STORED)) {
		unsigned listed = listed_literals(other) | added_literals(e, other);
		struct clause_verdict v = clause_verdict(CLAUSE_OPEN, listed, e);

		v.own_arm = true;
		if (v.reasons)
			return v;
		if (falls_back_to_tenant(c, other))
			return clause_verdict(CLAUSE_OPEN, OPEN_LITERAL, e);
	}
	if (values == VALUE_SELF)
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (values & VALUE_UNBOUND)
		return clause_verdict(CLAUSE_OPEN,
				      strcmp(e->name ? e->name : "", "=") == 0 &&
						      is_looked_up(c, other)
					      ? OPEN_SHARED
					      : OPEN_UNBOUND,
				      e);
	if (values & VALUE_SELF && !(values & VALUE_STORED))
		return clause_verdict(CLAUSE_OPEN, OPEN_FALLBACK, e);
	if (values == VALUE_LITERAL) {
		const struct expr *x = clause_literal(other);

		return clause_verdict(CLAUSE_OPEN,
				      x && is_neutral(x->name) ? OPEN_SHARED : OPEN_LITERAL, e);
	}
	if (values == (VALUE_STORED | VALUE_ROW))
		return clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (values == VALUE_ROW)
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	/* Where the login says whose rows these are, a setting is for any session to choose. */
	if (c->by_login && values == VALUE_SESSION && clause_setting(c, other) &&
	    !clause_is_claim(clause_setting(c, other)))
		return clause_verdict(CLAUSE_OPEN, OPEN_SWITCH, e);
	return clause_verdict(values ? CLAUSE_OWN : CLAUSE_NEVER, 0, e);
}

static bool is_empty_literal(const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_LITERAL && e->name && !*e->name;
}

static bool is_pattern_operator(const char *op)
{
	static const char *const patterns[] = { "~~", "~~*", "~", "~*", "^@", "%", NULL };

	for (size_t i = 0; patterns[i]; i++)
		if (strcmp(op, patterns[i]) == 0)
			return true;
	return false;
}

static bool both_literal(const struct expr *a, const struct expr *b)
{
	a = expr_bare(a);
	b = expr_bare(b);
	return a->kind == EXPR_LITERAL && b->kind == EXPR_LITERAL && a->name && b->name;
}

/* Functions that many values share the result of: whoever knows a part gets other tenants too.
 */
static bool is_lossy(const struct expr *e)
{
	static const char *const names[] = {
		"left",		"right",   "substr",	   "substring",	     "length",
		"char_length",	"ascii",   "mod",	   "greatest",	     "octet_length",
		"date_trunc",	"least",   "split_part",   "translate",	     "sign",
		"div",		"overlay", "width_bucket", "regexp_replace", "regexp_substr",
		"regexp_match", "subpath", "subltree",	   "lca",	     "nlevel",
		"index",	"cardinality", "array_length", NULL
	};

	for (size_t i = 0; e->kind == EXPR_CALL && names[i]; i++)
		if (strcmp(e->name, names[i]) == 0)
			return true;
	if (e->kind == EXPR_CALL && strncmp(e->name, "hash", 4) == 0)
		return true;
	if (e->kind == EXPR_CALL && e->n &&
	    is_lossy(expr_bare(e->args[0]))) /* upper(left(…)) */
		return true;
	return e->kind == EXPR_OPERATOR &&
	       (strcmp(e->name, "%") == 0 || strcmp(e->name, "/") == 0 ||
		strcmp(e->name, "&") == 0);
}

static struct expr *operation(const struct clause_context *c, const char *op,
			      const struct expr *a, const struct expr *b)
{
	struct expr *e = arena_alloc(c->arena, sizeof *e);
	const struct expr **args = arena_array(c->arena, 2, sizeof *args);

	args[0] = a;
	args[1] = b;
	*e = (struct expr){ .kind = EXPR_OPERATOR, .name = op, .args = args, .n = 2 };
	return e;
}

static bool is_zero(const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_LITERAL && e->name && strcmp(e->name, "0") == 0;
}

/* lower(tenant) = …, tenant || '' = …: wrapped, but compared. */
static struct clause_verdict wrapped_equality(const struct clause_context *c,
					      const struct expr *e)
{
	bool left = clause_mentions_tenant(c, e->args[0]);
	const struct expr *own = expr_bare(e->args[left ? 0 : 1]),
			  *other = e->args[left ? 1 : 0];
	struct clause_verdict v;

	if (left && clause_mentions_tenant(c, e->args[1]))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (own->kind == EXPR_OPERATOR && own->n == 2 && strcmp(own->name, "-") == 0 &&
	    is_zero(other)) /* tenant - mine = 0 */
		return clause_operator(c, operation(c, "=", own->args[0], own->args[1]));
	v = clause_compare_tenant(c, e, other);
	if (v.level == CLAUSE_OWN && is_lossy(own))
		return clause_verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (v.reasons == OPEN_LITERAL && is_lossy(own)) /* cardinality(tenants) = 1 */
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	/* COALESCE(tenant, mine) = mine: rows of nobody are everybody's. */
	if (v.level == CLAUSE_OWN && expr_is_call(own, "coalesce") && own->n > 1 &&
	    expr_equal(own->args[own->n - 1], other)) {
		v = clause_verdict(CLAUSE_OPEN, OPEN_NULL_TENANT, e);
		v.own_arm = true;
	}
	return v;
}

/* COALESCE(claim, 'machine') = 'machine': whoever says nothing is one. */
static bool is_said_by_nobody(const struct clause_context *c, const struct expr *e)
{
	for (size_t i = 0; i < 2; i++) {
		const struct expr *said = expr_bare(e->args[i]),
				  *literal = clause_literal(e->args[1 - i]),
				  *otherwise = expr_is_call(said, "coalesce") && said->n > 1
						       ? clause_literal(said->args[said->n - 1])
						       : NULL;

		if (literal && otherwise && strcmp(literal->name, otherwise->name) == 0 &&
		    clause_deciding(clause_values(c, said, 0)) == VALUE_SESSION)
			return true;
	}
	return false;
}

/* The tenant's column is GENERATED, and this is what it is made of. */
static bool makes_tenant(const struct clause_context *c, const struct expr *e)
{
	const struct column *tenant =
		c->tenant && c->relation ? relation_column(c->relation, c->tenant) : NULL;

	return tenant && tenant->generated && tenant->default_expr &&
	       clause_values(c, e, 0) & VALUE_ROW &&
	       expr_equal(expr_bare(expr_parse(c->arena, tenant->default_expr)), expr_bare(e));
}

static struct clause_verdict judge_equality(const struct clause_context *c,
					    const struct expr *e)
{
	const struct expr *left = e->args[0], *right = e->args[1];

	if (clause_is_tenant(c, expr_bare(left), 0) || makes_tenant(c, left))
		return clause_compare_tenant(c, e, right);
	if (clause_is_tenant(c, expr_bare(right), 0) || makes_tenant(c, right))
		return clause_compare_tenant(c, e, left);
	if (expr_equal(left, right) &&
	    clause_deciding(clause_values(c, left, 0)) & (VALUE_ROW | VALUE_SELF))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (both_literal(left, right))
		return strcmp(expr_bare(left)->name, expr_bare(right)->name) == 0
			       ? clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e)
			       : clause_verdict(CLAUSE_NEVER, 0, e);
	if ((clause_setting(c, left) && is_empty_literal(right)) ||
	    (clause_setting(c, right) && is_empty_literal(left)) || is_said_by_nobody(c, e))
		return clause_verdict(CLAUSE_OPEN, OPEN_UNSET, e);
	return clause_mentions_tenant(c, e) ? wrapped_equality(c, e) : clause_other(c, e);
}

static bool is_order(const char *op)
{
	static const char *const names[] = { "<", ">", ">=", "<=", "<>", "is distinct from",
					     NULL };

	for (size_t i = 0; names[i]; i++)
		if (strcmp(op, names[i]) == 0)
			return true;
	return false;
}

/* int4range(from, to): the tenants between. */
static bool is_span(const struct expr *e)
{
	size_t n;

	e = expr_bare(e);
	if (e->kind != EXPR_CALL || e->n < 2 || expr_equal(e->args[0], e->args[1]))
		return false;
	n = strlen(e->name);
	return n > 5 && strcmp(e->name + n - 5, "range") == 0;
}

/* A list or an object of the session's own, which may have nothing in it: that is contained in
 * anything.  NULLIF(…, '') keeps a list from being empty. */
static bool may_be_empty(const struct clause_context *c, const struct expr *e)
{
	struct clause_context inner;
	const struct expr *body;
	const char *type;

	while (e->kind == EXPR_SUBQUERY && expr_bare(e) != e && e->sub->noutputs == 1)
		e = e->sub->outputs[0];
	if (e->kind == EXPR_CALL && (body = clause_inline(c, e, &inner)) != NULL)
		return may_be_empty(&inner, body);
	if (!(clause_deciding(clause_values(c, e, 0)) & VALUE_SESSION))
		return false;
	if (expr_is_call(e, "string_to_array") || expr_is_call(e, "regexp_split_to_array"))
		return e->n && !expr_is_call(expr_bare(e->args[0]), "nullif");
	type = e->kind == EXPR_CAST ? e->name : "";
	if (strcmp(type, "jsonb") == 0)
		return true;
	return strlen(type) > 2 && strcmp(type + strlen(type) - 2, "[]") == 0 &&
	       (expr_setting(e) || may_be_empty(c, e->args[0]));
}

static bool is_set_operator(const char *op)
{
	return strcmp(op, "<@") == 0 || strcmp(op, "@>") == 0 || strcmp(op, "&&") == 0;
}

static struct clause_verdict judge_inequality(const struct clause_context *c,
					      const struct expr *e)
{
	unsigned values = clause_deciding(clause_values(c, e, 0)) & ~(unsigned)VALUE_SELF;
	bool left = clause_mentions_tenant(c, e->args[0]);

	if (is_pattern_operator(e->name) && values & (VALUE_SESSION | VALUE_PERSON))
		return clause_verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (values & VALUE_SESSION && /* position(tenant in x) > 0 */
	    (expr_is_call(e->args[0], "position") || expr_is_call(e->args[0], "strpos")))
		return clause_verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (is_set_operator(e->name) && is_span(e->args[left ? 1 : 0]))
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_OTHERS, e);
	if ((strcmp(e->name, "@>") == 0 && left && may_be_empty(c, e->args[1])) ||
	    (strcmp(e->name, "<@") == 0 && !left && may_be_empty(c, e->args[0])))
		return clause_verdict(CLAUSE_OPEN, OPEN_UNSET, e);
	if (is_set_operator(e->name))
		return clause_compare_tenant(c, e, e->args[left ? 1 : 0]);
	if (expr_equal(e->args[0], e->args[1]) && strchr(e->name, '='))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (is_order(e->name)) /* more tenants than one */
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_OTHERS, e);
	return clause_other(c, e);
}

/* Whatever is compared with true is one; a setting's word is its own affair. */
static bool is_condition(const struct expr *e)
{
	if (e->kind == EXPR_CALL)
		return !expr_setting(e) && !expr_is_call(e, "coalesce");
	return e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY || e->kind == EXPR_AND ||
	       e->kind == EXPR_OR || e->kind == EXPR_NOT || e->kind == EXPR_NULL_TEST ||
	       e->kind == EXPR_BOOL_TEST ||
	       (e->kind == EXPR_SUBQUERY &&
		(e->sub->kind == SUBQUERY_EXISTS || e->sub->kind == SUBQUERY_IN));
}

/* (tenant = mine) = true and its like say IS TRUE; false: it is none of them. */
static bool compares_with_bool(const struct clause_context *c, const struct expr *e,
			       struct clause_verdict *out)
{
	static const struct {
		const char *op, *with_true, *with_false;
	} tests[] = {
		{ "=", "true", "false" },
		{ "<>", "false", "true" },
		{ "is not distinct from", "true", "false" },
		{ "is distinct from", "not true", "not false" },
	};

	for (size_t i = 0; i < 2; i++) {
		const struct expr *value = expr_bare(e->args[1 - i]);

		if (value->kind != EXPR_BOOL || !is_condition(expr_bare(e->args[i])))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(tests); k++) {
			struct expr *test;

			if (strcmp(e->name, tests[k].op) != 0)
				continue;
			test = arena_alloc(c->arena, sizeof *test);
			test->kind = EXPR_BOOL_TEST;
			test->name = value->is ? tests[k].with_true : tests[k].with_false;
			test->args = &e->args[i];
			test->n = 1;
			*out = clause_judge(c, test);
			return true;
		}
	}
	return false;
}

struct clause_verdict clause_operator(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict v;

	if (e->n != 2)
		return clause_other(c, e);
	if (compares_with_bool(c, e, &v))
		return v;
	if (clause_scalar(c, e, &v))
		return v;
	if (strcmp(e->name, "=") == 0 || strcmp(e->name, "is not distinct from") == 0)
		return judge_equality(c, e);
	return clause_mentions_tenant(c, e) ? judge_inequality(c, e) : clause_other(c, e);
}

/* setting = ANY (ARRAY[tenant, '*']): one of several equalities. */
static struct clause_verdict any_of(const struct clause_context *c, const struct expr *e,
				    const struct expr *list)
{
	struct clause_verdict sum = clause_verdict(CLAUSE_NEVER, 0, e);

	for (size_t i = 0; i < list->n; i++) {
		sum = clause_either(
			sum, clause_operator(c, operation(c, "=", e->args[0], list->args[i])));
	}
	return sum;
}

/* setting = ANY (string_to_array(tenant || ',ops', ',')): the words that the tenant is given. */
static struct clause_verdict any_word_of(const struct clause_context *c, const struct expr *e,
					 const struct expr *sum)
{
	struct clause_verdict all = clause_verdict(CLAUSE_NEVER, 0, e);

	sum = expr_bare(sum);
	for (size_t i = 0; sum->kind == EXPR_OPERATOR && i < sum->n; i++)
		all = clause_either(all, any_word_of(c, e, sum->args[i]));
	for (const char *s = sum->kind == EXPR_LITERAL ? sum->name : NULL; s && *s;) {
		size_t n = strcspn(s, ",;| ");
		struct expr *word = arena_alloc(c->arena, sizeof *word);

		*word = *sum;
		word->name = arena_strndup(c->arena, s, n);
		if (clause_is_one_tenant(word))
			all = clause_either(all, clause_operator(c, operation(c, "=", e->args[0],
									     word)));
		s += n + (s[n] != '\0');
	}
	return all;
}

struct clause_verdict clause_any(const struct clause_context *c, const struct expr *e)
{
	const struct expr *left = expr_bare(e->args[0]), *right = expr_bare(e->args[1]);
	bool equal = strcmp(e->name, "=") == 0 && !e->is;
	struct clause_verdict v;

	if (equal && clause_is_tenant(c, left, 0))
		return clause_compare_tenant(c, e, right);
	if (equal && clause_scalar(c, e, &v))
		return v;
	if (equal && right->kind == EXPR_SUBQUERY && right->sub->kind == SUBQUERY_ARRAY &&
	    clause_values(c, left, 0) & VALUE_ROW) /* by a key of the parent */
		return clause_by_key(c, right);
	if (!clause_mentions_tenant(c, e))
		return clause_other(c, e);
	if (is_pattern_operator(e->name))
		return clause_verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (equal && right->kind == EXPR_LIST && !clause_mentions_tenant(c, left))
		return any_of(c, e, right);
	if (equal && expr_is_call(right, "string_to_array") && right->n &&
	    !clause_mentions_tenant(c, left))
		return clause_either(clause_compare_tenant(c, e, left),
				     any_word_of(c, e, right->args[0]));
	if (equal)
		return clause_compare_tenant(c, e,
					     clause_mentions_tenant(c, left) ? right : left);
	return is_order(e->name) || e->is
		       ? clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_OTHERS, e)
		       : clause_other(c, e);
}

bool clause_contrary(const struct clause_context *c, const struct expr *e,
		     struct clause_verdict *out)
{
	static const char *const pairs[][2] = {
		{ "=", "<>" }, { "is distinct from", "is not distinct from" }
	};
	struct expr *turned = arena_alloc(c->arena, sizeof *turned);

	*turned = *e;
	turned->name = NULL;
	for (size_t i = 0; e->kind == EXPR_OPERATOR && i < ARRAY_SIZE(pairs); i++)
		for (size_t k = 0; k < 2; k++)
			if (strcmp(e->name, pairs[i][k]) == 0)
				turned->name = pairs[i][1 - k];
	if (!turned->name)
		return false;
	*out = clause_operator(c, turned);
	return true;
}

/* A column of the row that no row leaves out: to ask for it asks for nothing. */
static bool is_never_null(const struct clause_context *c, const struct expr *e)
{
	const struct column *column = e->kind == EXPR_COLUMN && clause_values(c, e, 0) == VALUE_ROW
					      ? relation_column(c->relation, e->name)
					      : NULL;

	return column && column->never_null;
}

struct clause_verdict clause_null_test(const struct clause_context *c, const struct expr *e)
{
	const struct expr *bare = expr_bare(e->args[0]);
	struct clause_verdict v;

	if (clause_is_tenant(c, bare, 0)) {
		const struct column *column = relation_column(c->relation, c->tenant);

		if (e->is && column && column->never_null)
			return clause_verdict(CLAUSE_NEVER, 0, e);
		return clause_verdict(CLAUSE_OPEN, e->is ? OPEN_NULL_TENANT : OPEN_TAUTOLOGY,
				      e);
	}
	if (clause_found(c, e, &v))
		return v;
	if (e->is && expr_is_call(bare, "nullif") && bare->n == 2 &&
	    clause_mentions_tenant(c, bare)) { /* NULLIF(tenant, mine) IS NULL */
		struct expr *equal = arena_alloc(c->arena, sizeof *equal);

		*equal = *bare;
		equal->kind = EXPR_OPERATOR;
		equal->name = "=";
		equal->qualifier = NULL;
		return clause_operator(c, equal);
	}
	if (clause_setting(c, e->args[0]))
		return clause_verdict(CLAUSE_OPEN, e->is ? OPEN_UNSET : OPEN_NO_TENANT, e);
	if (clause_deciding(clause_values(c, e->args[0], 0)) ==
	    VALUE_SESSION) /* current_tenant() IS NULL */
		return clause_verdict(CLAUSE_OPEN, e->is ? OPEN_UNSET : OPEN_NO_TENANT, e);
	if (is_never_null(c, bare))
		return e->is ? clause_verdict(CLAUSE_NEVER, 0, e)
			     : clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	return clause_other(c, e);
}
