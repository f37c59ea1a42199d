/* SPDX-License-Identifier: MIT */
#include "ui/ui.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "command/settings.h"
#include "ui/lineedit.h"
#include "ui/widget.h"
#include "linear.h"
#include "ui_priv.h"

enum { ANSWER_MS = 2000 }; /* a terminal far away answers later than one thinks */

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
	return ui->opts.plain ||
	       settings_bool(session_settings(ui->session), "reduced-motion");
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

bool ui_busy(const struct ui *ui)
{
	for (size_t i = 0; i < ui->tabs->list.len; i++) {
		const struct ui *tab = ui->tabs->list.v[i];

		if (tab->running.len || db_pending(session_db(tab->session)))
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

static void paint_small(struct canvas *c)
{
	const char *lines[] = { "souk wants 80 columns and 24 rows.",
				"Make the terminal larger,", "or press Enter to go on." };

	canvas_clear(c, STYLE_NORMAL);
	for (int i = 0; i < 3; i++)
		canvas_field(c, c->rows / 2 - 1 + i, 0, c->cols, ALIGN_CENTER, STYLE_NORMAL,
			     lines[i], strlen(lines[i]));
}

static bool too_small(const struct ui *ui)
{
	const struct canvas *c = ui->canvas;

	return c->rows < ROWS_LEAST || c->cols < COLS_LEAST ||
	       (!ui->small_ok && (c->rows < ROWS_WANTED || c->cols < COLS_WANTED));
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
	if (too_small(ui) && ui->term && !ui_plain(ui)) {
		paint_small(c);
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
	char *title = xasprintf("%s%s%s - souk",
				t->kind == TENANT_ALL ? "all tenants"
				: t->label	      ? t->label
						      : "",
				t->kind == TENANT_NONE ? "" : " ", s->title);

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

/* ---- keys ---- */

static const char *row_cell(void *ctx, const char *column)
{
	const struct screen *s = ctx;

	return s->kind->cell ? s->kind->cell(s, column) : NULL;
}

static void run_binding(struct ui *ui, const struct key *k, const struct binding *b,
			bool screen_own)
{
	struct err err = ERR_INIT;
	char *line = NULL;

	if (!screen_own)
		host_run(ui, b->run);
	else if (strchr(b->run, '{') && ahead_row_key(ui, k))
		return;
	else if (screen_template(b->run, row_cell, screen_top(ui), &line, &err))
		host_run(ui, line);
	else
		ui_say_err(ui, &err);
	free(line);
	err_release(&err);
}

/* "5" of "5j", unless the screen has a key of its own there; a zero only goes on with a number. */
static bool take_digit(struct ui *ui, const struct key *k)
{
	const struct screen *s = screen_top(ui);
	struct binding b;
	bool own;

	if (s->kind->flags & KIND_TYPING || k->mods || k->code > '9' ||
	    k->code < (ui->count ? '0' : '1'))
		return false;
	if (!ui->count && frame_binding(ui, k, &b, &own) && own)
		return false;
	if (ui->count < 100000)
		ui->count = ui->count * 10 + (long)(k->code - '0');
	return true;
}

static void press(struct ui *ui, const struct key *k);

/* A click on the frame: a tab, a place of the breadcrumb, a hint. */
static bool click_frame(struct ui *ui, const struct key *k)
{
	const struct spot *spot =
		k->code == K_CLICK ? frame_spot(ui, k->row, k->col) : NULL;
	struct key key;
	char *line;

	if (!spot || (spot->run && screen_top(ui)->kind->flags & KIND_MODAL))
		return false;
	key = spot->key;
	line = xstrdup_null(spot->run);
	if (line)
		host_run(ui, line);
	else
		press(ui, &key);
	free(line);
	return true;
}

static bool give_to_screen(struct ui *ui, const struct key *k)
{
	struct screen *s = screen_top(ui);
	struct key local = *k;

	if (click_frame(ui, k))
		return true;
	if (!s->kind->key)
		return false;
	if (k->code >= K_CLICK && k->code <= K_WHEEL_DOWN) {
		local.row = (int16_t)(local.row - HEADER_ROWS);
		if (local.row < 0 || local.row >= s->rows)
			return true;
	}
	return s->kind->key(s, &local);
}

static void key_unbound(struct ui *ui, const struct key *k)
{
	struct buf name = BUF_INIT;

	if (!key_printable(k) && !(k->code >= K_F1 && k->code <= K_F24))
		return;
	key_to_text(&name, k);
	ui_say(ui, SAY_INFO, "%s does nothing here; ? shows the keys", name.data);
	buf_release(&name);
}

static void press(struct ui *ui, const struct key *k)
{
	struct binding b;
	bool screen_own;

	if (give_to_screen(ui, k)) {
		ui->count = 0;
		return;
	}
	if (take_digit(ui, k))
		return;
	if (frame_binding(ui, k, &b, &screen_own))
		run_binding(ui, k, &b, screen_own);
	else
		key_unbound(ui, k);
	ui->count = 0;
}

/* "11;rgb:1e1e/1e1e/1e1e" */
static bool parse_background(const char *text, bool *light)
{
	const char *p = strstr(text, "rgb:");
	unsigned v[3] = { 0 };

	for (int i = 0; p && i < 3; i++) {
		char *end;
		size_t digits;
		const char *from = i ? p + 1 : p + 4;

		v[i] = (unsigned)strtoul(from, &end, 16);
		digits = (size_t)(end - from);
		if (digits < 1 || digits > 4 || (i < 2 && *end != '/'))
			return false;
		v[i] = v[i] * 255 / ((1u << 4 * digits) - 1);
		p = end;
	}
	*light = v[0] * 299 + v[1] * 587 + v[2] * 114 > 128 * 1000;
	return p != NULL;
}

static bool theme_is_auto(const struct ui *ui)
{
	return strcmp(settings_text(session_settings(ui->session), "theme"), "auto") == 0;
}

static void on_report(struct ui *ui, const struct key *k)
{
	bool light;
	struct err err = ERR_INIT;

	if (!parse_background(k->text, &light))
		return;
	if (ui->guessed_background)
		messages_note(ui, light ? "the terminal told its background late: it is light"
					: "the terminal told its background late: it is dark");
	ui->guessed_background = false;
	ui->told_background = true;
	loop_timer_stop(ui->guess);
	for (size_t i = 0; i < ui->tabs->list.len; i++) {
		struct ui *tab = ui->tabs->list.v[i];

		if (light == tab->light)
			continue;
		tab->light = light;
		if (theme_is_auto(tab) && !ui_set_theme(tab, "auto", &err))
			ui_say_err(tab, &err);
	}
	err_release(&err);
}

void ui_key(struct ui *ui, const struct key *k)
{
	if (ui->quitting)
		return;
	if (k->code == K_REPORT) {
		on_report(ui, k);
		return;
	}
	if (k->code == K_FOCUS_IN || k->code == K_FOCUS_OUT || k->code == K_RELEASE)
		return;
	ui_changed(ui);
	ui->keyed_us = time_monotonic_us();
	/* Who types on without having read that is not robbed of the first key. */
	if (ui->term && too_small(ui) && !ui_plain(ui)) {
		ui->small_ok = true;
		if (key_is(k, K_ENTER) || key_is(k, K_ESC) || key_is(k, ' '))
			return;
	}
	messages_seen(ui);
	if (session_armed(ui->session))
		session_arm(ui->session, true);
	if (ahead_key(ui, k))
		return;
	if (bar_is_open(ui->bar))
		bar_key(ui->bar, k);
	else
		press(ui, k);
}

/* ---- themes ---- */

bool ui_set_theme(struct ui *ui, const char *name, struct err *err)
{
	enum color_depth depth = ui->term ? term_depth(ui->term) : DEPTH_MONO;
	struct theme *t;

	if (depth == DEPTH_MONO)
		name = "mono";
	else if (strcmp(name, "auto") == 0)
		name = ui->light ? "light" : "dark";
	t = theme_load(name, err);
	if (!t)
		return false;
	if (ui->term && tabs_in_front(ui))
		term_theme(ui->term, t);
	theme_free(&ui->theme);
	ui->theme = t;
	ui_changed(ui);
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
	ui->guess = from->guess;
	ui->light = from->light;
	ui->told_background = from->told_background;
	ui->small_ok = from->small_ok;
	if (!ui_set_theme(ui, "mono", err) || !session_set(session, "theme", theme, &ignored))
		err_clear(&ignored);
	return ui;
}

/* Nobody else is there who shares it. */
static void release_shared(struct ui *ui)
{
	loop_timer_free(&ui->guess);
	messages_free(&ui->messages);
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
	free(ui);
	*uip = NULL;
}

/* ---- the console ---- */

static void on_key(void *ctx, const struct key *k)
{
	ui_key(tabs_front(ctx), k);
}

static void on_resized(void *ctx)
{
	struct ui *ui = tabs_front(ctx);
	int rows, cols;

	term_size(ui->term, &rows, &cols);
	if (ui_plain(ui))
		linear_away(ui->linear);
	else
		canvas_resize(ui->canvas, rows, cols);
	free(ui->window_title); /* after a pause the title is another's */
	ui->window_title = NULL;
	ui_changed(ui);
}

static void on_ready(void *ctx)
{
	ui_changed(tabs_front(ctx));
}

static void on_hangup(void *ctx)
{
	ui_end(tabs_front(ctx), 1);
}

static void on_end_signal(void *ctx, int signo)
{
	ui_end(tabs_front(ctx), 128 + signo);
}

static void before_sleep(void *ctx)
{
	const struct tabs *tabs = ctx;

	for (size_t i = 0; i < tabs->list.len; i++)
		stack_bury(tabs->list.v[i]);
	ui_turn(tabs_front(tabs));
}

/* What the terminal does not tell is taken from COLORFGBG, else assumed, and either is said: in the
 * log, because it is no news every morning. */
static void on_no_answer(void *ctx)
{
	struct ui *ui = tabs_front(ctx);
	const char *env = getenv("COLORFGBG"), *bg = env ? strrchr(env, ';') : NULL;
	struct err err = ERR_INIT;

	if (ui->told_background || term_depth(ui->term) == DEPTH_MONO)
		return;
	ui->guessed_background = true;
	if (bg && (strcmp(bg, ";7") == 0 || strcmp(bg, ";15") == 0)) {
		ui->light = true;
		if (theme_is_auto(ui) && !ui_set_theme(ui, "auto", &err))
			ui_say_err(ui, &err);
		err_release(&err);
	}
	messages_note(ui, bg ? "the background is what COLORFGBG says; :set theme changes it"
			     : "the terminal does not tell its background: a dark one is assumed, "
			       ":set theme light changes it");
}

/* GNU screen, told to report the mouse, keeps a lone Esc until another key is pressed. */
static bool holds_esc_back(void)
{
	const char *session = getenv("STY");

	return session && *session;
}

static bool open_terminal(struct ui *ui, struct err *err)
{
	struct term_options to = {
		.linear = ui_plain(ui),
		.ask_background = theme_is_auto(ui) && !ui_plain(ui),
		.key = on_key,
		.resized = on_resized,
		.ready = on_ready,
		.hangup = on_hangup,
		.ctx = ui->tabs,
	};
	char *dir = path_state(NULL), *history = path_state("history");
	bool screen = holds_esc_back();
	struct err ignored = ERR_INIT;

	if ((ui->opts.no_mouse || screen) &&
	    !session_set(ui->session, "mouse", "no", &ignored))
		err_clear(&ignored);
	to.mouse = ui->mouse = settings_bool(session_settings(ui->session), "mouse");
	if (!path_mkdirs(dir, &ignored))
		err_release(&ignored);
	ui->lineedit = lineedit_new(ui->opts.no_history ? NULL : history);
	free(dir);
	free(history);
	ui->term = term_open(ui->loop, &to, err);
	if (!ui->term)
		return false;
	on_resized(ui->tabs);
	if (term_complaint(ui->term))
		ui_say(ui, SAY_WARNING, "%s", term_complaint(ui->term));
	if (screen)
		messages_note(ui, "screen(1) would hold Esc back for the mouse's sake: "
				  "the mouse is left to it, :set mouse yes takes it");
	ui->guess = loop_timer_new(ui->loop, on_no_answer, ui->tabs);
	if (theme_is_auto(ui) && !ui_plain(ui))
		loop_timer_start(ui->guess, ANSWER_MS, 0);
	return true;
}

static bool open_first(struct ui *ui, struct err *err)
{
	struct screen_init home = { .kind = &kind_home, .title = "Screens" };

	if (!screen_push(ui, &home, err))
		return false;
	tour_begin(ui);
	if (!ui->opts.open && settings_bool(session_settings(ui->session), "restore")) {
		host_run(ui, "restore");
	} else if (ui->opts.open) {
		char *line = xasprintf("open %s", ui->opts.open);

		host_run(ui, line);
		free(line);
	}
	return true;
}

static bool choose_theme(struct ui *ui, struct err *err)
{
	const char *name = ui->opts.theme ? ui->opts.theme : getenv("SOUK_THEME");

	if (name && *name && !session_set(ui->session, "theme", name, err))
		return false;
	return ui_set_theme(ui, settings_text(session_settings(ui->session), "theme"), err);
}

int ui_run(struct loop *loop, const struct ui_options *opts,
	   const struct session_options *sopts, struct err *err)
{
	static const int ends[] = { SIGTERM, SIGHUP, SIGINT };
	struct loop_signal *signals[ARRAY_SIZE(ends)];
	struct ui *ui = ui_new(loop, opts, sopts, err);
	struct tabs *tabs;
	int status = 1;

	if (!ui)
		return 1;
	tabs = ui->tabs;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		signals[i] = loop_signal_new(loop, ends[i], on_end_signal, tabs);
	if (open_terminal(ui, err) && choose_theme(ui, err) && open_first(ui, err)) {
		ui_turn(ui); /* the frame is there before the first connection is tried */
		db_connect(session_db(ui->session), DB_READ);
		loop_before_sleep(loop, before_sleep, tabs);
		loop_run(loop);
		loop_before_sleep(loop, NULL, NULL);
		places_keep(tabs);
		status = tabs_front(tabs)->status;
		err_move(err, &tabs_front(tabs)->failed);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		loop_signal_free(&signals[i]);
	tabs_free(&tabs);
	return status;
}
