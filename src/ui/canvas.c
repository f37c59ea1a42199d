/* SPDX-License-Identifier: MIT */
#include "ui/canvas.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

struct sheet {
	struct cell *cells;
	int rows, cols;
	int cursor_row, cursor_col; /* row < 0: hidden */
	int focus_row;		    /* < 0: none */
	bool plain;
};

static const struct {
	char utf8[4];
	char ascii[2];
} glyphs[GLYPHS] = {
	[GLYPH_CURSOR] = { "▸", ">" },	 [GLYPH_CRUMB] = { "▸", ">" },
	[GLYPH_ELLIPSIS] = { "…", "~" }, [GLYPH_DOT] = { "●", "*" },
	[GLYPH_CHECK] = { "✓", "y" },	 [GLYPH_CROSS] = { "✗", "x" },
	[GLYPH_UP] = { "▲", "+" },	 [GLYPH_DOWN] = { "▼", "-" },
	[GLYPH_LEFT] = { "‹", "<" },	 [GLYPH_RIGHT] = { "›", ">" },
	[GLYPH_MARK] = { "◆", "+" },	 [GLYPH_DASH] = { "–", "-" },
	[GLYPH_HLINE] = { "─", "-" },	 [GLYPH_VLINE] = { "│", "|" },
	[GLYPH_UL] = { "╭", "+" },	 [GLYPH_UR] = { "╮", "+" },
	[GLYPH_LL] = { "╰", "+" },	 [GLYPH_LR] = { "╯", "+" },
	[GLYPH_TEE_LEFT] = { "├", "+" }, [GLYPH_TEE_RIGHT] = { "┤", "+" },
	[GLYPH_THUMB] = { "┃", "#" },	 [GLYPH_TRACK] = { "│", "|" },
	[GLYPH_FOLDED] = { "▸", "+" },	 [GLYPH_UNFOLDED] = { "▾", "-" },
	[GLYPH_NEWLINE] = { "↵", "$" },	 [GLYPH_SUM] = { "Σ", "S" },
	[GLYPH_BRANCH] = { "└", "`" },
};

const char *glyph(enum glyph g)
{
	return utf8_locale() ? glyphs[g].utf8 : glyphs[g].ascii;
}

/* ---- sheets and windows ---- */

static const struct cell blank = { .text = " ", .len = 1, .width = 1 };

static void sheet_clear(struct sheet *s)
{
	for (int i = 0; i < s->rows * s->cols; i++)
		s->cells[i] = blank;
	s->cursor_row = s->focus_row = -1;
}

struct canvas *canvas_new(int rows, int cols)
{
	struct canvas *c = xcalloc(1, sizeof *c);

	c->sheet = xcalloc(1, sizeof *c->sheet);
	canvas_resize(c, rows, cols);
	return c;
}

void canvas_free(struct canvas **c)
{
	if (!*c)
		return;
	free((*c)->sheet->cells);
	free((*c)->sheet);
	free(*c);
	*c = NULL;
}

void canvas_resize(struct canvas *c, int rows, int cols)
{
	struct sheet *s = c->sheet;

	free(s->cells);
	s->cells = xcalloc((size_t)rows * (size_t)cols + 1, sizeof *s->cells);
	s->rows = c->rows = rows;
	s->cols = c->cols = cols;
	sheet_clear(s);
}

static int clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

struct canvas canvas_sub(const struct canvas *c, int row, int col, int rows, int cols)
{
	int top = clamp(row, 0, c->rows), left = clamp(col, 0, c->cols);

	return (struct canvas){
		.sheet = c->sheet,
		.top = c->top + top,
		.left = c->left + left,
		.rows = clamp(row + rows, top, c->rows) - top,
		.cols = clamp(col + cols, left, c->cols) - left,
	};
}

static struct cell *at(const struct canvas *c, int row, int col)
{
	if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return NULL;
	return &c->sheet->cells[(c->top + row) * c->sheet->cols + c->left + col];
}

const struct cell *canvas_cell(const struct canvas *c, int row, int col)
{
	return at(c, row, col);
}

/* ---- one cell ---- */

/* What is behind the text is zero: equal cells are equal bytes. */
static void set_ascii(struct cell *cell, char ch)
{
	memset(cell->text, 0, sizeof cell->text);
	cell->text[0] = ch;
	cell->len = cell->width = 1;
}

/* The other half of a wide cluster that loses this cell becomes blank, in the window or not. */
static void split_wide(struct cell *cell)
{
	if (cell->width == 0)
		set_ascii(&cell[-1], ' ');
	else if (cell->width == 2)
		set_ascii(&cell[1], ' ');
}

