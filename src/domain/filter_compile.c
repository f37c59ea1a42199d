/* SPDX-License-Identifier: MIT */
/*
 * filter_compile.c - a parsed filter as a condition, by what each column is.
 *
 * Every comparison is written so that NULL makes it NULL, and the opposite of a comparison is
 * "IS NOT TRUE": what does not hold for NULL, its opposite holds.
 */
#include <string.h>

#include "base/alloc.h"
#include "domain/pgtype.h"
#include "filter_priv.h"

/* ---- an ordinary column ---- */

/* Operators that look at the text of a value, whatever its type. */
bool compile_text_test(const struct compiler *c, struct buf *out, const char *subject,
		       bool icase, const struct filter_test *t)
{
	const char *value = t->n > 0 ? t->values[0].text : NULL;

	icase = icase || t->icase;

	switch (t->op) {
	case OP_CONTAINS:
	case OP_NOT_CONTAINS:
		filter_like(out, c->params, c->set, "ilike", subject, value, true);
		return true;
	case OP_MATCH:
	case OP_NOT_MATCH:
		filter_like(out, c->params, c->set, icase ? "imatch" : "match", subject, value,
			    false);
		return true;
	case OP_LIKE:
	case OP_NOT_LIKE:
		filter_like(out, c->params, c->set, icase ? "ilike" : "like", subject, value,
			    false);
		return true;
	case OP_ILIKE:
	case OP_NOT_ILIKE:
		filter_like(out, c->params, c->set, "ilike", subject, value, false);
		return true;
	default:
		return false;
	}
}

/* Has it a text of which people know the beginning: numbers, dates, addresses, keys? */
static bool has_beginning(const struct filter_column *col)
{
	return col->category == 0 || strchr("SNDI", col->category) ||
	       col->type == PGTYPE_UUID || col->type == PGTYPE_MACADDR ||
	       col->type == PGTYPE_MACADDR8;
}

/* AB* */
static bool is_prefix(const struct filter_column *col, const struct filter_value *v)
{
	size_t n = strlen(v->text);

	return !v->quoted && n > 1 && v->text[n - 1] == '*' && has_beginning(col);
}

static void begins(const struct compiler *c, struct buf *out, const struct filter_column *col,
		   const char *pattern)
{
	char *prefix = xstrndup(pattern, strlen(pattern) - 1);

	filter_begins(out, c->params, c->set, col, prefix);
	free(prefix);
}

static bool compare_one(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const char *subject, enum filter_op op,
			const struct filter_value *v)
{
	struct time_value time;
	struct buf value = BUF_INIT, sign = BUF_INIT;

	if (op == OP_NE)
		op = OP_EQ;
	if (compile_parse_time(col, v, &time)) {
		compile_time(c, out, col, subject, &time, op);
		return true;
	}
	if (op == OP_EQ && is_prefix(col, v)) {
		begins(c, out, col, v->text);
		return true;
	}
	bool ok = compile_value(c, &value, col, v);
	compile_operator(c, &sign, col, op);
	if (ok)
		compile_compare(c, out, subject, sign.data, value.data);
	buf_release(&value);
	buf_release(&sign);
	return ok;
}

static bool compare_range(const struct compiler *c, struct buf *out,
			  const struct filter_column *col, const char *subject,
			  const struct filter_test *t)
{
	struct buf low = BUF_INIT, high = BUF_INIT;
	bool ok = true;

	if (t->values[0].text)
		ok = compare_one(c, &low, col, subject, OP_GE, &t->values[0]);
	if (ok && t->values[1].text)
		ok = compare_one(c, &high, col, subject, OP_LE, &t->values[1]);
	if (ok)
		compile_both(c, out, &low, &high);
	buf_release(&low);
	buf_release(&high);
	return ok;
}

/* One of several: a list where equality says it all, else one comparison each. */
static bool compare_any(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const char *subject,
			const struct filter_test *t)
{
	struct buf list = BUF_INIT, left = BUF_INIT;
	/* An array of such is of the type only where that is named. */
	bool plain = !col->operators || (col->cast && col->category != 'A'), ok = true;
	struct time_value time;

	for (size_t i = 0; i < t->n; i++)
		plain = plain && !is_prefix(col, &t->values[i]) &&
			!compile_parse_time(col, &t->values[i], &time);
	for (size_t i = 0; ok && plain && i < t->n; i++) {
		buf_adds(&list, i > 0 ? ", " : "");
		ok = compile_value(c, &list, col, &t->values[i]);
	}
	if (plain && ok) {
		struct buf sign = BUF_INIT;

		compile_operator(c, &sign, col, OP_EQ);
		{
			const struct sqlvar v[] = { { "subject", subject },
						    { "values", list.data },
						    { "operator", sign.data } };
			/* IN knows no schema of "=" */
			compile_piece(c, out, col->operators ? "any" : "in", v,
				      col->operators ? 3 : 2);
		}
		buf_release(&sign);
	}
	for (size_t i = 0; ok && !plain && i < t->n; i++) {
		struct buf right = BUF_INIT, joined = BUF_INIT;
		ok = compare_one(c, &right, col, subject, OP_EQ, &t->values[i]);
		const struct sqlvar v[] = { { "left", left.data }, { "right", right.data } };
		if (i > 0)
			compile_piece(c, &joined, "or", v, ARRAY_SIZE(v));
		buf_clear(&left);
		buf_addbuf(&left, i > 0 ? &joined : &right);
		buf_release(&right);
		buf_release(&joined);
	}
	buf_addbuf(out, &left);
	buf_release(&list);
	buf_release(&left);
	return ok;
}

