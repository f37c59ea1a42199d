/* SPDX-License-Identifier: MIT */
/*
 * client.h - a db in a loop of its own for tests, and transactions that are waited for.
 *
 *	struct client c;
 *	client_open(&c, conninfo);
 *	struct answer a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
 *	cr_assert_eq(a.outcome, TXN_DONE);
 *	answer_release(&a);
 *	client_close(&c);
 *
 * Whatever does not come within ten seconds fails the test.
 */
#ifndef TESTS_DB_CLIENT_H
#define TESTS_DB_CLIENT_H

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "base/timefmt.h"
#include "base/vec.h"
#include "db/db.h"

struct client {
	struct loop *loop;
	struct sqlset *sql;
	struct db *db;
	struct loop_timer *limit;
	bool late;
};

/* A result that outlives its callback. */
struct answer {
	bool done;
	int calls;
	enum txn_outcome outcome;
	struct err err;
	char *constraint;
	int failed;
	size_t n;
	struct reply **replies;
	double seconds;
	/* verdicts to give, in this order; then TXN_COMMIT */
	enum txn_verdict verdicts[4];
	int asked;
	int committing;
	const char *more;   /* the statement that TXN_CONTINUE adds */
	/* streams */
	size_t rows;
	size_t stop_at;     /* on_rows returns false there; 0: never */
	size_t errors;      /* of a probe: how many statements failed */
};

static inline void client_late(void *ctx)
{
	((struct client *)ctx)->late = true;
}

static inline void client_open_with(struct client *c, const struct db_params *params)
{
	struct err err = ERR_INIT;

	*c = (struct client){ .loop = loop_new() };
	c->sql = sqlset_load(NULL, &err);
	cr_assert(c->sql, "%s", err.why);
	c->limit = loop_timer_new(c->loop, client_late, c);
	c->db = db_new(c->loop, params, c->sql);
}

static inline void client_open(struct client *c, const char *conninfo)
{
	client_open_with(c, &(struct db_params){ .dbname = conninfo });
}

static inline void client_close(struct client *c)
{
	db_free(&c->db);
	loop_timer_free(&c->limit);
	loop_free(&c->loop);
	sqlset_free(&c->sql);
}

/* Turn the loop until the condition holds. */
#define client_until(c, condition)                                            \
	do {                                                                  \
		(c)->late = false;                                            \
		loop_timer_start((c)->limit, 10000, 0);                       \
		while (!(condition) && !(c)->late)                            \
			loop_turn((c)->loop, true);                           \
		loop_timer_stop((c)->limit);                                  \
		cr_assert(!(c)->late, "waited in vain for " #condition);      \
	} while (0)

/* Let the loop run for a while. */
static inline void client_pass(struct client *c, int ms)
{
	c->late = false;
	loop_timer_start(c->limit, (uint64_t)ms, 0);
	while (!c->late)
		loop_turn(c->loop, true);
}

static inline void answer_done(void *ctx, const struct txn_result *result)
{
	struct answer *a = ctx;

	a->calls++;
	a->done = true;
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
}

static inline enum txn_verdict answer_verdict(void *ctx, struct txn *txn,
					      const struct txn_result *result)
{
	struct answer *a = ctx;
	enum txn_verdict verdict = a->verdicts[a->asked++];

	cr_assert_eq(result->err.kind, ERR_NONE);
	if (verdict == TXN_CONTINUE)
		txn_add(txn, a->more, NULL);
	return verdict;
}

static inline void answer_committing(void *ctx)
{
	((struct answer *)ctx)->committing++;
}

static inline bool answer_rows(void *ctx, int index, const struct reply *rows)
{
	struct answer *a = ctx;

	(void)index;
	a->rows += reply_rows(rows);
	return a->stop_at == 0 || a->rows < a->stop_at;
}

static inline void answer_release(struct answer *a)
{
	err_release(&a->err);
	free(a->constraint);
	for (size_t i = 0; i < a->n; i++)
		reply_free(&a->replies[i]);
	free(a->replies);
	*a = (struct answer){ 0 };
}

/* A transaction of these statements, NULL-terminated, without scope. */
static inline struct txn *client_txn(enum txn_kind kind, ...)
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

static inline struct request *client_send(struct client *c, enum db_lane lane, struct txn *t,
					  struct answer *a)
{
	const struct request_callbacks cb = {
		.done = answer_done, .verdict = answer_verdict, .on_rows = answer_rows,
		.committing = answer_committing, .ctx = a,
	};

	return db_send(c->db, lane, t, &cb, a);
}

static inline struct answer client_run(struct client *c, enum db_lane lane, struct txn *t)
{
	struct answer a = { .outcome = TXN_FAILED };

	client_send(c, lane, t, &a);
	client_until(c, a.done);
	client_until(c, db_pending(c->db) == 0);
	return a;
}

/* The one value of a read. */
static inline char *client_value(struct client *c, const char *sql)
{
	struct answer a = client_run(c, DB_READ, client_txn(TXN_READ, sql, NULL));
	char *value;

	cr_assert_eq(a.outcome, TXN_DONE, "%s: %s", sql, a.err.why ? a.err.why : "");
	value = xstrdup_null(reply_text(a.replies[0], 0, 0));
	answer_release(&a);
	return value;
}

#endif
