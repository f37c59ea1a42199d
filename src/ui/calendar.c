/* SPDX-License-Identifier: MIT */
/*
 * calendar.c - a month to choose a day from.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "domain/dayinput.h"
#include "ui/dialog.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { HINTS = 3, ROWS = 8 + HINTS, WIDTH = 30 };

static const char *const hints[HINTS] = {
	"PgUp PgDn month  < > year",
	"t today",
	"Enter choose   Esc leave",
};

struct calendar {
	int64_t at, today;
	char *title;
	dialog_fn *fn;
	void *ctx;
	bool answered;
};

struct day calendar_today(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	return (struct day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

static void paint_weeks(const struct calendar *cal, struct canvas *w)
{
	struct day at = day_of_number(cal->at);
	struct day first = { at.year, at.month, 1 };
	int64_t n = day_number(&first);
	int skipped = day_weekday(n) - 1;

	for (int d = 1; d <= days_in_month(at.year, at.month); d++) {
		int cell = skipped + d - 1, row = 2 + cell / 7, col = 1 + cell % 7 * 4;
		int64_t day = n + d - 1;

		canvas_printf(w, row, col, 4, day == cal->today ? STYLE_TITLE : STYLE_NORMAL,
			      day == cal->at ? "[%2d]" : " %2d ", d);
		if (day == cal->at)
			canvas_over(w, row, col, 1, 4, STYLE_SELECTED);
	}
}

static void repaint(const struct screen *s, struct canvas *c)
{
	static const char *const months[] = { "January",   "February", "March",	   "April",
					      "May",	   "June",     "July",	   "August",
					      "September", "October",  "November", "December" };
	const struct calendar *cal = s->data;
	struct day at = day_of_number(cal->at);
	struct canvas w = box_open(c, ROWS, WIDTH, STYLE_BORDER, cal->title);

	canvas_printf(&w, 0, 1, w.cols - 1, STYLE_TITLE, "%s %d", months[at.month - 1],
		      at.year);
	canvas_text(&w, 1, 1, w.cols - 1, STYLE_MUTED, " Mo  Tu  We  Th  Fr  Sa  Su");
	paint_weeks(cal, &w);
	for (int i = 0; i < HINTS; i++)
		canvas_text(&w, w.rows - HINTS + i, 1, w.cols - 1, STYLE_HINT, hints[i]);
}

static void answer(struct screen *s, bool take)
{
	struct calendar *cal = s->data;
	struct day at = day_of_number(cal->at);
	dialog_fn *fn = cal->fn;
	void *ctx = cal->ctx;
	struct buf text = BUF_INIT;

	cal->answered = true;
	day_write(&text, &at);
	screen_pop(s);
	fn(ctx, take ? text.data : NULL);
	buf_release(&text);
}

static void close_calendar(struct screen *s)
{
	struct calendar *cal = s->data;

	if (!cal->answered)
		cal->fn(cal->ctx, NULL);
	free(cal->title);
	free(cal);
}

static void move(struct calendar *cal, int64_t days, int months)
{
	struct day at = day_of_number(cal->at + days);

	if (day_valid(&at))
		at = day_add_months(&at, months);
	if (day_valid(&at))
		cal->at = day_number(&at);
}

static bool key(struct screen *s, const struct key *k);

/* A day; the same once more takes it. */
static void click(struct screen *s, const struct key *k)
{
	struct calendar *cal = s->data;
	struct key pressed;
	struct day at = day_of_number(cal->at);
	int row = k->row, col = k->col, skipped, d;
	int64_t first;

	if (!box_at((struct box_want){ s->rows, s->cols }, (struct box_want){ ROWS, WIDTH },
		    &row, &col))
		return;
	if (row >= ROWS - HINTS) {
		if (hint_at(hints[row - ROWS + HINTS], col - 1, &pressed))
			key(s, &pressed);
		return;
	}
	first = day_number(&(struct day){ at.year, at.month, 1 });
	skipped = day_weekday(first) - 1;
	d = (row - 2) * 7 + (col - 1) / 4 - skipped + 1;
	if (row < 2 || col < 1 || col > 28 || d < 1 || d > days_in_month(at.year, at.month))
		return;
	if (cal->at == first + d - 1)
		answer(s, true);
	else
		cal->at = first + d - 1;
}

static bool key(struct screen *s, const struct key *k)
{
	struct calendar *cal = s->data;

	if (k->mods == MOD_CTRL && k->code == 'l')
		return false;
	screen_changed(s, SCREEN_LOOK);
	if (key_is(k, K_ESC) || (k->mods == MOD_CTRL && (k->code == 'c' || k->code == 'g')))
		answer(s, false);
	else if (key_is(k, K_ENTER))
		answer(s, true);
	else if (key_is(k, K_LEFT) || (!k->mods && k->code == 'h'))
		move(cal, -1, 0);
	else if (key_is(k, K_RIGHT) || (!k->mods && k->code == 'l'))
		move(cal, 1, 0);
	else if (key_is(k, K_UP) || (!k->mods && k->code == 'k'))
		move(cal, -7, 0);
	else if (key_is(k, K_DOWN) || (!k->mods && k->code == 'j'))
		move(cal, 7, 0);
	else if (key_is(k, K_PGUP) || k->code == K_WHEEL_UP)
		move(cal, 0, -1);
	else if (key_is(k, K_PGDN) || k->code == K_WHEEL_DOWN)
		move(cal, 0, 1);
	else if (!k->mods && (k->code == '<' || k->code == '>'))
		move(cal, 0, k->code == '<' ? -12 : 12);
	else if (!k->mods && k->code == 't')
		cal->at = cal->today;
	else if (k->code == K_CLICK || k->code == K_DOUBLE_CLICK)
		click(s, k);
	return true;
}

const struct screen_kind kind_calendar = {
	.name = "calendar",
	.flags = KIND_MODAL | KIND_TYPING,
	.repaint = repaint,
	.key = key,
	.close = close_calendar,
};

void calendar_open(struct ui *ui, const char *title, const char *value, dialog_fn *fn,
		   void *ctx)
{
	struct calendar *cal = xcalloc(1, sizeof *cal);
	struct screen_init init = { .kind = &kind_calendar, .data = cal };
	struct err err = ERR_INIT;
	struct day today = calendar_today(), at;

	cal->title = xstrdup(title);
	cal->fn = fn;
	cal->ctx = ctx;
	cal->today = cal->at = day_number(&today);
	if (value && day_read(value, &at))
		cal->at = day_number(&at);
	if (!screen_push(ui, &init, &err))
		BUG("a calendar could not be opened: %s", err.why);
}
