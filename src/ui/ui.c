/* SPDX-License-Identifier: MIT */
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "catalog/reader.h"
#include "command/settings.h"
#include "ui/lineedit.h"
#include "ui/widget.h"
#include "linear.h"
#include "ui_priv.h"

/* ---- what screens ask ---- */

struct lineedit *ui_lineedit(const struct ui *ui)
{
	return ui->lineedit;
}

struct session *ui_session(const struct ui *ui)
{
	return ui->session;
}

struct loop *ui_loop(const struct ui *ui)
{
	return ui->loop;
}

const struct host *ui_host(const struct ui *ui)
{
	return &ui->host;
}

bool ui_plain(const struct ui *ui)
{
	return ui->opts.plain;
}

bool ui_still(const struct ui *ui)
{
	return ui->opts.plain || settings_bool(session_settings(ui->session), "reduced-motion");
}

void ui_suspend_terminal(struct ui *ui)
{
	if (ui->term)
		term_pause(ui->term);
}

void ui_resume_terminal(struct ui *ui)
{
	if (ui->term)
		term_resume(ui->term);
}

void ui_alert(struct ui *ui, const char *text)
{
	const struct settings *s = session_settings(ui->session);

	if (ui->term && settings_bool(s, "bell"))
		term_bell(ui->term);
	if (ui->term && settings_bool(s, "notify"))
		term_notify(ui->term, text);
}

long ui_count(struct ui *ui, long otherwise)
{
	long n = ui->count ? ui->count : otherwise;

	ui->count = 0;
	return n;
}

void ui_changed(struct ui *ui)
{
	ui->dirty = true;
}

void ui_repaint_in(struct ui *ui, unsigned ms)
{
	if (!ui->again_ms || ms < ui->again_ms)
		ui->again_ms = ms ? ms : 1;
}

void ui_area(const struct ui *ui, int *rows, int *cols)
{
	*rows = ui->canvas->rows - HEADER_ROWS - HINT_ROWS;
	*rows = *rows < 1 ? 1 : *rows;
	*cols = ui->canvas->cols;
}

/* What waits for the first connection need not have asked anything yet. */
static bool first_connects(const struct db *db)
{
	return !db_session(db) && db_state(db, DB_READ) == DB_CONNECTING;
}

bool ui_busy(const struct ui *ui)
{
	for (size_t i = 0; i < ui->tabs->list.len; i++) {
		const struct ui *tab = ui->tabs->list.v[i];

		if (tab->running.len || db_pending(session_db(tab->session)) ||
		    reader_busy(session_reader(tab->session)) ||
		    first_connects(session_db(tab->session)))
			return true;
	}
	return false;
}

void ui_end(struct ui *ui, int status)
{
	for (size_t i = 0; i < ui->tabs->list.len; i++) {
		ui->tabs->list.v[i]->quitting = true;
		ui->tabs->list.v[i]->status = status;
	}
	loop_stop(ui->loop);
}

/* ---- a turn: recalc, repaint, flush ---- */

static size_t first_visible(const struct ui *ui)
{
	size_t i = ui->stack.len;

	/* Who listens hears the question alone. */
	while (!ui_plain(ui) && i > 0 && ui->stack.v[i - 1]->kind->flags & KIND_MODAL)
		i--;
	return i ? i - 1 : 0;
}

static void recalc_all(struct ui *ui)
{
	int rows, cols;

	ui_area(ui, &rows, &cols);
	/* By index: recalc may push a screen. */
	for (size_t i = first_visible(ui); i < ui->stack.len; i++) {
		struct screen *s = ui->stack.v[i];

		if (s->rows != rows || s->cols != cols)
			s->dirty |= SCREEN_DATA;
		s->rows = rows;
		s->cols = cols;
		if (s->dirty & SCREEN_DATA && s->kind->recalc)
			s->kind->recalc(s);
		s->dirty = 0;
	}
}

/* The words in which it is said that the terminal is small: fewer, the less room there is. */
static void smallness_words(const struct ui *ui, int fewer, struct buf *text)
{
	bool small = ui_smallness(ui) == TERM_SMALL;

	if (fewer == 0)
		buf_addf(text,
			 "souk wants %d columns and %d rows.\nMake the terminal larger,\n%s",
			 COLS_WANTED, ROWS_WANTED,
			 small ? "or press Enter to go on."
			       : "or press Ctrl-C to leave: what was typed is kept.");
	else if (fewer == 1)
		buf_addf(text, "souk wants %dx%d: make it larger, or %s", COLS_WANTED,
			 ROWS_WANTED, small ? "Enter goes on." : "Ctrl-C leaves.");
	else
		buf_addf(text, "%dx%d", COLS_WANTED, ROWS_WANTED);
}

