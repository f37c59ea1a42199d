/* SPDX-License-Identifier: MIT */
#include "command/bulk.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/target.h"

enum { ATTEMPTS_MAX = 3, FIRST_WAIT_MS = 50 };

struct slot {
	struct bulk *bulk;
	struct bulk_row row;
};

struct bulk {
	struct session *session;
	VEC(struct slot *) slots;
	const char *name_column;
	size_t loading; /* rows whose record is under way */
	size_t at;	/* the row being written */
	bool running;
	struct save *save;
	struct loop_timer *timer;
	unsigned step; /* of the undo log */
	struct bulk_options opts;
	char *texts[5]; /* what opts points to */
	bulk_fn *progress, *done;
	void *ctx;
};

static void next_row(struct bulk *b);

/* ---- life ---- */

struct bulk *bulk_new(struct session *s)
{
	struct bulk *b = xcalloc(1, sizeof *b);

	b->session = s;
	return b;
}

static void free_changes(struct bulk_row *row)
{
	for (size_t i = 0; i < row->nchanges; i++)
		free((void *)(uintptr_t)row->changes[i].value);
	free(row->changes);
}

static void slot_free(struct slot *slot)
{
	struct bulk_row *row = &slot->row;

	db_forget(session_db(slot->bulk->session), slot);
	record_plan_free(&row->plan);
	target_key_free(&row->key);
	free_changes(row);
	record_release(&row->base);
	free(row->title);
	free(row->guard);
	free(row->why);
	free(slot);
}

void bulk_free(struct bulk **bp)
{
	struct bulk *b = *bp;

	*bp = NULL;
	if (!b)
		return;
	save_free(&b->save);
	loop_timer_free(&b->timer);
	for (size_t i = 0; i < b->slots.len; i++)
		slot_free(b->slots.v[i]);
	VEC_RELEASE(&b->slots);
	for (size_t i = 0; i < ARRAY_SIZE(b->texts); i++)
		free(b->texts[i]);
	free(b);
}

struct bulk_row *bulk_add(struct bulk *b, const struct record_plan *plan, enum save_kind kind,
			  const char *const *key)
{
	struct slot *slot = xcalloc(1, sizeof *slot);
	struct bulk_row *row = &slot->row;
	size_t n = 0;

	while (record_plan_key(plan)[n])
		n++;
	row->key = xcalloc(n + 1, sizeof *row->key);
	for (size_t i = 0; i < n; i++)
		row->key[i] = xstrdup(key && key[i] ? key[i] : "");
	row->title = record_key_title(plan, (const char *const *)row->key);
	row->plan = record_plan_ref(plan);
	row->kind = kind;
	slot->bulk = b;
	*VEC_PUSH(&b->slots) = slot;
	return row;
}

void bulk_change(struct bulk_row *row, const struct change *changes, size_t n)
{
	free_changes(row);
	row->changes = xcalloc(n + 1, sizeof *row->changes);
	row->nchanges = n;
	for (size_t i = 0; i < n; i++) {
		row->changes[i] = changes[i];
		row->changes[i].value = xstrdup_null(changes[i].value);
	}
}

void bulk_base(struct bulk_row *row, const struct record *base)
{
	if (base)
		record_copy(&row->base, base);
	row->state = BULK_READY;
}

/* ---- looking at it ---- */

void bulk_name_by(struct bulk *b, const char *column)
{
	b->name_column = column;
}

const char *bulk_name(const struct bulk *b, const struct bulk_row *row)
{
	return b->name_column ? record_value(&row->base, b->name_column) : NULL;
}

size_t bulk_len(const struct bulk *b)
{
	return b->slots.len;
}

struct bulk_row *bulk_at(const struct bulk *b, size_t i)
{
	return &b->slots.v[i]->row;
}

size_t bulk_count(const struct bulk *b, enum bulk_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < b->slots.len; i++)
		n += bulk_at(b, i)->state == state;
	return n;
}

size_t bulk_outcomes(const struct bulk *b, enum save_outcome outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < b->slots.len; i++)
		n += bulk_at(b, i)->state == BULK_RAN && bulk_at(b, i)->outcome == outcome;
	return n;
}

bool bulk_running(const struct bulk *b)
{
	return b->running;
}

const char *bulk_word(const struct bulk_row *row)
{
	static const char *const outcomes[] = { "saved",   "conflict", "refused", "gone",
						"invalid", "locked",   "failed",  "unknown" };

	switch (row->state) {
	case BULK_NEW:
	case BULK_READY:
		return "not tried";
	case BULK_SAME:
		return "already so";
	case BULK_MISSING:
		return "gone";
	case BULK_MOVED:
		return "changed since";
	case BULK_FAILED:
		return "failed";
	case BULK_RAN:
		break;
	}
	return row->outcome == SAVE_DONE && row->kind == SAVE_DELETE   ? "deleted"
	       : row->outcome == SAVE_DONE && row->kind == SAVE_INSERT ? "added"
								       : outcomes[row->outcome];
}

static void say_why(struct bulk_row *row, const char *why)
{
	free(row->why);
	row->why = xstrdup_null(why);
}

