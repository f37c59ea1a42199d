/* SPDX-License-Identifier: MIT */
/*
 * mergepaint.c - the merge dialog painted: a line a field, its four sides, the word for what
 * became of it.
 */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "domain/value.h"
#include "mergeview_priv.h"

struct layout {
	int field, side[4], word; /* columns where each begins */
	int width;		  /* of a side */
};

/* The names take what they need, up to a quarter; "chosen: theirs" is the longest word. */
static struct layout layout_of(const struct mergeview *v, const struct canvas *c)
{
	struct layout l = { .field = 2 }; /* between two of them are two blanks */
	int name = 7, most = c->cols / 4, word = 14, at;

	for (size_t i = 0; i < v->rows.len; i++) {
		const struct merge_field *f = merge_at(mergeview_plan(v), (size_t)v->rows.v[i]);
		struct buf label = BUF_INIT;
		int width;

		form_label(form_of(v->form), f->name, &label);
		width = canvas_text_width(label.data, label.len) + 2;
		name = width > name ? width : name;
		buf_release(&label);
	}
	at = l.field + (name < most ? name : most);
	l.width = (c->cols - at - word) / 4;
	for (int i = 0; i < 4; i++)
		l.side[i] = at + i * l.width;
	l.word = at + 4 * l.width;
	return l;
}

static enum style word_style(const struct merge_field *f)
{
	if (f->choice != CHOICE_NONE)
		return STYLE_INFO;
	switch (f->verdict) {
	case MERGE_CONFLICT:
		return STYLE_CONFLICT;
	case MERGE_MERGED:
		return STYLE_MERGED;
	case MERGE_MINE:
		return STYLE_MINE;
	case MERGE_THEIRS:
		return STYLE_THEIRS;
	case MERGE_UNCHANGED:
	case MERGE_SAME:
		return STYLE_MUTED;
	}
	return STYLE_NORMAL;
}

/* Bytes that these texts share at their beginning, in whole words, where one of them is wider
 * than its cell: what differs is what one wants to see. */
static size_t shared_start(const struct buf *texts, const bool *there, int width)
{
	const struct buf *first = NULL;
	size_t len = 0;
	bool wide = false, differ = false;

	for (int i = 0; i < 4; i++) {
		const struct buf *t = &texts[i];
		size_t n = 0;

		if (!there[i])
			continue;
		wide |= canvas_text_width(t->data, t->len) > width;
		while (first && n < len && n < t->len && t->data[n] == first->data[n])
			n++;
		differ |= first && (n < t->len || n < first->len);
		len = first ? n : t->len;
		first = first ? first : t;
	}
	while (first && len > 0 && first->data[len - 1] != ' ')
		len--;
	return wide && differ ? len : 0;
}

/* Truth has the words that it has in forms. */
static void say_truth(const struct mergeview *v, const struct merge_field *f, struct buf *text)
{
	const struct relation *r = record_plan_relation(form_of(v->form)->plan);
	const struct column *column = relation_column(r, f->name);
	const struct value_view view = { .kind = VALUE_BOOL, .format = FORMAT_AUTO };
	struct buf said = BUF_INIT;

	if (!column || column->type_category != 'B' || !text->len)
		return;
	value_show(&said, &view, text->data, text->len);
	buf_clear(text);
	buf_addbuf(text, &said);
	buf_release(&said);
}

static void paint_sides(const struct mergeview *v, size_t field, const struct layout *l,
			struct canvas *c, int row)
{
	const struct merge_plan *p = mergeview_plan(v);
	static const enum style styles[4] = { STYLE_BASE, STYLE_THEIRS, STYLE_MINE,
					      STYLE_NORMAL };
	const struct merge_field *f = merge_at(p, field);
	struct buf texts[4] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	bool there[4];
	size_t skip;

	for (int i = 0; i < 4; i++) {
		there[i] = merge_summary(p, field, (enum merge_side)i, &texts[i]);
		say_truth(v, f, &texts[i]);
	}
	skip = shared_start(texts, there, l->width - 2);
	for (int i = 0; i < 4; i++) {
		bool open = i == MERGE_SIDE_RESULT && f->verdict == MERGE_CONFLICT &&
			    f->choice == CHOICE_NONE;

		if (there[i])
			canvas_printf(c, row, l->side[i], l->width - 2, styles[i], "%s%s",
				      skip ? glyph(GLYPH_ELLIPSIS) : "", texts[i].data + skip);
		else
			canvas_text(c, row, l->side[i], l->width - 2,
				    open ? STYLE_CONFLICT : STYLE_NIL, open ? "?" : "NULL");
		buf_release(&texts[i]);
	}
}

