/* SPDX-License-Identifier: MIT */
/*
 * detail_keys.c - what is done to a record's screen: the part that has the keys, the mouse, and
 * what the fields can do.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "detail_priv.h"
#include "ui/viewer.h"

enum { STEP_ROWS = 2, STEP_COLS = 4 };

struct screen *detail_focused(const struct screen *s)
{
	const struct detail *d = s->data;

	return d->focus && !detail_missing(d) ? d->panes[d->focus - 1] : NULL;
}

bool detail_needs_record(enum action act)
{
	switch ((int)act) {
	case ACTION_OPEN_ROW:
	case ACTION_VIEW:
	case ACTION_COPY:
	case ACTION_EDIT:
	case ACTION_DUPLICATE:
	case ACTION_DELETE:
	case ACTION_SET:
	case ACTION_ACT:
	case ACTION_FILTER:
	case ACTION_NEXT_PANE:
		return true;
	default:
		return false;
	}
}

static void next_pane(struct screen *s, int by)
{
	struct detail *d = s->data;
	size_t n = s->def->npanes + 1;

	d->focus = (d->focus + n + (size_t)by) % n;
	if (d->focus)
		d->shown = d->focus - 1;
}

static enum viewer_as shown_as(const struct detail *d, size_t col)
{
	return viewer_as_kind(value_kind(rowset_column_oid(d->rows, col),
					 rowset_column_category(d->rows, col), 0));
}

static void show_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct screen *s = ctx;
	const struct detail *d = s->data;

	if (err)
		ui_say_err(s->ui, err);
	else
		viewer_open_long(s->ui, column_title(rowset_column(d->rows, d->viewed)), owned,
				 shown_as(d, d->viewed));
}

static void view_field(struct screen *s)
{
	struct detail *d = s->data;
	const struct fieldline *l = &d->lines.v[d->scroll.cursor];
	size_t len;
	bool cut;
	const char *text = rowset_cell(d->rows, 0, l->col, &len, &cut);

	if (cut) {
		d->viewed = l->col;
		rowset_whole(d->rows, 0, l->col, show_whole, s);
		return;
	}
	viewer_open(s->ui, column_title(rowset_column(d->rows, l->col)), text, len,
		    shown_as(d, l->col));
}

static bool copy(struct screen *s, const struct args *args, struct err *err)
{
	struct detail *d = s->data;
	const char *what = args_get(args, "what");

	if (!d->lines.len)
		return err_set(err, ERR_FAILED, "copy", "there is no record");
	if (what && strcmp(what, "cell") != 0)
		return copying_rows(&d->copying, s, d->rows, NULL, 0, args, err);
	copying_cell(s, d->rows, 0, d->lines.v[d->scroll.cursor].col);
	return true;
}

/* Where the field leads: the record that it refers to. */
static bool follow_field(struct screen *s, struct err *err)
{
	struct detail *d = s->data;
	const struct screen_column *c =
		rowset_column(d->rows, d->lines.v[d->scroll.cursor].col);
	const char *value = detail_cell_of(d, c->name);
	char *line;

	if (!c->open || !value || !*value) {
		view_field(s);
		return true;
	}
	if (!screen_template(c->open, detail_cell_of, d, &line, err))
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
		return copy(s, args, err);
	case ACTION_EDIT:
		return row_form(s, "form", err);
	case ACTION_DUPLICATE:
		return row_form(s, "form-new", err);
	case ACTION_DELETE:
	case ACTION_SET:
		return row_change(s, NULL, act, args, err);
	case ACTION_SHOW_SQL:
		return row_sql(s, d->rows, err);
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

bool detail_action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct detail *d = s->data;
	struct screen *part = detail_focused(s);
	const char *where = args_get(args, "where");

	screen_changed(s, SCREEN_DATA);
	if (detail_missing(d) && detail_needs_record(act))
		return err_set(err, ERR_FAILED, NULL, "there is no record");
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
		return k->code != K_RIGHT_CLICK; /* its title */
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
		names[i] = detail_pane_title(s, i);
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

bool detail_key(struct screen *s, const struct key *k)
{
	struct detail *d = s->data;
	struct area a;
	size_t i;

	if (drag(s, k))
		return true;
	if (k->code == K_WHEEL_UP || k->code == K_WHEEL_DOWN)
		return wheel(s, k);
	if (!key_points(k))
		return false;
	screen_changed(s, SCREEN_DATA);
	if (!d->wide && s->def->npanes && k->row == d->fields_rows)
		return click_tab(s, k->col) && k->code != K_RIGHT_CLICK;
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
	return k->code != K_RIGHT_CLICK;
}
