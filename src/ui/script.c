/* SPDX-License-Identifier: MIT */
/*
 * script.c - the console without a terminal: steps from a file, screens saved as text.
 *
 * A step starts only when nothing is under way: no request, no command, nothing to paint, and
 * two turns of the loop brought nothing new (what is deferred may defer again).
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "command/settings.h"
#include "ui/lineedit.h"
#include "ui_priv.h"

enum { QUIET_TURNS = 2, PATIENCE_MS = 30000 };

struct script {
	struct tabs *tabs;
	const struct ui_source *src;
	VEC(char *) lines;
	size_t next; /* the step to come */
	int quiet;
	char *wait; /* "wait TEXT": until it is on the screen */
	struct loop_timer *patience;
	struct err *err;
	int status;
};

static struct ui *front(const struct script *sc)
{
	return tabs_front(sc->tabs);
}

/* ---- steps ---- */

static void tell_where(const struct script *sc, struct err *why)
{
	char *where = xasprintf("%s:%zu", sc->src->file, sc->next);

	err_within(why, where);
	free(where);
}

static void fail(struct script *sc, struct err *why)
{
	err_move(sc->err, why);
	tell_where(sc, sc->err);
	sc->status = 3;
	ui_end(front(sc), 3);
}

static bool starts(const char *line, const char *word, const char **rest)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 || (line[n] && line[n] != ' '))
		return false;
	*rest = line + n + strspn(line + n, " ");
	return true;
}

static bool press_keys(struct script *sc, const char *names, struct err *err)
{
	char *copy = xstrdup(names), *save = NULL;
	struct key k;
	bool ok = true;

	for (char *w = strtok_r(copy, " ", &save); w && ok; w = strtok_r(NULL, " ", &save)) {
		ok = key_parse(w, &k, err);
		if (ok) {
			ui_key(front(sc), &k);
			ui_turn(front(sc));
		}
	}
	free(copy);
	return ok;
}

static void type_text(struct script *sc, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len;) {
		struct key k = { .code = 0 };

		i += utf8_decode(text + i, len - i, &k.code);
		ui_key(front(sc), &k);
		ui_turn(front(sc));
	}
}

static void step(struct script *sc, const char *line)
{
	struct ui *ui = front(sc);
	struct err err = ERR_INIT;
	const char *rest;

	if (starts(line, "key", &rest)) {
		if (!press_keys(sc, rest, &err))
			fail(sc, &err);
	} else if (starts(line, "type", &rest)) {
		type_text(sc, rest);
	} else if (starts(line, "wait", &rest)) {
		sc->wait = xstrdup(rest);
	} else {
		/* What was said stays until the next step that could say something. */
		if (!starts(line[0] == ':' ? line + 1 : line, "save-screen", &rest))
			messages_seen(ui);
		host_run(ui, line);
	}
	err_release(&err);
}

static bool waited_for(struct script *sc)
{
	struct buf screen = BUF_INIT;
	bool there;

	canvas_to_text(front(sc)->canvas, &screen);
	there = strstr(screen.data, sc->wait) != NULL;
	buf_release(&screen);
	if (there) {
		free(sc->wait);
		sc->wait = NULL;
	}
	return there;
}

static void next_step(struct script *sc)
{
	struct ui *ui = front(sc);

	sc->quiet = 0;
	loop_timer_start(sc->patience, PATIENCE_MS, 0);
	if (ui->failed.kind && !ui->opts.keep_going) {
		fail(sc, &ui->failed);
		return;
	}
	if (ui->failed.kind) {
		tell_where(sc, &ui->failed);
		sc->src->tell(&ui->failed);
		sc->status = 1;
	}
	err_clear(&ui->failed);
	if (sc->next == sc->lines.len) {
		ui_end(ui, sc->status);
		return;
	}
	step(sc, sc->lines.v[sc->next++]);
}

static void another_turn(void *ctx)
{
	(void)ctx;
}

static void before_sleep(void *ctx)
{
	struct script *sc = ctx;
	struct ui *ui = front(sc);
	bool painted;

	if (ui->held && !ui_busy(ui))
		ui_changed(ui);
	painted = ui_turn(ui);

	if (ui->quitting)
		return;
	if (painted || ui_busy(ui)) {
		sc->quiet = 0;
		if (painted)
			loop_defer(ui->loop, another_turn, sc);
		return;
	}
	if (sc->wait && !waited_for(sc))
		return;
	if (++sc->quiet > QUIET_TURNS)
		next_step(sc);
	loop_defer(ui->loop, another_turn, sc);
}

static void on_patience(void *ctx)
{
	struct script *sc = ctx;
	struct err err = ERR_INIT;

	if (sc->wait)
		err_set(&err, ERR_FAILED, sc->wait, "is not on the screen after %d s",
			PATIENCE_MS / 1000);
	else
		err_set(&err, ERR_FAILED, "this step", "did not end within %d s",
			PATIENCE_MS / 1000);
	fail(sc, &err);
}

/* ---- the whole ---- */

static void split(struct script *sc, const char *text, size_t len)
{
	for (size_t pos = 0; pos < len;) {
		const char *nl = memchr(text + pos, '\n', len - pos);
		size_t n = nl ? (size_t)(nl - text) - pos : len - pos;
		struct buf line = BUF_INIT;

		buf_add(&line, text + pos, n);
		buf_trim(&line);
		if (line.len && line.data[0] == '#')
			buf_clear(&line);
		*VEC_PUSH(&sc->lines) = buf_detach(&line);
		pos += n + 1;
	}
}

static void release(struct script *sc)
{
	loop_timer_free(&sc->patience);
	for (size_t i = 0; i < sc->lines.len; i++)
		free(sc->lines.v[i]);
	VEC_RELEASE(&sc->lines);
	free(sc->wait);
}

int ui_script(struct loop *loop, const struct ui_options *opts,
	      const struct session_options *sopts, const struct ui_source *src, struct err *err)
{
	struct script sc = { .src = src, .err = err };
	struct screen_init home = { .kind = &kind_home, .title = "Screens" };
	struct ui *ui;

	ui = ui_new(loop, opts, sopts, err);
	if (!ui)
		return 1;
	sc.tabs = ui->tabs;
	split(&sc, src->text, src->len);
	ui->lineedit = lineedit_new(NULL);
	if (ui_set_theme(ui, "mono", err) && screen_push(ui, &home, err)) {
		sc.patience = loop_timer_new(loop, on_patience, &sc);
		db_connect(session_db(ui->session), DB_READ);
		loop_before_sleep(loop, before_sleep, &sc);
		loop_run(loop);
		loop_before_sleep(loop, NULL, NULL);
		loop_forget(loop, &sc);
		sc.status = front(&sc)->status;
		if (sc.status == 2)
			err_move(err, &front(&sc)->failed);
	} else {
		sc.status = 1;
	}
	release(&sc);
	tabs_free(&sc.tabs);
	return sc.status;
}
