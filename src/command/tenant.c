/* SPDX-License-Identifier: MIT */
#include "command/tenant.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "db/db.h"

/*
 * A look into the directories, one tenancy after the other until one knows the text; the
 * answer goes to rows_fn (all) or found_fn (the one).
 */
struct search {
	struct session *session;
	char *text;
	int limit;
	size_t tenancy, last; /* the one that is asked, and the last that may be */
	size_t plain; /* one more than the first without a directory whose id it may be; 0 */
	bool id;      /* the text may be an id: it fits the tenancy's type */
	bool schemas; /* each tenant has one: their names are looked through */
	bool hidden;  /* a directory's policies may have hidden the tenant */
	tenant_rows_fn *rows_fn;
	tenant_found_fn *found_fn;
	void *ctx;
};

static bool same(const char *a, const char *b)
{
	return a && strcasecmp(a, b) == 0;
}

static bool exact(const struct tenant_row *row, const char *text)
{
	return same(row->id, text) || same(row->slug, text) || same(row->label, text);
}

static const struct tenancy *tenancy_of(const struct search *q)
{
	return profile_tenancy(session_profile(q->session), q->tenancy);
}

static const struct relation *directory_of(const struct search *q)
{
	const struct tenancy *t = tenancy_of(q);

	return t->directory && t->directory_key
		       ? catalog_relation(session_catalog(q->session), t->directory)
		       : NULL;
}

static void none(const struct search *q, struct err *err)
{
	const struct relation *d = q->schemas ? NULL : directory_of(q);

	if (q->schemas) {
		err_set(err, ERR_FAILED, q->text, "no tenant's schema has this name");
		err_hint(err, "each tenant has a schema here: %s",
			 profile_value(session_profile(q->session), "tenant_schemas"));
		return;
	}
	if (!d) {
		err_set(err, ERR_FAILED, q->text, "it is no id of a tenant here: %s is %s",
			tenancy_of(q)->column, tenancy_of(q)->type);
		err_hint(err, "no relation lists the tenants: they are known by their ids");
		return;
	}
	err_set(err, ERR_FAILED, q->text, "no tenant has this id, short name or name");
	if (q->hidden)
		err_hint(err,
			 "the screen tenants lists those you may see; policies of %s.%s may "
			 "hide "
			 "others, which need their id",
			 d->schema, d->name);
	else
		err_hint(err, "the screen tenants lists those you may see");
}

static void ambiguous(const char *text, const struct tenant_row *rows, size_t n,
		      struct err *err)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < n && i < 4; i++)
		buf_addf(&names, "%s%s", i ? ", " : "",
			 rows[i].slug ? rows[i].slug : rows[i].label);
	err_set(err, ERR_USAGE, text, "several tenants match");
	err_hint(err, "say which: %s%s", names.data, n > 4 ? " …" : "");
	buf_release(&names);
}

static void found(const struct search *q, const struct tenant_row *rows, size_t n)
{
	struct err err = ERR_INIT;

	if (n && (n == 1 || (exact(&rows[0], q->text) && !exact(&rows[1], q->text)))) {
		/* The receiver copies; the casts only drop const for the borrowed texts. */
		struct tenant_choice choice = {
			.kind = TENANT_ONE,
			.tenancy = q->schemas ? TENANCY_SCHEMA : (int)q->tenancy,
			.id = (char *)(uintptr_t)rows[0].id,
			.label = (char *)(uintptr_t)(rows[0].slug ? rows[0].slug
								  : rows[0].label),
		};

		q->found_fn(q->ctx, &choice, NULL);
	} else {
		if (n)
			ambiguous(q->text, rows, n, &err);
		else
			none(q, &err);
		q->found_fn(q->ctx, NULL, &err);
	}
	err_release(&err);
}

static void search_answer(const struct search *q, const struct tenant_row *rows, size_t n,
			  const struct err *err)
{
	if (q->rows_fn)
		q->rows_fn(q->ctx, rows, n, err);
	else if (err)
		q->found_fn(q->ctx, NULL, err);
	else
		found(q, rows, n);
}

