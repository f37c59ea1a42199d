/* SPDX-License-Identifier: MIT */
/*
 * mergeview.c - two people edited one record: field by field, base, theirs, mine and what will
 * be saved.
 *
 * Works on the plan of the form below it.  Conflicts have no default: Enter never overwrites,
 * and Ctrl-S says which field still wants a choice.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "domain/diff.h"
#include "form.h"
#include "ui_priv.h"
#include "ui/lineedit.h"
#include "ui/dialog.h"
#include "ui/ui.h"
#include "ui/viewer.h"

/* Two lines of head, a gap, a line for an offer, two of keys. */
enum { FRAME_ROWS = 6, WIDE = 110 };

struct mergeview {
	struct screen *form; /* the screen below, whose data is the form */
	VEC(int) rows;	     /* merge fields that are shown */
	bool all;	     /* unchanged fields too */
	struct scroll scroll;
	struct line *line; /* typing a result */
	int confirm;	   /* an all-mine or all-theirs that waits for its yes */
};

static struct mergeview *view_of(const struct screen *s)
{
	return s->data;
}

static struct merge_plan *plan_of(const struct mergeview *v)
{
	return form_of(v->form)->merge;
}

/* ---- rows ---- */

static void collect(struct mergeview *v)
{
	const struct merge_plan *p = plan_of(v);

	VEC_CLEAR(&v->rows);
	for (size_t i = 0; i < merge_len(p); i++)
		if (v->all || merge_at(p, i)->verdict != MERGE_UNCHANGED)
			*VEC_PUSH(&v->rows) = (int)i;
}

static int focus(const struct mergeview *v)
{
	return v->rows.len ? v->rows.v[v->scroll.cursor] : -1;
}

static void go_to(struct mergeview *v, int field)
{
	for (size_t i = 0; i < v->rows.len; i++)
		if (v->rows.v[i] == field)
			scroll_to(&v->scroll, (int)i);
}

static void next_conflict(struct screen *s, int step)
{
	struct mergeview *v = view_of(s);
	int i = merge_next_conflict(plan_of(v), focus(v), step);

	if (i < 0)
		ui_say(s->ui, SAY_INFO, "there is no conflict");
	else
		go_to(v, i);
}

/* ---- the keys in force, in words ---- */

/* "t", or "?" when no key is left for it. */
static void add_key(const struct screen *s, const char *run, struct buf *out)
{
	const struct binding *b = NULL;

	while ((b = keymap_next(s->ui->keymap, "merge", b)))
		if (strcmp(b->run, run) == 0) {
			key_to_text(out, &b->key);
			return;
		}
	buf_addc(out, '?');
}

static void add_choices(const struct screen *s, const char *between, struct buf *out)
{
	static const char *const sides[] = { "theirs", "mine", "base", "edit" };

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		char *run = xasprintf("choose %s", sides[i]);

		buf_adds(out, i ? between : "");
		add_key(s, run, out);
		buf_addf(out, " %s", sides[i]);
		free(run);
	}
}

static void add_hints(const struct screen *s, bool wide, struct buf *out)
{
	add_choices(s, "  ", out);
	buf_adds(out, wide ? " the result  " : "  ");
	add_key(s, "find next", out);
	buf_addc(out, ' ');
	add_key(s, "find previous", out);
	buf_adds(out, wide ? " next, previous conflict  " : " conflict  ");
	add_key(s, "view", out);
	buf_adds(out, wide ? " show difference  " : " difference  ");
	add_key(s, "unfilter", out);
	buf_adds(out, wide ? " all fields" : " all");
}

/* "Ctrl-S save as version 9" */
static void add_save_hint(const struct screen *s, struct buf *out)
{
	const char *version = form_of(view_of(s)->form)->theirs.version;

	add_key(s, "write", out);
	buf_adds(out, " save");
	if (version)
		buf_addf(out, " as version %lld", strtoll(version, NULL, 10) + 1);
}

#define BACK_HINT "Esc back to the form"

/* ---- life ---- */

