/* SPDX-License-Identifier: MIT */
/*
 * detail.c - one record: its fields, and panes of rows that belong to it.
 *
 * On a wide terminal the panes stand beside the fields, on a narrow one below, one at a time
 * under tabs.  A pane is an embedded grid; it is made when it is first to be seen, so nothing
 * is asked for that nobody looks at.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/parse.h"
#include "detail_priv.h"
#include "ui/viewer.h"

enum { VALUE_CHARS = 1000, STEP_ROWS = 2, STEP_COLS = 4 };

/* ---- the record ---- */

static bool has_row(const struct detail *d)
{
	return rowset_len(d->rows) > 0;
}

static const char *record_cell(const struct detail *d, const char *column)
{
	size_t len;
	bool cut;

	for (size_t i = 0; has_row(d) && i < rowset_columns(d->rows); i++) {
		const char *text;

		if (strcmp(rowset_column(d->rows, i)->name, column) != 0)
			continue;
		text = rowset_cell(d->rows, 0, i, &len, &cut);
		return text ? text : "";
	}
	return NULL;
}

/* What a person calls this record: the first column that one searches for, else one that sounds
 * like a name. */
static const char *title_column(const struct screen *s, const struct detail *d)
{
	static const char *const names[] = { "sku",   "order_number", "number", "name", "title",
					     "label", "code",	      "email",	"slug" };

	if (s->def->search[0])
		return s->def->search[0];
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (record_cell(d, names[i]))
			return names[i];
	return s->def->key[0];
}

static void take_title(struct screen *s)
{
	const struct detail *d = s->data;
	const char *name = title_column(s, d);
	const char *text = name ? record_cell(d, name) : NULL;

	if (text && *text && strlen(text) < 60)
		screen_title(s, text);
}

/* ---- what it refers to ---- */

static const char *label_value(void *ctx, const struct column *column)
{
	return record_cell(ctx, column->name);
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
	if (d->labels && has_row(d))
		labels_look(d->labels, label_value, d);
}

static const char *label_of(const struct detail *d, const char *name)
{
	const struct column *c = d->labels ? relation_column(d->relation, name) : NULL;

	return c ? labels_get(d->labels, c) : NULL;
}

static void on_rows(void *ctx, enum rowset_event event)
{
	struct screen *s = ctx;
	struct detail *d = s->data;

	(void)event;
	for (size_t i = 0; i < rowset_columns(d->rows); i++)
		rowset_fit(d->rows, i, VALUE_CHARS);
	take_title(s);
	look_labels(s);
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
	d->panes = NULL;
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
	labels_free(&d->labels);
	rowset_free(&d->rows);
	detail_drop_lines(d);
	VEC_RELEASE(&d->lines);
	free(d);
}

/* ---- panes ---- */

static const char *template_cell(void *ctx, const char *column)
{
	return record_cell(ctx, column);
}

/* "product_id={id} kind=x" as words with the record's values; released with words_release. */
static bool pane_where(struct detail *d, const char *template, struct words *out,
		       struct err *err)
{
	char *line;

	if (!screen_template(template, template_cell, d, &line, err))
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

	if (!d->panes[i] && has_row(d) && !make_pane(s, i, &err))
		ui_say_err(s->ui, &err);
	err_release(&err);
	return d->panes[i];
}

static const char *pane_title(const struct screen *s, size_t i)
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

/* ---- painting ---- */

static void paint_field(const struct screen *s, const struct fieldline *l, struct canvas *c,
			int row, bool cursor)
{
	const struct detail *d = s->data;
	struct field_look look = { .label_width = d->label_width, .style = l->style };
	const char *label = l->first ? column_title(rowset_column(d->rows, l->col)) : "";
	const char *refers =
		l->first ? label_of(d, rowset_column(d->rows, l->col)->name) : NULL;
	struct buf note = BUF_INIT;

	if (refers)
		utf8_sanitize(&note, refers, strlen(refers), SANITIZE_LINE);
	look.note = refers ? note.data : NULL;
	field_paint(c, row, label, l->text, strlen(l->text), &look);
	buf_release(&note);
	if (rowset_changed(d->rows, 0, l->col))
		canvas_over(c, row, d->label_width + 4, 1, utf8_width(l->text, strlen(l->text)),
			    STYLE_CHANGED);
	if (!cursor)
		return;
	canvas_glyph(c, row, 0, GLYPH_CURSOR, STYLE_NORMAL);
	canvas_over(c, row, 0, 1, c->cols, STYLE_SELECTED);
	canvas_focus(c, row);
}

