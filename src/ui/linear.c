/* SPDX-License-Identifier: MIT */
#include "linear.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ui_priv.h"

/* Texts, in order; a set where that is what they are asked for. */
struct texts {
	VEC(char *) v;
};

struct linear {
	const void *screen, *part;
	struct texts head, place, body;
	struct buf point, choice;
	struct buf typed; /* the last line that was typed */
	struct buf line;  /* that is being typed, as it stands on the terminal … */
	int line_col;	  /* … with the cursor before this column */
	bool open;	  /* it stands there, without its newline */
	bool hints_told;
};

static void texts_clear(struct texts *t)
{
	for (size_t i = 0; i < t->v.len; i++)
		free(t->v.v[i]);
	VEC_CLEAR(&t->v);
}

static void texts_release(struct texts *t)
{
	texts_clear(t);
	VEC_RELEASE(&t->v);
}

static void texts_swap(struct texts *a, struct texts *b)
{
	struct texts c = *a;

	*a = *b;
	*b = c;
}

struct linear *linear_new(void)
{
	struct linear *l = xcalloc(1, sizeof *l);

	buf_init(&l->point);
	buf_init(&l->choice);
	buf_init(&l->typed);
	buf_init(&l->line);
	return l;
}

void linear_free(struct linear **lp)
{
	struct linear *l = *lp;

	if (!l)
		return;
	texts_release(&l->head);
	texts_release(&l->place);
	texts_release(&l->body);
	buf_release(&l->point);
	buf_release(&l->choice);
	buf_release(&l->typed);
	buf_release(&l->line);
	free(l);
	*lp = NULL;
}

bool linear_away(struct linear *l)
{
	bool open = l->open && l->line.len;

	l->open = false;
	buf_clear(&l->line);
	return open;
}

void linear_afresh(struct linear *l)
{
	linear_away(l);
	l->screen = l->part = NULL;
	texts_clear(&l->head);
	texts_clear(&l->place);
	buf_clear(&l->point);
}

/* ---- rows of the canvas as words ---- */

/* Signs that a voice would spell out. */
static const char *word_for(const struct cell *cell)
{
	static const struct {
		const char *sign, *word;
	} words[] = {
		{ "▸", " " },	       { "▾", " " },	       { "‹", " " },
		{ "›", " " },	       { "●", " " },	       { "✓", "yes" },
		{ "▲", " ascending" }, { "▼", " descending" }, { "◆", "marked " },
		{ "✗", "no" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].sign) == cell->len &&
		    memcmp(words[i].sign, cell->text, cell->len) == 0)
			return words[i].word;
	return NULL;
}

/* What stands apart, by two blanks and more, is told apart. */
static void add_parts(struct buf *out, const struct canvas *c, int row, const char *apart)
{
	int blanks = 0;

	for (int i = 0; i < c->cols; i++) {
		const struct cell *cell = canvas_cell(c, row, i);
		const char *word = word_for(cell);

		if ((cell->len == 1 && cell->text[0] == ' ') ||
		    (word && strcmp(word, " ") == 0)) {
			blanks++;
			continue;
		}
		if (blanks && out->len) /* a sentence that has ended is apart */
			buf_adds(out, blanks > 1 && out->data[out->len - 1] != '.' ? apart : " ");
		blanks = 0;
		if (word)
			buf_adds(out, word);
		else
			buf_add(out, cell->text, cell->len);
	}
}

static void add_row(struct buf *out, const struct canvas *c, int row)
{
	add_parts(out, c, row, ", ");
}

static void split_row(struct texts *t, const struct canvas *c, int row)
{
	struct buf b = BUF_INIT;
	char *save = NULL;

	add_parts(&b, c, row, "\n");
	for (char *p = strtok_r(b.data, "\n", &save); p; p = strtok_r(NULL, "\n", &save))
		*VEC_PUSH(&t->v) = xstrdup(p);
	buf_release(&b);
}

static void take_rows(struct texts *t, const struct canvas *c, int typed)
{
	for (int row = HEADER_ROWS; row < c->rows - HINT_ROWS; row++) {
		struct buf b = BUF_INIT;

		if (row != typed)
			add_row(&b, c, row);
		if (b.len)
			*VEC_PUSH(&t->v) = buf_detach(&b);
		buf_release(&b);
	}
}

/* ---- telling ---- */

static void end_line(struct linear *l, struct buf *out)
{
	if (l->open && l->line.len) {
		buf_addc(out, '\n');
		buf_clear(&l->typed);
		buf_addbuf(&l->typed, &l->line);
	}
	l->open = false;
	buf_clear(&l->line);
}

static void tell_text(struct linear *l, struct buf *out, const char *text)
{
	if (!*text)
		return;
	end_line(l, out);
	buf_adds(out, text);
	if (text[strlen(text) - 1] != '\n')
		buf_addc(out, '\n');
}

