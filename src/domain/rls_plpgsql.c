/* SPDX-License-Identifier: MIT */
/*
 * A PL/pgSQL function as one SQL expression, so that the judge of conditions can read what
 * policies call: assignments are put in the place of their variables, IF becomes CASE with
 * what follows it in every branch, an exception handler COALESCE, RAISE EXCEPTION null.
 *
 * Loops, dynamic statements, records and writes are not followed: then there is no expression.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "rls_clause_priv.h"

enum { DEPTH_MAX = 24, SIZE_MAX_TEXT = 16384, WORD_MAX = 64 };

enum statement_kind { DO_ASSIGN, DO_IF, DO_RETURN, DO_RAISE };

struct branch {
	const char *condition; /* NULL: ELSE */
	const struct statement *body;
	struct branch *next;
};

struct statement {
	enum statement_kind kind;
	const char *target; /* DO_ASSIGN */
	const char *text;   /* the expression; NULL: none */
	struct branch *branches;
	struct statement *next;
};

struct variable {
	const char *name, *value;
	const struct variable *next;
};

/* What is to be done after the end of a list of statements. */
struct rest {
	const struct statement *list;
	const struct rest *next;
};

struct reader {
	struct arena *arena;
	const char *at;
	const struct variable *declared;
	bool failed;
	int depth;
	size_t made; /* bytes of text so far */
};

/* ---- the scanner: one unit at a time, whatever is quoted or commented as a whole ---- */

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *after_quoted(const char *s, char quote)
{
	for (s++; *s; s++)
		if (*s == quote && *++s != quote)
			return s;
	return s;
}

static const char *after_dollar(const char *s)
{
	const char *tag = s + 1 + strcspn(s + 1, "$ \n\t,;()"), *end;
	size_t n = (size_t)(tag - s) + 1;

	if (*tag != '$')
		return s + 1;
	for (end = tag + 1; *end; end++)
		if (strncmp(end, s, n) == 0)
			return end + n;
	return end;
}

/* Behind the unit that begins here: a word, a text, a comment, or one sign. */
static const char *after_unit(const char *s)
{
	if (word_char(*s)) {
		while (word_char(*s))
			s++;
		return s;
	}
	if (*s == '\'' || *s == '"')
		return after_quoted(s, *s);
	if (*s == '$' && !isdigit((unsigned char)s[1]))
		return after_dollar(s);
	if (s[0] == '-' && s[1] == '-')
		return s + strcspn(s, "\n");
	if (s[0] == '/' && s[1] == '*') {
		const char *end = strstr(s + 2, "*/");

		return end ? end + 2 : s + strlen(s);
	}
	return s + 1;
}

static bool is_space(const char *s)
{
	return isspace((unsigned char)*s) || (s[0] == '-' && s[1] == '-') ||
	       (s[0] == '/' && s[1] == '*');
}

static void skip_space(struct reader *r)
{
	while (*r->at && is_space(r->at))
		r->at = after_unit(r->at);
}

static bool same_word(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - s) == n && strncasecmp(s, word, n) == 0;
}

static bool at_word(struct reader *r, const char *word)
{
	skip_space(r);
	return same_word(r->at, after_unit(r->at), word);
}

static bool take(struct reader *r, const char *word)
{
	if (!at_word(r, word))
		return false;
	r->at = after_unit(r->at);
	return true;
}

static void expect(struct reader *r, const char *word)
{
	if (!take(r, word))
		r->failed = true;
}

static const char *take_word(struct reader *r)
{
	const char *from, *end;

	skip_space(r);
	from = r->at;
	end = after_unit(from);
	if (!word_char(*from) || end - from > WORD_MAX) {
		r->failed = true;
		return "";
	}
	r->at = end;
	return arena_strndup(r->arena, from, (size_t)(end - from));
}

/* The text up to one of these words (or ";"), outside parentheses and CASE … END; it is
 * stepped over. */
static const char *take_until(struct reader *r, const char *const *ends, const char **found)
{
	const char *from;
	int depth = 0;

	skip_space(r);
	for (from = r->at; *r->at && !r->failed;) {
		const char *unit = r->at, *after = after_unit(unit);

		for (size_t i = 0; depth == 0 && ends[i]; i++)
			if (same_word(unit, after, ends[i])) {
				*found = ends[i];
				r->at = after;
				return arena_strndup(r->arena, from, (size_t)(unit - from));
			}
		depth += *unit == '(' || *unit == '[' || same_word(unit, after, "case");
		depth -= *unit == ')' || *unit == ']' || same_word(unit, after, "end");
		r->at = after;
	}
	r->failed = true;
	return "";
}

static const char *take_statement(struct reader *r)
{
	static const char *const ends[] = { ";", NULL };
	const char *found;

	return take_until(r, ends, &found);
}

