/* SPDX-License-Identifier: MIT */
#include "cli/batch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/utf8.h"
#include "cli/output.h"
#include "cli/plugin.h"
#include "cli_priv.h"

struct batch {
	struct loop *loop;
	const struct cli_args *args;
	struct session *session;
	struct output *output;
	struct host host;
	struct call *call;
	struct loop_timer *limit; /* of a plugin */
	bool progress; /* a progress line stands on stderr */
	bool asked;    /* the password was asked once */
	bool ended;
	int signo; /* that asked for the end; 0: none */
	int status;
};

/* ---- said on stderr ---- */

static void say_after(const char *lead, const char *text)
{
	struct buf spelled = BUF_INIT, safe = BUF_INIT;

	utf8_spell(&spelled, text, strlen(text));
	utf8_sanitize(&safe, spelled.data, spelled.len, SANITIZE_KEEP_NEWLINES);
	fprintf(stderr, "%s%s\n", lead, safe.data);
	buf_release(&safe);
	buf_release(&spelled);
}

void cli_say(const char *text)
{
	say_after("souk: ", text);
}

void cli_more(const char *text)
{
	if (*text)
		say_after("      ", text);
}

void cli_error(const struct err *err)
{
	char *text = err_text(err);

	cli_say(text);
	cli_more(err->hint ? err->hint : "");
	free(text);
}

static void clear_progress(struct batch *b)
{
	if (b->progress)
		fputs("\r\033[K", stderr);
	b->progress = false;
}

static void end(struct batch *b, int status)
{
	if (b->ended)
		return;
	b->ended = true;
	b->status = status;
	loop_stop(b->loop);
}

/* ---- the host ---- */

static void batch_say(void *ctx, enum say how UNUSED, const char *text)
{
	clear_progress(ctx);
	cli_say(text);
}

static void batch_table_begin(void *ctx, const char *title, const struct table_column *columns,
			      size_t n)
{
	struct batch *b = ctx;

	clear_progress(b);
	output_begin(b->output, title, columns, n);
}

static void batch_table_row(void *ctx, const char *const *cells)
{
	struct batch *b = ctx;

	output_row(b->output, cells);
	if (output_error(b->output))
		end(b, 1);
}

static void batch_table_end(void *ctx)
{
	struct batch *b = ctx;

	output_end(b->output);
}

static void batch_text(void *ctx, const char *title UNUSED, const char *text, size_t len)
{
	struct batch *b = ctx;

	clear_progress(b);
	output_text(b->output, text, len);
	if (output_error(b->output))
		end(b, 1);
}

static bool batch_open(void *ctx UNUSED, const struct place *place, struct err *err)
{
	return err_set(err, ERR_USAGE, place->screen, "opens a screen: only in the console");
}

static void batch_ask(void *ctx, const struct question *q,
		      void (*answer)(void *actx, const char *text), void *actx)
{
	const struct batch *b = ctx;

	switch (q->kind) {
	case ASK_YES_NO:
		if (!b->args->yes)
			fprintf(stderr, "souk: %s (add --yes to go on)\n", q->text);
		answer(actx, b->args->yes ? "yes" : NULL);
		return;
	case ASK_TEXT:
		if (!b->args->session.reason)
			fprintf(stderr, "souk: %s (add --reason TEXT)\n", q->text);
		answer(actx, b->args->session.reason);
		return;
	case ASK_TYPE_NAME:
		if (!b->args->confirm)
			fprintf(stderr, "souk: %s (add --confirm NAME)\n", q->text);
		answer(actx, b->args->confirm);
		return;
	case ASK_SECRET:
	case ASK_CHOICE:
		answer(actx, NULL);
		return;
	}
}

static bool batch_action(void *ctx UNUSED, enum action action UNUSED,
			 const struct args *args UNUSED, struct err *err)
{
	return err_set(err, ERR_USAGE, NULL, "this acts on a screen: only in the console");
}

static void batch_progress(void *ctx, const char *what, double done, double total)
{
	struct batch *b = ctx;

	if (!isatty(STDERR_FILENO))
		return;
	clear_progress(b);
	if (done < 0)
		return;
	if (total > 0)
		fprintf(stderr, "%s %3.0f %%", what, 100 * done / total);
	else
		fprintf(stderr, "%s %.0f", what, done);
	fflush(stderr);
	b->progress = true;
}

static void batch_quit(void *ctx, bool force UNUSED)
{
	end(ctx, 0);
}

static const struct host_ops batch_ops = {
	.say = batch_say,
	.table_begin = batch_table_begin,
	.table_row = batch_table_row,
	.table_end = batch_table_end,
	.text = batch_text,
	.open = batch_open,
	.ask = batch_ask,
	.action = batch_action,
	.progress = batch_progress,
	.quit = batch_quit,
};

/* ---- running ---- */

static void batch_done(void *ctx, const struct err *err, int status)
{
	struct batch *b = ctx;

	b->call = NULL;
	clear_progress(b);
	output_break(b->output);
	if (err && err->kind != ERR_NONE && plugin_is(b->args->command) && !b->ended)
		status = plugin_failed(b->args->command, err);
	else if (err && err->kind != ERR_NONE)
		cli_error(err);
	end(b, b->signo ? 128 + b->signo : status);
}

