/* SPDX-License-Identifier: MIT */
/*
 * detail.c - one record: its fields, and panes of rows that belong to it.
 *
 * On a wide terminal the panes stand beside the fields, on a narrow one below, one at a time
 * under tabs.  A pane is an embedded grid; it is made when it is first to be seen, so nothing
 * is asked for that nobody looks at.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/parse.h"
#include "detail_priv.h"

enum { VALUE_CHARS = 1000 };

/* ---- the record ---- */

bool detail_has_row(const struct detail *d)
{
	return rowset_len(d->rows) > 0;
}

bool detail_missing(const struct detail *d)
{
	const struct err *err = rowset_error(d->rows);

	return !detail_has_row(d) && ((err && err->kind) || (!rowset_loading(d->rows) &&
							     rowset_at_end(d->rows)));
}

/* Where a column of the record stands; SIZE_MAX: nowhere, or there is no record. */
static size_t place_of(const struct detail *d, const char *column)
{
	for (size_t i = 0; detail_has_row(d) && i < rowset_columns(d->rows); i++)
		if (strcmp(rowset_column(d->rows, i)->name, column) == 0)
			return i;
	return SIZE_MAX;
}

const char *detail_cell(const struct detail *d, const char *column)
{
	size_t at = place_of(d, column), len;
	const char *text;
	bool cut;

	if (at == SIZE_MAX)
		return NULL;
	text = rowset_cell(d->rows, 0, at, &len, &cut);
	return text ? text : "";
}

/* A column of it, and not a name in all its languages. */
static bool is_short(const struct detail *d, const char *column)
{
	size_t at = place_of(d, column);

	return at != SIZE_MAX && value_kind(rowset_column_oid(d->rows, at),
					    rowset_column_category(d->rows, at), 0) != VALUE_JSON;
}

/* What a person calls this record: the first column that one searches for, else one that sounds
 * like a name. */
static const char *title_column(const struct screen *s, const struct detail *d)
{
	static const char *const names[] = { "sku",   "order_number", "number", "name", "title",
					     "label", "code",	      "email",	"slug" };
	const struct column *label =
		d->relation ? label_column(screen_session(s), d->relation) : NULL;

	if (s->def->search[0])
		return s->def->search[0];
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (is_short(d, names[i]))
			return names[i];
	if (label && detail_cell(d, label->name))
		return label->name;
	return s->def->key[0];
}

static void take_title(struct screen *s)
{
	const struct detail *d = s->data;
	const char *name = title_column(s, d);
	const char *text = name ? detail_cell(d, name) : NULL;

	if (text && *text && strlen(text) < 60)
		screen_title(s, text);
}

/* ---- what it refers to ---- */

static const char *label_value(void *ctx, const struct column *column)
{
	return detail_cell(ctx, column->name);
}

static void on_labels(void *ctx)
{
	screen_changed(ctx, SCREEN_LOOK);
}

static void look_labels(struct screen *s)
{
	struct detail *d = s->data;
	struct session *session = screen_session(s);
	struct err ignored = ERR_INIT;

	if (!d->labels && s->def->relation && session_catalog(session) &&
	    session_profile(session)) {
		d->relation =
			catalog_find(session_catalog(session), s->def->relation, &ignored);
		if (d->relation)
			d->labels = labels_new(session, d->relation, on_labels, s);
		err_release(&ignored);
	}
	if (d->labels && detail_has_row(d))
		labels_look(d->labels, label_value, d);
}

const char *detail_label(const struct detail *d, const char *name)
{
	const struct column *c = d->labels ? relation_column(d->relation, name) : NULL;

	return c ? labels_get(d->labels, c) : NULL;
}

static void on_rows(void *ctx, enum rowset_event event)
{
	struct screen *s = ctx;
	struct detail *d = s->data;

	(void)event;
	d->seen = d->seen || detail_has_row(d);
	for (size_t i = 0; i < rowset_columns(d->rows); i++)
		rowset_fit(d->rows, i, VALUE_CHARS);
	look_labels(s);
	take_title(s);
	screen_changed(s, SCREEN_DATA);
}

static void look_again(struct screen *s)
{
	struct detail *d = s->data;

	if (!rowset_loading(d->rows))
		rowset_refresh(d->rows);
}

static void drop_panes(struct screen *s)
{
	struct detail *d = s->data;

	for (size_t i = 0; d->panes && i < s->def->npanes; i++)
		if (d->panes[i])
			screen_pop(d->panes[i]);
	free(d->panes);
	free(d->pane_rows);
	d->panes = NULL;
	d->pane_rows = NULL;
}

bool detail_begin(struct screen *s, const struct screendef *def, struct err *err)
{
	struct detail *d = s->data;
	struct rowset *rows =
		rowset_new(screen_session(s), def, s->place->where, on_rows, s, err);

	if (!rows)
		return false;
	drop_panes(s);
	labels_free(&d->labels);
	rowset_free(&d->rows);
	detail_drop_lines(d);
	d->rows = rows;
	d->scroll = (struct scroll){ 0 };
	d->focus = d->shown = 0;
	s->def = def;
	d->panes = xcalloc(def->npanes + 1, sizeof(struct screen *));
	d->pane_rows = xcalloc(def->npanes + 1, sizeof *d->pane_rows);
	rowset_resize(d->rows, 1);
	screen_changed(s, SCREEN_DATA);
	return true;
}

