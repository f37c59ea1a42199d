/* SPDX-License-Identifier: MIT */
/*
 * cmd_update.c - columns of several records changed alike; and a plan of it applied.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/path.h"
#include "bulk_call.h"
#include "command/parse.h"
#include "command/planfile.h"
#include "rows_call.h"

enum { PLAN_MAX = 64 << 20 }; /* bytes */

static bool narrowed(const struct args *a)
{
	const char *const *words = args_rest(a, "narrow");

	return (words && words[0]) || args_has(a, "filter") || args_has(a, "where") ||
	       args_has(a, "all");
}

static void update_run(struct call *c)
{
	const struct args *a = call_args(c);
	const char *const *sets = args_all(a, "set");
	struct bulk_call *bc = bulk_call_new(c, SAVE_UPDATE);

	if (!bc)
		return;
	if (!sets)
		err_set(&bc->err, ERR_USAGE, "update",
			"there is nothing to change: add --set COL=VALUE");
	else
		bc->changes = target_changes(bc->plan, sets, &bc->nchanges, &bc->err);
	if (bc->changes && !args_all(a, "key") && !narrowed(a)) {
		err_set(&bc->err, ERR_USAGE, "update", "does not say which rows");
		err_hint(&bc->err, "COLUMN=VALUE, --filter, --where, --key, or --all");
	}
	if (bc->err.kind ||
	    !target_allows(bc->def, SAVE_UPDATE, bc->changes, bc->nchanges, &bc->err))
		bulk_call_fail(bc);
	else
		bulk_call_choose(bc, args_all(a, "key"));
}

const struct command cmd_update = {
	.name = "update",
	.no_key = "a screen is named; Alt-e does it to the marked rows",
	.summary = "Change columns of several records, each guarded by itself",
	.args = "screen:screen [narrow:assignment…] [--set:change] [--key:record] "
		"[--filter:filter] "
		"[--where:condition] [--all] [--sort:sort] [--dry-run] [--expect:int(0)] "
		"[--plan:file] "
		"[--reason:text]",
	.help = "The rows are those with these COLUMN=VALUE, of --filter and --where, or of "
		"--key "
		"(several times). --set as in edit. All rows are read and shown first "
		"(--dry-run: "
		"only that); then each is saved by itself through the save protocol and its "
		"outcome is listed. A row that somebody changed meanwhile in other columns is "
		"tried 3 times, 50, 100 and 200 ms apart; in the same columns it is a "
		"conflict "
		"and stays theirs. At most max-edit-rows rows; --expect refuses another "
		"number. "
		"--plan FILE writes it down for apply instead. Exit status 4: some rows "
		"conflicted. In the console undo-save takes it back as one.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = update_run,
};

/* ---- apply ---- */

/* The plan was read by somebody as a whole, so it is done as a whole or not at all. */
static void apply_loaded(struct bulk_call *bc)
{
	const struct args *a = call_args(bc->call);
	size_t n = bulk_len(bc->bulk);
	size_t off = n - bulk_count(bc->bulk, BULK_READY) - bulk_count(bc->bulk, BULK_SAME);

	if (off && !args_has(a, "skip-changed") && !args_has(a, "dry-run")) {
		bulk_show_result(bc->call, bc->bulk, bc->title);
		err_set(&bc->err, ERR_CONFLICT, bc->title,
			"%zu of %zu rows are not as the plan saw them: nothing was written",
			off, n);
		err_hint(&bc->err,
			 "make the plan anew, or leave these rows out: --skip-changed");
		bulk_call_fail(bc);
		return;
	}
	bulk_call_go(bc);
}

/* A plan may have been edited by hand. */
static bool rows_allowed(struct bulk_call *bc)
{
	bool ok = true;

	for (size_t i = 0; ok && i < bulk_len(bc->bulk); i++) {
		const struct bulk_row *row = bulk_at(bc->bulk, i);

		ok = target_allows(bc->def, row->kind, row->changes, row->nchanges, &bc->err);
	}
	return ok;
}

static void apply_text(struct bulk_call *bc, const char *text)
{
	struct session *s = call_session(bc->call);
	struct planfile p = { 0 };

	if (planfile_head(&p, s, text, &bc->err)) {
		bc->kind = p.kind;
		bc->plan = target_plan(s, p.screen ? p.screen : p.relation, &bc->def, &bc->err);
		bc->reason = xstrdup_null(p.reason);
	}
	if (bc->plan && target_allows(bc->def, p.kind, NULL, 0, &bc->err) &&
	    planfile_rows(&p, text, bc->plan, bc->bulk, &bc->err) && rows_allowed(bc)) {
		bc->strict = true;
		bc->loaded = apply_loaded;
	}
	planfile_release(&p);
}

static void apply_run(struct call *c)
{
	struct bulk_call *bc = bulk_call_new(c, SAVE_UPDATE);
	char *path = path_expand(args_get(call_args(c), "file"));
	struct buf text = BUF_INIT;

	if (bc && path_read(path, PLAN_MAX, &text, &bc->err))
		apply_text(bc, text.data);
	if (bc && bc->err.kind)
		bulk_call_fail(bc);
	else if (bc)
		bulk_call_load(bc);
	buf_release(&text);
	free(path);
}

const struct command cmd_apply = {
	.name = "apply",
	.no_key = "the file of the plan is named",
	.summary = "Do what a plan file of update or delete says",
	.args = "file:file [--dry-run] [--expect:int(0)] [--skip-changed] [--reason:text]",
	.help = "The plan names its database and tenant, the number of its rows and the guard "
		"of "
		"each. If a row is missing or was changed since, nothing is written "
		"(--skip-changed: the others are); so with another number than --expect. Rows "
		"that are so already are left alone. --dry-run shows what would be done.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = apply_run,
};
