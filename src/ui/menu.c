/* SPDX-License-Identifier: MIT */
/*
 * menu.c - a list to choose from, narrowed as one types: letters in this order, anywhere.
 */
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/dialog.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { MENU_ROWS = 14, WIDTH_LEAST = 66, WIDTH_MOST = 100, NOTE_LEAST = 26 };

#define HINTS "type to search   Enter choose   Esc leave"

struct choice {
	char *text, *note, *answer;
	int score; /* of the present search; < 0: not shown */
};

struct menu {
	char *title;
	VEC(struct choice) choices;
	VEC(size_t) shown; /* the best first */
	struct buf typed;
	struct scroll list;
	int longest; /* columns of a choice's text */
	dialog_fn *fn;
	void (*on_typed)(void *ctx, const char *text);
	void *ctx;
	bool answered;
	bool notes_right; /* short ones, like keys */
};

static void menu_free(struct menu *m)
{
	for (size_t i = 0; i < m->choices.len; i++) {
		free(m->choices.v[i].text);
		free(m->choices.v[i].note);
		free(m->choices.v[i].answer);
	}
	VEC_RELEASE(&m->choices);
	VEC_RELEASE(&m->shown);
	buf_release(&m->typed);
	free(m->title);
	free(m);
}

/* ---- matching ---- */

static uint32_t lower(const char *s, size_t len, size_t *used)
{
	uint32_t cp;

	*used = utf8_decode(s, len, &cp);
	return cp < 0x80 ? (cp >= 'A' && cp <= 'Z' ? cp + 32 : cp)
			 : (uint32_t)towlower((wint_t)cp);
}

static bool begins(const char *text, size_t len, const char *typed, size_t want_len)
{
	size_t i = 0, w = 0, n, m;

	while (w < want_len && i < len) {
		if (lower(typed + w, want_len - w, &m) != lower(text + i, len - i, &n))
			return false;
		w += m;
		i += n;
	}
	return w == want_len;
}

static bool ends_word(char c)
{
	return c == ' ' || c == '_' || c == '-' || c == '.' || c == ':';
}

/* What is typed as it is: at the beginning before the beginning of a word before any place, a
 * short text before a long one. -1: not in there. */
static int match_whole(const char *typed, const char *text)
{
	enum { FOUND = 1000, WORD = 2000, FIRST = 3000, LONG = 200 };
	size_t len = strlen(text), want = strlen(typed);
	int best = -1, rest = len - want > LONG ? LONG : (int)(len - want);

	for (size_t i = 0; want && i + want <= len; i++) {
		int score = i == 0 ? FIRST : ends_word(text[i - 1]) ? WORD : FOUND;

		if (score - rest > best && begins(text + i, len - i, typed, want))
			best = score - rest;
	}
	return best;
}

/* Its letters in this order: higher is better, letters side by side, at the beginning of words,
 * early. -1: no match. */
static int match_letters(const char *typed, const char *text)
{
	enum { MOST = 700 };
	size_t len = strlen(text), want_len = strlen(typed), i = 0, w = 0, n, m;
	int score = 0, run = 0;
	bool word = true;

	while (w < want_len && i < len) {
		uint32_t want = lower(typed + w, want_len - w, &m);
		uint32_t have = lower(text + i, len - i, &n);

		if (want == have) {
			run++;
			score += 4 * run + (word ? 12 : 0) - (int)(i > 20 ? 20 : i) / 4;
			w += m;
		} else {
			run = 0;
		}
		word = ends_word(text[i]);
		i += n;
	}
	return w < want_len ? -1 : score < MOST ? score + 1 : MOST;
}

/* Of a note, which may be a sentence, single letters say nothing. */
static int match(const char *typed, const struct choice *c)
{
	int whole = match_whole(typed, c->text), letters = match_letters(typed, c->text);
	int noted = c->note ? match_whole(typed, c->note) / 2 : -1;
	int best = whole > letters ? whole : letters;

	return noted > best && noted > 0 ? noted : best;
}

static void narrow(struct menu *m)
{
	VEC_CLEAR(&m->shown);
	for (size_t i = 0; i < m->choices.len; i++) {
		struct choice *c = &m->choices.v[i];
		size_t at;

		c->score = match(m->typed.data, c);
		if (c->score < 0)
			continue;
		(void)VEC_PUSH(&m->shown);
		/* Stable: equals stay in the order in which they were given. */
		for (at = m->shown.len - 1;
		     at > 0 && m->choices.v[m->shown.v[at - 1]].score < c->score; at--)
			m->shown.v[at] = m->shown.v[at - 1];
		m->shown.v[at] = i;
	}
	m->list.cursor = m->list.top = 0;
	scroll_set(&m->list, (int)m->shown.len, m->list.height);
}

