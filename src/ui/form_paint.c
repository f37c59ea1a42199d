/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "ui_priv.h"
#include "ui/lineedit.h"

#define LABEL_MAX 24

/* ---- words about a field ---- */

static bool required(const struct column *c)
{
	return c->not_null && !c->default_expr && !c->identity && !c->generated;
}

static const struct foreign_key *reference_of(const struct form *f, const struct column *c)
{
	const struct relation *r = record_plan_relation(f->plan);

	for (size_t i = 0; i < r->nreferences; i++)
		for (size_t k = 0; k < r->references[i]->n; k++)
			if (r->references[i]->from_columns[k] == c->attnum &&
			    c->attnum != record_plan_profile(f->plan)->tenant_attnum)
				return r->references[i];
	return NULL;
}

static int length_limit(const struct column *c)
{
	/* varchar(n) and char(n): typmod is n + 4 (pg_type.dat, varchartypmodin). */
	return (c->base_type_oid == 1043 || c->base_type_oid == 1042) && c->typmod > 4
		       ? c->typmod - 4
		       : 0;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; s && *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

void form_describe(const struct form *f, const struct form_field *field, struct buf *out)
{
	const struct column *c = field->column;
	const struct foreign_key *key = reference_of(f, c);
	int limit = length_limit(c);

	buf_adds(out, c->type);
	if (required(c))
		buf_adds(out, ", required");
	if (c->range_text)
		buf_addf(out, ", %s", c->range_text);
	if (limit)
		buf_addf(out, ", %ld of %d characters left",
			 (long)limit - (long)characters(field->value), limit);
	if (c->choices) {
		buf_adds(out, ": ");
		for (size_t i = 0; c->choices[i]; i++)
			buf_addf(out, "%s%s", i ? " | " : "", c->choices[i]);
	}
	if (key) {
		const struct relation *to =
			catalog_relation(session_catalog(screen_session(f->screen)), key->to);

		buf_addf(out, ", p picks from %s", to ? to->name : "another relation");
	}
	if (c->default_expr && f->kind == SAVE_INSERT)
		buf_addf(out, ", default %s", c->default_expr);
	if (c->comment)
		buf_addf(out, " (%s)", c->comment);
}

/* ---- painting ---- */

static int label_width(const struct form *f)
{
	int width = 8;

	for (size_t i = 0; i < f->fields.len; i++) {
		int w = (int)strlen(f->fields.v[i].column->name) + 1;

		width = w > width ? w : width;
	}
	return width < LABEL_MAX ? width : LABEL_MAX;
}

static const char *shown_value(const struct form *f, const struct form_field *field,
			       enum style *style)
{
	*style = field->locked ? STYLE_MUTED : STYLE_NORMAL;
	if (field->use_default) {
		*style = STYLE_GHOST;
		return field->column->default_expr ? "DEFAULT"
		       : field->column->identity   ? "(made by the server)"
						   : "(empty)";
	}
	if (!field->value) {
		*style = STYLE_NIL;
		return "NULL";
	}
	if (field->secret) {
		*style = STYLE_MASKED;
		return "********";
	}
	if (form_field_changed(f, field))
		*style = STYLE_MINE;
	return field->value;
}

static void paint_field(const struct form *f, struct canvas *c, int row, size_t i)
{
	const struct form_field *field = &f->fields.v[i];
	bool focus = (int)i == f->scroll.cursor;
	bool changed = form_field_changed(f, field);
	struct buf note = BUF_INIT;
	struct field_look look = {
		.label_width = label_width(f),
		.focus = focus,
		.changed = changed,
		.readonly = field->locked != NULL,
	};
	const char *value = shown_value(f, field, &look.style);

	if (field->error)
		buf_addf(&note, "%s %s", glyph(GLYPH_CROSS), field->error);
	else if (field->canonical)
		buf_addf(&note, "will be stored as %s", field->canonical);
	else if (field->locked)
		buf_adds(&note, field->locked);
	else if (changed && f->kind == SAVE_UPDATE)
		buf_addf(&note, "was %s",
			 record_value(&f->base, field->column->name)
				 ? record_value(&f->base, field->column->name)
				 : "NULL");
	else if (required(field->column) && f->kind == SAVE_INSERT && field->use_default)
		buf_adds(&note, "required");
	look.note = note.len ? note.data : NULL;
	field_paint(c, row, field->column->name, value, strlen(value), &look);
	if (field->error)
		canvas_restyle(c, row, 0, 1, 2, STYLE_ERROR);
	if (focus && f->line)
		line_paint(f->line, c, row, look.label_width + 4,
			   c->cols - look.label_width - 4, STYLE_INPUT);
	buf_release(&note);
}

static void paint_notice(const struct form *f, struct canvas *c, int row)
{
	if (f->notice)
		canvas_text(c, row, 1, c->cols - 2, STYLE_WARNING, f->notice);
	else
		canvas_printf(c, row, 1, c->cols - 2, STYLE_MUTED, "%s, %s",
			      record_plan_relation(f->plan)->name,
			      record_plan_guard_text(f->plan));
}

static void paint_foot(const struct form *f, struct canvas *c, int row)
{
	const struct form_field *field = f->fields.len ? &f->fields.v[f->scroll.cursor] : NULL;
	struct buf text = BUF_INIT;

	canvas_hline(c, row, 0, c->cols, STYLE_BORDER);
	if (!field)
		return;
	if (field->error)
		buf_adds(&text, field->error);
	else
		form_describe(f, field, &text);
	canvas_text(c, row + 1, 1, c->cols - 2, field->error ? STYLE_ERROR : STYLE_HINT,
		    text.data);
	buf_release(&text);
}

void form_repaint(const struct screen *s, struct canvas *c)
{
	const struct form *f = form_of(s);

	canvas_clear(c, STYLE_NORMAL);
	if (f->state == FORM_LOADING) {
		canvas_text(c, 1, 1, c->cols - 2, STYLE_MUTED, "reading the record");
		return;
	}
	paint_notice(f, c, 0);
	for (int i = 0; i < f->scroll.height && f->scroll.top + i < f->scroll.len; i++)
		paint_field(f, c, i + 1, (size_t)(f->scroll.top + i));
	scroll_paint_bar(&f->scroll, c, c->cols - 1);
	if (c->rows > 4)
		paint_foot(f, c, c->rows - 2);
}
