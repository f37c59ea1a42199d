/* SPDX-License-Identifier: MIT */
/*
 * cmd_sizes.c - how much of the database is whose, without a scan: the planner's estimate
 * for each tenant.
 *
 * Each tenant is asked about in a transaction of its own scope, so that row-level security
 * answers for that tenant; the transactions are sent without waiting for one another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/command.h"
#include "command/tenant.h"
#include "domain/plan.h"

enum { TENANTS = 50, QUESTIONS_MAX = 4000 };

struct share {
	char *id, *label;
	double rows, bytes;
};

struct sizes {
	struct call *call;
	const struct tenancy *tenancy;
	int tenancy_no;
	struct catalog *catalog; /* a share: the relations live in it */
	VEC(const struct relation *) relations;
	VEC(struct share) shares;
	size_t answered;
	bool more, ended;
};

/* The answer of one tenant's transaction. */
struct asked {
	struct sizes *sizes;
	size_t share;
};

static void sizes_free(void *data)
{
	struct sizes *s = data;

	for (size_t i = 0; i < s->shares.len; i++) {
		free(s->shares.v[i].id);
		free(s->shares.v[i].label);
	}
	VEC_RELEASE(&s->shares);
	VEC_RELEASE(&s->relations);
	catalog_free(&s->catalog);
	free(s);
}

static int by_bytes(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->label, y->label);
}

