/* SPDX-License-Identifier: MIT */
/*
 * Looking into the functions that policies call.  A body that is one expression, one query or
 * steps towards one is put in the place of its call; what is more stays what it was, a function
 * that nobody here understands.
 *
 * Inside a query a parameter that has the name of a column is hidden by the column: that is how
 * "WHERE org_id = org_id" in a helper comes to be always true.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/vec.h"
#include "rls_clause_priv.h"

enum { NESTED_MAX = 6, PARAMETERS_MAX = 16 };

#define INNER "\002" /* a column of some relation of the body */

struct body {
	const struct clause_context *c;
	const struct function *f;
	const struct expr *call;
	const char *names[PARAMETERS_MAX];
	size_t n;
};

static const struct function *called(const struct clause_context *c, const struct expr *call)
{
	/* In policies the server's own functions are printed without a schema, and only they.
	 */
	if (!c->lookup || !c->lookup->function || (!call->qualifier && !c->nested))
		return NULL;
	return c->lookup->function(c->lookup->ctx, call->qualifier, call->name);
}

/* ---- parameters: "o uuid, at timestamp with time zone" ---- */

static bool begins_type(const char *word, size_t n)
{
	static const char *const types[] = { "double", "character", "timestamp",
					     "time",   "bit",	    NULL };

	for (size_t i = 0; types[i]; i++)
		if (strlen(types[i]) == n && strncasecmp(types[i], word, n) == 0)
			return true;
	return false;
}

/* How long one parameter is: up to a comma that is not between quotes or parentheses. */
static size_t parameter_length(const char *s)
{
	bool quoted = false;
	int depth = 0;
	size_t n;

	for (n = 0; s[n] && (quoted || depth > 0 || s[n] != ','); n++) {
		quoted = quoted != (s[n] == '"');
		depth += quoted ? 0 : (s[n] == '(') - (s[n] == ')');
	}
	return n;
}

static void name_parameters(struct body *b)
{
	const char *s = b->f->arguments ? b->f->arguments : "";

	while (*s && b->n < PARAMETERS_MAX) {
		size_t word, all;
		bool quoted;

		s += strspn(s, " ");
		quoted = *s == '"';
		word = quoted ? strcspn(s + 1, "\"") + 2 : strcspn(s, " ,");
		all = parameter_length(s);
		b->names[b->n++] = word < all && !begins_type(s, word)
					   ? arena_strndup(b->c->arena, s + quoted,
							   word - 2 * (size_t)quoted)
					   : NULL;
		s += all + (s[all] == ',');
	}
}

/* r.tenant_id in the body of f(r t) that is called as f(t.*): a column of the row. */
static const struct expr *row_column(const struct body *b, const struct expr *column)
{
	for (size_t i = 0; i < b->n && i < b->call->n; i++) {
		const struct expr *given = expr_bare(b->call->args[i]);
		struct expr *out;

		if (!b->names[i] || strcmp(b->names[i], column->qualifier) != 0 ||
		    given->kind != EXPR_COLUMN || strcmp(given->name, "*") != 0)
			continue;
		out = arena_alloc(b->c->arena, sizeof *out);
		*out = *column;
		out->qualifier = given->qualifier;
		return out;
	}
	return NULL;
}

static const struct expr *argument(const struct body *b, const struct expr *column)
{
	if (!column->qualifier && column->name[0] == '$') {
		size_t at = 0;

		for (const char *d = column->name + 1; isdigit((unsigned char)*d); d++)
			at = at * 10 + (size_t)(*d - '0');
		return at >= 1 && at <= b->call->n ? b->call->args[at - 1] : NULL;
	}
	if (column->qualifier && strcmp(column->qualifier, b->f->name) != 0)
		return row_column(b, column);
	for (size_t i = 0; i < b->n && i < b->call->n; i++)
		if (b->names[i] && strcmp(b->names[i], column->name) == 0)
			return b->call->args[i];
	return NULL;
}

/* ---- substitution ---- */

/* A column of a relation of the query hides the parameter. */
static bool hidden(const struct body *b, const struct subquery *s, const char *name)
{
	for (size_t i = 0; s && i < s->nfrom; i++) {
		const struct relation *r =
			s->from[i].name
				? b->c->lookup->relation(b->c->lookup->ctx, s->from[i].schema,
							 s->from[i].name)
				: NULL;

		if (r && relation_column(r, name))
			return true;
	}
	return false;
}