static void put(struct canvas *c, int row, int col, const struct cell *value)
{
	struct cell *cell = at(c, row, col);

	if (!cell)
		return;
	if (value->width == 2 && !at(c, row, col + 1)) {
		struct cell half = blank; /* cut through by the window's edge */

		half.style = value->style;
		put(c, row, col, &half);
		return;
	}
	split_wide(cell);
	*cell = *value;
	if (value->width == 2) {
		split_wide(&cell[1]);
		cell[1] = (struct cell){ .style = value->style, .over = value->over };
	}
}

/* Terminals disagree about the width of what joins and varies: it is left out. */
static bool unsteady(uint32_t cp)
{
	return cp == 0x200D || (cp >= 0xFE00 && cp <= 0xFE0F) ||
	       (cp >= 0x1F3FB && cp <= 0x1F3FF) || (cp >= 0xE0100 && cp <= 0xE01EF);
}

/* Fill cell from one cluster; false if nothing of it is to be shown. */
static bool set_cluster(struct cell *cell, const char *s, size_t len, int width)
{
	size_t n;
	int points = 0;
	uint32_t cp;

	memset(cell->text, 0, sizeof cell->text);
	cell->len = 0;
	for (size_t i = 0; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &cp);
		if (unsteady(cp) || points == 5)
			continue;
		memcpy(cell->text + cell->len, s + i, n);
		cell->len = (uint8_t)(cell->len + n);
		points++;
	}
	if (!cell->len)
		return false;
	cell->width = (uint8_t)clamp(width, 1, 2);
	return true;
}

/* ---- texts ---- */

static bool plain_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < 0x20 || s[i] == 0x7F)
			return false;
	return true;
}

/* Without UTF-8 our own signs have ASCII forms; all else that is not ASCII becomes a mark. */
static void add_ascii_glyphs(struct buf *out, const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		size_t g = 0;

		n = utf8_decode(s + i, len - i, &cp);
		while (g < GLYPHS && (n < 2 || strlen(glyphs[g].utf8) != n ||
				      memcmp(glyphs[g].utf8, s + i, n) != 0))
			g++;
		if (g < GLYPHS)
			buf_adds(out, glyphs[g].ascii);
		else
			buf_add(out, s + i, n);
	}
}

void canvas_safe(struct buf *out, const char *s, size_t len, enum sanitize how)
{
	struct buf ascii = BUF_INIT;

	if (utf8_locale()) {
		utf8_sanitize(out, s, len, how);
		return;
	}
	add_ascii_glyphs(&ascii, s, len);
	utf8_sanitize(out, ascii.data, ascii.len, how);
	buf_release(&ascii);
}

/* s is sanitized.  Half a mark says nothing: where one does not fit, the text is cut before it. */
static int paint(struct canvas *c, int row, int col, int width, enum style style, const char *s,
		 size_t len)
{
	struct cell cell = { .style = (uint8_t)style };
	int used = 0, cut = width - 1, w;
	size_t mark = 0; /* bytes that are left of the mark that is being painted */

	for (size_t i = 0, n; i < len; i += n) {
		if (!mark && s[i] == '<') {
			mark = utf8_mark_len(s + i, len - i);
			/* Nothing of it in the last column, which may be the cut's. */
			if (mark && used > 0 && used + (int)mark + (i + mark < len) > width)
				cut = used;
		}
		mark -= mark > 0;
		if (s[i] >= 0x20 && s[i] < 0x7F && (i + 1 == len || s[i + 1] >= 0)) {
			n = 1;
			if (used == width)
				goto cut;
			set_ascii(&cell, s[i]);
			put(c, row, col + used++, &cell);
			continue;
		}
		n = utf8_cluster(s + i, len - i, &w);
		if (used + (w ? w : 1) > width)
			goto cut;
		if (!set_cluster(&cell, s + i, n, w))
			continue;
		put(c, row, col + used, &cell);
		used += cell.width;
	}
	return used;
cut:
	/* A wide cluster that does not fit may leave one free column. */
	cell = blank;
	cell.style = (uint8_t)style;
	for (used = cut < used ? cut : used; used < width; used++)
		put(c, row, col + used, &cell);
	canvas_glyph(c, row, col + cut, GLYPH_ELLIPSIS, style);
	return width;
}

int canvas_textn(struct canvas *c, int row, int col, int width, enum style style,
		 const char *text, size_t len)
{
	struct buf safe = BUF_INIT;
	int used;

	if (width > c->cols - col)
		width = c->cols - col;
	if (width <= 0 || row < 0 || row >= c->rows)
		return 0;
	if (plain_ascii(text, len))
		return paint(c, row, col, width, style, text, len);
	/* A megabyte is not looked at for the sake of eighty columns. */
	if (len > (size_t)width * 64)
		len = (size_t)width * 64;
	canvas_safe(&safe, text, len, SANITIZE_LINE);
	used = paint(c, row, col, width, style, safe.data, safe.len);
	buf_release(&safe);
	return used;
}

