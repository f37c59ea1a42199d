/* SPDX-License-Identifier: MIT */
/*
 * host.c - how commands speak to the console, and the commands that are under way.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "command/complete.h"
#include "command/parse.h"
#include "command/rowset.h"
#include "ui/dialog.h"
#include "ui/viewer.h"
#include "ui_priv.h"

/* ---- running lines ---- */

static void forget_running(struct running *r)
{
	struct ui *ui = r->ui;

	for (size_t i = 0; i < ui->running.len; i++) {
		if (ui->running.v[i] == r) {
			VEC_REMOVE(&ui->running, i);
			break;
		}
	}
	free(r->line);
	free(r);
	ui_changed(ui);
}

static void line_done(void *ctx, const struct err *err, int status)
{
	struct running *r = ctx;
	struct ui *ui = r->ui;
	command_done_fn *done = r->done;
	void *done_ctx = r->done_ctx;

	if (err->kind == ERR_NONE)
		tour_ran(ui, r->line);
	if (done) {
		forget_running(r);
		done(done_ctx, err, status);
		return;
	}
	if (r->usage && err->kind == ERR_USAGE) {
		err_copy(r->usage, err);
		forget_running(r);
		return;
	}
	if (err->kind != ERR_NONE && !bar_refuse(ui->bar, err))
		ui_say_err(ui, err);
	if (status != 0 && !ui->term && err->kind)
		err_copy(&ui->failed, err); /* a script looks at it */
	forget_running(r);
}

static struct running *begin(struct ui *ui, const char *line, const struct running *how)
{
	struct running *r = xcalloc(1, sizeof *r);

	*r = *how;
	r->ui = ui;
	r->line = xstrdup(line);
	r->since_us = time_monotonic_us();
	*VEC_PUSH(&ui->running) = r;
	return r;
}

/* Ended already: r is gone. */
static void begun(struct ui *ui, const struct running *r, struct call *call)
{
	for (size_t i = 0; i < ui->running.len; i++) {
		if (ui->running.v[i] != r)
			continue;
		ui->running.v[i]->call = call;
		ui->running.v[i]->usage = NULL;
	}
}

static void run(struct ui *ui, const char *line, const struct running *how)
{
	struct running *r = begin(ui, line, how);

	begun(ui, r, command_line(&ui->host, line, line_done, r));
}

void host_run(struct ui *ui, const char *line)
{
	run(ui, line, &(struct running){ 0 });
}

void host_then(struct ui *ui, const char *line, command_done_fn *done, void *ctx)
{
	run(ui, line, &(struct running){ .done = done, .done_ctx = ctx });
}

void ui_command_words(struct ui *ui, const char *const *words, size_t n)
{
	struct running *r = begin(ui, words[0], &(struct running){ 0 });

	begun(ui, r, command_words(&ui->host, words, n, line_done, r));
}

bool host_try(struct ui *ui, const char *line, struct err *err)
{
	run(ui, line, &(struct running){ .usage = err });
	return err->kind == ERR_NONE;
}

struct running *host_newest(const struct ui *ui)
{
	/* The cancel itself is under way too; it has no call yet. */
	for (size_t i = ui->running.len; i-- > 0;)
		if (ui->running.v[i]->call)
			return ui->running.v[i];
	return NULL;
}

bool host_page_is_told(const struct ui *ui)
{
	const struct screen *s = screen_focus(ui);
	const struct rowset *r = s && s->kind->rows ? s->kind->rows(s) : NULL;

	return r && rowset_slow(r);
}

/* Its line is told: what stops may not be what one looks at. */
static bool cancel_newest(struct ui *ui)
{
	struct running *last = host_newest(ui);
	char *line;

	if (!last)
		return false;
	line = xstrdup(last->line);
	if (!call_cancel(&last->call))
		forget_running(last);
	ui_say(ui, SAY_INFO, "cancelled: %s", line);
	free(line);
	return true;
}

void host_release(struct ui *ui)
{
	for (size_t i = 0; i < ui->running.len; i++) {
		call_abandon(&ui->running.v[i]->call);
		free(ui->running.v[i]->line);
		free(ui->running.v[i]);
	}
	VEC_RELEASE(&ui->running);
	free(ui->progress);
	err_release(&ui->failed);
}

/* ---- saying ---- */

static void say(void *ctx, enum say how, const char *text)
{
	messages_add(ctx, how, text, NULL);
}

void ui_say(struct ui *ui, enum say how, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	messages_add(ui, how, b.data, NULL);
	buf_release(&b);
}

void ui_say_err(struct ui *ui, const struct err *err)
{
	char *text = err_text(err);

	/* Who gave something up knows that. */
	messages_add(ui, err->kind == ERR_CANCELLED ? SAY_INFO : SAY_ERROR, text, err->hint);
	free(text);
}

