/* SPDX-License-Identifier: MIT */
/*
 * filter_parse.c - the text of a filter as a tree.  Recursive descent, one function per rule:
 *
 *	or    = and { "or" and }
 *	and   = not { [ "and" ] not }
 *	not   = "not" not | "(" or ")" | test
 *	test  = column [ operator value | ["not"] in/between/like … | "is" ["not"] "null" ]
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "filter_priv.h"

enum { DEPTH_LIMIT = 200 };

struct parser {
	struct filter *f;
	const char *s; /* what is left */
	int depth;
	struct err *err;
};

/* ---- errors ---- */

static size_t character(const char *text, size_t at)
{
	size_t n = 1;
	uint32_t cp;

	for (size_t i = 0; i < at; n++)
		i += utf8_decode(text + i, at - i, &cp);
	return n;
}

bool filter_error(const struct filter *f, size_t at, struct err *err, const char *fmt, ...)
{
	struct buf why = BUF_INIT;
	va_list ap;

	buf_addf(&why, "character %zu: ", character(f->text, at));
	va_start(ap, fmt);
	buf_vaddf(&why, fmt, ap);
	va_end(ap);
	err_set(err, ERR_USAGE, "filter", "%s", why.data);
	buf_release(&why);
	return false;
}

static size_t here(const struct parser *p)
{
	return (size_t)(p->s - p->f->text);
}

/* ---- words ---- */

static void skip_blanks(struct parser *p)
{
	while (isspace((unsigned char)*p->s))
		p->s++;
}

/* What a bare word cannot hold: it ends there. */
static bool word_ends(const char *s)
{
	if (*s == '\0' || isspace((unsigned char)*s) || strchr("()=<>~,'\"", *s))
		return true;
	if (*s == '!' && (s[1] == '=' || s[1] == '~'))
		return true;
	return s[0] == '.' && s[1] == '.';
}

static size_t word_length(const char *s)
{
	size_t n = 0;

	while (!word_ends(s + n))
		n++;
	return n;
}

/* Is the next word this keyword? */
static bool at_keyword(struct parser *p, const char *keyword)
{
	size_t n;

	skip_blanks(p);
	n = word_length(p->s);
	return n == strlen(keyword) && strncasecmp(p->s, keyword, n) == 0;
}

static bool take_keyword(struct parser *p, const char *keyword)
{
	if (!at_keyword(p, keyword))
		return false;
	p->s += strlen(keyword);
	return true;
}

static bool take_char(struct parser *p, char c)
{
	skip_blanks(p);
	if (*p->s != c)
		return false;
	p->s++;
	return true;
}

/* 'text' or "text", the quote doubled inside. NULL with err when it stays open. */
static const char *quoted(struct parser *p)
{
	struct buf text = BUF_INIT;
	size_t start = here(p);
	char quote = *p->s++;

	for (; *p->s && (*p->s != quote || p->s[1] == quote); p->s++) {
		if (*p->s == quote)
			p->s++;
		buf_addc(&text, *p->s);
	}
	const char *out = arena_strndup(p->f->arena, text.data, text.len);
	buf_release(&text);
	if (*p->s++ == quote)
		return out;
	p->s--;
	filter_error(p->f, start, p->err, "this quote is not closed");
	return NULL;
}

static bool range_follows(const struct parser *p)
{
	return p->s[0] == '.' && p->s[1] == '.';
}

/* {1,2} and [1,5) are how arrays, ranges and json are written: such a word ends with its
 * bracket. */
static size_t bracketed_length(const char *s)
{
	size_t n = 0;
	int depth = 0;
	bool in_quotes = false;

	if (*s != '{' && *s != '[')
		return 0;
	for (; s[n]; n++) {
		if (s[n] == '"')
			in_quotes = !in_quotes;
		else if (s[n] == '\\' && s[n + 1])
			n++;
		else if (!in_quotes && strchr("{[", s[n]))
			depth++;
		else if (!in_quotes && strchr("}])", s[n]) && --depth == 0)
			return n + 1;
	}
	return 0;
}

static bool no_value(struct parser *p)
{
	filter_error(p->f, here(p), p->err, "a value is expected here");
	if (*p->s && *p->s != ')' && *p->s != ',')
		err_hint(p->err, "a value with signs is written in 'quotes'");
	return false;
}

