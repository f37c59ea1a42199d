/* SPDX-License-Identifier: MIT */
/*
 * The grammar of filters as a law: whatever tree, however it is spelt, is read as that tree; and
 * what is spoilt is refused at a place that is in the text.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "../../../src/domain/filter_priv.h"
#include "base/arena.h"
#include "base/buf.h"

enum { ROUNDS = 20000, SPOILT = 20000, DEPTH = 4, OPS = OP_BARE + 1 };

/* ---- chance ---- */

static uint64_t state;

static unsigned any(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

static const char *one_of(const char *const *list, size_t n)
{
	return list[any((unsigned)n)];
}

/* ---- trees ---- */

/* What stands bare, and what only quotes make a value or a name. */
static const char *const bare[] = { "active",	  "AB-1",    "5",     "-2h",	"2026-10-02",
				    "today",	  "1.5",     "+1d",   "AB*",	"x.y",
				    "a/b",	  "{1,2}",   "[1,5)", "日本",	"a%b",
				    "$1",	  "_x",	     "é",     "2026",	"-1e300",
				    "{\"a b\",c}", "infinity", "NaN", "{\"k\": [1,2]}" };
static const char *const odd[] = { "",	     "it's",	 "\"",	   "a and b", "or",   ")",
				   "null",   "x\ny",	 "5..10",  " lead",   "1,2",  "/r/",
				   "a=b",    "~",	 "'",	   "''",      "\\",   "😀 x",
				   "2026-10-02 11:30", "!=", "(", "not" };
static const char *const names[] = { "id",    "price",  "Ünï", "UPPER",
				     "-minus", "created_at" };
static const char *const odd_names[] = { "and",	  "or",	   "not",   "in",  "is", "between", "like",
					 "ilike", "a b",   "a\"b",  "x.y", "",   "日\n本",  "=",
					 "it's" };

static struct filter_value make_value(bool may_be_bare)
{
	struct filter_value v = { .quoted = !may_be_bare || any(2) };

	v.text = v.quoted && any(2) ? one_of(odd, ARRAY_SIZE(odd))
				    : one_of(bare, ARRAY_SIZE(bare));
	return v;
}

static void make_values(struct arena *a, struct filter_test *t)
{
	bool list = t->op == OP_IN || t->op == OP_NOT_IN;
	bool range = t->op == OP_RANGE || t->op == OP_NOT_RANGE;
	bool regex = t->op == OP_MATCH || t->op == OP_NOT_MATCH;

	if (t->op == OP_NULL || t->op == OP_NOT_NULL || t->op == OP_BARE)
		return;
	t->n = list ? 1 + any(4) : range ? 2 : 1;
	t->values = arena_array(a, t->n, sizeof *t->values);
	for (size_t i = 0; i < t->n; i++)
		t->values[i] = make_value(!regex);
	if (range && any(3) == 0)
		t->values[any(2)] = (struct filter_value){ 0 };
	t->icase = regex && any(2);
}

static const char *make_name(void)
{
	return any(3) ? one_of(names, ARRAY_SIZE(names))
		      : one_of(odd_names, ARRAY_SIZE(odd_names));
}

static struct filter_node *make_tree(struct arena *a, int depth)
{
	struct filter_node *n = arena_alloc(a, sizeof *n);

	*n = (struct filter_node){ .kind = NODE_TEST };
	if (depth > 0 && any(3)) {
		n->kind = any(3) == 0 ? NODE_NOT : any(2) ? NODE_AND : NODE_OR;
		n->left = make_tree(a, depth - 1);
		n->right = n->kind == NODE_NOT ? NULL : make_tree(a, depth - 1);
		return n;
	}
	n->test.op = (enum filter_op)any(OPS);
	n->test.column = make_name();
	n->test.npath = any(4) == 0 ? 1 + any(3) : 0;
	n->test.path = arena_array(a, n->test.npath + 1, sizeof *n->test.path);
	for (size_t i = 0; i < n->test.npath; i++)
		n->test.path[i] = make_name();
	make_values(a, &n->test);
	return n;
}

/* ---- spelt in one of its ways ---- */

static void quote(struct buf *out, const char *s, char sign)
{
	buf_addc(out, sign);
	for (; *s; s++) {
		if (*s == sign)
			buf_addc(out, sign);
		buf_addc(out, *s);
	}
	buf_addc(out, sign);
}

static void word(struct buf *out, const char *s)
{
	bool upper = any(3) == 0;

	for (; *s; s++)
		buf_addc(out, upper && *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s);
}

static void blank(struct buf *out)
{
	buf_adds(out, any(4) ? " " : any(2) ? "  " : "\n\t");
}

static void keyword(struct buf *out, const char *s)
{
	blank(out);
	word(out, s);
	blank(out);
}

static bool is_odd_name(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(odd_names); i++)
		if (strcmp(s, odd_names[i]) == 0)
			return true;
	return false;
}