static void show(struct sizes *s)
{
	static const struct table_column columns[] = {
		{ "tenant", CELL_TEXT, NULL },	     { "name", CELL_TEXT, NULL },
		{ "rows", CELL_NUMBER, "number" },   { "bytes", CELL_NUMBER, "bytes" },
		{ "share", CELL_NUMBER, "percent" },
	};
	const struct host *h = call_host(s->call);
	double all = 0;

	for (size_t i = 0; i < s->relations.len; i++)
		all += (double)s->relations.v[i]->bytes;
	qsort(s->shares.v, s->shares.len, sizeof *s->shares.v, by_bytes);
	h->ops->table_begin(h->ctx, "Sizes per tenant, estimated", columns,
			    ARRAY_SIZE(columns));
	for (size_t i = 0; i < s->shares.len; i++) {
		const struct share *t = &s->shares.v[i];
		char rows[32], bytes[32], share[32];
		const char *cells[] = { t->id, t->label, rows, bytes, share };

		snprintf(rows, sizeof rows, "%.0f", t->rows);
		snprintf(bytes, sizeof bytes, "%.0f", t->bytes);
		snprintf(share, sizeof share, "%.1f", all > 0 ? 100 * t->bytes / all : 0);
		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	if (s->more)
		h->ops->say(h->ctx, SAY_WARNING,
			    "there are more tenants: --limit N asks for more");
	call_done(s->call, NULL, 0);
}

static void failed(struct sizes *s, const struct err *err)
{
	if (!s->ended)
		call_done(s->call, err, -1);
	s->ended = true;
}

static double estimate(const struct reply *r)
{
	struct err err = ERR_INIT;
	const char *text = reply_rows(r) ? reply_text(r, 0, 0) : NULL;
	struct plan *p = text ? plan_parse(text, strlen(text), &err) : NULL;
	double rows = p ? plan_rows(p) : 0;

	plan_free(&p);
	err_release(&err);
	return rows;
}

static void on_rows(void *ctx, const struct txn_result *result)
{
	struct asked *a = ctx;
	struct sizes *s = a->sizes;
	struct share *t = &s->shares.v[a->share];

	if (result->outcome != TXN_DONE) {
		failed(s, &result->err);
		return;
	}
	for (size_t i = 0; i < s->relations.len; i++) {
		const struct relation *r = s->relations.v[i];
		double rows = estimate(result->replies[i]);

		/* The planner never says less than one row. */
		if (rows <= 1)
			continue;
		t->rows += rows;
		if (r->estimate > 0)
			t->bytes += (double)r->bytes *
				    (rows < r->estimate ? rows / r->estimate : 1);
	}
	if (++s->answered == s->shares.len && !s->ended) {
		s->ended = true;
		show(s);
	}
}

static void ask(struct sizes *s, size_t share)
{
	struct session *session = call_session(s->call);
	struct asked *a = xcalloc(1, sizeof *a);
	struct request_callbacks cb = { .done = on_rows, .release = free, .ctx = a };
	struct scope scope;
	struct txn *txn;

	*a = (struct asked){ s, share };
	session_scope(session, USE_READ, &scope);
	tenant_scope_set(s->tenancy, s->shares.v[share].id, &scope);
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	for (size_t i = 0; i < s->relations.len; i++) {
		const struct relation *r = s->relations.v[i];
		const struct relation_profile *rp =
			profile_relation(session_profile(session), r->oid);
		const struct column *c = relation_attnum(r, rp->tenant_attnum);
		const struct sqlvar vars[] = {
			{ "schema", r->schema },
			{ "table", r->name },
			{ "column", c->name },
			{ "type", c->type },
		};
		struct params params = PARAMS_INIT;
		struct buf sql = BUF_INIT;

		sql_fragment(&sql, session_sql(session), "schema.tenant_rows", vars,
			     ARRAY_SIZE(vars));
		params_text(&params, s->shares.v[share].id);
		txn_add(txn, sql.data, &params);
		params_release(&params);
		buf_release(&sql);
	}
	db_send(session_db(session), DB_READ, txn, &cb, s->call);
}

static void on_tenants(void *ctx, const struct txn_result *result)
{
	struct sizes *s = ctx;
	long limit = args_int(call_args(s->call), "limit", TENANTS);
	const struct reply *r;
	struct err err = ERR_INIT;

	if (result->outcome != TXN_DONE) {
		failed(s, &result->err);
		return;
	}
	r = result->replies[0];
	for (size_t i = 0; i < reply_rows(r) && (long)i < limit; i++) {
		const char *id = reply_get(r, i, "id"), *label = reply_get(r, i, "label");

		if (id)
			*VEC_PUSH(&s->shares) =
				(struct share){ .id = xstrdup(id),
						.label = xstrdup(label ? label : id) };
	}
	s->more = (long)reply_rows(r) > limit;
	if (s->shares.len * s->relations.len > QUESTIONS_MAX) {
		err_set(&err, ERR_USAGE, "sizes",
			"%zu tenants in %zu relations are "
			"too many to ask",
			s->shares.len, s->relations.len);
		err_hint(&err, "name a relation, or fewer tenants with --limit N");
		failed(s, &err);
		err_release(&err);
	} else if (!s->shares.len) {
		s->ended = true;
		show(s);
	}
	for (size_t i = 0; i < s->shares.len && !s->ended; i++)
		ask(s, i);
}

static void ask_tenants(struct sizes *s, const struct relation *directory)
{
	struct session *session = call_session(s->call);
	const struct request_callbacks cb = { .done = on_tenants, .ctx = s };
	const struct tenancy *t = s->tenancy;
	const struct sqlvar vars[] = {
		{ "schema", directory->schema },
		{ "table", directory->name },
		{ "key", t->directory_key },
		{ "label", t->label ? t->label : t->directory_key },
	};
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *txn;

	sql_fragment(&sql, session_sql(session), "schema.tenants", vars, ARRAY_SIZE(vars));
	params_int(&params, args_int(call_args(s->call), "limit", TENANTS) + 1);
	session_scope(session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	txn_add(txn, sql.data, &params);
	db_send(session_db(session), DB_READ, txn, &cb, s->call);
	params_release(&params);
	buf_release(&sql);
}

static bool stored(const struct relation *r)
{
	return !r->is_partition && (r->rights & RIGHT_SELECT) && r->schema_usage &&
	       (relation_is_table(r) || r->kind == RELATION_MATVIEW);
}

/* The relations that are asked about: the named one, or all of the tenancy. */
static bool choose(struct sizes *s, const char *name, struct err *err)
{
	const struct profile *p = session_profile(call_session(s->call));
	const struct relation *one = name ? catalog_find(s->catalog, name, err) : NULL;

	if (name && !one)
		return false;
	if (one)
		s->tenancy_no = profile_relation(p, one->oid)->tenancy;
	if (one && (s->tenancy_no < 0 || !profile_relation(p, one->oid)->tenant_attnum))
		return err_set(err, ERR_FAILED, name, "no column of it tells the tenant");
	if (!profile_tenancies(p))
		return err_set(err, ERR_FAILED, "sizes",
			       profile_tenant_schemas(p)
				       ? "each tenant has a schema: list tenant-schemas has "
					 "their sizes"
				       : "no tenancy was recognised in this database");
	s->tenancy = profile_tenancy(p, (size_t)s->tenancy_no);
	if (one)
		*VEC_PUSH(&s->relations) = one;
	for (size_t i = 0; !one && i < catalog_relations(s->catalog); i++) {
		const struct relation *r = catalog_relation_at(s->catalog, i);
		const struct relation_profile *rp = profile_relation(p, r->oid);

		if (stored(r) && rp->tenancy == s->tenancy_no && rp->tenant_attnum)
			*VEC_PUSH(&s->relations) = r;
	}
	return true;
}

static void sizes_run(struct call *c)
{
	struct sizes *s = xcalloc(1, sizeof *s);
	const struct relation *directory;
	struct err err = ERR_INIT;

	s->call = c;
	s->catalog = catalog_ref(session_catalog(call_session(c)));
	call_set_data(c, s, sizes_free);
	if (choose(s, args_get(call_args(c), "relation"), &err)) {
		directory = catalog_relation(s->catalog, s->tenancy->directory);
		if (directory && s->tenancy->directory_key) {
			ask_tenants(s, directory);
			return;
		}
		err_set(&err, ERR_FAILED, "sizes", "no relation lists the tenants");
		err_hint(&err, "the screen tenant-sizes tells those that the statistics name");
	}
	call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_sizes = {
	.name = "sizes",
	.summary = "How much of the database is whose, estimated without a scan",
	.args = "[relation:relation] [--limit:int(1)]",
	.help = "The planner is asked how many rows each tenant of the directory has, "
		"in one relation "
		"or in all that have a tenant column; --limit says of how many tenants (50). "
		"Small "
		"tenants that the statistics do not name are told as the average. The screen "
		"tenant-sizes shows what the statistics name.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = sizes_run,
};