/* Broken where the terminal is narrower than the words. */
static void paint_small(const struct ui *ui, struct canvas *c)
{
	struct buf text = BUF_INIT;
	struct lines lines;
	int row;

	smallness_words(ui, 0, &text);
	lines_wrap(&lines, text.data, text.len, c->cols);
	for (int fewer = 1; fewer <= 2 && (int)lines.len > c->rows; fewer++) {
		lines_release(&lines);
		buf_clear(&text);
		smallness_words(ui, fewer, &text);
		lines_wrap(&lines, text.data, text.len, c->cols);
	}
	row = c->rows > (int)lines.len ? (c->rows - (int)lines.len) / 2 : 0;
	canvas_clear(c, STYLE_NORMAL);
	for (size_t i = 0; i < lines.len && row < c->rows; i++)
		canvas_field(c, row++, 0, c->cols, ALIGN_CENTER, STYLE_NORMAL, lines.v[i],
			     strlen(lines.v[i]));
	lines_release(&lines);
	buf_release(&text);
}

enum smallness ui_smallness(const struct ui *ui)
{
	const struct canvas *c = ui->canvas;

	if (!ui->term || ui_plain(ui))
		return TERM_FITS;
	if (c->rows < ROWS_LEAST || c->cols < COLS_LEAST)
		return TERM_UNUSABLE;
	return !ui->small_ok && (c->rows < ROWS_WANTED || c->cols < COLS_WANTED) ? TERM_SMALL
										 : TERM_FITS;
}

static void paint_screens(struct ui *ui)
{
	struct canvas area =
		canvas_sub(ui->canvas, HEADER_ROWS, 0,
			   ui->canvas->rows - HEADER_ROWS - HINT_ROWS, ui->canvas->cols);

	for (size_t i = first_visible(ui); i < ui->stack.len; i++)
		ui->stack.v[i]->kind->repaint(ui->stack.v[i], &area);
}

static void paint(struct ui *ui)
{
	struct canvas *c = ui->canvas;

	canvas_clear(c, STYLE_NORMAL);
	canvas_cursor_hide(c);
	if (ui_smallness(ui) != TERM_FITS) {
		paint_small(ui, c);
		return;
	}
	recalc_all(ui);
	frame_paint(ui, c);
	paint_screens(ui);
	if (bar_is_open(ui->bar))
		bar_paint(ui->bar, c);
	else if (ui_plain(ui))
		tour_paint(ui, c);
	else if (!messages_paint(ui, c))
		tour_paint(ui, c);
}

static void on_again(void *ctx)
{
	ui_changed(ctx);
}

/* "acme-bakery Products - souk": only when it is another one. */
static void tell_window(struct ui *ui)
{
	const struct tenant_choice *t = session_tenant(ui->session);
	const struct screen *s = ui->stack.v[ui->stack.len - 1];
	bool all = t->kind == TENANT_ALL || frame_is_of_all(ui, s) || frame_sees_all(ui, s);
	char *title = xasprintf("%s%s%s - souk",
				all	   ? "all tenants"
				: t->label ? t->label
					   : "",
				all || t->kind != TENANT_NONE ? " " : "", s->title);

	if (ui->window_title && strcmp(ui->window_title, title) == 0) {
		free(title);
		return;
	}
	free(ui->window_title);
	ui->window_title = title;
	term_set_title(ui->term, title);
}

bool ui_turn(struct ui *ui)
{
	stack_bury(ui);
	if (!ui->dirty || ui->quitting)
		return false;
	ui->dirty = false;
	ui->again_ms = 0;
	paint(ui);
	first_look(ui);
	if (ui_plain(ui)) {
		plain_tell(ui);
	} else if (ui->term) {
		if (ui->everything)
			term_repaint(ui->term);
		term_flush(ui->term, ui->canvas);
		if (ui->stack.len)
			tell_window(ui);
	}
	/* A script sees no time pass: its screens would not repeat. */
	if (ui->again_ms && ui->term)
		loop_timer_start(ui->again, ui->again_ms, 0);
	else
		loop_timer_stop(ui->again);
	ui->everything = false;
	return true;
}

/* ---- life ---- */

static void report_problems(struct ui *ui)
{
	const char *const *p = screenset_problems(session_screens(ui->session));

	for (; *p; p++)
		messages_add(ui, SAY_WARNING, *p, NULL);
	for (p = keymap_problems(ui->keymap); *p; p++)
		messages_add(ui, SAY_WARNING, *p, NULL);
}

