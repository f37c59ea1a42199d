/* SPDX-License-Identifier: MIT */
/*
 * filter_compile.c - a parsed filter as a condition, by what each column is.
 *
 * Every comparison is written so that NULL makes it NULL, and the opposite of a comparison is
 * "IS NOT TRUE": what does not hold for NULL, its opposite holds.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/decimal.h"
#include "base/json.h"
#include "domain/pgtype.h"
#include "filter_priv.h"

struct compiler {
	const struct filter *f;
	const struct sqlset *set;
	filter_column_fn *column;
	void *ctx;
	struct params *params;
	struct err *err;
};

/* ---- pieces ---- */

static void piece(const struct compiler *c, struct buf *out, const char *name,
		  const struct sqlvar *vars, size_t n)
{
	filter_piece(out, c->set, name, vars, n);
}

/* A piece with one variable. */
static void piece_of(const struct compiler *c, struct buf *out, const char *name,
		     const char *var, const char *value)
{
	piece(c, out, name, &(struct sqlvar){ var, value }, 1);
}

static const char *number(struct buf *out, int n)
{
	buf_addf(out, "$%d", n);
	return out->data;
}

static const char *const compare_signs[] = {
	[OP_EQ] = "=",	[OP_NE] = "=", [OP_LT] = "<",
	[OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
};

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

static void compare(const struct compiler *c, struct buf *out, const char *subject,
		    const char *operator, const char * value)
{
	const struct sqlvar v[] = { { "subject", subject },
				    { "operator", operator}, { "value", value } };

	piece(c, out, "compare", v, ARRAY_SIZE(v));
}

/* Two conditions that must both hold; one may be empty. */
static void both(const struct compiler *c, struct buf *out, const struct buf *left,
		 const struct buf *right)
{
	const struct sqlvar v[] = { { "left", left->data }, { "right", right->data } };

	if (left->len > 0 && right->len > 0)
		piece(c, out, "and", v, ARRAY_SIZE(v));
	else
		buf_addbuf(out, left->len > 0 ? left : right);
}

/* ---- values ---- */

static bool is_decimal_type(const struct filter_column *col)
{
	return col->type == PGTYPE_INT2 || col->type == PGTYPE_INT4 ||
	       col->type == PGTYPE_INT8 || col->type == PGTYPE_NUMERIC ||
	       col->type == PGTYPE_FLOAT4 || col->type == PGTYPE_FLOAT8;
}

static bool special_number(const char *s)
{
	return strcasecmp(s, "nan") == 0 || strcasecmp(s, "infinity") == 0 ||
	       strcasecmp(s, "-infinity") == 0;
}

static const char *boolean(const char *s)
{
	static const char *const yes[] = { "true", "t", "yes", "y", "on", "1" };
	static const char *const no[] = { "false", "f", "no", "n", "off", "0" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (strcasecmp(s, yes[i]) == 0)
			return "true";
		if (strcasecmp(s, no[i]) == 0)
			return "false";
	}
	return NULL;
}

static bool is_choice(const struct filter_column *col, const char *s)
{
	for (size_t i = 0; col->choices[i]; i++)
		if (strcmp(col->choices[i], s) == 0)
			return true;
	return false;
}

static bool choice_error(const struct compiler *c, const struct filter_column *col,
			 const struct filter_value *v)
{
	struct buf list = BUF_INIT;

	filter_error(c->f, v->at, c->err, "\"%s\" is none of the values of %s", v->text,
		     col->name);
	for (size_t i = 0; col->choices[i]; i++)
		buf_addf(&list, "%s%s", i > 0 ? ", " : "", col->choices[i]);
	err_hint(c->err, "it is one of %s", list.data);
	buf_release(&list);
	return false;
}

/* What can be judged here is judged here, because here the place is known. */
static bool check_value(const struct compiler *c, const struct filter_column *col,
			const struct filter_value *v)
{
	if (is_decimal_type(col) && !decimal_valid(v->text) && !special_number(v->text))
		return filter_error(c->f, v->at, c->err, "\"%s\" is not a number (%s is %s)",
				    v->text, col->name, col->cast ? col->cast : "numeric");
	if (col->type == PGTYPE_BOOL && !boolean(v->text))
		return filter_error(c->f, v->at, c->err, "\"%s\" is not yes or no", v->text);
	if (col->choices && col->category == 'E' && !is_choice(col, v->text))
		return choice_error(c, col, v);
	return true;
}

static void add_param(const struct compiler *c, struct buf *out, const char *text,
		      const char *cast)
{
	struct buf n = BUF_INIT;
	const struct sqlvar v[] = { { "param", number(&n, params_text(c->params, text)) },
				    { "type", cast } };

	piece(c, out, cast ? "typed_value" : "value", v, cast ? 2 : 1);
	buf_release(&n);
}

static bool add_value(const struct compiler *c, struct buf *out,
		      const struct filter_column *col, const struct filter_value *v)
{
	if (!check_value(c, col, v))
		return false;
	add_param(c, out, col->type == PGTYPE_BOOL ? boolean(v->text) : v->text,
		  col->domain ? NULL : col->cast);
	return true;
}

/* ---- times ---- */

static bool is_time(const struct filter_column *col)
{
	return col->type == PGTYPE_DATE || col->type == PGTYPE_TIMESTAMP ||
	       col->type == PGTYPE_TIMESTAMPTZ;
}

static const char *time_cast(const struct filter_column *col)
{
	return col->type == PGTYPE_DATE	       ? "pg_catalog.date"
	       : col->type == PGTYPE_TIMESTAMP ? "pg_catalog.timestamp"
					       : "pg_catalog.timestamptz";
}

/* The start of a time, or the end of its stretch, as a value of the column's type. */
static void add_time(const struct compiler *c, struct buf *out, const struct filter_column *col,
		     const struct time_value *t, bool end)
{
	struct buf moment = BUF_INIT, n = BUF_INIT, later = BUF_INIT, m = BUF_INIT;

	if (t->kind == TIME_STRETCH || t->kind == TIME_EXACT)
		piece_of(c, &moment, "moment", "text",
			 number(&n, params_text(c->params, t->text)));
	else
		piece_of(c, &moment, t->kind == TIME_NOW ? "now" : "day", "offset",
			 number(&n, params_text(c->params, t->offset)));
	if (end) {
		const struct sqlvar v[] = {
			{ "moment", moment.data },
			{ "length", number(&m, params_text(c->params, t->length)) },
		};
		piece(c, &later, "later", v, ARRAY_SIZE(v));
	}
	const struct sqlvar v[] = { { "value", end ? later.data : moment.data },
				    { "type", time_cast(col) } };
	piece(c, out, "cast", v, ARRAY_SIZE(v));
	buf_release(&moment);
	buf_release(&later);
	buf_release(&n);
	buf_release(&m);
}

/* A day's column knows no moments within the day. */
static bool parse_time(const struct filter_column *col, const struct filter_value *v,
		       struct time_value *t)
{
	if (!is_time(col) || !time_value_parse(v->text, v->quoted, t))
		return false;
	if (col->type == PGTYPE_DATE && t->kind == TIME_NOW) {
		t->kind = TIME_DAY;
		t->length = "1 day";
	}
	return true;
}

/* subject OP time: <= and > look at the end of a stretch, = lies within it. */
static void compare_time(const struct compiler *c, struct buf *out,
			 const struct filter_column *col, const char *subject,
			 const struct time_value *t, enum filter_op op)
{
	struct buf low = BUF_INIT, high = BUF_INIT, value = BUF_INIT;
	bool stretch = t->length != NULL;

	if (stretch && op == OP_EQ) {
		add_time(c, &value, col, t, false);
		compare(c, &low, subject, ">=", value.data);
		buf_clear(&value);
		add_time(c, &value, col, t, true);
		compare(c, &high, subject, "<", value.data);
		both(c, out, &low, &high);
	} else if (stretch && (op == OP_LE || op == OP_GT)) {
		add_time(c, &value, col, t, true);
		compare(c, out, subject, op == OP_LE ? "<" : ">=", value.data);
	} else {
		add_time(c, &value, col, t, false);
		compare(c, out, subject, compare_signs[op], value.data);
	}
	buf_release(&low);
	buf_release(&high);
	buf_release(&value);
}

/* ---- an ordinary column ---- */

/* Operators that look at the text of a value, whatever its type. */
static bool text_test(const struct compiler *c, struct buf *out, const char *subject,
		      const struct filter_test *t)
{
	const char *value = t->n > 0 ? t->values[0].text : NULL;

	switch (t->op) {
	case OP_CONTAINS:
	case OP_NOT_CONTAINS:
		filter_like(out, c->params, c->set, "ilike", subject, value, true);
		return true;
	case OP_MATCH:
	case OP_NOT_MATCH:
		filter_like(out, c->params, c->set, t->icase ? "imatch" : "match", subject,
			    value, false);
		return true;
	case OP_LIKE:
	case OP_NOT_LIKE:
		filter_like(out, c->params, c->set, "like", subject, value, false);
		return true;
	case OP_ILIKE:
	case OP_NOT_ILIKE:
		filter_like(out, c->params, c->set, "ilike", subject, value, false);
		return true;
	default:
		return false;
	}
}

/* AB* */
static bool is_prefix(const struct filter_column *col, const struct filter_value *v)
{
	size_t n = strlen(v->text);

	return !v->quoted && n > 1 && v->text[n - 1] == '*' &&
	       (col->category == 'S' || col->category == 0);
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
	struct buf value = BUF_INIT;

	if (op == OP_NE)
		op = OP_EQ;
	if (parse_time(col, v, &time)) {
		compare_time(c, out, col, subject, &time, op);
		return true;
	}
	if (op == OP_EQ && is_prefix(col, v)) {
		begins(c, out, col, v->text);
		return true;
	}
	bool ok = add_value(c, &value, col, v);
	if (ok)
		compare(c, out, subject, compare_signs[op], value.data);
	buf_release(&value);
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
		both(c, out, &low, &high);
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
	bool plain = true, ok = true;
	struct time_value time;

	for (size_t i = 0; i < t->n; i++)
		plain = plain && !is_prefix(col, &t->values[i]) &&
			!parse_time(col, &t->values[i], &time);
	for (size_t i = 0; ok && plain && i < t->n; i++) {
		buf_adds(&list, i > 0 ? ", " : "");
		ok = add_value(c, &list, col, &t->values[i]);
	}
	if (plain && ok) {
		const struct sqlvar v[] = { { "subject", subject }, { "values", list.data } };
		piece(c, out, "in", v, ARRAY_SIZE(v));
	}
	for (size_t i = 0; ok && !plain && i < t->n; i++) {
		struct buf right = BUF_INIT, joined = BUF_INIT;
		ok = compare_one(c, &right, col, subject, OP_EQ, &t->values[i]);
		const struct sqlvar v[] = { { "left", left.data }, { "right", right.data } };
		if (i > 0)
			piece(c, &joined, "or", v, ARRAY_SIZE(v));
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

static bool plain_test(const struct compiler *c, struct buf *out,
		       const struct filter_column *col, const struct filter_test *t)
{
	struct buf subject = BUF_INIT;
	bool ok = true;

	if (t->op == OP_BARE && col->type != PGTYPE_BOOL && col->type != 0)
		return filter_error(c->f, t->at, c->err,
				    "what about %s? (an operator such as = is expected)",
				    col->name);
	filter_subject(&subject, c->set, col, t->op >= OP_CONTAINS && t->op <= OP_NOT_ILIKE);
	if (text_test(c, out, subject.data, t))
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

/* ---- arrays ---- */

static void array_of(const struct compiler *c, struct buf *out, const struct filter_column *col,
		     const struct filter_test *t, const char *name)
{
	const char **texts = xcalloc(t->n + 1, sizeof *texts);
	struct buf n = BUF_INIT;

	for (size_t i = 0; i < t->n; i++)
		texts[i] = t->values[i].text;
	const struct sqlvar v[] = {
		{ "column", col->name },
		{ "value", number(&n, params_array(c->params, texts, t->n)) },
		{ "type", col->cast },
	};
	piece(c, out, name, v, ARRAY_SIZE(v));
	free(texts);
	buf_release(&n);
}

static bool array_test(const struct compiler *c, struct buf *out,
		       const struct filter_column *col, const struct filter_test *t)
{
	bool equal = t->op == OP_EQ || t->op == OP_NE,
	     in = t->op == OP_IN || t->op == OP_NOT_IN;
	struct buf n = BUF_INIT;

	/* {a,b} is the whole array */
	if (equal && t->values[0].text[0] == '{')
		return plain_test(c, out, col, t);
	if (in && col->cast) {
		array_of(c, out, col, t, "array_has_any");
	} else if (equal && col->cast) {
		array_of(c, out, col, t, "array_has");
	} else if (equal) {
		const struct sqlvar v[] = {
			{ "column", col->name },
			{ "value", number(&n, params_text(c->params, t->values[0].text)) },
		};
		piece(c, out, "array_any", v, ARRAY_SIZE(v));
	} else if (t->op >= OP_CONTAINS && t->op <= OP_NOT_ILIKE) {
		return plain_test(c, out, col, t);
	} else {
		return filter_error(c->f, t->at, c->err,
				    "%s is an array: =, !=, in, ~ and is null go with it",
				    col->name);
	}
	buf_release(&n);
	return true;
}

/* ---- ranges of values ---- */

static const char *range_element(uint32_t type)
{
	static const struct {
		uint32_t range;
		const char *element;
	} elements[] = {
		{ 3904, "pg_catalog.int4" },	  { 3906, "pg_catalog.numeric" },
		{ 3908, "pg_catalog.timestamp" }, { 3910, "pg_catalog.timestamptz" },
		{ 3912, "pg_catalog.date" },	  { 3926, "pg_catalog.int8" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
		if (elements[i].range == type)
			return elements[i].element;
	return NULL;
}

static bool range_test(const struct compiler *c, struct buf *out,
		       const struct filter_column *col, const struct filter_test *t)
{
	const char *element = range_element(col->type);
	bool equal = t->op == OP_EQ || t->op == OP_NE;
	struct buf n = BUF_INIT;

	if (!element || !equal || strchr("[(", t->values[0].text[0]) ||
	    strcasecmp(t->values[0].text, "empty") == 0)
		return plain_test(c, out, col, t);
	const struct sqlvar v[] = {
		{ "column", col->name },
		{ "value", number(&n, params_text(c->params, t->values[0].text)) },
		{ "type", element },
	};
	piece(c, out, "range_has", v, ARRAY_SIZE(v));
	buf_release(&n);
	return true;
}

/* ---- inside json ---- */

static bool json_number(const struct filter_value *v)
{
	return !v->quoted && decimal_valid(v->text);
}

static void compare_json(const struct compiler *c, struct buf *out,
			 const struct filter_column *col, const char *path, enum filter_op op,
			 const struct filter_value *v)
{
	struct buf n = BUF_INIT, text = BUF_INIT;
	const char *value = number(&n, params_text(c->params, v->text));

	if (json_number(v) && op != OP_EQ && op != OP_NE) {
		const struct sqlvar vars[] = { { "column", col->name },
					       { "path", path },
					       { "operator", compare_signs[op] },
					       { "value", value } };
		piece(c, out, "json_number", vars, ARRAY_SIZE(vars));
	} else {
		const struct sqlvar vars[] = { { "column", col->name }, { "path", path } };
		piece(c, &text, "json_text", vars, ARRAY_SIZE(vars));
		compare(c, out, text.data, compare_signs[op], value);
	}
	buf_release(&n);
	buf_release(&text);
}

/* {"a": {"b": "red"}}, for an index; the value as text or, unquoted, as the number or boolean
 * it looks like. */
static void json_nested(struct buf *out, const struct filter_test *t, bool as_text)
{
	const char *value = t->values[0].text;

	for (size_t i = 0; i < t->npath; i++) {
		buf_addc(out, '{');
		json_write_string(out, t->path[i], strlen(t->path[i]));
		buf_adds(out, ": ");
	}
	if (as_text)
		json_write_string(out, value, strlen(value));
	else
		buf_adds(out, value);
	buf_addn(out, '}', t->npath);
}

static bool json_by_index(const struct compiler *c, struct buf *out,
			  const struct filter_column *col, const struct filter_test *t)
{
	const struct filter_value *v = &t->values[0];
	bool other = !v->quoted && (decimal_valid(v->text) || strcmp(v->text, "true") == 0 ||
				    strcmp(v->text, "false") == 0);
	struct buf side[2] = { BUF_INIT, BUF_INIT };

	for (size_t i = 0; i < t->npath; i++)
		if (strspn(t->path[i], "0123456789") == strlen(t->path[i]))
			return false; /* may be a place in an array */
	for (int i = 0; i <= other; i++) {
		struct buf json = BUF_INIT, n = BUF_INIT;
		json_nested(&json, t, i == 0);
		const struct sqlvar vars[] = {
			{ "column", col->name },
			{ "value", number(&n, params_text(c->params, json.data)) }
		};
		piece(c, &side[i], "json_has", vars, ARRAY_SIZE(vars));
		buf_release(&json);
		buf_release(&n);
	}
	const struct sqlvar v2[] = { { "left", side[0].data }, { "right", side[1].data } };
	if (other)
		piece(c, out, "or", v2, ARRAY_SIZE(v2));
	else
		buf_addbuf(out, &side[0]);
	buf_release(&side[0]);
	buf_release(&side[1]);
	return true;
}

static void json_range(const struct compiler *c, struct buf *out,
		       const struct filter_column *col, const char *path,
		       const struct filter_test *t)
{
	struct buf low = BUF_INIT, high = BUF_INIT;

	if (t->values[0].text)
		compare_json(c, &low, col, path, OP_GE, &t->values[0]);
	if (t->values[1].text)
		compare_json(c, &high, col, path, OP_LE, &t->values[1]);
	both(c, out, &low, &high);
	buf_release(&low);
	buf_release(&high);
}

static void json_in(const struct compiler *c, struct buf *out, const char *subject,
		    const struct filter_test *t)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < t->n; i++) {
		buf_adds(&list, i > 0 ? ", " : "");
		add_param(c, &list, t->values[i].text, NULL);
	}
	const struct sqlvar v[] = { { "subject", subject }, { "values", list.data } };
	piece(c, out, "in", v, ARRAY_SIZE(v));
	buf_release(&list);
}

static void json_test(const struct compiler *c, struct buf *out,
		      const struct filter_column *col, const struct filter_test *t)
{
	static const struct filter_value yes = { .text = "true" };
	struct buf path = BUF_INIT, subject = BUF_INIT;
	bool equal = t->op == OP_EQ || t->op == OP_NE;

	if (equal && col->gin && json_by_index(c, out, col, t))
		return;
	number(&path, params_array(c->params, t->path, t->npath));
	const struct sqlvar v[] = { { "column", col->name }, { "path", path.data } };
	piece(c, &subject, "json_text", v, ARRAY_SIZE(v));
	if (t->op == OP_NULL || t->op == OP_NOT_NULL)
		piece_of(c, out, t->op == OP_NULL ? "null" : "not_null", "subject",
			 subject.data);
	else if (text_test(c, out, subject.data, t))
		;
	else if (t->op == OP_RANGE || t->op == OP_NOT_RANGE)
		json_range(c, out, col, path.data, t);
	else if (t->op == OP_IN || t->op == OP_NOT_IN)
		json_in(c, out, subject.data, t);
	else
		compare_json(c, out, col, path.data,
			     t->op == OP_BARE || t->op == OP_NE ? OP_EQ : t->op,
			     t->op == OP_BARE ? &yes : &t->values[0]);
	buf_release(&path);
	buf_release(&subject);
}

/* ---- a test, and the tree ---- */

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
		json_test(c, out, col, t);
		return true;
	}
	if (t->op == OP_NULL || t->op == OP_NOT_NULL) {
		filter_subject(&subject, c->set, col, false);
		piece_of(c, out, t->op == OP_NULL ? "null" : "not_null", "subject",
			 subject.data);
		buf_release(&subject);
		return true;
	}
	if (col->category == 'A')
		return array_test(c, out, col, t);
	if (col->category == 'R')
		return range_test(c, out, col, t);
	return plain_test(c, out, col, t);
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
		piece_of(c, out, "not", "condition", condition.data);
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
		piece_of(c, out, "not", "condition", left.data);
	else if (ok)
		piece(c, out, n->kind == NODE_AND ? "and" : "or", v, ARRAY_SIZE(v));
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
