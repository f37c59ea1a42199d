/* SPDX-License-Identifier: MIT */
/*
 * db.h - one database: its connections by purpose, their states, and the requests on them.
 *
 * Everything is asynchronous in base/loop.h.  A request has an owner (any address); when the
 * owner goes it calls db_forget and no callback for it runs any more; what is under way is cancelled
 * on the server too, except a write whose COMMIT was sent.
 *
 * Lanes are connections by purpose; each is opened when first used.  DB_WATCH, DB_BULK and DB_ASIDE (what one waits
 * for, and what would hold up pages) may be missing at a role's connection limit: then their requests wait on
 * DB_READ (watch, aside) or fail with a sentence (bulk).
 * Requests on a lane run one after the other in order of sending; reads that are queued behind one
 * another are sent ahead (pipelined) up to a small depth.
 *
 * States of a lane (conn.c has one function that changes it):
 *
 *	           +--> PASSWORD --+
 *	DOWN --> CONNECTING -------+--> READY --> LOST --(backoff 0.1 s … 10 s)--> CONNECTING
 *	           +--> FAILED (wrong password, no such role or database: not retried by itself)
 *
 * What waits (not sent yet) waits through CONNECTING and PASSWORD, and through LOST for the next attempt; it fails
 * with the reason when an attempt fails.  When a connection is lost, what was sent fails with
 * ERR_CONNECTION (or TXN_UNKNOWN), and so do writes that were not sent: the way back may lead to another
 * server.  Of several hosts all lanes take the one where the first is.
 *
 * A cancel (PQcancel on the thread pool, PQcancelStart with libpq 17) is only sent for a lane that carries no
 * COMMIT; nothing new is sent there until it has returned and the segment is drained; a 57014 that nobody
 * asked for is retried once, reads only.  Where nothing comes of cancels for 5 s the connection is given up, and the
 * request ends as cancelled; so it is where the server says nothing for 10 s more than its timeouts allow.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/loop.h"
#include "db/sql.h"
#include "db/txn.h"

enum db_lane { DB_READ, DB_EDIT, DB_WATCH, DB_BULK, DB_ASIDE, DB_LANES };
enum db_state { DB_DOWN, DB_CONNECTING, DB_PASSWORD, DB_READY, DB_LOST, DB_FAILED };

struct db;
struct request;

/* Connection parameters as psql's flags give them; NULL: not given, libpq looks at service and
 * environment. dbname may be a conninfo string or URI, which wins over the others. */
struct db_params {
	const char *dbname, *host, *port, *user, *password;
	const char *application;  /* fallback_application_name; NULL: "souk" */
	bool no_password;         /* -w */
	int connect_timeout_s;    /* 0: libpq's */
};

struct db *db_new(struct loop *loop, const struct db_params *params, const struct sqlset *sql);
/* Cancels what runs (waits no longer than the loop's next turns), closes, frees; no callback
 * runs any more. Not to be called inside one of its callbacks (loop_defer it). */
void db_free(struct db **db);
const struct sqlset *db_sql(const struct db *db);
struct loop *db_loop(const struct db *db);

/* What a conninfo string can say, but passwords: libpq's keywords and what it calls them. */
void db_each_option(void (*fn)(void *ctx, const char *keyword, const char *label), void *ctx);

/* Begin to connect a lane now instead of at its first request. */
void db_connect(struct db *db, enum db_lane lane);
/* The same within this call, not in the loop's next turn: for who has much to do before that, and no observer yet. */
void db_connect_at_once(struct db *db, enum db_lane lane);
/* Is the server that the lane has, or tries, behind a socket of this machine?  There it is processors that connections
 * have to share, not the way that they wait for. */
bool db_is_near(const struct db *db, enum db_lane lane);
/* In state DB_PASSWORD: go on with this password (copied, wiped after use; kept for other lanes
 * and reconnects in memory that is not dumped). */
void db_password(struct db *db, const char *password);
/* Leave DB_FAILED/DB_LOST at once. */
void db_retry(struct db *db);

