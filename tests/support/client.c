/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"

static void on_late(void *ctx)
{
	((struct client *)ctx)->late = true;
}

void client_open_with(struct client *c, const struct db_params *params)
{
	struct err err = ERR_INIT;

	*c = (struct client){ .loop = loop_new() };
	c->sql = sqlset_load(NULL, &err);
	cr_assert(c->sql, "%s", err.why);
	c->limit = loop_timer_new(c->loop, on_late, c);
	c->db = db_new(c->loop, params, c->sql);
}

void client_open(struct client *c, const char *conninfo)
{
	client_open_with(c, &(struct db_params){ .dbname = conninfo });
}

void client_close(struct client *c)
{
	db_free(&c->db);
	loop_timer_free(&c->limit);
	loop_free(&c->loop);
	sqlset_free(&c->sql);
}

void client_limit(struct client *c, bool on)
{
	if (on) {
		c->late = false;
		loop_timer_start(c->limit, 10000, 0);
	} else {
		loop_timer_stop(c->limit);
	}
}

void client_pass(struct client *c, int ms)
{
	c->late = false;
	loop_timer_start(c->limit, (uint64_t)ms, 0);
	while (!c->late)
		loop_turn(c->loop, true);
}

static void call(void (*fn)(void *ctx), void *ctx)
{
	if (fn)
		fn(ctx);
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct answer *a = ctx;

	a->calls++;
	a->outcome = result->outcome;
	err_copy(&a->err, &result->err);
	a->constraint = xstrdup_null(result->server.constraint);
	a->failed = result->failed;
	a->seconds = result->seconds;
	a->n = result->n;
	a->replies = xcalloc(result->n, sizeof(struct reply *));
	for (size_t i = 0; i < result->n; i++)
		a->replies[i] = result->replies[i] ? reply_ref(result->replies[i]) : NULL;
	for (size_t i = 0; result->errors && i < result->n; i++)
		a->errors += result->errors[i].sqlstate != NULL;
	call(a->on_done, a->ctx);
}

static enum txn_verdict on_verdict(void *ctx, struct txn *txn, const struct txn_result *result)
{
	struct answer *a = ctx;
	enum txn_verdict verdict = a->verdicts[a->asked++];

	cr_assert_eq(result->err.kind, ERR_NONE);
	cr_assert_eq(result->n, txn_len(txn));
	call(a->on_asked, a->ctx);
	if (verdict == TXN_CONTINUE || verdict == TXN_FINISH)
		txn_add(txn, a->more, NULL);
	return verdict;
}

static void on_committing(void *ctx)
{
	((struct answer *)ctx)->committing++;
}

static bool on_rows(void *ctx, int index, const struct reply *rows)
{
	struct answer *a = ctx;

	(void)index;
	a->rows += reply_rows(rows);
	call(a->on_streamed, a->ctx);
	return a->stop_at == 0 || a->rows < a->stop_at;
}

struct txn *client_txn(enum txn_kind kind, ...)
{
	struct txn *t = txn_new(kind, NULL);
	const char *sql;
	va_list ap;

	va_start(ap, kind);
	while ((sql = va_arg(ap, const char *)))
		txn_add(t, sql, NULL);
	va_end(ap);
	return t;
}

struct request *client_send(struct client *c, enum db_lane lane, struct txn *owned,
			    struct answer *a)
{
	const struct request_callbacks cb = {
		.done = on_done,
		.verdict = on_verdict,
		.on_rows = on_rows,
		.committing = on_committing,
		.ctx = a,
	};

	return db_send(c->db, lane, owned, &cb, a);
}

struct answer client_run(struct client *c, enum db_lane lane, struct txn *owned)
{
	struct answer a = { 0 };

	client_send(c, lane, owned, &a);
	client_until(c, a.calls > 0 && db_pending(c->db) == 0);
	return a;
}

char *client_value(struct client *c, const char *sql)
{
	struct answer a = client_run(c, DB_READ, client_txn(TXN_READ, sql, NULL));
	char *value;

	cr_assert_eq(a.outcome, TXN_DONE, "%s: %s", sql, a.err.why ? a.err.why : "");
	value = xstrdup_null(reply_text(a.replies[0], 0, 0));
	answer_release(&a);
	return value;
}

void answer_release(struct answer *a)
{
	err_release(&a->err);
	free(a->constraint);
	for (size_t i = 0; i < a->n; i++)
		reply_free(&a->replies[i]);
	free(a->replies);
	*a = (struct answer){ 0 };
}
