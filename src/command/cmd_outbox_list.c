/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_list.c - messages of any outbox in the same words.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "outbox_choose.h"

static void list_free(void *data)
{
	outbox_choice_release(data);
	free(data);
}

static void listed(void *ctx, const struct txn_result *result)
{
	static const struct table_column columns[] = {
		{ .name = "id" },	 { .name = "event_type" },
		{ .name = "aggregate" }, { .name = "tenant" },
		{ .name = "state" },	 { .name = "enqueued_at" },
		{ .name = "due_at" },	 { .name = "attempts", .type = CELL_NUMBER },
		{ .name = "error" },
	};
	struct call *call = ctx;
	const struct host *h = call_host(call);
	const struct reply *r = result->n ? result->replies[0] : NULL;
	const char *cells[ARRAY_SIZE(columns)];

	if (result->outcome != TXN_DONE) {
		call_done(call, &result->err, -1);
		return;
	}
	h->ops->table_begin(h->ctx, "messages", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < reply_rows(r); i++) {
		for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
			cells[c] = reply_text(r, i, c);
		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	call_done(call, NULL, -1);
}

static void list_run(struct call *call)
{
	const struct request_callbacks cb = { .done = listed, .ctx = call };
	const char *state = args_get(call_args(call), "state");
	struct outbox_choice *c = xcalloc(1, sizeof *c);
	struct err err = ERR_INIT;

	call_set_data(call, c, list_free);
	if (!outbox_choice_init(c, call, &err) ||
	    !outbox_choose(c, state ? state : "pending", "outbox_rows.list", &cb, &err))
		call_done(call, &err, -1);
	err_release(&err);
}

const struct command cmd_outbox_list = {
	.name = "outbox list",
	.no_key = "the panels of the screen Outbox open the same lists",
	.summary = "Messages of an outbox, the oldest first",
	.args = OUTBOX_CHOICE_ARGS,
	.help = "At most 1000; --after ID goes on behind the last one.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = list_run,
};