static bool take_value(struct parser *p, struct filter_value *out)
{
	skip_blanks(p);
	*out = (struct filter_value){ .at = here(p) };
	if (*p->s == '\'' || *p->s == '"') {
		out->quoted = true;
		out->text = quoted(p);
		return out->text != NULL;
	}
	size_t n = bracketed_length(p->s);
	if (!n)
		n = word_length(p->s);
	if (n == 0 && !range_follows(p))
		return no_value(p);
	if (n > 0)
		out->text = arena_strndup(p->f->arena, p->s, n);
	p->s += n;
	return true;
}

/* ---- a column and a path into it ---- */

static bool take_segment(struct parser *p, const char **out)
{
	size_t n;

	if (*p->s == '"') {
		*out = quoted(p);
		return *out != NULL;
	}
	for (n = 0; !word_ends(p->s + n) && p->s[n] != '.'; n++)
		continue;
	if (n == 0)
		return filter_error(p->f, here(p), p->err,
				    "the name of a column is expected here");
	*out = arena_strndup(p->f->arena, p->s, n);
	p->s += n;
	return true;
}

static bool take_column(struct parser *p, struct filter_test *t)
{
	VEC(const char *) path = VEC_INIT;

	skip_blanks(p);
	t->at = here(p);
	if (!take_segment(p, &t->column))
		return false;
	bool ok = true;
	while (ok && p->s[0] == '.' && p->s[1] != '.') {
		const char *segment = NULL;
		p->s++;
		ok = take_segment(p, &segment);
		*VEC_PUSH(&path) = segment;
	}
	t->npath = path.len;
	t->path = arena_array(p->f->arena, path.len + 1, sizeof *t->path);
	for (size_t i = 0; i < path.len; i++)
		t->path[i] = path.v[i];
	VEC_RELEASE(&path);
	*VEC_PUSH(&p->f->names) = t->column;
	return ok;
}

/* ---- what is said of it ---- */

static const struct {
	const char *sign;
	enum filter_op op;
} signs[] = {
	{ "!=", OP_NE },      { "<>", OP_NE }, { "!~", OP_NOT_CONTAINS },
	{ "<=", OP_LE },      { ">=", OP_GE }, { "==", OP_EQ },
	{ "=", OP_EQ },	      { "<", OP_LT },  { ">", OP_GT },
	{ "~", OP_CONTAINS },
};

static bool take_sign(struct parser *p, enum filter_op *op)
{
	skip_blanks(p);
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t n = strlen(signs[i].sign);
		if (strncmp(p->s, signs[i].sign, n) == 0) {
			p->s += n;
			*op = signs[i].op;
			return true;
		}
	}
	return false;
}

static void set_values(struct parser *p, struct filter_test *t, const struct filter_value *v,
		       size_t n)
{
	t->values = arena_array(p->f->arena, n + 1, sizeof *t->values);
	memcpy(t->values, v, n * sizeof *v);
	t->n = n;
}

/* /expression/ or /expression/i: a slash inside is written \/. */
static bool take_regex(struct parser *p, struct filter_test *t)
{
	struct buf text = BUF_INIT;
	struct filter_value v = { .quoted = true, .at = here(p) };

	for (p->s++; *p->s && *p->s != '/'; p->s++) {
		if (p->s[0] == '\\' && p->s[1] == '/')
			p->s++;
		else if (p->s[0] == '\\' && p->s[1])
			buf_addc(&text, *p->s++);
		buf_addc(&text, *p->s);
	}
	v.text = arena_strndup(p->f->arena, text.data, text.len);
	buf_release(&text);
	if (*p->s != '/')
		return filter_error(p->f, v.at, p->err, "this expression is not closed by /");
	p->s++;
	t->icase = *p->s == 'i' && word_ends(p->s + 1);
	p->s += t->icase;
	t->op = t->op == OP_CONTAINS ? OP_MATCH : OP_NOT_MATCH;
	set_values(p, t, &v, 1);
	return true;
}

/* = 5..10 */
static bool take_range_end(struct parser *p, struct filter_test *t,
			   const struct filter_value *low)
{
	struct filter_value ends[2] = { *low };

	p->s += 2;
	ends[1] = (struct filter_value){ .at = here(p) };
	if (*p->s && !isspace((unsigned char)*p->s) && *p->s != ')' && !take_value(p, &ends[1]))
		return false;
	if (!ends[0].text && !ends[1].text)
		return filter_error(p->f, low->at, p->err, "a range needs at least one end");
	if (t->op != OP_EQ && t->op != OP_NE)
		return filter_error(p->f, low->at, p->err, "a range goes with = or !=");
	t->op = t->op == OP_EQ ? OP_RANGE : OP_NOT_RANGE;
	set_values(p, t, ends, 2);
	return true;
}

