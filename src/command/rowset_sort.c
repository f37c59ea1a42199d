/* SPDX-License-Identifier: MIT */
/*
 * rowset_sort.c - the order of the rows: what was asked, then the key, so that it is total; and
 * the page request that filters and order make.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rowset_priv.h"

/* The next word of a sort: a name, bare or in double quotes. */
static char *sort_word(const char **s, bool *quoted)
{
	struct buf word = BUF_INIT;

	while (isspace((unsigned char)**s) || **s == ',')
		(*s)++;
	*quoted = **s == '"';
	if (*quoted) {
		for ((*s)++; **s && (**s != '"' || (*s)[1] == '"'); (*s)++) {
			if (**s == '"')
				(*s)++;
			buf_addc(&word, **s);
		}
		*s += **s == '"';
	} else {
		size_t len = strcspn(*s, " \t\n,");
		buf_add(&word, *s, len);
		*s += len;
	}
	return buf_detach(&word);
}

static bool word_is(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || (b && strcmp(word, b) == 0);
}

/* Behind a column such a word, bare, is none of its own. */
static bool is_modifier(const char *word)
{
	return word_is(word, "desc", "DESC") || word_is(word, "asc", "ASC") ||
	       word_is(word, "nulls", "NULLS");
}

/* As an index has them; but what the server does not know of its own things comes last, whichever
 * way one looks. */
static bool usual_nulls_first(const struct rowset *r, bool descending)
{
	return descending && !r->of_server;
}

/* desc, asc, nulls first, nulls last after a column's name. */
static bool sort_modifier(const struct rowset *r, struct order *o, const char *word,
			  const char **rest)
{
	bool quoted;

	if (word_is(word, "desc", "DESC") || word_is(word, "asc", "ASC")) {
		o->descending = *word == 'd' || *word == 'D';
		o->nulls_first = usual_nulls_first(r, o->descending);
		return true;
	}
	if (!word_is(word, "nulls", "NULLS"))
		return false;
	char *place = sort_word(rest, &quoted);
	o->nulls_first = word_is(place, "first", "FIRST");
	free(place);
	return true;
}

static bool add_sort_word(struct rowset *r, struct question_spec *q, const char **s,
			  struct err *err)
{
	bool quoted, descending = false, next = q->sort.len == 0;

	for (; isspace((unsigned char)**s) || **s == ','; (*s)++)
		next = next || **s == ',';
	if (**s == '-' || **s == '+')
		descending = *(*s)++ == '-';
	const char *begun = *s;
	char *word = sort_word(s, &quoted);
	if (!*word && !quoted) {
		free(word);
		return true;
	}
	if (!quoted && !next && sort_modifier(r, &q->sort.v[q->sort.len - 1], word, s)) {
		free(word);
		return true;
	}
	/* The command line takes the quotes off: a name may have blanks and need not be quoted. */
	size_t len = quoted ? 0 : source_named_at(r, begun, " \t\n,");
	if (len > strlen(word)) {
		free(word);
		word = xstrndup(begun, len);
		*s = begun + len;
	}
	int col = source_column(r, word, err);
	free(word);
	if (col < 0)
		return false;
	*VEC_PUSH(&q->sort) = (struct order){ (size_t)col, descending,
						 usual_nulls_first(r, descending) };
	return true;
}

static bool parse_sort(struct rowset *r, struct question_spec *q, const char *spec,
		       struct err *err)
{
	const char *s = spec;

	while (*s)
		if (!add_sort_word(r, q, &s, err))
			return false;
	for (size_t i = 0; i < q->sort.len; i++) {
		const struct column *c = types_catalog(r, r->cols.v[q->sort.v[i].col].def.name);
		if (c && !c->btree_order)
			return err_set(err, ERR_USAGE, c->name,
				       "values of type %s have no order", c->type);
	}
	return true;
}

bool ask_default_sort(struct rowset *r, struct err *err)
{
	VEC_CLEAR(&r->ask.sort);
	r->ask.plain = r->ask.filters.len == 0;
	return !r->def->order || parse_sort(r, &r->ask, r->def->order, err);
}

bool rowset_sort(struct rowset *r, const char *spec, struct err *err)
{
	struct question_spec q = { 0 };

	if (r->phase != PHASE_OPEN) {
		free(r->wanted_sort);
		r->wanted_sort = xstrdup(spec);
		return true;
	}
	if (!parse_sort(r, &q, spec, err)) {
		question_release(&q);
		return false;
	}
	ask_remember(r);
	VEC_RELEASE(&r->ask.sort);
	for (size_t i = 0; i < q.sort.len; i++)
		*VEC_PUSH(&r->ask.sort) = q.sort.v[i];
	question_release(&q);
	r->ask.plain = false;
	fetch_anew(r);
	return true;
}

bool rowset_sort_part(const struct rowset *r, size_t i, struct sort_part *out)
{
	if (i >= r->ask.sort.len)
		return false;
	const struct order *o = &r->ask.sort.v[i];
	bool usual = o->nulls_first == usual_nulls_first(r, o->descending);

	*out = (struct sort_part){ r->cols.v[o->col].def.name, o->descending,
				   usual ? "" : o->nulls_first ? " nulls first" : " nulls last" };
	return true;
}

void rowset_sort_add(struct buf *spec, const char *column, bool descending)
{
	buf_adds(spec, spec->len > 0 ? " " : "");
	buf_adds(spec, descending ? "-" : "");
	if (!*column || column[strcspn(column, " \t\n\v\f\r,\"")] || strchr("-+", *column) ||
	    is_modifier(column))
		sql_ident(spec, column);
	else
		buf_adds(spec, column);
}