/* Texts of its own: another tab's connection may be where they came from. */
static void keep_options(struct ui *ui, const struct session_options *sopts)
{
	struct db_params *p = &ui->sopts.db;

	ui->sopts = *sopts;
	p->dbname = xstrdup_null(p->dbname);
	p->host = xstrdup_null(p->host);
	p->port = xstrdup_null(p->port);
	p->user = xstrdup_null(p->user);
}

static void release_options(struct ui *ui)
{
	const struct db_params *p = &ui->sopts.db;
	const char *const texts[] = { p->dbname, p->host, p->port, p->user };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free((void *)(uintptr_t)texts[i]);
}

/* What each tab has for itself. */
static struct ui *begin(struct loop *loop, struct tabs *tabs, const struct ui_options *opts,
			struct session *session, const struct session_options *sopts)
{
	struct ui *ui = xcalloc(1, sizeof *ui);

	ui->loop = loop;
	ui->tabs = tabs;
	ui->opts = *opts;
	ui->session = session;
	ui->host = (struct host){ .ops = &ui_host_ops, .ctx = ui, .session = ui->session };
	ui->hue = tabs->made++;
	ui->bar = bar_new(ui);
	ui->again = loop_timer_new(loop, on_again, ui);
	ui->dirty = true;
	ui->keyed_us = time_monotonic_us();
	keep_options(ui, sopts);
	ui->mouse = settings_bool(session_settings(ui->session), "mouse");
	session_observe(ui->session, ui_on_session, ui);
	db_notices(session_db(ui->session), ui_on_notice, ui);
	*VEC_PUSH(&tabs->list) = ui;
	return ui;
}

struct ui *ui_new(struct loop *loop, const struct ui_options *opts,
		  const struct session_options *sopts, struct err *err)
{
	struct keymap *keymap = keymap_load(opts->keymap, err);
	struct session *session = keymap ? session_new(loop, sopts, err) : NULL;
	struct ui *ui;

	if (!session) {
		keymap_free(&keymap);
		return NULL;
	}
	ui = begin(loop, tabs_new(loop), opts, session, sopts);
	ui->keymap = keymap;
	ui->canvas = canvas_new(opts->rows ? opts->rows : ROWS_WANTED,
				opts->cols ? opts->cols : COLS_WANTED);
	if (opts->plain) {
		canvas_resize(ui->canvas, PLAIN_ROWS, PLAIN_COLS);
		canvas_plain(ui->canvas, true);
		ui->linear = linear_new();
	}
	ui->messages = messages_new();
	report_problems(ui);
	return ui;
}

struct ui *ui_beside(struct ui *from, const struct session_options *sopts, struct err *err)
{
	struct session *session = session_new(from->loop, sopts, err);
	const char *theme = settings_text(session_settings(from->session), "theme");
	struct err ignored = ERR_INIT;
	struct ui *ui;

	if (!session)
		return NULL;
	ui = begin(from->loop, from->tabs, &from->opts, session, sopts);
	ui->keymap = from->keymap;
	ui->canvas = from->canvas;
	ui->linear = from->linear;
	ui->messages = from->messages;
	ui->lineedit = from->lineedit;
	ui->term = from->term;
	ui->small_ok = from->small_ok;
	if (!ui_set_theme(ui, "mono", err) || !session_set(session, "theme", theme, &ignored))
		err_clear(&ignored);
	return ui;
}

/* Nobody else is there who shares it. */
static void release_shared(struct ui *ui)
{
	loop_timer_free(&ui->tabs->background.wait);
	messages_free(&ui->messages);
	plain_away(ui);
	linear_free(&ui->linear);
	term_close(&ui->term);
	lineedit_free(&ui->lineedit);
	keymap_free(&ui->keymap);
	canvas_free(&ui->canvas);
}

void ui_free(struct ui **uip)
{
	struct ui *ui = *uip;
	bool last;

	if (!ui)
		return;
	last = ui->tabs->list.len + ui->tabs->dead.len <= 1;
	session_unobserve(ui->session, ui);
	session_forget(ui->session, ui);
	loop_forget(ui->loop, ui);
	bar_free(&ui->bar);
	first_release(ui);
	ui->quitting = true;
	stack_release(ui);
	host_release(ui);
	table_free(&ui->table);
	clip_release(ui);
	sqledit_release(ui);
	frame_release(ui);
	places_release(ui);
	loop_timer_free(&ui->again);
	session_free(&ui->session);
	theme_free(&ui->theme);
	if (last)
		release_shared(ui);
	release_options(ui);
	free(ui->window_title);
	free(ui->scope_seen);
	free(ui);
	*uip = NULL;
}