int canvas_text(struct canvas *c, int row, int col, int width, enum style style,
		const char *text)
{
	return canvas_textn(c, row, col, width, style, text, strlen(text));
}

int canvas_printf(struct canvas *c, int row, int col, int width, enum style style,
		  const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	int used;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	used = canvas_textn(c, row, col, width, style, b.data, b.len);
	buf_release(&b);
	return used;
}

int canvas_text_width(const char *text, size_t len)
{
	struct buf safe = BUF_INIT;
	int width;

	if (plain_ascii(text, len))
		return len > INT16_MAX ? INT16_MAX : (int)len;
	if (len > INT16_MAX)
		return INT16_MAX;
	canvas_safe(&safe, text, len, SANITIZE_LINE);
	width = utf8_width(safe.data, safe.len);
	buf_release(&safe);
	return width;
}

void canvas_field(struct canvas *c, int row, int col, int width, enum align align,
		  enum style style, const char *text, size_t len)
{
	int free_cols = 0;

	canvas_fill(c, row, col, 1, width, STYLE_NORMAL);
	if (align == ALIGN_RIGHT || align == ALIGN_CENTER) {
		free_cols = width - canvas_text_width(text, len);
		if (align == ALIGN_CENTER)
			free_cols /= 2;
		if (free_cols < 0)
			free_cols = 0;
	}
	canvas_textn(c, row, col + free_cols, width - free_cols, style, text, len);
}

/* ---- areas ---- */

/* The cells of a row all of which are about to be written. */
static struct cell *whole_row(struct canvas *c, int row)
{
	struct cell *cells = &c->sheet->cells[(c->top + row) * c->sheet->cols + c->left];

	split_wide(&cells[0]);
	split_wide(&cells[c->cols - 1]);
	return cells;
}

void canvas_fill(struct canvas *c, int row, int col, int rows, int cols, enum style style)
{
	struct canvas w = canvas_sub(c, row, col, rows, cols);
	struct cell cell = blank;

	cell.style = (uint8_t)style;
	for (int r = 0; r < w.rows && w.cols; r++) {
		struct cell *to = whole_row(&w, r);

		to[0] = cell;
		/* Twice as much each time. */
		for (int n = 1; n < w.cols; n *= 2)
			memcpy(&to[n], to,
			       (size_t)(n < w.cols - n ? n : w.cols - n) * sizeof *to);
	}
}

void canvas_clear(struct canvas *c, enum style style)
{
	canvas_fill(c, 0, 0, c->rows, c->cols, style);
}

void canvas_copy(struct canvas *c, int row, const struct canvas *from, int from_row, int rows)
{
	for (int r = 0; r < rows; r++) {
		const struct cell *cells = at(from, from_row + r, 0);

		if (cells && row + r >= 0 && row + r < c->rows && c->cols == from->cols)
			memcpy(whole_row(c, row + r), cells,
			       (size_t)c->cols * sizeof *cells);
	}
}

void canvas_scroll(struct canvas *c, int by)
{
	int from = by > 0 ? by : 0, to = by > 0 ? 0 : -by, rows = c->rows - from - to;
	struct sheet *s = c->sheet;

	if (rows > 0)
		memmove(&s->cells[to * s->cols], &s->cells[from * s->cols],
			(size_t)rows * (size_t)s->cols * sizeof *s->cells);
}

void canvas_over(struct canvas *c, int row, int col, int rows, int cols, enum style over)
{
	struct canvas w = canvas_sub(c, row, col, rows, cols);

	for (int r = 0; r < w.rows && w.cols; r++) {
		struct cell *cells = at(&w, r, 0);

		for (int i = 0; i < w.cols; i++)
			cells[i].over = (uint8_t)over;
	}
}

void canvas_restyle(struct canvas *c, int row, int col, int rows, int cols, enum style style)
{
	struct canvas w = canvas_sub(c, row, col, rows, cols);

	for (int r = 0; r < w.rows; r++) {
		for (int i = 0; i < w.cols; i++) {
			at(&w, r, i)->style = (uint8_t)style;
			at(&w, r, i)->over = STYLE_NORMAL;
		}
	}
}

/* ---- lines, boxes, bars ---- */

static void put_text(struct canvas *c, int row, int col, const char *utf8, enum style style)
{
	struct cell cell = { .style = (uint8_t)style, .width = 1 };

	cell.len = (uint8_t)strlen(utf8);
	memcpy(cell.text, utf8, cell.len);
	put(c, row, col, &cell);
}

/* Lines that only enclose say nothing to who hears them. */
static bool is_line(enum glyph g)
{
	return (g >= GLYPH_HLINE && g <= GLYPH_TEE_RIGHT) || g == GLYPH_THUMB ||
	       g == GLYPH_TRACK;
}