static void name(struct buf *out, const char *s)
{
	if (is_odd_name(s) || any(4) == 0)
		quote(out, s, '"');
	else
		buf_adds(out, s);
}

static void value(struct buf *out, const struct filter_value *v)
{
	if (!v->text)
		return;
	if (v->quoted)
		quote(out, v->text, any(3) ? '\'' : '"');
	else
		buf_adds(out, v->text);
}

static void regex(struct buf *out, const struct filter_test *t)
{
	buf_addc(out, '/');
	for (const char *s = t->values[0].text; *s; s++) {
		if (*s == '/')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
	buf_adds(out, t->icase ? "/i" : "/");
}

static void sign(struct buf *out, const char *text)
{
	if (any(2))
		blank(out);
	buf_adds(out, text);
	if (any(2))
		blank(out);
}

/* `= true` has another spelling, so have `= null` and a range with both ends. */
static void relation(struct buf *out, const struct filter_test *t)
{
	static const char *const signs[] = {
		[OP_EQ] = "=",	  [OP_NE] = "!=",	 [OP_LT] = "<",
		[OP_LE] = "<=",	  [OP_GT] = ">",	 [OP_GE] = ">=",
		[OP_CONTAINS] = "~", [OP_NOT_CONTAINS] = "!~", [OP_MATCH] = "~",
		[OP_NOT_MATCH] = "!~", [OP_LIKE] = "like", [OP_NOT_LIKE] = "not like",
		[OP_ILIKE] = "ilike", [OP_NOT_ILIKE] = "not ilike", [OP_IN] = "in",
		[OP_NOT_IN] = "not in", [OP_NULL] = "is null", [OP_NOT_NULL] = "is not null",
		[OP_RANGE] = "=", [OP_NOT_RANGE] = "!=", [OP_BARE] = "",
	};
	bool ends = t->n == 2 && t->values[0].text && t->values[1].text;

	switch (t->op) {
	case OP_BARE:
		return;
	case OP_NULL:
	case OP_NOT_NULL:
		if (any(3) == 0)
			sign(out, t->op == OP_NULL ? "= null" : "!= null");
		else
			keyword(out, signs[t->op]);
		return;
	case OP_IN:
	case OP_NOT_IN:
		keyword(out, signs[t->op]);
		buf_addc(out, '(');
		for (size_t i = 0; i < t->n; i++) {
			if (i > 0)
				sign(out, ",");
			value(out, &t->values[i]);
		}
		buf_addc(out, ')');
		return;
	case OP_RANGE:
	case OP_NOT_RANGE:
		if (ends && any(2)) {
			keyword(out, t->op == OP_RANGE ? "between" : "not between");
			value(out, &t->values[0]);
			keyword(out, "and");
			value(out, &t->values[1]);
			return;
		}
		sign(out, signs[t->op]);
		value(out, &t->values[0]);
		buf_adds(out, "..");
		value(out, &t->values[1]);
		return;
	case OP_MATCH:
	case OP_NOT_MATCH:
		sign(out, signs[t->op]);
		regex(out, t);
		return;
	default:
		if (t->op >= OP_LIKE)
			keyword(out, signs[t->op]);
		else
			sign(out, t->op == OP_EQ && any(4) == 0	  ? "=="
				  : t->op == OP_NE && any(4) == 0 ? "<>"
								  : signs[t->op]);
		value(out, &t->values[0]);
	}
}

static void spell(struct buf *out, const struct filter_node *n);

static void part(struct buf *out, const struct filter_node *n, bool needs)
{
	bool brackets = needs || any(5) == 0;

	buf_adds(out, brackets ? "(" : "");
	if (brackets && any(3) == 0)
		blank(out);
	spell(out, n);
	buf_adds(out, brackets ? ")" : "");
}

static void spell(struct buf *out, const struct filter_node *n)
{
	switch (n->kind) {
	case NODE_NOT:
		word(out, "not");
		blank(out);
		part(out, n->left, n->left->kind == NODE_AND || n->left->kind == NODE_OR);
		return;
	case NODE_AND:
	case NODE_OR:
		part(out, n->left, n->kind == NODE_AND && n->left->kind == NODE_OR);
		if (n->kind == NODE_OR)
			keyword(out, "or");
		else if (any(3) == 0)
			sign(out, any(2) ? " , " : " ");
		else
			keyword(out, "and");
		part(out, n->right, n->right->kind == n->kind || n->right->kind == NODE_OR);
		return;
	default:
		name(out, n->test.column);
		for (size_t i = 0; i < n->test.npath; i++) {
			buf_addc(out, '.');
			name(out, n->test.path[i]);
		}
		relation(out, &n->test);
	}
}

/* ---- the law ---- */

static bool same_text(const char *a, const char *b)
{
	return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

static bool same_test(const struct filter_test *a, const struct filter_test *b)
{
	bool same = a->op == b->op && strcmp(a->column, b->column) == 0 && a->npath == b->npath &&
		    a->icase == b->icase && a->n == b->n;

	for (size_t i = 0; same && i < a->npath; i++)
		same = strcmp(a->path[i], b->path[i]) == 0;
	for (size_t i = 0; same && i < a->n; i++)
		same = same_text(a->values[i].text, b->values[i].text) &&
		       a->values[i].quoted == b->values[i].quoted;
	return same;
}

static bool same_tree(const struct filter_node *a, const struct filter_node *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == NODE_TEST)
		return same_test(&a->test, &b->test);
	return same_tree(a->left, b->left) &&
	       (a->kind == NODE_NOT || same_tree(a->right, b->right));
}

/* A range without ends, an expression that ends in the midst of an escape. */
static bool cannot_be_said(const struct filter_node *n)
{
	if (n->kind != NODE_TEST)
		return cannot_be_said(n->left) || (n->right && cannot_be_said(n->right));
	if (n->test.op == OP_MATCH || n->test.op == OP_NOT_MATCH)
		return strchr(n->test.values[0].text, '\\') != NULL;
	return (n->test.op == OP_RANGE || n->test.op == OP_NOT_RANGE) && !n->test.values[0].text &&
	       !n->test.values[1].text;
}

static void count_ops(const struct filter_node *n, size_t *seen)
{
	if (n->kind == NODE_TEST) {
		seen[n->test.op]++;
		return;
	}
	count_ops(n->left, seen);
	if (n->right)
		count_ops(n->right, seen);
}

Test(filter_grammar, a_tree_that_is_spelt_is_read_as_that_tree)
{
	size_t seen[OPS] = { 0 };

	state = 88172645463325252u;
	for (int round = 0; round < ROUNDS; round++) {
		struct arena *a = arena_new();
		struct filter_node *tree = make_tree(a, (int)any(DEPTH + 1));
		struct buf text = BUF_INIT, again = BUF_INIT;
		struct err err = ERR_INIT;

		spell(&text, tree);
		struct filter *f = cannot_be_said(tree) ? NULL : filter_parse(text.data, &err);
		cr_assert(f || cannot_be_said(tree), "%s: %s", text.data, err.why);
		if (f) {
			cr_assert(same_tree(f->root, tree), "read as another one: %s", text.data);
			spell(&again, f->root);
			filter_free(&f);
			f = filter_parse(again.data, &err);
			cr_assert(f, "%s: %s", again.data, err.why);
			cr_assert(same_tree(f->root, tree), "spelt anew: %s", again.data);
			filter_free(&f);
			count_ops(tree, seen);
		}
		err_release(&err);
		buf_release(&text);
		buf_release(&again);
		arena_free(&a);
	}
	for (size_t op = 0; op < OPS; op++)
		cr_expect_gt(seen[op], 100, "operator %zu was tried %zu times", op, seen[op]);
}

Test(filter_grammar, what_is_spoilt_is_refused_at_its_place)
{
	static const char signs[] = "'\"()=<>~!,./\\{}[] x";
	size_t refused = 0;

	state = 362436069u;
	for (int round = 0; round < SPOILT; round++) {
		struct arena *a = arena_new();
		struct buf text = BUF_INIT;
		struct err err = ERR_INIT;

		spell(&text, make_tree(a, 2));
		text.data[any((unsigned)text.len)] = signs[any(sizeof signs - 1)];
		if (any(3) == 0)
			text.data[any((unsigned)text.len)] = '\0';
		struct filter *f = filter_parse(text.data, &err);
		if (!f) {
			refused++;
			cr_assert_eq(err.kind, ERR_USAGE);
			cr_assert_str_eq(err.text, text.data);
			cr_assert_leq(err.at + err.len, strlen(text.data), "%s", text.data);
		}
		filter_free(&f);
		err_release(&err);
		buf_release(&text);
		arena_free(&a);
	}
	cr_expect_gt(refused, SPOILT / 10);
	cr_expect_lt(refused, SPOILT);
}

/* The value of a cell as a filter, whatever it is: read as that value, a quoted or a plain one. */
Test(filter_grammar, a_cell_is_read_as_its_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(odd) + ARRAY_SIZE(bare); i++) {
		const char *text = i < ARRAY_SIZE(odd) ? odd[i] : bare[i - ARRAY_SIZE(odd)];

		for (size_t k = 0; k < 2 * ARRAY_SIZE(odd_names); k++) {
			struct buf line = BUF_INIT;
			struct err err = ERR_INIT;

			filter_cell(&line, odd_names[k / 2], text, k % 2);
			struct filter *f = filter_parse(line.data, &err);
			cr_assert(f, "%s: %s", line.data, err.why);
			cr_assert_eq(f->root->kind, NODE_TEST);
			cr_assert_str_eq(f->root->test.column, odd_names[k / 2]);
			cr_assert_eq(f->root->test.op, k % 2 ? OP_NE : OP_EQ, "%s", line.data);
			cr_assert_str_eq(f->root->test.values[0].text, text);
			filter_free(&f);
			buf_release(&line);
		}
	}
}
