/* SPDX-License-Identifier: MIT */
/*
 * cmd_export.c - all rows into a file; in the console those of the current screen.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/export.h"
#include "rows_call.h"

struct export_call {
	struct call *call;
	struct rowset *r;
	struct export *export;
};

static void export_call_free(void *data)
{
	struct export_call *e = data;

	export_free(&e->export);
	rowset_free(&e->r);
	free(e);
}

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

static void on_progress(void *ctx, uint64_t rows, uint64_t bytes UNUSED)
{
	const struct export_call *e = ctx;
	const struct host *h = call_host(e->call);

	h->ops->progress(h->ctx, "rows written", (double)rows, 0);
}

static void on_done(void *ctx, const struct err *err, uint64_t rows)
{
	const struct export_call *e = ctx;
	const struct host *h = call_host(e->call);
	char *text;

	h->ops->progress(h->ctx, "rows written", -1, 0);
	if (!err) {
		text = xasprintf("%llu rows written to %s", (unsigned long long)rows,
				 export_path(e->export));
		h->ops->say(h->ctx, SAY_DONE, text);
		free(text);
	}
	call_done(e->call, err, -1);
}

static void export_screen(struct call *c)
{
	const struct args *a = call_args(c);
	const struct host *h = call_host(c);
	struct export_call *e = xcalloc(1, sizeof *e);
	struct err err = ERR_INIT;
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_done,
					     .ctx = e };
	const struct export_request req = {
		.format = h->format,
		.path = args_get(a, "file"),
		.overwrite = args_has(a, "force"),
		.limit = args_int(a, "limit", 0),
	};

	e->call = c;
	call_set_data(c, e, export_call_free);
	if (!req.path)
		err_set(&err, ERR_USAGE, "export",
			"a screen and the name of a file are wanted");
	else
		e->r = rows_call_open(c, args_get(a, "what"), ignore, NULL, &err);
	if (e->r)
		e->export = export_start(e->r, &req, &cb, &err);
	if (!e->export)
		call_done(c, &err, -1);
	err_release(&err);
}

/* In the console it is the current screen's rows that are meant, and the screen does it. */
static void export_run(struct call *c)
{
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;

	if (h->batch) {
		export_screen(c);
		return;
	}
	bool ok = h->ops->action(h->ctx, ACTION_EXPORT, call_args(c), &err);
	call_done(c, ok ? NULL : &err, -1);
	err_release(&err);
}

const struct command cmd_export = {
	.name = "export",
	.summary = "Write all rows of a screen to a file",
	.args = "[what:text] [file:file] [narrow:assignment…] [--filter:filter] [--where:text] "
		"[--sort:text] [--limit:int] [--unmask] [--force]",
	.help = "In the console: export [csv|json|jsonl|sql|table] FILE writes the current "
		"screen's "
		"rows. In a shell: souk export SCREEN FILE, the format is --format or as the "
		"file's "
		"name ends. Rows stream: memory does not grow. The file takes its name only "
		"when it "
		"is whole; one that is there already is replaced with --force only. " ROWS_HELP,
	.needs = BATCH | NEEDS_CATALOG,
	.run = export_run,
};
