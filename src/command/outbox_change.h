/* SPDX-License-Identifier: MIT */
/*
 * outbox_change.h - what a person may do to messages, as statements for any outbox whose
 * columns allow it.
 */
#ifndef OUTBOX_CHANGE_H
#define OUTBOX_CHANGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/sql.h"
#include "domain/outbox.h"

enum outbox_action {
	OUTBOX_RETRY,
	OUTBOX_POSTPONE,
	OUTBOX_BURY,
	OUTBOX_REVIVE,
	OUTBOX_REQUEUE
};

/* The state whose messages it is for: "pending", "dead", "processed". */
const char *outbox_action_state(enum outbox_action action);
enum { OUTBOX_KEY_MAX = 8 };
/* The columns beside the id that a message's key is made of: 0 where the id is the key. */
size_t outbox_key_others(const struct outbox *o, const struct column **out);
/* The whole key as one text of alias m, for the last parameter of those below; "" where the id
 * is the key. */
void outbox_key_text(struct buf *out, const struct sqlset *set, const struct outbox *o,
		     const char *alias);

/* Parameters of both: $1 ids; where the key has more columns an array for each of them, then
 * the whole keys as texts. → matched, overtaking (0 where the table has no aggregate or no
 * order, or it was not asked: ordered). */
void outbox_matched_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
			enum outbox_action action, bool ordered);
/* As above; and last (postpone only) the time, and the seconds that go before it → changed.
 * False: the table's columns cannot express it. */
bool outbox_change_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
		       enum outbox_action action, struct err *err) MUST_CHECK;

#endif