/* Numbers that only count on are no news. */
static bool same_words(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (isdigit((unsigned char)*a))
			a++;
		while (isdigit((unsigned char)*b))
			b++;
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool has(const struct texts *t, const char *text, bool exact)
{
	for (size_t i = 0; i < t->v.len; i++)
		if (exact ? strcmp(t->v.v[i], text) == 0 : same_words(t->v.v[i], text))
			return true;
	return false;
}

/* What is new in a row of parts, in one line; what was typed just now was heard. */
static void tell_new(struct linear *l, struct buf *out, const struct texts *now,
		     const struct texts *before, bool exact)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < now->v.len; i++)
		if ((!before || !has(before, now->v.v[i], exact)) &&
		    strcmp(l->open ? l->line.data : l->typed.data, now->v.v[i]) != 0)
			buf_addf(&b, "%s%s", b.len ? ", " : "", now->v.v[i]);
	tell_text(l, out, b.data);
	buf_release(&b);
}

static bool lacks(const struct texts *t, const struct texts *of)
{
	for (size_t i = 0; i < of->v.len; i++)
		if (!has(t, of->v.v[i], false))
			return true;
	return false;
}

/* A filter that came or went is told with how many rows there are now. */
static void tell_place(struct linear *l, struct buf *out, const struct texts *now)
{
	tell_new(l, out, now, &l->place, lacks(now, &l->place) || lacks(&l->place, now));
}

static const char changed[] = " (changed)";

/* Without what passes by itself: how long ago, and the mark of what was changed. */
static void settle(struct buf *out, const char *text, bool marks)
{
	static const char now[] = "just now", ago[] = " ago";

	while (*text) {
		size_t digits = strspn(text, "0123456789"),
		       unit = digits && text[digits] == ' ' ? 2 : 0;

		if (!marks && strncmp(text, changed, strlen(changed)) == 0) {
			text += strlen(changed);
		} else if (strncmp(text, now, strlen(now)) == 0) {
			text += strlen(now);
			buf_adds(out, ago);
		} else if (unit && strncmp(text + digits + unit, ago, strlen(ago)) == 0) {
			text += digits + unit + strlen(ago);
			buf_adds(out, ago);
		} else {
			buf_add(out, text, digits ? digits : 1);
			text += digits ? digits : 1;
		}
	}
}

static bool is_news(const char *now, const char *before)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool marks = strstr(now, changed) != NULL, differ;

	settle(&a, now, marks);
	settle(&b, before, marks);
	differ = strcmp(a.data, b.data) != 0;
	buf_release(&a);
	buf_release(&b);
	return differ;
}

static void tell_head(struct linear *l, const struct linear_view *v, struct buf *out)
{
	struct texts now = { VEC_INIT };

	split_row(&now, v->canvas, 0);
	tell_new(l, out, &now, v->whole ? NULL : &l->head, false);
	texts_swap(&now, &l->head);
	texts_release(&now);
}

static void tell_row(struct linear *l, struct buf *out, const struct canvas *c, int row)
{
	struct buf b = BUF_INIT;

	add_row(&b, c, row);
	tell_text(l, out, b.data);
	buf_release(&b);
}

/* What is being typed there is told by the line itself. */
static void take_point(const struct linear *l, const struct linear_view *v, int typed,
		       struct buf *point)
{
	int row = canvas_focus_row(v->canvas);

	if (row >= 0 && row == typed && v->screen == l->screen)
		buf_addbuf(point, &l->point);
	else
		buf_adds(point, v->point);
	if (!point->len && row >= 0)
		add_row(point, v->canvas, row);
}

static void tell_point(struct linear *l, const struct linear_view *v, const struct buf *point,
		       struct buf *out)
{
	struct buf b = BUF_INIT;

	if (l->part != v->part && v->part != v->screen && v->part_title && *v->part_title)
		buf_addf(&b, "%s: ", v->part_title);
	buf_adds(&b, point->data);
	tell_text(l, out, b.data);
	buf_release(&b);
}

/* Its name, and of the line that tells where one is what is new: a voice needs the whole way
 * but once. */
static void tell_heading(struct linear *l, const struct linear_view *v,
			 const struct texts *place, struct buf *out)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, v->title);
	for (size_t i = 0; i < place->v.len; i++)
		if (strcmp(place->v.v[i], v->title) != 0 &&
		    !has(&l->place, place->v.v[i], true))
			buf_addf(&b, ", %s", place->v.v[i]);
	tell_text(l, out, b.data);
	buf_release(&b);
}

/* Another screen: where one is, then what is under the cursor, or all of it. */
static void tell_screen(struct linear *l, const struct linear_view *v, const struct buf *point,
			struct buf *out)
{
	int hints = v->canvas->rows - 1;
	bool all = v->modal || v->reads || v->watches || v->whole || !point->len;

	for (size_t i = 0; all && i < l->body.v.len; i++)
		tell_text(l, out, l->body.v.v[i]);
	if (!all)
		tell_text(l, out, point->data);
	if (v->whole || !l->hints_told)
		tell_row(l, out, v->canvas, hints);
	l->hints_told = true;
}

