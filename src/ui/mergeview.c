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
#include "mergeview_priv.h"
#include "ui_priv.h"
#include "ui/dialog.h"
#include "ui/ui.h"
#include "ui/viewer.h"

/* Two lines of head, a gap, a line for an offer, two of keys. */
enum { FRAME_ROWS = 6 };

/* ---- rows ---- */

static void collect(struct mergeview *v)
{
	const struct merge_plan *p = mergeview_plan(v);

	VEC_CLEAR(&v->rows);
	for (size_t i = 0; i < merge_len(p); i++)
		if (v->all || merge_at(p, i)->verdict != MERGE_UNCHANGED)
			*VEC_PUSH(&v->rows) = (int)i;
}

static void go_to(struct mergeview *v, int field)
{
	for (size_t i = 0; i < v->rows.len; i++)
		if (v->rows.v[i] == field)
			scroll_to(&v->scroll, (int)i);
}

/* The cursor stays with its field, where that is still shown. */
static void show_all(struct screen *s, bool all)
{
	struct mergeview *v = mergeview_of(s);
	int field = merge_focus(v);

	v->all = all;
	collect(v);
	scroll_set(&v->scroll, (int)v->rows.len, v->scroll.height);
	go_to(v, field);
	screen_changed(s, SCREEN_DATA);
}

static void next_conflict(struct screen *s, int step)
{
	struct mergeview *v = mergeview_of(s);
	int i = merge_next_conflict(mergeview_plan(v), merge_focus(v), step);

	if (i < 0)
		ui_say(s->ui, SAY_INFO, "there is no conflict");
	else
		go_to(v, i);
}

/* ---- the keys in force, in words ---- */

/* "t", or "?" when no key is left for it. */
void merge_add_key(const struct screen *s, const char *run, struct buf *out)
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
		merge_add_key(s, run, out);
		buf_addf(out, " %s", sides[i]);
		free(run);
	}
}

void merge_add_hints(const struct screen *s, bool wide, struct buf *out)
{
	add_choices(s, "  ", out);
	buf_adds(out, wide ? " the result  " : "  ");
	merge_add_key(s, "find next", out);
	buf_addc(out, ' ');
	merge_add_key(s, "find previous", out);
	buf_adds(out, wide ? " next, previous conflict  " : " conflict  ");
	merge_add_key(s, "view", out);
	buf_adds(out, wide ? " show difference  " : " difference  ");
	merge_add_key(s, "unfilter", out);
	buf_adds(out, wide ? " all fields" : " all");
}

/* "Ctrl-S save as version 9" */
void merge_add_save_hint(const struct screen *s, struct buf *out)
{
	const char *version = form_of(mergeview_of(s)->form)->theirs.version;

	merge_add_key(s, "write", out);
	buf_adds(out, " save");
	if (version)
		buf_addf(out, " as version %lld", strtoll(version, NULL, 10) + 1);
}

/* ---- life ---- */

static bool merge_open(struct screen *s, struct err *err UNUSED)
{
	struct mergeview *v = mergeview_of(s);
	int first;

	collect(v);
	scroll_set(&v->scroll, (int)v->rows.len, 1);
	first = merge_next_conflict(mergeview_plan(v), -1, 1);
	if (first >= 0)
		go_to(v, first);
	return true;
}

static void merge_close(struct screen *s)
{
	struct mergeview *v = mergeview_of(s);

	if (v->line)
		line_free(&v->line);
	dialog_forget(s->ui, s);
	VEC_RELEASE(&v->rows);
	free(v);
}

static void merge_recalc(struct screen *s)
{
	struct mergeview *v = mergeview_of(s);

	collect(v);
	scroll_set(&v->scroll, (int)v->rows.len, s->rows - 2 - FRAME_ROWS);
}

/* ---- choosing ---- */

static void choose(struct screen *s, enum merge_choice choice)
{
	struct mergeview *v = mergeview_of(s);
	int i = merge_focus(v);

	if (i >= 0 && !merge_choose(mergeview_plan(v), (size_t)i, choice))
		ui_say(s->ui, SAY_INFO,
		       choice == CHOICE_OFFER
			       ? "nothing is offered for this field"
			       : "there is no such thing to choose here");
	screen_changed(s, SCREEN_LOOK);
}

static void on_all(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct mergeview *v = mergeview_of(s);

	if (answer && strcmp(answer, "yes") == 0)
		merge_choose_all(mergeview_plan(v), (enum merge_choice)v->confirm, MERGE_ALL_OPEN);
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

	mergeview_of(s)->confirm = (int)choice;
	dialog_ask(s->ui, &q, on_all, s);
}

static void line_done(void *ctx, const char *text)
{
	struct screen *s = ctx;
	struct mergeview *v = mergeview_of(s);

	if (text && merge_focus(v) >= 0)
		merge_edit(mergeview_plan(v), (size_t)merge_focus(v), text);
	line_free(&v->line);
	screen_changed(s, SCREEN_LOOK);
}