/* ---- statements ---- */

static const struct statement *read_list(struct reader *r);

static struct statement *new_statement(struct reader *r, enum statement_kind kind,
				       const char *target, const char *text)
{
	struct statement *s = arena_alloc(r->arena, sizeof *s);

	*s = (struct statement){ .kind = kind, .target = target, .text = text };
	return s;
}

static struct branch *new_branch(struct reader *r, const char *condition)
{
	struct branch *b = arena_alloc(r->arena, sizeof *b);

	*b = (struct branch){ .condition = condition, .body = read_list(r) };
	return b;
}

static struct statement *read_if(struct reader *r)
{
	static const char *const then[] = { "then", NULL };
	struct statement *s = new_statement(r, DO_IF, NULL, NULL);
	struct branch **tail = &s->branches;
	const char *found;

	do {
		const char *condition = take_until(r, then, &found);

		*tail = new_branch(r, condition);
		tail = &(*tail)->next;
	} while (!r->failed && (take(r, "elsif") || take(r, "elseif")));
	if (take(r, "else"))
		*tail = new_branch(r, NULL);
	expect(r, "end");
	expect(r, "if");
	expect(r, ";");
	return s;
}

/* A message goes on, an exception ends the function. */
static struct statement *read_raise(struct reader *r)
{
	static const char *const messages[] = { "debug",  "log",     "info",
						"notice", "warning", NULL };
	bool goes_on = false;

	for (size_t i = 0; messages[i]; i++)
		goes_on = goes_on || at_word(r, messages[i]);
	take_statement(r);
	return goes_on ? NULL : new_statement(r, DO_RAISE, NULL, NULL);
}

/* FOUND: is there a row? */
static struct statement *read_found(struct reader *r, const char *query)
{
	return new_statement(r, DO_ASSIGN, "found",
			     arena_printf(r->arena, "EXISTS (%s)", query));
}

static const char *glue(struct reader *r, const char *a, const char *b)
{
	return arena_printf(r->arena, "SELECT%s%s", a, b); /* not SQL */
}

/* SELECT x INTO v FROM …: v is the query's one value. */
static struct statement *read_select(struct reader *r)
{
	static const char *const into[] = { "into", ";", NULL };
	const char *found, *head = take_until(r, into, &found), *target, *query;
	struct statement *s;

	if (r->failed || strcmp(found, "into") != 0) {
		r->failed = true;
		return NULL;
	}
	take(r, "strict");
	target = take_word(r);
	skip_space(r);
	if (*r->at == ',' || *r->at == '.')
		r->failed = true;
	query = glue(r, arena_printf(r->arena, " %s ", head), take_statement(r));
	s = new_statement(r, DO_ASSIGN, target, arena_printf(r->arena, "(%s)", query));
	s->next = read_found(r, query);
	return s;
}

static struct statement *read_assignment(struct reader *r)
{
	const char *target = take_word(r);

	skip_space(r);
	if (r->at[0] == ':' && r->at[1] == '=')
		r->at += 2;
	else if (*r->at == '=')
		r->at++;
	else
		r->failed = true;
	return r->failed ? NULL : new_statement(r, DO_ASSIGN, target, take_statement(r));
}

/* NULL: nothing is to be done. */
static struct statement *read_statement(struct reader *r)
{
	if (take(r, "if"))
		return read_if(r);
	if (take(r, "return"))
		return new_statement(r, DO_RETURN, NULL, take_statement(r));
	if (take(r, "raise"))
		return read_raise(r);
	if (take(r, "perform"))
		return read_found(r, glue(r, " ", take_statement(r)));
	if (take(r, "select"))
		return read_select(r);
	if (take(r, "null") || take(r, "assert")) {
		take_statement(r);
		return NULL;
	}
	return read_assignment(r);
}

static bool at_end_of_list(struct reader *r)
{
	static const char *const ends[] = {
		"end", "else", "elsif", "elseif", "exception", NULL
	};

	for (size_t i = 0; ends[i]; i++)
		if (at_word(r, ends[i]))
			return true;
	return at_word(r, "when") || !*r->at;
}

static const struct statement *read_list(struct reader *r)
{
	struct statement *first = NULL, **tail = &first;

	if (++r->depth > DEPTH_MAX)
		r->failed = true;
	while (!r->failed && !at_end_of_list(r)) {
		*tail = read_statement(r);
		while (*tail)
			tail = &(*tail)->next;
	}
	r->depth--;
	return first;
}

static const char *substitute(struct reader *r, const struct variable *vars, const char *text);

