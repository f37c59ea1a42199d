/* SPDX-License-Identifier: MIT */
/*
 * hints.c - the last line: what can be pressed here, and how far is what takes long.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "bindings.h"
#include "ui_priv.h"

/* ---- hints: one per word, keys of the same word together ---- */

struct hint {
	struct buf keys;
	char word[16];
	struct key key; /* the first of them: what a click presses */
	bool late;	/* what the screen itself offers goes before */
};

struct hints {
	VEC(struct hint) v;
};

static void add_hint(struct hints *h, const struct binding *b, bool late)
{
	struct hint *same = NULL;

	if (!b->hint_len || b->hint_len >= (int)sizeof h->v.v->word)
		return;
	for (size_t i = 0; i < h->v.len; i++)
		if ((int)strlen(h->v.v[i].word) == b->hint_len &&
		    strncmp(h->v.v[i].word, b->hint, (size_t)b->hint_len) == 0)
			same = &h->v.v[i];
	if (!same) {
		same = VEC_PUSH(&h->v);
		*same = (struct hint){ .keys = BUF_INIT, .key = b->key, .late = late };
		memcpy(same->word, b->hint, (size_t)b->hint_len);
	} else {
		buf_addc(&same->keys, ' ');
	}
	key_to_text(&same->keys, &b->key);
}

/* How a dashboard is watched is the same on each of them. */
static bool is_late(const struct screen *s, const struct binding *b)
{
	static const char *const runs[] = { "pause", "interval", "view", "zoom" };

	for (size_t i = 0; s->kind == &kind_dashboard && i < ARRAY_SIZE(runs); i++)
		if (strncmp(b->run, runs[i], strlen(runs[i])) == 0)
			return true;
	return false;
}

/* Of several keys on one line of the file the first is shown. */
static void add_section(struct hints *h, const struct screen *s, const char *section)
{
	const struct binding *b = NULL;
	int group = -1;

	while ((b = keymap_next(s->ui->keymap, section, b))) {
		if (b->group != group && b->hint_len && binding_offered(s, b))
			add_hint(h, b, is_late(s, b));
		group = b->group;
	}
}

static void add_own(struct hints *h, const struct screen *s)
{
	struct err ignored = ERR_INIT;
	struct binding b;

	for (size_t i = 0; s->def && i < s->def->nkeys; i++) {
		if (keymap_screen(&b, s->def, i, &ignored) && binding_offered(s, &b))
			add_hint(h, &b, false);
		err_clear(&ignored);
	}
}

/* "Enter accept  Esc leave": while one types keys are letters, and no others are offered. */
static void add_typing(struct hints *h, const char *text)
{
	struct err ignored = ERR_INIT;
	const char *next;

	for (; *text; text = next + strspn(next, " ")) {
		size_t key = strcspn(text, " ");
		char *name = xstrndup(text, key);
		struct hint *added = VEC_PUSH(&h->v);

		next = strstr(text, "  ");
		next = next ? next : text + strlen(text);
		*added = (struct hint){ .keys = BUF_INIT };
		if (!key_parse(name, &added->key, &ignored))
			BUG("a hint without a key: %s", text);
		buf_adds(&added->keys, name);
		text += key + 1;
		snprintf(added->word, sizeof added->word, "%.*s", (int)(next - text), text);
		free(name);
	}
	err_release(&ignored);
}

static void late_last(struct hints *h)
{
	size_t i = 0;

	for (size_t n = h->v.len; n > 0; n--) {
		struct hint hint = h->v.v[i];

		if (!hint.late) {
			i++;
			continue;
		}
		VEC_REMOVE(&h->v, i);
		*VEC_PUSH(&h->v) = hint;
	}
}

static const char *screen_typing(const struct screen *s)
{
	return s->kind->typing ? s->kind->typing(s) : NULL;
}

static void collect_hints(struct hints *h, const struct ui *ui, const struct screen *top)
{
	const struct screen *s = screen_focus(ui);
	const char *typing = screen_typing(s);

	if (typing) {
		add_typing(h, typing);
		return;
	}
	if (s->kind == &kind_merge) /* it tells them itself, beside what they are for */
		return;
	add_section(h, s, s->kind->name);
	for (; s; s = s->parent)
		add_own(h, s);
	late_last(h);
	if (!(top->kind->flags & KIND_MODAL))
		add_section(h, top, "global");
}

