/* SPDX-License-Identifier: MIT */
/*
 * save_priv.h - a save under way, as its files see it:
 *
 *	save.c           its life: what is sent, and where that leads
 *	save_verdict.c   what the answers say before COMMIT
 *	save_refused.c   an attempt that came to nothing, in words
 *	save_trail.c     audit row, domain event, journal
 *	save_evidence.c  what became of it when the connection was lost at COMMIT
 */
#ifndef SAVE_PRIV_H
#define SAVE_PRIV_H

#include "command/save.h"
#include "lockwait.h"
#include "xact.h"

struct save {
	struct session *session;
	const struct record_plan *plan;
	enum save_kind kind;
	struct record base;
	struct change *changes; /* values are owned */
	size_t nchanges;
	char *reason, *event, *aggregate, *action;
	save_fn *fn;
	void *ctx;

	const char *state;
	void (*changed)(void *ctx);
	struct lockwait *wait; /* of the statements under way */
	bool bump;           /* write version + 1 ourselves */
	bool retry_bump;     /* the verdict saw +2: again without */
	bool committing;     /* COMMIT was sent */
	bool verdict_told;   /* result.outcome was settled before ROLLBACK */
	int write, columns, reread; /* indexes of the statements */
	struct xact xact;    /* which transaction it is, of the last attempt */
	struct xact_quest *quest; /* what became of it is being asked */
	bool elsewhere;      /* it was begun on a server that another has taken over from */
	char *entity_type, *entity_id; /* for audit and evidence: "schema.name", key without tenant */
	struct save_result result;
	struct loop_timer *timer;
	void (*timer_next)(struct save *s);
	int waits;
};

/* Ends the save: tells fn; s is not touched afterwards. */
void save_finish(struct save *s, enum save_outcome outcome);
void save_later(struct save *s, uint64_t ms, void (*next)(struct save *s));

/* ---- save_verdict.c ---- */
enum txn_verdict save_on_verdict(void *ctx, struct txn *txn, const struct txn_result *result);

/* ---- save_refused.c: each ends the save, at once or after a question ---- */
void save_refused(struct save *s, const struct txn_result *result);
void save_ask_who(struct save *s);
void save_ask_holder(struct save *s);

/* ---- save_trail.c ---- */
void save_add_trail(const struct save *s, struct txn *txn);
void save_journal(const struct save *s);
/* The key without the tenant column, which every audit row has anyway; the caller frees. */
char *save_entity_id(const struct record_plan *plan, const struct record *r);

/* ---- save_evidence.c ---- */
/* From now on only evidence tells. */
void save_seek_evidence(struct save *s);

#endif
