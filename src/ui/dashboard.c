/* SPDX-License-Identifier: MIT */
/*
 * dashboard.c - panels beside one another: where they lie, and what keys do in them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/vars.h"
#include "dashboard_priv.h"
#include "ui/panel.h"
#include "ui/viewer.h"

/* ---- what happens ---- */

static void on_ready(void *ctx, const struct err *err)
{
	struct screen *s = ctx;
	struct dashboard *d = s->data;

	d->waiting = false;
	if (err) {
		err_copy(&d->err, err);
		screen_changed(s, SCREEN_DATA);
		return;
	}
	dashboard_ask(s);
}

/* Queries may need what the profile knows, and are asked within the tenant that was wanted: before
 * that is known they would tell of nobody, or of all. */
static void ask_when_ready(struct screen *s)
{
	struct dashboard *d = s->data;

	if (d->waiting)
		return;
	d->waiting = true;
	session_when_ready(screen_session(s),
			   s->def->scope == SCOPE_TENANT ? READY_SCOPE : READY_CATALOG, on_ready,
			   s);
}

/* What is shown, or under way, is another tenant's: it must not stand under this one's name. */
static void begin_anew(struct screen *s)
{
	struct dashboard *d = s->data;

	db_forget(session_db(screen_session(s)), s);
	for (size_t i = 0; i < d->n; i++) {
		reply_free(&d->panels[i].reply);
		VEC_CLEAR(&d->panels[i].history);
		d->panels[i].asked_us = 0;
	}
	d->asking = false;
	err_clear(&d->err);
	screen_changed(s, SCREEN_DATA);
	ask_when_ready(s);
}

/* Another tenant or outbox was chosen, or the tables are not what they were. */
static void on_session(void *ctx, enum session_event event)
{
	struct screen *s = ctx;
	struct dashboard *d = s->data;

	if (event == SESSION_SCOPE && s->def->scope == SCOPE_TENANT)
		begin_anew(s);
	if (event != SESSION_OUTBOX && event != SESSION_CATALOG)
		return;
	d->asked_all = true;
	if (event == SESSION_OUTBOX)
		ask_when_ready(s);
}

/* Where Enter does something; else where there is something to move in. */
static size_t first_focus(const struct dashboard *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (panel_is_list(&d->panels[i]) && d->panels[i].def->run)
			return i;
	for (size_t i = 0; i < d->n; i++)
		if (panel_is_list(&d->panels[i]))
			return i;
	return 0;
}

static bool open_dashboard(struct screen *s, struct err *err)
{
	struct dashboard *d = xcalloc(1, sizeof *d);

	(void)err;
	d->n = s->def->npanels;
	d->panels = xcalloc(d->n, sizeof *d->panels);
	for (size_t i = 0; i < d->n; i++)
		d->panels[i].def = &s->def->panels[i];
	for (size_t i = 0; i < d->n && !d->outbox; i++)
		if (panel_is_outbox(&d->panels[i]))
			d->outbox = dash_outbox_new(s);
	d->focus = first_focus(d);
	s->data = d;
	d->watch = watch_new(s, s->def->refresh, ask_when_ready);
	session_observe(screen_session(s), on_session, s);
	ask_when_ready(s);
	return true;
}

static void close_dashboard(struct screen *s)
{
	struct dashboard *d = s->data;

	session_unobserve(screen_session(s), s);
	session_forget(screen_session(s), s);
	watch_free(&d->watch);
	dash_outbox_free(&d->outbox);
	for (size_t i = 0; i < d->n; i++) {
		reply_free(&d->panels[i].reply);
		VEC_RELEASE(&d->panels[i].history);
	}
	free(d->panels);
	err_release(&d->err);
	free(d);
}

static void status(const struct screen *s, struct screen_status *out)
{
	const struct dashboard *d = s->data;

	if (d->err.kind && d->answered_us) {
		buf_adds(&out->note, "STALE since ");
		timefmt_instant(&out->note, d->answered_us);
		out->note_style = STYLE_WARNING;
	} else {
		watch_note(d->watch, &out->note);
		if (d->outbox)
			dash_outbox_note(d->outbox, &out->note);
		if (dashboard_unkept(s)) {
			buf_addf(&out->note, "%sEVERY TENANT'S ROWS", out->note.len ? "  " : "");
			out->note_style = STYLE_WARNING;
		}
	}
}