static void edit(struct screen *s)
{
	const struct line_ops ops = { .done = line_done, .ctx = s };
	struct mergeview *v = mergeview_of(s);
	const struct merge_field *f = merge_at(mergeview_plan(v), (size_t)merge_focus(v));
	const char *text;

	if (!merge_result(mergeview_plan(v), (size_t)merge_focus(v), &text) || !text)
		text = f->mine ? f->mine : "";
	v->line = line_new(ui_lineedit(s->ui), &ops, text);
	screen_changed(s, SCREEN_LOOK);
}

static void save(struct screen *s)
{
	struct mergeview *v = mergeview_of(s);
	const struct merge_plan *p = mergeview_plan(v);
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
	struct mergeview *v = mergeview_of(s);
	const struct merge_field *f = merge_at(mergeview_plan(v), (size_t)merge_focus(v));
	struct buf out = BUF_INIT, label = BUF_INIT;
	const char *result;

	add_side(&out, "BASE", f->base);
	add_side(&out, "THEIRS", f->theirs);
	add_side(&out, "MINE", f->mine);
	if (merge_result(mergeview_plan(v), (size_t)merge_focus(v), &result))
		add_side(&out, "RESULT", result);
	form_label(form_of(v->form), f->name, &label);
	viewer_open(s->ui, label.data, out.data, out.len, VIEW_PARTS);
	buf_release(&label);
	buf_release(&out);
}

/* ---- keys ---- */

struct box_want merge_box(const struct mergeview *v, int rows, int cols)
{
	int want = (int)v->rows.len + FRAME_ROWS;

	return (struct box_want){ want < rows ? want : rows, cols };
}

/* A field is gone to; a hint is its key. */
static bool click(struct screen *s, const struct key *key)
{
	struct mergeview *v = mergeview_of(s);
	struct box_want box = merge_box(v, s->rows, s->cols);
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
		merge_add_hints(s, s->cols >= MERGE_WIDE, &hints);
	else if (row == last && col >= s->cols - 4 - (int)strlen(MERGE_BACK_HINT)) {
		col -= s->cols - 4 - (int)strlen(MERGE_BACK_HINT);
		buf_adds(&hints, MERGE_BACK_HINT);
	} else if (row == last) {
		merge_add_save_hint(s, &hints);
	}
	hit = hints.len && hint_at(hints.data, col, &pressed);
	buf_release(&hints);
	if (hit)
		ui_key(s->ui, &pressed);
	return true;
}

static bool merge_key(struct screen *s, const struct key *key)
{
	struct mergeview *v = mergeview_of(s);

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
	struct mergeview *v = mergeview_of(s);

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
		return merge_focus(v) < 0 || choose_side(s, args_get(args, "side"));
	case ACTION_FIND_NEXT:
		next_conflict(s, args_get(args, "where") && strcmp(args_get(args, "where"),
								   "previous") == 0
					 ? -1
					 : 1);
		return true;
	case ACTION_UNFILTER:
		show_all(s, !v->all);
		return true;
	default:
		return screen_cannot(s, action, err);
	}
}

/* There is not always an offer, a choice to take back, a conflict. */
static bool offers(const struct screen *s, enum action action, const char *words)
{
	const struct mergeview *v = mergeview_of(s);
	const struct merge_plan *p = mergeview_plan(v);
	const struct merge_field *f = merge_focus(v) < 0 ? NULL
							 : merge_at(p, (size_t)merge_focus(v));

	if (action == ACTION_FIND_NEXT)
		return merge_next_conflict(p, -1, 1) >= 0;
	if (action != ACTION_CHOOSE)
		return true;
	if (strcmp(words, "offer") == 0)
		return f && f->offer;
	if (strcmp(words, "none") == 0)
		return f && f->choice != CHOICE_NONE;
	return f != NULL;
}

/* ---- what it tells ---- */

static void merge_tell(const struct screen *s, struct buf *out)
{
	static const char *const names[] = { "base", "theirs", "mine", "result" };
	const struct mergeview *v = mergeview_of(s);
	const struct merge_plan *p = mergeview_plan(v);
	int field = merge_focus(v);

	if (field < 0)
		return;
	form_label(form_of(v->form), merge_at(p, (size_t)field)->name, out);
	buf_addf(out, ", %s", merge_word(merge_at(p, (size_t)field)));
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
	const struct form *f = form_of(mergeview_of(s)->form);
	size_t open = merge_unresolved(f->merge);

	if (f->state == FORM_SAVING)
		buf_adds(&out->note, f->save ? save_state(f->save) : "saving");
	else if (open)
		buf_addf(&out->note, "%zu to decide", open);
	else
		buf_adds(&out->note, "all decided");
	out->note_style = open ? STYLE_CONFLICT : STYLE_OK;
}

static const char *merge_typing(const struct screen *s)
{
	return mergeview_of(s)->line ? "Enter accept  Esc leave" : NULL;
}

const struct screen_kind kind_merge = {
	.name = "merge",
	.flags = KIND_MODAL,
	.open = merge_open,
	.recalc = merge_recalc,
	.repaint = merge_repaint,
	.key = merge_key,
	.action = merge_action,
	.offers = offers,
	.typing = merge_typing,
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
