/* SPDX-License-Identifier: MIT */
/*
 * rowset_filter.c - what is asked of the base: its narrowing (given when the screen was opened),
 * the person's filters and the sort.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "domain/equal.h"
#include "rowset_priv.h"

/* ---- filters ---- */

void asked_filter_release(struct asked_filter *f)
{
	free(f->text);
	buf_release(&f->sql);
	params_release(&f->params);
	buf_release(&f->near_sql);
	params_release(&f->near_params);
}

struct asked_filter *asked_filter_new(struct asked_filter *f, const char *text)
{
	*f = (struct asked_filter){
		.text = xstrdup(text),
		.sql = BUF_INIT,
		.params = PARAMS_INIT,
		.near_sql = BUF_INIT,
		.near_params = PARAMS_INIT,
	};
	return f;
}

void ask_equal(const struct rowset *r, struct asked_filter *f, const char *column,
	       const char *value)
{
	const struct sqlset *set = session_sql(r->session);
	const struct column c = types_as_column(r, column);

	if (value)
		equal_param(&f->sql, set, "q", &c, params_text(&f->params, value));
	else
		sql_fragment(&f->sql, set, "page.is_null",
			     &(struct sqlvar){ "column", column }, 1);
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
	size_t len = strcspn(word, "="), longest = source_named_at(r, word, "=");
	struct asked_filter f;

	/* A name may have the sign itself. */
	len = longest > len ? longest : len;
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
	ask_equal(r, asked_filter_new(&f, word), r->cols.v[col].def.name, word + len + 1);
	*VEC_PUSH(&r->narrow) = f;
	return true;
}

/* Does the server itself keep a screen's own query to the tenant?  The owner of a table is bound
 * only where that is forced. */
static bool is_bound(const struct rowset *r)
{
	return r->relation ? r->relation->rls_active : !session_unbound(r->session);
}

/* A screen's own query, for a role that sees all tenants: by the column of its result. */
static void narrow_query(struct rowset *r, const struct tenant_choice *t, const char *column)
{
	const char *const *names = r->query->columns;
	struct asked_filter f;

	while (*names && strcmp(*names, column) != 0)
		names++;
	if (!*names) {
		r->scope_note = "rows of every tenant: row-level security does not bind this role";
		return;
	}
	ask_equal(r, asked_filter_new(&f, "tenant"), column, t->id);
	*VEC_PUSH(&r->narrow) = f;
}

/*
 * A relation as it is, in one tenant's scope: its rows are the tenant's even for a role that
 * row-level security does not bind, and an index that begins with the tenant serves.  By the
 * keys of what it hangs from only where the server does not do it already.
 */
static void narrow_tenant(struct rowset *r)
{
	const struct tenant_choice *t = session_tenant(r->session);
	const struct profile *p = session_profile(r->session);
	const struct catalog *c = session_catalog(r->session);
	struct tenant_path path;
	struct asked_filter f;

	r->scope_note = NULL;
	if (!p || t->kind != TENANT_ONE)
		return;
	if (r->query) {
		if (r->def->scope == SCOPE_TENANT && t->tenancy != TENANCY_SCHEMA && !is_bound(r))
			narrow_query(r, t, profile_tenancy(p, (size_t)t->tenancy)->column);
		return;
	}
	if (!r->relation)
		return;
	if (t->tenancy == TENANCY_SCHEMA) {
		r->scope_note = strcmp(r->relation->schema, t->id) == 0
					? NULL
					: "shared: it stands in no tenant's schema";
		return;
	}
	r->scope_note = tenant_path_missing(r->arena, c, p, r->relation, t->tenancy);
	if (!tenant_path_find(&path, c, p, r->relation, t->tenancy) ||
	    (path.n > 0 && r->relation->rls_active &&
	     profile_tenancy(p, (size_t)t->tenancy)->setting))
		return;
	asked_filter_new(&f, "tenant");
	tenant_path_sql(&f.sql, session_sql(r->session), &path, "q",
			params_text(&f.params, t->id));
	*VEC_PUSH(&r->narrow) = f;
}

static bool is_of_tenants(const struct rowset *r)
{
	const struct profile *p = session_profile(r->session);
	bool of = r->def->scope == SCOPE_TENANT;
	struct tenant_path path;

	for (size_t i = 0; p && r->relation && !r->query && i < profile_tenancies(p) && !of; i++)
		of = tenant_path_find(&path, session_catalog(r->session), p, r->relation, (int)i);
	return of;
}

