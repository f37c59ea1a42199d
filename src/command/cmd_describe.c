/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/command.h"

/* The relation's own screen: columns, constraints, indexes, policies, triggers, grants, who
 * refers to it. */
static void describe_run(struct call *c)
{
	const struct host *h = call_host(c);
	const char *name = args_get(call_args(c), "relation");
	const struct catalog *catalog = session_catalog(call_session(c));
	struct err err = ERR_INIT;
	const struct relation *r;
	char *where;

	if (!name) {
		if (!h->ops->action(h->ctx, ACTION_DESCRIBE, call_args(c), &err))
			call_done(c, &err, -1);
		else
			call_done(c, NULL, 0);
	} else if (!catalog) {
		err_set(&err, ERR_FAILED, name, "the catalog has not been read yet");
		call_done(c, &err, -1);
	} else if (!(r = session_relation(call_session(c), name, &err))) {
		call_done(c, &err, -1);
	} else {
		where = xasprintf("oid=%u", r->oid);
		const char *const words[] = { where, NULL };
		struct place place = { .screen = "relation", .where = words };

		if (!h->ops->open(h->ctx, &place, &err))
			call_done(c, &err, -1);
		else
			call_done(c, NULL, 0);
		free(where);
	}
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
