/* SPDX-License-Identifier: MIT */
/*
 * pick.c - a record of another relation, searched by the server as one types.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/labels.h"
#include "domain/equal.h"
#include "ui/ui.h"
#include "ui/dialog.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { PICK_ROWS = 14, WIDTH = 66, FETCH_ROWS = 50, TYPING_MS = 150 };

#define HINTS "type to search   Enter choose   Esc leave"

struct found {
	char *key, *label;
};

struct pick {
	char *title;
	char *sql; /* with $1 the search, $2 how many, $3 … the conditions */
	VEC(char *) conditions;
	VEC(struct found) found;
	struct buf typed;
	struct scroll list;
	struct loop_timer *timer;
	bool searching, more;
	char *trouble;
	dialog_fn *fn;
	void *ctx;
	bool answered;
};

static void found_clear(struct pick *p)
{
	for (size_t i = 0; i < p->found.len; i++) {
		free(p->found.v[i].key);
		free(p->found.v[i].label);
	}
	VEC_CLEAR(&p->found);
}

/* ---- the server searches ---- */

static void arrived(void *ctx, const struct txn_result *result)
{
	struct screen *s = ctx;
	struct pick *p = s->data;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	p->searching = false;
	free(p->trouble);
	p->trouble = r ? NULL : err_text(&result->err);
	found_clear(p);
	for (size_t i = 0; r && i < reply_rows(r) && i < FETCH_ROWS; i++)
		*VEC_PUSH(&p->found) = (struct found){ xstrdup_null(reply_get(r, i, "key")),
						       xstrdup_null(reply_get(r, i, "label")) };
	p->more = r && reply_rows(r) > FETCH_ROWS;
	p->list.cursor = p->list.top = 0;
	scroll_set(&p->list, (int)p->found.len, p->list.height);
	screen_changed(s, SCREEN_LOOK);
}

