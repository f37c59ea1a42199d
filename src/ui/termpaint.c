/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "console.h"
#include "term_priv.h"

void term_new_shadow(struct term *t)
{
	size_t n = (size_t)t->rows * (size_t)t->cols;

	t->shadow = xreallocarray(t->shadow, n + 1, sizeof *t->shadow);
	memset(t->shadow, 0xff, n * sizeof *t->shadow); /* equal to no cell */
	t->run = xreallocarray(t->run, (size_t)t->cols + 1, sizeof *t->run);
	brief_forget(&t->brief, t->rows, t->cols);
}

static int curses_color(const struct term *t, int32_t color, int otherwise)
{
	if (color == COLOR_NONE)
		return t->default_colors ? -1 : otherwise;
	return color & COLOR_RGB ? color & 0xffffff : color;
}

static void find_look(struct term *t, const struct cell *cell)
{
	struct look look =
		theme_look(t->theme, (enum style)cell->style, (enum style)cell->over, t->depth);
	attr_t attrs = A_NORMAL;

	attrs |= look.attrs & LOOK_BOLD ? A_BOLD : A_NORMAL;
	attrs |= look.attrs & LOOK_DIM ? A_DIM : A_NORMAL;
	attrs |= look.attrs & LOOK_UNDERLINE ? A_UNDERLINE : A_NORMAL;
	attrs |= look.attrs & LOOK_REVERSE ? A_REVERSE : A_NORMAL;
	attrs |= look.attrs & LOOK_ITALIC ? A_ITALIC : A_NORMAL;
	t->looks[cell->style][cell->over].attrs = attrs;
	t->looks[cell->style][cell->over].pair = 0;
	if (t->depth != DEPTH_MONO && (look.fg != COLOR_NONE || look.bg != COLOR_NONE)) {
		int pair = alloc_pair(curses_color(t, look.fg, COLOR_WHITE),
				      curses_color(t, look.bg, COLOR_BLACK));

		t->looks[cell->style][cell->over].pair = pair > 0 ? pair : 0;
	}
	t->looks[cell->style][cell->over].known = true;
}

/* Into out, as curses has it. */
static void make_cell(struct term *t, const struct cell *cell, cchar_t *out)
{
	wchar_t wide[CCHARW_MAX + 1];
	int n = 0, pair;
	uint32_t cp;

	for (size_t i = 0; i < cell->len && n < CCHARW_MAX;) {
		i += utf8_decode(cell->text + i, cell->len - i, &cp);
		wide[n++] = (wchar_t)(t->console ? console_sign(cp) : cp);
	}
	wide[n] = L'\0';
	if (!t->looks[cell->style][cell->over].known)
		find_look(t, cell);
	pair = t->looks[cell->style][cell->over].pair;
	setcchar(out, wide, t->looks[cell->style][cell->over].attrs, 0, &pair);
}

/*
 * What follows is put onto the screen that curses compares with the terminal, not onto stdscr,
 * which would be one more copy of it (set_up_curses made it small).
 */
static void put_run(int row, int col, const cchar_t *run, int n)
{
	if (n > 0)
		mvwadd_wchnstr(newscr, row, col, run, n);
}

/* Curses lets the right half stand when something narrow is put on the left one, and takes that
 * for broken as soon as the right half is written: both halves go first. */
static void part_wide(struct term *t, int row, const struct cell *cells, int cols)
{
	const struct cell *shadow = &t->shadow[row * t->cols];
	cchar_t blanks[2];

	setcchar(&blanks[0], L" ", A_NORMAL, 0, NULL);
	blanks[1] = blanks[0];
	for (int i = 0; i + 1 < cols; i++)
		if (shadow[i].width == 2 && !cell_equal(&cells[i], &shadow[i]))
			mvwadd_wchnstr(newscr, row, i, blanks, 2);
}

/* ASCII that stands side by side goes in one call; what else there is is placed one by one,
 * because curses may think otherwise about its width. */
static void put_row(struct term *t, int row, const struct cell *cells, int cols)
{
	struct cell *shadow = &t->shadow[row * t->cols];
	int from = 0, n = 0;

	part_wide(t, row, cells, cols);
	for (int i = 0; i < cols; i++) {
		bool same = cell_equal(&cells[i], &shadow[i]);

		if (same || cells[i].len != 1) {
			put_run(row, from, t->run, n);
			n = 0;
		}
		if (same)
			continue;
		shadow[i] = cells[i];
		/* The right half of a wide cluster is curses' business. */
		if (!cells[i].width)
			continue;
		from = n == 0 ? i : from;
		make_cell(t, &cells[i], &t->run[n]);
		if (cells[i].len == 1)
			n++;
		else
			mvwadd_wch(newscr, row, i, &t->run[n]);
	}
	put_run(row, from, t->run, n);
}

static void put_changes(struct term *t, const struct canvas *c)
{
	int rows = c->rows < t->rows ? c->rows : t->rows;
	int cols = c->cols < t->cols ? c->cols : t->cols;

	for (int r = 0; r < rows; r++) {
		const struct cell *cells = canvas_cell(c, r, 0);

		/* Most rows are as they were. */
		if (memcmp(cells, &t->shadow[r * t->cols], (size_t)cols * sizeof *cells) != 0)
			put_row(t, r, cells, cols);
	}
}

void term_flush(struct term *t, const struct canvas *c)
{
	int row, col;
	bool shown = canvas_cursor_at(c, &row, &col);

	if (t->paused || t->gone || !t->theme || !t->screen)
		return;
	if (outlet_busy(t->out)) {
		t->late = true;
		return;
	}
	put_changes(t, c);
	curs_set(shown ? 1 : 0);
	leaveok(newscr, !shown);
	if (shown)
		wmove(newscr, row, col);
	doupdate();
	term_send_paper(t);
}

void term_theme(struct term *t, const struct theme *theme)
{
	t->theme = theme;
	memset(t->looks, 0, sizeof t->looks);
	term_new_shadow(t);
}

void term_repaint(struct term *t)
{
	if (t->paused || t->gone || !t->screen)
		return;
	clearok(curscr, TRUE);
	term_new_shadow(t);
}
