/* SPDX-License-Identifier: MIT */
/*
 * outbox_act_tell.c - what is asked for before a run, and what is told of it in the end.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "outbox_act.h"

bool act_dry(const struct act *a)
{
	return args_has(call_args(a->call), "dry-run");
}

bool act_one_batch(const struct act *a)
{
	return !args_has(call_args(a->call), "all");
}

bool act_selects(const struct call *c, struct err *err)
{
	static const char *const by[] = { "id",	   "ids",   "type",   "state", "after",
					  "limit", "expect", "dry-run", "all" };

	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		if (args_has(call_args(c), by[i]))
			return true;
	err_set(err, ERR_USAGE, call_command(c)->name, "which messages?");
	err_hint(err, "--id ID, --type TYPE, --state STATE or --limit N choose some, --all means "
		      "all; --dry-run only counts");
	return false;
}

/* A person who has just answered wants a line, not a table. */
void act_tell(const struct act *a)
{
	const struct host *h = call_host(a->call);
	char *text =
		xasprintf("%s: %" PRId64 " of %" PRId64 " messages%s",
			  call_command(a->call)->name, a->changed, a->matched,
			  a->changed < a->matched ? "; the others are held by a relay" : "");

	h->ops->say(h->ctx, SAY_DONE, text);
	free(text);
}

void act_show(const struct act *a)
{
	static const struct table_column columns[] = {
		{ .name = "relation" },
		{ .name = "matched", .type = CELL_NUMBER },
		{ .name = "changed", .type = CELL_NUMBER },
		{ .name = "locked", .type = CELL_NUMBER },
		{ .name = "overtaking", .type = CELL_NUMBER },
	};
	const struct host *h = call_host(a->call);
	const struct relation *r = a->of.outbox->relation;
	char *name = xasprintf("%s.%s", r->schema, r->name);
	int64_t numbers[] = { a->matched, a->changed, act_dry(a) ? 0 : a->matched - a->changed,
			      a->counted < 0 ? a->overtaking : a->counted_overtaking };
	char text[4][24];
	const char *cells[5] = { name };

	for (size_t i = 0; i < 4; i++) {
		snprintf(text[i], sizeof text[i], "%" PRId64, numbers[i]);
		cells[i + 1] = text[i];
	}
	h->ops->table_begin(h->ctx, call_command(a->call)->name, columns, 5);
	h->ops->table_row(h->ctx, cells);
	h->ops->table_end(h->ctx);
	free(name);
}

