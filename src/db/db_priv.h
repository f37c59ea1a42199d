/* SPDX-License-Identifier: MIT */
/*
 * db_priv.h - what the files of the db layer share.
 *
 *	db.c       the database: lanes, observers, wishes; everything that the public header offers
 *	conn.c     one lane's connection: its states, in conn_enter and nowhere else
 *	attempt.c  how it is made
 *	conninfo.c connection parameters and the addresses of hosts that are names
 *	wire.c     steps: what is sent and which answer belongs to what
 *	queue.c    what waits on a lane, and when it may go
 *	ahead.c    what was asked before it was known whether it would be
 *	request.c  requests: what an answer means, who is told
 *	cancel.c   when the server is asked to stop; cancel_send.c: how
 *	silence.c  a server that does not answer at all
 *	words.c    what the server says in its own terms, in those of whoever asked
 *	session.c  what a connection tells about itself
 *	secret.c   the password
 *	encoding.c a database whose texts are not UTF-8
 *
 * Calls from outside only note a wish and ask for a turn (db_turn_soon); db_turn fulfils them, deferred.
 * So no callback, whatever it calls, finds a connection changed under the feet of the code that called it.
 */
#ifndef DB_PRIV_H
#define DB_PRIV_H

#include <libpq-fe.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/vec.h"
#include "db/db.h"

enum { TEXT_OID = 25 };

/* ---- texts ---- */

struct reply *reply_take(PGresult *owned);
/* Bytes of the values in it. */
size_t reply_payload(const struct reply *r);
void server_error_read(struct server_error *e, const PGresult *res);
/* FATAL or PANIC: the server ends the session. */
bool server_error_fatal(const struct server_error *e);
void server_error_tell(const struct server_error *e, struct err *err);
/* words.c: what needs other words than the server's gets them, and a way out. */
void server_error_words(const struct server_error *e, struct err *err);

/* Each statement that sets the scope, in order; sql and params are borrowed, params may be
 * NULL.  encoding: the client's in this transaction, NULL: the connection's. */
typedef void scope_emit_fn(void *ctx, const char *sql, const struct params *params);
void scope_statements(const struct scope *s, const struct sqlset *set, const char *encoding,
		      scope_emit_fn *emit, void *ctx);

struct statement {
	char *sql;
	struct params params;
	bool stream;
	bool hand_on;
	bool at_once; /* the server is asked not to hold the answer back */
	char *copy; /* COPY FROM STDIN: what it reads; else NULL */
	size_t copy_len;
};

struct txn {
	enum txn_kind kind;
	bool read_only; /* of TXN_PROBE */
	struct scope scope;
	VEC(struct statement) statements;
};

/* ---- the password: locked in memory where the system allows it, never in a core file ---- */

struct secret {
	char *text; /* NULL: none */
	size_t size;
};

void secret_set(struct secret *s, const char *text); /* NULL: wipe */

/* ---- databases that do not speak UTF-8 ---- */

struct encoding;

/* Of the server's parameter server_encoding (may be NULL).  NULL: UTF8, or one that only the server knows how to
 * convert, and does. */
struct encoding *encoding_new(const char *server);
void encoding_free(struct encoding **e);
/* As the server calls it. */
const char *encoding_name(const struct encoding *e);
/* Is it the same there as in UTF-8? */
bool encoding_is_plain(const struct encoding *e, const char *s, size_t len);
/* Appends s as UTF-8; bytes that are no character of UTF-8's stay as they are. */
void encoding_decode(const struct encoding *e, struct buf *out, const char *s, size_t len);
/* Appends UTF-8 as the server has it; bytes that are none stay as they are.  False: a character has no place in
 * the encoding. */
bool encoding_encode(const struct encoding *e, struct buf *out, const char *s, size_t len) MUST_CHECK;
/* The same rows, decoded. */
PGresult *encoding_result(const struct encoding *e, PGresult *owned);
void encoding_error(const struct encoding *e, struct server_error *error);

/* ---- connections ---- */

/* A host to connect to, as libpq would see it. */
struct target {
	char *host, *addr, *port; /* "" if not told */
	bool is_name;             /* still to be looked up */
};

/* What the answers that will come belong to, in their order. */
enum step_kind {
	STEP_BEGIN,
	STEP_SCOPE,
	STEP_STATEMENT,
	STEP_PART,    /* a sync between statements */
	STEP_COPY,    /* the sync before a COPY, which is sent outside of the pipeline */
	STEP_ASKED,   /* the sync after the statements: now it is known how they went */
	STEP_COMMIT,
	STEP_ROLLBACK,
	STEP_FINISHED, /* the sync after statements and their COMMIT */
	STEP_DRAINED, /* the last sync of a request */
};

struct step {
	struct request *request; /* NULL: a rollback of our own */
	enum step_kind kind;
	int index;               /* of the statement */
};

struct cancel;

