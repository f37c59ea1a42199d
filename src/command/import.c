/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "domain/pgarray.h"
#include "import_priv.h"

enum { BATCH_ROWS = 500, BATCH_BYTES = 4 << 20 };

static void fill(struct import *i);

/* ---- rows ---- */

static void row_release(struct import_row *r, size_t ncells)
{
	for (size_t k = 0; r->cells && k < ncells; k++) {
		free(r->cells[k].text);
		free(r->cells[k].value);
	}
	free(r->cells);
	free(r->raw);
	free(r->why);
	record_release(&r->theirs);
}

static void rows_clear(struct import *i)
{
	for (size_t n = 0; n < i->rows.len; n++)
		row_release(&i->rows.v[n], i->map.relation->ncolumns);
	VEC_CLEAR(&i->rows);
	i->bytes = 0;
	i->now.emitted = i->done.emitted = 0;
}

void import_reject(struct import_row *row, const char *why, const char *sqlstate)
{
	char *copy = xstrdup(why);

	row->fate = FATE_REJECT;
	free(row->why);
	row->why = copy;
	memcpy(row->sqlstate, sqlstate, strnlen(sqlstate, 5));
}

static void reject_at(struct import_row *row, uint64_t line, uint64_t column, const char *why)
{
	import_reject(row, why, "");
	row->why_line = line;
	row->why_column = column;
}

static void set_cell(struct import_row *row, int column, const char *text)
{
	row->cells[column].given = true;
	free(row->cells[column].text);
	row->cells[column].text = xstrdup_null(text);
}

/* Which line and character a cell that is not UTF-8 begins to be none at. */
static void reject_bytes(struct import_row *row, const struct import_record *rec)
{
	uint64_t line = rec->line, column = 1;

	for (size_t at = 0; at < rec->raw_len;) {
		uint32_t cp;

		at += utf8_decode(rec->raw + at, rec->raw_len - at, &cp);
		if (cp == UTF8_INVALID)
			break;
		column = cp == '\n' ? 1 : column + 1;
		line += cp == '\n';
	}
	reject_at(row, line, column, "the text is not UTF-8");
}

static void csv_row(const struct import *i, struct import_row *row,
		    const struct import_record *rec)
{
	size_t n = csv_cells(rec->csv);

	if (n != i->map.header.len) {
		char *why = xasprintf("the record has %zu values, the header %zu names", n,
				      i->map.header.len);

		reject_at(row, rec->line, 0, why);
		free(why);
		return;
	}
	for (size_t k = 0; k < n; k++) {
		bool quoted;
		const char *text = csv_cell(rec->csv, k, &quoted);

		if (i->map.header.v[k] >= 0)
			set_cell(row, i->map.header.v[k],
				 !quoted && strcmp(text, i->null_text) == 0 ? NULL : text);
	}
}

/* As the column's type writes it: arrays have a text form of their own. */
static char *json_value_text(const struct column *c, const struct json *v)
{
	struct buf out = BUF_INIT;
	struct pgarray list = PGARRAY_INIT;

	switch (json_type(v)) {
	case JSON_NULL:
		return NULL;
	case JSON_BOOL:
		return xstrdup(json_bool(v) ? "true" : "false");
	case JSON_NUMBER:
	case JSON_STRING:
		if (c->type_category != 'U' || json_type(v) == JSON_NUMBER ||
		    !strstr(c->type, "json"))
			return xstrdup(json_text(v));
		break; /* a JSON string is a JSON value */
	case JSON_ARRAY:
		if (!c->element_oid)
			break;
		for (size_t k = 0; k < json_len(v); k++) {
			char *text = json_value_text(c, json_at(v, k));

			pgarray_append(&list, text);
			free(text);
		}
		pgarray_write(&out, &list);
		pgarray_release(&list);
		return buf_detach(&out);
	case JSON_OBJECT:
		break;
	}
	json_write(&out, v, JSON_COMPACT);
	return buf_detach(&out);
}

static void json_row(const struct import *i, struct import_row *row,
		     const struct import_record *rec)
{
	const char *name;
	struct json *value;

	for (void *it = NULL; json_next(rec->object, &it, &name, &value);) {
		int column = import_map_name(&i->map, name);
		char *text;

		if (column == MAP_IGNORED)
			continue;
		if (column < 0 || !i->map.used[column]) {
			char *why = xasprintf("the first record has no \"%s\"", name);

			reject_at(row, rec->line, 0, why);
			free(why);
			return;
		}
		text = json_value_text(&i->map.relation->columns[column], value);
		set_cell(row, column, text);
		free(text);
	}
}