enum db_state db_state(const struct db *db, enum db_lane lane);
/* Why a lane is LOST or FAILED; seconds until the next try (< 0: none planned). */
const struct err *db_error(const struct db *db, enum db_lane lane);
double db_next_try(const struct db *db, enum db_lane lane);

/* What the connection itself tells, valid from the first READY on (PQparameterStatus and
 * libpq). */
struct db_session {
	int server_version;          /* 150018 */
	char *database, *user, *host, *port;
	char *application;           /* application_name in force */
	bool superuser;              /* of the session user */
	bool in_hot_standby;
	bool read_only;              /* default_transaction_read_only */
	bool tls;                    /* encrypted */
	char *tls_text;              /* "TLSv1.3, certificate verified" or "" */
	char *time_zone;
	char *encoding;          /* of the database, as the server calls it */
	int pid;                     /* as the server (or pooler) tells it */
	double rtt;                  /* smoothed seconds of the emptiest round trip seen; < 0 unknown */
};
/* NULL before the first READY. */
const struct db_session *db_session(const struct db *db);

/* Told of every change of state, of session facts and of server parameters (failover). */
typedef void db_observer_fn(void *ctx, struct db *db, enum db_lane lane);
void db_observe(struct db *db, db_observer_fn *fn, void *ctx);
void db_unobserve(struct db *db, const void *ctx);

struct request_callbacks {
	/* Called exactly once unless the owner was forgotten before; result is borrowed. */
	void (*done)(void *ctx, const struct txn_result *result);
	/* TXN_WRITE only: all statements so far were answered without error. txn is there to
	 * add to for TXN_CONTINUE. NULL: commit. */
	enum txn_verdict (*verdict)(void *ctx, struct txn *txn, const struct txn_result *result);
	/* Streamed statements, and those that are handed on: one chunk of rows, borrowed. Return
	 * false to end the request (cancelled). */
	bool (*on_rows)(void *ctx, int index, const struct reply *rows);
	/* TXN_WRITE: COMMIT is about to be sent (write the journal before). May be NULL. */
	void (*committing)(void *ctx);
	/* The request is gone, after done or because its owner was forgotten: free ctx here.
	 * May be NULL. */
	void (*release)(void *ctx);
	void *ctx;
};

/* Takes txn. The handle lives until done was called or the owner forgotten. */
struct request *db_send(struct db *db, enum db_lane lane, struct txn *owned,
			const struct request_callbacks *cb, const void *owner);
/* Ask the server to stop it; done follows with ERR_CANCELLED (unless it finished first). */
void request_cancel(struct request *r);
/* A streamed request: stop and go on reading from the socket (back pressure); those behind it
 * on its lane wait too. */
void request_pause(struct request *r, bool pause);
bool request_running(const struct request *r); /* sent, not yet answered */
double request_seconds(const struct request *r);

void db_forget(struct db *db, const void *owner);
/* request_cancel for all of an owner; returns how many. */
size_t db_cancel(struct db *db, const void *owner);
/* Requests queued or under way (all lanes): 0 means idle. */
size_t db_pending(const struct db *db);

/* Does a request that somebody waits for stand or run there? */
bool db_busy(const struct db *db, enum db_lane lane);

/* Every statement as it is sent (--echo-sql, the log, E). */
typedef void db_echo_fn(void *ctx, enum db_lane lane, const char *sql, const struct params *params);
void db_echo(struct db *db, db_echo_fn *fn, void *ctx);

/* What the server says unasked (RAISE NOTICE, warnings); it is in the log in any case. The
 * notice is borrowed and untrusted. */
typedef void db_notice_fn(void *ctx, enum db_lane lane, const struct server_error *notice);
void db_notices(struct db *db, db_notice_fn *fn, void *ctx);

/* Exact counters, for tests and the status line. */
struct db_counters {
	uint64_t flushes;   /* times something was sent and an answer awaited: round trips */
	uint64_t statements, rows, connects, cancels;
	uint64_t bytes_in;  /* of values */
	uint64_t bytes_out; /* of statements and parameters */
};
void db_counters(const struct db *db, struct db_counters *out);

#endif