/* ---- loading ---- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool has_values(const struct bulk_row *row)
{
	for (size_t i = 0; i < row->nchanges; i++) {
		const struct change *c = &row->changes[i];

		if (c->use_default || !record_field(&row->base, c->column->name) ||
		    !same(c->value, record_value(&row->base, c->column->name)))
			return false;
	}
	return row->kind == SAVE_UPDATE;
}

static void judge(struct bulk_row *row)
{
	struct buf guard = BUF_INIT;

	record_guard_text(&guard, &row->base);
	if (row->guard && strcmp(row->guard, guard.data) != 0)
		row->state = BULK_MOVED;
	else
		row->state = has_values(row) ? BULK_SAME : BULK_READY;
	buf_release(&guard);
}

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct slot *slot = ctx;
	struct bulk *b = slot->bulk;

	if (record) {
		record_copy(&slot->row.base, record);
		judge(&slot->row);
	} else {
		slot->row.state = err ? BULK_FAILED : BULK_MISSING;
		say_why(&slot->row, err ? err->why : "deleted, or not visible to you");
	}
	if (--b->loading == 0)
		b->done(b->ctx);
}

void bulk_load(struct bulk *b, bulk_fn *done, void *ctx)
{
	b->done = done;
	b->ctx = ctx;
	b->loading = 1;
	for (size_t i = 0; i < b->slots.len; i++) {
		struct bulk_row *row = bulk_at(b, i);

		if (row->state != BULK_NEW)
			continue;
		b->loading++;
		record_fetch(b->session, row->plan, (const char *const *)row->key, on_record,
			     b->slots.v[i]);
	}
	if (--b->loading == 0)
		done(ctx);
}

/* ---- running ---- */

static void remember(struct bulk *b, struct bulk_row *row, const struct record *after)
{
	struct undo_log *log = session_undo(b->session);
	struct undo_entry e = { .plan = record_plan_ref(row->plan), .kind = row->kind };

	if (!b->step)
		b->step = undo_begin(log, b->opts.how, b->opts.title);
	if (row->kind != SAVE_INSERT)
		record_copy(&e.before, &row->base);
	if (row->kind != SAVE_DELETE)
		record_copy(&e.after, after);
	undo_add(log, b->step, &e);
}

/* Did they leave alone what we write? Then ours can go on top of theirs. */
static bool apart(const struct bulk_row *row, const struct record *theirs)
{
	for (size_t i = 0; i < row->nchanges; i++) {
		const char *name = row->changes[i].column->name;

		if (!same(record_value(&row->base, name), record_value(theirs, name)))
			return false;
	}
	return row->kind == SAVE_UPDATE;
}

static void row_over(struct bulk *b)
{
	b->at++;
	if (b->progress)
		b->progress(b->ctx);
	next_row(b);
}

static void on_saved(void *ctx, const struct save_result *result)
{
	struct bulk *b = ctx;
	struct bulk_row *row = bulk_at(b, b->at);

	b->save = NULL; /* it ends with this call */
	row->attempts++;
	row->outcome = result->outcome;
	if (result->outcome == SAVE_DONE)
		remember(b, row, &result->after);
	else
		say_why(row, result->holder ? result->holder : result->err.why);
	/* 50, 100, 200 ms: whoever writes in a loop is let through after the last one, too. */
	if (result->outcome == SAVE_CONFLICT && !b->opts.strict &&
	    apart(row, &result->theirs)) {
		record_copy(&row->base, &result->theirs);
		loop_timer_start(b->timer, (uint64_t)FIRST_WAIT_MS << (row->attempts - 1), 0);
		return;
	}
	row->state = BULK_RAN;
	row_over(b);
}

static void save_row(struct bulk *b)
{
	struct bulk_row *row = bulk_at(b, b->at);
	struct save_request req = {
		.plan = row->plan,
		.kind = row->kind,
		.base = row->kind == SAVE_INSERT ? NULL : &row->base,
		.changes = row->changes,
		.nchanges = row->nchanges,
		.reason = b->opts.reason,
		.event = b->opts.event,
		.aggregate = b->opts.aggregate,
		.action = b->opts.action,
	};

	if (!session_armed(b->session)) {
		/* A lost connection disarms: what is left is not written behind one's back. */
		row->state = BULK_FAILED;
		say_why(row, "souk is read-only again");
		row_over(b);
		return;
	}
	b->save = save_start(b->session, &req, on_saved, b);
}

static void on_timer(void *ctx)
{
	struct bulk *b = ctx;
	struct bulk_row *row = bulk_at(b, b->at);

	if (row->attempts < ATTEMPTS_MAX) {
		say_why(row, NULL);
		save_row(b);
		return;
	}
	row->state = BULK_RAN;
	row_over(b);
}

static void next_row(struct bulk *b)
{
	while (b->at < b->slots.len && bulk_at(b, b->at)->state != BULK_READY)
		b->at++;
	if (b->at < b->slots.len) {
		save_row(b);
		return;
	}
	b->running = false;
	b->done(b->ctx);
}

void bulk_run(struct bulk *b, const struct bulk_options *opts, bulk_fn *progress, bulk_fn *done,
	      void *ctx)
{
	const char *const texts[] = { opts->reason, opts->event, opts->aggregate, opts->action,
				      opts->title };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		free(b->texts[i]);
		b->texts[i] = xstrdup_null(texts[i]);
	}
	b->opts = (struct bulk_options){
		.reason = b->texts[0],
		.event = b->texts[1],
		.aggregate = b->texts[2],
		.action = b->texts[3],
		.title = b->texts[4],
		.how = opts->how,
		.strict = opts->strict,
	};
	b->progress = progress;
	b->done = done;
	b->ctx = ctx;
	b->running = true;
	if (!b->timer)
		b->timer = loop_timer_new(session_loop(b->session), on_timer, b);
	next_row(b);
}
