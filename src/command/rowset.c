/* SPDX-License-Identifier: MIT */
#include "rowset_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/settings.h"
#include "domain/rowkey.h"

/* ---- events ---- */

static void tell(struct rowset *r, enum rowset_event event)
{
	r->telling &= ~(1u << event);
	r->fn(r->ctx, event);
}

static void tell_rows(void *ctx)
{
	tell(ctx, ROWSET_ROWS);
}

static void tell_state(void *ctx)
{
	tell(ctx, ROWSET_STATE);
}

static void tell_cost(void *ctx)
{
	tell(ctx, ROWSET_COST);
}

unsigned rowset_edition(const struct rowset *r)
{
	return r->edition;
}

void rowset_tell(struct rowset *r, enum rowset_event event)
{
	static void (*const tells[])(void *ctx) = {
		[ROWSET_ROWS] = tell_rows,
		[ROWSET_STATE] = tell_state,
		[ROWSET_COST] = tell_cost,
	};

	/* Each of a hundred thousand rows that come may be such an event. */
	if (r->telling & 1u << event)
		return;
	r->telling |= 1u << event;
	loop_defer(session_loop(r->session), tells[event], r);
}

/* The server's sentence may be of any language: how long it took tells what it was. */
static bool timed_out(const struct rowset *r, const struct err *err)
{
	double limit = settings_seconds(session_settings(r->session), "statement-timeout");
	double seconds = (double)(time_monotonic_us() - r->since_us) / 1e6;

	return strcmp(err->sqlstate, "57014") == 0 && err->kind != ERR_CANCELLED && limit > 0 &&
	       seconds > 0.9 * limit;
}

static void in_words(struct rowset *r)
{
	const char *timeout = settings_text(session_settings(r->session), "statement-timeout");

	err_set(&r->err, ERR_FAILED, NULL,
		"it took longer than the %s of statement-timeout, so the server gave it up",
		timeout);
	err_hint(&r->err, "what an index serves takes less; :set statement-timeout gives more");
}

/* A change of the table, mostly: nothing is to be read of it until that has ended. */
void rowset_locked(const struct rowset *r, struct err *err)
{
	err_set(err, ERR_FAILED, r->def->name,
		"somebody else has locked it for longer than the %s of lock-timeout",
		settings_text(session_settings(r->session), "lock-timeout"));
	err_hint(err, "the screen locks tells who");
}

static void in_whose_way(struct rowset *r)
{
	rowset_locked(r, &r->err);
	err_hint(&r->err, "%s; r looks again", r->err.hint);
}

static void in_whose_right(struct rowset *r)
{
	const struct db_session *d = db_session(session_db(r->session));
	const char *role = session_role(r->session);

	err_hint(&r->err, "role %s lacks the right: the screens relation-grants and schemas tell "
			  "whose it is",
		 role ? role : d ? d->user : "?");
}

/* What was read of the catalog may be the reason. */
static void take_error(struct rowset *r, const struct err *err)
{
	/* The last two: a column of another type now, which what it was compared with was not. */
	static const char *const moved[] = { "42703", "42P01", "0A000",
					     "42704", "42883", "42804" };

	err_copy(&r->err, err);
	if (timed_out(r, err))
		in_words(r);
	else if (strcmp(err->sqlstate, "55P03") == 0)
		in_whose_way(r);
	else if (strcmp(err->sqlstate, "42501") == 0 && !err->hint)
		in_whose_right(r);
	for (size_t i = 0; i < ARRAY_SIZE(moved); i++)
		if (strcmp(err->sqlstate, moved[i]) == 0)
			reader_moved(session_reader(r->session));
}

/* The rows stay, and say that they are old. */
void rowset_fail(struct rowset *r, const struct err *err)
{
	take_error(r, err);
	streams_fail(r, err);
	r->stale = r->rows.len > 0;
	jump_miss(r);
	r->refresh_wanted = false;
	rowset_tell(r, ROWSET_STATE);
}

