/* SPDX-License-Identifier: MIT */
/*
 * cmd_list.c - what a grid would show, as a table on stdout: streaming, in constant memory.
 */
#include "rows_call.h"

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

static void list_run(struct call *c)
{
	const struct args *a = call_args(c);
	struct err err = ERR_INIT;
	struct rowset *r = rows_call_open(c, args_get(a, "screen"), ignore, NULL, &err);

	if (r)
		rows_call_print(c, r, args_int(a, "limit", 0));
	else
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_list = {
	.name = "list",
	.summary = "Print the rows that a screen shows",
	.args = ROWS_ARGS " [--limit:int(1)]",
	.help = "SCREEN is a screen's name or a relation's. COLUMN=VALUE words narrow by "
		"equality. " ROWS_HELP
		" --format table, csv, tsv, json, jsonl or sql (INSERT statements of the screen's "
		"relation).",
	.format = "sql",
	.needs = NEEDS_CATALOG | BATCH | BATCH_ONLY,
	.run = list_run,
};