void ui_command(struct ui *ui, const char *line)
{
	host_run(ui, line);
}

/* ---- tables and texts ---- */

static void table_begin(void *ctx, const char *title, const struct table_column *columns,
			size_t n)
{
	struct ui *ui = ctx;

	table_free(&ui->table);
	ui->table = table_new(title, columns, n);
}

static void table_row(void *ctx, const char *const *cells)
{
	struct ui *ui = ctx;

	table_add(ui->table, cells);
}

static void on_enter(void *ctx, const char *command)
{
	struct ui *ui = ctx;

	table_set_enter(ui->table, command);
}

static void on_of_all(void *ctx)
{
	struct ui *ui = ctx;

	table_set_of_all(ui->table);
}

static void table_end(void *ctx)
{
	struct ui *ui = ctx;
	struct table *t = ui->table;

	ui->table = NULL;
	table_open(ui, t);
}

/* What a command says at length; of data in it what it is can be seen. */
static void text(void *ctx, const char *title, const char *body, size_t len)
{
	bool data = len && (*body == '{' || *body == '[' || *body == '\\');
	struct buf spelt = BUF_INIT;

	if (data)
		buf_add(&spelt, body, len);
	else
		utf8_spell(&spelt, body, len);
	viewer_open(ctx, title, spelt.data, spelt.len,
		    !data	    ? VIEW_LIST
		    : *body == '\\' ? VIEW_HEX
				    : VIEW_AUTO);
	buf_release(&spelt);
}

/* ---- asking, going, ending ---- */

static bool open_place(void *ctx, const struct place *place, struct err *err)
{
	struct ui *ui = ctx;

	place_free(&ui->wanted); /* this is what is wanted now */
	return screen_open_place(ui, place, err);
}

static void ask(void *ctx, const struct question *q,
		void (*answer)(void *actx, const char *text), void *actx)
{
	dialog_ask(ctx, q, answer, actx);
}

static void unask(void *ctx, const void *actx)
{
	dialog_forget(ctx, actx);
}

static bool save_screen(struct ui *ui, const char *file, struct err *err)
{
	char *path = path_expand(file);
	struct buf out = BUF_INIT;
	bool ok;

	ui_turn(ui); /* as it is now, without this command's own line */
	canvas_to_text(ui->canvas, &out);
	ok = path_write(path, out.data, out.len, err);
	buf_release(&out);
	free(path);
	return ok;
}

/*
 * What is told to be under way is what is meant: a command, unless the rows that one looks at
 * are awaited for so long that it is said.  A page that is fetched for a moment, as in a
 * watched screen or while one scrolls, is no reason for a command to go on.
 */
static bool cancel(struct ui *ui, const struct args *args, struct err *err)
{
	struct screen *s = screen_top(ui);
	bool writes =
		s->kind == &kind_form || s->kind == &kind_form_new || s->kind == &kind_action;
	bool any;

	if (!writes && !host_page_is_told(ui) && cancel_newest(ui))
		return true;
	any = s->kind->action && s->kind->action(s, ACTION_CANCEL, args, err);
	err_clear(err);
	/* Where something is written it is told what became of that. */
	if ((any && writes) || (!any && cancel_newest(ui)))
		return true;
	ui_say(ui, SAY_INFO, "%s", any ? "cancelled" : "nothing is running; :q leaves souk");
	return true;
}

static bool on_screen(struct screen *s, enum action act, const struct args *args,
		      struct err *err)
{
	if (!s->kind->action)
		return screen_cannot(s, act, err);
	return s->kind->action(s, act, args, err);
}

/* The rest of the line; in quotes as a whole it is what stands in them. */
static bool connect_to(struct ui *ui, const char *line, struct err *err)
{
	struct words w = WORDS_INIT;
	const char *target;
	bool ok;

	words_split(&w, line);
	target = w.list.len == 1 && strchr("'\"", *line) ? w.list.v[0].text : line;
	ok = tabs_connect(ui, target, service_exists(target), err);
	words_release(&w);
	return ok;
}

/* A line as it stands; or one in quotes, which may end in a blank. */
static void open_bar(struct ui *ui, const char *text)
{
	struct words w = WORDS_INIT;

	words_split(&w, text);
	bool quoted = w.list.len == 1 && (*text == '\'' || *text == '"');
	bar_open(ui->bar, quoted ? w.list.v[0].text : text);
	words_release(&w);
}

