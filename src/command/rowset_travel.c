/* SPDX-License-Identifier: MIT */
/*
 * rowset_travel.c - the cursor, the view and the window that follows them.
 *
 * What a key asks beyond the window is owed: it is paid when rows arrive, and turning round
 * cancels it out.  While a key is held, the next fetch asks for as many pages as keys came
 * since the last one, so the rows are never more than one round trip behind.
 *
 * Where row-level security keeps indexes from finding a place, each page is walked to from an
 * end: then a fetch brings about a quarter of what it reads on its way, and the window keeps
 * that, so that a page at any depth reads a few times what it shows, not the whole way each.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "rowset_priv.h"

enum {
	KEEP_PAGES = 4,	    /* held on each side of the view */
	MOST_PAGES = 12,    /* asked for in one fetch */
	OWED_PAGES = 20,    /* a wish farther away than this is cut */
	WALKED_ROWS = 1000, /* brought by a walk at most, and held on each side of the view */
	WINDOW_CELLS = 1 << 16, /* … of either at most: each takes 16 bytes and its text */
};

static size_t height(const struct rowset *r)
{
	return r->height > 0 ? (size_t)r->height : 1;
}

/* The last top that leaves no empty line at the end of all. */
static size_t top_limit(const struct rowset *r)
{
	return r->rows.len > height(r) ? r->rows.len - height(r) : 0;
}

void travel_clamp(struct rowset *r)
{
	if (r->rows.len == 0) {
		r->cursor = r->top = 0;
		return;
	}
	if (r->cursor >= r->rows.len)
		r->cursor = r->rows.len - 1;
	if (r->top > top_limit(r))
		r->top = top_limit(r);
	if (r->cursor < r->top)
		r->top = r->cursor;
	if (r->cursor >= r->top + height(r))
		r->top = r->cursor - height(r) + 1;
}

/* So many rows, or fewer where they would be too many cells: a page at least. */
static size_t bounded(const struct rowset *r, size_t rows)
{
	size_t most = WINDOW_CELLS / (r->cols.len + 1);

	most = most < height(r) ? height(r) : most;
	return rows < most ? rows : most;
}

static void trim(struct rowset *r)
{
	size_t usual = KEEP_PAGES * height(r);
	size_t keep = bounded(r, r->walked && usual < WALKED_ROWS ? WALKED_ROWS : usual);
	size_t end = r->top + height(r) + keep;

	if (r->rows.len > end && r->direction <= 0) {
		window_drop_tail(r, r->rows.len - end);
		r->at_end = false;
	}
	if (r->top > keep && r->direction >= 0) {
		size_t n = r->top - keep;
		window_drop_head(r, n);
		r->top -= n;
		r->cursor -= n;
		r->first += r->first >= 0 ? (long)n : 0;
		r->about += r->about >= 0 ? (double)n : 0;
		r->at_start = false;
	}
}

/* Rows to ask for in a direction; what is owed comes with them, or with the next ones. */
static int rows_ahead(const struct rowset *r, int direction)
{
	size_t owed = r->owed * direction > 0 ? (size_t)labs(r->owed) : 0;
	int pages = 2 + 2 * r->hurry;
	int rows = (pages < MOST_PAGES ? pages : MOST_PAGES) * (int)height(r);
	double way = r->first < 0	? -1
		     : direction > 0	? (double)r->first + (double)r->rows.len
		     : r->estimate >= 0 ? r->estimate - (double)r->first
					: -1;
	int walked = way >= 0 && way / 4 < WALKED_ROWS ? (int)(way / 4) : WALKED_ROWS;

	rows = r->walked && walked > rows ? walked : rows;
	return (int)bounded(r, (size_t)rows + owed);
}

/* The direction in which little is left; 0: none, or what is under way comes first. */
static int short_of(const struct rowset *r)
{
	size_t bottom = r->top + height(r);
	size_t below = r->rows.len > bottom ? r->rows.len - bottom : 0;
	size_t want = height(r) * (size_t)(1 + r->hurry);

	if (r->current || r->shown != r->asked || r->phase != PHASE_OPEN || r->rows.len == 0)
		return 0;
	if (r->direction >= 0 && !r->at_end && (below < want || r->owed > 0))
		return 1;
	if (r->direction <= 0 && !r->at_start && (r->top < want || r->owed < 0))
		return -1;
	return !r->at_start && r->rows.len < height(r) ? -1 : 0;
}

static void fetch_ahead(struct rowset *r)
{
	int direction = short_of(r);

	if (!direction)
		return;
	fetch_start(r, direction > 0 ? FETCH_AFTER : FETCH_BEFORE, rows_ahead(r, direction));
	r->hurry = 0;
}

static void ahead_soon(void *ctx)
{
	struct rowset *r = ctx;

	r->ahead_soon = false;
	fetch_ahead(r);
}

/* Are there rows in sight, or owed, that have not come; or do keys come faster than rows? */
static bool is_waited_for(const struct rowset *r)
{
	return r->owed != 0 || r->line_owed || r->hurry > 0 || r->spooled ||
	       r->rows.len < height(r);
}

/* What is only fetched ahead is so once what is in sight was painted: the server, and what it takes
 * to ask it, would be in the way of that. */