bool ask_narrow(struct rowset *r, struct err *err)
{
	const struct err *refused = session_wanted_error(r->session);

	/* Who meant one tenant is not shown all of them. */
	if (refused && is_of_tenants(r)) {
		err_copy(err, refused);
		return false;
	}
	for (size_t i = 0; i < r->narrow.len; i++)
		asked_filter_release(&r->narrow.v[i]);
	VEC_CLEAR(&r->narrow);
	params_clear(&r->base_params);
	for (size_t i = 0; r->query && r->query->params[i]; i++)
		params_text(&r->base_params, given(r, r->query->params[i]));
	narrow_tenant(r);
	for (size_t i = 0; !r->raw && r->where && r->where[i]; i++)
		if (!narrow_word(r, r->where[i], err))
			return false;
	return true;
}

const char *ask_raw_text(const char *text)
{
	return strncmp(text, "where ", 6) == 0 ? text + 6 : NULL;
}

/* The screen's search columns; where it names none, every text that it shows. */
static bool search_columns(struct rowset *r, struct filter_column **out, size_t *n,
			   struct err *err)
{
	const char *const *names = r->def->search;
	bool named = names && names[0], ok = true;
	size_t most = r->cols.len;

	for (size_t i = 0; named && names[i]; i++)
		most++;
	*out = xcalloc(most + 1, sizeof **out);
	*n = 0;
	for (size_t i = 0; ok && named && names[i]; i++)
		ok = types_filter_column(r, names[i], &(*out)[(*n)++], err);
	for (size_t i = 0; ok && !named && i < r->cols.len; i++)
		if (r->cols.v[i].category == 'S' && !r->cols.v[i].def.hidden)
			ok = types_filter_column(r, r->cols.v[i].def.name, &(*out)[(*n)++],
						 err);
	if (ok && *n == 0)
		ok = err_set(err, ERR_USAGE, r->def->name, "has no texts to search");
	return ok;
}

static bool compile_search(struct rowset *r, struct asked_filter *f, struct err *err)
{
	const struct sqlset *set = session_sql(r->session);
	const char *text = f->text + 1 + strspn(f->text + 1, " ");
	struct filter_column *columns;
	size_t n;
	bool ok = search_columns(r, &columns, &n, err);

	if (ok && !*text)
		ok = err_set(err, ERR_USAGE, "/", "what shall be searched?");
	if (ok) {
		search_wide(&f->sql, &f->params, set, text, columns, n);
		search_near(&f->near_sql, &f->near_params, set, text, columns, n,
			    types_fulltext(r));
	}
	free(columns);
	return ok;
}

/* What a person wrote in SQL stands beside what narrows the rows: it must not reach past its
 * parentheses. */
static bool compile_raw(struct rowset *r, struct asked_filter *f, struct err *err)
{
	const char *text = ask_raw_text(f->text), *broken = sql_condition_broken(text);
	const struct sqlvar v = { "text", text };
	size_t at = broken ? (size_t)(broken - text) : 0;

	if (broken && *broken == '$')
		err_set(err, ERR_USAGE, "where",
			"character %zu: $ and a number stands for a value, and none is given",
			utf8_count(text, at) + 1);
	else if (broken)
		err_set(err, ERR_USAGE, "where",
			"character %zu: this is not one condition (\"%.1s\" without its other "
			"half, or more than one statement)",
			utf8_count(text, at) + 1, broken);
	if (broken)
		return err_place(err, text, at, sql_word_length(broken));
	if (!text[strspn(text, " \t\n")])
		return err_set(err, ERR_USAGE, "where", "a condition in SQL is wanted");
	f->raw = true;
	sql_fragment(&f->sql, session_sql(r->session), "page.raw", &v, 1);
	return source_allows_raw(r, err);
}

static bool compile(struct rowset *r, struct asked_filter *f, struct err *err)
{
	const struct sqlset *set = session_sql(r->session);
	struct filter *parsed;

	if (f->text[0] == '/')
		return compile_search(r, f, err);

	if (ask_raw_text(f->text))
		return compile_raw(r, f, err);
	parsed = filter_parse(f->text, err);
	if (!parsed)
		return false;
	bool ok = filter_compile(parsed, set, types_filter_column, r, &f->sql, &f->params, err);
	filter_free(&parsed);
	return ok;
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
		asked_filter_new(&f, from->filters.v[i].text);
		buf_addbuf(&f.sql, &from->filters.v[i].sql);
		params_copy(&f.params, &from->filters.v[i].params);
		buf_addbuf(&f.near_sql, &from->filters.v[i].near_sql);
		params_copy(&f.near_params, &from->filters.v[i].near_params);
		f.near = from->filters.v[i].near;
		f.raw = from->filters.v[i].raw;
		*VEC_PUSH(&to->filters) = f;
	}
}

