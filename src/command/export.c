/* SPDX-License-Identifier: MIT */
#include "command/export.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/path.h"
#include "command/command.h"
#include "command/format.h"
#include "export_file.h"
#include "rows_table.h"
#include "rowset_priv.h"

enum { PROGRESS_ROWS = 1000 };

struct export
{
	struct rowset *r;
	struct export_callbacks cb;
	struct rowset_stream *stream; /* NULL when it has ended */
	struct export_file *file;
	struct format *format;
	struct rows_table table;
	char *path;
	bool inserts, begun, paused;
	uint64_t rows;
	struct err err; /* why the stream was stopped */
};

static void sink(void *ctx, const char *data, size_t len)
{
	struct export *e = ctx;

	if (e->file)
		export_file_write(e->file, data, len);
	else
		e->cb.text(e->cb.ctx, data, len);
}

/* ---- rows come ---- */

static bool begin(struct export *e)
{
	if (!rows_table_init(&e->table, e->r, e->inserts, &e->err))
		return false;
	if (e->inserts)
		format_relation(e->format, session_sql(e->r->session), e->table.relation,
				e->table.overriding);
	format_begin(e->format, e->table.columns, e->table.n);
	e->begun = true;
	return true;
}

static bool on_row(void *ctx, const char *const *cells, const size_t *lens UNUSED,
		   size_t n UNUSED)
{
	struct export *e = ctx;

	if (!e->begun && !begin(e))
		return false;
	format_row(e->format, rows_table_cells(&e->table, cells));
	e->rows++;
	if (e->cb.progress && e->rows % PROGRESS_ROWS == 0)
		e->cb.progress(e->cb.ctx, e->rows, e->file ? export_file_bytes(e->file) : 0);
	if (!e->paused && e->file && export_file_full(e->file)) {
		e->paused = true;
		rowset_stream_pause(e->stream, true);
	}
	return true;
}

static void on_drained(void *ctx)
{
	struct export *e = ctx;

	if (e->paused && e->stream)
		rowset_stream_pause(e->stream, false);
	e->paused = false;
}

static void tell(struct export *e, const struct err *err)
{
	e->cb.done(e->cb.ctx, err, e->rows);
}

static void on_rows_done(void *ctx, const struct err *err, uint64_t rows UNUSED)
{
	struct export *e = ctx;

	e->stream = NULL;
	if (e->err.kind) {
		tell(e, &e->err);
	} else if (err) {
		tell(e, err);
	} else if (!e->begun && !begin(e)) {
		tell(e, &e->err);
	} else {
		format_end(e->format);
		if (e->file)
			export_file_finish(e->file);
		else
			tell(e, NULL);
	}
}

/* Whole, or the disk failed: then the server has no more to tell. */
static void on_file_done(void *ctx, const struct err *err)
{
	struct export *e = ctx;

	if (err && e->stream) {
		err_copy(&e->err, err);
		rowset_stream_pause(e->stream, false);
		rowset_stream_cancel(e->stream);
	} else {
		tell(e, err);
	}
}

/* ---- life ---- */

static const char *format_of_ending(const char *ending, size_t len)
{
	for (size_t i = 0; format_names[i]; i++)
		if (strlen(format_names[i]) == len &&
		    strncasecmp(ending, format_names[i], len) == 0)
			return format_names[i];
	return len == 3 && strncasecmp(ending, "txt", len) == 0 ? "table" : NULL;
}

/* x.json.gz: plain text under that name would be found out by whoever unpacks it. */
static bool is_packed(const char *dot)
{
	static const char *const packers[] = { ".gz",  ".bz2", ".xz", ".zst",
					       ".lz4", ".zip", ".br" };

	for (size_t i = 0; i < ARRAY_SIZE(packers); i++)
		if (strcasecmp(dot, packers[i]) == 0)
			return true;
	return false;
}

/* A name without an ending, a pipe and a device get CSV. */
static const char *by_suffix(const char *path, struct err *err)
{
	const char *slash = path ? strrchr(path, '/') : NULL, *name = slash ? slash + 1 : path;
	const char *dot = name ? strrchr(name, '.') : NULL, *format;

	if (!dot || dot == name)
		return "csv";
	format = format_of_ending(dot + 1, strlen(dot + 1));
	if (format)
		return format;
	if (is_packed(dot)) {
		err_set(err, ERR_USAGE, path, "souk does not pack what it writes");
		err_hint(err,
			 "leave %s away and pack the file then, or pack what souk list writes",
			 dot);
	} else {
		err_set(err, ERR_USAGE, path, "no format has the ending %s", dot);
		err_hint(err,
			 "the endings are .csv .tsv .json .jsonl .sql .txt; under another name "
			 "the format is said: --format csv in a shell, export csv FILE here");
	}
	return NULL;
}

struct export *export_start(struct rowset *r, const struct export_request *req,
			    const struct export_callbacks *cb, struct err *err)
{
	struct export *e = xcalloc(1, sizeof *e);
	const struct export_file_callbacks fcb = { .drained = on_drained,
						   .done = on_file_done,
						   .ctx = e };
	const struct rowset_stream_callbacks scb = { .row = on_row,
						     .done = on_rows_done,
						     .ctx = e };
	const char *format = req->format ? req->format : by_suffix(req->path, err);

	if (!format) {
		free(e);
		return NULL;
	}
	e->r = r;
	e->cb = *cb;
	e->path = req->path ? path_expand(req->path) : NULL;
	e->inserts = strcmp(format, "sql") == 0;
	e->format = format_new(format, sink, e, err);
	if (e->format && e->path)
		e->file = export_file_new(session_loop(r->session), e->path, req->overwrite,
					  &fcb, err);
	if (!e->format || (e->path && !e->file)) {
		export_free(&e);
		return NULL;
	}
	e->stream = rowset_stream(r, req->limit, &scb);
	return e;
}

void export_free(struct export **ep)
{
	struct export *e = *ep;

	*ep = NULL;
	if (!e)
		return;
	if (e->stream)
		rowset_stream_drop(e->stream);
	format_free(&e->format);
	export_file_free(&e->file);
	rows_table_release(&e->table);
	err_release(&e->err);
	free(e->path);
	free(e);
}

const char *export_path(const struct export *e)
{
	return e->path;
}

char *export_swept(const struct export *e)
{
	int n = e->file ? export_file_swept(e->file) : 0;

	if (!n)
		return NULL;
	return xasprintf("%d unfinished file%s of killed exports removed", n, n == 1 ? "" : "s");
}

bool export_args(const struct args *a, struct export_request *req, struct err *err)
{
	const char *what = args_get(a, "what"), *file = args_get(a, "file");

	if (!what) {
		err_set(err, ERR_USAGE, "export", "the name of a file is wanted");
		return err_hint(err, "export [csv|tsv|json|jsonl|sql|table] FILE");
	}
	*req = (struct export_request){
		.format = file ? what : NULL,
		.path = file ? file : what,
		.overwrite = args_has(a, "force"),
		.limit = args_int(a, "limit", 0),
	};
	for (size_t i = 0; req->format && format_names[i]; i++)
		if (strcmp(req->format, format_names[i]) == 0)
			return true;
	if (!req->format)
		return true;
	err_unknown(err, "format", req->format, format_names);
	err->kind = ERR_USAGE;
	return false;
}
