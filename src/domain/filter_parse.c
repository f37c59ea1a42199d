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
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "filter_priv.h"

enum { DEPTH_LIMIT = 200 };

/* ---- a column and a path into it ---- */

static bool take_segment(struct parser *p, const char **out)
{
	size_t n;

	if (*p->s == '"') {
		*out = filter_word_quoted(p);
		return *out != NULL;
	}
	for (n = 0; !filter_word_end(p->s + n) && p->s[n] != '.'; n++)
		continue;
	if (n == 0)
		return filter_error(p->f, filter_word_here(p), p->err,
				    "the name of a column is expected here");
	*out = arena_strndup(p->f->arena, p->s, n);
	p->s += n;
	return true;
}

static bool take_column(struct parser *p, struct filter_test *t)
{
	VEC(const char *) path = VEC_INIT;

	filter_word_skip(p);
	t->at = filter_word_here(p);
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
	filter_word_skip(p);
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
	struct filter_value v = { .quoted = true, .at = filter_word_here(p) };

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
	t->icase = *p->s == 'i' && filter_word_end(p->s + 1);
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
	ends[1] = (struct filter_value){ .at = filter_word_here(p) };
	if (*p->s && !isspace((unsigned char)*p->s) && *p->s != ')' &&
	    !filter_word_value(p, &ends[1]))
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

	filter_word_skip(p);
	if ((t->op == OP_CONTAINS || t->op == OP_NOT_CONTAINS) && *p->s == '/')
		return take_regex(p, t);
	if (!filter_word_value(p, &v))
		return false;
	if (filter_word_range(p))
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

	if (!filter_word_take_char(p, '('))
		return filter_error(p->f, filter_word_here(p), p->err,
				    "a list in ( ) is expected after in");
	do {
		struct filter_value v;
		ok = filter_word_value(p, &v);
		if (ok && !v.text)
			ok = filter_error(p->f, v.at, p->err, "a list holds values, no ranges");
		if (ok)
			*VEC_PUSH(&list) = v;
	} while (ok && filter_word_take_char(p, ','));
	if (ok && !filter_word_take_char(p, ')'))
		ok = filter_error(p->f, filter_word_here(p), p->err, "the list is not closed by )");
	if (ok)
		set_values(p, t, list.v, list.len);
	VEC_RELEASE(&list);
	return ok;
}

static bool take_between(struct parser *p, struct filter_test *t)
{
	struct filter_value ends[2];

	if (!filter_word_value(p, &ends[0]))
		return false;
	if (!filter_word_take(p, "and"))
		return filter_error(p->f, filter_word_here(p), p->err,
				    "between LOW and HIGH: \"and\" is expected here");
	if (!filter_word_value(p, &ends[1]))
		return false;
	set_values(p, t, ends, 2);
	return true;
}

static bool take_is(struct parser *p, struct filter_test *t)
{
	struct filter_value v = { .text = "true" };
	bool is_not = filter_word_take(p, "not");

	if (filter_word_take(p, "null")) {
		t->op = is_not ? OP_NOT_NULL : OP_NULL;
		return true;
	}
	if (!filter_word_at(p, "true") && !filter_word_at(p, "false"))
		return filter_error(p->f, filter_word_here(p), p->err,
				    "\"null\" or \"not null\" is expected after is");
	v.at = filter_word_here(p);
	v.text = filter_word_at(p, "true") ? "true" : "false";
	p->s += strlen(v.text);
	t->op = is_not ? OP_NE : OP_EQ;
	set_values(p, t, &v, 1);
	return true;
}

/* A word operator; *none when there is none. */
static bool take_word_operator(struct parser *p, struct filter_test *t, bool *none)
{
	const char *before = p->s;
	bool is_not = filter_word_take(p, "not");

	*none = false;
	if (filter_word_take(p, "in")) {
		t->op = is_not ? OP_NOT_IN : OP_IN;
		return take_list(p, t);
	}
	if (filter_word_take(p, "between")) {
		t->op = is_not ? OP_NOT_RANGE : OP_RANGE;
		return take_between(p, t);
	}
	if (filter_word_take(p, "like")) {
		t->op = is_not ? OP_NOT_LIKE : OP_LIKE;
		return take_compared(p, t);
	}
	if (filter_word_take(p, "ilike")) {
		t->op = is_not ? OP_NOT_ILIKE : OP_ILIKE;
		return take_compared(p, t);
	}
	if (!is_not && filter_word_take(p, "is"))
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
	size_t start = filter_word_here(p) - 1;
	struct filter_node *n = parse_or(p);

	if (n && !filter_word_take_char(p, ')')) {
		filter_error(p->f, *p->s ? filter_word_here(p) : start, p->err,
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
		filter_error(p->f, filter_word_here(p), p->err, "nested too deeply");
	} else if (filter_word_take(p, "not")) {
		n = parse_not(p);
		if (n)
			n = new_node(p, NODE_NOT, n, NULL);
	} else if (filter_word_take_char(p, '(')) {
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
	filter_word_skip(p);
	return *p->s == '\0' || *p->s == ')' || filter_word_at(p, "or");
}

static struct filter_node *parse_and(struct parser *p)
{
	struct filter_node *n = parse_not(p);

	while (n && !condition_ends(p)) {
		if (!filter_word_take(p, "and"))
			filter_word_take_char(p, ',');
		struct filter_node *right = parse_not(p);
		n = right ? new_node(p, NODE_AND, n, right) : NULL;
	}
	return n;
}

static struct filter_node *parse_or(struct parser *p)
{
	struct filter_node *n = parse_and(p);

	while (n && filter_word_take(p, "or")) {
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
	filter_word_skip(&p);
	if (f->root && *p.s) {
		filter_error(f, filter_word_here(&p), err, "nothing opens this \")\"");
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

bool filter_is_either(const struct filter *f)
{
	return f->root->kind == NODE_OR;
}

const char *const *filter_names(const struct filter *f)
{
	return f->names.v;
}
