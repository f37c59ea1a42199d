/* SPDX-License-Identifier: MIT */
/*
 * client.h - a db in a loop of its own for database tests, and transactions that are waited for.
 *
 *	struct client c;
 *	client_open(&c, conninfo);
 *	struct answer a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
 *	cr_assert_eq(a.outcome, TXN_DONE);
 *	answer_release(&a);
 *	client_close(&c);
 *
 * What does not come within ten seconds fails the test.
 */
#ifndef SUPPORT_CLIENT_H
#define SUPPORT_CLIENT_H

#include <criterion/criterion.h>

#include "base/loop.h"
#include "db/db.h"

struct client {
	struct loop *loop;
	struct sqlset *sql;
	struct db *db;
	struct loop_timer *limit;
	bool late;
};

/* What came of a transaction, and what is to be answered when it asks.  Start with { 0 }. */
struct answer {
	int calls;                     /* of done: 1 in the end */
	enum txn_outcome outcome;
	struct err err;
	char *constraint;
	int failed;
	size_t n;
	struct reply **replies;
	size_t errors;                 /* of a probe: how many statements failed */
	double seconds;
	size_t rows;                   /* that were streamed */
	int asked, committing;         /* how often */

	enum txn_verdict verdicts[4];  /* to give, in this order */
	const char *more;              /* the statement that TXN_CONTINUE adds */
	size_t stop_at;                /* on_rows returns false there; 0: never */
	void (*on_done)(void *ctx);    /* called within done, and within the others */
	void (*on_asked)(void *ctx);
	void (*on_streamed)(void *ctx);
	void *ctx;
};

void client_open(struct client *c, const char *conninfo);
void client_open_with(struct client *c, const struct db_params *params);
void client_close(struct client *c);
/* Let the loop run for a while. */
void client_pass(struct client *c, int ms);

/* Turn the loop until the condition holds. */
#define client_until(c, condition)                                            \
	do {                                                                  \
		client_limit(c, true);                                        \
		while (!(condition) && !(c)->late)                            \
			loop_turn((c)->loop, true);                           \
		client_limit(c, false);                                       \
		cr_assert(!(c)->late, "waited in vain for " #condition);      \
	} while (0)
void client_limit(struct client *c, bool on);

/* A transaction of these statements, NULL-terminated, without scope. */
struct txn *client_txn(enum txn_kind kind, ...);
/* The owner is a. */
struct request *client_send(struct client *c, enum db_lane lane, struct txn *owned,
			    struct answer *a);
/* Send and wait for the answer. */
struct answer client_run(struct client *c, enum db_lane lane, struct txn *owned);
/* The one value of a read on DB_READ; to be freed. */
char *client_value(struct client *c, const char *sql);
void answer_release(struct answer *a);

#endif
