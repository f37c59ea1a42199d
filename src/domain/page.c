/* SPDX-License-Identifier: MIT */
#include "domain/page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "domain/equal.h"
#include "page_priv.h"

/*
 * "After" is all there is: before is after in the reverse order.  Going on from an anchor, rows
 * that share the longest beginning with it are nearest, so ranges are listed from the last sort
 * column to the first.  UNION ALL yields its branches in the order of writing (a plain Append;
 * a branch with a LIMIT is never run in parallel), which is what makes the outer LIMIT stop
 * early.
 */

enum range_kind {
	RANGE_ALL,     /* no further condition */
	RANGE_COMPARE, /* (first … first + n) beyond the anchor */
	RANGE_NULL,    /* sort column `first` is NULL */
	RANGE_NOT_NULL,
};

struct range {
	enum range_kind kind;
	size_t equal; /* sort columns [0, equal) are as the anchor's */
	size_t first, n;
	bool inclusive;
};

struct composer {
	const struct sqlset *set;
	const struct page_request *req;
	struct params *params;
	bool reverse;
	int limit;    /* number of its parameter, 0: none */
	int *anchors; /* numbers of their parameters, 0: NULL */
	struct buf columns;
	struct buf where; /* the filters' conditions, each with its WHERE or AND */
	VEC(struct range) ranges;
};

bool sort_key_default_nulls(const struct sort_key *key)
{
	return key->nulls_first == key->descending;
}

static bool nulls_first(const struct composer *c, size_t i)
{
	return c->req->sort[i].nulls_first != c->reverse;
}

static bool descending(const struct composer *c, size_t i)
{
	return c->req->sort[i].descending != c->reverse;
}

static void add_number(struct buf *out, int n)
{
	buf_addf(out, "$%d", n);
}

/* A fragment with one identifier in it. */
static void add_column(struct buf *out, const struct composer *c, const char *piece, size_t i)
{
	struct sqlvar v = { "column", c->req->sort[i].column };

	sql_fragment(out, c->set, piece, &v, 1);
}

static void add_null_test(struct buf *out, const struct composer *c, size_t i, bool null)
{
	bool composite = c->req->sort[i].composite;

	if (null)
		add_column(out, c, composite ? "page.is_no_row" : "page.is_null", i);
	else
		add_column(out, c, composite ? "page.is_row" : "page.is_not_null", i);
}

static void add_condition(struct buf *where, const struct sqlset *set, const char *condition)
{
	struct sqlvar v = { "condition", condition };

	sql_fragment(where, set, where->len > 0 ? "page.and" : "page.where", &v, 1);
	buf_addc(where, '\n');
}

/* ---- filters ---- */

void filter_shift(struct buf *out, const struct filter_sql *filter, int shift)
{
	bool quoted = false;

	if (!filter->params) {
		buf_adds(out, filter->text);
		return;
	}
	for (const char *s = filter->text; *s;) {
		if (*s == '"')
			quoted = !quoted;
		if (*s != '$' || quoted || !isdigit((unsigned char)s[1])) {
			buf_addc(out, *s++);
			continue;
		}
		char *end;
		long n = strtol(s + 1, &end, 10);
		add_number(out, (int)n + shift);
		s = end;
	}
}

static void add_filters(struct buf *where, struct params *params, const struct sqlset *set,
			const struct page_request *req)
{
	for (size_t i = 0; i < req->nfilters; i++) {
		const struct filter_sql *f = &req->filters[i];
		struct buf text = BUF_INIT;
		int shift = (int)params->list.len;
		for (size_t j = 0; f->params && j < f->params->list.len; j++)
			params_text(params, f->params->list.v[j].text);
		filter_shift(&text, f, shift);
		add_condition(where, set, text.data);
		buf_release(&text);
	}
}

static void add_piece(struct buf *out, const struct sqlset *set, const char *piece,
		      const char *name, const char *value)
{
	struct sqlvar v = { name, value };

	sql_fragment(out, set, piece, &v, 1);
	buf_addc(out, '\n');
}

static void add_select(struct buf *out, const struct sqlset *set,
		       const struct page_request *req, const char *columns)
{
	struct sqlvar v[] = { { "columns", columns }, { "base", req->base } };

	sql_fragment(out, set, "page.rows", v, ARRAY_SIZE(v));
	buf_addc(out, '\n');
}

/* ---- ranges ---- */

static void push_range(struct composer *c, struct range r)
{
	*VEC_PUSH(&c->ranges) = r;
}

static bool in_catalog(const struct sort_key *key)
{
	return !key->operators || strcmp(key->operators, "pg_catalog") == 0;
}

