/* SPDX-License-Identifier: MIT */
/*
 * xact.h - a transaction whose COMMIT got no answer, and what became of it.
 *
 *	ASK ---- nobody answers, the server is a standby, "in progress" ----> wait 500 ms, ASK   (two minutes)
 *	 | same system identifier and timeline, pg_xact_status():
 *	 +--> committed -> XACT_COMMITTED     aborted -> XACT_ABORTED     NULL, "in the future" -> XACT_UNTOLD
 *	 +--> another server, or another timeline -> XACT_ELSEWHERE: its numbers mean other transactions
 *
 * In the last two cases an audit row that the transaction wrote is looked for: it is there -> XACT_COMMITTED.
 *
 * A standby is waited for, not asked: what it has not replayed yet looks aborted to it.
 */
#ifndef XACT_H
#define XACT_H

#include <stdint.h>

#include "command/session.h"

struct xact {
	char *xid, *system;
	int64_t timeline;
	const char *save_id; /* of the audit row that it writes, borrowed; NULL: none */
};

void xact_release(struct xact *x);
/* From the reply of the query save_identity. */
void xact_take(struct xact *x, const struct reply *identity);

enum xact_end {
	XACT_COMMITTED, XACT_ABORTED,
	XACT_UNTOLD,    /* too old, or the server forgot it: only traces tell */
	XACT_ELSEWHERE, /* a server that took over, or another one: only traces tell */
	XACT_UNREACHED, /* nobody who knows answered in time */
};

struct xact_quest;
/* Called once, and may free the quest; err: why nobody could be asked (XACT_UNREACHED, XACT_UNTOLD), else NULL. */
typedef void xact_fn(void *ctx, enum xact_end end, const struct err *err);

/* x outlives the quest. */
struct xact_quest *xact_ask(struct session *s, enum db_lane lane, const struct xact *x, xact_fn *fn, void *ctx);
void xact_quest_free(struct xact_quest **q);
/* It ended without a word of the server, and nothing of it is in the audit that this role sees. */
bool xact_quest_looked(const struct xact_quest *q);
/* "asking what became of it", "waiting for …": for a status line. */
const char *xact_quest_state(const struct xact_quest *q);

#endif