void rowset_failed_before(struct rowset *r, const struct err *err)
{
	take_error(r, err);
	rowset_tell(r, ROWSET_STATE);
}

/* What nobody can look at again is old; once one can, it is looked at again. */
static void on_state(struct rowset *r)
{
	enum db_state state = db_state(session_db(r->session), DB_READ);

	if ((state == DB_LOST || state == DB_FAILED) && r->rows.len > 0 && !r->spooled) {
		r->stale = r->lost = true;
		rowset_tell(r, ROWSET_STATE);
	} else if (state == DB_READY && (r->lost || r->err.kind == ERR_CONNECTION)) {
		r->lost = false;
		rowset_refresh(r);
	}
}

/* Another scope: nothing of the old one may stay on the screen. */
static void on_scope(struct rowset *r)
{
	source_scope(r);
	window_clear(r);
	travel_clamp(r);
	r->at_start = r->at_end = r->stale = r->small = false;
	r->estimate = -1;
	r->ask.plain = r->ask.plain || r->ask.filters.len == 0;
	fetch_anew(r);
	rowset_tell(r, ROWSET_ROWS);
}

static void on_session(void *ctx, enum session_event event)
{
	struct rowset *r = ctx;

	switch (event) {
	case SESSION_STATE:
		on_state(r);
		break;
	case SESSION_CATALOG:
		if (r->phase == PHASE_OPEN) {
			source_catalog(r);
			rowset_tell(r, ROWSET_STATE);
		}
		break;
	case SESSION_SCOPE:
		on_scope(r);
		break;
	case SESSION_SETTING:
		types_refresh(r);
		rowset_tell(r, ROWSET_ROWS);
		break;
	case SESSION_AHEAD:
		question_ahead(r);
		break;
	case SESSION_ARMED:
	case SESSION_OUTBOX: /* what is shown stays what it was opened for */
		break;
	}
}

/* ---- life ---- */