static bool merge_open(struct screen *s, struct err *err UNUSED)
{
	struct mergeview *v = view_of(s);
	int first;

	collect(v);
	scroll_set(&v->scroll, (int)v->rows.len, 1);
	first = merge_next_conflict(plan_of(v), -1, 1);
	if (first >= 0)
		go_to(v, first);
	return true;
}

static void merge_close(struct screen *s)
{
	struct mergeview *v = view_of(s);

	if (v->line)
		line_free(&v->line);
	dialog_forget(s->ui, s);
	VEC_RELEASE(&v->rows);
	free(v);
}

static void merge_recalc(struct screen *s)
{
	struct mergeview *v = view_of(s);

	collect(v);
	scroll_set(&v->scroll, (int)v->rows.len, s->rows - 2 - FRAME_ROWS);
}

/* ---- choosing ---- */

static void choose(struct screen *s, enum merge_choice choice)
{
	struct mergeview *v = view_of(s);
	int i = focus(v);

	if (i >= 0 && !merge_choose(plan_of(v), (size_t)i, choice))
		ui_say(s->ui, SAY_INFO, "there is no such thing to choose here");
	screen_changed(s, SCREEN_LOOK);
}

static void on_all(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct mergeview *v = view_of(s);

	if (answer && strcmp(answer, "yes") == 0)
		merge_choose_all(plan_of(v), (enum merge_choice)v->confirm, MERGE_ALL_OPEN);
	screen_changed(s, SCREEN_LOOK);
}

static void choose_all(struct screen *s, enum merge_choice choice)
{
	struct question q = {
		.title = choice == CHOICE_MINE ? "All mine" : "All theirs",
		.text = choice == CHOICE_MINE
				? "Overwrite what they wrote in every open conflict?"
				: "Give up what you wrote in every open conflict?",
		.kind = ASK_YES_NO,
		.destructive = true,
	};

	view_of(s)->confirm = (int)choice;
	dialog_ask(s->ui, &q, on_all, s);
}

static void line_done(void *ctx, const char *text)
{
	struct screen *s = ctx;
	struct mergeview *v = view_of(s);

	if (text && focus(v) >= 0)
		merge_edit(plan_of(v), (size_t)focus(v), text);
	line_free(&v->line);
	screen_changed(s, SCREEN_LOOK);
}

static void edit(struct screen *s)
{
	const struct line_ops ops = { .done = line_done, .ctx = s };
	struct mergeview *v = view_of(s);
	const struct merge_field *f = merge_at(plan_of(v), (size_t)focus(v));
	const char *text;

	if (!merge_result(plan_of(v), (size_t)focus(v), &text) || !text)
		text = f->mine ? f->mine : "";
	v->line = line_new(ui_lineedit(s->ui), &ops, text);
	screen_changed(s, SCREEN_LOOK);
}

static void save(struct screen *s)
{
	struct mergeview *v = view_of(s);
	const struct merge_plan *p = plan_of(v);
	size_t open = merge_unresolved(p);

	if (open) {
		struct buf keys = BUF_INIT;

		add_choices(s, ", ", &keys);
		ui_say(s->ui, SAY_WARNING, "%zu field%s still want%s a choice: %s", open,
		       open == 1 ? "" : "s", open == 1 ? "s" : "", keys.data);
		buf_release(&keys);
		next_conflict(s, 1);
		return;
	}
	form_save_decided(form_of(v->form));
}

/* ---- the difference of one field, whole ---- */

static void add_side(struct buf *out, const char *title, const char *text)
{
	buf_addf(out, "%s\n%s\n\n", title, text ? text : "NULL");
}

static void show(struct screen *s)
{
	struct mergeview *v = view_of(s);
	const struct merge_field *f = merge_at(plan_of(v), (size_t)focus(v));
	struct buf out = BUF_INIT;
	const char *result;

	add_side(&out, "BASE", f->base);
	add_side(&out, "THEIRS", f->theirs);
	add_side(&out, "MINE", f->mine);
	if (merge_result(plan_of(v), (size_t)focus(v), &result))
		add_side(&out, "RESULT", result);
	viewer_open(s->ui, f->name, out.data, out.len, VIEW_TEXT);
	buf_release(&out);
}

/* ---- keys ---- */