/* Where the run of sort columns begins that the anchor's column `last` belongs to. */
static size_t run_start(const struct composer *c, size_t last)
{
	const struct sort_key *sort = c->req->sort;
	size_t first = last;

	while (first > 0 && sort[first].not_null && !sort[first - 1].steady &&
	       in_catalog(&sort[first]) && in_catalog(&sort[first - 1]) &&
	       c->anchors[first] > 0 && c->anchors[first - 1] > 0 &&
	       sort[first - 1].descending == sort[first].descending)
		first--;
	return first;
}

static void push_run(struct composer *c, size_t first, size_t n, bool inclusive)
{
	bool null = c->anchors[first] == 0;
	struct range r = { .equal = first, .first = first, .n = n, .inclusive = inclusive };

	if (!null) {
		r.kind = RANGE_COMPARE;
		push_range(c, r);
		if (!c->req->sort[first].not_null && !nulls_first(c, first)) {
			r.kind = RANGE_NULL;
			push_range(c, r);
		}
		return;
	}
	if (inclusive) {
		r.kind = RANGE_NULL;
		push_range(c, r);
	}
	if (nulls_first(c, first)) {
		r.kind = RANGE_NOT_NULL;
		push_range(c, r);
	}
}

static void ranges_after(struct composer *c)
{
	bool inclusive = c->req->from == PAGE_AT;

	for (size_t end = c->req->nanchor; end > 0;) {
		size_t first = run_start(c, end - 1);
		push_run(c, first, end - first, inclusive);
		inclusive = false;
		end = first;
	}
}

/*
 * From the very first (or last) row.  NULLs in another place than PostgreSQL's would need an
 * index made for that; as two ranges any index on the column serves.
 */
static void ranges_all(struct composer *c)
{
	const struct page_request *req = c->req;

	if (req->nsort == 0 || req->sort[0].not_null || sort_key_default_nulls(&req->sort[0])) {
		push_range(c, (struct range){ .kind = RANGE_ALL });
		return;
	}
	bool first = nulls_first(c, 0);
	push_range(c, (struct range){ .kind = first ? RANGE_NULL : RANGE_NOT_NULL });
	push_range(c, (struct range){ .kind = first ? RANGE_NOT_NULL : RANGE_NULL });
}

/* ---- one range as SQL ---- */

static int beginning(const struct composer *c, size_t i)
{
	return c->req->beginnings && c->anchors[i] > 0 ? c->req->beginnings[i] : 0;
}

static void add_anchor(struct buf *out, const struct composer *c, size_t i)
{
	const char *type = c->req->sort[i].type;
	struct buf number = BUF_INIT;

	add_number(&number, c->anchors[i]);
	struct sqlvar v[] = { { "param", number.data }, { "type", type } };
	sql_fragment(out, c->set, type ? "page.typed_value" : "page.value", v, type ? 2 : 1);
	buf_release(&number);
}

/* Of another type than where the anchor stands for the value: a parameter of its own. */
static void add_is_place(struct buf *where, const struct composer *c, size_t i)
{
	int n = beginning(c, i);
	struct buf place = BUF_INIT, number = BUF_INIT, text = BUF_INIT;

	page_place(&place, c->set, c->req->sort[i].column, n < 0 ? -n : n, n < 0);
	add_number(&number, params_text(c->params, c->req->anchor[i]));
	struct sqlvar v[] = { { "place", place.data }, { "param", number.data } };
	sql_fragment(&text, c->set, "page.is_place", v, ARRAY_SIZE(v));
	add_condition(where, c->set, text.data);
	buf_release(&place);
	buf_release(&number);
	buf_release(&text);
}

static void add_equal(struct buf *where, const struct composer *c, size_t i);

/* The anchor's row, as it was. */
static void add_row_of_anchor(struct buf *out, const struct composer *c, const char *columns)
{
	struct buf where = BUF_INIT;

	add_select(out, c->set, c->req, columns);
	for (size_t i = 0; i < c->req->nanchor; i++) {
		if (beginning(c, i))
			add_is_place(&where, c, i);
		else
			add_equal(&where, c, i);
	}
	buf_addbuf(out, &where);
	buf_trim(out);
	buf_release(&where);
}

/* The value that the anchor is the beginning of. */
static void add_value_of_row(struct buf *out, const struct composer *c, size_t i)
{
	struct buf column = BUF_INIT, row = BUF_INIT, anchor = BUF_INIT;

	add_column(&column, c, "page.ascending", i);
	add_row_of_anchor(&row, c, column.data);
	add_anchor(&anchor, c, i);
	struct sqlvar v[] = { { "row", row.data }, { "beginning", anchor.data } };
	sql_fragment(out, c->set, "page.value_of_row", v, ARRAY_SIZE(v));
	buf_release(&column);
	buf_release(&row);
	buf_release(&anchor);
}