static void add_row(struct import *i, const struct import_record *rec)
{
	struct import_row *row = VEC_PUSH(&i->rows);

	*row = (struct import_row){
		.number = ++i->number,
		.line = rec->line,
		.offset = rec->offset,
		.next_line = rec->next_line,
		.raw = xstrndup(rec->raw, rec->raw_len),
	};
	i->bytes += rec->raw_len;
	if (rec->why) {
		reject_at(row, rec->why_line, rec->why_column, rec->why);
		return;
	}
	if (!utf8_valid(rec->raw, rec->raw_len)) {
		reject_bytes(row, rec);
		return;
	}
	row->cells = xcalloc(i->map.relation->ncolumns + 1, sizeof *row->cells);
	if (rec->csv)
		csv_row(i, row, rec);
	else
		json_row(i, row, rec);
	if (i->map.tenant >= 0)
		set_cell(row, i->map.tenant, i->map.tenant_value);
}

/* ---- the header ---- */

static bool map_names(struct import *i, const char *const *names, size_t n, uint64_t line,
		      struct err *err)
{
	char *place = xasprintf("%s:%llu", i->path, (unsigned long long)line);
	bool ok = import_map_names(&i->map, names, n, place, &i->req.words, err);

	free(place);
	i->mapped = ok;
	if (ok)
		i->cb.mapped(i->cb.ctx, i->map.match.len ? i->map.match_name : NULL,
			     i->map.notes.data);
	return ok;
}

static bool header_broken(const struct import *i, const struct import_record *rec,
			  struct err *err)
{
	char *place = rec->why_column
			      ? xasprintf("%s:%llu: character %llu", i->path,
					  (unsigned long long)rec->why_line,
					  (unsigned long long)rec->why_column)
			      : xasprintf("%s:%llu", i->path, (unsigned long long)rec->line);

	err_set(err, ERR_FAILED, place, "%s",
		rec->why ? rec->why : "the header is not UTF-8 text");
	free(place);
	return false;
}

static bool take_header(struct import *i, const struct import_record *rec, struct err *err)
{
	if (rec->why || !utf8_valid(rec->raw, rec->raw_len))
		return header_broken(i, rec, err);
	i->nheader = csv_cells(rec->csv);
	i->header = xcalloc(i->nheader + 1, sizeof *i->header);
	for (size_t k = 0; k < i->nheader; k++)
		i->header[k] = xstrdup(csv_cell(rec->csv, k, NULL));
	i->now.offset = i->done.offset = rec->offset;
	i->now.line = i->done.line = rec->next_line;
	return map_names(i, (const char *const *)i->header, i->nheader, rec->line, err);
}

/* The first object of JSON lines tells the names of all. */
static bool take_first(struct import *i, const struct import_record *rec, struct err *err)
{
	const char *name;
	struct json *value;

	if (rec->why)
		return header_broken(i, rec, err);
	i->header = xcalloc(json_len(rec->object) + 1, sizeof *i->header);
	for (void *it = NULL; json_next(rec->object, &it, &name, &value);)
		i->header[i->nheader++] = xstrdup(name);
	return map_names(i, (const char *const *)i->header, i->nheader, rec->line, err);
}

/* ---- filling a batch ---- */

static void filled(void *ctx, const struct err *err)
{
	struct import *i = ctx;
	struct err copy = ERR_INIT;

	if (!err) {
		fill(i);
		return;
	}
	err_copy(&copy, err);
	free(copy.what);
	copy.what = xstrdup(i->path);
	import_fail(i, &copy);
	err_release(&copy);
}

static bool take_record(struct import *i, struct err *err)
{
	const struct import_record *rec = import_source_record(i->source);

	if (!i->mapped && rec->csv)
		return take_header(i, rec, err);
	if (!i->mapped && !take_first(i, rec, err))
		return false;
	add_row(i, rec);
	return true;
}

static void at_end(struct import *i)
{
	struct err err = ERR_INIT;

	i->ended = true;
	if (i->mapped || i->rows.len) {
		import_look(i);
		return;
	}
	err_set(&err, ERR_FAILED, i->path, "the file is empty");
	if (i->req.delimiter)
		err_hint(&err, "its first line names the columns");
	import_fail(i, &err);
	err_release(&err);
}