/* The directory may be closed to the role, or show a tenant only to those who are set to it. */
static void search_failed(const struct search *q, const struct err *why)
{
	struct tenant_row row = { .id = q->text, .label = q->text };
	bool closed = strcmp(why->sqlstate, "42501") == 0;
	bool unset = strcmp(why->sqlstate, "42704") == 0 || strcmp(why->sqlstate, "22P02") == 0;
	struct err err = ERR_INIT;

	if (closed && q->id) {
		search_answer(q, &row, 1, NULL);
		return;
	}
	err_copy(&err, why);
	if (closed || unset)
		err_hint(&err, "your role may not look for tenants by name: give the id");
	search_answer(q, NULL, 0, &err);
	err_release(&err);
}

static void search_release(void *ctx)
{
	struct search *q = ctx;

	free(q->text);
	free(q);
}

static void search_step(struct search *q);

/* The same text in the next tenancy's directory; the request that ends frees its own. */
static void search_next(const struct search *q)
{
	struct search *next = xmalloc(sizeof *next);

	*next = *q;
	next->text = xstrdup(q->text);
	next->tenancy++;
	search_step(next);
}

/* No directory knows it: then it is an id where there is none. */
static void search_plain(const struct search *q)
{
	struct tenant_row row = { .id = q->text, .label = q->text };
	struct search at = *q;

	at.tenancy = q->plain ? q->plain - 1 : q->tenancy;
	search_answer(&at, &row, 1, NULL);
}

static void search_done(void *ctx, const struct txn_result *result)
{
	const struct search *q = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	size_t n = r ? reply_rows(r) : 0;
	struct tenant_row *rows = xcalloc(n + 1, sizeof *rows);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct tenant_row){
			.id = reply_get(r, i, "id"),
			.label = reply_get(r, i, "label"),
			.slug = reply_get(r, i, "slug"),
		};
	if (!n && q->tenancy < q->last)
		search_next(q);
	else if (!n && q->plain)
		search_plain(q);
	else if (result->err.kind)
		search_failed(q, &result->err);
	else
		search_answer(q, rows, n, NULL);
	free(rows);
}

static bool fits_type(const char *text, const char *type)
{
	static const char hex[] = "0123456789abcdefABCDEF-";

	if (strcmp(type, "uuid") == 0)
		return strlen(text) >= 32 && strspn(text, hex) == strlen(text);
	if (strcmp(type, "bigint") == 0 || strcmp(type, "integer") == 0 ||
	    strcmp(type, "smallint") == 0)
		return *text && strspn(text, "0123456789") == strlen(text);
	return *text;
}

void tenant_scope_set(const struct tenancy *t, const char *id, struct scope *scope)
{
	char *value = profile_setting_value(t, id);

	if (value)
		scope_set(scope, t->setting, value);
	free(value);
	if (!scope->role && t->by_login)
		scope->role = xstrdup(id);
	else if (!scope->role)
		scope->role = xstrdup_null(t->impersonate);
}

static void search_directory(struct search *q, const struct relation *d)
{
	struct session *s = q->session;
	const struct tenancy *t = tenancy_of(q);
	const char *label = t->label ? t->label : t->directory_key;
	const struct sqlvar vars[] = {
		{ "schema", d->schema },
		{ "table", d->name },
		{ "key", t->directory_key },
		{ "label", label },
		{ "slug", t->slug ? t->slug : label },
	};
	struct request_callbacks cb = { .done = search_done,
					.release = search_release,
					.ctx = q };
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;
	struct scope scope;
	struct txn *txn;

	if (!sql_expand(&sql, sqlset_get(session_sql(s), "tenant_find", 0)->text, vars,
			ARRAY_SIZE(vars), &err))
		BUG("tenant_find: %s", err.why);
	session_scope(s, USE_READ, &scope);
	/* A role that one looks as need not see the list of all tenants. */
	if (session_role(s) && d->schema_usage && d->rights & RIGHT_SELECT) {
		free(scope.role);
		scope.role = NULL;
	}
	q->hidden = d->rls_active;
	/* Where policies hide the directory from those who are set to no tenant, who gives an
	 * id looks as that tenant. */
	if (d->rls_active && q->id && t->setting)
		tenant_scope_set(t, q->text, &scope);
	txn = txn_new(TXN_READ, &scope);
	params_text(&params, q->text);
	params_int(&params, q->limit);
	txn_add(txn, sql.data, &params);
	db_send(session_db(s), DB_READ, txn, &cb, q->ctx);
	scope_release(&scope);
	params_release(&params);
	buf_release(&sql);
}

/* Asks the tenancy that q stands at; without a directory the text itself may be the id, if no
 * other tenancy's directory knows it.  q is gone afterwards or with the request. */