static void add_value(struct buf *out, const struct composer *c, size_t i)
{
	if (beginning(c, i))
		add_value_of_row(out, c, i);
	else
		add_anchor(out, c, i);
}

static void add_compare(struct buf *out, const struct composer *c, size_t i, const char *sign)
{
	const struct sort_key *key = &c->req->sort[i];
	struct buf value = BUF_INIT, op = BUF_INIT;

	add_value(&value, c, i);
	equal_sign(&op, c->set, key->operators, sign);
	struct sqlvar v[] = { { "column", key->column },
			      { "operator", op.data },
			      { "value", value.data } };
	sql_fragment(out, c->set, "page.compare", v, ARRAY_SIZE(v));
	buf_release(&op);
	buf_release(&value);
}

static void add_row_compare(struct buf *out, const struct composer *c, const struct range *r,
			    const char *sign)
{
	struct buf columns = BUF_INIT, values = BUF_INIT, op = BUF_INIT;
	const char *schema = NULL;

	for (size_t i = r->first; i < r->first + r->n; i++) {
		if (c->req->sort[i].operators)
			schema = c->req->sort[i].operators;
		if (i > r->first) {
			buf_adds(&columns, ", ");
			buf_adds(&values, ", ");
		}
		add_column(&columns, c, "page.ascending", i);
		add_value(&values, c, i);
	}
	equal_sign(&op, c->set, schema, sign);
	struct sqlvar v[] = { { "columns", columns.data },
			      { "operator", op.data },
			      { "values", values.data } };
	sql_fragment(out, c->set, "page.row", v, ARRAY_SIZE(v));
	buf_release(&op);
	buf_release(&columns);
	buf_release(&values);
}

static void add_equal(struct buf *where, const struct composer *c, size_t i)
{
	struct buf text = BUF_INIT;

	if (c->anchors[i] > 0)
		add_compare(&text, c, i, "=");
	else
		add_null_test(&text, c, i, true);
	add_condition(where, c->set, text.data);
	buf_release(&text);
}

static void add_range_condition(struct buf *where, const struct composer *c,
				const struct range *r)
{
	static const char *const operators[2][2] = { { ">", ">=" }, { "<", "<=" } };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < r->equal; i++)
		add_equal(where, c, i);
	const char *sign =
		operators[r->kind == RANGE_COMPARE && descending(c, r->first)][r->inclusive];
	if (r->kind == RANGE_NULL)
		add_null_test(&text, c, r->first, true);
	else if (r->kind == RANGE_NOT_NULL)
		add_null_test(&text, c, r->first, false);
	else if (r->kind == RANGE_COMPARE && r->n == 1)
		add_compare(&text, c, r->first, sign);
	else if (r->kind == RANGE_COMPARE)
		add_row_compare(&text, c, r, sign);
	if (text.len > 0)
		add_condition(where, c->set, text.data);
	buf_release(&text);
}

/* Up to here the range leaves a column no choice between NULL and not: the default place is
 * right, and any index serves. */
static size_t settled(const struct range *r)
{
	return r->kind == RANGE_ALL ? 0 : r->first + 1;
}

static void add_order(struct buf *out, const struct composer *c, const struct range *r)
{
	struct buf keys = BUF_INIT;

	if (c->req->nsort == 0)
		return;
	for (size_t i = 0; i < c->req->nsort; i++) {
		struct buf key = BUF_INIT;
		if (i > 0)
			buf_adds(&keys, ", ");
		add_column(&key, c, descending(c, i) ? "page.descending" : "page.ascending", i);
		if (sort_key_default_nulls(&c->req->sort[i]) || c->req->sort[i].not_null ||
		    i < settled(r)) {
			buf_addbuf(&keys, &key);
		} else {
			struct sqlvar v = { "key", key.data };
			sql_fragment(&keys, c->set,
				     nulls_first(c, i) ? "page.nulls_first" : "page.nulls_last",
				     &v, 1);
		}
		buf_release(&key);
	}
	add_piece(out, c->set, "page.order", "keys", keys.data);
	buf_release(&keys);
}

static void add_limit(struct buf *out, const struct composer *c)
{
	struct buf number = BUF_INIT;

	if (c->limit == 0)
		return;
	add_number(&number, c->limit);
	add_piece(out, c->set, "page.limit", "limit", number.data);
	buf_release(&number);
}

static void add_range(struct buf *out, const struct composer *c, const struct range *r)
{
	struct buf where = BUF_INIT;

	add_select(out, c->set, c->req, c->columns.data);
	buf_addbuf(&where, &c->where);
	add_range_condition(&where, c, r);
	buf_addbuf(out, &where);
	add_order(out, c, r);
	add_limit(out, c);
	buf_trim(out);
	buf_release(&where);
}

