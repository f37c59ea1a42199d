/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "command/mask.h"
#include "domain/value.h"
#include "form.h"
#include "ui_priv.h"
#include "ui/lineedit.h"

#define LABEL_MAX 28

/* ---- painting ---- */

static int label_width(const struct form *f, int cols)
{
	int width = 8;

	for (size_t i = 0; i < f->fields.len; i++) {
		struct buf label = BUF_INIT;
		int w;

		form_label(f, f->fields.v[i].column->name, &label);
		w = canvas_text_width(label.data, label.len) + 2;
		width = w > width ? w : width;
		buf_release(&label);
	}
	if (width <= LABEL_MAX)
		return width;
	cols = cols / 3 > LABEL_MAX ? cols / 3 : LABEL_MAX;
	return width < cols ? width : cols;
}

/* Bytes are known by their first ones, truth by the words of the screens; everything else stands
 * there as it is. */
static void show_text(const struct column *c, const char *value, struct buf *out)
{
	const struct value_view view = {
		.kind = form_is_bytes(c) ? VALUE_BYTEA : VALUE_BOOL,
		.format = FORMAT_AUTO,
	};

	if (form_is_bytes(c) || c->type_category == 'B')
		value_show(out, &view, value, strlen(value));
	else
		buf_adds(out, value);
}

/* Of a field that the server fills: as what, if that is known. */
static void shown_default(const struct column *c, struct buf *out)
{
	struct buf text = BUF_INIT;

	if (c->default_expr) {
		value_default_text(&text, c->default_expr);
		show_text(c, text.data, out);
		buf_release(&text);
	} else if (c->identity)
		buf_adds(out, "(made by the server)");
	else if (!c->not_null)
		buf_adds(out, "NULL");
}

/* NULL, the empty text and what is not given look different. */
static enum style shown_value(const struct form *f, const struct form_field *field,
			      struct buf *out)
{
	if (field->use_default && !(field->locked && field->value)) {
		shown_default(field->column, out);
		return STYLE_GHOST;
	}
	if (!field->value || !*field->value) {
		buf_adds(out, field->value ? "(empty text)" : "NULL");
		return STYLE_NIL;
	}
	if (field->secret) {
		buf_adds(out, mask_text);
		return STYLE_MASKED;
	}
	show_text(field->column, field->value, out);
	return form_field_changed(f, field) ? STYLE_MINE
	       : field->locked		    ? STYLE_MUTED
					    : STYLE_NORMAL;
}

static void base_text(const struct form *f, const struct form_field *field, struct buf *out)
{
	const char *base = record_value(&f->base, field->column->name);

	if (base && *base && !field->secret)
		show_text(field->column, base, out);
	else
		buf_adds(out, !base ? "NULL" : field->secret ? mask_text : "(empty text)");
}

static void field_note(const struct form *f, const struct form_field *field, struct buf *note)
{
	const struct column *c = field->column;
	const char *label = field->secret ? NULL : labels_get(f->labels, c);

	if (label && !field->error) {
		utf8_sanitize(note, label, strlen(label), SANITIZE_LINE);
		if (!field->canonical && !field->locked && !form_field_changed(f, field))
			return;
		buf_adds(note, ", ");
	}
	if (field->error)
		buf_addf(note, "%s %s", glyph(GLYPH_CROSS), field->error);
	else if (field->canonical)
		buf_addf(note, "will be stored as %s", field->canonical);
	else if (field->locked)
		buf_adds(note, field->locked);
	else if (form_field_changed(f, field) && f->kind == SAVE_UPDATE)
		buf_adds(note, "was "), base_text(f, field, note);
	else if (field->use_default && c->default_expr)
		buf_adds(note, "default");
	else if (form_required(f, c) && f->kind == SAVE_INSERT && field->use_default)
		buf_adds(note, "required");
	else if (field->use_default && f->kind == SAVE_INSERT &&
		 record_plan_stamps(f->plan, c, true))
		buf_adds(note, "when it is saved");
}

