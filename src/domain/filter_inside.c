/* SPDX-License-Identifier: MIT */
/*
 * filter_inside.c - columns that hold more than one value: arrays, ranges, json.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/decimal.h"
#include "base/json.h"
#include "domain/pgtype.h"
#include "filter_priv.h"

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
		{ "value", compile_number(&n, params_array(c->params, texts, t->n)) },
		{ "type", col->cast },
	};
	compile_piece(c, out, name, v, ARRAY_SIZE(v));
	free(texts);
	buf_release(&n);
}

bool compile_array_test(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const struct filter_test *t)
{
	bool equal = t->op == OP_EQ || t->op == OP_NE,
	     in = t->op == OP_IN || t->op == OP_NOT_IN;
	struct buf n = BUF_INIT;

	/* {a,b} is the whole array */
	if (equal && t->values[0].text[0] == '{')
		return compile_plain_test(c, out, col, t);
	if (in && col->cast) {
		array_of(c, out, col, t, "array_has_any");
	} else if (equal && col->cast) {
		array_of(c, out, col, t, "array_has");
	} else if (equal) {
		const struct sqlvar v[] = {
			{ "column", col->name },
			{ "value",
			  compile_number(&n, params_text(c->params, t->values[0].text)) },
		};
		compile_piece(c, out, "array_any", v, ARRAY_SIZE(v));
	} else if (t->op >= OP_CONTAINS && t->op <= OP_NOT_ILIKE) {
		return compile_plain_test(c, out, col, t);
	} else {
		return filter_error(c->f, t->at, c->err,
				    "%s is an array: =, !=, in, ~ and is null go with it",
				    col->name);
	}
	buf_release(&n);
	return true;
}

/* ---- ranges of values ---- */

