/* SPDX-License-Identifier: MIT */
/* cmd_schema.c - the schema as text: kept in a file, compared, described. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "catalog/reader.h"
#include "command/command.h"
#include "domain/schematext.h"

enum { FILE_MAX_BYTES = 64 << 20 };

/* ---- what the catalog's snapshot has not ---- */

/* only: of one relation or function; 0: of all. */
static void schema_details_ask(const struct session *s, struct db *db, enum db_lane lane, oid only,
			       void (*done)(void *ctx, const struct txn_result *result),
			       void *ctx)
{
	const struct request_callbacks cb = { .done = done, .ctx = ctx };
	char *number = only ? xasprintf("%u", only) : NULL;
	struct params params;
	struct scope scope;
	struct txn *txn;

	session_scope(s, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	params_init(&params);
	params_text(&params, number);
	txn_add(txn, sqlset_get(session_sql(s), "schema_details", 0)->text, &params);
	params_release(&params);
	free(number);
	db_send(db, lane, txn, &cb, ctx);
}

/* NULL: it failed. */
static struct schema_details *schema_details_read(const struct txn_result *result)
{
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct schema_details *d;

	if (result->outcome != TXN_DONE || !r)
		return NULL;
	d = schema_details_new();
	for (size_t i = 0; i < reply_rows(r); i++)
		schema_details_add(
			d, &(struct schema_detail){
				   .kind = reply_get(r, i, "kind"),
				   .oid = (oid)strtoul(reply_get(r, i, "oid"), NULL, 10),
				   .schema = reply_get(r, i, "schema"),
				   .name = reply_get(r, i, "name"),
				   .part = reply_get(r, i, "part"),
				   .part_name = reply_get(r, i, "part_name"),
				   .text = reply_get(r, i, "text"),
			   });
	schema_details_sort(d);
	return d;
}

/* ---- snapshot ---- */

/* Into a document between its markers; an absent one is made. */
static bool put_into(const char *file, const char *name, const char *part, struct err *err)
{
	struct buf document = BUF_INIT, out = BUF_INIT;
	char *path = path_expand(file);
	bool ok = !path_exists(path) || path_read(path, FILE_MAX_BYTES, &document, err);

	ok = ok && schematext_splice(&out, &document, name, part, err) &&
	     path_rewrite(path, out.data, out.len, err);
	buf_release(&document);
	buf_release(&out);
	free(path);
	return ok;
}

static void snapshot_give(struct call *c, const struct buf *text, bool mermaid)
{
	const struct host *h = call_host(c);
	const char *into = args_get(call_args(c), "into");
	struct buf fenced = BUF_INIT;
	struct err err = ERR_INIT;

	if (!into) {
		h->ops->text(h->ctx, "Schema", text->data, text->len);
		call_done(c, NULL, 0);
	} else {
		buf_addf(&fenced, "```%s\n%s```\n", mermaid ? "mermaid" : "text", text->data);
		if (put_into(into, mermaid ? "diagram" : "schema", fenced.data, &err))
			call_done(c, NULL, 0);
		else
			call_done(c, &err, -1);
	}
	buf_release(&fenced);
	err_release(&err);
}

struct snapshot {
	struct call *call;
	struct catalog *catalog;
};

static void snapshot_free(void *data)
{
	struct snapshot *s = data;

	db_forget(session_db(call_session(s->call)), s);
	catalog_free(&s->catalog);
	free(s);
}

static void on_snapshot(void *ctx, const struct txn_result *result)
{
	const struct snapshot *s = ctx;
	struct call *c = s->call;
	struct schema_details *details = schema_details_read(result);
	struct buf text = BUF_INIT;

	if (details) {
		schematext_write(&text, s->catalog, details, args_get(call_args(c), "schema"));
		schema_details_free(&details);
		snapshot_give(c, &text, false);
	} else {
		call_done(c, &result->err, -1);
	}
	buf_release(&text);
}

static void snapshot_run(struct call *c)
{
	const struct catalog *catalog = session_catalog(call_session(c));
	struct buf text = BUF_INIT;
	struct snapshot *s;

	if (args_has(call_args(c), "mermaid")) {
		schematext_mermaid(&text, catalog, args_get(call_args(c), "schema"));
		snapshot_give(c, &text, true);
		buf_release(&text);
		return;
	}
	s = xcalloc(1, sizeof *s);
	s->call = c;
	s->catalog = catalog_ref(catalog);
	call_set_data(c, s, snapshot_free);
	schema_details_ask(call_session(c), session_db(call_session(c)), DB_READ, 0,
			   on_snapshot, s);
}

const struct command cmd_schema_snapshot = {
	.name = "schema snapshot",
	.no_key = "a file for later, not a place to look at",
	.summary = "The schema as text that is the same for the same schema",
	.args = "[--mermaid] [--into:file] [--schema:schema]",
	.help = "Sorted lines without times, sizes or oids, fit for a repository: relations "
		"with all "
		"their parts, the queries of views, functions with their bodies, sequences, "
		"types, "
		"domains, and the comments of relations and columns. --mermaid "
		"draws "
		"an erDiagram instead. --into puts it between the markers souk:schema or "
		"souk:diagram of a file and leaves the rest of it alone.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = snapshot_run,
};

/* ---- describe ---- */

/* A relation, or the functions of one name, one after the other. */
struct described {
	struct call *call;
	struct catalog *catalog;
	const struct relation *relation;
	const struct function *function;
	size_t next; /* of the catalog's functions */
	struct buf text;
};

static void described_free(void *data)
{
	struct described *d = data;

	db_forget(session_db(call_session(d->call)), d);
	catalog_free(&d->catalog);
	buf_release(&d->text);
	free(d);
}

static void on_described(void *ctx, const struct txn_result *result);

static void describe_next(struct described *d)
{
	schema_details_ask(call_session(d->call), session_db(call_session(d->call)), DB_READ,
			   d->relation ? d->relation->oid : d->function->oid, on_described, d);
}

/* Where the details cannot be had, what the snapshot knows is better than nothing. */
static void on_described(void *ctx, const struct txn_result *result)
{
	struct described *d = ctx;
	const struct host *h = call_host(d->call);
	struct schema_details *details = schema_details_read(result);
	const char *name = args_get(call_args(d->call), "name");

	if (!details)
		h->ops->say(h->ctx, SAY_WARNING, result->err.why);
	if (d->relation)
		schematext_describe(&d->text, d->catalog, d->relation, details);
	else
		schematext_function(&d->text, d->function, details);
	schema_details_free(&details);
	if (d->function)
		d->function = catalog_function_called(d->catalog, name, &d->next);
	if (d->function) {
		describe_next(d);
		return;
	}
	h->ops->text(h->ctx, d->relation ? d->relation->name : name, d->text.data, d->text.len);
	call_done(d->call, NULL, 0);
}

static void describe_run(struct call *c)
{
	const char *name = args_get(call_args(c), "name");
	struct described *d = xcalloc(1, sizeof *d);
	struct err err = ERR_INIT;

	d->call = c;
	d->catalog = catalog_ref(session_catalog(call_session(c)));
	buf_init(&d->text);
	call_set_data(c, d, described_free);
	d->relation = session_relation(call_session(c), name, &err);
	if (!d->relation)
		d->function = catalog_function_called(d->catalog, name, &d->next);
	if (!d->relation && !d->function && strchr(name, '('))
		err_set(&err, ERR_USAGE, name, "there is no such function");
	if (d->relation || d->function)
		describe_next(d);
	else
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_schema_describe = {
	.name = "schema describe",
	.summary = "One relation or function as text, with all that belongs to it",
	.args = "name:object",
	.help = "Columns, keys, checks, rules, policies, triggers and their states, grants, "
		"partitions, who refers to it and reads it, the query of a view; of a function "
		"its body. NAME may end in the arguments of one of several: name(integer).",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = describe_run,
};

/* ---- diff ---- */

/* One side: a file with a snapshot, or a connection whose catalog is read. */
struct side {
	struct diff *diff;
	struct buf text;
	struct db *db;
	struct reader *reader;
	struct err failure;
	bool ready;
};

struct diff {
	struct call *call;
	struct side sides[2];
	bool ended;
};

static void diff_free(void *data)
{
	struct diff *d = data;

	for (size_t i = 0; i < ARRAY_SIZE(d->sides); i++) {
		reader_free(&d->sides[i].reader);
		db_free(&d->sides[i].db);
		buf_release(&d->sides[i].text);
		err_release(&d->sides[i].failure);
	}
	free(d);
}

static const char *change_word(enum change_kind kind)
{
	static const char *const words[] = { "added", "removed", "changed" };

	return words[kind];
}

static void show(struct diff *d)
{
	static const struct table_column columns[] = {
		{ "change", CELL_TEXT, NULL }, { "object", CELL_TEXT, NULL },
		{ "part", CELL_TEXT, NULL },   { "before", CELL_TEXT, NULL },
		{ "after", CELL_TEXT, NULL },
	};
	const struct host *h = call_host(d->call);
	struct schema_changes changes;
	size_t n;

	schematext_diff(&changes, d->sides[0].text.data, d->sides[1].text.data);
	n = changes.n;
	if (changes.partly)
		h->ops->say(
			h->ctx, SAY_WARNING,
			"one side is a snapshot of an older souk: what that did not write is "
			"not compared");
	h->ops->table_begin(h->ctx, "Schema differences", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < n; i++) {
		const struct schema_change *ch = &changes.v[i];
		const char *cells[] = { change_word(ch->kind), ch->object,
					*ch->part ? ch->part : NULL, ch->before, ch->after };

		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	schema_changes_release(&changes);
	call_done(d->call, NULL, n > 0 && args_has(call_args(d->call), "fail") ? 5 : 0);
}

static void ready(struct diff *d)
{
	if (d->sides[0].ready && d->sides[1].ready && !d->ended) {
		d->ended = true;
		show(d);
	}
}

static void failed(struct diff *d, const struct err *err)
{
	if (d->ended)
		return;
	d->ended = true;
	call_done(d->call, err, -1);
}

/* The reader may not be freed within its own event: the call ends in the next turn. */
static void later(void *ctx)
{
	struct side *side = ctx;
	const struct err *err =
		side->failure.kind ? &side->failure : reader_error(side->reader);

	if (err)
		failed(side->diff, err);
	else
		ready(side->diff);
}

static void on_details(void *ctx, const struct txn_result *result)
{
	struct side *side = ctx;
	struct schema_details *details = schema_details_read(result);

	if (details) {
		buf_clear(&side->text);
		schematext_write(&side->text, reader_catalog(side->reader), details,
				 args_get(call_args(side->diff->call), "schema"));
		schema_details_free(&details);
		side->ready = true;
	} else {
		err_copy(&side->failure, &result->err);
	}
	loop_defer(db_loop(side->db), later, side);
}

static void on_catalog(void *ctx, enum reader_event event, const struct catalog *old UNUSED)
{
	struct side *side = ctx;

	if (event == READER_SWAPPED) {
		schema_details_ask(call_session(side->diff->call), side->db, DB_WATCH, 0,
				   on_details, side);
		return;
	}
	loop_defer(db_loop(side->db), later, side);
}

static bool is_snapshot(const char *what, const struct buf *text, struct err *err)
{
	int version = schematext_version(text->len ? text->data : "");

	if (version == 0) {
		err_set(err, ERR_USAGE, what, "has no line of a schema's snapshot");
		return err_hint(err, "schema snapshot writes one");
	}
	if (version > SCHEMATEXT_VERSION)
		return err_set(err, ERR_USAGE, what, "was written by a newer souk");
	return true;
}

static bool begin(struct side *side, const char *what, struct err *err)
{
	const struct session *s = call_session(side->diff->call);
	char *path = path_expand(what);
	struct db_params params = { .dbname = what };
	bool ok = true;

	if (path_exists(path)) {
		ok = path_read(path, FILE_MAX_BYTES, &side->text, err) &&
		     is_snapshot(what, &side->text, err);
		side->ready = ok;
	} else {
		side->db = db_new(session_loop(s), &params, session_sql(s));
		side->reader = reader_new(side->db, DB_WATCH);
		reader_observe(side->reader, on_catalog, side);
		reader_refresh(side->reader);
	}
	free(path);
	return ok;
}

static void diff_data_free(void *data)
{
	struct diff *d = data;

	for (size_t i = 0; i < ARRAY_SIZE(d->sides); i++) {
		if (d->sides[i].db)
			loop_forget(db_loop(d->sides[i].db), &d->sides[i]);
	}
	diff_free(d);
}

static void diff_run(struct call *c)
{
	struct diff *d = xcalloc(1, sizeof *d);
	struct err err = ERR_INIT;

	d->call = c;
	for (size_t i = 0; i < ARRAY_SIZE(d->sides); i++) {
		d->sides[i].diff = d;
		buf_init(&d->sides[i].text);
	}
	call_set_data(c, d, diff_data_free);
	if (begin(&d->sides[0], args_get(call_args(c), "before"), &err) &&
	    begin(&d->sides[1], args_get(call_args(c), "after"), &err))
		ready(d);
	else
		failed(d, &err);
	err_release(&err);
}

const struct command cmd_schema_diff = {
	.name = "schema diff",
	.no_key = "two schemas are named",
	.summary = "What differs between two schemas",
	.args = "before:file after:file [--schema:schema] [--fail]",
	.help = "Each side is a file that schema snapshot wrote, or a connection string. With "
		"--fail the exit status is 5 when they differ.",
	.needs = NEEDS_SESSION | BATCH,
	.run = diff_run,
};