static void paint_fields(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;

	for (int i = 0; i < c->rows && d->scroll.top + i < (int)d->lines.len; i++)
		paint_field(s, &d->lines.v[d->scroll.top + i], c, i,
			    d->focus == 0 && d->scroll.top + i == d->scroll.cursor);
	scroll_paint_bar(&d->scroll, c, c->cols - 1);
}

static void paint_missing(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;
	const struct err *err = rowset_error(d->rows);
	char *text = NULL;

	if (err && err->kind)
		text = err_text(err);
	else if (rowset_loading(d->rows) || !rowset_at_end(d->rows))
		text = xstrdup("loading…");
	else
		text = xstrdup("This record is gone: deleted, or no longer visible to you.");
	canvas_text(c, c->rows / 3, 4, c->cols - 8,
		    err && err->kind ? STYLE_ERROR : STYLE_MUTED, text);
	free(text);
}

static void paint_tabs(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;
	const char **names = xcalloc(s->def->npanes + 1, sizeof *names);

	for (size_t i = 0; i < s->def->npanes; i++)
		names[i] = pane_title(s, i);
	canvas_hline(c, 0, 0, c->cols, STYLE_BORDER);
	tabs_paint(c, 0, names, s->def->npanes, d->shown);
	if (d->focus)
		canvas_glyph(c, 0, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
	free(names);
}

static void paint_pane(const struct screen *s, size_t i, struct canvas *c)
{
	const struct detail *d = s->data;
	struct canvas body, head;
	struct area a;

	if (!detail_area(s, i, &a) || !d->panes[i])
		return;
	body = canvas_sub(c, a.row, a.col, a.rows, a.cols);
	d->panes[i]->kind->repaint(d->panes[i], &body);
	if (!d->wide)
		return;
	head = canvas_sub(c, a.row - 1, a.col, 1, a.cols);
	canvas_hline(&head, 0, 0, head.cols, STYLE_BORDER);
	canvas_printf(&head, 0, 1, head.cols - 2,
		      d->focus == i + 1 ? STYLE_TAB_ACTIVE : STYLE_TITLE, " %s ",
		      pane_title(s, i));
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;
	struct canvas fields = canvas_sub(c, 0, 0, d->fields_rows, d->fields_cols);
	struct canvas tabs = canvas_sub(c, d->fields_rows, 0, 1, c->cols);

	if (!has_row(d)) {
		paint_missing(s, c);
		return;
	}
	paint_fields(s, &fields);
	if (!d->wide && s->def->npanes)
		paint_tabs(s, &tabs);
	for (size_t i = 0; i < s->def->npanes; i++)
		paint_pane(s, i, c);
}

static void tell(const struct screen *s, struct buf *out)
{
	const struct detail *d = s->data;
	struct cell_at at = { .ops = &rowset_rows, .p = d->rows };

	if (!has_row(d) || !d->lines.len)
		return;
	at.col = d->lines.v[d->scroll.cursor].col;
	buf_addf(out, "%s: ", column_title(rowset_column(d->rows, at.col)));
	cell_show(&at, 0, out);
	if (rowset_changed(d->rows, 0, at.col))
		buf_adds(out, " (changed)");
}

/* ---- keys and actions ---- */

static struct screen *focused(const struct screen *s)
{
	const struct detail *d = s->data;

	return d->focus ? d->panes[d->focus - 1] : NULL;
}

static void next_pane(struct screen *s, int by)
{
	struct detail *d = s->data;
	size_t n = s->def->npanes + 1;

	d->focus = (d->focus + n + (size_t)by) % n;
	if (d->focus)
		d->shown = d->focus - 1;
}

static void show_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct screen *s = ctx;

	if (err)
		ui_say_err(s->ui, err);
	else if (owned)
		viewer_open_long(s->ui, "value", owned, VIEW_AUTO);
	else
		viewer_open(s->ui, "value", "NULL", 4, VIEW_TEXT);
}

static void view_field(struct screen *s)
{
	struct detail *d = s->data;
	const struct fieldline *l = &d->lines.v[d->scroll.cursor];
	size_t len;
	bool cut;
	const char *text = rowset_cell(d->rows, 0, l->col, &len, &cut);

	if (cut) {
		rowset_whole(d->rows, 0, l->col, show_whole, s);
		return;
	}
	viewer_open(s->ui, column_title(rowset_column(d->rows, l->col)), text ? text : "NULL",
		    text ? len : 4, text ? VIEW_AUTO : VIEW_TEXT);
}

static void copy_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct screen *s = ctx;
	struct err own = ERR_INIT;
	const char *text = owned ? longtext_data(owned, &own) : NULL;

	if (err || own.kind)
		ui_say_err(s->ui, err ? err : &own);
	else
		ui_copy(s->ui, text ? text : "", owned ? longtext_len(owned) : 0, "the value");
	err_release(&own);
	longtext_free(&owned);
}

