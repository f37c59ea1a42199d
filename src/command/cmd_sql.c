/* SPDX-License-Identifier: MIT */
/*
 * cmd_sql.c - one statement, read only and in the scope: on stdout, or as a grid.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "rows_call.h"

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

static void sql_run(struct call *c)
{
	const struct host *h = call_host(c);
	char *word = xasprintf("statement=%s", args_get(call_args(c), "statement"));
	const char *const where[] = { word, NULL };
	struct err err = ERR_INIT;
	struct rowset *r = NULL;

	if (!h->batch) {
		const struct place place = { .screen = "scratch", .where = where };
		bool ok = h->ops->open(h->ctx, &place, &err);
		call_done(c, ok ? NULL : &err, -1);
	} else {
		const struct screendef *def = session_screen(call_session(c), "scratch", &err);
		if (def)
			r = rowset_new(call_session(c), def, where, ignore, NULL, &err);
		if (r)
			rows_call_print(c, r, 0);
		else
			call_done(c, &err, -1);
	}
	err_release(&err);
	free(word);
}

const struct command cmd_sql = {
	.name = "sql",
	.no_key = "a statement is typed",
	.summary = "Run one statement that reads, in the scope",
	.args = "statement:line",
	.help = "It runs in a READ ONLY transaction with the tenant, role and timeouts of the "
		"screens. "
		"In the console its rows are kept in a file (sql-rows at most) and the query "
		"ends: "
		"scrolling holds no snapshot open; they can be sorted and filtered, which runs "
		"it "
		"again. Refused for a superuser on production, for whom READ ONLY is no wall.",
	.needs = NEEDS_CONNECTION | BATCH,
	.run = sql_run,
};