static struct box_want box_of(const struct mergeview *v, int rows, int cols)
{
	int want = (int)v->rows.len + FRAME_ROWS;

	return (struct box_want){ want < rows ? want : rows, cols };
}

/* A field is gone to; a hint is its key. */
static bool click(struct screen *s, const struct key *key)
{
	struct mergeview *v = view_of(s);
	struct box_want box = box_of(v, s->rows, s->cols);
	struct buf hints = BUF_INIT;
	int inner = box.rows < s->rows - 2 ? box.rows : s->rows - 2, last = inner - 1;
	int row = key->row, col = key->col;
	struct key pressed;
	bool hit = false;

	if (!box_at((struct box_want){ s->rows, s->cols }, box, &row, &col))
		return key->code != K_RIGHT_CLICK;
	if (row >= 2 && row < 2 + v->scroll.height && v->scroll.top + row - 2 < v->scroll.len)
		scroll_to(&v->scroll, v->scroll.top + row - 2);
	if (key->code == K_RIGHT_CLICK)
		return false; /* it goes on to its binding */
	if (row == last - 1)
		add_hints(s, s->cols >= WIDE, &hints);
	else if (row == last && col >= s->cols - 4 - (int)strlen(BACK_HINT)) {
		col -= s->cols - 4 - (int)strlen(BACK_HINT);
		buf_adds(&hints, BACK_HINT);
	} else if (row == last) {
		add_save_hint(s, &hints);
	}
	hit = hints.len && hint_at(hints.data, col, &pressed);
	buf_release(&hints);
	if (hit)
		ui_key(s->ui, &pressed);
	return true;
}

static bool merge_key(struct screen *s, const struct key *key)
{
	struct mergeview *v = view_of(s);

	if (v->line) {
		line_key(v->line, key);
		screen_changed(s, SCREEN_LOOK);
		return true;
	}
	if (form_give_up_key(form_of(v->form), key)) {
		screen_changed(s, SCREEN_DATA);
		return true;
	}
	if (key_points(key)) {
		screen_changed(s, SCREEN_LOOK);
		return click(s, key);
	}
	if (key_is(key, K_ENTER)) {
		struct buf keys = BUF_INIT;

		add_choices(s, ", ", &keys);
		ui_say(s->ui, SAY_INFO, "%s: Enter chooses nothing", keys.data);
		buf_release(&keys);
		return true;
	}
	return false;
}

static bool choose_side(struct screen *s, const char *side)
{
	static const struct {
		const char *word;
		enum merge_choice choice;
	} sides[] = {
		{ "mine", CHOICE_MINE },   { "theirs", CHOICE_THEIRS }, { "base", CHOICE_BASE },
		{ "offer", CHOICE_OFFER }, { "none", CHOICE_NONE },
	};

	if (strcmp(side, "edit") == 0)
		edit(s);
	else if (strcmp(side, "all-mine") == 0)
		choose_all(s, CHOICE_MINE);
	else if (strcmp(side, "all-theirs") == 0)
		choose_all(s, CHOICE_THEIRS);
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (strcmp(side, sides[i].word) == 0)
			choose(s, sides[i].choice);
	return true;
}

static bool merge_action(struct screen *s, enum action action, const struct args *args,
			 struct err *err)
{
	struct mergeview *v = view_of(s);

	screen_changed(s, SCREEN_LOOK);
	switch ((int)action) {
	case ACTION_MOVE:
		return scroll_action(&v->scroll, args_get(args, "where"),
				     args_int(args, "count", 1)) ||
		       screen_cannot(s, action, err);
	case ACTION_SAVE:
		save(s);
		return true;
	case ACTION_VIEW:
		show(s);
		return true;
	case ACTION_CHOOSE:
		return focus(v) < 0 || choose_side(s, args_get(args, "side"));
	case ACTION_FIND_NEXT:
		next_conflict(s, args_get(args, "where") && strcmp(args_get(args, "where"),
								   "previous") == 0
					 ? -1
					 : 1);
		return true;
	case ACTION_UNFILTER:
		v->all = !v->all;
		screen_changed(s, SCREEN_DATA);
		return true;
	default:
		return screen_cannot(s, action, err);
	}
}

