/* SPDX-License-Identifier: MIT */
/* action_paint.c - the form of an action: the record as it is, a line for each value, what goes
 * on. */
#include "action_priv.h"

#include <string.h>

#include "form.h"

static void paint_live(const struct act *a, struct canvas *c, int row)
{
	int col = 1;

	if (a->gone)
		canvas_text(c, row, 1, c->cols - 2, STYLE_WARNING,
			    "the record is gone, or no longer visible to you");
	for (size_t i = 0; a->action->show && a->action->show[i] && !a->gone; i++) {
		const char *name = a->action->show[i], *value = record_value(&a->live, name);
		struct buf label = BUF_INIT;

		field_label(a->def, name, &label);
		col += canvas_printf(c, row, col, c->cols - col, STYLE_MUTED, "%s ", label.data);
		col += canvas_printf(c, row, col, c->cols - col, STYLE_NORMAL, "%s   ",
				     value	 ? value
				     : a->live.n ? "NULL"
						 : "…");
		buf_release(&label);
	}
}

static void paint_param(const struct act *a, struct canvas *c, int row, size_t i)
{
	const struct screen_param *p = &a->action->params[a->asked.v[i]];
	const char *value = a->values[a->asked.v[i]];
	struct field_look look = {
		.label_width = 16,
		.focus = (int)i == a->scroll.cursor,
		.changed = value != NULL,
		.style = value ? STYLE_MINE : STYLE_GHOST,
		.note = p->optional || value ? NULL : "required",
	};

	struct buf label = BUF_INIT;

	column_words(&label, p->title);
	if (!value)
		value = p->optional ? "(as the function has it)" : "";
	field_paint(c, row, label.data, value, strlen(value), &look);
	if (look.focus && a->line) {
		int col = look.label_width + 4, width = c->cols - col;

		canvas_field(c, row, col, width, ALIGN_LEFT, STYLE_NORMAL, "", 0);
		line_paint(a->line, c, row, col, width, STYLE_INPUT);
	}
	buf_release(&label);
}

static void paint_foot(const struct act *a, struct canvas *c, int row)
{
	const struct screen_param *p;

	canvas_hline(c, row, 0, c->cols, STYLE_BORDER);
	if (a->waiting)
		canvas_printf(c, row + 1, 1, c->cols - 2, STYLE_WARNING, "%s; Ctrl-C gives up",
			      a->waiting);
	else if (a->call)
		canvas_text(c, row + 1, 1, c->cols - 2, STYLE_MUTED, "doing it");
	else if (a->refused)
		canvas_text(c, row + 1, 1, c->cols - 2, STYLE_ERROR, a->refused);
	else if (a->asked.len) {
		p = &a->action->params[act_focus(a)];
		canvas_printf(c, row + 1, 1, c->cols - 2, STYLE_HINT, "%s%s%s%s", p->type,
			      p->optional ? "" : ", required", p->pick ? ", picked from " : "",
			      p->pick ? p->pick : "");
	}
}

void act_repaint(const struct screen *s, struct canvas *c)
{
	const struct act *a = act_of(s);

	canvas_clear(c, STYLE_NORMAL);
	canvas_text(c, 0, 1, c->cols - 2, STYLE_TITLE, a->about);
	paint_live(a, c, 1);
	for (int i = 0; i < a->scroll.height && a->scroll.top + i < a->scroll.len; i++)
		paint_param(a, c, ACTION_HEAD_ROWS + i, (size_t)(a->scroll.top + i));
	if (ACTION_HEAD_ROWS + a->scroll.height < c->rows) {
		struct canvas list =
			canvas_sub(c, ACTION_HEAD_ROWS, 0, a->scroll.height, c->cols);

		scroll_paint_bar(&a->scroll, &list, c->cols - 1);
	}
	paint_foot(a, c, c->rows - 2);
}

void act_status(const struct screen *s, struct screen_status *out)
{
	const struct act *a = act_of(s);

	buf_adds(&out->note, a->waiting ? "waiting" : a->call ? "doing it" : "");
	out->note_style = STYLE_WARNING;
	buf_addf(&out->sort, "%s", a->action->function);
}
