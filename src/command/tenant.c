/* SPDX-License-Identifier: MIT */
#include "command/tenant.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "db/db.h"

/* A look into the directory; the answer goes to rows_fn (all) or found_fn (the one). */
struct search {
	char *text;
	bool id; /* the text may be an id: it fits the tenancy's type */
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

static void ambiguous(const char *text, const struct tenant_row *rows, size_t n,
		      struct err *err)
{
	struct buf names = BUF_INIT;

	if (n == 0) {
		err_set(err, ERR_FAILED, text, "no tenant has this id, short name or name");
		err_hint(err, "the screen tenants lists those you may see");
		return;
	}
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
			.id = (char *)(uintptr_t)rows[0].id,
			.label = (char *)(uintptr_t)(rows[0].slug ? rows[0].slug
								  : rows[0].label),
		};

		q->found_fn(q->ctx, &choice, NULL);
	} else {
		ambiguous(q->text, rows, n, &err);
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

static void search_done(void *ctx, const struct txn_result *result)
{
	const struct reply *r = result->n ? result->replies[0] : NULL;
	size_t n = r ? reply_rows(r) : 0;
	struct tenant_row *rows = xcalloc(n + 1, sizeof *rows);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct tenant_row){
			.id = reply_get(r, i, "id"),
			.label = reply_get(r, i, "label"),
			.slug = reply_get(r, i, "slug"),
		};
	if (result->err.kind)
		search_failed(ctx, &result->err);
	else
		search_answer(ctx, rows, n, NULL);
	free(rows);
}

static void search_release(void *ctx)
{
	struct search *q = ctx;

	free(q->text);
	free(q);
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

/* Where policies hide the directory from those who are set to no tenant, who gives an id looks
 * as that tenant. */
static void look_as(const struct tenancy *t, const struct search *q, struct scope *scope)
{
	char *claims;

	if (!t->setting || !q->id)
		return;
	if (!t->claim_path) {
		scope_set(scope, t->setting, q->text);
		return;
	}
	claims = profile_claims(t, q->text);
	scope_set(scope, t->setting, claims);
	free(claims);
	if (t->impersonate && !scope->role)
		scope->role = xstrdup(t->impersonate);
}

static void search_directory(struct session *s, const struct tenancy *t, int limit,
			     struct search *q)
{
	const struct relation *d = catalog_relation(session_catalog(s), t->directory);
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
	if (d->rls_active)
		look_as(t, q, &scope);
	txn = txn_new(TXN_READ, &scope);
	params_text(&params, q->text);
	params_int(&params, limit);
	txn_add(txn, sql.data, &params);
	db_send(session_db(s), DB_READ, txn, &cb, q->ctx);
	scope_release(&scope);
	params_release(&params);
	buf_release(&sql);
}

static void search_start(struct session *s, const char *text, int limit,
			 const struct search *how)
{
	const struct profile *p = session_profile(s);
	const struct tenancy *t = p && profile_tenancies(p) ? profile_tenancy(p, 0) : NULL;
	struct search *q = xcalloc(1, sizeof *q);
	struct err err = ERR_INIT;

	*q = *how;
	q->text = xstrdup(text);
	q->id = t && fits_type(text, t->type);
	if (t && t->directory && t->directory_key &&
	    catalog_relation(session_catalog(s), t->directory)) {
		search_directory(s, t, limit, q);
		return;
	}
	if (t) {
		/* Without a directory the text itself is the id. */
		struct tenant_row row = { .id = text, .label = text };

		search_answer(q, &row, 1, NULL);
	} else {
		err_set(&err, ERR_FAILED, text, "no tenancy was recognised in this database");
		err_hint(&err, "everything works unscoped; a profile file can name the tenant "
			       "column and setting");
		search_answer(q, NULL, 0, &err);
		err_release(&err);
	}
	search_release(q);
}

void tenant_search(struct session *s, const char *text, int limit, tenant_rows_fn *fn,
		   void *ctx)
{
	search_start(s, text, limit, &(struct search){ .rows_fn = fn, .ctx = ctx });
}

void tenant_resolve(struct session *s, const char *text, tenant_found_fn *fn, void *ctx)
{
	search_start(s, text, 8, &(struct search){ .found_fn = fn, .ctx = ctx });
}
