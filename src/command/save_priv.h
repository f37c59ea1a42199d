/* SPDX-License-Identifier: MIT */
/*
 * save_priv.h - a save under way, as its two files see it: save.c (to the verdict and COMMIT) and
 * save_evidence.c (what became of it when the connection was lost at COMMIT).
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
	int write, reread; /* indexes of the statements */
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
/* From now on only evidence tells. */
void save_seek_evidence(struct save *s);

#endif
