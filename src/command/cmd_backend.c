/* SPDX-License-Identifier: MIT */
/*
 * cmd_backend.c - cancel what a session runs, or end the session.
 *
 * Asked first, and only done to the session that was seen: a process id is used again, so its
 * start goes with it where it is known.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/command.h"

struct backend {
	struct call *call;
	bool terminate;
	char *question;
};

static void backend_free(void *data)
{
	struct backend *b = data;

	free(b->question);
	free(b);
}

static void done(void *ctx, const struct txn_result *result)
{
	struct backend *b = ctx;
	const struct host *h = call_host(b->call);
	const char *pid = args_get(call_args(b->call), "pid");
	struct err err = ERR_INIT;
	char *text;

	if (result->outcome != TXN_DONE) {
		err_copy(&err, &result->err);
		if (strcmp(err.sqlstate, "42501") == 0)
			err_hint(
				&err,
				"it takes the session's own role or pg_signal_backend, and for "
				"a superuser's session a superuser");
	} else if (reply_rows(result->replies[0]) == 0) {
		err_set(&err, ERR_FAILED, pid, "there is no such session any more");
	} else if (*reply_get(result->replies[0], 0, "done") != 't') {
		err_set(&err, ERR_FAILED, pid, "the signal could not be sent");
	} else {
		text = xasprintf("session %s of %s: %s", pid,
				 reply_get(result->replies[0], 0, "role"),
				 b->terminate ? "ended" : "asked to cancel");
		h->ops->say(h->ctx, SAY_DONE, text);
		free(text);
	}
	call_done(b->call, err.kind == ERR_NONE ? NULL : &err, -1);
	err_release(&err);
}

static void act(struct backend *b)
{
	struct session *s = call_session(b->call);
	const struct request_callbacks cb = { .done = done, .ctx = b };
	const struct args *a = call_args(b->call);
	struct params params;
	struct scope scope;
	struct txn *txn;

	params_init(&params);
	params_text(&params, args_get(a, "pid"));
	params_text(&params, args_get(a, "started"));
	session_scope(s, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn,
		sqlset_get(session_sql(s),
			   b->terminate ? "backend_terminate" : "backend_cancel", 0)
			->text,
		&params);
	db_send(session_db(s), DB_READ, txn, &cb, b->call);
	scope_release(&scope);
	params_release(&params);
}

static void answered(void *ctx, const char *text)
{
	struct backend *b = ctx;
	struct err err = ERR_INIT;

	if (text) {
		act(b);
		return;
	}
	err_set(&err, ERR_CANCELLED, args_get(call_args(b->call), "pid"), "left alone");
	call_done(b->call, &err, -1);
	err_release(&err);
}

static void start(struct call *c, bool terminate)
{
	const char *pid = args_get(call_args(c), "pid");
	struct backend *b = xcalloc(1, sizeof *b);
	struct question q = { .destructive = true };

	b->call = c;
	b->terminate = terminate;
	b->question = xasprintf(terminate ? "End session %s? What it has not committed is lost."
					  : "Cancel what session %s runs?",
				pid);
	call_set_data(c, b, backend_free);
	q.title = terminate ? "Terminate" : "Cancel";
	q.text = b->question;
	/* On production ending somebody's session takes more than a key. */
	q.kind = terminate && session_production(call_session(c)) ? ASK_TYPE_NAME : ASK_YES_NO;
	q.expect = pid;
	call_ask(c, &q, answered, b);
}

static void cancel_run(struct call *c)
{
	start(c, false);
}

static void terminate_run(struct call *c)
{
	start(c, true);
}

const struct command cmd_backend_cancel = {
	.name = "backend cancel",
	.summary = "Cancel what a session runs",
	.args = "pid:pid [--started:text]",
	.help = "--started: only if the session began then, because process ids are used "
		"again.",
	.needs = NEEDS_CONNECTION | BATCH,
	.run = cancel_run,
};

const struct command cmd_backend_terminate = {
	.name = "backend terminate",
	.summary = "End a session",
	.args = "pid:pid [--started:text]",
	.help = "--started: only if the session began then, because process ids are used "
		"again.",
	.needs = NEEDS_CONNECTION | BATCH,
	.run = terminate_run,
};