/* ---- painting ---- */

static void recalc(struct screen *s)
{
	struct menu *m = s->data;
	int height = s->rows - 7 < MENU_ROWS ? s->rows - 7 : MENU_ROWS;

	scroll_set(&m->list, (int)m->shown.len, height);
}

static int list_rows(const struct menu *m)
{
	return (int)m->choices.len < m->list.height ? (int)m->choices.len : m->list.height;
}

/* The line, a gap, the list, a gap, hints. */
static struct box_want box_of(const struct menu *m, int cols)
{
	int width = cols * 5 / 8;

	width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
	return (struct box_want){ list_rows(m) + 4, width < cols - 6 ? width : cols - 6 };
}

/* Notes stand below each other; a text that is longer than half of the box is cut. */
static int note_column(const struct menu *m, const struct canvas *w)
{
	int col = m->longest + 3;

	col = col < NOTE_LEAST ? NOTE_LEAST : col;
	return col < w->cols / 2 ? col : w->cols / 2;
}

static void paint_choice(const struct menu *m, const struct choice *ch, struct canvas *c,
			 int row)
{
	int width = ch->note ? canvas_text_width(ch->note, strlen(ch->note)) : 0;
	int note = m->notes_right ? c->cols - 2 - width : note_column(m, c);

	canvas_text(c, row, 1, ch->note ? note - 2 : c->cols - 2, STYLE_NORMAL, ch->text);
	if (ch->note)
		canvas_text(c, row, note, c->cols - note - 1, STYLE_MUTED, ch->note);
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct menu *m = s->data;
	struct box_want want = box_of(m, c->cols);
	int rows = list_rows(m), col;
	struct canvas w = box_open(c, want.rows, want.cols, STYLE_BORDER, m->title);

	canvas_glyph(&w, 0, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
	col = 2 + canvas_text(&w, 0, 2, w.cols - 3, STYLE_INPUT, m->typed.data);
	canvas_cursor(&w, 0, col);
	canvas_text(&w, w.rows - 1, 1, w.cols - 2, STYLE_HINT, HINTS);
	if (!m->shown.len)
		canvas_text(&w, 2, 2, w.cols - 2, STYLE_MUTED, "nothing matches");
	for (int i = 0; i < rows && m->list.top + i < (int)m->shown.len; i++) {
		const struct choice *ch = &m->choices.v[m->shown.v[m->list.top + i]];

		paint_choice(m, ch, &w, i + 2);
		if (m->list.top + i != m->list.cursor)
			continue;
		canvas_over(&w, i + 2, 0, 1, w.cols - 1, STYLE_SELECTED);
		canvas_focus(&w, i + 2);
	}
	if ((int)m->shown.len > rows) {
		struct canvas bar = canvas_sub(&w, 2, 0, rows, w.cols);

		scroll_paint_bar(&m->list, &bar, w.cols - 1);
	}
}

/* ---- keys ---- */

static void close_menu(struct screen *s)
{
	struct menu *m = s->data;

	if (!m->answered)
		m->fn(m->ctx, NULL);
	menu_free(m);
}

static void answer(struct screen *s, const struct choice *ch)
{
	struct menu *m = s->data;
	dialog_fn *fn = m->fn;
	void *ctx = m->ctx;
	char *text = ch ? xstrdup(ch->answer ? ch->answer : ch->text) : NULL;

	m->answered = true;
	screen_pop(s);
	fn(ctx, text);
	free(text);
}

static void type(struct menu *m, const struct key *k)
{
	if (key_printable(k)) {
		utf8_encode(&m->typed, k->code);
	} else if (k->code == K_PASTE) {
		/* A word from elsewhere; not what stands below it. */
		utf8_sanitize(&m->typed, k->text, strcspn(k->text, "\r\n"), SANITIZE_LINE);
	} else if (key_is(k, K_BACKSPACE) && m->typed.len) {
		while ((m->typed.data[m->typed.len - 1] & 0xC0) == 0x80)
			buf_truncate(&m->typed, m->typed.len - 1);
		buf_truncate(&m->typed, m->typed.len - 1);
	} else if (k->mods == MOD_CTRL && k->code == 'u') {
		buf_clear(&m->typed);
	} else {
		return;
	}
	narrow(m);
	if (m->on_typed)
		m->on_typed(m->ctx, m->typed.data);
}

static bool key(struct screen *s, const struct key *k);

/* A click takes what is there, on the line below what it names; beside them it does nothing. */
static void click(struct screen *s, const struct key *k)
{
	struct menu *m = s->data;
	struct box_want area = { s->rows, s->cols }, want = box_of(m, s->cols);
	int row = k->row, col = k->col, at;
	struct key pressed;

	if (!box_at(area, want, &row, &col))
		return;
	at = m->list.top + row - 2;
	if (row == want.rows - 1 && hint_at(HINTS, col - 1, &pressed))
		key(s, &pressed);
	else if (row < 2 || row >= 2 + list_rows(m))
		return;
	else if (col == want.cols - 1 && scroll_bar_click(&m->list, row - 2, list_rows(m)))
		return;
	else if (k->code != K_DRAG && at < (int)m->shown.len)
		answer(s, &m->choices.v[m->shown.v[at]]);
}

static bool key(struct screen *s, const struct key *k)
{
	struct menu *m = s->data;
	bool chosen = m->shown.len > 0;

	if (k->mods == MOD_CTRL && k->code == 'l')
		return false;
	screen_changed(s, SCREEN_LOOK);
	if (key_is(k, K_ESC) || (k->mods == MOD_CTRL && (k->code == 'c' || k->code == 'g')))
		answer(s, NULL);
	else if (key_is(k, K_ENTER) && chosen)
		answer(s, &m->choices.v[m->shown.v[m->list.cursor]]);
	else if (k->code == K_CLICK || k->code == K_DOUBLE_CLICK || k->code == K_DRAG)
		click(s, k);
	else if (k->mods == MOD_CTRL && (k->code == 'n' || k->code == 'p'))
		scroll_move(&m->list, k->code == 'n' ? 1 : -1);
	else if (!scroll_key(&m->list, k))
		type(m, k);
	return true;
}

const struct screen_kind kind_menu = {
	.name = "menu",
	.flags = KIND_MODAL | KIND_TYPING,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.close = close_menu,
};

static bool is_there(const struct menu *m, const struct menu_item *item)
{
	const char *answer = item->answer ? item->answer : item->text;

	for (size_t i = 0; i < m->choices.len; i++) {
		const struct choice *c = &m->choices.v[i];

		if (strcmp(c->answer ? c->answer : c->text, answer) == 0)
			return true;
	}
	return false;
}

static void add(struct menu *m, const struct menu_item *item)
{
	*VEC_PUSH(&m->choices) = (struct choice){ .text = xstrdup(item->text),
						  .note = xstrdup_null(item->note),
						  .answer = xstrdup_null(item->answer) };
	if (item->note && canvas_text_width(item->text, strlen(item->text)) > m->longest)
		m->longest = canvas_text_width(item->text, strlen(item->text));
}

void menu_add(struct screen *s, const struct menu_item *items, size_t n)
{
	struct menu *m = s->data;

	for (size_t i = 0; i < n; i++)
		if (!is_there(m, &items[i]))
			add(m, &items[i]);
	narrow(m);
	screen_changed(s, SCREEN_DATA);
}

void menu_notes_right(struct screen *s)
{
	struct menu *m = s->data;

	m->notes_right = true;
}

void menu_on_typed(struct screen *s, void (*typed)(void *ctx, const char *text))
{
	struct menu *m = s->data;

	m->on_typed = typed;
}

struct screen *dialog_menu(struct ui *ui, const char *title, const struct menu_item *items,
			   size_t n, dialog_fn *fn, void *ctx)
{
	struct menu *m = xcalloc(1, sizeof *m);
	struct screen_init init = { .kind = &kind_menu, .data = m };
	struct err err = ERR_INIT;
	struct screen *s;

	m->title = xstrdup(title);
	for (size_t i = 0; i < n; i++)
		add(m, &items[i]);
	buf_init(&m->typed);
	m->fn = fn;
	m->ctx = ctx;
	m->list.height = MENU_ROWS;
	narrow(m);
	s = screen_push(ui, &init, &err);
	if (!s)
		BUG("a menu could not be opened: %s", err.why);
	return s;
}
