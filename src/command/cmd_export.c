/* SPDX-License-Identifier: MIT */
/*
 * cmd_export.c - all rows into a file; in the console those of the current screen.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "command/export.h"
#include "rows_call.h"

struct export_call {
	struct call *call;
	struct rowset *r;
	struct export *export;
	bool ended;
};

static void tell_progress(const struct export_call *e, double rows);

/* Given up half-way: nothing of it is left. */
static void export_call_free(void *data)
{
	struct export_call *e = data;

	if (e->export && !e->ended)
		tell_progress(e, -1);
	export_free(&e->export);
	rowset_free(&e->r);
	free(e);
}

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

static void tell_progress(const struct export_call *e, double rows)
{
	const struct host *h = call_host(e->call);
	const char *path = e->export ? export_path(e->export) : "", *slash = strrchr(path, '/');
	bool exact;
	double all = e->r ? rowset_estimate(e->r, &exact) : -1;
	char *what = xasprintf("%s: %.0f rows", slash ? slash + 1 : path, rows);

	/* An estimate may be too low: then nobody knows any more. */
	h->ops->progress(h->ctx, what, rows, all > rows ? all : 0);
	free(what);
}

static void on_progress(void *ctx, uint64_t rows, uint64_t bytes UNUSED)
{
	tell_progress(ctx, (double)rows);
}

/* Whoever reads the file elsewhere sees only signs there, and must know that. */
static void add_masked(const struct export_call *e, struct buf *out)
{
	size_t n = 0;

	for (size_t col = 0; col < rowset_columns(e->r); col++)
		if (rowset_masked(e->r, col))
			buf_addf(out, "%s%s", n++ ? ", " : "; masked, unless with --unmask: ",
				 rowset_column(e->r, col)->name);
}

static void on_done(void *ctx, const struct err *err, uint64_t rows)
{
	struct export_call *e = ctx;
	const struct host *h = call_host(e->call);
	struct buf text = BUF_INIT;
	char *swept;

	e->ended = true;
	tell_progress(e, -1);
	if (!err) {
		char *odd = rowset_odd(e->r);
		swept = export_swept(e->export);
		buf_addf(&text, "%llu row%s written to %s%s%s", (unsigned long long)rows,
			 rows == 1 ? "" : "s", export_path(e->export), swept ? "; " : "",
			 swept ? swept : "");
		add_masked(e, &text);
		buf_addf(&text, "%s%s", odd ? "; " : "", odd ? odd : "");
		free(odd);
		h->ops->say(h->ctx, SAY_DONE, text.data);
		buf_release(&text);
		free(swept);
	}
	call_done(e->call, err, -1);
}

/* souk export SCREEN FILE */
static bool open_named(struct export_call *e, struct export_request *req, struct err *err)
{
	const struct args *a = call_args(e->call);

	*req = (struct export_request){
		.format = call_host(e->call)->format,
		.path = args_get(a, "file"),
		.overwrite = args_has(a, "force"),
		.limit = args_int(a, "limit", 0),
	};
	if (!req->path)
		return err_set(err, ERR_USAGE, "export",
			       "a screen and the name of a file are wanted");
	if (strcmp(req->path, "-") == 0)
		return err_set(err, ERR_USAGE, "export",
			       "it writes a file; souk list %s writes to standard output",
			       args_get(a, "what"));
	e->r = rows_call_open(e->call, args_get(a, "what"), ignore, NULL, err);
	return e->r != NULL;
}

/* In the console the current screen's rows are meant; one may leave the screen meanwhile. */
static bool open_current(struct export_call *e, struct export_request *req, struct err *err)
{
	const struct host *h = call_host(e->call);
	const struct rowset *r = h->ops->rows(h->ctx);

	if (!r)
		return err_set(err, ERR_USAGE, "export",
			       "there are no rows of a screen or relation here");
	if (!export_args(call_args(e->call), req, err))
		return false;
	e->r = rowset_copy(r, ignore, NULL, err);
	return e->r != NULL;
}

static void export_run(struct call *c)
{
	struct export_call *e = xcalloc(1, sizeof *e);
	struct err err = ERR_INIT;
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_done,
					     .ctx = e };
	struct export_request req;

	e->call = c;
	call_set_data(c, e, export_call_free);
	if (call_host(c)->batch ? open_named(e, &req, &err) : open_current(e, &req, &err))
		e->export = export_start(e->r, &req, &cb, &err);
	if (!e->export)
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_export = {
	.name = "export",
	.summary = "Write all rows of a screen to a file",
	.args = "[what:format] [file:file] [narrow:assignment…] [--filter:filter] "
		"[--where:condition] "
		"[--sort:sort] [--limit:int(1)] [--unmask] [--force]",
	.help = "In the console: export [csv|tsv|json|jsonl|sql|table] FILE writes the current "
		"screen's "
		"rows. In a shell: souk export SCREEN FILE, the format is --format or as the "
		"file's "
		"name ends (.csv .tsv .json .jsonl .sql .txt; without an ending CSV). "
		"Rows stream: memory does not grow. The file takes its name only "
		"when it "
		"is whole; one that is there already is replaced with --force only. Killed "
		"(kill -9) it leaves FILE.unfinished-XXXXXX, which the next export to FILE "
		"removes. " ROWS_HELP,
	.needs = BATCH | NEEDS_CATALOG,
	.run = export_run,
};
