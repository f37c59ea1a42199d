/* SPDX-License-Identifier: MIT */
/*
 * A server that says nothing for longer than its own timeouts allow (a stopped process, a host
 * that is gone) is not waited for without end: its connection is given up, and another one made.
 */
#include "base/timefmt.h"
#include "db_priv.h"

enum { GRACE_MS = 10000 };

/* Milliseconds that the server may be silent; 0: nobody knows.  It answers at the end of a
 * transaction's statements at the latest, and each has the timeout for itself. */
static int64_t patience_ms(const struct conn *c)
{
	const struct step *head = wire_head(c);
	const struct txn *txn = head && head->request ? head->request->txn : NULL;

	if (!txn || txn->scope.statement_timeout_ms <= 0)
		return 0;
	return (int64_t)txn->scope.statement_timeout_ms * (int64_t)(txn->statements.len + 1) +
	       GRACE_MS;
}

void silence_broken(struct conn *c)
{
	c->heard_us = time_monotonic_us();
}

void silence_check(struct conn *c)
{
	bool waits = c->state == DB_READY && c->flight.len > 0 && !wire_paused(c);

	if (!waits) {
		loop_timer_stop(c->silence_timer);
	} else if (!loop_timer_active(c->silence_timer)) {
		silence_broken(c);
		loop_timer_start(c->silence_timer, GRACE_MS, 0);
	}
}

void silence_timeout(void *ctx)
{
	struct conn *c = ctx;
	int64_t patience = patience_ms(c);
	int64_t silent = (time_monotonic_us() - c->heard_us) / 1000;
	struct err err = ERR_INIT;

	if (!patience || silent < patience) {
		loop_timer_start(c->silence_timer,
				 patience ? (uint64_t)(patience - silent) : GRACE_MS, 0);
		return;
	}
	err_set(&err, ERR_CONNECTION, NULL,
		"the server has said nothing for %d s, longer than statement-timeout allows it",
		(int)(silent / 1000));
	conn_lost(c, &err);
	err_release(&err);
}
