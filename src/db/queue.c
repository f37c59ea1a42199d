/* SPDX-License-Identifier: MIT */
/* What waits on a lane, and when it may go. */
#include <string.h>

#include "base/timefmt.h"
#include "db_priv.h"

/* Requests that may be under way on one lane: enough to hide a round trip behind another, few
 * enough that what is no longer wanted is mostly still here. */
enum { DEPTH = 8 };

void queue_again(struct request *r)
{
	struct conn *c = r->conn;
	size_t at = 0;

	while (at < c->waiting.len && c->waiting.v[at]->retried)
		at++;
	(void)VEC_PUSH(&c->waiting);
	memmove(c->waiting.v + at + 1, c->waiting.v + at,
		(c->waiting.len - 1 - at) * sizeof *c->waiting.v);
	c->waiting.v[at] = r;
}

/* What waits and is not wanted goes; forgotten ones without a word. */
static void prune(struct conn *c)
{
	for (size_t i = 0; i < c->waiting.len;) {
		struct request *r = c->waiting.v[i];

		if (!r->unwanted) {
			i++;
			continue;
		}
		VEC_REMOVE(&c->waiting, i);
		request_lost(r, NULL);
		request_free(r);
		i = 0; /* the callback may have sent or cancelled others */
	}
}

void queue_fail(struct conn *c, const struct err *err, bool writes_only)
{
	size_t kept = 0;

	/* those that the callbacks send come behind, and are not looked at */
	for (size_t n = c->waiting.len; n > 0; n--) {
		struct request *r = c->waiting.v[kept];

		if (writes_only && r->txn->kind != TXN_WRITE && !r->unwanted) {
			kept++;
			continue;
		}
		VEC_REMOVE(&c->waiting, kept);
		request_lost(r, err);
		request_free(r);
	}
}

/* Reads go ahead behind one another; all else is alone on its lane. */
static bool may_send(const struct conn *c, const struct request *next)
{
	if (c->flight.len == 0)
		return true;
	return c->flight.len < DEPTH && request_is_read(next) && request_is_read(c->flight.v[0]);
}

/* The transaction of a read that failed is still open, and so is one whose ROLLBACK was hit by a
 * cancel that came late.  Reads that were under way behind it met it, and are sent again. */
static void mend(struct conn *c)
{
	PGTransactionStatusType status = PQtransactionStatus(c->pg);

	if (c->flight.len == 0 && wire_idle(c) &&
	    (status == PQTRANS_INTRANS || status == PQTRANS_INERROR) &&
	    !wire_send_end(c, NULL, STEP_ROLLBACK))
		c->broken = true;
}

void queue_pump(struct conn *c)
{
	bool corked = false;

	prune(c);
	if (c->state != DB_READY || c->cancel)
		return;
	if (c->holding && !wire_idle(c))
		return;
	c->holding = false;
	mend(c);
	while (c->waiting.len > 0 && !c->broken && may_send(c, c->waiting.v[0])) {
		struct request *r = c->waiting.v[0];

		if (!corked)
			wire_cork(c, true);
		corked = true;
		VEC_REMOVE(&c->waiting, 0);
		*VEC_PUSH(&c->flight) = r;
		r->phase = PHASE_SENT;
		r->sent_us = time_monotonic_us();
		if (!wire_send_request(c, r))
			c->broken = true;
	}
	if (corked)
		wire_cork(c, false);
}
