/* SPDX-License-Identifier: MIT */
/*
 * txn.h - one transaction as it is put together: statements that travel in one flush.
 *
 * TXN_READ BEGIN READ ONLY · scope · statements · ROLLBACK · Sync: one round trip, whose answer wakes us
 * once; after an error a ROLLBACK of its own follows, and what was under way behind it goes once more.
 * TXN_SNAPSHOT the same with ISOLATION LEVEL REPEATABLE READ: the
 * panels of a dashboard agree. TXN_PROBE read-write unless told otherwise, but always ROLLBACK (RLS probes with
 * savepoints), and a Sync after each statement: one that fails does not stop those behind it,
 * so that ROLLBACK TO SAVEPOINT is reached, and the last one runs whatever failed. The outcome is TXN_DONE
 * whatever statements failed: errors[] has them. TXN_WRITE BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE · scope ·
 * statements · Sync; then the verdict callback decides COMMIT, ROLLBACK or more statements. A
 * COMMIT is believed only with the command tag COMMIT.
 */
#ifndef DB_TXN_H
#define DB_TXN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "db/params.h"
#include "db/reply.h"
#include "db/scope.h"

enum txn_kind { TXN_READ, TXN_SNAPSHOT, TXN_PROBE, TXN_WRITE };

struct txn;

/* scope is copied; NULL: none (timeouts of the server, no tenant). What makes the texts of
 * values comparable (DateStyle, IntervalStyle, extra_float_digits, bytea_output),
 * row_security = on, standard_conforming_strings = on and jit = off are always set. */
struct txn *txn_new(enum txn_kind kind, const struct scope *scope);
void txn_free(struct txn **t);
/* Add a statement; text and params are copied (params may be NULL). Returns its index from 0. */
int txn_add(struct txn *t, const char *sql, const struct params *params);
/*
 * TXN_WRITE: add a COPY … FROM STDIN whose data (text format, copied) follows it.  COPY knows no pipeline: what
 * stands before it is answered first, so it costs two round trips of its own.
 */
int txn_copy(struct txn *t, const char *sql, const char *data, size_t len);
/* A TXN_PROBE that cannot write: the server refuses it, and a standby takes it. */
void txn_read_only(struct txn *t);
/* Statement i is streamed: its rows go to on_row in chunks and not into the result. */
void txn_stream(struct txn *t, int index);
/* Statement i is handed on: its rows go to on_row in one piece as soon as they are all there, while the
 * server is at the next statement, and not into the result.  Where the whole is sent once more, they come
 * once more, from the first such statement on. */
void txn_hand_on(struct txn *t, int index);
/* The same, and the server is asked for the answer now: it comes while a later statement waits for a lock. */
void txn_at_once(struct txn *t, int index);
size_t txn_len(const struct txn *t);
const char *txn_sql(const struct txn *t, int index);

enum txn_outcome {
	TXN_DONE,        /* a read that worked, a write that was committed */
	TXN_ROLLED_BACK, /* the verdict said so */
	TXN_FAILED,      /* an error; nothing was changed */
	TXN_UNKNOWN,     /* the connection was lost after COMMIT was sent: only the server knows */
};

struct txn_result {
	enum txn_outcome outcome;
	struct err err;                  /* why it failed; kind ERR_NONE when it did not */
	struct server_error server;      /* fields of the server's error, if it came from there */
	int failed;                      /* index of the statement that failed, -1: none or BEGIN/scope/COMMIT */
	size_t n;                        /* replies that arrived */
	struct reply *const *replies;    /* one per statement; NULL where it failed or was aborted */
	const struct server_error *errors; /* TXN_PROBE: one per statement, sqlstate NULL where none; else NULL */
	double seconds;                  /* from sending to the last answer */
};

enum txn_verdict {
	TXN_COMMIT,
	TXN_ROLLBACK,
	TXN_CONTINUE, /* the callback has added statements: send them, then ask again */
	TXN_FINISH,   /* the callback has added statements: send them and COMMIT behind them in one flush, so
		       * that no lock of theirs waits for us; their replies are in the result of done */
};

#endif
