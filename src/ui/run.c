/* SPDX-License-Identifier: MIT */
/*
 * run.c - the console in a terminal: from opening it to giving it back.
 */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/utf8.h"
#include "catalog/reader.h"
#include "command/settings.h"
#include "linear.h"
#include "ui/lineedit.h"
#include "ui_priv.h"

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

/* Who hears it is told again where he is. */
static void on_back(void *ctx)
{
	const struct ui *ui = tabs_front(ctx);

	on_resized(ctx);
	if (ui_plain(ui))
		linear_afresh(ui->linear);
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
		.ask_background = !ui_plain(ui),
		.key = on_key,
		.resized = on_resized,
		.back = on_back,
		.ready = on_ready,
		.hangup = on_hangup,
		.ctx = ui->tabs,
	};
	char *dir = path_state(NULL), *history = path_state("history");
	bool screen = holds_esc_back();
	struct err ignored = ERR_INIT;

	if ((ui->opts.no_mouse || screen) && !session_set(ui->session, "mouse", "no", &ignored))
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
	background_wait(ui);
	return true;
}

static bool open_first(struct ui *ui, struct err *err)
{
	struct screen_init home = { .kind = &kind_home, .title = "Screens" };

	if (!screen_push(ui, &home, err))
		return false;
	if (!ui->opts.open && settings_bool(session_settings(ui->session), "restore")) {
		host_run(ui, "restore");
	} else if (ui->opts.open) {
		char *line = xasprintf("open %s", ui->opts.open);

		first_begin(ui);
		host_run(ui, line);
		free(line);
	}
	tour_begin(ui);
	return true;
}

/* A server on this machine was there before our screens were read: it looks whether the kept
 * catalog holds, and for the tenant, while the terminal is made ready. */
static void begin_early(struct ui *ui)
{
	reader_refresh(session_reader(ui->session));
	loop_catch_up(ui->loop);
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
	setlocale(LC_CTYPE, ""); /* utf8_or_ascii */
	tabs = ui->tabs;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		signals[i] = loop_signal_new(loop, ends[i], on_end_signal, tabs);
	begin_early(ui);
	if (open_terminal(ui, err) && background_first_theme(ui, err) && open_first(ui, err)) {
		/* A connection that is there by now is asked first, then the frame is painted. */
		db_connect(session_db(ui->session), DB_READ);
		ui_on_session(ui, SESSION_STATE);
		loop_before_sleep(loop, before_sleep, tabs);
		loop_run(loop);
		loop_before_sleep(loop, NULL, NULL);
		places_keep(tabs);
		status = tabs_front(tabs)->status;
		err_move(err, &tabs_front(tabs)->failed);
	}
	tabs_free(&tabs);
	/* Not before: a terminal that goes may tell so more than once, as drafts are written. */
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		loop_signal_free(&signals[i]);
	utf8_or_ascii();
	return status;
}