static const struct expr *copy(const struct body *b, const struct expr *e,
			       const struct subquery *in);

/* An argument as the body sees it: what is the caller's own row says so. */
static const struct expr *passed(const struct body *b, const struct expr *e)
{
	struct expr *out = arena_alloc(b->c->arena, sizeof *out);
	const struct expr **args = arena_array(b->c->arena, e->n + 1, sizeof *args);

	*out = *e;
	for (size_t i = 0; i < e->n; i++)
		args[i] = passed(b, e->args[i]);
	out->args = args;
	if (e->kind == EXPR_COLUMN && !e->qualifier)
		out->qualifier = CLAUSE_ROW;
	return out;
}

static const struct expr *copy_column(const struct body *b, const struct expr *e,
				      const struct subquery *in)
{
	const struct expr *given = argument(b, e);
	struct expr *out;

	if (given && (e->qualifier || !hidden(b, in, e->name)))
		return passed(b, given);
	out = arena_alloc(b->c->arena, sizeof *out);
	*out = *e;
	if (!out->qualifier)
		out->qualifier = INNER;
	return out;
}

static const struct subquery *copy_sub(const struct body *b, const struct subquery *s)
{
	struct subquery *out;
	const struct expr **outputs;

	if (!s)
		return NULL;
	out = arena_alloc(b->c->arena, sizeof *out);
	outputs = arena_array(b->c->arena, s->noutputs + 1, sizeof *outputs);
	*out = *s;
	for (size_t i = 0; i < s->noutputs; i++)
		outputs[i] = copy(b, s->outputs[i], s);
	out->outputs = outputs;
	out->where = s->where ? copy(b, s->where, s) : NULL;
	out->nconditions = 0; /* they are in where */
	out->more = copy_sub(b, s->more);
	return out;
}

/* 'app.' || 'tenant': the name of a setting that a function is told a part of. */
static const struct expr *joined(const struct body *b, const struct expr *e)
{
	const struct expr *left = e->n == 2 ? expr_bare(e->args[0]) : NULL,
			  *right = left ? expr_bare(e->args[1]) : NULL;
	struct expr *out;

	if (e->kind != EXPR_OPERATOR || strcmp(e->name, "||") != 0 || !right ||
	    left->kind != EXPR_LITERAL || right->kind != EXPR_LITERAL || !left->name ||
	    !right->name)
		return e;
	out = arena_alloc(b->c->arena, sizeof *out);
	*out = *left;
	out->name = arena_printf(b->c->arena, "%s%s", left->name, right->name);
	return out;
}

static const struct expr *copy(const struct body *b, const struct expr *e,
			       const struct subquery *in)
{
	struct expr *out;
	const struct expr **args;

	if (e->kind == EXPR_COLUMN)
		return copy_column(b, e, in);
	out = arena_alloc(b->c->arena, sizeof *out);
	args = arena_array(b->c->arena, e->n + 1, sizeof *args);
	*out = *e;
	for (size_t i = 0; i < e->n; i++)
		args[i] = copy(b, e->args[i], in);
	out->args = args;
	out->sub = copy_sub(b, e->sub);
	return joined(b, out);
}

/* ---- the body as one expression ---- */

static const char *after_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	s += strspn(s, " \t\r\n");
	if (strncasecmp(s, word, n) != 0 || isalnum((unsigned char)s[n]) || s[n] == '_')
		return NULL;
	return s + n;
}

/* Up to the last ";", or all. One statement only: another ";" fails in the parser. */
static size_t statement_length(const char *s)
{
	size_t n = strlen(s);

	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return n && s[n - 1] == ';' ? n - 1 : n;
}

static size_t before_end(const char *s, size_t n)
{
	while (n && (isspace((unsigned char)s[n - 1]) || s[n - 1] == ';'))
		n--;
	if (n < 3 || strncasecmp(s + n - 3, "end", 3) != 0)
		return 0;
	for (n -= 3; n && isspace((unsigned char)s[n - 1]); n--)
		;
	return n && s[n - 1] == ';' ? n - 1 : 0;
}