/* Where the field leads: the record that it refers to. */
static bool follow_field(struct screen *s, struct err *err)
{
	struct detail *d = s->data;
	const struct screen_column *c =
		rowset_column(d->rows, d->lines.v[d->scroll.cursor].col);
	const char *value = template_cell(d, c->name);
	char *line;

	if (!c->open || !value || !*value) {
		view_field(s);
		return true;
	}
	if (!screen_template(c->open, template_cell, d, &line, err))
		return false;
	ui_command(s->ui, line);
	free(line);
	return true;
}

static bool own_action(struct screen *s, enum action act, const struct args *args,
		       struct err *err)
{
	struct detail *d = s->data;
	bool field = d->lines.len > 0;

	switch ((int)act) {
	case ACTION_MOVE:
		return scroll_action(&d->scroll, args_get(args, "where"),
				     args_int(args, "count", ui_count(s->ui, 1))) ||
		       true;
	case ACTION_OPEN_ROW:
		if (!field) /* Enter that came twice: the first opened this record */
			return rowset_loading(d->rows) ||
			       err_set(err, ERR_FAILED, "open", "there is no record");
		return follow_field(s, err);
	case ACTION_VIEW:
		if (!field)
			return err_set(err, ERR_FAILED, "view", "there is no record");
		view_field(s);
		return true;
	case ACTION_COPY:
		if (!field)
			return err_set(err, ERR_FAILED, "copy", "there is no record");
		rowset_whole(d->rows, 0, d->lines.v[d->scroll.cursor].col, copy_whole, s);
		return true;
	case ACTION_EDIT:
		return row_form(s, "form", err);
	case ACTION_DUPLICATE:
		return row_form(s, "form-new", err);
	case ACTION_DELETE:
	case ACTION_SET:
		return row_change(s, NULL, act, args, err);
	case ACTION_SHOW_SQL:
		if (!rowset_sql(d->rows))
			return screen_cannot(s, act, err);
		viewer_open(s->ui, "SQL of this screen", rowset_sql(d->rows),
			    strlen(rowset_sql(d->rows)), VIEW_SQL);
		return true;
	case ACTION_REFRESH:
	case ACTION_INTERVAL:
	case ACTION_PAUSE:
		return watch_action(d->watch, act, args, err);
	case ACTION_CANCEL:
		if (!rowset_loading(d->rows))
			return screen_cannot(s, act, err);
		rowset_cancel(d->rows);
		return true;
	default:
		return screen_cannot(s, act, err);
	}
}

static void refresh_all(struct screen *s, const struct args *args)
{
	struct detail *d = s->data;
	struct err ignored = ERR_INIT;

	rowset_refresh(d->rows);
	for (size_t i = 0; i < s->def->npanes; i++)
		if (d->panes[i] &&
		    !d->panes[i]->kind->action(d->panes[i], ACTION_REFRESH, args, &ignored))
			err_clear(&ignored);
}

/* The part with the keys grows: the fields, or the panes at their cost. */
static void resize_fields(struct detail *d, int steps)
{
	if (d->focus)
		steps = -steps;
	if (d->wide)
		d->more_cols += steps * STEP_COLS;
	else
		d->more_rows += steps * STEP_ROWS;
}

/* The line between is taken with the mouse and let go. */
static bool drag(struct screen *s, const struct key *k)
{
	struct detail *d = s->data;
	int at = d->wide ? k->col : k->row, line = d->wide ? d->fields_cols : d->fields_rows;

	if (k->code == K_CLICK) {
		d->dragging = s->def->npanes && (at == line || (d->wide && at == line + 1));
		return d->dragging && d->wide; /* on the narrow line there are tabs */
	}
	if (k->code != K_DRAG || !d->dragging)
		return false;
	*(d->wide ? &d->more_cols : &d->more_rows) += at - line;
	screen_changed(s, SCREEN_DATA);
	return true;
}

static bool action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct detail *d = s->data;
	struct screen *part = focused(s);
	const char *where = args_get(args, "where");

	screen_changed(s, SCREEN_DATA);
	if (act == ACTION_NEXT_PANE && where &&
	    (strcmp(where, "larger") == 0 || strcmp(where, "smaller") == 0)) {
		resize_fields(d, (int)ui_count(s->ui, 1) * (*where == 'l' ? 1 : -1));
		return true;
	}
	if (act == ACTION_NEXT_PANE) {
		next_pane(s, where && strcmp(where, "previous") == 0 ? -1 : 1);
		return true;
	}
	if (act == ACTION_REFRESH && !args_has(args, "interval")) {
		refresh_all(s, args);
		return true;
	}
	if (act == ACTION_FILTER && !part &&
	    d->panes[d->shown]) { /* the rows below are meant */
		d->focus = d->shown + 1;
		part = d->panes[d->shown];
	}
	if (part)
		return part->kind->action(part, act, args, err);
	return own_action(s, act, args, err);
}