/* `= null` is what people write; SQL would find nothing. */
static bool is_null_word(const struct filter_value *v)
{
	return v->text && !v->quoted && strcasecmp(v->text, "null") == 0;
}

static bool take_compared(struct parser *p, struct filter_test *t)
{
	struct filter_value v;

	skip_blanks(p);
	if ((t->op == OP_CONTAINS || t->op == OP_NOT_CONTAINS) && *p->s == '/')
		return take_regex(p, t);
	if (!take_value(p, &v))
		return false;
	if (range_follows(p))
		return take_range_end(p, t, &v);
	if (is_null_word(&v) && (t->op == OP_EQ || t->op == OP_NE)) {
		t->op = t->op == OP_EQ ? OP_NULL : OP_NOT_NULL;
		return true;
	}
	set_values(p, t, &v, 1);
	return true;
}

static bool take_list(struct parser *p, struct filter_test *t)
{
	VEC(struct filter_value) list = VEC_INIT;
	bool ok = true;

	if (!take_char(p, '('))
		return filter_error(p->f, here(p), p->err,
				    "a list in ( ) is expected after in");
	do {
		struct filter_value v;
		ok = take_value(p, &v);
		if (ok && !v.text)
			ok = filter_error(p->f, v.at, p->err, "a list holds values, no ranges");
		if (ok)
			*VEC_PUSH(&list) = v;
	} while (ok && take_char(p, ','));
	if (ok && !take_char(p, ')'))
		ok = filter_error(p->f, here(p), p->err, "the list is not closed by )");
	if (ok)
		set_values(p, t, list.v, list.len);
	VEC_RELEASE(&list);
	return ok;
}

static bool take_between(struct parser *p, struct filter_test *t)
{
	struct filter_value ends[2];

	if (!take_value(p, &ends[0]))
		return false;
	if (!take_keyword(p, "and"))
		return filter_error(p->f, here(p), p->err,
				    "between LOW and HIGH: \"and\" is expected here");
	if (!take_value(p, &ends[1]))
		return false;
	set_values(p, t, ends, 2);
	return true;
}

static bool take_is(struct parser *p, struct filter_test *t)
{
	struct filter_value v = { .text = "true" };
	bool is_not = take_keyword(p, "not");

	if (take_keyword(p, "null")) {
		t->op = is_not ? OP_NOT_NULL : OP_NULL;
		return true;
	}
	if (!at_keyword(p, "true") && !at_keyword(p, "false"))
		return filter_error(p->f, here(p), p->err,
				    "\"null\" or \"not null\" is expected after is");
	v.at = here(p);
	v.text = at_keyword(p, "true") ? "true" : "false";
	p->s += strlen(v.text);
	t->op = is_not ? OP_NE : OP_EQ;
	set_values(p, t, &v, 1);
	return true;
}

/* A word operator; *none when there is none. */
static bool take_word_operator(struct parser *p, struct filter_test *t, bool *none)
{
	const char *before = p->s;
	bool is_not = take_keyword(p, "not");

	*none = false;
	if (take_keyword(p, "in")) {
		t->op = is_not ? OP_NOT_IN : OP_IN;
		return take_list(p, t);
	}
	if (take_keyword(p, "between")) {
		t->op = is_not ? OP_NOT_RANGE : OP_RANGE;
		return take_between(p, t);
	}
	if (take_keyword(p, "like")) {
		t->op = is_not ? OP_NOT_LIKE : OP_LIKE;
		return take_compared(p, t);
	}
	if (take_keyword(p, "ilike")) {
		t->op = is_not ? OP_NOT_ILIKE : OP_ILIKE;
		return take_compared(p, t);
	}
	if (!is_not && take_keyword(p, "is"))
		return take_is(p, t);
	p->s = before;
	*none = true;
	return true;
}

static bool take_test(struct parser *p, struct filter_test *t)
{
	bool none;

	if (!take_column(p, t))
		return false;
	if (take_sign(p, &t->op))
		return take_compared(p, t);
	if (!take_word_operator(p, t, &none))
		return false;
	if (none)
		t->op = OP_BARE;
	return true;
}

/* ---- and, or, not ---- */

static struct filter_node *new_node(struct parser *p, int kind, struct filter_node *left,
				    struct filter_node *right)
{
	struct filter_node *n = arena_alloc(p->f->arena, sizeof *n);