void travel_ahead(struct rowset *r)
{
	if (r->refresh_wanted && !r->current && r->shown == r->asked && r->phase == PHASE_OPEN &&
	    r->rows.len > 0) {
		rowset_refresh(r);
	} else if (is_waited_for(r)) {
		fetch_ahead(r);
	} else if (!r->ahead_soon && short_of(r)) {
		r->ahead_soon = true;
		r->since_us = time_monotonic_us();
		loop_defer_late(session_loop(r->session), ahead_soon, r);
	}
}

/* The view goes with the cursor, which stays in its line: where rows for that are not here yet, it
 * is owed too. */
static void scroll_to_line(struct rowset *r, long line)
{
	long top = (long)r->cursor - line;
	bool more = top < 0 ? !r->at_start : !r->at_end;

	r->top = top > 0 ? (size_t)top : 0;
	travel_clamp(r);
	r->line_owed = more && (long)(r->cursor - r->top) != line;
	r->line = line;
}

/* Move by what is there; the rest is owed. */
static void step(struct rowset *r, long rows, bool scroll)
{
	long line = r->line_owed ? r->line : (long)(r->cursor - r->top);
	long target = (long)r->cursor + r->owed + rows;
	long last = r->rows.len > 0 ? (long)r->rows.len - 1 : 0;
	long to = target < 0 ? 0 : target > last ? last : target;
	long most = (long)(OWED_PAGES * height(r));

	r->owed = target - to;
	if ((r->owed > 0 && r->at_end) || (r->owed < 0 && r->at_start))
		r->owed = 0;
	if (r->owed > most)
		r->owed = most;
	if (r->owed < -most)
		r->owed = -most;
	r->owed_scroll = scroll;
	r->cursor = (size_t)to;
	r->line_owed = false;
	if (scroll)
		scroll_to_line(r, line);
	else
		travel_clamp(r);
}

static void forget_gone(struct rowset *r)
{
	free(r->gone);
	r->gone = NULL;
}

void travel_settle(struct rowset *r)
{
	travel_clamp(r);
	trim(r);
	travel_ahead(r);
}

/* While the cursor is on its way elsewhere: here for the eye, and again from there on. */
static void travel_meanwhile(struct rowset *r, long rows, bool scroll)
{
	long most = (long)(OWED_PAGES * height(r));

	r->jump.after += rows;
	r->jump.after = r->jump.after > most    ? most
			: r->jump.after < -most ? -most
						: r->jump.after;
	r->jump.after_scroll = scroll;
	step(r, rows, scroll);
	r->owed = 0;
}

static void travel(struct rowset *r, long rows, bool scroll)
{
	if (rows == 0)
		return;
	forget_gone(r);
	if (r->jump.on) {
		travel_meanwhile(r, rows, scroll);
	} else {
		r->jump.missed = false;
		r->direction = rows > 0 ? 1 : -1;
		step(r, rows, scroll);
		trim(r);
		travel_ahead(r);
	}
	rowset_tell(r, ROWSET_ROWS);
}

/* Keys that come while an answer is waited for tell how fast they come. */
static void hurry(struct rowset *r, bool page)
{
	if (!r->current && !r->ahead_soon)
		r->hurry = 0;
	else if (page && r->hurry < MOST_PAGES)
		r->hurry++;
}

void rowset_move(struct rowset *r, long rows)
{
	hurry(r, labs(rows) >= (long)height(r));
	travel(r, rows, false);
}

void rowset_page(struct rowset *r, double pages)
{
	double rows = pages * (double)height(r);

	hurry(r, true);
	travel(r, (long)(rows < 0 ? rows - 0.5 : rows + 0.5), true);
}

void travel_arrived(struct rowset *r, enum fetch_kind kind)
{
	r->line_owed = r->line_owed &&
		       (kind == FETCH_AFTER || kind == FETCH_BEFORE || kind == FETCH_REFRESH);
	switch (kind) {
	case FETCH_FIRST:
		here_forget(r);
		r->cursor = r->top = 0;
		jump_arrive(r);
		break;
	case FETCH_GOTO:
		r->cursor = r->top = 0;
		jump_arrive(r);
		here_arrive(r);
		break;
	case FETCH_LAST:
		r->cursor = r->rows.len > 0 ? r->rows.len - 1 : 0;
		r->top = top_limit(r);
		jump_arrive(r);
		break;
	case FETCH_AFTER:
	case FETCH_BEFORE:
	case FETCH_REFRESH:
		break;
	}
	if (r->owed != 0 || r->line_owed)
		step(r, 0, r->owed_scroll);
	travel_settle(r);
}

size_t rowset_cursor(const struct rowset *r)
{
	return r->cursor;
}

size_t rowset_top(const struct rowset *r)
{
	return r->top;
}

void rowset_resize(struct rowset *r, int rows)
{
	bool first = r->height == 0;

	if (rows < 1)
		rows = 1;
	if (r->height == rows)
		return;
	r->height = rows;
	if (first) {
		fetch_anew(r);
		return;
	}
	r->line_owed = false;
	travel_clamp(r);
	travel_ahead(r);
	rowset_tell(r, ROWSET_ROWS);
}