static void fill(struct import *i)
{
	size_t rows = i->req.batch > 0 ? (size_t)i->req.batch : BATCH_ROWS;
	struct err err = ERR_INIT;

	while (i->rows.len < rows && i->bytes < BATCH_BYTES) {
		switch (import_source_next(i->source)) {
		case CSV_MORE:
			import_source_more(i->source, filled, i);
			return;
		case CSV_END:
			at_end(i);
			return;
		case CSV_RECORD:
		case CSV_BROKEN:
			if (take_record(i, &err))
				continue;
			import_fail(i, &err);
			err_release(&err);
			return;
		}
	}
	import_look(i);
}

static void tell_progress(const struct import *i)
{
	double seconds = (double)(time_monotonic_us() - i->began_us) / 1e6;
	double rows = (double)(i->now.counts.rows - i->began_rows);

	i->cb.progress(i->cb.ctx, i->now.offset, import_source_size(i->source),
		       seconds > 0 ? rows / seconds : 0);
}

static void next_batch(void *ctx)
{
	fill(ctx);
}

void import_batch_done(struct import *i)
{
	if (!import_emit(i, i->rows.len, &i->disk)) {
		import_fail(i, &i->disk);
		return;
	}
	import_settle(i);
	import_tell_conflicts(i);
	tell_progress(i);
	rows_clear(i);
	if (!i->ended) {
		/* The loop turns in between: keys and cancels are heard. */
		loop_defer(session_loop(i->session), next_batch, i);
		return;
	}
	if (!i->req.dry_run)
		import_state_drop(i);
	i->over = true;
	import_files_close(i);
	i->cb.done(i->cb.ctx, NULL);
}

/* ---- errors ---- */

/* Beside what the server or we advise already. */
static void hint_resume(const struct import *i, struct err *err)
{
	char *hint = xstrdup_null(err->hint);

	if (!hint || !strstr(hint, "--resume"))
		err_hint(err, "%s%s%llu records are done; go on with --resume", hint ? hint : "",
			 hint ? " " : "", (unsigned long long)i->done.counts.rows);
	free(hint);
}

void import_fail(struct import *i, const struct err *err)
{
	struct err copy = ERR_INIT;

	if (i->over)
		return;
	i->over = true;
	err_copy(&copy, err);
	if (i->done.counts.rows && !i->req.dry_run && !i->doubt &&
	    (!import_files_sync(i, &copy) || !import_state_save(i, false, &copy)))
		i->doubt = true;
	if (i->done.counts.rows && !i->req.dry_run && !i->doubt)
		hint_resume(i, &copy);
	import_files_close(i);
	i->cb.done(i->cb.ctx, &copy);
	err_release(&copy);
}

bool import_data_error(const struct err *err)
{
	static const char *const states[] = { "42501", "428C9", "44000", "42804", "0A000" };

	if (strncmp(err->sqlstate, "22", 2) == 0 || strncmp(err->sqlstate, "23", 2) == 0 ||
	    strncmp(err->sqlstate, "P0", 2) == 0)
		return true;
	for (size_t k = 0; k < ARRAY_SIZE(states); k++)
		if (strcmp(err->sqlstate, states[k]) == 0)
			return true;
	return false;
}

static void on_timer(void *ctx)
{
	struct import *i = ctx;

	i->timer_next(i);
}

void import_later(struct import *i, uint64_t ms, void (*next)(struct import *i))
{
	i->timer_next = next;
	loop_timer_start(i->timer, ms, 0);
}

/* ---- resuming ---- */

static void go_on(struct import *i)
{
	struct err err = ERR_INIT;
	bool ok = true;

	import_files_cut(i);
	i->number = i->done.number;
	i->began_rows = i->done.counts.rows;
	import_source_begin_at(i->source, i->done.offset, i->done.line ? i->done.line : 1);
	if (i->nheader)
		ok = map_names(i, (const char *const *)i->header, i->nheader, 1, &err);
	if (ok)
		fill(i);
	else
		import_fail(i, &err);
	err_release(&err);
}

