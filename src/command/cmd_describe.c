/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/command.h"

/* The relation's own screen: columns, constraints, indexes, policies, triggers, grants, who
 * refers to it. */
static void describe_relation(void *ctx, const struct err *unready)
{
	struct call *c = ctx;
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;
	const struct relation *r;
	char *where;

	if (unready) {
		call_done(c, unready, -1);
		return;
	}
	r = session_relation(call_session(c), args_get(call_args(c), "relation"), &err);
	if (!r) {
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	where = xasprintf("oid=%u", r->oid);
	{
		const char *const words[] = { where, NULL };
		struct place place = { .screen = "relation", .where = words };
		bool opened = h->ops->open(h->ctx, &place, &err);

		free(where);
		call_done(c, opened ? NULL : &err, opened ? 0 : -1);
	}
	err_release(&err);
}

/* The record under the cursor is there without a catalog; a relation's name waits for it. */
static void describe_run(struct call *c)
{
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;
	bool shown;

	if (args_get(call_args(c), "relation")) {
		session_when_ready(call_session(c), READY_CATALOG, describe_relation, c);
		return;
	}
	shown = h->ops->action(h->ctx, ACTION_DESCRIBE, call_args(c), &err);
	call_done(c, shown ? NULL : &err, shown ? 0 : -1);
	err_release(&err);
}

const struct command cmd_describe = {
	.name = "describe",
	.summary = "Describe the record, or a relation",
	.args = "[relation:relation]",
	.help = "Without a name the record under the cursor, a field on each line. "
		"With one what the "
		"relation is made of, as psql's \\d NAME: columns, constraints, indexes, "
		"policies, "
		"triggers, grants, who refers to it and what depends on it.",
	.needs = NEEDS_SCREEN,
	.run = describe_run,
};
