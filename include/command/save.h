/* SPDX-License-Identifier: MIT */
/*
 * save.h - the save protocol: one record written so that no update is lost and the outcome is known.
 *
 * One flush to the verdict: BEGIN · scope · write WHERE key AND guard · re-read by key, always · who we are
 * (transaction id, backend, system identifier, timeline) · audit row · domain event · Sync; then COMMIT or
 * ROLLBACK.  No transaction is open while a person thinks.
 *
 *	            answer: one row written                                   tag COMMIT
 *	SENT ---------------------------------> COMMITTING ------------------------------> DONE
 *	 | +- +2 (a trigger bumps too): ROLLBACK, SENT again without our bump        |
 *	 | +- 40001, 40P01: SENT again after 50, then 100 ms: 3 attempts             +- error (deferred): INVALID
 *	 | +- no row written: ROLLBACK, and the re-read tells                        +- connection lost
 *	 | |     another guard -> CONFLICT        same guard -> REFUSED                      |
 *	 | |     no row -> GONE           an insert that a trigger left out -> REFUSED       v
 *	 | +- 23xxx, 22xxx, 42501 … -> INVALID    55P03 -> LOCKED                        EVIDENCE
 *	 | +- 25006, timeout, connection lost before COMMIT -> FAILED (nothing written)      |
 *	 +-----------------------------------------------------------------------------------+
 *	EVIDENCE: reconnected to the same system identifier and timeline, pg_xact_status():
 *	      committed -> DONE    aborted -> FAILED (nothing written)    in progress -> wait, ask again
 *	   another timeline, too old, or no answer: the audit row with our save_id, or guard and values -> DONE;
 *	   nothing of it there -> UNKNOWN.  Never retried by itself.
 *
 * Source: design "Writing: the save protocol", points 4 to 7; PostgreSQL manual 9.27.6 pg_xact_status.
 */
#ifndef COMMAND_SAVE_H
#define COMMAND_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/uuid.h"
#include "command/session.h"
#include "domain/record.h"

enum save_kind { SAVE_UPDATE, SAVE_INSERT, SAVE_DELETE };

enum save_outcome {
	SAVE_DONE,     /* committed; after holds the row as it is now (but for a delete) */
	SAVE_CONFLICT, /* somebody else changed it; theirs holds their row */
	SAVE_REFUSED,  /* one may see the row but not change it: a policy, a trigger or a rule */
	SAVE_GONE,     /* deleted, or no longer visible to this role */
	SAVE_INVALID,  /* the server refuses the values: column, constraint, err */
	SAVE_LOCKED,   /* somebody holds the row; holder tells who */
	SAVE_FAILED,   /* nothing was written; err tells why */
	SAVE_UNKNOWN,  /* the connection died during COMMIT and there is no evidence either way */
};

struct save_request {
	const struct record_plan *plan;  /* must outlive the save */
	enum save_kind kind;
	const struct record *base;       /* update, delete: the record as it was loaded */
	const struct change *changes;    /* update, insert */
	size_t nchanges;
	const char *reason;              /* NULL */
	const char *event, *aggregate;   /* of the screen's [edit]; NULL: none */
	const char *action;              /* for the audit: "update", "undo", "merge" …; NULL: by kind */
	void (*changed)(void *ctx);      /* save_state says something else; NULL */
};

struct save_result {
	enum save_outcome outcome;
	struct record after;             /* SAVE_DONE */
	struct record theirs;            /* SAVE_CONFLICT */
	char *who;                       /* CONFLICT: "ben", if an audit tells */
	char *since;                     /* with who: "12 s ago (price fix)" */
	struct err err;                  /* why it was not saved, in words */
	char *column, *constraint;       /* SAVE_INVALID: the field it is about, or NULL */
	char *holder;                    /* SAVE_LOCKED: "held by ben (pid 4211, psql), idle in transaction, since
	                                    31 m"; "perhaps held by …" where nobody was seen in the way; or NULL */
	bool moved;                      /* FAILED: the relation may not be any more as the plan has it */
	char save_id[UUID_TEXT];         /* in the audit and the journal */
	char *xid;                       /* of the last attempt; NULL */
	int attempts;
};

struct save;
typedef void save_fn(void *ctx, const struct save_result *result);

/* The session must be armed (BUG() else: callers ask first).  Everything of req is copied but the plan. */
struct save *save_start(struct session *s, const struct save_request *req, save_fn *fn, void *ctx);
/* Give up waiting. Before COMMIT was sent nothing is written; after it, the outcome is no longer told. */
void save_free(struct save **save);
/* Nothing is written if it is freed now: COMMIT was not sent. */
bool save_may_give_up(const struct save *save);
/* What it is doing, for the status line: "saving", "waiting 2 s for support_ben (pid 4211, psql), …", "asking what
 * became of the save". */
const char *save_state(const struct save *save);

/* ---- reading for a form ---- */
typedef void record_fn(void *ctx, const struct record *record, const struct err *err);
/* One record by key; record NULL and err NULL: there is none (or not visible). owner: db_forget. */
void record_fetch(struct session *s, const struct record_plan *plan, const char *const *key, record_fn *fn,
		  void *ctx);
/* Has the guard moved since?  fn gets moved; on failure nothing is said. */
typedef void record_moved_fn(void *ctx, bool moved, bool gone);
void record_look(struct session *s, const struct record_plan *plan, const struct record *base,
		 record_moved_fn *fn, void *ctx);

#endif
