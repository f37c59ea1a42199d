/* SPDX-License-Identifier: MIT */
#include "ui/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { WIDTH = 64, SECRET_MAX = 1000 };

struct dialog {
	char *title, *text, *expect;
	VEC(char *) choices;
	int kind; /* of struct question */
	bool destructive, may_leave, answered;
	struct buf typed;
	size_t point; /* bytes before the cursor */
	struct scroll list;
	struct lines lines; /* the text, wrapped */
	dialog_fn *fn;
	void *ctx;
};

/* Whatever was typed may have been a password. */
static void wipe(struct buf *b)
{
	if (b->cap)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

static void dialog_free(struct dialog *d)
{
	for (size_t i = 0; i < d->choices.len; i++)
		free(d->choices.v[i]);
	VEC_RELEASE(&d->choices);
	lines_release(&d->lines);
	wipe(&d->typed);
	free(d->title);
	free(d->text);
	free(d->expect);
	free(d);
}

static void close_dialog(struct screen *s)
{
	struct dialog *d = s->data;

	if (!d->answered)
		d->fn(d->ctx, NULL);
	dialog_free(d);
}

static void answer(struct screen *s, const char *text)
{
	struct dialog *d = s->data;
	dialog_fn *fn = d->fn;
	void *ctx = d->ctx;
	char *copy = xstrdup_null(text);

	d->answered = true;
	screen_pop(s);
	fn(ctx, copy);
	if (copy)
		explicit_bzero(copy, strlen(copy));
	free(copy);
}

static bool types(const struct dialog *d)
{
	return d->kind == ASK_TEXT || d->kind == ASK_SECRET || d->kind == ASK_TYPE_NAME;
}

/* ---- layout ---- */

static void recalc(struct screen *s)
{
	struct dialog *d = s->data;
	int width = s->cols - 6 < WIDTH ? s->cols - 6 : WIDTH;

	lines_release(&d->lines);
	lines_wrap(&d->lines, d->text, strlen(d->text), width);
	scroll_set(&d->list, (int)d->choices.len, s->rows - (int)d->lines.len - 6);
}

static int body_rows(const struct dialog *d)
{
	if (d->kind == ASK_CHOICE)
		return d->list.len < d->list.height ? d->list.len : d->list.height;
	return d->kind == ASK_YES_NO ? 0 : 1;
}

static const char *hint(const struct dialog *d)
{
	switch (d->kind) {
	case ASK_YES_NO:
		return d->destructive ? "y yes   n or Esc no"
		       : d->may_leave ? "y or Enter yes   n no   Esc leave"
				      : "y or Enter yes   n or Esc no";
	case ASK_TYPE_NAME:
		return "type the name, then Enter   Esc leave";
	default:
		return "Enter go on   Esc leave";
	}
}

static void paint_choices(const struct dialog *d, struct canvas *w, int row)
{
	for (int i = 0; i < body_rows(d); i++) {
		int item = d->list.top + i;

		canvas_text(w, row + i, 2, w->cols - 3, STYLE_NORMAL, d->choices.v[item]);
		if (item != d->list.cursor)
			continue;
		canvas_glyph(w, row + i, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
		canvas_over(w, row + i, 0, 1, w->cols, STYLE_SELECTED);
		canvas_focus(w, row + i);
	}
}

static void paint_input(const struct dialog *d, struct canvas *w, int row)
{
	struct buf shown = BUF_INIT;
	int cursor, skip = 0;

	/* Without UTF-8 a letter is told by its number, and is as wide as that. */
	if (d->kind == ASK_SECRET)
		buf_addn(&shown, '*', d->typed.len);
	else
		utf8_sanitize(&shown, d->typed.data, d->point, SANITIZE_LINE);
	cursor = utf8_width(shown.data, shown.len);
	if (d->kind != ASK_SECRET)
		utf8_sanitize(&shown, d->typed.data + d->point, d->typed.len - d->point,
			      SANITIZE_LINE);
	if (cursor > w->cols - 4)
		skip = cursor - (w->cols - 4);
	canvas_glyph(w, row, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
	canvas_text(w, row, 2, w->cols - 2, STYLE_INPUT,
		    shown.data + utf8_fit(shown.data, shown.len, skip, NULL));
	canvas_cursor(w, row, 2 + cursor - skip);
	wipe(&shown);
}

static struct box_want size_of(const struct dialog *d, int cols)
{
	int body = body_rows(d), width = WIDTH;

	return (struct box_want){ (int)d->lines.len + (body ? body + 1 : 0) + 2,
				  width < cols - 6 ? width : cols - 6 };
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct dialog *d = s->data;
	struct box_want size = size_of(d, c->cols);
	int text = (int)d->lines.len, body = body_rows(d);
	struct canvas w;

	w = box_open(c, size.rows, size.cols, d->destructive ? STYLE_WARNING : STYLE_BORDER,
		     d->title);
	for (int i = 0; i < text; i++)
		canvas_text(&w, i, 0, w.cols, STYLE_NORMAL, d->lines.v[i]);
	if (d->kind == ASK_CHOICE)
		paint_choices(d, &w, text + 1);
	else if (body)
		paint_input(d, &w, text + 1);
	canvas_text(&w, w.rows - 1, 0, w.cols, STYLE_HINT, hint(d));
}

/* ---- keys ---- */

static void insert(struct dialog *d, const char *text, size_t len)
{
	if (d->typed.len + len > SECRET_MAX)
		return;
	buf_splice(&d->typed, d->point, 0, text, len);
	d->point += len;
}

static size_t step_back(const struct dialog *d)
{
	size_t p = d->point;

	while (p > 0 && (d->typed.data[--p] & 0xC0) == 0x80)
		;
	return p;
}

static size_t step_forward(const struct dialog *d)
{
	int width;

	return d->point +
	       utf8_cluster(d->typed.data + d->point, d->typed.len - d->point, &width);
}

static void erase(struct dialog *d, size_t from, size_t to)
{
	buf_splice(&d->typed, from, to - from, NULL, 0);
	d->point = from;
}

/* A password must not pass through readline: it keeps what it sees (kill ring, undo). */
static void edit(struct dialog *d, const struct key *k)
{
	struct buf ch = BUF_INIT;

	if (key_printable(k)) {
		utf8_encode(&ch, k->code);
		insert(d, ch.data, ch.len);
		buf_release(&ch);
	} else if (k->code == K_PASTE) {
		insert(d, k->text, strcspn(k->text, "\r\n"));
	} else if (key_is(k, K_BACKSPACE)) {
		erase(d, step_back(d), d->point);
	} else if (key_is(k, K_DELETE)) {
		erase(d, d->point, step_forward(d));
	} else if (key_is(k, K_LEFT)) {
		d->point = step_back(d);
	} else if (key_is(k, K_RIGHT)) {
		d->point = step_forward(d);
	} else if (key_is(k, K_HOME) || (k->code == 'a' && k->mods == MOD_CTRL)) {
		d->point = 0;
	} else if (key_is(k, K_END) || (k->code == 'e' && k->mods == MOD_CTRL)) {
		d->point = d->typed.len;
	} else if (k->code == 'u' && k->mods == MOD_CTRL) {
		erase(d, 0, d->point);
	} else if (k->code == 'k' && k->mods == MOD_CTRL) {
		erase(d, d->point, d->typed.len);
	}
}

static void enter(struct screen *s)
{
	struct dialog *d = s->data;

	switch (d->kind) {
	case ASK_YES_NO:
		if (!d->destructive)
			answer(s, "yes");
		return;
	case ASK_CHOICE:
		if (d->choices.len)
			answer(s, d->choices.v[d->list.cursor]);
		return;
	case ASK_TYPE_NAME:
		/* A wrong name goes to the asker, who says what became of it. */
		if (d->typed.len)
			answer(s, d->typed.data);
		return;
	default:
		answer(s, d->typed.data);
	}
}

static bool key(struct screen *s, const struct key *k);

/* On a choice: that; on the line below: what it names. */
static void click(struct screen *s, const struct key *k)
{
	struct dialog *d = s->data;
	struct box_want size = size_of(d, s->cols);
	int row = k->row, col = k->col, item;
	struct key pressed;

	if (!box_at((struct box_want){ s->rows, s->cols }, size, &row, &col))
		return;
	item = d->list.top + row - (int)d->lines.len - 1;
	if (row == size.rows - 1 && hint_at(hint(d), col, &pressed))
		key(s, &pressed);
	else if (d->kind == ASK_CHOICE && item >= d->list.top && item < d->list.len)
		answer(s, d->choices.v[item]);
}

/* Nothing is typed where one chooses: the letters move as everywhere. */
static void choose(struct dialog *d, const struct key *k)
{
	static const struct {
		uint32_t letter, code;
	} moves[] = { { 'j', K_DOWN }, { 'k', K_UP }, { 'g', K_HOME }, { 'G', K_END } };
	struct key moved = *k;

	for (size_t i = 0; i < ARRAY_SIZE(moves); i++)
		if (key_is(k, moves[i].letter))
			moved.code = moves[i].code;
	scroll_key(&d->list, &moved);
}

static bool key(struct screen *s, const struct key *k)
{
	struct dialog *d = s->data;

	if (k->mods == MOD_CTRL && k->code == 'l')
		return false;
	if (key_is(k, K_ESC) || (k->mods == MOD_CTRL && (k->code == 'c' || k->code == 'g'))) {
		answer(s, NULL);
		return true;
	}
	if (key_is(k, K_ENTER)) {
		enter(s);
		return true;
	}
	if (d->kind == ASK_YES_NO && (key_is(k, 'y') || key_is(k, 'n'))) {
		answer(s, k->code == 'y' ? "yes" : "no");
		return true;
	}
	if (k->code == K_CLICK) {
		click(s, k);
		return true; /* the dialog may be gone */
	}
	if (types(d))
		edit(d, k);
	else if (d->kind == ASK_CHOICE)
		choose(d, k);
	screen_changed(s, SCREEN_LOOK);
	return true; /* a question keeps the keys to itself */
}

const struct screen_kind kind_dialog = {
	.name = "dialog",
	.flags = KIND_MODAL | KIND_TYPING,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.close = close_dialog,
};

void dialog_ask(struct ui *ui, const struct question *q, dialog_fn *fn, void *ctx)
{
	struct dialog *d = xcalloc(1, sizeof *d);
	struct screen_init init = { .kind = &kind_dialog, .data = d };
	struct err err = ERR_INIT;

	d->title = xstrdup(q->title ? q->title : "");
	d->text = xstrdup(q->text ? q->text : "");
	d->expect = xstrdup_null(q->expect);
	for (size_t i = 0; q->choices && q->choices[i]; i++)
		*VEC_PUSH(&d->choices) = xstrdup(q->choices[i]);
	d->kind = (int)q->kind;
	d->destructive = q->destructive;
	d->may_leave = q->may_leave;
	buf_init(&d->typed);
	d->fn = fn;
	d->ctx = ctx;
	if (!screen_push(ui, &init, &err))
		BUG("a dialog could not be opened: %s", err.why);
}

void dialog_forget(struct ui *ui, const void *ctx)
{
	for (size_t i = ui->stack.len; i-- > 0;) {
		struct screen *s = ui->stack.v[i];
		struct dialog *d = s->data;

		if (s->kind != &kind_dialog || d->ctx != ctx)
			continue;
		d->answered = true;
		screen_remove(s);
		return;
	}
}
