/* SPDX-License-Identifier: MIT */
/*
 * filter_value.c - what a column is compared with: the pieces of a condition, values as
 * parameters, times.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "domain/equal.h"
#include "domain/pgtype.h"
#include "filter_priv.h"

/* ---- pieces ---- */

void compile_piece(const struct compiler *c, struct buf *out, const char *name,
		   const struct sqlvar *vars, size_t n)
{
	filter_piece(out, c->set, name, vars, n);
}

/* A piece with one variable. */
void compile_piece_of(const struct compiler *c, struct buf *out, const char *name,
		      const char *var, const char *value)
{
	compile_piece(c, out, name, &(struct sqlvar){ var, value }, 1);
}

const char *compile_number(struct buf *out, int n)
{
	buf_addf(out, "$%d", n);
	return out->data;
}

const char *const compile_signs[] = {
	[OP_EQ] = "=",	[OP_NE] = "=", [OP_LT] = "<",
	[OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
};

void compile_compare(const struct compiler *c, struct buf *out, const char *subject,
		     const char *sign, const char *value)
{
	const struct sqlvar v[] = { { "subject", subject },
				    { "operator", sign },
				    { "value", value } };

	compile_piece(c, out, "compare", v, ARRAY_SIZE(v));
}

void compile_operator(const struct compiler *c, struct buf *out,
		      const struct filter_column *col, enum filter_op op)
{
	equal_sign(out, c->set, col->operators, compile_signs[op]);
}

/* Two conditions that must both hold; one may be empty. */
void compile_both(const struct compiler *c, struct buf *out, const struct buf *left,
		  const struct buf *right)
{
	const struct sqlvar v[] = { { "left", left->data }, { "right", right->data } };

	if (left->len > 0 && right->len > 0)
		compile_piece(c, out, "and", v, ARRAY_SIZE(v));
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

static bool is_time(const struct filter_column *col)
{
	return col->type == PGTYPE_DATE || col->type == PGTYPE_TIMESTAMP ||
	       col->type == PGTYPE_TIMESTAMPTZ;
}

static bool special_number(const char *s)
{
	static const char *const words[] = { "infinity", "inf" };

	if (strcasecmp(s, "nan") == 0)
		return true;
	s += *s == '-' || *s == '+';
	return strcasecmp(s, words[0]) == 0 || strcasecmp(s, words[1]) == 0;
}

/* The ends of a type of whole numbers; NULL: of another type. */
static const char *const *whole_ends(uint32_t type)
{
	static const char *const ends[][2] = {
		{ "-32768", "32767" },
		{ "-2147483648", "2147483647" },
		{ "-9223372036854775808", "9223372036854775807" },
	};

	return type == PGTYPE_INT2   ? ends[0]
	       : type == PGTYPE_INT4 ? ends[1]
	       : type == PGTYPE_INT8 ? ends[2]
				     : NULL;
}

static bool is_uuid(const char *s)
{
	size_t digits = 0;

	for (; *s; s++) {
		if (isxdigit((unsigned char)*s))
			digits++;
		else if (!strchr("-{}", *s))
			return false;
	}
	return digits == 32;
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
	const char *const *ends = whole_ends(col->type);

	if (ends && v->text[strspn(v->text, "+-0123456789")])
		return filter_error(c->f, v->at, c->err,
				    "\"%s\" is not a whole number (%s is %s)", v->text,
				    col->name, col->cast);
	if (ends &&
	    (decimal_compare(v->text, ends[0]) < 0 || decimal_compare(v->text, ends[1]) > 0))
		return filter_error(c->f, v->at, c->err, "%s goes from %s to %s", col->name,
				    ends[0], ends[1]);
	if (col->type == PGTYPE_UUID && !is_uuid(v->text))
		return filter_error(c->f, v->at, c->err,
				    "\"%s\" is not a uuid; its beginning is found by %s = %s*",
				    v->text, col->name, v->text);
	if (time_no_such_day(v->text) && is_time(col))
		return filter_error(c->f, v->at, c->err, "there is no such day as %.10s",
				    v->text);
	if (col->type == PGTYPE_BOOL && !boolean(v->text))
		return filter_error(c->f, v->at, c->err, "\"%s\" is not yes or no", v->text);
	if (col->choices && col->category == 'E' && !is_choice(col, v->text))
		return choice_error(c, col, v);
	return true;
}

void compile_param(const struct compiler *c, struct buf *out, const char *text,
		   const char *cast)
{
	struct buf n = BUF_INIT;
	const struct sqlvar v[] = {
		{ "param", compile_number(&n, params_text(c->params, text)) }, { "type", cast }
	};

	compile_piece(c, out, cast ? "typed_value" : "value", v, cast ? 2 : 1);
	buf_release(&n);
}

bool compile_value(const struct compiler *c, struct buf *out, const struct filter_column *col,
		   const struct filter_value *v)
{
	if (!check_value(c, col, v))
		return false;
	compile_param(c, out, col->type == PGTYPE_BOOL ? boolean(v->text) : v->text,
		      col->domain ? NULL : col->cast);
	return true;
}

/* ---- times ---- */

static const char *time_cast(const struct filter_column *col)
{
	return col->type == PGTYPE_DATE	       ? "pg_catalog.date"
	       : col->type == PGTYPE_TIMESTAMP ? "pg_catalog.timestamp"
					       : "pg_catalog.timestamptz";
}

void compile_moment(const struct compiler *c, struct buf *out, const struct filter_column *col,
		    const struct time_value *t, bool end)
{
	struct buf moment = BUF_INIT, n = BUF_INIT, later = BUF_INIT, m = BUF_INIT;

	if (t->kind == TIME_STRETCH || t->kind == TIME_EXACT)
		compile_piece_of(c, &moment, "moment", "text",
				 compile_number(&n, params_text(c->params, t->text)));
	else
		compile_piece_of(c, &moment, t->kind == TIME_NOW ? "now" : "day", "offset",
				 compile_number(&n, params_text(c->params, t->offset)));
	if (end) {
		const struct sqlvar v[] = {
			{ "moment", moment.data },
			{ "length", compile_number(&m, params_text(c->params, t->length)) },
		};
		compile_piece(c, &later, "later", v, ARRAY_SIZE(v));
	}
	const struct sqlvar v[] = { { "value", end ? later.data : moment.data },
				    { "type", time_cast(col) } };
	compile_piece(c, out, "cast", v, ARRAY_SIZE(v));
	buf_release(&moment);
	buf_release(&later);
	buf_release(&n);
	buf_release(&m);
}

/* A day's column knows no moments within the day. */
bool compile_parse_time(const struct filter_column *col, const struct filter_value *v,
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
void compile_time(const struct compiler *c, struct buf *out, const struct filter_column *col,
		  const char *subject, const struct time_value *t, enum filter_op op)
{
	struct buf low = BUF_INIT, high = BUF_INIT, value = BUF_INIT;
	bool stretch = t->length != NULL;

	if (stretch && op == OP_EQ) {
		compile_moment(c, &value, col, t, false);
		compile_compare(c, &low, subject, ">=", value.data);
		buf_clear(&value);
		compile_moment(c, &value, col, t, true);
		compile_compare(c, &high, subject, "<", value.data);
		compile_both(c, out, &low, &high);
	} else if (stretch && (op == OP_LE || op == OP_GT)) {
		compile_moment(c, &value, col, t, true);
		compile_compare(c, out, subject, op == OP_LE ? "<" : ">=", value.data);
	} else {
		compile_moment(c, &value, col, t, false);
		compile_compare(c, out, subject, compile_signs[op], value.data);
	}
	buf_release(&low);
	buf_release(&high);
	buf_release(&value);
}