static char **copy_words(const char *const *words)
{
	size_t n = 0;

	while (words && words[n])
		n++;
	char **copy = xcalloc(n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(words[i]);
	return copy;
}

bool rowset_open(struct rowset *r, struct err *err)
{
	if (r->phase == PHASE_OPEN)
		return true;
	r->phase = PHASE_FAILED;
	if (!source_open(r, err) || !ask_default_sort(r, err))
		return false;
	r->phase = PHASE_OPEN;
	return ask_wanted_sort(r, err);
}

struct rowset *rowset_new(struct session *s, const struct screendef *def,
			  const char *const *where, rowset_fn *fn, void *ctx, struct err *err)
{
	struct rowset *r = xcalloc(1, sizeof *r);

	r->session = s;
	r->def = def;
	r->fn = fn;
	r->ctx = ctx;
	r->arena = arena_new();
	r->where = copy_words(where);
	r->estimate = -1;
	params_init(&r->base_params);
	r->patience = loop_timer_new(session_loop(s), fetch_patience, r);
	session_observe(s, on_session, r);
	if (!source_needs_catalog(r) && (!rowset_open(r, err) || !ask_narrow(r, err)))
		rowset_free(&r);
	return r;
}

/* Without its filters. */
static struct rowset *same_place(const struct rowset *r, rowset_fn *fn, void *ctx,
				 struct err *err)
{
	struct rowset *copy = rowset_new(r->session, r->def, (const char *const *)r->where, fn,
					 ctx, err);

	if (copy && r->ask.sort.len && !rowset_sort(copy, rowset_sort_text(r), err))
		rowset_free(&copy);
	if (!copy)
		return NULL;
	copy->beside = true;
	if (r->unmasked)
		rowset_unmask(copy, true);
	return copy;
}

struct rowset *rowset_copy(const struct rowset *r, rowset_fn *fn, void *ctx, struct err *err)
{
	struct rowset *copy = same_place(r, fn, ctx, err);

	for (size_t i = 0; copy && i < r->ask.filters.len; i++) {
		copy->near = copy->near || r->ask.filters.v[i].near;
		if (!rowset_filter(copy, r->ask.filters.v[i].text, err))
			rowset_free(&copy);
	}
	if (copy) {
		copy->estimate = r->estimate;
		copy->exact = r->exact;
	}
	return copy;
}

/* A filter that holds for the row of this key. */
static bool add_key(const struct rowset *r, const char *key, struct buf *out, struct err *err)
{
	char **values = xcalloc(r->key.len, sizeof *values);
	bool ok = rowkey_parse(key, values, r->key.len, err);

	buf_adds(out, out->len ? " or (" : "(");
	for (size_t i = 0; ok && i < r->key.len; i++) {
		buf_adds(out, i ? " and " : "");
		filter_cell(out, r->cols.v[r->key.v[i]].def.name, values[i], false);
		free(values[i]);
	}
	buf_addc(out, ')');
	free(values);
	return ok;
}

struct rowset *rowset_pick(const struct rowset *r, const char *const *keys, size_t n,
			   rowset_fn *fn, void *ctx, struct err *err)
{
	struct rowset *copy = same_place(r, fn, ctx, err);
	struct buf filter = BUF_INIT;

	for (size_t i = 0; copy && i < n; i++)
		if (!add_key(r, keys[i], &filter, err))
			rowset_free(&copy);
	if (copy && !rowset_filter(copy, filter.data, err))
		rowset_free(&copy);
	buf_release(&filter);
	return copy;
}

void rowset_beside(struct rowset *r)
{
	r->beside = true;
}

bool rowset_has_key(const struct rowset *r)
{
	return r->key.len > 0;
}

void rowset_free(struct rowset **rp)
{
	struct rowset *r = *rp;

	*rp = NULL;
	if (!r)
		return;
	rowset_free(&r->ahead);
	session_unobserve(r->session, r);
	session_forget(r->session, r);
	loop_forget(session_loop(r->session), r);
	fetch_orphan(r);
	spool_orphan(r);
	db_forget(session_db(r->session), r);
	loop_timer_free(&r->patience);
	window_clear(r);
	question_release(&r->ask);
	question_release(&r->before);
	question_release(&r->between);
	for (size_t i = 0; i < r->narrow.len; i++)
		asked_filter_release(&r->narrow.v[i]);
	VEC_RELEASE(&r->narrow);
	for (size_t i = 0; i < r->wanted_filters.len; i++)
		free(r->wanted_filters.v[i]);
	VEC_RELEASE(&r->wanted_filters);
	VEC_RELEASE(&r->fetches);
	streams_free(r);
	free(r->wanted_sort);
	for (size_t i = 0; r->where[i]; i++)
		free(r->where[i]);
	free(r->where);
	source_release(r);
	err_release(&r->err);
	spool_free(&r->spool);
	free(r->raw);
	free(r->cost_text);
	free(r->walk_text);
	free(r->sql);
	free(r->gone);
	free(r->here.key);
	free(r->begin.key);
	VEC_RELEASE(&r->bounds.v);
	arena_free(&r->arena);
	free(r);
}

/* ---- what is told ---- */

const char *rowset_title(const struct rowset *r)
{
	return r->def->title ? r->def->title : r->def->name;
}

size_t rowset_columns(const struct rowset *r)
{
	return r->cols.len;
}

const struct screen_column *rowset_column(const struct rowset *r, size_t col)
{
	return &r->cols.v[col].def;
}

const char *rowset_column_type(const struct rowset *r, size_t col)
{
	return r->cols.v[col].type;
}

char rowset_column_category(const struct rowset *r, size_t col)
{
	return r->cols.v[col].category;
}

long rowset_before(const struct rowset *r)
{
	if (r->spooled)
		return (long)r->spool_at;
	return r->at_start ? 0 : r->first;
}

double rowset_part(const struct rowset *r)
{
	double part = r->estimate > 0 ? (r->about + (double)r->cursor) / r->estimate : -1;

	if (r->about < 0 || part < 0)
		return -1;
	return part < 1 ? part : 1;
}

uint32_t rowset_column_oid(const struct rowset *r, size_t col)
{
	return r->cols.v[col].type_oid;
}

size_t rowset_len(const struct rowset *r)
{
	return r->rows.len;
}

bool rowset_at_start(const struct rowset *r)
{
	return r->at_start;
}

bool rowset_at_end(const struct rowset *r)
{
	return r->at_end;
}

bool rowset_cut(const struct rowset *r)
{
	return r->spooled && r->note;
}

bool rowset_loading(const struct rowset *r)
{
	return r->current || r->ahead_soon || r->run || r->gating || r->counting ||
	       r->jump.asking ||
	       (r->phase == PHASE_NEW && r->height > 0 && !r->err.kind);
}

double rowset_loading_seconds(const struct rowset *r)
{
	return rowset_loading(r) && r->since_us > 0
		       ? (double)(time_monotonic_us() - r->since_us) / 1e6
		       : 0;
}

bool rowset_slow(const struct rowset *r)
{
	return rowset_loading_seconds(r) > 1;
}

bool rowset_is_statement(const struct rowset *r)
{
	return r->raw != NULL;
}

const struct err *rowset_error(const struct rowset *r)
{
	return r->err.kind ? &r->err : NULL;
}

bool rowset_stale(const struct rowset *r)
{
	return r->stale;
}

double rowset_estimate(const struct rowset *r, bool *exact)
{
	*exact = r->exact;
	return r->estimate;
}

int64_t rowset_as_of_us(const struct rowset *r)
{
	return r->as_of_us;
}

const char *rowset_gone(const struct rowset *r)
{
	return r->gone;
}

const char *rowset_sql(const struct rowset *r)
{
	return r->sql ? r->sql : "";
}

size_t rowset_bytes(const struct rowset *r)
{
	size_t bytes = sizeof *r + arena_bytes(r->arena) + r->rows.cap * sizeof *r->rows.v;
	const struct chunk *last = NULL;

	for (size_t i = 0; i < r->rows.len; i++) {
		const struct chunk *c = r->rows.v[i].chunk;
		if (c != last)
			bytes += chunk_bytes(c);
		last = c;
		bytes += r->rows.v[i].key ? strlen(r->rows.v[i].key) + 1 : 0;
		bytes += r->rows.v[i].changed ? r->cols.len : 0;
	}
	return bytes;
}

const char *rowset_scope_note(const struct rowset *r)
{
	return r->scope_note;
}

const char *rowset_note(const struct rowset *r)
{
	if (r->widen)
		return "only what begins with this, which an index serves; go on to search "
		       "inside";
	if (!r->note && r->estimate >= NO_GATE_ROWS && types_sort_is_walked(r))
		return r->walk_text ? r->walk_text
				    : "row-level security keeps indexes from finding a place in "
				      "this order: the farther from its ends, the longer a page "
				      "takes";
	return r->note ? r->note : r->scope_note;
}

void rowset_fit(struct rowset *r, size_t col, int chars)
{
	struct rowset_col *c = &r->cols.v[col];
	bool binary;
	int before = source_cut(r, col, &binary);

	c->wanted = chars;
	if (before <= 0 || source_cut(r, col, &binary) <= before || r->rows.len == 0)
		return;
	if (r->spooled)
		spool_fit(r);
	else if (window_is_short(r, col))
		rowset_refresh(r);
}

int rowset_masked(const struct rowset *r, size_t col)
{
	return r->cols.v[col].mask;
}

void rowset_unmask(struct rowset *r, bool unmasked)
{
	r->unmasked = unmasked;
	r->edition++;
	types_refresh(r);
	rowset_tell(r, ROWSET_ROWS);
}
