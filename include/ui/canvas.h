/* SPDX-License-Identifier: MIT */
/*
 * canvas.h - the cells that everything is painted on; the terminal, :save-screen and the tests are its readers.
 *
 * A canvas is a window on a sheet of cells: canvas_sub gives a smaller one on the same sheet, and
 * painting never leaves the window.  Rows and columns count from 0 at the window's upper left;
 * what lies outside is clipped, by columns, never by bytes.
 *
 * Nothing unfit for a terminal can get into a cell: every text is sanitized here (base/utf8.h), so
 * callers hand over database texts as they are.  A cell holds one cluster (a base character and at most
 * four combining ones; joiners and variation selectors are left out, because terminals disagree
 * about their width); a wide one owns the cell to its right, which is empty.  Overwriting half of
 * a wide cluster blanks the other half.  Outside UTF-8 locales glyphs have ASCII forms, and what else
 * is not ASCII is shown as a mark.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "domain/screendef.h"
#include "ui/style.h"

#define CELL_BYTES 20

struct cell {
	char text[CELL_BYTES]; /* not terminated, zero behind it; len 0: the right half of a wide cluster */
	uint8_t len;
	uint8_t width;         /* 0 (right half), 1 or 2 */
	uint8_t style;         /* enum style */
	uint8_t over;          /* enum style laid over it; STYLE_NORMAL: none */
};

struct sheet;

struct canvas {
	struct sheet *sheet;
	int top, left;   /* on the sheet */
	int rows, cols;  /* of this window; read freely */
};

/* A sheet of its own, blank in STYLE_NORMAL; freed with canvas_free, which ends all windows on it. */
struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas **c);
/* Only on the canvas that canvas_new made. Contents are lost. */
void canvas_resize(struct canvas *c, int rows, int cols);
/* A window on c's sheet, cut to c. It may be empty (rows or cols 0). */
struct canvas canvas_sub(const struct canvas *c, int row, int col, int rows, int cols);

/* ---- painting ---- */
void canvas_fill(struct canvas *c, int row, int col, int rows, int cols, enum style style);
void canvas_clear(struct canvas *c, enum style style);
/*
 * Paint text (len bytes; the first form to its end) into at most width columns; "…" at the end when it
 * is longer.  Returns the columns it took.  Cells after it are left alone.
 */
int canvas_text(struct canvas *c, int row, int col, int width, enum style style, const char *text);
int canvas_textn(struct canvas *c, int row, int col, int width, enum style style, const char *text,
		 size_t len);
int canvas_printf(struct canvas *c, int row, int col, int width, enum style style, const char *fmt, ...)
	PRINTF_LIKE(6, 7);
/* A field: exactly width columns, padded with blanks in STYLE_NORMAL; ALIGN_AUTO is left. */
void canvas_field(struct canvas *c, int row, int col, int width, enum align align, enum style style,
		  const char *text, size_t len);
/* Whole rows of a canvas that is as wide, what is laid over them too. */
void canvas_copy(struct canvas *c, int row, const struct canvas *from, int from_row, int rows);
/* On the canvas that canvas_new made: rows move up (by < 0: down); what is left behind is to be painted. */
void canvas_scroll(struct canvas *c, int by);
/* A text as canvas_text shows it: what must not reach a terminal as marks, without UTF-8 our own signs in ASCII and
 * other letters by their number.  What was made so once stays as it is. */
void canvas_safe(struct buf *out, const char *s, size_t len, enum sanitize how);
/* Columns that a text takes when it is not cut. */
int canvas_text_width(const char *text, size_t len);
/* Lay a style over what is there. */
void canvas_over(struct canvas *c, int row, int col, int rows, int cols, enum style over);
/* Change the style of what is there (dim what lies under a dialog). */
void canvas_restyle(struct canvas *c, int row, int col, int rows, int cols, enum style style);

/* ---- glyphs: one column each, with an ASCII form ---- */
enum glyph {
	GLYPH_CURSOR,       /* ▸ > */
	GLYPH_CRUMB,        /* ▸ > */
	GLYPH_ELLIPSIS,     /* … ~ */
	GLYPH_DOT,          /* ● * */
	GLYPH_CHECK,        /* ✓ y */
	GLYPH_CROSS,        /* ✗ x */
	GLYPH_UP, GLYPH_DOWN,   /* ▲ +  ▼ -: no letter of the title before them */
	GLYPH_LEFT, GLYPH_RIGHT, /* ‹ <  › > */
	GLYPH_MARK,         /* ◆ + */
	GLYPH_DASH,         /* – - */
	GLYPH_HLINE, GLYPH_VLINE, /* ─ -  │ | */
	GLYPH_UL, GLYPH_UR, GLYPH_LL, GLYPH_LR, /* ╭ ╮ ╰ ╯ + */
	GLYPH_TEE_LEFT, GLYPH_TEE_RIGHT, /* ├ ┤ + */
	GLYPH_THUMB, GLYPH_TRACK, /* ┃ #  │ | (scroll bar) */
	GLYPH_FOLDED, GLYPH_UNFOLDED, /* ▸ +  ▾ - */
	GLYPH_NEWLINE,      /* ↵ $ */
	GLYPH_SUM,          /* Σ S */
	GLYPH_BRANCH,       /* └ ` of a tree */
	GLYPHS
};
/* As UTF-8 (or ASCII, by the locale); borrowed, for texts that are put together. */
const char *glyph(enum glyph g);
void canvas_glyph(struct canvas *c, int row, int col, enum glyph g, enum style style);
void canvas_hline(struct canvas *c, int row, int col, int cols, enum style style);
void canvas_vline(struct canvas *c, int row, int col, int rows, enum style style);
/* A box with rounded corners around rows × cols, its title (may be NULL) in the upper edge. */
void canvas_box(struct canvas *c, int row, int col, int rows, int cols, enum style style, const char *title);
/* A bar of width columns, filled to 0 ≤ part ≤ 1 in eighths (ASCII: '#'). */
void canvas_bar(struct canvas *c, int row, int col, int width, enum style style, double part);

/* ---- the terminal's own cursor: where one types ---- */
/* On the sheet; the last one to ask gets it. */
void canvas_cursor(struct canvas *c, int row, int col);
/* … and nobody asked, for the focus either. */
void canvas_cursor_hide(struct canvas *c);
/* False while hidden. */
bool canvas_cursor_at(const struct canvas *c, int *row, int *col);
/* Where the eye is: the row under souk's own cursor, for who is told it instead (ui/linear.h). */
void canvas_focus(struct canvas *c, int row);
/* Its row on the sheet; -1: there is none. */
int canvas_focus_row(const struct canvas *c);
/* --plain: boxes and lines are left blank, and what is drawn is not: numbers stand for it. */
void canvas_plain(struct canvas *c, bool plain);
bool canvas_is_plain(const struct canvas *c);

/* ---- reading ---- */
const struct cell *canvas_cell(const struct canvas *c, int row, int col); /* within the window */
static inline bool cell_equal(const struct cell *a, const struct cell *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}
/* One line per row, blanks at the end cut. */
void canvas_to_text(const struct canvas *c, struct buf *out);
/* The same with styles: runs as "{critical}12{}", for tests of meaning. */
void canvas_to_styled(const struct canvas *c, struct buf *out);

#endif