static void tell_body(struct linear *l, const struct linear_view *v, int typed, struct buf *out)
{
	struct texts now = { VEC_INIT }, place = { VEC_INIT };
	struct buf point = BUF_INIT;

	take_rows(&now, v->canvas, typed);
	split_row(&place, v->canvas, 1);
	take_point(l, v, typed, &point);
	texts_swap(&now, &l->body);
	if (v->screen != l->screen || v->whole) {
		if (v->whole)
			tell_row(l, out, v->canvas, 1);
		else if (!v->modal)
			tell_heading(l, v, &place, out);
		tell_screen(l, v, &point, out);
	} else {
		if (!v->modal)
			tell_place(l, out, &place);
		if (point.len && (is_news(point.data, l->point.data) || v->part != l->part))
			tell_point(l, v, &point, out);
		for (size_t i = 0; (!point.len || v->watches) && i < l->body.v.len; i++)
			if (!has(&now, l->body.v.v[i], true))
				tell_text(l, out, l->body.v.v[i]);
	}
	l->screen = v->screen;
	l->part = v->part;
	texts_swap(&place, &l->place);
	buf_clear(&l->point);
	buf_addbuf(&l->point, &point);
	buf_release(&point);
	texts_release(&place);
	texts_release(&now);
}

/* ---- the line that is typed ---- */

static bool blank(const struct canvas *c, int row, int col)
{
	return canvas_cell(c, row, col)->text[0] == ' ';
}

/* From the first sign of its row to the cursor at least; what could be typed is left out. */
static void typed_line(const struct linear_view *v, int row, int col, struct buf *out,
		       int *before)
{
	const struct canvas *c = v->canvas;
	int from = 0, to = c->cols, input = col, gap, start;

	while (from < col && (blank(c, row, from) || word_for(canvas_cell(c, row, from))))
		from++;
	while (to > col && (blank(c, row, to - 1) ||
			    canvas_cell(c, row, to - 1)->style == STYLE_GHOST))
		to--;
	while (input > from && canvas_cell(c, row, input - 1)->style == STYLE_INPUT)
		input--;
	/* Of the blanks between the name of a field and its value one is enough. */
	for (gap = input; gap > from && blank(c, row, gap - 1);)
		gap--;
	gap = gap > from && gap < input ? gap + 1 : input;
	col -= input - gap;
	to -= input - gap;
	/* No more than the terminal's line holds, the cursor among it. */
	start = col - from > v->width - 2 ? col - v->width + 2 : from;
	to = to - start > v->width - 1 ? start + v->width - 1 : to;
	for (int i = start; i < to; i++) {
		const struct cell *cell = canvas_cell(c, row, i < gap ? i : i + input - gap);

		buf_add(out, cell->text, cell->len);
	}
	*before = col - start;
}

static bool begins_with(const struct buf *text, const struct buf *with)
{
	return text->len >= with->len && memcmp(text->data, with->data, with->len) == 0;
}

static void echo_line(struct linear *l, const struct buf *now, int col, struct buf *out)
{
	int old = utf8_width(l->line.data, l->line.len),
	    width = utf8_width(now->data, now->len);
	bool at_end = l->line_col == old && col == width;

	if (!l->open) {
		buf_addbuf(out, now);
		buf_addn(out, '\b', (size_t)(width - col));
	} else if (at_end && begins_with(now, &l->line)) {
		buf_adds(out, now->data + l->line.len);
	} else if (at_end && begins_with(&l->line, now)) {
		buf_addn(out, '\b', (size_t)(old - width));
		buf_addn(out, ' ', (size_t)(old - width));
		buf_addn(out, '\b', (size_t)(old - width));
	} else {
		int more = old > width ? old - width : 0;

		buf_addc(out, '\r');
		buf_addbuf(out, now);
		buf_addn(out, ' ', (size_t)more);
		buf_addn(out, '\b', (size_t)(more + width - col));
	}
}

static void tell_line(struct linear *l, const struct linear_view *v, int row, int col,
		      struct buf *out)
{
	struct buf now = BUF_INIT;
	int before;

	typed_line(v, row, col, &now, &before);
	if (!l->open || before != l->line_col || strcmp(now.data, l->line.data) != 0)
		echo_line(l, &now, before, out);
	l->open = true;
	l->line_col = before;
	buf_clear(&l->line);
	buf_addbuf(&l->line, &now);
	buf_release(&now);
}

void linear_tell(struct linear *l, const struct linear_view *v, struct buf *out)
{
	int row, col;
	bool typing = canvas_cursor_at(v->canvas, &row, &col);

	tell_head(l, v, out);
	tell_text(l, out, v->said);
	if (v->bar && strcmp(v->point, l->choice.data) != 0)
		tell_text(l, out, v->point);
	if (!v->bar && !v->hold)
		tell_body(l, v, typing ? row : -1, out);
	buf_clear(&l->choice);
	if (v->bar)
		buf_adds(&l->choice, v->point);
	if (typing)
		tell_line(l, v, row, col, out);
	else
		end_line(l, out);
}