/* One query; or the RETURN or BEGIN ATOMIC of the SQL standard. */
static const char *sql_expression(const struct clause_context *c, const char *s)
{
	const char *at, *atomic;
	size_t n = statement_length(s);

	if ((at = after_word(s, "begin")) != NULL &&
	    (atomic = after_word(at, "atomic")) != NULL) {
		s = atomic;
		n = before_end(s, strlen(s));
	}
	if (n && (at = after_word(s, "return")) != NULL && at < s + n) {
		n -= (size_t)(at - s);
		s = at;
	}
	return n ? arena_strndup(c->arena, s, n) : NULL;
}

static const struct expr *parse_source(const struct clause_context *c, const struct function *f)
{
	const char *text = strcmp(f->language, "sql") == 0 ? sql_expression(c, f->body)
			   : strcmp(f->language, "plpgsql") == 0
				   ? plpgsql_expression(c->arena, f->body)
				   : NULL;

	return text ? expr_parse_source(c->arena, arena_printf(c->arena, "(%s\n)", text))
		    : NULL;
}

/* Once for all calls.  NULL: not to be understood. */
static const struct expr *parse_body(const struct clause_context *c, const struct function *f)
{
	const struct expr *e;
	char key[32];

	snprintf(key, sizeof key, "source %p", (const void *)f);
	if (map_has(c->lookup->bodies, key))
		return map_get(c->lookup->bodies, key);
	e = parse_source(c, f);
	if (e && expr_has_opaque(e))
		e = NULL;
	map_set(c->lookup->bodies, key, (void *)(uintptr_t)e);
	return e;
}

const struct expr *clause_inline(const struct clause_context *c, const struct expr *call,
				 struct clause_context *inner)
{
	struct body b = { .c = c, .f = called(c, call), .call = call };
	const struct expr *e;
	char key[32];

	if (!b.f || !b.f->body || !c->lookup->bodies || c->nested >= NESTED_MAX)
		return NULL;
	*inner = *c;
	inner->nested++;
	if (b.f->security_definer)
		inner->reader = b.f->owner_oid;
	/* What takes no arguments comes to the same wherever it is called. */
	snprintf(key, sizeof key, "%p", call->n ? (const void *)call : (const void *)b.f);
	if (map_has(c->lookup->bodies, key))
		return map_get(c->lookup->bodies, key);
	e = parse_body(c, b.f);
	if (e) {
		name_parameters(&b);
		e = copy(&b, e, NULL);
	}
	map_set(c->lookup->bodies, key, (void *)(uintptr_t)e);
	return e;
}

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

const char *find_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	int first = tolower((unsigned char)*word);

	for (const char *s = text; n && *s; s++)
		if (tolower((unsigned char)*s) == first && strncasecmp(s, word, n) == 0 &&
		    (s == text || !word_char(s[-1])) && !word_char(s[n]))
			return s;
	return NULL;
}

bool clause_is_blind(const struct clause_context *c, const struct expr *call)
{
	const struct function *f = called(c, call);

	return f && c->lookup->blind && c->lookup->blind(c->lookup->ctx, f);
}

bool clause_ignores_arguments(const struct clause_context *c, const struct expr *call)
{
	struct body b = { .c = c, .f = called(c, call), .call = call };

	if (!b.f || !b.f->body)
		return false;
	name_parameters(&b);
	for (size_t i = 0; i < b.n; i++) {
		char dollar[24];

		snprintf(dollar, sizeof dollar, "$%zu", i + 1);
		if (!b.names[i] || find_word(b.f->body, b.names[i]) ||
		    strstr(b.f->body, dollar))
			return false;
	}
	return b.n > 0;
}

const char *clause_setting(const struct clause_context *c, const struct expr *e)
{
	struct clause_context at = *c, next;

	for (int i = 0; i < NESTED_MAX; i++) {
		const struct expr *body;

		e = expr_bare(e);
		if (e && (expr_is_call(e, "coalesce") || expr_is_call(e, "nullif")) &&
		    e->n >= 1) {
			e = e->args[0];
			continue;
		}
		body = e && e->kind == EXPR_CALL ? clause_inline(&at, e, &next) : NULL;
		if (!body)
			break;
		at = next;
		e = body;
	}
	return expr_setting(e);
}