static void paint_field(const struct form *f, struct canvas *c, int row, size_t i)
{
	const struct form_field *field = &f->fields.v[i];
	bool focus = (int)i == f->scroll.cursor;
	struct buf note = BUF_INIT, label = BUF_INIT, value = BUF_INIT;
	struct field_look look = {
		.label_width = label_width(f, c->cols),
		.focus = focus,
		.changed = form_field_changed(f, field),
		.readonly = field->locked != NULL,
	};

	look.style = shown_value(f, field, &value);
	form_label(f, field->column->name, &label);
	if (form_required(f, field->column) && !field->locked)
		buf_addc(&label, '*');
	field_note(f, field, &note);
	look.note = note.len ? note.data : NULL;
	field_paint(c, row, label.data, value.data, value.len, &look);
	if (field->error)
		canvas_restyle(c, row, 0, 1, 2, STYLE_ERROR);
	if (focus && f->line) {
		int col = look.label_width + 4, width = c->cols - col;

		canvas_field(c, row, col, width, ALIGN_LEFT, STYLE_NORMAL, "", 0);
		line_paint(f->line, c, row, col, width, STYLE_INPUT);
	}
	buf_release(&note);
	buf_release(&label);
	buf_release(&value);
}

static void paint_notice(const struct form *f, struct canvas *c, int row)
{
	if (f->notice)
		canvas_text(c, row, 1, c->cols - 2, STYLE_WARNING, f->notice);
	else
		canvas_printf(c, row, 1, c->cols - 2, STYLE_MUTED, "%s, %s",
			      record_plan_relation(f->plan)->name,
			      f->kind == SAVE_INSERT ? "a new record"
						     : record_plan_guard_text(f->plan));
}

/* What a save waits for, and whose lock it is, has more words than the header has room. */
static void paint_saving(const struct form *f, struct canvas *c, int row)
{
	const char *text = f->save ? save_state(f->save) : "saving";
	struct lines lines;

	lines_wrap(&lines, text, strlen(text), c->cols - 2);
	for (size_t i = 0; i < lines.len && i < 2; i++)
		canvas_text(c, row + (int)i, 1, c->cols - 2, STYLE_INFO, lines.v[i]);
	lines_release(&lines);
}

/* Two lines: what the field takes; what is wrong with it, or how it was. */
static void paint_foot(const struct form *f, struct canvas *c, int row)
{
	const struct form_field *field = f->fields.len ? &f->fields.v[f->scroll.cursor] : NULL;
	enum style style = STYLE_MUTED;
	struct buf text = BUF_INIT;

	canvas_hline(c, row, 0, c->cols, STYLE_BORDER);
	if (f->state == FORM_SAVING) {
		paint_saving(f, c, row + 1);
		return;
	}
	if (!field)
		return;
	form_describe(f, field, f->line ? line_text(f->line) : NULL, &text);
	canvas_text(c, row + 1, 1, c->cols - 2, STYLE_HINT, text.data);
	buf_clear(&text);
	if (f->line && (f->typing_error || f->typing_note)) {
		style = f->typing_error ? STYLE_ERROR : STYLE_MUTED;
		buf_adds(&text, f->typing_error ? f->typing_error : f->typing_note);
	} else if (field->error) {
		style = STYLE_ERROR;
		buf_adds(&text, field->error);
	} else if (field->locked) {
		form_lock_words(f, field, &text);
	} else if (f->kind == SAVE_UPDATE && (form_field_changed(f, field) || f->line)) {
		buf_adds(&text, "was: ");
		base_text(f, field, &text);
	}
	canvas_text(c, row + 2, 1, c->cols - 2, style, text.data);
	buf_release(&text);
}

void form_repaint(const struct screen *s, struct canvas *c)
{
	const struct form *f = form_of(s);

	canvas_clear(c, STYLE_NORMAL);
	if (f->state == FORM_LOADING) {
		canvas_text(c, 1, 1, c->cols - 2, STYLE_MUTED, "reading the record");
		if (form_early_count(f))
			canvas_printf(c, 2, 1, c->cols - 2, STYLE_HINT,
				      "%zu keys wait for it; Ctrl-C gives up",
				      form_early_count(f));
		return;
	}
	paint_notice(f, c, 0);
	for (int i = 0; i < f->scroll.height && f->scroll.top + i < f->scroll.len; i++)
		paint_field(f, c, i + 1, (size_t)(f->scroll.top + i));
	if (f->scroll.height < c->rows) {
		struct canvas list = canvas_sub(c, 1, 0, f->scroll.height, c->cols);

		scroll_paint_bar(&f->scroll, &list, c->cols - 1);
	}
	if (c->rows > 5)
		paint_foot(f, c, c->rows - 3);
}
