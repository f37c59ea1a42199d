/* SPDX-License-Identifier: MIT */
/*
 * bar.c - the command bar: a line at the bottom, with what could be typed in a menu above it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "bar_priv.h"
#include "command/complete.h"

enum { LIVE_MS = 150 };

struct bar *bar_new(struct ui *ui)
{
	struct bar *b = xcalloc(1, sizeof *b);

	b->ui = ui;
	return b;
}

static void drop_names(struct bar *b)
{
	for (size_t i = 0; i < b->columns.len; i++)
		free(b->columns.v[i]);
	for (size_t i = 0; i < b->kept.len; i++)
		free(b->kept.v[i]);
	VEC_CLEAR(&b->columns);
	VEC_CLEAR(&b->kept);
}

static void drop_items(struct bar *b)
{
	for (size_t i = 0; i < b->items.len; i++) {
		free(b->items.v[i].text);
		free(b->items.v[i].note);
	}
	VEC_CLEAR(&b->items);
	b->choosing = false;
}

static void drop_taken(struct bar *b)
{
	free(b->taken.text);
	free(b->taken.note);
	b->taken = (struct item){ 0 };
}

void bar_close(struct bar *b)
{
	if (!b->line)
		return;
	line_free(&b->line);
	complete_free(&b->completing);
	drop_items(b);
	drop_taken(b);
	drop_names(b);
	loop_timer_free(&b->live);
	err_clear(&b->err);
	ui_changed(b->ui);
}

void bar_free(struct bar **b)
{
	if (!*b)
		return;
	bar_close(*b);
	VEC_RELEASE(&(*b)->items);
	VEC_RELEASE(&(*b)->columns);
	VEC_RELEASE(&(*b)->kept);
	free((*b)->asked);
	free(*b);
	*b = NULL;
}

bool bar_is_open(const struct bar *b)
{
	return b->line != NULL;
}

/* ---- completion ---- */

static void on_candidates(void *ctx, const struct completion *c)
{
	struct bar *b = ctx;

	drop_items(b);
	for (size_t i = 0; i < c->n; i++)
		*VEC_PUSH(&b->items) = (struct item){ xstrdup(c->candidates[i].text),
						      xstrdup_null(c->candidates[i].note) };
	b->start = c->start;
	b->end = c->end;
	b->more = c->more;
	b->menu.cursor = b->menu.top = 0;
	scroll_set(&b->menu, (int)b->items.len, bar_menu_rows(b));
	ui_changed(b->ui);
}

static void find_candidates(struct bar *b)
{
	const struct screen *s = screen_focus(b->ui);
	struct complete_context context = { .columns = (const char *const *)b->columns.v,
					    .def = s ? s->def : NULL,
					    .rows = s && s->kind->rows ? s->kind->rows(s)
								       : NULL,
					    .kept = (const char *const *)b->kept.v };

	complete_free(&b->completing);
	drop_items(b);
	if (b->prompt == ':')
		b->completing = complete_start(b->ui->session, &context, line_text(b->line),
					       line_point(b->line), on_candidates, b);
}