/* Of a range or a multirange. */
static const struct filter_column *range_element(uint32_t type)
{
	static const struct {
		uint32_t range, multirange;
		struct filter_column element;
	} elements[] = {
		{ 3904, 4451, { .type = PGTYPE_INT4, .cast = "pg_catalog.int4" } },
		{ 3906, 4532, { .type = PGTYPE_NUMERIC, .cast = "pg_catalog.numeric" } },
		{ 3908, 4533, { .type = PGTYPE_TIMESTAMP, .cast = "pg_catalog.timestamp" } },
		{ 3910, 4534, { .type = PGTYPE_TIMESTAMPTZ, .cast = "pg_catalog.timestamptz" } },
		{ 3912, 4535, { .type = PGTYPE_DATE, .cast = "pg_catalog.date" } },
		{ 3926, 4536, { .type = PGTYPE_INT8, .cast = "pg_catalog.int8" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
		if (elements[i].range == type || elements[i].multirange == type)
			return &elements[i].element;
	return NULL;
}

/* A value that it may hold; of times the words that mean a moment too. */
static void element_value(const struct compiler *c, struct buf *out,
			  const struct filter_column *element, const struct filter_value *v)
{
	struct time_value time;

	if (compile_parse_time(element, v, &time) && time.kind != TIME_STRETCH)
		compile_moment(c, out, element, &time, false);
	else
		compile_param(c, out, v->text, element->cast);
}

bool compile_range_test(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const struct filter_test *t)
{
	const struct filter_column *element = range_element(col->type);
	bool equal = t->op == OP_EQ || t->op == OP_NE;
	struct buf value = BUF_INIT;

	if (!element || !equal || strchr("[({", t->values[0].text[0]) ||
	    strcasecmp(t->values[0].text, "empty") == 0)
		return compile_plain_test(c, out, col, t);
	element_value(c, &value, element, &t->values[0]);
	const struct sqlvar v[] = { { "column", col->name }, { "value", value.data } };
	compile_piece(c, out, "range_has", v, ARRAY_SIZE(v));
	buf_release(&value);
	return true;
}

/* ---- inside json ---- */

static bool json_number(const struct filter_value *v)
{
	return !v->quoted && decimal_valid(v->text);
}

/* What lies there, or where a list lies there, what it holds. */
static void json_equals(const struct compiler *c, struct buf *out,
			const struct filter_column *col, const char *path, const char *value)
{
	const struct sqlvar v[] = { { "column", col->name }, { "path", path }, { "value", value } };

	compile_piece(c, out, col->type == PGTYPE_JSON ? "json_equals" : "jsonb_equals", v,
		      ARRAY_SIZE(v));
}

static void compare_json(const struct compiler *c, struct buf *out,
			 const struct filter_column *col, const char *path, enum filter_op op,
			 const struct filter_value *v)
{
	struct buf n = BUF_INIT, text = BUF_INIT;
	const char *value = compile_number(&n, params_text(c->params, v->text));

	if (op == OP_EQ) {
		json_equals(c, out, col, path, value);
	} else if (json_number(v)) {
		const struct sqlvar vars[] = { { "column", col->name },
					       { "path", path },
					       { "operator", compile_signs[op] },
					       { "value", value } };
		compile_piece(c, out, "json_number", vars, ARRAY_SIZE(vars));
	} else {
		const struct sqlvar vars[] = { { "column", col->name }, { "path", path } };
		compile_piece(c, &text, "json_text", vars, ARRAY_SIZE(vars));
		compile_compare(c, out, text.data, compile_signs[op], value);
	}
	buf_release(&n);
	buf_release(&text);
}

/* {"a": {"b": "red"}}, for an index, or with ["red"]; the value as text or, unquoted, as the number
 * or boolean it looks like. */
static void json_nested(struct buf *out, const struct filter_test *t, bool as_text, bool in_list)
{
	const char *value = t->values[0].text;

	for (size_t i = 0; i < t->npath; i++) {
		buf_addc(out, '{');
		json_write_string(out, t->path[i], strlen(t->path[i]));
		buf_adds(out, ": ");
	}
	buf_adds(out, in_list ? "[" : "");
	if (as_text)
		json_write_string(out, value, strlen(value));
	else
		buf_adds(out, value);
	buf_adds(out, in_list ? "]" : "");
	buf_addn(out, '}', t->npath);
}

/* Another way in which it may hold. */
static void add_either(const struct compiler *c, struct buf *out, const struct buf *way)
{
	struct buf left = BUF_INIT;

	if (!out->len) {
		buf_addbuf(out, way);
		return;
	}
	buf_addbuf(&left, out);
	buf_clear(out);
	const struct sqlvar v[] = { { "left", left.data }, { "right", way->data } };
	compile_piece(c, out, "or", v, ARRAY_SIZE(v));
	buf_release(&left);
}

static bool json_by_index(const struct compiler *c, struct buf *out,
			  const struct filter_column *col, const struct filter_test *t)
{
	const struct filter_value *v = &t->values[0];
	bool other = !v->quoted && (decimal_valid(v->text) || strcmp(v->text, "true") == 0 ||
				    strcmp(v->text, "false") == 0);
	struct buf ways = BUF_INIT;

	for (size_t i = 0; i < t->npath; i++)
		if (strspn(t->path[i], "0123456789") == strlen(t->path[i]))
			return false; /* may be a place in an array */
	for (int i = 0; i < (other ? 4 : 2); i++) {
		struct buf json = BUF_INIT, n = BUF_INIT, way = BUF_INIT;

		json_nested(&json, t, i < 2, i % 2);
		const struct sqlvar vars[] = {
			{ "column", col->name },
			{ "value", compile_number(&n, params_text(c->params, json.data)) }
		};
		compile_piece(c, &way, "json_has", vars, ARRAY_SIZE(vars));
		add_either(c, &ways, &way);
		buf_release(&way);
		buf_release(&json);
		buf_release(&n);
	}
	buf_addbuf(out, &ways);
	buf_release(&ways);
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
	compile_both(c, out, &low, &high);
	buf_release(&low);
	buf_release(&high);
}

static void json_in(const struct compiler *c, struct buf *out, const struct filter_column *col,
		    const char *path, const struct filter_test *t)
{
	struct buf ways = BUF_INIT;

	for (size_t i = 0; i < t->n; i++) {
		struct buf way = BUF_INIT;

		compare_json(c, &way, col, path, OP_EQ, &t->values[i]);
		add_either(c, &ways, &way);
		buf_release(&way);
	}
	buf_addbuf(out, &ways);
	buf_release(&ways);
}

void compile_json_test(const struct compiler *c, struct buf *out,
		       const struct filter_column *col, const struct filter_test *t)
{
	static const struct filter_value yes = { .text = "true" };
	struct buf path = BUF_INIT, subject = BUF_INIT;
	bool equal = t->op == OP_EQ || t->op == OP_NE;

	if (equal && col->gin && json_by_index(c, out, col, t))
		return;
	compile_number(&path, params_array(c->params, t->path, t->npath));
	const struct sqlvar v[] = { { "column", col->name }, { "path", path.data } };
	compile_piece(c, &subject, "json_text", v, ARRAY_SIZE(v));
	if (t->op == OP_NULL || t->op == OP_NOT_NULL)
		compile_piece_of(c, out, t->op == OP_NULL ? "null" : "not_null", "subject",
				 subject.data);
	else if (compile_text_test(c, out, subject.data, false, t))
		;
	else if (t->op == OP_RANGE || t->op == OP_NOT_RANGE)
		json_range(c, out, col, path.data, t);
	else if (t->op == OP_IN || t->op == OP_NOT_IN)
		json_in(c, out, col, path.data, t);
	else
		compare_json(c, out, col, path.data,
			     t->op == OP_BARE || t->op == OP_NE ? OP_EQ : t->op,
			     t->op == OP_BARE ? &yes : &t->values[0]);
	buf_release(&path);
	buf_release(&subject);
}
