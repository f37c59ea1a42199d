/* SPDX-License-Identifier: MIT */
/*
 * cmd_get.c - one record by its key, with the guard that edit takes back.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/command.h"
#include "command/mask.h"
#include "command/save.h"
#include "command/target.h"
#include "rows_table.h"

struct get {
	struct record_plan *plan;
	char **key;
};

static void get_free(void *data)
{
	struct get *g = data;

	target_key_free(&g->key);
	record_plan_free(&g->plan);
	free(g);
}

/* Columns of the record and then the guard. */
static void print_record(struct call *c, const struct record *record)
{
	const struct get *g = call_data(c);
	const struct host *h = call_host(c);
	const struct relation *rel = record_plan_relation(g->plan);
	struct table_column *columns = xcalloc(record->n + 1, sizeof *columns);
	const char **cells = xcalloc(record->n + 1, sizeof *cells);
	struct buf guard = BUF_INIT;

	for (size_t i = 0; i < record->n; i++) {
		const struct record_field *f = &record->fields[i];
		bool masked = f->value && !args_has(call_args(c), "unmask") &&
			      mask_column(call_session(c), rel, f->column) > 0;
		columns[i].name = f->column->name;
		columns[i].type = table_cell(f->column->base_type_oid);
		cells[i] = masked ? mask_text : f->value;
	}
	record_guard_text(&guard, record);
	/* One name is one thing: a column that is called so keeps it. */
	columns[record->n].name = record_field(record, "guard") ? "souk_guard" : "guard";
	cells[record->n] = guard.data;
	h->ops->table_begin(h->ctx, rel->name, columns, record->n + 1);
	h->ops->table_row(h->ctx, cells);
	h->ops->table_end(h->ctx);
	free(columns);
	free(cells);
	buf_release(&guard);
}

static void get_loaded(void *ctx, const struct record *record, const struct err *failed)
{
	struct call *c = ctx;
	struct err err = ERR_INIT;

	if (record)
		print_record(c, record);
	else if (!failed)
		err_set(&err, ERR_FAILED, args_get(call_args(c), "key"),
			"there is no such record, or it is not visible to you");
	call_done(c, failed ? failed : &err, -1);
	err_release(&err);
}

static void get_run(struct call *c)
{
	struct get *g = xcalloc(1, sizeof *g);
	const struct args *a = call_args(c);
	struct err err = ERR_INIT;
	const struct screendef *def;

	call_set_data(c, g, get_free);
	g->plan = target_plan(call_session(c), args_get(a, "screen"), &def, &err);
	if (g->plan)
		g->key = target_key(call_session(c), g->plan, args_get(a, "key"), &err);
	if (g->key)
		record_fetch(call_session(c), g->plan, (const char *const *)g->key, get_loaded,
			     c);
	else
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_get = {
	.name = "get",
	.no_key = "a record is named; Enter and v show the one under the cursor",
	.summary = "Print one record and its guard",
	.args = "screen:screen key:record [--unmask]",
	.help = "KEY is the text of the record's key; several columns' texts are joined by "
		"commas; under one tenant its part may be left out. "
		"The column guard (souk_guard, where the record has a guard of its own) is "
		"what "
		"edit --if-version takes back: an edit is refused if "
		"somebody else has changed the record since. Columns that look secret or "
		"personal "
		"are masked without --unmask.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = get_run,
};