/* As much as all candidates share is put in; what is unique is put in whole. */
static size_t shared_length(const struct bar *b)
{
	const char *first = b->items.v[0].text;
	size_t n = strlen(first);

	for (size_t i = 1; i < b->items.len; i++) {
		size_t same = 0;

		while (same < n && first[same] == b->items.v[i].text[same])
			same++;
		n = same;
	}
	while (n > 0 && (first[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void put(struct bar *b, const char *text)
{
	line_replace(b->line, b->start, b->end, text);
	b->end = b->start + strlen(text);
}

/* Whole, and on to what can follow. */
static void take(struct bar *b, int at)
{
	const struct item *it = &b->items.v[at];
	char *with_blank = xasprintf("%s ", it->text);

	put(b, with_blank);
	free(with_blank);
	drop_taken(b);
	b->taken = (struct item){ xstrdup(it->text), xstrdup_null(it->note) };
	b->taken_at = b->start;
	find_candidates(b);
}

static void choose(struct bar *b, int step)
{
	int n = (int)b->items.len;

	if (!b->choosing)
		scroll_to(&b->menu, step > 0 ? 0 : n - 1);
	else
		scroll_to(&b->menu, (b->menu.cursor + step + n) % n);
	b->choosing = true;
	put(b, b->items.v[b->menu.cursor].text);
}

static void on_complete(void *ctx, int step)
{
	struct bar *b = ctx;
	size_t shared;
	char *common;

	if (!b->items.len)
		return;
	if (b->items.len == 1) {
		take(b, 0);
		return;
	}
	shared = shared_length(b);
	if (!b->choosing && shared > b->end - b->start) {
		common = xstrndup(b->items.v[0].text, shared);
		put(b, common);
		free(common);
		return;
	}
	choose(b, step);
}

/* ---- the line ---- */

static void search_now(void *ctx)
{
	struct bar *b = ctx;
	char *line = xasprintf("/%s", line_text(b->line));

	b->searched = true;
	host_run(b->ui, line);
	free(line);
}

static void on_changed(void *ctx)
{
	struct bar *b = ctx;

	err_clear(&b->err);
	drop_taken(b);
	find_candidates(b);
	if (b->prompt == '/' && b->live)
		loop_timer_start(b->live, LIVE_MS, 0);
	ui_changed(b->ui);
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || (c & 0x80);
}

/* As a word of its own, else as a part of one. */
static const char *find_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	const char *part = strstr(text, word);

	for (const char *at = part; at; at = strstr(at + 1, word))
		if ((at == text || !in_word(at[-1]) || !in_word(word[0])) &&
		    (!in_word(at[len]) || !in_word(word[len - 1])))
			return at;
	return part;
}

/* The word that the error is about: what it quotes, else the thing that it names. */
static bool wrong_word(const char *text, const struct err *err, size_t *start, size_t *len)
{
	const char *quote = strchr(err->why, '"');
	size_t n = quote ? strcspn(quote + 1, "\"") : 0;
	char *word = n ? xstrndup(quote + 1, n) : xstrdup_null(err->what);
	const char *at = word && *word ? find_word(text, word) : NULL;

	if (at) {
		*start = (size_t)(at - text);
		*len = strlen(word);
	}
	free(word);
	return at != NULL;
}

/* The last of the line that is this text: a condition or a statement is what a line ends with.
 */
static const char *find_last(const char *line, const char *text)
{
	const char *found = NULL;

	for (const char *at = *text ? strstr(line, text) : NULL; at; at = strstr(at + 1, text))
		found = at;
	return found;
}

static bool wrong_place(const char *line, const struct err *err, size_t *start, size_t *len)
{
	const char *text = err->text ? find_last(line, err->text) : NULL;

	if (!text)
		return wrong_word(line, err, start, len);
	*start = (size_t)(text - line) + err->at;
	*len = err->len;
	return true;
}

/* A line that is wrong stays, with the cursor behind the wrong word. */
static void refuse(struct bar *b, const char *text, const struct err *err)
{
	size_t from = *text == '/';

	bar_open(b, text);
	b->wrong = b->wrong_len = 0;
	b->misses = false;
	err_copy(&b->err, err);
	drop_items(b);
	if (!wrong_place(text + from, &b->err, &b->wrong, &b->wrong_len))
		return;
	b->misses = b->wrong_len == 0;
	line_move(b->line, b->wrong + b->wrong_len);
}

bool bar_takes(const struct bar *b, const struct err *err)
{
	return err->text && b->asked && !b->line && b->asked_us == b->ui->keyed_us &&
	       tabs_in_front(b->ui) && find_last(b->asked, err->text);
}

bool bar_refuse(struct bar *b, const struct err *err)
{
	if (!bar_takes(b, err))
		return false;
	refuse(b, b->asked, err);
	return true;
}

static void on_done(void *ctx, const char *text)
{
	struct bar *b = ctx;
	struct err err = ERR_INIT;
	char *line;

	if (!text) {
		bool searched = b->searched;

		bar_close(b);
		if (searched)
			host_run(b->ui, "/");
		return;
	}
	line = xasprintf("%s%s", b->prompt == '/' ? "/" : "", text);
	lineedit_remember(b->ui->lineedit, line);
	bar_close(b);
	free(b->asked);
	b->asked = line;
	b->asked_us = b->ui->keyed_us;
	line = xstrdup(line); /* what it runs may come here again */
	if (!host_try(b->ui, line, &err))
		refuse(b, line, &err);
	err_release(&err);
	free(line);
}

static void add_column(void *ctx, const char *name)
{
	struct bar *b = ctx;

	*VEC_PUSH(&b->columns) = xstrdup(name);
}

static void add_kept(void *ctx, const char *name)
{
	struct bar *b = ctx;

	*VEC_PUSH(&b->kept) = xstrdup(name);
}

/* What readline does not understand of the person's inputrc. */
static void tell_complaints(struct ui *ui)
{
	char *text = lineedit_complaints(ui->lineedit), *save = NULL;

	for (char *l = text ? strtok_r(text, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save))
		ui_say(ui, SAY_WARNING, "%s", l);
	free(text);
}

void bar_open(struct bar *b, const char *text)
{
	const struct screen *s = screen_top(b->ui);
	struct line_ops ops = {
		.done = on_done,
		.changed = on_changed,
		.complete = on_complete,
		.ctx = b,
	};

	if (b->line)
		return;
	b->prompt = *text == '/' ? '/' : ':';
	ops.past = b->prompt == '/' ? "/" : NULL;
	b->searched = false;
	if (s && s->kind->columns)
		s->kind->columns(s, add_column, b);
	*VEC_PUSH(&b->columns) = NULL;
	if (s)
		filters_kept(s, add_kept, b);
	*VEC_PUSH(&b->kept) = NULL;
	if (b->prompt == '/')
		b->live = loop_timer_new(b->ui->loop, search_now, b);
	b->line = line_new(b->ui->lineedit, &ops, text + (b->prompt == '/'));
	tell_complaints(b->ui);
	find_candidates(b);
	ui_changed(b->ui);
}

static bool menu_key(struct bar *b, const struct key *k)
{
	if (!b->choosing)
		return false;
	if (key_is(k, K_DOWN) || key_is(k, K_UP)) {
		choose(b, k->code == K_DOWN ? 1 : -1);
	} else if (key_is(k, K_ENTER)) {
		/* Enter takes the choice; a second one runs the line. */
		take(b, b->menu.cursor);
	} else if (key_is(k, K_ESC)) {
		b->choosing = false;
	} else {
		return false;
	}
	ui_changed(b->ui);
	return true;
}

/* In the line the cursor goes there, in the menu it is taken, beside them nothing. */
static void click(struct bar *b, const struct key *k)
{
	int last = b->ui->canvas->rows - 1, row = k->row - (last - bar_menu_rows(b));

	if (k->row == last) {
		line_move(b->line, line_byte(b->line, bar_line_width(b), k->col - 1));
		find_candidates(b);
	} else if (!b->err.kind && row >= 0 && b->menu.top + row < (int)b->items.len) {
		take(b, b->menu.top + row);
	}
}

static bool mouse(struct bar *b, const struct key *k)
{
	if (k->code < K_CLICK || k->code > K_WHEEL_DOWN)
		return false;
	if (k->code == K_CLICK || k->code == K_DOUBLE_CLICK)
		click(b, k);
	else if (k->code == K_WHEEL_UP || k->code == K_WHEEL_DOWN)
		scroll_action(&b->menu, k->code == K_WHEEL_UP ? "scrollup" : "scrolldown", 1);
	ui_changed(b->ui);
	return true;
}

void bar_key(struct bar *b, const struct key *k)
{
	bool deletes = key_is(k, K_BACKSPACE) || (k->code == 'h' && k->mods == MOD_CTRL);

	if (mouse(b, k) || menu_key(b, k))
		return;
	/* As in vi: what is deleted away closes. */
	if (deletes && !*line_text(b->line)) {
		bar_close(b);
		return;
	}
	line_key(b->line, k);
	if (b->line)
		ui_changed(b->ui);
}

void bar_tell(const struct bar *b, struct buf *out)
{
	const struct item *it = b->choosing ? &b->items.v[b->menu.cursor] : NULL;
	const struct item *taken = b->taken.note ? &b->taken : NULL;
	char *text;

	if (b->err.kind) {
		text = err_text(&b->err);
		buf_addf(out, "error: %s%s%s", text, b->err.hint ? "; " : "",
			 b->err.hint ? b->err.hint : "");
		free(text);
	} else if (it) {
		buf_addf(out, "%s%s%s, %d of %zu", it->text, it->note ? ", " : "",
			 it->note ? it->note : "", b->menu.cursor + 1, b->items.len);
	} else if (taken) {
		buf_addf(out, "%s, %s", taken->text, taken->note);
	}
}