static bool click(struct screen *s, const struct key *k, size_t i, const struct area *a)
{
	struct detail *d = s->data;
	struct key local = *k;

	d->focus = i + 1;
	d->shown = i;
	if (k->row < a->row)
		return true; /* its title */
	local.row = (int16_t)(k->row - a->row);
	local.col = (int16_t)(k->col - a->col);
	return !d->panes[i] || d->panes[i]->kind->key(d->panes[i], &local);
}

static bool click_tab(struct screen *s, int col)
{
	struct detail *d = s->data;
	const char **names = xcalloc(s->def->npanes + 1, sizeof *names);
	int at;

	for (size_t i = 0; i < s->def->npanes; i++)
		names[i] = pane_title(s, i);
	at = tabs_at(&(struct canvas){ .cols = s->cols }, names, s->def->npanes, col);
	free(names);
	if (at >= 0) {
		d->shown = (size_t)at;
		d->focus = d->shown + 1;
	}
	return true;
}

/* The pane at a place; npanes: none. */
static size_t pane_at(const struct screen *s, const struct key *k, struct area *a)
{
	const struct detail *d = s->data;
	size_t i = 0;

	while (i < s->def->npanes &&
	       (!detail_area(s, i, a) || k->row < a->row - (d->wide ? 1 : 0) ||
		k->row >= a->row + a->rows || k->col < a->col || k->col >= a->col + a->cols))
		i++;
	return i;
}

/* It scrolls what it is over, whatever has the keys. */
static bool wheel(struct screen *s, const struct key *k)
{
	struct detail *d = s->data;
	struct area a;
	size_t i = pane_at(s, k, &a), focus = d->focus;

	d->focus = i < s->def->npanes ? i + 1 : 0;
	ui_command(s->ui, k->code == K_WHEEL_UP ? "move scrollup" : "move scrolldown");
	d->focus = focus;
	return true;
}

static bool key(struct screen *s, const struct key *k)
{
	struct detail *d = s->data;
	struct area a;
	size_t i;

	if (drag(s, k))
		return true;
	if (k->code == K_WHEEL_UP || k->code == K_WHEEL_DOWN)
		return wheel(s, k);
	if (k->code != K_CLICK && k->code != K_DOUBLE_CLICK)
		return false;
	screen_changed(s, SCREEN_DATA);
	if (!d->wide && s->def->npanes && k->row == d->fields_rows)
		return click_tab(s, k->col);
	i = pane_at(s, k, &a);
	if (i < s->def->npanes)
		return click(s, k, i, &a);
	if (k->row < d->fields_rows && k->col < d->fields_cols) {
		if (k->col == d->fields_cols - 1 &&
		    scroll_bar_click(&d->scroll, k->row, d->fields_rows))
			return true;
		d->focus = 0;
		scroll_to(&d->scroll, d->scroll.top + k->row);
		return k->code == K_CLICK;
	}
	return true;
}

static const char *cell(const struct screen *s, const char *column)
{
	const struct screen *part = focused(s);
	const char *text = part ? part->kind->cell(part, column) : NULL;

	return text ? text : record_cell(s->data, column);
}

static void columns(const struct screen *s, void (*fn)(void *ctx, const char *name), void *ctx)
{
	const struct detail *d = s->data;
	const struct screen *part = focused(s);

	if (part) {
		part->kind->columns(part, fn, ctx);
		return;
	}
	for (size_t i = 0; i < rowset_columns(d->rows); i++)
		fn(ctx, rowset_column(d->rows, i)->name);
}

static void status(const struct screen *s, struct screen_status *out)
{
	const struct screen *part = focused(s);
	const struct detail *d = s->data;

	if (part)
		part->kind->status(part, out);
	else if (rowset_stale(d->rows))
		buf_adds(&out->note, "STALE");
	else
		watch_note(d->watch, &out->note);
}

static bool offers(const struct screen *s, enum action act)
{
	if (act == ACTION_NEXT_PANE)
		return s->def->npanes > 0;
	return act != ACTION_EDIT || row_editable(s);
}

const struct screen_kind kind_detail = {
	.name = "detail",
	.open = open_detail,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.action = action,
	.offers = offers,
	.cell = cell,
	.focus = focused,
	.columns = columns,
	.status = status,
	.tell = tell,
	.close = close_detail,
};