struct conn {
	struct db *db;
	enum db_lane lane;
	enum db_state state;
	PGconn *pg;
	struct encoding *encoding;      /* of the database; NULL: the server converts */
	struct loop_watch *watch;
	struct loop_timer *timer;       /* limit of an attempt to connect, or the next attempt */
	struct err error;               /* why it is LOST or FAILED */
	struct err last_words;          /* a FATAL that the server said to nobody in particular */
	int64_t next_try_us;            /* 0: none */
	int timeout_s;                  /* connect_timeout; 0: none */
	bool understood;                /* the connection parameters make sense */
	unsigned attempts;              /* that failed since it last was READY */
	bool wanted;                    /* db_connect, or it has been READY: reconnects by itself */
	bool crowded;                   /* no connection left for this role (53300) */
	int64_t crowded_us;             /* since when */
	bool broken;                    /* close and connect anew at the end of this turn */
	bool unsent;                    /* something was sent since the last flush */
	bool kicked;                    /* try again now */

	VEC(struct target) targets;     /* while connecting */
	bool rewritten;                 /* they are no longer what libpq would make of its sources */
	size_t target;                  /* the one that is being looked up, then tried */
	struct loop_resolve *resolve;

	VEC(struct request *) waiting;  /* not sent */
	VEC(struct request *) flight;   /* sent; the first is the one the server is at */
	VEC(struct request *) kept;     /* asked ahead, and answered */
	VEC(struct step) steps;
	size_t step;                    /* the head of steps */
	struct cancel *cancel;
	struct loop_timer *cancel_timer; /* until it is sent again, or given up */
	const struct request *cancelled; /* whom the cancels were for … */
	int64_t cancelled_us;            /* … since when */
	struct loop_timer *silence_timer;
	int64_t heard_us;                /* when the server last said something */
	bool holding;                   /* after a cancel, or a failure: nothing new until all is drained */

	bool has_session;
	struct db_session session;
};

struct observer {
	db_observer_fn *fn;
	void *ctx;
};

struct db {
	struct loop *loop;
	const struct sqlset *sql;
	struct db_params params; /* own copies */
	struct secret password;
	struct conn lanes[DB_LANES];
	VEC(struct observer) observers;
	db_echo_fn *echo;
	void *echo_ctx;
	db_notice_fn *notice;
	void *notice_ctx;
	struct db_counters counters;
	bool turn_due;
	unsigned inside; /* depth of callbacks: db_free must not be called in one */
	uint64_t seed;   /* of the jitter */
};

void db_turn_soon(struct db *db);
/* Tell the observers. */
void db_tell(struct conn *c);

void conn_init(struct conn *c, struct db *db, enum db_lane lane);
void conn_release(struct conn *c);
/* The only place where a lane's state changes. */
void conn_enter(struct conn *c, enum db_state state);
const char *conn_name(const struct conn *c);
/* The i-th of those that wait, are sent, or are kept; NULL behind the last. */
struct request *conn_request(const struct conn *c, size_t i);
/* Where it may not connect its requests wait on DB_READ. */
bool conn_shares(const struct conn *c);
void conn_close(struct conn *c);
/* Wait for the descriptor of what libpq has now. */
void conn_watch(struct conn *c, int events);
/* The time limit of an attempt begins. */
void conn_limit(struct conn *c);
/* The connection is gone or unusable: why is taken from libpq, or from err if it is not NULL. */
void conn_lost(struct conn *c, const struct err *err);
/* After anything that may have changed what is to be sent, cancelled or waited for. */
void conn_work(struct conn *c);
/* One turn: fulfil the wishes. */
void conn_turn(struct conn *c);

/* Begin to connect (from DOWN, LOST, PASSWORD, FAILED). */
void attempt_start(struct conn *c);
void attempt_io(struct conn *c);
/* The time limit has passed. */
void attempt_silent(struct conn *c);

void db_kick_others(struct conn *c);
void db_move_waiting(struct conn *from, enum db_lane lane);

/* The hosts as all of libpq's sources together say, and connect_timeout; false: the parameters
 * make no sense, and libpq will say why. */
bool conninfo_targets(struct conn *c, int *timeout_s);
void conninfo_release_targets(struct conn *c);
/* The name of target i has these addresses (maybe none): it becomes one target for each. */
void conninfo_resolved(struct conn *c, size_t i, const char *const *addrs);
/* Those before target i did not answer in time. */
void conninfo_drop_targets(struct conn *c, size_t i);
/* Only the one where pg is. */
void conninfo_follow(struct conn *c, const PGconn *pg);
/* Which of them libpq is trying. */
size_t conninfo_current(const struct conn *c);
PGconn *conninfo_start(const struct conn *c);
/* libpq's message as one sentence, hint and SQLSTATE. */
void conninfo_error(const PGconn *pg, struct err *err);

void session_read(struct conn *c);
void session_release(struct db_session *s);
/* One observed round trip in seconds. */
void session_rtt(struct db_session *s, double seconds);

/* ---- wire ---- */