static void batch_run(struct batch *b)
{
	const struct cli_args *a = b->args;
	struct call *call = command_words(&b->host, a->words.v, a->words.len, batch_done, b);

	if (!b->ended)
		b->call = call;
}

static void batch_ready(void *ctx, const struct err *err)
{
	struct batch *b = ctx;

	if (err)
		batch_done(b, err, err_exit_status(err));
	else
		batch_run(b);
}

static void on_session(void *ctx, enum session_event event)
{
	struct batch *b = ctx;
	struct db *db = session_db(b->session);
	char *password;

	if (event != SESSION_STATE || db_state(db, DB_READ) != DB_PASSWORD)
		return;
	password = b->asked ? NULL : cli_ask_password("Password: ");
	b->asked = true;
	if (password) {
		db_password(db, password);
		memset(password, 0, strlen(password));
		free(password);
	} else if (db_error(db, DB_READ)) {
		batch_done(b, db_error(db, DB_READ), 2);
	} else {
		struct err err = ERR_INIT;

		err_set(&err, ERR_CONNECTION, NULL,
			"the server wants a password and there is no terminal");
		err_hint(&err, "put it into ~/.pgpass or PGPASSWORD");
		batch_done(b, &err, 2);
		err_release(&err);
	}
}

static void on_signal(void *ctx, int signo)
{
	struct batch *b = ctx;

	b->signo = signo;
	if (call_cancel(&b->call))
		return;
	clear_progress(b);
	output_break(b->output);
	fputs("souk: cancelled\n", stderr);
	end(b, 128 + signo);
}

static void on_limit(void *ctx)
{
	struct batch *b = ctx;
	uint64_t ms = plugin_timeout(b->args);
	char *why = xasprintf("no answer within %.3g s", (double)ms / 1000);

	call_abandon(&b->call);
	if (!b->ended)
		end(b, plugin_unknown(b->args->command, why));
	free(why);
}

/* Screen files that were skipped: whoever asks for one of them wants to know why. */
static void tell_problems(const struct session *s)
{
	const char *const *p = screenset_problems(session_screens(s));

	for (; p && *p; p++)
		fprintf(stderr, "souk: %s\n", *p);
}

static void batch_start(struct batch *b)
{
	bool session =
		!(b->args->command->needs & ~(BATCH | BATCH_ONLY | FRONT)) ? false : true;
	struct session_options options = b->args->session;
	struct err err = ERR_INIT;

	b->host = (struct host){
		.ops = &batch_ops,
		.ctx = b,
		.batch = true,
		.format = b->args->format,
	};
	if (session) {
		options.one_connection = true;
		b->session = session_new(b->loop, &options, &err);
		if (!b->session) {
			batch_done(b, &err, 1);
			err_release(&err);
			return;
		}
		b->host.session = b->session;
		tell_problems(b->session);
		session_observe(b->session, on_session, b);
	}
	if (session && session_wanted_tenant(b->session))
		session_when_ready(b->session, READY_SCOPE, batch_ready, b);
	else
		batch_run(b);
}

/* A format that this command alone knows is its own doing: it writes text. */
static bool output_open(struct batch *b)
{
	const char *format = b->args->format, *own = b->args->command->format;
	const char *words[] = { "table", "csv", "tsv", "json", "jsonl", own, NULL };
	struct err err = ERR_INIT;
	bool known = !format;

	for (size_t i = 0; format && words[i]; i++)
		known = known || strcmp(format, words[i]) == 0;
	if (format && own && strcmp(format, own) == 0)
		format = NULL;
	if (known)
		b->output = output_new(stdout, format, &err);
	else
		err_unknown(&err, "format", format, words);
	if (!b->output && plugin_is(b->args->command))
		b->status = plugin_failed(b->args->command, &err);
	else if (!b->output)
		cli_error(&err);
	err_release(&err);
	return b->output != NULL;
}

/* By nohup. */
static bool is_ignored(int signo)
{
	struct sigaction now;

	return sigaction(signo, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

/* Whoever reads no more (head) knows that. */
static void tell_output(struct batch *b)
{
	int error = output_error(b->output);

	if (error && error != EPIPE)
		fprintf(stderr, "souk: standard output: %s\n", strerror(error));
	if (error && b->status == 0)
		b->status = 1;
}

int cli_batch(struct loop *loop, const struct cli_args *args)
{
	struct batch b = { .loop = loop, .args = args, .status = 1 };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct loop_signal *handles[ARRAY_SIZE(signals)] = { NULL };

	if (!output_open(&b))
		return b.status;
	if (plugin_is(args->command)) {
		b.limit = loop_timer_new(loop, on_limit, &b);
		loop_timer_start(b.limit, plugin_timeout(args), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (signals[i] != SIGHUP || !is_ignored(SIGHUP))
			handles[i] = loop_signal_new(loop, signals[i], on_signal, &b);
	batch_start(&b);
	if (!b.ended)
		loop_run(loop);
	call_abandon(&b.call);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		loop_signal_free(&handles[i]);
	loop_timer_free(&b.limit);
	tell_output(&b);
	output_free(&b.output);
	session_free(&b.session);
	return b.status;
}