/* ---- painting ---- */

struct layout {
	int field, side[4], word; /* columns where each begins */
	int width;		  /* of a side */
};

/* The names take what they need; "chosen: theirs" is the longest word. */
static struct layout layout_of(const struct mergeview *v, const struct canvas *c)
{
	struct layout l = { .field = 2 };
	int name = 6, most = c->cols < 100 ? 14 : 20, word = 14, at;

	for (size_t i = 0; i < v->rows.len; i++) {
		const struct merge_field *f = merge_at(plan_of(v), (size_t)v->rows.v[i]);
		struct buf label = BUF_INIT;
		int width;

		form_label(form_of(v->form), f->name, &label);
		width = utf8_width(label.data, label.len) + 2;
		name = width > name ? width : name;
		buf_release(&label);
	}
	at = l.field + (name < most ? name : most);
	l.width = (c->cols - at - word - 1) / 4;
	for (int i = 0; i < 4; i++)
		l.side[i] = at + i * l.width;
	l.word = at + 4 * l.width + 1;
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
	bool wide = false;

	for (int i = 0; i < 4; i++) {
		const struct buf *t = &texts[i];
		size_t n = 0;

		if (!there[i])
			continue;
		wide |= utf8_width(t->data, t->len) > width;
		while (first && n < len && n < t->len && t->data[n] == first->data[n])
			n++;
		len = first ? n : t->len;
		first = first ? first : t;
	}
	while (first && len > 0 && first->data[len - 1] != ' ')
		len--;
	return wide ? len : 0;
}

static void paint_sides(const struct merge_plan *p, size_t field, const struct layout *l,
			struct canvas *c, int row)
{
	static const enum style styles[4] = { STYLE_BASE, STYLE_THEIRS, STYLE_MINE,
					      STYLE_NORMAL };
	const struct merge_field *f = merge_at(p, field);
	struct buf texts[4] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	bool there[4];
	size_t skip;

	for (int i = 0; i < 4; i++)
		there[i] = merge_summary(p, field, (enum merge_side)i, &texts[i]);
	skip = shared_start(texts, there, l->width - 1);
	for (int i = 0; i < 4; i++) {
		bool open = i == MERGE_SIDE_RESULT && f->verdict == MERGE_CONFLICT &&
			    f->choice == CHOICE_NONE;

		if (there[i])
			canvas_printf(c, row, l->side[i], l->width - 1, styles[i], "%s%s",
				      skip ? glyph(GLYPH_ELLIPSIS) : "", texts[i].data + skip);
		else
			canvas_text(c, row, l->side[i], l->width - 1,
				    open ? STYLE_CONFLICT : STYLE_NIL, open ? "?" : "NULL");
		buf_release(&texts[i]);
	}
}

static void paint_row(const struct mergeview *v, struct canvas *c, int row, int field)
{
	const struct merge_plan *p = plan_of(v);
	const struct merge_field *f = merge_at(p, (size_t)field);
	struct layout l = layout_of(v, c);
	bool here = field == focus(v);
	struct buf label = BUF_INIT;

	if (here)
		canvas_glyph(c, row, 0, GLYPH_CURSOR, STYLE_FOCUS);
	form_label(form_of(v->form), f->name, &label);
	canvas_text(c, row, l.field, l.side[0] - l.field - 1, STYLE_NORMAL, label.data);
	buf_release(&label);
	paint_sides(p, (size_t)field, &l, c, row);
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

	canvas_printf(c, row, 0, c->cols, STYLE_NORMAL, "%s saved%s%s.  You began from %s%s.",
		      f->who ? f->who : "Somebody", f->theirs.version ? " version " : "",
		      f->theirs.version ? f->theirs.version : "",
		      f->base.version ? "version " : "the row as it was",
		      f->base.version ? f->base.version : "");
	canvas_text(c, row + 1, l.field, l.side[0] - l.field, STYLE_COLUMN, "field");
	for (int i = 0; i < 4; i++)
		canvas_text(c, row + 1, l.side[i], l.width - 1, STYLE_COLUMN, titles[i]);
}