	n->kind = kind;
	n->left = left;
	n->right = right;
	return n;
}

static struct filter_node *parse_or(struct parser *p);

static struct filter_node *parse_group(struct parser *p)
{
	size_t start = here(p) - 1;
	struct filter_node *n = parse_or(p);

	if (n && !take_char(p, ')')) {
		filter_error(p->f, *p->s ? here(p) : start, p->err,
			     *p->s ? "\")\" or another condition is expected here"
				   : "this parenthesis is not closed");
		return NULL;
	}
	return n;
}

static struct filter_node *parse_not(struct parser *p)
{
	struct filter_node *n = NULL;

	if (++p->depth > DEPTH_LIMIT) {
		filter_error(p->f, here(p), p->err, "nested too deeply");
	} else if (take_keyword(p, "not")) {
		n = parse_not(p);
		if (n)
			n = new_node(p, NODE_NOT, n, NULL);
	} else if (take_char(p, '(')) {
		n = parse_group(p);
	} else {
		n = new_node(p, NODE_TEST, NULL, NULL);
		if (!take_test(p, &n->test))
			n = NULL;
	}
	p->depth--;
	return n;
}

static bool condition_ends(struct parser *p)
{
	skip_blanks(p);
	return *p->s == '\0' || *p->s == ')' || at_keyword(p, "or");
}

static struct filter_node *parse_and(struct parser *p)
{
	struct filter_node *n = parse_not(p);

	while (n && !condition_ends(p)) {
		if (!take_keyword(p, "and"))
			take_char(p, ',');
		struct filter_node *right = parse_not(p);
		n = right ? new_node(p, NODE_AND, n, right) : NULL;
	}
	return n;
}

static struct filter_node *parse_or(struct parser *p)
{
	struct filter_node *n = parse_and(p);

	while (n && take_keyword(p, "or")) {
		struct filter_node *right = parse_and(p);
		n = right ? new_node(p, NODE_OR, n, right) : NULL;
	}
	return n;
}

struct filter *filter_parse(const char *text, struct err *err)
{
	struct filter *f = xcalloc(1, sizeof *f);

	f->arena = arena_new();
	f->text = arena_strdup(f->arena, text);
	struct parser p = { .f = f, .s = f->text, .err = err };
	f->root = parse_or(&p);
	skip_blanks(&p);
	if (f->root && *p.s) {
		filter_error(f, here(&p), err, "nothing opens this \")\"");
		f->root = NULL;
	}
	if (!f->root) {
		filter_free(&f);
		return NULL;
	}
	*VEC_PUSH(&f->names) = NULL;
	return f;
}

void filter_free(struct filter **fp)
{
	struct filter *f = *fp;

	*fp = NULL;
	if (!f)
		return;
	arena_free(&f->arena);
	VEC_RELEASE(&f->names);
	free(f);
}

const char *const *filter_names(const struct filter *f)
{
	return f->names.v;
}

/* ---- the other way round ---- */

static bool plain_name(const char *s)
{
	static const char *const keywords[] = { "and", "or",	  "not",  "in",
						"is",  "between", "like", "ilike" };

	if (!*s || word_length(s) != strlen(s) || strchr(s, '.'))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (strcasecmp(s, keywords[i]) == 0)
			return false;
	return true;
}

static void add_quoted(struct buf *out, const char *s, char quote)
{
	buf_addc(out, quote);
	for (; *s; s++) {
		if (*s == quote)
			buf_addc(out, quote);
		buf_addc(out, *s);
	}
	buf_addc(out, quote);
}

/* Nothing that a bare word would mean otherwise: no date word, no range, no pattern. */
static bool plain_value(const char *s)
{
	bool number = strspn(s, "0123456789.") == strlen(s);

	for (const char *c = s; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-' &&
		    !(number && *c == '.'))
			return false;
	return *s && (isalpha((unsigned char)*s) || number) && word_length(s) == strlen(s) &&
	       plain_name(s);
}

void filter_cell(struct buf *out, const char *column, const char *value, bool is_not)
{
	struct time_value time;

	if (plain_name(column))
		buf_adds(out, column);
	else
		add_quoted(out, column, '"');
	if (!value) {
		buf_adds(out, is_not ? " is not null" : " is null");
		return;
	}
	buf_adds(out, is_not ? " != " : " = ");
	if (plain_value(value) && strcasecmp(value, "null") != 0 &&
	    !time_value_parse(value, false, &time))
		buf_adds(out, value);
	else
		add_quoted(out, value, '\'');
}