static void paint_row(const struct mergeview *v, struct canvas *c, int row, int field)
{
	const struct merge_plan *p = mergeview_plan(v);
	const struct merge_field *f = merge_at(p, (size_t)field);
	struct layout l = layout_of(v, c);
	bool here = field == merge_focus(v);
	struct buf label = BUF_INIT;

	if (here)
		canvas_glyph(c, row, 0, GLYPH_CURSOR, STYLE_FOCUS);
	form_label(form_of(v->form), f->name, &label);
	canvas_text(c, row, l.field, l.side[0] - l.field - 2, STYLE_NORMAL, label.data);
	buf_release(&label);
	paint_sides(v, (size_t)field, &l, c, row);
	canvas_text(c, row, l.word, c->cols - l.word, word_style(f), merge_word(f));
	if (here)
		canvas_over(c, row, 0, 1, c->cols, STYLE_SELECTED);
	if (here && v->line)
		line_paint(v->line, c, row, l.side[3], c->cols - l.side[3], STYLE_INPUT);
}

static void paint_head(const struct mergeview *v, struct canvas *c, int row)
{
	static const char *const titles[4] = { "base", "theirs", "mine", "result" };
	const struct form *f = form_of(v->form);
	struct layout l = layout_of(v, c);

	canvas_printf(
		c, row, 0, c->cols, STYLE_NORMAL, "%s saved%s%s%s%s.  You began from %s%s.",
		f->who ? f->who : "Somebody", f->theirs.version ? " version " : "",
		f->theirs.version ? f->theirs.version : "", f->since ? ", " : "",
		f->since ? f->since : "", f->base.version ? "version " : "the row as it was",
		f->base.version ? f->base.version : "");
	canvas_text(c, row + 1, l.field, l.side[0] - l.field, STYLE_COLUMN, "field");
	for (int i = 0; i < 4; i++)
		canvas_text(c, row + 1, l.side[i], l.width - 2, STYLE_COLUMN, titles[i]);
}

static const char *reason(enum merge_verdict verdict)
{
	switch (verdict) {
	case MERGE_CONFLICT:
		return "both of you changed it";
	case MERGE_MERGED:
		return "both of you changed it, in different places";
	case MERGE_MINE:
		return "only you changed it";
	case MERGE_THEIRS:
		return "only they changed it";
	case MERGE_SAME:
		return "both of you changed it alike";
	case MERGE_UNCHANGED:
		break;
	}
	return "nobody changed it";
}

/* Of the field under the cursor, under the name that the table gives it. */
static void paint_reason(const struct screen *s, struct canvas *c, int row)
{
	const struct mergeview *v = mergeview_of(s);
	const struct merge_field *f;
	struct buf key = BUF_INIT, label = BUF_INIT;

	if (merge_focus(v) < 0)
		return;
	f = merge_at(mergeview_plan(v), (size_t)merge_focus(v));
	form_label(form_of(v->form), f->name, &label);
	merge_add_key(s, "choose offer", &key);
	if (f->offer)
		canvas_printf(c, row, 0, c->cols, STYLE_INFO,
			      "%s: %s applies your change to their value: %s", label.data,
			      key.data, f->offer);
	else
		canvas_printf(c, row, 0, c->cols, STYLE_MUTED, "%s: %s", label.data,
			      reason(f->verdict));
	buf_release(&label);
	buf_release(&key);
}

static void paint_foot(const struct screen *s, struct canvas *c, int row)
{
	int back = (int)strlen(MERGE_BACK_HINT);
	struct buf hints = BUF_INIT, save_hint = BUF_INIT;

	paint_reason(s, c, row - 1);
	if (mergeview_of(s)->line) /* the hint line tells its keys */
		return;
	merge_add_hints(s, s->cols >= MERGE_WIDE, &hints);
	merge_add_save_hint(s, &save_hint);
	canvas_text(c, row, 0, c->cols, STYLE_HINT, hints.data);
	canvas_text(c, row + 1, 0, c->cols - 24, STYLE_HINT, save_hint.data);
	canvas_text(c, row + 1, c->cols - back, back, STYLE_HINT, MERGE_BACK_HINT);
	buf_release(&hints);
	buf_release(&save_hint);
}

void merge_repaint(const struct screen *s, struct canvas *c)
{
	const struct mergeview *v = mergeview_of(s);
	struct box_want box = merge_box(v, c->rows, c->cols);
	const char *record = form_record_title(v->form);
	struct buf title = BUF_INIT;
	struct canvas in;

	buf_addf(&title, "%s changed while you were editing", record ? record : v->form->title);
	in = box_open(c, box.rows, box.cols, STYLE_CONFLICT, title.data);
	buf_release(&title);
	paint_head(v, &in, 0);
	for (int i = 0; i < v->scroll.height && v->scroll.top + i < v->scroll.len; i++)
		paint_row(v, &in, i + 2, v->rows.v[v->scroll.top + i]);
	paint_foot(s, &in, in.rows - 2);
}