static void paint_foot(const struct screen *s, struct canvas *c, int row)
{
	const struct mergeview *v = view_of(s);
	const struct merge_plan *p = plan_of(v);
	const struct merge_field *f = focus(v) >= 0 ? merge_at(p, (size_t)focus(v)) : NULL;
	struct buf hints = BUF_INIT, save_hint = BUF_INIT;

	if (f && f->offer)
		canvas_printf(c, row - 1, 0, c->cols, STYLE_INFO,
			      "%s: o applies your change to their value: %s", f->name,
			      f->offer);
	else if (f)
		canvas_text(c, row - 1, 0, c->cols, STYLE_MUTED, f->name);
	add_hints(s, s->cols >= WIDE, &hints);
	add_save_hint(s, &save_hint);
	canvas_text(c, row, 0, c->cols, STYLE_HINT, hints.data);
	canvas_text(c, row + 1, 0, c->cols - 24, STYLE_HINT, save_hint.data);
	canvas_text(c, row + 1, c->cols - (int)strlen(BACK_HINT), (int)strlen(BACK_HINT),
		    STYLE_HINT, BACK_HINT);
	buf_release(&hints);
	buf_release(&save_hint);
}

static void merge_repaint(const struct screen *s, struct canvas *c)
{
	const struct mergeview *v = view_of(s);
	struct box_want box = box_of(v, c->rows, c->cols);
	static const char edit[] = "Edit ";
	struct buf title = BUF_INIT;
	struct canvas in;

	buf_addf(&title, "%s changed while you were editing",
		 v->form->title +
			 (strncmp(v->form->title, edit, strlen(edit)) == 0 ? strlen(edit) : 0));
	in = box_open(c, box.rows, box.cols, STYLE_CONFLICT, title.data);
	buf_release(&title);
	paint_head(v, &in, 0);
	for (int i = 0; i < v->scroll.height && v->scroll.top + i < v->scroll.len; i++)
		paint_row(v, &in, i + 2, v->rows.v[v->scroll.top + i]);
	paint_foot(s, &in, in.rows - 2);
}

static void merge_tell(const struct screen *s, struct buf *out)
{
	static const char *const names[] = { "base", "theirs", "mine", "result" };
	const struct mergeview *v = view_of(s);
	const struct merge_plan *p = plan_of(v);
	int field = focus(v);

	if (field < 0)
		return;
	buf_addf(out, "%s, %s", merge_at(p, (size_t)field)->name,
		 merge_word(merge_at(p, (size_t)field)));
	for (size_t side = 0; side < ARRAY_SIZE(names); side++) {
		struct buf text = BUF_INIT;

		if (!merge_summary(p, (size_t)field, (enum merge_side)side, &text))
			buf_adds(&text, side == MERGE_SIDE_RESULT ? "open" : "NULL");
		buf_addf(out, ", %s %s", names[side], text.data);
		buf_release(&text);
	}
}

static void merge_status(const struct screen *s, struct screen_status *out)
{
	const struct form *f = form_of(view_of(s)->form);
	size_t open = merge_unresolved(f->merge);

	if (f->state == FORM_SAVING)
		buf_adds(&out->note, f->save ? save_state(f->save) : "saving");
	else if (open)
		buf_addf(&out->note, "%zu to decide", open);
	else
		buf_adds(&out->note, "all decided");
	out->note_style = open ? STYLE_CONFLICT : STYLE_OK;
}

const struct screen_kind kind_merge = {
	.name = "merge",
	.flags = KIND_MODAL,
	.open = merge_open,
	.recalc = merge_recalc,
	.repaint = merge_repaint,
	.key = merge_key,
	.action = merge_action,
	.status = merge_status,
	.tell = merge_tell,
	.close = merge_close,
};

bool screen_push_merge(struct screen *form, struct err *err)
{
	struct mergeview *v = xcalloc(1, sizeof *v);
	struct screen_init init = { .kind = &kind_merge, .title = "Merge", .data = v };

	v->form = form;
	if (!screen_push(form->ui, &init, err)) {
		free(v);
		return false;
	}
	return true;
}