const char *rowset_sort_text(const struct rowset *r)
{
	struct buf text = BUF_INIT;
	struct sort_part part;

	/* Each column's title asks for it, at each key. */
	for (size_t i = 0; rowset_sort_part(r, i, &part); i++) {
		rowset_sort_add(&text, part.column, part.descending);
		buf_adds(&text, part.nulls);
	}
	const char *out = arena_intern(r->arena, text.data);
	buf_release(&text);
	return out;
}

static bool in_order(const struct order *order, size_t n, size_t col)
{
	for (size_t i = 0; i < n; i++)
		if (order[i].col == col)
			return true;
	return false;
}

/* The key column that holds the tenant, in the scope of one tenant; else -1. */
static long tenant_column(const struct rowset *r)
{
	const struct profile *p = session_profile(r->session);
	const struct tenant_choice *t = session_tenant(r->session);
	const struct relation_profile *rp =
		p && r->relation ? profile_relation(p, r->relation->oid) : NULL;

	if (!rp || t->kind != TENANT_ONE || rp->tenancy != t->tenancy || rp->tenant_attnum == 0)
		return -1;
	/* A directory of tenants: the tenant is its whole key, and others may be seen beside it. */
	if (r->key.len < 2)
		return -1;
	int col = source_find(r, relation_attnum(r->relation, rp->tenant_attnum)->name);
	return col >= 0 && source_is_key(r, (size_t)col) ? col : -1;
}

struct order *effective_order(const struct rowset *r, size_t *n)
{
	const struct question_spec *q = &r->ask;
	struct order *out = xcalloc(q->sort.len + r->key.len + 1, sizeof *out);
	long tenant = tenant_column(r);

	*n = 0;
	/* One tenant's rows are in the same order with the tenant before all else, and that is
	 * how indexes of such tables begin: a row comparison then is one range of the index. */
	if (tenant >= 0 && !in_order(q->sort.v, q->sort.len, (size_t)tenant)) {
		bool down = q->sort.len > 0 && q->sort.v[0].descending;
		out[(*n)++] = (struct order){ (size_t)tenant, down, down };
	}
	for (size_t i = 0; i < q->sort.len; i++)
		out[(*n)++] = q->sort.v[i];
	for (size_t i = 0; i < r->key.len; i++) {
		/* In the direction of the sort, so that one row comparison serves. */
		bool down = *n > 0 && out[*n - 1].descending;
		if (!in_order(out, *n, r->key.v[i]))
			out[(*n)++] = (struct order){ r->key.v[i], down, down };
	}
	return out;
}

/* ---- the request ---- */

static bool never_null(const struct rowset *r, size_t col)
{
	/* A query may join from outside, so its columns may be NULL whatever their table says.
	 */
	const struct column *c = !r->query ? types_catalog(r, r->cols.v[col].def.name) : NULL;

	return (c && c->never_null) || (source_is_key(r, col) && (!c || !r->loose_key));
}

static void build_sort(const struct rowset *r, struct page_request *req,
		       struct request_parts *parts)
{
	long tenant = tenant_column(r);
	struct order *order = effective_order(r, &req->nsort);

	parts->sort = xcalloc(req->nsort + 1, sizeof *parts->sort);
	for (size_t i = 0; i < req->nsort; i++) {
		const struct rowset_col *c = &r->cols.v[order[i].col];

		parts->sort[i] = (struct sort_key){
			.column = c->def.name,
			.type = c->cast,
			.operators = c->operators,
			.descending = order[i].descending,
			.nulls_first = order[i].nulls_first,
			.not_null = never_null(r, order[i].col),
			.steady = (long)order[i].col == tenant,
			.composite = c->category == 'C' || c->category == 0,
		};
	}
	req->sort = parts->sort;
	free(order);
}

static void build_columns(const struct rowset *r, struct page_request *req,
			  struct request_parts *parts, bool whole)
{
	req->ncolumns = r->all_columns ? 0 : r->cols.len;
	parts->columns = xcalloc(r->cols.len + 1, sizeof *parts->columns);
	for (size_t i = 0; i < r->cols.len; i++) {
		struct page_column *c = &parts->columns[i];
		int cut = source_cut(r, i, &c->binary);
		c->name = r->cols.v[i].def.name;
		/* One more than is shown tells that there is more. */
		c->cut = cut > 0 && !whole ? cut + 1 : 0;
	}
	req->columns = parts->columns;
}

static void build_filters(const struct rowset *r, struct page_request *req,
			  struct request_parts *parts)
{
	size_t n = 0;

	parts->filters =
		xcalloc(r->narrow.len + r->ask.filters.len + 1, sizeof *parts->filters);
	for (size_t i = 0; i < r->narrow.len; i++)
		parts->filters[n++] =
			(struct filter_sql){ r->narrow.v[i].sql.data, &r->narrow.v[i].params };
	for (size_t i = 0; i < r->ask.filters.len; i++) {
		const struct asked_filter *f = &r->ask.filters.v[i];
		const struct params *params = f->near ? &f->near_params : &f->params;
		parts->filters[n++] = (struct filter_sql){
			f->near ? f->near_sql.data : f->sql.data,
			f->raw ? NULL : params,
		};
	}
	req->filters = parts->filters;
	req->nfilters = n;
}

void request_build(const struct rowset *r, struct page_request *req,
		   struct request_parts *parts, bool whole)
{
	*req = (struct page_request){ .base = r->base, .base_params = &r->base_params };
	*parts = (struct request_parts){ 0 };
	build_columns(r, req, parts, whole);
	build_sort(r, req, parts);
	build_filters(r, req, parts);
}

void request_parts_release(struct request_parts *parts)
{
	free(parts->columns);
	free(parts->sort);
	free(parts->filters);
	free(parts->anchor);
	free(parts->beginnings);
}
