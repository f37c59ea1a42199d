/* SPDX-License-Identifier: MIT */
/*
 * cmd_keys.c - which keys the documents of a relation have: a sample of its json columns,
 * in the scope in force.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/command.h"

enum { SAMPLE = 1000, JSON_OID = 114, JSONB_OID = 3802 };

struct keys {
	struct call *call;
	struct catalog *catalog; /* a share */
	const struct relation *relation;
};

static void keys_free(void *data)
{
	struct keys *k = data;

	catalog_free(&k->catalog);
	free(k);
}

static bool document(const struct column *c)
{
	return (c->base_type_oid == JSON_OID || c->base_type_oid == JSONB_OID) &&
	       (c->rights & RIGHT_SELECT);
}

static void show_column(const struct host *h, const struct column *c, const struct reply *r)
{
	char share[32];

	for (size_t i = 0; i < reply_rows(r); i++) {
		const char *records = reply_get(r, i, "records");
		double all = strtod(reply_get(r, i, "sampled"), NULL);
		const char *cells[] = { c->name, reply_get(r, i, "key"), records, share,
					reply_get(r, i, "types") };

		snprintf(share, sizeof share, "%.1f",
			 all > 0 ? 100 * strtod(records, NULL) / all : 0);
		h->ops->table_row(h->ctx, cells);
	}
}

static void on_keys(void *ctx, const struct txn_result *result)
{
	static const struct table_column columns[] = {
		{ "column", CELL_TEXT, NULL },	      { "key", CELL_TEXT, NULL },
		{ "records", CELL_NUMBER, "number" }, { "share", CELL_NUMBER, "percent" },
		{ "types", CELL_TEXT, NULL },
	};
	struct keys *k = ctx;
	const struct host *h = call_host(k->call);
	size_t at = 0;

	if (result->outcome != TXN_DONE) {
		call_done(k->call, &result->err, -1);
		return;
	}
	h->ops->table_begin(h->ctx, "Keys of documents", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < k->relation->ncolumns; i++) {
		if (document(&k->relation->columns[i]))
			show_column(h, &k->relation->columns[i], result->replies[at++]);
	}
	h->ops->table_end(h->ctx);
	call_done(k->call, NULL, 0);
}

/* So large a part that the sample is found in it; small relations and views are read from
 * the start. */
static void add_sample(struct buf *out, const struct sqlset *set, const struct relation *r)
{
	char part[32];
	const struct sqlvar vars[] = { { "part", part } };
	bool sampled = relation_is_table(r) || r->kind == RELATION_MATVIEW;

	if (!sampled || r->estimate < 20.0 * SAMPLE)
		return;
	snprintf(part, sizeof part, "%.6f", 200.0 * SAMPLE / r->estimate);
	sql_fragment(out, set, "schema.sample", vars, ARRAY_SIZE(vars));
}

static void ask_column(struct txn *txn, const struct sqlset *set, const struct relation *r,
		       const struct column *c)
{
	struct buf sample = BUF_INIT, sql = BUF_INIT;
	struct params params = PARAMS_INIT;

	add_sample(&sample, set, r);
	const struct sqlvar vars[] = {
		{ "schema", r->schema },
		{ "table", r->name },
		{ "column", c->name },
		{ "sample", sample.len ? sample.data : "" },
	};

	sql_fragment(&sql, set, "schema.keys", vars, ARRAY_SIZE(vars));
	params_int(&params, SAMPLE);
	txn_add(txn, sql.data, &params);
	params_release(&params);
	buf_release(&sql);
	buf_release(&sample);
}

static void keys_run(struct call *c)
{
	struct session *s = call_session(c);
	const char *name = args_get(call_args(c), "relation");
	struct keys *k = xcalloc(1, sizeof *k);
	const struct request_callbacks cb = { .done = on_keys, .ctx = k };
	struct err err = ERR_INIT;
	size_t asked = 0;
	struct scope scope;
	struct txn *txn;

	k->call = c;
	k->catalog = catalog_ref(session_catalog(s));
	call_set_data(c, k, keys_free);
	k->relation = session_relation(s, name, &err);
	if (!k->relation) {
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	session_scope(s, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	for (size_t i = 0; i < k->relation->ncolumns; i++) {
		if (!document(&k->relation->columns[i]))
			continue;
		ask_column(txn, session_sql(s), k->relation, &k->relation->columns[i]);
		asked++;
	}
	if (asked) {
		db_send(session_db(s), DB_READ, txn, &cb, c);
		return;
	}
	txn_free(&txn);
	err_set(&err, ERR_FAILED, name, "no column of it that you may read holds json");
	call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_schema_keys = {
	.name = "schema keys",
	.summary = "Which keys the json columns of a relation have, from a sample",
	.args = "relation:relation",
	.help = "A thousand documents of each column are looked at, in the tenant "
		"that is set: how many "
		"have the key, and of which types its values are. Values are not shown.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = keys_run,
};