static void add_ranges(struct buf *out, const struct composer *c)
{
	for (size_t i = 0; i < c->ranges.len; i++) {
		struct buf rows = BUF_INIT;
		if (i > 0) {
			buf_adds(out, sqlset_fragment(c->set, "page.then"));
			buf_addc(out, '\n');
		}
		add_range(&rows, c, &c->ranges.v[i]);
		add_piece(out, c->set, "page.range", "rows", rows.data);
		buf_release(&rows);
	}
	add_limit(out, c);
	buf_trim(out);
}

/* ---- statements ---- */

static void start_params(struct params *params, const struct page_request *req)
{
	params_clear(params);
	if (req->base_params)
		params_copy(params, req->base_params);
}

void page_compose(struct buf *sql, struct params *params, const struct sqlset *set,
		  const struct page_request *req)
{
	struct composer c = {
		.set = set,
		.req = req,
		.params = params,
		.reverse = req->from == PAGE_LAST || req->from == PAGE_BEFORE,
		.columns = BUF_INIT,
		.where = BUF_INIT,
		.anchors = xcalloc(req->nsort + 1, sizeof(int)),
	};

	start_params(params, req);
	page_outputs(&c.columns, set, req);
	add_filters(&c.where, params, set, req);
	if (req->from == PAGE_FIRST || req->from == PAGE_LAST) {
		ranges_all(&c);
	} else {
		for (size_t i = 0; i < req->nanchor; i++)
			c.anchors[i] = req->anchor[i] ? params_text(params, req->anchor[i]) : 0;
		ranges_after(&c);
	}
	if (req->limit > 0)
		c.limit = params_int(params, req->limit);
	if (c.ranges.len == 0) /* after the last of NULLs that come last */
		page_describe(sql, params, set, req);
	else if (c.ranges.len == 1)
		add_range(sql, &c, &c.ranges.v[0]);
	else
		add_ranges(sql, &c);
	VEC_RELEASE(&c.ranges);
	buf_release(&c.columns);
	buf_release(&c.where);
	free(c.anchors);
}

void page_anchor(struct buf *sql, struct params *params, const struct sqlset *set,
		 const struct page_request *req)
{
	struct composer c = {
		.set = set,
		.req = req,
		.params = params,
		.anchors = xcalloc(req->nsort + 1, sizeof(int)),
	};

	start_params(params, req);
	for (size_t i = 0; i < req->nanchor; i++) {
		/* add_is_place has a parameter of its own: no other may be left without a use.
		 */
		bool cut = req->beginnings && req->beginnings[i];
		c.anchors[i] = !req->anchor[i] ? 0
			       : cut	       ? 1
					       : params_text(params, req->anchor[i]);
	}
	add_row_of_anchor(sql, &c, sqlset_fragment(set, "page.there"));
	free(c.anchors);
}

void page_describe(struct buf *sql, struct params *params, const struct sqlset *set,
		   const struct page_request *req)
{
	struct page_request whole = *req;
	struct buf columns = BUF_INIT;
	struct page_column *cols = xcalloc(req->ncolumns + 1, sizeof *cols);

	for (size_t i = 0; i < req->ncolumns; i++)
		cols[i].name = req->columns[i].name;
	whole.columns = cols;
	start_params(params, req);
	page_outputs(&columns, set, &whole);
	add_select(sql, set, req, columns.data);
	buf_adds(sql, sqlset_fragment(set, "page.nothing"));
	buf_release(&columns);
	free(cols);
}

static void compose_plain(struct buf *sql, struct params *params, const struct sqlset *set,
			  const struct page_request *req, const char *piece)
{
	struct buf where = BUF_INIT;

	start_params(params, req);
	add_filters(&where, params, set, req);
	add_piece(sql, set, piece, "base", req->base);
	buf_addbuf(sql, &where);
	buf_trim(sql);
	buf_release(&where);
}

void page_count(struct buf *sql, struct params *params, const struct sqlset *set,
		const struct page_request *req)
{
	compose_plain(sql, params, set, req, "page.count");
}

static void add_explain(struct buf *sql, const struct sqlset *set, const struct buf *statement)
{
	struct sqlvar v = { "statement", statement->data };

	sql_fragment(sql, set, "page.explain", &v, 1);
}

void page_estimate(struct buf *sql, struct params *params, const struct sqlset *set,
		   const struct page_request *req)
{
	struct buf statement = BUF_INIT;

	compose_plain(&statement, params, set, req, "page.one");
	add_explain(sql, set, &statement);
	buf_release(&statement);
}

void page_explain(struct buf *sql, struct params *params, const struct sqlset *set,
		  const struct page_request *req)
{
	struct buf statement = BUF_INIT;

	page_compose(&statement, params, set, req);
	add_explain(sql, set, &statement);
	buf_release(&statement);
}