static int paint_hint(struct ui *ui, struct canvas *c, int col, int limit, const struct hint *h)
{
	int keys = frame_width_of(h->keys.data), word = frame_width_of(h->word);

	if (col + keys + 1 + word > limit)
		return 0;
	canvas_text(c, 0, col, keys, STYLE_HINT_KEY, h->keys.data);
	canvas_text(c, 0, col + keys + 1, word, STYLE_HINT, h->word);
	frame_add_spot(ui, ui->canvas->rows - 1, col, keys + 1 + word, NULL);
	ui->spots.v[ui->spots.len - 1].key = h->key;
	return keys + 1 + word + 2;
}

/* Said of one thing at a time: the one that it would end. */
static const char *cancels(const struct ui *ui)
{
	return host_newest(ui) && !host_page_is_told(ui) ? ", Ctrl-C cancels" : "";
}

/* A command that takes long says so by itself. */
static void running_text(struct ui *ui, struct buf *out)
{
	const struct running *newest = host_newest(ui), *r = newest ? newest : ui->running.v[0];
	double seconds = (double)(time_monotonic_us() - r->since_us) / 1e6;

	ui_repaint_in(ui, 1000);
	if (seconds < 1)
		return;
	buf_addf(out, "running %.30s", r->line);
	if (!ui_still(ui))
		buf_addf(out, " %.0f s", floor(seconds));
	buf_adds(out, cancels(ui));
}

/* "120/s, 14 s left", once it goes on long enough to tell; who says a rate himself knows it
 * better. */
static void add_rate(struct ui *ui, struct buf *b)
{
	double seconds = (double)(time_monotonic_us() - ui->progress_since_us) / 1e6, rate;

	if (seconds < 1 || ui->progress_done <= 0 || strstr(ui->progress, "/s") || !ui->term)
		return;
	rate = ui->progress_done / seconds;
	buf_addf(b, rate < 10 ? ", %.1f/s" : ", %.0f/s", rate);
	if (ui->progress_total > ui->progress_done) {
		buf_adds(b, ", ");
		timefmt_duration(b, (ui->progress_total - ui->progress_done) / rate);
		buf_adds(b, " left");
	}
}

static int paint_progress(struct ui *ui, struct canvas *c)
{
	struct buf b = BUF_INIT;
	int col;

	/* Behind a question it is the person who is waited for. */
	if (!ui->progress && ui->running.len && ui->term &&
	    screen_top(ui)->kind != &kind_dialog)
		running_text(ui, &b);
	if (!ui->progress) {
		col = b.len ? c->cols - frame_width_of(b.data) - 1 : c->cols;
		canvas_text(c, 0, col, c->cols, STYLE_INFO, b.data);
		buf_release(&b);
		return col < c->cols ? col - 1 : col;
	}
	buf_adds(&b, ui->progress);
	if (ui->progress_part >= 0)
		buf_addf(&b, " %.0f %%", floor(ui->progress_part * 100));
	add_rate(ui, &b);
	buf_adds(&b, cancels(ui));
	col = c->cols - frame_width_of(b.data) - 1;
	canvas_text(c, 0, col, c->cols, STYLE_INFO, b.data);
	if (ui->progress_part >= 0 && col > 24 && !ui_still(ui)) {
		col -= 12;
		canvas_fill(c, 0, col, 1, 11, STYLE_AXIS);
		canvas_bar(c, 0, col, 11, STYLE_PLOT, ui->progress_part);
	}
	buf_release(&b);
	return col - 1;
}

/* The number that was begun, until the key comes that takes it; returns where the hints go on.
 */
static int paint_count(const struct ui *ui, struct canvas *c)
{
	int col = 1;

	if (ui->count)
		col += canvas_printf(c, 0, col, c->cols, STYLE_HINT_KEY, "%ld", ui->count) + 2;
	return col;
}

void hints_paint(struct ui *ui, struct canvas *c)
{
	const struct screen *s = screen_top(ui);
	struct hints h = { VEC_INIT };
	int col = paint_count(ui, c), limit = paint_progress(ui, c);

	if (s)
		collect_hints(&h, ui, s);
	/* The ways on from anywhere stand at the right, whatever else there is no room for. */
	for (size_t i = h.v.len, kept = 0; i-- > 0 && kept < 2; kept++) {
		int width =
			frame_width_of(h.v.v[i].keys.data) + 1 + frame_width_of(h.v.v[i].word);

		if (s->kind->flags & KIND_MODAL || screen_typing(s) || limit - width < 20)
			break;
		paint_hint(ui, c, limit - width - 1, limit, &h.v.v[i]);
		limit -= width + 3;
		buf_release(&h.v.v[i].keys);
		h.v.len--;
	}
	for (size_t i = 0; i < h.v.len; i++) {
		col += paint_hint(ui, c, col, limit, &h.v.v[i]);
		buf_release(&h.v.v[i].keys);
	}
	VEC_RELEASE(&h.v);
}