bool ask_near(struct rowset *r)
{
	bool any = false;

	for (size_t i = 0; i < r->ask.filters.len; i++) {
		struct asked_filter *f = &r->ask.filters.v[i];
		any = any || (f->near_sql.len > 0 && !f->near);
		f->near = f->near_sql.len > 0;
	}
	return any;
}

bool ask_is_near(const struct rowset *r)
{
	for (size_t i = 0; i < r->ask.filters.len; i++)
		if (r->ask.filters.v[i].near)
			return true;
	return false;
}

void ask_wide(struct rowset *r)
{
	for (size_t i = 0; i < r->ask.filters.len; i++)
		r->ask.filters.v[i].near = false;
}

void ask_remember(struct rowset *r)
{
	r->overtaken = r->shown != r->asked;
	question_copy(r->overtaken ? &r->between : &r->before, &r->ask);
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
	bool drop;

	drop = !text;
	if (drop)
		drop_wanted_filters(r);
	/* What the columns are decides what it means. */
	if (text && (r->phase != PHASE_OPEN || (!types_known(r) && !ask_raw_text(text)))) {
		*VEC_PUSH(&r->wanted_filters) = xstrdup(text);
	} else if (drop) {
		if (r->ask.filters.len == 0)
			return true;
		ask_remember(r);
		for (size_t i = 0; i < r->ask.filters.len; i++)
			asked_filter_release(&r->ask.filters.v[i]);
		VEC_CLEAR(&r->ask.filters);
	} else {
		if (!compile(r, asked_filter_new(&f, text), err)) {
			asked_filter_release(&f);
			return false;
		}
		ask_remember(r);
		*VEC_PUSH(&r->ask.filters) = f;
		r->ask.plain = false;
	}
	if (r->phase == PHASE_OPEN && drop)
		fetch_anew_here(r);
	else if (r->phase == PHASE_OPEN)
		fetch_anew(r);
	return true;
}

static void drop(struct rowset *r, size_t i)
{
	ask_remember(r);
	asked_filter_release(&r->ask.filters.v[i]);
	VEC_REMOVE(&r->ask.filters, i);
}

/* The search in force among the filters; their number: none. */
static size_t search_at(const struct rowset *r)
{
	size_t i = 0;

	while (i < r->ask.filters.len && r->ask.filters.v[i].text[0] != '/')
		i++;
	return i;
}

bool rowset_search(struct rowset *r, const char *text, struct err *err)
{
	size_t at = search_at(r);
	bool there = at < r->ask.filters.len;
	struct asked_filter f;
	char *whole;
	bool ok;

	if (!*text) {
		/* What was found while it was typed is no row that a person went to. */
		if (there) {
			drop(r, at);
			fetch_anew(r);
		}
		return true;
	}
	if (there && strcmp(r->ask.filters.v[at].text + 1, text) == 0) {
		if (r->widen)
			rowset_go_on(r);
		return true;
	}
	whole = xasprintf("/%s", text);
	if (!there) {
		ok = rowset_filter(r, whole, err);
		free(whole);
		return ok;
	}
	ok = compile(r, asked_filter_new(&f, whole), err);
	free(whole);
	if (!ok) {
		asked_filter_release(&f);
		return false;
	}
	ask_remember(r);
	asked_filter_release(&r->ask.filters.v[at]);
	r->ask.filters.v[at] = f;
	fetch_anew(r);
	return true;
}

bool ask_wanted_sort(struct rowset *r, struct err *err)
{
	bool ok = !r->wanted_sort || rowset_sort(r, r->wanted_sort, err);

	free(r->wanted_sort);
	r->wanted_sort = NULL;
	return ok;
}

bool ask_wanted_filters(struct rowset *r, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < r->wanted_filters.len; i++) {
		struct asked_filter f;
		ok = compile(r, asked_filter_new(&f, r->wanted_filters.v[i]), err);
		if (ok)
			*VEC_PUSH(&r->ask.filters) = f;
		else
			asked_filter_release(&f);
		r->ask.plain = false;
	}
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
	drop(r, i);
	fetch_anew_here(r);
}
