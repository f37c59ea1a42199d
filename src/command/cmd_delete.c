/* SPDX-License-Identifier: MIT */
/*
 * cmd_delete.c - records deleted, after what depends on them was counted and told.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "bulk_call.h"
#include "dependants.h"

static void show_dependants(struct bulk_call *bc, const struct dependants *d)
{
	static const struct table_column columns[] = {
		{ .name = "relation" },
		{ .name = "constraint" },
		{ .name = "depth", .type = CELL_NUMBER },
		{ .name = "rows" },
		{ .name = "on_delete" },
	};
	const struct host *h = call_host(bc->call);

	h->ops->table_begin(h->ctx, "dependants", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < dependants_len(d); i++) {
		const struct dependent *x = dependants_at(d, i);
		char *relation = xasprintf("%s.%s", x->relation->schema, x->relation->name);
		char *depth = xasprintf("%d", x->depth);
		struct buf rows = BUF_INIT, action = BUF_INIT;
		const char *cells[] = { relation, x->key->name, depth, NULL, NULL };

		dependent_number(&rows, x);
		dependent_action(&action, d, x);
		cells[3] = rows.data;
		cells[4] = action.data;
		h->ops->table_row(h->ctx, cells);
		buf_release(&rows);
		buf_release(&action);
		free(relation);
		free(depth);
	}
	h->ops->table_end(h->ctx);
}

static void on_counted(void *ctx, const struct err *err)
{
	struct bulk_call *bc = ctx;
	const struct dependants *d = bc->dependants;
	const struct dependent *no = dependants_refusal(d);
	struct buf text = BUF_INIT;

	if (err) {
		err_copy(&bc->err, err);
		bulk_call_fail(bc);
		return;
	}
	if (args_has(call_args(bc->call), "dry-run")) {
		show_dependants(bc, d);
		call_done(bc->call, NULL, 0);
		return;
	}
	if (no) {
		dependent_number(&text, no);
		err_set(&bc->err, ERR_FAILED, bc->title,
			no->n == 1 ? "%s row of %s refers to it and refuses the delete"
				   : "%s rows of %s refer to it and refuse the delete",
			text.data, no->relation->name);
		err_hint(&bc->err, "the foreign key is %s; %s lists all that refers to it",
			 no->key->name,
			 call_host(bc->call)->batch ? "--dry-run" : ":delete --dry-run");
		bulk_call_fail(bc);
	} else {
		dependants_text(&text, d);
		if (dependants_len(d))
			buf_adds(&text,
				 "\nUndo brings back the record itself, not what went with "
				 "it.");
		bc->warning = xstrdup(text.data);
		bulk_call_go(bc);
	}
	buf_release(&text);
}

static void delete_loaded(struct bulk_call *bc)
{
	if (bulk_count(bc->bulk, BULK_READY) == 0) {
		bulk_call_go(bc);
		return;
	}
	bc->dependants = dependants_new(call_session(bc->call), bc->plan);
	dependants_count(bc->dependants, bc->bulk, on_counted, bc);
}

/* ":delete" alone is about the row under the cursor, or the marked ones: the screen knows them.
 */
static void delete_here(struct call *c)
{
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;

	if (!h->ops->action(h->ctx, ACTION_DELETE, call_args(c), &err))
		call_done(c, &err, -1);
	else
		call_done(c, NULL, 0);
	err_release(&err);
}

static void delete_run(struct call *c)
{
	const char *const *keys = args_rest(call_args(c), "key");
	struct bulk_call *bc;

	if (!args_has(call_args(c), "screen") && !call_host(c)->batch) {
		delete_here(c);
		return;
	}
	bc = bulk_call_new(c, SAVE_DELETE);
	if (!bc)
		return;
	if (!keys || !keys[0]) {
		err_set(&bc->err, ERR_USAGE, "delete",
			"does not say which records: add their keys");
		bulk_call_fail(bc);
		return;
	}
	bc->loaded = delete_loaded;
	bulk_call_choose(bc, keys);
}

const struct command cmd_delete_ = {
	.name = "delete",
	.summary = "Delete records, what depends on them is counted first",
	.args = "[screen:screen] [key:record…] [--dry-run] [--expect:int(0)] [--plan:file] "
		"[--reason:text]",
	.help = "In the console without arguments: the marked records, or the one under the "
		"cursor. Foreign keys that point to them are counted first, cascades followed: "
		"what will be deleted too, what loses its reference, what refuses. --dry-run "
		"prints that. Each record is guarded as in a save. In a shell it needs --yes "
		"(on production several "
		"need --confirm NAME of the database). --plan FILE writes it down for apply. "
		"undo-save brings a record back under its key, but not what a cascade took.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = delete_run,
};