/* Without its key a record would be any. */
static bool is_named(const struct screen *s, struct err *err)
{
	const char *const *key = s->def->key;
	struct buf example = BUF_INIT;

	if ((s->place->where && *s->place->where) || s->place->filter || !key || !*key)
		return true;
	for (; *key; key++)
		if (strcmp(*key, "tenant_id") != 0)
			buf_addf(&example, " %s=%s", *key, glyph(GLYPH_ELLIPSIS));
	err_set(err, ERR_USAGE, s->def->name, "this is about one record, and none is named");
	err_hint(err, "Enter opens one from its list; else: open %s%s", s->def->name,
		 example.len ? example.data : "");
	buf_release(&example);
	return false;
}

static bool open_detail(struct screen *s, struct err *err)
{
	struct detail *d;

	if (!is_named(s, err))
		return false;
	d = xcalloc(1, sizeof *d);
	s->data = d;
	if (!detail_begin(s, s->def, err)) {
		s->data = NULL;
		free(d);
		return false;
	}
	d->watch = watch_new(s, s->def->refresh, look_again);
	session_observe(screen_session(s), detail_on_session, s);
	return true;
}

static void close_detail(struct screen *s)
{
	struct detail *d = s->data;

	session_unobserve(screen_session(s), s);
	drop_panes(s);
	watch_free(&d->watch);
	copying_free(&d->copying);
	labels_free(&d->labels);
	rowset_free(&d->rows);
	detail_drop_lines(d);
	VEC_RELEASE(&d->lines);
	free(d);
}

/* ---- panes ---- */

const char *detail_cell_of(void *detail, const char *column)
{
	return detail_cell(detail, column);
}

/* "product_id={id} kind=x" as words with the record's values; released with words_release. */
static bool pane_where(struct detail *d, const char *template, struct words *out,
		       struct err *err)
{
	char *line;

	if (!screen_template(template, detail_cell_of, d, &line, err))
		return false;
	words_split(out, line);
	free(line);
	return true;
}

static struct screen *embed(struct screen *s, const struct screen_pane *p,
			    const struct words *w, struct err *err)
{
	const char **where = xcalloc(w->list.len + 1, sizeof *where);
	struct place place = { .screen = p->screen, .where = where };
	struct screen_init init = { .kind = &kind_grid, .place = &place, .title = p->title };
	struct screen *part = NULL;

	for (size_t i = 0; i < w->list.len; i++)
		where[i] = w->list.v[i].text;
	init.def = session_screen(screen_session(s), p->screen, err);
	if (init.def)
		part = screen_embed(s, &init, err);
	if (part)
		part->empty = p->empty;
	free(where);
	return part;
}

static bool make_pane(struct screen *s, size_t i, struct err *err)
{
	struct detail *d = s->data;
	const struct screen_pane *p = &s->def->panes[i];
	struct words words = WORDS_INIT;

	if (pane_where(d, p->where ? p->where : "", &words, err))
		d->panes[i] = embed(s, p, &words, err);
	words_release(&words);
	return d->panes[i] != NULL;
}

/* The pane, made if it is not there yet. NULL: it cannot be made (said once), or there is no
 * record. */
static struct screen *pane(struct screen *s, size_t i)
{
	struct detail *d = s->data;
	struct err err = ERR_INIT;

	if (!d->panes[i] && detail_has_row(d) && !make_pane(s, i, &err))
		ui_say_err(s->ui, &err);
	err_release(&err);
	return d->panes[i];
}

const char *detail_pane_title(const struct screen *s, size_t i)
{
	return s->def->panes[i].title ? s->def->panes[i].title : s->def->panes[i].name;
}

static void recalc(struct screen *s)
{
	detail_divide(s);
	for (size_t i = 0; i < s->def->npanes; i++) {
		struct screen *p;
		struct area a;

		if (!detail_area(s, i, &a) || !(p = pane(s, i)))
			continue;
		p->rows = a.rows;
		p->cols = a.cols;
		p->kind->recalc(p);
		p->dirty = 0;
	}
}

static const char *cell(const struct screen *s, const char *column)
{
	const struct screen *part = detail_focused(s);
	const char *text = part ? part->kind->cell(part, column) : NULL;

	return text ? text : detail_cell(s->data, column);
}

static void columns(const struct screen *s, void (*fn)(void *ctx, const char *name), void *ctx)
{
	const struct detail *d = s->data;
	const struct screen *part = detail_focused(s);

	if (part) {
		part->kind->columns(part, fn, ctx);
		return;
	}
	for (size_t i = 0; i < rowset_columns(d->rows); i++)
		fn(ctx, rowset_column(d->rows, i)->name);
}

static void status(const struct screen *s, struct screen_status *out)
{
	const struct screen *part = detail_focused(s);
	const struct detail *d = s->data;

	if (part)
		part->kind->status(part, out);
	else if (rowset_stale(d->rows))
		buf_adds(&out->note, "STALE");
	else
		watch_note(d->watch, &out->note);
}

static bool offers(const struct screen *s, enum action act, const char *words)
{
	if (detail_missing(s->data) &&
	    (act == ACTION_MOVE || detail_needs_record(act) ||
	     (act == ACTION_BAR && strcmp(words, "/") == 0)))
		return false;
	if (act == ACTION_NEXT_PANE)
		return s->def->npanes > 0;
	if (act == ACTION_DUPLICATE)
		return row_addable(s);
	return act != ACTION_EDIT || row_editable(s);
}

const struct screen_kind kind_detail = {
	.name = "detail",
	.open = open_detail,
	.recalc = recalc,
	.repaint = detail_repaint,
	.key = detail_key,
	.action = detail_action,
	.offers = offers,
	.cell = cell,
	.focus = detail_focused,
	.columns = columns,
	.status = status,
	.tell = detail_tell,
	.close = close_detail,
};