/* All that opens and fills a transaction, up to the last Sync of it. */
bool wire_send_request(struct conn *c, struct request *r);
/* The statements from index on, and the sync that asks for the verdict. */
bool wire_send_more(struct conn *c, struct request *r, size_t from);
/* All before statement `index`, a COPY, is answered: send that. */
bool wire_send_copy(struct conn *c, struct request *r, int index);
/* It is answered: what comes behind it, or only the sync that asks for the verdict. */
bool wire_send_rest(struct conn *c, struct request *r, int index, bool failed);
bool wire_send_end(struct conn *c, struct request *r, enum step_kind kind);
/* The statements from index on and COMMIT. */
bool wire_send_finish(struct conn *c, struct request *r, size_t from);
/* Several sends become one packet where that can be had. */
void wire_cork(struct conn *c, bool cork);
/* Take the answers that have arrived. */
void wire_read(struct conn *c);
bool wire_idle(const struct conn *c);
/* The request whose rows come now wants none. */
bool wire_paused(const struct conn *c);
const struct step *wire_head(const struct conn *c);

/* ---- requests ---- */

enum phase {
	PHASE_WAITING,    /* not sent */
	PHASE_SENT,       /* its statements are under way */
	PHASE_HELD,       /* a write whose cancel has not come back: rolled back after that */
	PHASE_COMMITTING, /* COMMIT was sent */
	PHASE_ENDING,     /* told; its last segment drains */
};

struct request {
	struct conn *conn;
	struct txn *txn;
	struct request_callbacks cb;
	const void *owner;
	enum phase phase;
	bool silent;    /* told already or forgotten: no callback any more */
	bool unwanted;  /* the owner asked for its end, or is gone */
	bool stopped;   /* on_rows wanted no more: cancelled, even if the end had come already */
	bool paused;    /* its owner wants no more rows for now */
	bool passed;    /* rows of it were streamed */
	bool again;     /* to be sent once more when drained */
	bool retried;   /* it was */
	bool ahead;     /* nobody asked for it in earnest yet */
	bool given;     /* somebody did when it was answered: he is to be told */
	const struct encoding *encoding; /* what goes and comes is in it; NULL: UTF-8 */
	int64_t sent_us;
	VEC(struct reply *) replies;
	VEC(struct server_error) errors; /* of the statements of a probe */
	struct txn_result result;
};

struct request *request_new(struct conn *c, struct txn *owned, const struct request_callbacks *cb,
			    const void *owner);
void request_free(struct request *r);
/* Its ROLLBACK goes before its only Sync, so that its answer comes in one piece; of one that fails it is not
 * reached: see queue.c. */
bool request_is_read(const struct request *r);
/* Answers, from wire.c. */
void request_answer(struct request *r, const struct step *step, PGresult *owned);
void request_synced(struct request *r, const struct step *step);
/* Tell who asked for it what was answered before. */
void request_give(struct request *r);
/* A COPY has its answer. */
void request_copied(struct request *r, int index);
/* Tell the owner that it failed without an answer of its own. */
void request_fail(struct request *r, const struct err *err);
/* It will not be answered: the connection went, or it is not wanted any more (then err may be
 * NULL). */
void request_lost(struct request *r, const struct err *err);
/* A write that waited for its cancel: the cancel is back. */
void request_released(struct request *r);

/* ---- what waits on a lane ---- */

/* Send what may be sent, drop what is not wanted. */
void queue_pump(struct conn *c);
/* Before all others, but for those that were so before it. */
void queue_again(struct request *r);
void queue_fail(struct conn *c, const struct err *err, bool writes_only);

/* ---- what was asked ahead ---- */

/* The request that asked the same ahead is his who asks now; NULL: there is none. */
struct request *ahead_take(struct conn *c, const struct txn *t, const struct request_callbacks *cb,
			   const void *owner);
/* It is answered; true: it is kept for whoever will ask. */
bool ahead_keep(struct request *r);
/* Tell those who asked for what is kept, let go of what nobody will ask for. */
void ahead_turn(struct conn *c);
/* The connection went: the next one may lead elsewhere. */
void ahead_drop(struct conn *c);

/* ---- silence ---- */

/* Something is waited for, or not any more. */
void silence_check(struct conn *c);
/* Something came. */
void silence_broken(struct conn *c);
void silence_timeout(void *conn);

/* ---- cancel ---- */

/* Send or repeat the cancel of the request at the head, if that is unwanted. */
void cancel_check(struct conn *c);
void cancel_timeout(void *conn);
/* The connection is closed: what runs ends by itself. */
void cancel_abandon(struct conn *c);
/* Ask the server to stop what runs on a connection that is about to be closed. */
void cancel_farewell(struct conn *c);

/* why: NULL if it was sent.  Called once, unless forgotten, never from within cancel_send. */
typedef void cancel_back_fn(struct conn *c, const char *why);
/* NULL if it could not even be tried. */
struct cancel *cancel_send(struct conn *c, cancel_back_fn *back);
void cancel_forget(struct cancel **cancel);
/* Nobody waits for this one. */
void cancel_send_blindly(struct conn *c);

#endif