static void read_declarations(struct reader *r)
{
	static const char *const ends[] = { "default", "=", ";", NULL };

	while (!r->failed && !at_word(r, "begin")) {
		struct variable *v = arena_alloc(r->arena, sizeof *v);
		const char *found;

		*v = (struct variable){ take_word(r), "NULL", r->declared };
		if (take(r, "alias")) {
			expect(r, "for");
			v->value = take_statement(r);
		} else {
			take_until(r, ends, &found);
			if (!r->failed && *found != ';')
				v->value = substitute(r, r->declared, take_statement(r));
		}
		r->declared = v;
	}
}

/* ---- from statements to an expression ---- */

static const char *evaluate(struct reader *r, const struct statement *s,
			    const struct variable *vars, const struct rest *rest);

static const struct variable *variable(const struct variable *v, const char *s, const char *end)
{
	while (v && !same_word(s, end, v->name))
		v = v->next;
	return v;
}

/* The text with the variables' values in their places. */
static const char *substitute(struct reader *r, const struct variable *vars, const char *text)
{
	struct buf out = BUF_INIT;
	const char *s = text ? text : "", *copy;
	char before = ' ';

	while (*s) {
		const char *end = after_unit(s);
		const struct variable *v =
			word_char(*s) && before != '.' ? variable(vars, s, end) : NULL;

		if (v && *end == '.')
			r->failed = true; /* a field of a record */
		if (v && *end != '(')
			buf_addf(&out, "(%s)", v->value);
		else if (is_space(s))
			buf_addc(&out, ' ');
		else
			buf_add(&out, s, (size_t)(end - s));
		before = is_space(s) ? before : *s;
		s = end;
	}
	r->made += out.len;
	if (r->made > SIZE_MAX_TEXT)
		r->failed = true;
	copy = arena_strdup(r->arena, out.len ? out.data : "NULL");
	buf_release(&out);
	return copy;
}

static const char *evaluate_if(struct reader *r, const struct statement *s,
			       const struct variable *vars, const struct rest *rest)
{
	struct rest after = { s->next, rest };
	struct buf out = BUF_INIT;
	bool otherwise = false;
	const char *text;

	buf_adds(&out, "CASE");
	for (const struct branch *b = s->branches; b && !r->failed; b = b->next) {
		if (b->condition)
			buf_addf(&out, " WHEN (%s) THEN ", substitute(r, vars, b->condition));
		else
			buf_adds(&out, " ELSE ");
		buf_addf(&out, "(%s)", evaluate(r, b->body, vars, &after));
		otherwise = otherwise || !b->condition;
	}
	if (!otherwise && !r->failed)
		buf_addf(&out, " ELSE (%s)", evaluate(r, s->next, vars, rest));
	buf_adds(&out, " END");
	text = arena_strdup(r->arena, out.data);
	buf_release(&out);
	return text;
}

static const char *evaluate_list(struct reader *r, const struct statement *s,
				 const struct variable *vars, const struct rest *rest)
{
	struct variable assigned[DEPTH_MAX];
	size_t n = 0;

	for (; s && !r->failed; s = s->next) {
		switch (s->kind) {
		case DO_IF:
			return evaluate_if(r, s, vars, rest);
		case DO_RETURN:
			return substitute(r, vars, s->text);
		case DO_RAISE:
			return "NULL";
		case DO_ASSIGN:
			if (n == DEPTH_MAX) {
				r->failed = true;
				break;
			}
			assigned[n] = (struct variable){ s->target,
							 substitute(r, vars, s->text), vars };
			vars = &assigned[n++];
			break;
		}
	}
	if (r->failed || !rest)
		return "NULL";
	return evaluate(r, rest->list, vars, rest->next);
}

static const char *evaluate(struct reader *r, const struct statement *s,
			    const struct variable *vars, const struct rest *rest)
{
	const char *text;

	if (++r->depth > DEPTH_MAX)
		r->failed = true;
	text = r->failed ? "NULL" : evaluate_list(r, s, vars, rest);
	r->depth--;
	return text;
}

/* EXCEPTION WHEN … THEN …: what comes out instead of an error. */
static const char *with_handlers(struct reader *r, const char *text)
{
	static const char *const then[] = { "then", NULL };
	const char *found;

	while (!r->failed && take(r, "when")) {
		take_until(r, then, &found);
		text = arena_printf(r->arena, "COALESCE(%s, %s)", text,
				    evaluate(r, read_list(r), r->declared, NULL));
	}
	return text;
}

const char *plpgsql_expression(struct arena *arena, const char *body)
{
	struct reader r = { .arena = arena, .at = body };
	const char *text;

	if (take(&r, "declare"))
		read_declarations(&r);
	expect(&r, "begin");
	text = evaluate(&r, read_list(&r), r.declared, NULL);
	if (take(&r, "exception"))
		text = with_handlers(&r, text);
	expect(&r, "end");
	return r.failed ? NULL : text;
}
