/* SPDX-License-Identifier: MIT */
/*
 * tags.c - an array as a list of its elements: added, changed, removed, moved; the text that it
 * becomes is quoted as the server would.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "domain/pgarray.h"
#include "ui/lineedit.h"
#include "ui/ui.h"
#include "ui/dialog.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { LIST_ROWS = 12, WIDTH = 60 };

#define CHANGING "a add  Enter change  D remove  K J move  N element NULL"
#define LEAVING "Ctrl-S take the list   Esc leave"
#define TYPING "Enter accept   Esc leave"

struct tags {
	char *title;
	struct pgarray list;
	char *before; /* as it came, to tell whether it was changed */
	struct scroll scroll;
	struct line *line; /* the element under the cursor is being typed */
	bool fresh;	   /* it was added for this */
	dialog_fn *fn;
	void *ctx;
	bool answered;
};

static void settle(struct tags *t)
{
	scroll_set(&t->scroll, (int)t->list.len, t->scroll.height);
}

static void recalc(struct screen *s)
{
	struct tags *t = s->data;
	int room = s->rows - 6;

	scroll_set(&t->scroll, (int)t->list.len, room < LIST_ROWS ? room : LIST_ROWS);
}

/* ---- changing ---- */

static void remove_at(struct tags *t, size_t i)
{
	free(t->list.v[i]);
	VEC_REMOVE(&t->list, i);
	settle(t);
}

static void line_done(void *ctx, const char *text)
{
	struct screen *s = ctx;
	struct tags *t = s->data;
	size_t at = (size_t)t->scroll.cursor;

	if (text) {
		free(t->list.v[at]);
		t->list.v[at] = xstrdup(text);
	} else if (t->fresh) {
		remove_at(t, at);
	}
	line_free(&t->line);
	screen_changed(s, SCREEN_LOOK);
}

static void type(struct screen *s, bool fresh)
{
	struct tags *t = s->data;
	const struct line_ops ops = { .done = line_done, .ctx = s };
	const char *old;

	if (!t->list.len)
		return;
	old = t->list.v[t->scroll.cursor];
	t->fresh = fresh;
	t->line = line_new(ui_lineedit(s->ui), &ops, old ? old : "");
}

static void add(struct screen *s)
{
	struct tags *t = s->data;

	pgarray_append(&t->list, "");
	settle(t);
	scroll_to(&t->scroll, (int)t->list.len - 1);
	type(s, true);
}

static void shift(struct tags *t, int by)
{
	int from = t->scroll.cursor, to = from + by;
	char *moved;

	if (to < 0 || to >= (int)t->list.len)
		return;
	moved = t->list.v[from];
	t->list.v[from] = t->list.v[to];
	t->list.v[to] = moved;
	scroll_to(&t->scroll, to);
}

static void make_null(struct tags *t)
{
	if (!t->list.len)
		return;
	free(t->list.v[t->scroll.cursor]);
	t->list.v[t->scroll.cursor] = NULL;
}

/* ---- painting ---- */

static void paint_element(const struct tags *t, struct canvas *w, int row, int i)
{
	const char *text = t->list.v[i];
	bool focus = i == t->scroll.cursor;

	if (focus && t->line) {
		line_paint(t->line, w, row, 1, w->cols - 2, STYLE_INPUT);
		return;
	}
	if (!text)
		canvas_text(w, row, 1, w->cols - 2, STYLE_NIL, "NULL");
	else if (!*text)
		canvas_text(w, row, 1, w->cols - 2, STYLE_NIL, "(empty text)");
	else
		canvas_text(w, row, 1, w->cols - 2, STYLE_NORMAL, text);
	if (!focus)
		return;
	canvas_over(w, row, 0, 1, w->cols - 1, STYLE_SELECTED);
	canvas_focus(w, row);
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct tags *t = s->data;
	int rows = t->scroll.height > 3 ? t->scroll.height : 3;
	int width = WIDTH < c->cols - 6 ? WIDTH : c->cols - 6;
	struct canvas w = box_open(c, rows + 3, width, STYLE_BORDER, t->title);

	if (!t->list.len)
		canvas_text(&w, 0, 1, w.cols - 2, STYLE_MUTED, "an empty list");
	for (int i = 0; i < t->scroll.height && t->scroll.top + i < (int)t->list.len; i++)
		paint_element(t, &w, i, t->scroll.top + i);
	canvas_text(&w, w.rows - 2, 1, w.cols - 2, STYLE_HINT, t->line ? TYPING : CHANGING);
	if (!t->line)
		canvas_text(&w, w.rows - 1, 1, w.cols - 2, STYLE_HINT, LEAVING);
}

/* ---- keys ---- */

static void answer(struct screen *s, bool take)
{
	struct tags *t = s->data;
	dialog_fn *fn = t->fn;
	void *ctx = t->ctx;
	struct buf text = BUF_INIT;

	t->answered = true;
	pgarray_write(&text, &t->list);
	screen_pop(s);
	fn(ctx, take ? text.data : NULL);
	buf_release(&text);
}

