/* SPDX-License-Identifier: MIT */
/*
 * state.c - what the session tells the console: the connection and its password, the scope,
 * settings.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/settings.h"
#include "ui/dialog.h"
#include "ui_priv.h"

enum { PASSWORD_TRIES = 3 };

/* Who never was connected is told why: the shell is given back, as by psql, or the tab goes. */
static void give_up(struct ui *ui)
{
	if (ui->tabs->list.len == 1) {
		ui_end(ui, 2);
		return;
	}
	ui_say_err(ui, &ui->failed);
	tabs_close(ui);
}

static void password_answer(void *ctx, const char *text)
{
	struct ui *ui = ctx;

	ui->password_asked = false;
	if (text) {
		db_password(session_db(ui->session), text);
		return;
	}
	if (!ui->failed.kind)
		err_set(&ui->failed, ERR_CONNECTION, NULL, "no password was given");
	give_up(ui);
}

static void ask_password(struct ui *ui, const char *text)
{
	struct question q = { .title = "Password", .text = text, .kind = ASK_SECRET };

	if (ui->password_asked)
		return;
	ui->password_asked = true;
	ui->password_tries++;
	dialog_ask(ui, &q, password_answer, ui);
}

/* The reads' connection asks for all; another one only when its password is a different matter. */
static bool wants_password(const struct ui *ui)
{
	const struct db *db = session_db(ui->session);
	enum db_state reads = db_state(db, DB_READ);

	for (int lane = 0; lane < DB_LANES && reads == DB_READY; lane++)
		if (db_state(db, (enum db_lane)lane) == DB_PASSWORD)
			return true;
	return reads == DB_PASSWORD;
}

bool ui_asks_again(const struct ui *ui, const struct err *why)
{
	return strcmp(why->sqlstate, "28P01") == 0 && ui->password_tries > 0 &&
	       ui->password_tries < PASSWORD_TRIES;
}

/* A connection that is lost later comes back by itself. */
static void on_state(struct ui *ui)
{
	struct db *db = session_db(ui->session);
	enum db_state state = db_state(db, DB_READ);
	const struct err *why = db_error(db, DB_READ);

	if (wants_password(ui)) {
		ask_password(ui, "The server asks for a password.");
	} else if (state == DB_FAILED && why && ui_asks_again(ui, why)) {
		err_copy(&ui->failed, why);
		ask_password(ui, "That was not it. The server asks for a password.");
	} else if ((state == DB_FAILED || state == DB_LOST) && !db_session(db)) {
		if (why)
			err_copy(&ui->failed, why);
		give_up(ui);
	} else if (state == DB_FAILED && why) {
		ui_say_err(ui, why);
	}
}

static void tell_reconnected(struct ui *ui)
{
	bool ready = db_state(session_db(ui->session), DB_READ) == DB_READY;

	for (size_t i = 0; ready && !ui->was_ready && i < ui->stack.len; i++)
		if (ui->stack.v[i]->kind->reconnected)
			ui->stack.v[i]->kind->reconnected(ui->stack.v[i]);
	if (ready && !ui->was_ready)
		stack_go_on(ui);
	ui->was_ready = ready;
}

/* Only when that is what was set: --no-mouse outlives another setting. */
static void set_mouse(struct ui *ui)
{
	bool mouse = settings_bool(session_settings(ui->session), "mouse");

	if (mouse != ui->mouse && ui->term && tabs_in_front(ui))
		term_mouse(ui->term, mouse);
	ui->mouse = mouse;
}

/* Who asks for rows or saves is told what functions and triggers say (RAISE NOTICE, WARNING);
 * what the server says of souk's own statements is for the log. */
void ui_on_notice(void *ctx, enum db_lane lane, const struct server_error *notice)
{
	struct ui *ui = ctx;
	bool warns = notice->severity && strcmp(notice->severity, "WARNING") == 0;
	char *text;

	if (ui->quitting || !notice->context || (lane != DB_EDIT && lane != DB_ASIDE))
		return;
	text = xasprintf("the server says: %s", notice->message);
	messages_add_beside(ui, warns ? SAY_WARNING : SAY_INFO, text);
	free(text);
}

/* --tenant or --profile was mistyped: what needs neither goes on, but it is said before somebody
 * wonders. */
static void tell_refused(struct ui *ui)
{
	const struct err *refused = session_refused(ui->session);

	if (refused && !ui->told_refused)
		ui_say_err(ui, refused);
	ui->told_refused = refused != NULL;
}

void ui_on_session(void *ctx, enum session_event event)
{
	struct ui *ui = ctx;
	struct err err = ERR_INIT;
	const char *theme;

	if (event == SESSION_AHEAD)
		first_ahead(ui);
	if (ui->quitting)
		return;
	ui_changed(ui);
	if (event == SESSION_STATE && ui->stack.len) { /* before that ui_run asks for it */
		tell_reconnected(ui);
		on_state(ui);
		tell_refused(ui);
	}
	if (event == SESSION_SCOPE)
		stack_scope_changed(ui);
	if (event == SESSION_SETTING) {
		theme = settings_text(session_settings(ui->session), "theme");
		if (!ui_set_theme(ui, theme, &err))
			ui_say_err(ui, &err);
		set_mouse(ui);
	}
	err_release(&err);
}