static bool action(void *ctx, enum action act, const struct args *args, struct err *err)
{
	struct ui *ui = ctx;
	struct screen *s = screen_top(ui);
	const char *words;

	if (ahead_action(ui, act))
		return true;
	switch ((int)act) {
	case ACTION_BACK:
	case ACTION_FORWARD:
	case ACTION_PREVIOUS:
		return stack_action(ui, act, args, err);
	case ACTION_BAR:
		words = args_get(args, "text");
		open_bar(ui, words ? words : "");
		return true;
	case ACTION_SQL_EDIT:
		return sqledit_open(ui, err);
	case ACTION_HELP:
		help_open(ui);
		return true;
	case ACTION_PALETTE:
		palette_open(ui);
		return true;
	case ACTION_MENU:
		canmenu_open(ui);
		return true;
	case ACTION_ACT:
		return action_open(ui, args_get(args, "what"), err);
	case ACTION_MESSAGES:
		messages_show(ui);
		return true;
	case ACTION_REPAINT:
		ui->everything = true;
		ui_changed(ui);
		return true;
	case ACTION_SUSPEND:
		session_arm(ui->session, false);
		plain_away(ui);
		if (ui->term)
			term_suspend(ui->term);
		return true;
	case ACTION_TAB:
		return tabs_open_tenant(ui, args_get(args, "tenant"), err);
	case ACTION_TAB_GO:
		return tabs_go(ui, args_get(args, "where"), err);
	case ACTION_RESTORE:
		return places_restore(ui, err);
	case ACTION_CONNECT:
		return connect_to(ui, args_get(args, "conninfo"), err);
	case ACTION_SAVE_SCREEN:
		return save_screen(ui, args_get(args, "file"), err);
	case ACTION_CANCEL:
		return cancel(ui, args, err);
	case ACTION_UNDO:
	case ACTION_REDO:
		/* In a form its own steps, elsewhere my saves. */
		if (s->kind->action && s->kind->action(s, act, args, err))
			return true;
		err_clear(err);
		host_run(ui, act == ACTION_UNDO ? "undo-save" : "redo-save");
		return true;
	case ACTION_REFRESH:
		db_retry(session_db(ui->session)); /* nothing where all is well */
		return on_screen(s, act, args, err);
	default:
		return on_screen(s, act, args, err);
	}
}

static const struct rowset *rows(void *ctx)
{
	const struct screen *s = screen_focus(ctx);

	return s->kind->rows ? s->kind->rows(s) : NULL;
}

static void progress(void *ctx, const char *what, double done, double total)
{
	struct ui *ui = ctx;

	if (done < ui->progress_done || done < 0 || !ui->progress)
		ui->progress_since_us = time_monotonic_us();
	free(ui->progress);
	ui->progress = NULL;
	ui->progress_done = done;
	ui->progress_total = total;
	ui_changed(ui);
	if (done < 0)
		return;
	ui->progress = xstrdup(what);
	ui->progress_part = total > 0 ? done / total : -1;
}

/* As in an editor: the last tab takes souk with it. */
static void leave(struct ui *ui)
{
	if (ui->tabs->list.len > 1)
		tabs_close(ui);
	else
		ui_end(ui, 0);
}

static void quit_answer(void *ctx, const char *answer)
{
	if (answer && strcmp(answer, "yes") == 0)
		leave(ctx);
}

static void quit(void *ctx, bool force)
{
	struct ui *ui = ctx;
	struct question q = { .title = "Leave souk", .kind = ASK_YES_NO, .destructive = true };

	for (size_t i = ui->stack.len; !force && i-- > 0;) {
		const struct screen *s = ui->stack.v[i];
		const char *unsaved = s->kind->unsaved ? s->kind->unsaved(s) : NULL;

		if (!unsaved)
			continue;
		q.text = unsaved;
		dialog_ask(ui, &q, quit_answer, ui);
		return;
	}
	leave(ui);
}

static bool leave_tenant(void *ctx, struct err *err)
{
	const struct ui *ui = ctx;

	for (size_t i = ui->stack.len; i-- > 0;) {
		const struct screen *s = ui->stack.v[i];

		if (!s->kind->unsaved || !s->kind->unsaved(s))
			continue;
		err_set(err, ERR_FAILED, s->title, "is not saved, and would stand under another "
						   "tenant's name");
		return err_hint(err, "save it or leave it first; :tab TENANT opens the other one "
				     "beside");
	}
	return true;
}

static const char *here(void *ctx, const char *column)
{
	const struct screen *s = screen_focus(ctx);

	if (!column)
		return s && s->place ? s->place->screen : NULL;
	return s && s->kind->cell ? s->kind->cell(s, column) : NULL;
}

static void copy(void *ctx, const char *text, size_t len, const char *what)
{
	ui_copy(ctx, text, len, what);
}

const struct host_ops ui_host_ops = {
	.say = say,
	.table_begin = table_begin,
	.table_row = table_row,
	.table_enter = on_enter,
	.table_of_all = on_of_all,
	.table_end = table_end,
	.text = text,
	.open = open_place,
	.ask = ask,
	.unask = unask,
	.action = action,
	.rows = rows,
	.progress = progress,
	.quit = quit,
	.leave_tenant = leave_tenant,
	.copy = copy,
	.here = here,
};
