/* SPDX-License-Identifier: MIT */
/*
 * rowset_ask.c - what is asked of the base: its narrowing (given when the screen was opened),
 * the person's filters and the sort.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rowset_priv.h"

/* ---- filters ---- */

void asked_filter_release(struct asked_filter *f)
{
	free(f->text);
	buf_release(&f->sql);
	params_release(&f->params);
}

static struct asked_filter *new_filter(struct asked_filter *f, const char *text)
{
	*f = (struct asked_filter){ .text = xstrdup(text),
				    .sql = BUF_INIT,
				    .params = PARAMS_INIT };
	return f;
}

static void compile_equal(const struct rowset *r, struct asked_filter *f, const char *column,
			  const char *value)
{
	struct sqlvar v = { "column", column };

	sql_fragment(&f->sql, session_sql(r->session), "page.equal", &v, 1);
	params_text(&f->params, value);
}

/* "name:type" of a query's header. */
static bool is_param(const char *param, const char *word, size_t len)
{
	return strncmp(param, word, len) == 0 && (param[len] == ':' || param[len] == '\0');
}

/* The value that the words give a parameter of the query; NULL: none. */
static const char *given(const struct rowset *r, const char *param)
{
	for (size_t i = 0; r->where && r->where[i]; i++) {
		size_t len = strcspn(r->where[i], "=");
		if (r->where[i][len] == '=' && is_param(param, r->where[i], len))
			return r->where[i] + len + 1;
	}
	return NULL;
}

static bool narrow_word(struct rowset *r, const char *word, struct err *err)
{
	size_t len = strcspn(word, "=");
	struct asked_filter f;

	for (size_t i = 0; r->query && r->query->params[i]; i++)
		if (is_param(r->query->params[i], word, len))
			return true;
	if (word[len] != '=')
		return err_set(err, ERR_USAGE, word, "not of the form column=value");
	char *name = xstrndup(word, len);
	int col = source_column(r, name, err);
	free(name);
	if (col < 0)
		return false;
	compile_equal(r, new_filter(&f, word), r->cols.v[col].def.name, word + len + 1);
	*VEC_PUSH(&r->narrow) = f;
	return true;
}

/*
 * A relation as it is, in one tenant's scope: its rows are the tenant's even for a role that
 * row-level security does not bind, and an index that begins with the tenant serves.
 */
static void narrow_tenant(struct rowset *r)
{
	const struct tenant_choice *t = session_tenant(r->session);
	const struct profile *p = session_profile(r->session);
	const struct relation_profile *rp = NULL;
	struct asked_filter f;

	if (r->query || !r->relation || !p || t->kind != TENANT_ONE)
		return;
	rp = profile_relation(p, r->relation->oid);
	if (rp->tenancy != t->tenancy || rp->tenant_attnum == 0)
		return;
	compile_equal(r, new_filter(&f, "tenant"),
		      relation_attnum(r->relation, rp->tenant_attnum)->name, t->id);
	*VEC_PUSH(&r->narrow) = f;
}

bool ask_narrow(struct rowset *r, struct err *err)
{
	for (size_t i = 0; i < r->narrow.len; i++)
		asked_filter_release(&r->narrow.v[i]);
	VEC_CLEAR(&r->narrow);
	params_clear(&r->base_params);
	for (size_t i = 0; r->query && r->query->params[i]; i++)
		params_text(&r->base_params, given(r, r->query->params[i]));
	narrow_tenant(r);
	for (size_t i = 0; r->where && r->where[i]; i++)
		if (!narrow_word(r, r->where[i], err))
			return false;
	return true;
}

static bool compile(struct rowset *r, struct asked_filter *f, struct err *err)
{
	const char *text = f->text;
	struct sqlvar v = { "text", text + 6 };

	if (strncmp(text, "where ", 6) == 0) {
		f->raw = true;
		sql_fragment(&f->sql, session_sql(r->session), "page.raw", &v, 1);
		return true;
	}
	size_t len = strcspn(text, "=");
	char *name = xstrndup(text, len);
	int col = source_column(r, name, err);
	free(name);
	if (col >= 0)
		compile_equal(r, f, r->cols.v[col].def.name, text[len] ? text + len + 1 : "");
	return col >= 0;
}

/* ---- the question as a whole ---- */

void question_release(struct question_spec *q)
{
	for (size_t i = 0; i < q->filters.len; i++)
		asked_filter_release(&q->filters.v[i]);
	VEC_RELEASE(&q->filters);
	VEC_RELEASE(&q->sort);
	q->plain = false;
}

void question_copy(struct question_spec *to, const struct question_spec *from)
{
	question_release(to);
	to->plain = from->plain;
	for (size_t i = 0; i < from->sort.len; i++)
		*VEC_PUSH(&to->sort) = from->sort.v[i];
	for (size_t i = 0; i < from->filters.len; i++) {
		struct asked_filter f;
		new_filter(&f, from->filters.v[i].text);
		buf_addbuf(&f.sql, &from->filters.v[i].sql);
		params_copy(&f.params, &from->filters.v[i].params);
		f.raw = from->filters.v[i].raw;
		*VEC_PUSH(&to->filters) = f;
	}
}

/* The question is about to change: what was answered last is what one goes back to. */
static void remember(struct rowset *r)
{
	if (!r->refused && !r->gating)
		question_copy(&r->before, &r->ask);
}

static void drop_wanted_filters(struct rowset *r)
{
	for (size_t i = 0; i < r->wanted_filters.len; i++)
		free(r->wanted_filters.v[i]);
	VEC_CLEAR(&r->wanted_filters);
}