static void search(void *ctx)
{
	struct screen *s = ctx;
	struct pick *p = s->data;
	struct session *session = screen_session(s);
	struct request_callbacks cb = { .done = arrived, .ctx = s };
	struct params params = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;

	/* An older search is no longer wanted. */
	db_forget(session_db(session), s);
	p->searching = true;
	params_text(&params, p->typed.data);
	params_int(&params, FETCH_ROWS + 1);
	for (size_t i = 0; i < p->conditions.len; i++)
		params_text(&params, p->conditions.v[i]);
	session_scope(session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, p->sql, &params);
	db_send(session_db(session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
	params_release(&params);
	screen_changed(s, SCREEN_LOOK);
}

/* ---- painting ---- */

static void recalc(struct screen *s)
{
	struct pick *p = s->data;
	int height = s->rows - 6 < PICK_ROWS ? s->rows - 6 : PICK_ROWS;

	scroll_set(&p->list, (int)p->found.len, height);
}

static void paint_found(const struct pick *p, struct canvas *w, int row, int i)
{
	const struct found *f = &p->found.v[i];
	bool named = f->label && *f->label;
	int used = canvas_text(w, row, 1, w->cols - 2, STYLE_NORMAL, named ? f->label : f->key);
	int note = used < 34 ? 36 : used + 3;

	if (named)
		canvas_text(w, row, note, w->cols - note - 1, STYLE_MUTED, f->key);
	if (i != p->list.cursor)
		return;
	canvas_over(w, row, 0, 1, w->cols - 1, STYLE_SELECTED);
	canvas_focus(w, row);
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct pick *p = s->data;
	int rows = p->list.height, col;
	int width = WIDTH < c->cols - 6 ? WIDTH : c->cols - 6;
	struct canvas w = box_open(c, rows + 3, width, STYLE_BORDER, p->title);

	canvas_glyph(&w, 0, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
	col = 2 + canvas_text(&w, 0, 2, w.cols - 3, STYLE_INPUT, p->typed.data);
	canvas_cursor(&w, 0, col);
	for (int i = 0; i < rows && p->list.top + i < (int)p->found.len; i++)
		paint_found(p, &w, i + 2, p->list.top + i);
	if (p->trouble)
		canvas_text(&w, 2, 1, w.cols - 2, STYLE_ERROR, p->trouble);
	else if (!p->found.len && !p->searching)
		canvas_text(&w, 2, 1, w.cols - 2, STYLE_MUTED, "nothing is found");
	canvas_text(&w, w.rows - 1, 1, w.cols - 2, STYLE_HINT,
		    p->searching ? "searching"
		    : p->more	 ? "there are more: type a part of the name or the key"
				 : HINTS);
}

/* ---- keys ---- */

static void answer(struct screen *s, const char *text)
{
	struct pick *p = s->data;
	dialog_fn *fn = p->fn;
	void *ctx = p->ctx;
	char *copy = xstrdup_null(text);

	p->answered = true;
	screen_pop(s);
	fn(ctx, copy);
	free(copy);
}

static void close_pick(struct screen *s)
{
	struct pick *p = s->data;

	if (!p->answered)
		p->fn(p->ctx, NULL);
	loop_timer_free(&p->timer);
	found_clear(p);
	VEC_RELEASE(&p->found);
	for (size_t i = 0; i < p->conditions.len; i++)
		free(p->conditions.v[i]);
	VEC_RELEASE(&p->conditions);
	buf_release(&p->typed);
	free(p->trouble);
	free(p->title);
	free(p->sql);
	free(p);
}

static void type(struct pick *p, const struct key *k)
{
	if (key_printable(k)) {
		utf8_encode(&p->typed, k->code);
	} else if (k->code == K_PASTE) {
		/* A word from elsewhere; not what stands below it. */
		utf8_sanitize(&p->typed, k->text, strcspn(k->text, "\r\n"), SANITIZE_LINE);
	} else if (key_is(k, K_BACKSPACE) && p->typed.len) {
		while ((p->typed.data[p->typed.len - 1] & 0xC0) == 0x80)
			buf_truncate(&p->typed, p->typed.len - 1);
		buf_truncate(&p->typed, p->typed.len - 1);
	} else if (k->mods == MOD_CTRL && k->code == 'u') {
		buf_clear(&p->typed);
	} else {
		return;
	}
	p->searching = true;
	loop_timer_start(p->timer, TYPING_MS, 0);
}

static bool key(struct screen *s, const struct key *k);

static void click(struct screen *s, const struct key *k)
{
	struct pick *p = s->data;
	struct key pressed;
	int row = k->row, col = k->col, item;
	int width = WIDTH < s->cols - 6 ? WIDTH : s->cols - 6;

	if (!box_at((struct box_want){ s->rows, s->cols },
		    (struct box_want){ p->list.height + 3, width }, &row, &col))
		return;
	item = p->list.top + row - 2;
	if (row >= 2 && row < 2 + p->list.height && item < (int)p->found.len && !p->searching)
		answer(s, p->found.v[item].key);
	else if (row == p->list.height + 2 && !p->searching && !p->more &&
		 hint_at(HINTS, col - 1, &pressed))
		key(s, &pressed);
}

static bool key(struct screen *s, const struct key *k)
{
	struct pick *p = s->data;

	if (k->mods == MOD_CTRL && k->code == 'l')
		return false;
	screen_changed(s, SCREEN_LOOK);
	if (key_is(k, K_ESC) || (k->mods == MOD_CTRL && (k->code == 'c' || k->code == 'g'))) {
		answer(s, NULL);
	} else if (key_is(k, K_ENTER)) {
		/* What is shown may still be of the search before. */
		if (p->found.len && !p->searching)
			answer(s, p->found.v[p->list.cursor].key);
	} else if (k->code == K_CLICK || k->code == K_DOUBLE_CLICK) {
		click(s, k);
	} else if (k->mods == MOD_CTRL && (k->code == 'n' || k->code == 'p')) {
		scroll_move(&p->list, k->code == 'n' ? 1 : -1);
	} else if (!scroll_key(&p->list, k)) {
		type(p, k);
	}
	return true;
}

const struct screen_kind kind_pick = {
	.name = "pick",
	.flags = KIND_MODAL | KIND_TYPING,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.close = close_pick,
};

/* ---- opening ---- */

static char *pick_sql(struct pick *p, const struct session *session,
		      const struct pick_from *from)
{
	const struct sqlset *set = session_sql(session);
	struct buf sql = BUF_INIT, conditions = BUF_INIT;
	const struct column *label = label_column(session, from->relation);
	struct err err = ERR_INIT;

	for (size_t i = 0; i < from->nconditions; i++) {
		struct buf is = BUF_INIT;

		*VEC_PUSH(&p->conditions) = xstrdup(from->conditions[i].value);
		equal_param(&is, set, "r", from->conditions[i].column,
			    (int)p->conditions.len + 2);
		sql_fragment(&conditions, set, "pick.and",
			     &(struct sqlvar){ "condition", is.data }, 1);
		buf_release(&is);
	}
	{
		const struct sqlvar vars[] = {
			{ "schema", from->relation->schema },
			{ "table", from->relation->name },
			{ "key", from->key->name },
			{ "label", label ? label->name : from->key->name },
			{ "conditions", conditions.data },
		};

		if (!sql_expand(&sql, sqlset_get(set, "form_pick", 0)->text, vars,
				ARRAY_SIZE(vars), &err))
			BUG("form_pick: %s", err.why);
	}
	buf_release(&conditions);
	return buf_detach(&sql);
}

void pick_open(struct ui *ui, const struct pick_from *from, dialog_fn *fn, void *ctx)
{
	struct pick *p = xcalloc(1, sizeof *p);
	struct screen_init init = { .kind = &kind_pick, .data = p };
	struct err err = ERR_INIT;
	struct screen *s;

	p->title = xasprintf("%s from %s", from->title, from->relation->name);
	p->fn = fn;
	p->ctx = ctx;
	p->list.height = PICK_ROWS;
	p->sql = pick_sql(p, ui->session, from);
	buf_init(&p->typed);
	s = screen_push(ui, &init, &err);
	if (!s)
		BUG("a picker could not be opened: %s", err.why);
	p->timer = loop_timer_new(ui->loop, search, s);
	search(s);
}
