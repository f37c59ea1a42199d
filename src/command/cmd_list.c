/* SPDX-License-Identifier: MIT */
/*
 * cmd_list.c - what a grid would show, as a table on stdout: streaming, in constant memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/format.h"
#include "rows_call.h"
#include "rows_table.h"

struct list {
	struct call *call;
	struct rowset *r;
	struct rows_table table;
	struct format *inserts; /* --format sql */
	bool begun;
	struct err err;
};

static void list_free(void *data)
{
	struct list *l = data;

	rowset_free(&l->r);
	rows_table_release(&l->table);
	format_free(&l->inserts);
	err_release(&l->err);
	free(l);
}

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

static void print(void *ctx, const char *data, size_t len)
{
	const struct list *l = ctx;
	const struct host *h = call_host(l->call);

	h->ops->text(h->ctx, NULL, data, len);
}

static bool begin(struct list *l)
{
	const struct host *h = call_host(l->call);

	if (!rows_table_init(&l->table, l->r, l->inserts != NULL, &l->err))
		return false;
	l->begun = true;
	if (l->inserts) {
		format_relation(l->inserts, session_sql(call_session(l->call)),
				l->table.relation, l->table.overriding);
		format_begin(l->inserts, l->table.columns, l->table.n);
	} else {
		h->ops->table_begin(h->ctx, args_get(call_args(l->call), "screen"),
				    l->table.columns, l->table.n);
	}
	return true;
}

static bool on_row(void *ctx, const char *const *cells, const size_t *lens UNUSED,
		   size_t n UNUSED)
{
	struct list *l = ctx;
	const struct host *h = call_host(l->call);

	if (!l->begun && !begin(l))
		return false;
	if (l->inserts)
		format_row(l->inserts, rows_table_cells(&l->table, cells));
	else
		h->ops->table_row(h->ctx, rows_table_cells(&l->table, cells));
	return true;
}

static void on_done(void *ctx, const struct err *err, uint64_t rows UNUSED)
{
	struct list *l = ctx;
	const struct host *h = call_host(l->call);

	if (!err && !l->begun)
		(void)begin(l);
	if (l->begun && !l->inserts)
		h->ops->table_end(h->ctx);
	call_done(l->call, l->err.kind ? &l->err : err, -1);
}

static void list_run(struct call *c)
{
	struct list *l = xcalloc(1, sizeof *l);
	const struct host *h = call_host(c);
	const struct rowset_stream_callbacks cb = { .row = on_row, .done = on_done, .ctx = l };
	struct err err = ERR_INIT;

	l->call = c;
	call_set_data(c, l, list_free);
	l->r = rows_call_open(c, args_get(call_args(c), "screen"), ignore, NULL, &err);
	if (l->r && h->format && strcmp(h->format, "sql") == 0)
		l->inserts = format_new("sql", print, l, &err);
	if (l->r)
		rowset_stream(l->r, args_int(call_args(c), "limit", 0), &cb);
	else
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_list = {
	.name = "list",
	.summary = "Print the rows that a screen shows",
	.args = ROWS_ARGS " [--limit:int]",
	.help = "SCREEN is a screen's name or a relation's. COLUMN=VALUE words narrow by "
		"equality. " ROWS_HELP
		" --format table, csv, json, jsonl or sql (INSERT statements of the screen's "
		"relation).",
	.needs = NEEDS_CATALOG | BATCH | BATCH_ONLY,
	.run = list_run,
};