/* ---- actions ---- */

static void next_panel(struct dashboard *d, int by)
{
	for (size_t i = 0; i < d->n; i++) {
		d->focus = (d->focus + d->n + (size_t)by) % d->n;
		if (panel_is_list(&d->panels[d->focus]))
			return;
	}
}

static const char *cell(const struct screen *s, const char *column)
{
	const struct dashboard *d = s->data;
	const struct panel *p = &d->panels[d->focus];
	int col = p->reply ? reply_column(p->reply, column) : -1;
	const char *text;

	if (col < 0 || p->scroll.cursor >= p->scroll.len)
		return NULL;
	text = reply_text(p->reply, (size_t)p->scroll.cursor, (size_t)col);
	return text ? text : "";
}

static const char *template_cell(void *ctx, const char *column)
{
	return cell(ctx, column);
}

static bool open_row(struct screen *s, struct err *err)
{
	const struct dashboard *d = s->data;
	const char *run = d->panels[d->focus].def->run;
	char *line;

	if (run) {
		const char *own = cell(s, run);

		if (own && *own)
			ui_command(s->ui, own);
		return true;
	}
	if (!s->def->enter)
		return screen_cannot(s, ACTION_OPEN_ROW, err);
	if (!screen_template(s->def->enter, template_cell, s, &line, err))
		return false;
	ui_command(s->ui, line);
	free(line);
	return true;
}

static bool move(struct screen *s, const struct args *args)
{
	struct dashboard *d = s->data;
	struct panel *p = &d->panels[d->focus];
	const char *where = args_get(args, "where");
	long count = args_int(args, "count", ui_count(s->ui, 1));

	if (panel_is_list(p) && scroll_action(&p->scroll, where, count))
		return true;
	d->top += strstr(where, "down") ? 1 : strstr(where, "up") ? -1 : 0;
	d->top = d->top < 0 ? 0 : d->top;
	return true;
}

static void show_sql(struct screen *s)
{
	const struct dashboard *d = s->data;
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < d->n; i++) {
		struct params params = PARAMS_INIT;
		struct buf sql = BUF_INIT;
		struct err err = ERR_INIT;

		if (panel_is_outbox(&d->panels[i]))
			continue;
		buf_addf(&all, "-- %s\n", panel_name(&d->panels[i]));
		if (dashboard_sql(s, &d->panels[i], &sql, &params, &err))
			sql_with_values(&all, sql.data, &params);
		else
			buf_addf(&all, "-- %s", err.why);
		buf_adds(&all, "\n\n");
		params_release(&params);
		buf_release(&sql);
		err_release(&err);
	}
	viewer_open(s->ui, "SQL of this screen", all.data, all.len, VIEW_SQL);
	buf_release(&all);
}

/* What the cursor is on, whole: a paragraph a column. */
static void view_row(struct screen *s)
{
	const struct dashboard *d = s->data;
	const struct panel *p = &d->panels[d->focus];
	struct buf all = BUF_INIT;

	for (size_t col = 0; col < reply_columns(p->reply); col++) {
		if (!panel_shows(p, col) || reply_null(p->reply, (size_t)p->scroll.cursor, col))
			continue;
		buf_addf(&all, "%s%s\n", all.len ? "\n\n" : "", reply_name(p->reply, col));
		panel_cell(p, (size_t)p->scroll.cursor, col, &all);
	}
	viewer_open(s->ui, panel_name(p), all.data ? all.data : "", all.len, VIEW_PARTS);
	buf_release(&all);
}

static bool on_row(const struct dashboard *d)
{
	const struct panel *p = d->n ? &d->panels[d->focus] : NULL;

	return p && panel_is_list(p) && p->reply && p->scroll.cursor < p->scroll.len;
}