/* Types that have no equality, or one that says something else (boxes are equal that cover as
 * much). */
static bool equals_as_text(uint32_t type)
{
	static const uint32_t types[] = {
		114, 199, 142, 143, 600, 1017, 601,  1018, 602,	 1019, 603,  1020, 604,	 1027,
		628, 629, 718, 719, 194, 1790, 2201, 2970, 2949, 4072, 4073, 5038, 5039,
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

static bool orders(enum filter_op op)
{
	return (op >= OP_LT && op <= OP_GE) || op == OP_RANGE || op == OP_NOT_RANGE;
}

bool compile_plain_test(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const struct filter_test *t)
{
	struct filter_column text = { .name = col->name, .type = PGTYPE_TEXT };
	bool as_text = equals_as_text(col->type) || (col->unordered && !col->operators);
	struct buf subject = BUF_INIT;
	bool ok = true;

	if ((as_text || col->unordered) && orders(t->op))
		return filter_error(c->f, t->at, c->err,
				    "%s is %s, which has no order: =, !=, in, ~ and is null "
				    "go with it",
				    col->name, col->cast ? col->cast : "of a type");

	if (t->op == OP_BARE && col->type != PGTYPE_BOOL && col->type != 0)
		return filter_error(c->f, t->at, c->err,
				    "what about %s? (an operator such as = is expected)",
				    col->name);
	filter_subject(&subject, c->set, col,
		       as_text || (t->op >= OP_CONTAINS && t->op <= OP_NOT_ILIKE));
	if (as_text)
		col = &text;
	if (compile_text_test(c, out, subject.data, col->icase, t))
		;
	else if (t->op == OP_BARE)
		buf_addbuf(out, &subject);
	else if (t->op == OP_RANGE || t->op == OP_NOT_RANGE)
		ok = compare_range(c, out, col, subject.data, t);
	else if (t->op == OP_IN || t->op == OP_NOT_IN)
		ok = compare_any(c, out, col, subject.data, t);
	else
		ok = compare_one(c, out, col, subject.data, t->op, &t->values[0]);
	buf_release(&subject);
	return ok;
}

/* ---- a test, and the tree ---- */

/* Those whose opposite is compiled and turned round. */
static bool negative(enum filter_op op)
{
	switch (op) {
	case OP_NE:
	case OP_NOT_CONTAINS:
	case OP_NOT_MATCH:
	case OP_NOT_LIKE:
	case OP_NOT_ILIKE:
	case OP_NOT_IN:
	case OP_NOT_RANGE:
		return true;
	case OP_EQ:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_CONTAINS:
	case OP_MATCH:
	case OP_LIKE:
	case OP_ILIKE:
	case OP_IN:
	case OP_NULL:
	case OP_NOT_NULL:
	case OP_RANGE:
	case OP_BARE:
		return false;
	}
	return false;
}

static bool is_json(const struct filter_column *col)
{
	return col->type == PGTYPE_JSON || col->type == PGTYPE_JSONB;
}

static bool column_test(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const struct filter_test *t)
{
	struct buf subject = BUF_INIT;

	if (t->npath > 0) {
		if (col->type != 0 && !is_json(col))
			return filter_error(c->f, t->at, c->err,
					    "%s is not json: nothing lies inside it",
					    col->name);
		compile_json_test(c, out, col, t);
		return true;
	}
	if (t->op == OP_NULL || t->op == OP_NOT_NULL) {
		filter_subject(&subject, c->set, col, false);
		compile_piece_of(c, out, t->op == OP_NULL ? "null" : "not_null", "subject",
				 subject.data);
		buf_release(&subject);
		return true;
	}
	if (col->category == 'A')
		return compile_array_test(c, out, col, t);
	if (col->category == 'R')
		return compile_range_test(c, out, col, t);
	return compile_plain_test(c, out, col, t);
}

static bool compile_test(const struct compiler *c, struct buf *out, const struct filter_test *t)
{
	struct filter_column col = { 0 };
	struct buf condition = BUF_INIT;
	struct err err = ERR_INIT;

	if (!c->column(c->ctx, t->column, &col, &err)) {
		filter_error(c->f, t->at, c->err, "%s%s%s", err.what ? err.what : "",
			     err.what ? ": " : "", err.why);
		err_release(&err);
		return false;
	}
	bool ok = column_test(c, &condition, &col, t);
	if (ok && negative(t->op))
		compile_piece_of(c, out, "not", "condition", condition.data);
	else if (ok)
		buf_addbuf(out, &condition);
	buf_release(&condition);
	return ok;
}

static bool compile_node(const struct compiler *c, struct buf *out, const struct filter_node *n)
{
	struct buf left = BUF_INIT, right = BUF_INIT;
	bool ok;

	if (n->kind == NODE_TEST)
		return compile_test(c, out, &n->test);
	ok = compile_node(c, &left, n->left) &&
	     (n->kind == NODE_NOT || compile_node(c, &right, n->right));
	const struct sqlvar v[] = { { "left", left.data }, { "right", right.data } };
	if (ok && n->kind == NODE_NOT)
		compile_piece_of(c, out, "not", "condition", left.data);
	else if (ok)
		compile_piece(c, out, n->kind == NODE_AND ? "and" : "or", v, ARRAY_SIZE(v));
	buf_release(&left);
	buf_release(&right);
	return ok;
}

bool filter_compile(const struct filter *f, const struct sqlset *set, filter_column_fn *column,
		    void *ctx, struct buf *sql, struct params *params, struct err *err)
{
	const struct compiler c = { f, set, column, ctx, params, err };

	params_clear(params);
	return compile_node(&c, sql, f->root);
}
