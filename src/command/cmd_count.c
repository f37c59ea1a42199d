/* SPDX-License-Identifier: MIT */
/*
 * cmd_count.c - how many rows, exactly; in the console the screen counts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "rows_call.h"

struct count {
	struct call *call;
	struct rowset *r;
	bool ended;
};

static void count_free(void *data)
{
	struct count *n = data;

	rowset_free(&n->r);
	free(n);
}

static void on_event(void *ctx, enum rowset_event event UNUSED)
{
	static const struct table_column columns[] = { { .name = "rows",
							 .type = CELL_NUMBER } };
	struct count *n = ctx;
	const struct host *h = call_host(n->call);
	bool exact;
	double rows = rowset_estimate(n->r, &exact);
	char text[32];
	const char *cells[] = { text };

	if (n->ended)
		return;
	if (rowset_error(n->r)) {
		n->ended = true;
		call_done(n->call, rowset_error(n->r), -1);
	} else if (exact) {
		n->ended = true;
		snprintf(text, sizeof text, "%.0f", rows);
		h->ops->table_begin(h->ctx, "count", columns, 1);
		h->ops->table_row(h->ctx, cells);
		h->ops->table_end(h->ctx);
		call_done(n->call, NULL, 0);
	}
}

static void count_run(struct call *c)
{
	const struct host *h = call_host(c);
	struct count *n;
	struct err err = ERR_INIT;

	if (!h->batch && !args_get(call_args(c), "screen")) {
		bool ok = h->ops->action(h->ctx, ACTION_COUNT, call_args(c), &err);
		call_done(c, ok ? NULL : &err, -1);
		err_release(&err);
		return;
	}
	n = xcalloc(1, sizeof *n);
	n->call = c;
	call_set_data(c, n, count_free);
	n->r = rows_call_open(c, args_get(call_args(c), "screen"), on_event, n, &err);
	if (n->r)
		rowset_count(n->r);
	else
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_count = {
	.name = "count",
	.summary = "Count the rows of a screen exactly",
	.args = "[screen:screen] [narrow:assignment…] [--filter:filter] [--where:condition]",
	.help = "The number beside a screen is the planner's estimate (~); this one is "
		"counted, "
		"can take long and can be cancelled.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = count_run,
};
