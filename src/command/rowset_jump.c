/* SPDX-License-Identifier: MIT */
/*
 * rowset_jump.c - the cursor on its way to a row that is not here: to an end of all rows, a key,
 * N %, the first row of another question.
 *
 * What comes meanwhile never acts on a row that was not meant: moves are made in the rows that
 * are here, for the eye, and count from the place of arrival; whatever acts on the row waits
 * for rowset_leaving to end (the console keeps it) or is dropped where the cursor missed.
 */
#include "rowset_priv.h"

#include <stdlib.h>

#include "base/timefmt.h"

void jump_begin(struct rowset *r)
{
	r->jump = (struct jump){ .on = true, .id = r->jump.id + 1 };
	r->owed = 0;
	r->hurry = 0;
	r->since_us = time_monotonic_us();
}

void jump_miss(struct rowset *r)
{
	r->jump.missed = r->jump.missed || r->jump.on || r->owed != 0;
	r->jump.on = r->jump.asking = r->jump.last = false;
	r->jump.after = r->owed = 0;
}

/* The way is not found: the rows that are here are as true as they were, unless nobody can
 * look. */
void jump_fail(struct rowset *r, const struct err *why)
{
	bool old = r->stale || why->kind == ERR_CONNECTION;
	struct err err = ERR_INIT;

	err_copy(&err, why);
	if (why->kind == ERR_FAILED)
		err_within(&err, "goto");
	rowset_fail(r, &err);
	r->stale = r->stale && old;
	err_release(&err);
}

void here_forget(struct rowset *r)
{
	free(r->here.key);
	r->here = (struct here){ 0 };
}

/* From an end on, after all. */
static void here_leave(struct rowset *r)
{
	bool asked = r->here.on && !r->here.key;

	here_forget(r);
	if (asked) {
		r->jump.id++;
		r->jump.asking = false;
		fetch_start(r, FETCH_FIRST, r->height);
	}
}

void here_arrive(struct rowset *r)
{
	if (r->here.on && !r->jump.on && r->owed == 0) {
		r->line_owed = r->owed_scroll = true;
		r->line = r->here.line;
	}
	here_forget(r);
}

void jump_arrive(struct rowset *r)
{
	bool last = r->jump.last;

	if (!r->jump.on)
		return;
	r->owed = r->jump.after;
	r->owed_scroll = r->jump.after_scroll;
	r->jump = (struct jump){ .id = r->jump.id };
	if (last) {
		long after = r->owed;

		rowset_last(r);
		if (r->jump.on)
			r->jump.after = after;
		else
			r->owed = after;
	}
}

/* Another question has no rows yet: its pages are not those of the window. */
bool rowset_asking(const struct rowset *r)
{
	return r->jump.on && r->shown != r->asked;
}

bool rowset_leaving(const struct rowset *r)
{
	bool owes = (r->owed > 0 && !r->at_end) || (r->owed < 0 && !r->at_start);

	/* What is owed is paid by what is under way, or never. */
	return r->jump.on || (owes && (r->current || r->run));
}

bool rowset_missed(const struct rowset *r)
{
	return r->jump.missed;
}

/* A jump under way is not wanted any more; its answers count no more. */
static void let_go(struct rowset *r)
{
	if (!r->jump.on || rowset_asking(r))
		return;
	fetch_let_go(r);
	r->spool_last = false;
	r->jump.id++;
}

void rowset_stay(struct rowset *r)
{
	bool anew = rowset_asking(r);

	if (!rowset_leaving(r))
		return;
	let_go(r);
	jump_miss(r);
	r->refused = false;
	if (anew && r->rows.len > 0)
		question_stay(r);
	rowset_tell(r, ROWSET_STATE);
}

/* ---- to the ends ---- */

static bool is_there(const struct rowset *r, enum fetch_kind kind)
{
	return r->rows.len > 0 && (kind == FETCH_FIRST ? r->at_start : r->at_end);
}

static void arrive_at_once(struct rowset *r, enum fetch_kind kind)
{
	let_go(r);
	r->jump = (struct jump){ .id = r->jump.id };
	r->owed = 0;
	r->cursor = kind == FETCH_FIRST ? 0 : r->rows.len - 1;
	travel_settle(r);
	rowset_tell(r, ROWSET_ROWS);
}

static void to_end(struct rowset *r, enum fetch_kind kind)
{
	free(r->gone);
	r->gone = NULL;
	if (rowset_asking(r) || r->phase != PHASE_OPEN) {
		/* From its first page on. */
		r->jump.last = kind == FETCH_LAST;
		r->jump.after = r->owed = 0;
		here_leave(r);
		return;
	}
	r->hurry = 0;
	r->direction = kind == FETCH_FIRST ? 1 : -1;
	if (is_there(r, kind)) {
		arrive_at_once(r, kind);
	} else {
		jump_begin(r);
		fetch_start(r, kind, r->height > 0 ? r->height : 1);
	}
}

void rowset_first(struct rowset *r)
{
	to_end(r, FETCH_FIRST);
}

void rowset_last(struct rowset *r)
{
	to_end(r, FETCH_LAST);
}