void canvas_glyph(struct canvas *c, int row, int col, enum glyph g, enum style style)
{
	if (c->sheet->plain && is_line(g))
		return;
	put_text(c, row, col, glyph(g), style);
}

void canvas_hline(struct canvas *c, int row, int col, int cols, enum style style)
{
	for (int i = 0; i < cols; i++)
		canvas_glyph(c, row, col + i, GLYPH_HLINE, style);
}

void canvas_vline(struct canvas *c, int row, int col, int rows, enum style style)
{
	for (int i = 0; i < rows; i++)
		canvas_glyph(c, row + i, col, GLYPH_VLINE, style);
}

void canvas_box(struct canvas *c, int row, int col, int rows, int cols, enum style style,
		const char *title)
{
	int last_row = row + rows - 1, last_col = col + cols - 1, used;

	if (rows < 2 || cols < 2)
		return;
	canvas_hline(c, row, col + 1, cols - 2, style);
	canvas_hline(c, last_row, col + 1, cols - 2, style);
	canvas_vline(c, row + 1, col, rows - 2, style);
	canvas_vline(c, row + 1, last_col, rows - 2, style);
	canvas_glyph(c, row, col, GLYPH_UL, style);
	canvas_glyph(c, row, last_col, GLYPH_UR, style);
	canvas_glyph(c, last_row, col, GLYPH_LL, style);
	canvas_glyph(c, last_row, last_col, GLYPH_LR, style);
	if (!title || !*title || cols < 8)
		return;
	used = canvas_text(c, row, col + 2, cols - 5, STYLE_TITLE, title);
	canvas_text(c, row, col + 1, 1, style, " ");
	canvas_text(c, row, col + 2 + used, 1, style, " ");
}

void canvas_bar(struct canvas *c, int row, int col, int width, enum style style, double part)
{
	static const char eighths[][4] = { "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
	int fill, full;

	if (width <= 0 || !(part > 0) || c->sheet->plain)
		return;
	fill = (int)((part > 1 ? 1 : part) * width * 8 + 0.5);
	if (fill == 0)
		fill = 1; /* something is never shown as nothing */
	full = fill / 8;
	for (int i = 0; i < full; i++)
		put_text(c, row, col + i, utf8_locale() ? eighths[7] : "#", style);
	if (fill % 8 && utf8_locale())
		put_text(c, row, col + full, eighths[fill % 8 - 1], style);
	else if (fill % 8 >= 4 || fill < 8)
		put_text(c, row, col + full, "#", style);
}

/* ---- the cursor ---- */

void canvas_cursor(struct canvas *c, int row, int col)
{
	if (!at(c, row, col))
		return;
	c->sheet->cursor_row = c->top + row;
	c->sheet->cursor_col = c->left + col;
}

void canvas_focus(struct canvas *c, int row)
{
	if (at(c, row, 0))
		c->sheet->focus_row = c->top + row;
}

int canvas_focus_row(const struct canvas *c)
{
	return c->sheet->focus_row;
}

bool canvas_is_plain(const struct canvas *c)
{
	return c->sheet->plain;
}

void canvas_plain(struct canvas *c, bool plain)
{
	c->sheet->plain = plain;
}

void canvas_cursor_hide(struct canvas *c)
{
	c->sheet->cursor_row = c->sheet->focus_row = -1;
}

bool canvas_cursor_at(const struct canvas *c, int *row, int *col)
{
	*row = c->sheet->cursor_row - c->top;
	*col = c->sheet->cursor_col - c->left;
	return c->sheet->cursor_row >= 0;
}

/* ---- reading ---- */

static void row_text(const struct canvas *c, int row, struct buf *out)
{
	for (int i = 0; i < c->cols; i++) {
		const struct cell *cell = at(c, row, i);

		buf_add(out, cell->text, cell->len);
	}
	while (out->len && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
}

void canvas_to_text(const struct canvas *c, struct buf *out)
{
	for (int r = 0; r < c->rows; r++)
		row_text(c, r, out);
}

static void styled_row(const struct canvas *c, int row, struct buf *out)
{
	const struct cell *last = &blank;

	for (int i = 0; i < c->cols; i++) {
		const struct cell *cell = at(c, row, i);

		if (cell->style != last->style || cell->over != last->over) {
			if (last->style || last->over)
				buf_adds(out, "{}");
			if (cell->style || cell->over)
				buf_addf(out, "{%s%s%s}", style_name((enum style)cell->style),
					 cell->over ? "+" : "",
					 cell->over ? style_name((enum style)cell->over) : "");
		}
		buf_add(out, cell->text, cell->len);
		last = cell;
	}
	if (last->style || last->over)
		buf_adds(out, "{}");
	while (out->len && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
}

void canvas_to_styled(const struct canvas *c, struct buf *out)
{
	for (int r = 0; r < c->rows; r++)
		styled_row(c, r, out);
}