/* What was typed is as good as lost when Esc is. */
static const char *tags_unsaved(const struct screen *s)
{
	const struct tags *t = s->data;
	struct buf now = BUF_INIT;
	bool same;

	pgarray_write(&now, &t->list);
	same = strcmp(now.data, t->before) == 0;
	buf_release(&now);
	return same ? NULL : "Leave without taking the changed list?";
}

static void on_leave(void *ctx, const char *text)
{
	if (text && strcmp(text, "yes") == 0)
		answer(ctx, false);
}

static void give_up(struct screen *s)
{
	const struct question q = { .title = "Not taken",
				    .text = tags_unsaved(s),
				    .kind = ASK_YES_NO,
				    .destructive = true };

	if (q.text)
		dialog_ask(s->ui, &q, on_leave, s);
	else
		answer(s, false);
}

static void close_tags(struct screen *s)
{
	struct tags *t = s->data;

	if (t->line)
		line_free(&t->line);
	if (!t->answered)
		t->fn(t->ctx, NULL);
	dialog_forget(s->ui, s);
	pgarray_release(&t->list);
	free(t->before);
	free(t->title);
	free(t);
}

static bool letter(struct screen *s, uint32_t code)
{
	struct tags *t = s->data;

	switch (code) {
	case 'a':
	case 'o':
		add(s);
		return true;
	case 'e':
		type(s, false);
		return true;
	case 'D':
	case 'x':
		if (t->list.len)
			remove_at(t, (size_t)t->scroll.cursor);
		return true;
	case 'K':
	case 'J':
		shift(t, code == 'K' ? -1 : 1);
		return true;
	case 'N':
		make_null(t);
		return true;
	default:
		return false;
	}
}

static bool key(struct screen *s, const struct key *k);

/* An element is gone to, and typed in by a double click; the lines below are keys. */
static void click(struct screen *s, const struct key *k)
{
	struct tags *t = s->data;
	struct key pressed;
	int row = k->row, col = k->col;
	int rows = t->scroll.height > 3 ? t->scroll.height : 3;
	int width = WIDTH < s->cols - 6 ? WIDTH : s->cols - 6;

	if (!box_at((struct box_want){ s->rows, s->cols }, (struct box_want){ rows + 3, width },
		    &row, &col))
		return;
	if (row == rows + 1
		    ? hint_at(t->line ? TYPING : CHANGING, col - 1, &pressed)
		    : row == rows + 2 && !t->line && hint_at(LEAVING, col - 1, &pressed)) {
		key(s, &pressed);
	} else if (!t->line && row < rows && t->scroll.top + row < (int)t->list.len) {
		scroll_to(&t->scroll, t->scroll.top + row);
		if (k->code == K_DOUBLE_CLICK)
			type(s, false);
	}
}

static bool key(struct screen *s, const struct key *k)
{
	struct tags *t = s->data;

	if (k->mods == MOD_CTRL && k->code == 'l')
		return false;
	screen_changed(s, SCREEN_LOOK);
	if (k->code == K_CLICK || k->code == K_DOUBLE_CLICK)
		click(s, k);
	else if (t->line)
		line_key(t->line, k);
	else if (k->mods == MOD_CTRL && k->code == 's')
		answer(s, true);
	else if (key_is(k, K_ESC) ||
		 (k->mods == MOD_CTRL && (k->code == 'c' || k->code == 'g')))
		give_up(s);
	else if (key_is(k, K_ENTER))
		t->list.len ? type(s, false) : add(s);
	else if (key_is(k, K_INSERT))
		add(s);
	else if (key_is(k, K_DELETE) && t->list.len)
		remove_at(t, (size_t)t->scroll.cursor);
	else if (k->mods || !letter(s, k->code))
		scroll_key(&t->scroll, k);
	return true;
}

const struct screen_kind kind_tags = {
	.name = "tags",
	.flags = KIND_MODAL | KIND_TYPING,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.unsaved = tags_unsaved,
	.close = close_tags,
};

bool tags_open(struct ui *ui, const char *title, const char *value, dialog_fn *fn, void *ctx)
{
	struct pgarray list = PGARRAY_INIT;
	struct buf before = BUF_INIT;
	struct screen_init init = { .kind = &kind_tags };
	struct err err = ERR_INIT;
	struct tags *t;

	/* Several dimensions are no list: they are typed. */
	if (value && *value && !pgarray_parse(&list, value))
		return false;
	t = xcalloc(1, sizeof *t);
	t->title = xstrdup(title);
	t->list = list;
	pgarray_write(&before, &list);
	t->before = buf_detach(&before);
	t->fn = fn;
	t->ctx = ctx;
	t->scroll.height = LIST_ROWS;
	init.data = t;
	settle(t);
	if (!screen_push(ui, &init, &err))
		BUG("a list could not be opened: %s", err.why);
	return true;
}
