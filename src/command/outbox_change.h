/* SPDX-License-Identifier: MIT */
/*
 * outbox_change.h - what a person may do to messages, as statements for any outbox whose columns allow it.
 */
#ifndef OUTBOX_CHANGE_H
#define OUTBOX_CHANGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/sql.h"
#include "domain/outbox.h"

enum outbox_action { OUTBOX_RETRY, OUTBOX_POSTPONE, OUTBOX_BURY, OUTBOX_REVIVE, OUTBOX_REQUEUE };

/* The state whose messages it is for: "pending", "dead", "processed". */
const char *outbox_action_state(enum outbox_action action);
/* $1 ids → matched, overtaking (0 where the table has no aggregate or no order). */
void outbox_matched_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
			enum outbox_action action);
/* $1 ids, $2 the time (postpone only) → changed.  False: the table's columns cannot express it. */
bool outbox_change_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
		       enum outbox_action action, struct err *err) MUST_CHECK;

#endif