static void search_step(struct search *q)
{
	const struct relation *d = directory_of(q);

	q->id = fits_type(q->text, tenancy_of(q)->type);
	if (d) {
		search_directory(q, d);
		return;
	}
	if (q->id && !q->plain)
		q->plain = q->tenancy + 1;
	if (q->tenancy < q->last)
		search_next(q);
	else if (q->plain)
		search_plain(q);
	else
		search_answer(q, NULL, 0, NULL);
	search_release(q);
}

/* "shop_id=7": only the tenancy of that column is meant. */
static const char *pick_tenancy(struct search *q, const struct profile *p, const char *text)
{
	for (size_t i = 0; i < profile_tenancies(p); i++) {
		const char *column = profile_tenancy(p, i)->column;
		size_t len = strlen(column);

		if (strncmp(text, column, len) == 0 && text[len] == '=') {
			q->tenancy = q->last = i;
			return text + len + 1;
		}
	}
	q->last = profile_tenancies(p) - 1;
	return text;
}

/* ---- a schema for each tenant ---- */

static bool has_text(const char *name, const char *text)
{
	size_t len = strlen(text);

	for (; strlen(name) >= len; name++)
		if (strncasecmp(name, text, len) == 0)
			return true;
	return false;
}

static bool schema_row(struct tenant_row *row, const struct profile *p, size_t i,
		       const char *text)
{
	const char *schema = profile_tenant_schema(p, i);

	if (!has_text(schema, text))
		return false;
	*row = (struct tenant_row){ .id = schema, .label = xasprintf("schema %s", schema) };
	return true;
}

/* The one of exactly this name, else those that have the text in it, at most limit. */
static void search_schemas(struct search *q, const char *text)
{
	const struct profile *p = session_profile(q->session);
	struct tenant_row *rows = xcalloc((size_t)q->limit + 2, sizeof *rows);
	size_t n = 0;

	for (size_t i = 0; q->found_fn && !n && i < profile_tenant_schemas(p); i++)
		if (strcmp(profile_tenant_schema(p, i), text) == 0)
			n += schema_row(&rows[n], p, i, text);
	for (size_t i = 0; i < profile_tenant_schemas(p) && n < (size_t)q->limit; i++)
		if (!q->found_fn || !n || strcmp(rows[0].id, text) != 0)
			n += schema_row(&rows[n], p, i, text);
	q->schemas = true;
	search_answer(q, rows, n, NULL);
	for (size_t i = 0; i < n; i++)
		free((char *)(uintptr_t)rows[i].label);
	free(rows);
}

static bool means_schema(const struct profile *p, const char *text)
{
	return profile_tenant_schemas(p) &&
	       (!profile_tenancies(p) || profile_is_tenant_schema(p, text));
}

static void search_start(const struct search *how, const char *text)
{
	const struct profile *p = session_profile(how->session);
	struct search *q = xmalloc(sizeof *q);
	struct err err = ERR_INIT;

	*q = *how;
	q->text = xstrdup(text);
	if (p && means_schema(p, text)) {
		search_schemas(q, text);
		search_release(q);
		return;
	}
	if (p && profile_tenancies(p)) {
		const char *bare = pick_tenancy(q, p, text);

		memmove(q->text, q->text + (bare - text), strlen(bare) + 1);
		search_step(q);
		return;
	}
	err_set(&err, ERR_FAILED, text, "no tenancy was recognised in this database");
	err_hint(&err, "everything works unscoped; :profile can name the tenant column and "
		       "setting");
	search_answer(q, NULL, 0, &err);
	err_release(&err);
	search_release(q);
}

void tenant_search(struct session *s, const char *text, int limit, tenant_rows_fn *fn,
		   void *ctx)
{
	search_start(
		&(struct search){ .session = s, .limit = limit, .rows_fn = fn, .ctx = ctx },
		text);
}

void tenant_resolve(struct session *s, const char *text, tenant_found_fn *fn, void *ctx)
{
	struct err err = ERR_INIT;

	/* Of a script whose variable was not set: it would match every tenant. */
	if (!*text) {
		err_set(&err, ERR_USAGE, "tenant", "the name is empty");
		err_hint(&err, "the screen tenants lists those you may see");
		fn(ctx, NULL, &err);
		err_release(&err);
		return;
	}
	search_start(&(struct search){ .session = s, .limit = 8, .found_fn = fn, .ctx = ctx },
		     text);
}
