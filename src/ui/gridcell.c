/* SPDX-License-Identifier: MIT */
#include "base/timefmt.h"
#include "grid_priv.h"

static enum value_format format_of(const struct screen_column *c)
{
	enum value_format format = FORMAT_AUTO;

	/* A wrong name was reported when the file was read; here it is shown as it is. */
	if (c->format && !value_format_find(c->format, &format))
		format = FORMAT_TEXT;
	return format;
}

enum align cell_align(const struct cell_at *at)
{
	const struct screen_column *c = at->ops->column(at->p, at->col);

	if (c->align != ALIGN_AUTO)
		return c->align;
	return value_align(at->ops->kind(at->p, at->col), format_of(c));
}

enum style cell_show(const struct cell_at *at, int width, struct buf *out)
{
	const struct screen_column *c = at->ops->column(at->p, at->col);
	struct value_view view = { .width = width };
	enum style style = STYLE_NORMAL;
	const char *name, *text;
	size_t len;

	text = at->ops->cell(at->p, at->row, at->col, &len, &view.cut);
	if (!text) {
		buf_adds(out, c->empty ? c->empty : glyph(GLYPH_DASH));
		return STYLE_NIL;
	}
	view.kind = at->ops->kind(at->p, at->col);
	view.format = format_of(c);
	view.now_us = at->ops->now(at->p);
	value_show(out, &view, text, len);
	name = value_style(c->styles, c->nstyles, text);
	if (name && !style_find(name, &style))
		style = STYLE_NORMAL;
	return style;
}

/* With no format of its own. */
static bool is_shown_as_it_is(enum value_kind kind)
{
	return kind != VALUE_BOOL && kind != VALUE_TIMESTAMP && kind != VALUE_JSON &&
	       kind != VALUE_BYTEA;
}

int cell_plain_width(const struct cell_at *at)
{
	const struct screen_column *c = at->ops->column(at->p, at->col);
	const char *text;
	size_t len;
	bool cut;

	if (c->format || !is_shown_as_it_is(at->ops->kind(at->p, at->col)))
		return -1;
	text = at->ops->cell(at->p, at->row, at->col, &len, &cut);
	if (!text || cut || len > CELL_SEEN_MAX)
		return -1;
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return -1;
	return (int)len;
}
