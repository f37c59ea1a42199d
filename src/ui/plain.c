/* SPDX-License-Identifier: MIT */
/*
 * plain.c - --plain: what of the console is to be told, to the terminal or, of a script, on
 * standard output.
 */
#include <stdio.h>

#include "base/timefmt.h"
#include "base/utf8.h"
#include "linear.h"
#include "ui_priv.h"

enum { PATIENCE_US = 1000000, LOOK_MS = 30 };

/* Who asked for something hears the answer, not that there is none yet; but not for long. */
static bool answer_comes(struct ui *ui)
{
	int64_t since = time_monotonic_us() - ui->keyed_us;

	const struct db *db = session_db(ui->session);
	bool comes = db_pending(db) || db_state(db, DB_READ) == DB_CONNECTING ||
		     db_state(db, DB_READ) == DB_DOWN;

	ui->held = comes && (!ui->term || since < PATIENCE_US);
	if (ui->held && ui->term)
		ui_repaint_in(ui, LOOK_MS);
	return ui->held;
}

/* A quarter after the other is often enough. */
static void add_progress(struct ui *ui, struct buf *out)
{
	int quarter = ui->progress && ui->progress_part >= 0 ? (int)(ui->progress_part * 4) : 0;

	if (quarter != ui->quarter && quarter)
		buf_addf(out, "%s %d %%\n", ui->progress, quarter * 25);
	ui->quarter = quarter;
}

void plain_tell(struct ui *ui)
{
	struct screen *top = screen_top(ui), *part = screen_focus(ui);
	struct buf point = BUF_INIT, said = BUF_INIT, out = BUF_INIT, safe = BUF_INIT;
	struct linear_view v = {
		.canvas = ui->canvas,
		.screen = top,
		.part = part,
		.bar = bar_is_open(ui->bar),
		.whole = ui->everything,
		.width = COLS_WANTED,
	};
	int rows;

	if (!top)
		return;
	v.title = top->title;
	v.part_title = part->title;
	v.modal = top->kind->flags & KIND_MODAL;
	v.hold = answer_comes(ui);
	v.reads = top->kind == &kind_text;
	v.watches = top->kind == &kind_dashboard;
	if (v.bar)
		bar_tell(ui->bar, &point);
	else if (part->kind->tell)
		part->kind->tell(part, &point);
	utf8_sanitize(&safe, point.data, point.len, SANITIZE_LINE);
	messages_tell(ui, &said);
	add_progress(ui, &said);
	v.point = safe.data;
	v.said = said.data;
	if (ui->term)
		term_size(ui->term, &rows, &v.width);
	linear_tell(ui->linear, &v, &out);
	if (ui->term)
		term_tell(ui->term, out.data, out.len);
	else
		fwrite(out.data, 1, out.len, stdout);
	buf_release(&safe);
	buf_release(&point);
	buf_release(&said);
	buf_release(&out);
}

void plain_away(struct ui *ui)
{
	if (ui->linear && linear_away(ui->linear) && ui->term)
		term_tell(ui->term, "\n", 1);
}