bool rowset_filter(struct rowset *r, const char *text, struct err *err)
{
	struct asked_filter f;

	if (r->phase != PHASE_OPEN && text) {
		*VEC_PUSH(&r->wanted_filters) = xstrdup(text);
	} else if (r->phase != PHASE_OPEN) {
		drop_wanted_filters(r);
	} else if (!text) {
		if (r->ask.filters.len == 0)
			return true;
		remember(r);
		for (size_t i = 0; i < r->ask.filters.len; i++)
			asked_filter_release(&r->ask.filters.v[i]);
		VEC_CLEAR(&r->ask.filters);
	} else {
		if (!compile(r, new_filter(&f, text), err)) {
			asked_filter_release(&f);
			return false;
		}
		remember(r);
		*VEC_PUSH(&r->ask.filters) = f;
		r->ask.plain = false;
	}
	if (r->phase == PHASE_OPEN)
		fetch_anew(r);
	return true;
}

/* What was wished before the source was open. */
bool ask_wanted(struct rowset *r, struct err *err)
{
	bool ok = !r->wanted_sort || rowset_sort(r, r->wanted_sort, err);

	for (size_t i = 0; ok && i < r->wanted_filters.len; i++)
		ok = rowset_filter(r, r->wanted_filters.v[i], err);
	free(r->wanted_sort);
	r->wanted_sort = NULL;
	drop_wanted_filters(r);
	return ok;
}

size_t rowset_filters(const struct rowset *r)
{
	return r->ask.filters.len;
}

const char *rowset_filter_at(const struct rowset *r, size_t i)
{
	return r->ask.filters.v[i].text;
}

void rowset_unfilter(struct rowset *r, size_t i)
{
	if (i >= r->ask.filters.len)
		return;
	remember(r);
	asked_filter_release(&r->ask.filters.v[i]);
	VEC_REMOVE(&r->ask.filters, i);
	fetch_anew(r);
}

/* ---- sort ---- */

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

/* desc, asc, nulls first, nulls last after a column's name. */
static bool sort_modifier(struct order *o, const char *word, const char **rest)
{
	bool quoted;

	if (word_is(word, "desc", "DESC") || word_is(word, "asc", "ASC")) {
		o->descending = o->nulls_first = *word == 'd' || *word == 'D';
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
	bool quoted, descending = false;

	while (isspace((unsigned char)**s) || **s == ',')
		(*s)++;
	if (**s == '-' || **s == '+')
		descending = *(*s)++ == '-';
	char *word = sort_word(s, &quoted);
	if (!*word && !quoted) {
		free(word);
		return true;
	}
	if (!quoted && q->sort.len > 0 && sort_modifier(&q->sort.v[q->sort.len - 1], word, s)) {
		free(word);
		return true;
	}
	int col = source_column(r, word, err);
	free(word);
	if (col < 0)
		return false;
	*VEC_PUSH(&q->sort) = (struct order){ (size_t)col, descending, descending };
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
		const struct column *c = source_catalog_column(r, q->sort.v[i].col);
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
	remember(r);
	VEC_RELEASE(&r->ask.sort);
	for (size_t i = 0; i < q.sort.len; i++)
		*VEC_PUSH(&r->ask.sort) = q.sort.v[i];
	question_release(&q);
	r->ask.plain = false;
	fetch_anew(r);
	return true;
}

const char *rowset_sort_text(const struct rowset *r)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < r->ask.sort.len; i++) {
		const struct order *o = &r->ask.sort.v[i];
		const char *name = r->cols.v[o->col].def.name;
		buf_addf(&text, "%s%s", i > 0 ? " " : "", o->descending ? "-" : "");
		if (strpbrk(name, " \t,\""))
			sql_ident(&text, name);
		else
			buf_adds(&text, name);
		if (o->nulls_first != o->descending)
			buf_adds(&text, o->nulls_first ? " nulls first" : " nulls last");
	}
	const char *out = arena_intern(r->arena, text.data);
	buf_release(&text);
	return out;
}

struct order *effective_order(const struct rowset *r, size_t *n)
{
	struct order *out = xcalloc(r->ask.sort.len + r->key.len + 1, sizeof *out);

	*n = 0;
	for (size_t i = 0; i < r->ask.sort.len; i++)
		out[(*n)++] = r->ask.sort.v[i];
	for (size_t i = 0; i < r->key.len; i++) {
		bool there = false;
		for (size_t j = 0; j < r->ask.sort.len; j++)
			there = there || r->ask.sort.v[j].col == r->key.v[i];
		if (there)
			continue;
		/* In the direction of the sort, so that one row comparison serves. */
		bool down = *n > 0 && out[*n - 1].descending;
		out[(*n)++] = (struct order){ r->key.v[i], down, down };
	}
	return out;
}

/* ---- the request ---- */

static bool not_null(const struct rowset *r, size_t col)
{
	/* A query may join from outside, so its columns may be NULL whatever their table says.
	 */
	const struct column *c = !r->query ? source_catalog_column(r, col) : NULL;

	return source_is_key(r, col) || (c && c->not_null);
}

static void build_sort(const struct rowset *r, struct page_request *req,
		       struct request_parts *parts)
{
	struct order *order = effective_order(r, &req->nsort);

	parts->sort = xcalloc(req->nsort + 1, sizeof *parts->sort);
	for (size_t i = 0; i < req->nsort; i++) {
		const struct rowset_col *c = &r->cols.v[order[i].col];
		parts->sort[i] = (struct sort_key){
			.column = c->def.name,
			.type = c->cast,
			.descending = order[i].descending,
			.nulls_first = order[i].nulls_first,
			.not_null = not_null(r, order[i].col),
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
		parts->filters[n++] =
			(struct filter_sql){ f->sql.data, f->raw ? NULL : &f->params };
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
}