static bool action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct dashboard *d = s->data;
	const char *where = args_get(args, "where");

	screen_changed(s, SCREEN_DATA);
	switch ((int)act) {
	case ACTION_MOVE:
		return move(s, args);
	case ACTION_NEXT_PANE:
		next_panel(d, where && strcmp(where, "previous") == 0 ? -1 : 1);
		return true;
	case ACTION_OPEN_ROW:
		return open_row(s, err);
	case ACTION_REFRESH:
		if (args_has(args, "interval"))
			return watch_action(d->watch, act, args, err);
		if (d->outbox && d->err.kind) /* there may be one by now */
			reader_moved(session_reader(screen_session(s)));
		d->asked_all = true;
		ask_when_ready(s);
		return true;
	case ACTION_ZOOM:
		if (!d->outbox)
			return screen_cannot(s, act, err);
		dash_outbox_zoom(d->outbox, args_has(args, "in") ? -1 : 1);
		return true;
	case ACTION_INTERVAL:
	case ACTION_PAUSE:
		return watch_action(d->watch, act, args, err);
	case ACTION_VIEW:
		if (!on_row(d))
			return err_set(err, ERR_FAILED, "view", "there is no row");
		view_row(s);
		return true;
	case ACTION_SHOW_SQL:
		show_sql(s);
		return true;
	default:
		return screen_cannot(s, act, err);
	}
}

static bool offers(const struct screen *s, enum action act, const char *words UNUSED)
{
	const struct dashboard *d = s->data;
	const struct panel *p = d->n ? &d->panels[d->focus] : NULL;
	size_t lists = 0;

	for (size_t i = 0; i < d->n; i++)
		lists += panel_is_list(&d->panels[i]);
	if (act == ACTION_ZOOM)
		return d->outbox;
	if (act == ACTION_NEXT_PANE)
		return lists > 1;
	if (act == ACTION_VIEW)
		return on_row(d);
	if (act == ACTION_OPEN_ROW)
		return on_row(d) && (p->def->run || s->def->enter);
	return true;
}

/* Of those with rows; d->n: beside them. */
static size_t panel_at(const struct dashboard *d, const struct key *k)
{
	size_t i = 0;

	while (i < d->n &&
	       (!panel_is_list(&d->panels[i]) || k->row < d->panels[i].row ||
		k->row >= d->panels[i].row + d->panels[i].rows || k->col < d->panels[i].col ||
		k->col >= d->panels[i].col + d->panels[i].cols))
		i++;
	return i;
}

static int row_at(const struct panel *p, bool focus, int line)
{
	int row = p->scroll.top + line - 1;

	if (p->reply && panel_is_table(p))
		return panel_table_at(p, focus, line);
	return line < 1 || row >= p->scroll.len ? -1 : row;
}

static bool key(struct screen *s, const struct key *k)
{
	struct dashboard *d = s->data;
	struct panel *p;
	size_t i;
	int at;

	i = panel_at(d, k);
	p = i < d->n ? &d->panels[i] : NULL;
	screen_changed(s, SCREEN_DATA);
	/* The wheel scrolls what it is over, whatever has the keys. */
	if (k->code == K_WHEEL_UP || k->code == K_WHEEL_DOWN)
		return p && p->scroll.len > p->scroll.height && scroll_key(&p->scroll, k);
	if (!key_points(k))
		return false;
	if (!p)
		return k->code != K_RIGHT_CLICK;
	at = row_at(p, d->focus == i, k->row - p->row);
	d->focus = i;
	if (at < 0)
		return k->code != K_RIGHT_CLICK; /* its title, or below its rows */
	scroll_to(&p->scroll, at);
	return k->code == K_CLICK; /* a double click goes on to its binding */
}

const struct screen_kind kind_dashboard = {
	.name = "dashboard",
	.open = open_dashboard,
	.recalc = dashboard_recalc,
	.repaint = dashboard_paint,
	.key = key,
	.action = action,
	.offers = offers,
	.cell = cell,
	.status = status,
	.tell = dashboard_tell,
	.reconnected = ask_when_ready,
	.close = close_dashboard,
};