/* What became of the transaction that was under way? */
static void on_end(void *ctx, enum xact_end end, const struct err *why)
{
	struct import *i = ctx;
	struct err err = ERR_INIT;

	xact_quest_free(&i->quest);
	if (end == XACT_COMMITTED) {
		import_settle(i);
		go_on(i);
	} else if (end == XACT_ABORTED) {
		i->now = i->done;
		go_on(i);
	} else if (end == XACT_UNREACHED && why) {
		import_fail(i, why);
	} else {
		err_set(&err, ERR_FAILED, i->path,
			"whether the last batch (up to line %llu) is in cannot be told: %s",
			(unsigned long long)i->now.line,
			end == XACT_UNREACHED ? "its transaction is still in progress"
			: end == XACT_ELSEWHERE
				? "the server is another one, or one that took over"
				: "the transaction is too old");
		err_hint(&err, end == XACT_UNREACHED
				       ? "try again in a moment"
				       : "look at the records, then begin anew without "
					 "--resume");
		import_fail(i, &err);
	}
	err_release(&err);
}

static void begin(void *ctx)
{
	struct import *i = ctx;
	struct err err = ERR_INIT;
	bool pending;

	if (!i->req.resume)
		fill(i);
	else if (!import_state_load(i, &pending, &err))
		import_fail(i, &err);
	else if (pending)
		i->quest = xact_ask(i->session, DB_BULK, &i->xact, on_end, i);
	else
		go_on(i);
	err_release(&err);
}

/* ---- life ---- */

static char *beside(const char *given, const char *path, const char *suffix)
{
	return given ? path_expand(given) : xasprintf("%s%s", path, suffix);
}

struct import *import_start(struct session *s, const struct import_request *req,
			    const struct import_callbacks *cb, struct err *err)
{
	struct import *i = xcalloc(1, sizeof *i);
	const char *suffix = req->delimiter ? ".rejects.csv" : ".rejects.jsonl";

	i->session = s;
	i->lock = -1;
	i->staged = true;
	i->plan = req->plan;
	i->def = req->def;
	i->req = *req;
	i->cb = *cb;
	i->path = path_expand(req->path);
	i->null_text = xstrdup(req->null_text ? req->null_text : "");
	i->reason = xstrdup_null(req->reason);
	i->rejects_path = beside(req->rejects, i->path, suffix);
	i->conflicts_path = beside(req->conflicts, i->path, ".conflicts.jsonl");
	i->bump = record_plan_guard(req->plan) == GUARD_VERSION &&
		  !record_plan_profile(req->plan)->version_by_trigger;
	i->timer = loop_timer_new(session_loop(s), on_timer, i);
	i->began_us = time_monotonic_us();
	import_map_init(&i->map, s, req->plan, req->words.map);
	import_state_name(i);
	i->source = import_source_open(session_loop(s), i->path, req->delimiter, err);
	if (i->source && strcmp(i->rejects_path, i->path) == 0)
		err_set(err, ERR_USAGE, "--rejects", "is the file itself");
	if (i->source && !err->kind && !req->dry_run && !import_state_lock(i, err))
		err_within(err, "import");
	if (!i->source || err->kind) {
		import_free(&i);
		return NULL;
	}
	loop_defer(session_loop(s), begin, i);
	return i;
}

void import_free(struct import **ip)
{
	struct import *i = *ip;

	*ip = NULL;
	if (!i)
		return;
	db_forget(session_db(i->session), i);
	loop_forget(session_loop(i->session), i);
	loop_timer_free(&i->timer);
	import_source_free(&i->source);
	import_files_close(i);
	if (i->lock >= 0)
		close(i->lock);
	for (size_t n = 0; n < i->rows.len; n++)
		row_release(&i->rows.v[n], i->map.relation->ncolumns);
	VEC_RELEASE(&i->rows);
	VEC_RELEASE(&i->todo);
	VEC_RELEASE(&i->ops);
	import_map_release(&i->map);
	for (size_t k = 0; k < i->nheader; k++)
		free(i->header[k]);
	free(i->header);
	import_seen_release(i);
	free(i->path);
	free(i->null_text);
	free(i->reason);
	free(i->rejects_path);
	free(i->conflicts_path);
	free(i->state_path);
	xact_quest_free(&i->quest);
	xact_release(&i->xact);
	err_release(&i->disk);
	err_release(&i->refusal);
	free(i);
}

const struct import_counts *import_counts(const struct import *i)
{
	return &i->done.counts;
}

const char *import_rejects(const struct import *i)
{
	return i->done.counts.rejected ? i->rejects_path : NULL;
}

const char *import_conflicts(const struct import *i)
{
	return i->done.counts.conflicts ? i->conflicts_path : NULL;
}

bool import_tried(const struct import *i)
{
	return i->tried;
}
