/* SPDX-License-Identifier: MIT */
/*
 * outbox_consumers.h - how far those have come who read the messages, and what they passed over:
 * ids are not handed out in the order of commits, so one that commits late may lie below an offset
 * already.
 */
#ifndef COMMAND_OUTBOX_CONSUMERS_H
#define COMMAND_OUTBOX_CONSUMERS_H

#include "base/buf.h"
#include "command/session.h"
#include "domain/outbox.h"

/* A query: consumer event_type position behind lag moved gaps, bounded looks all; nothing when
 * nobody keeps places. gaps: of the last messages at or below it; NULL where it is not written down. */
void outbox_consumers_sql(struct buf *out, const struct session *s, const struct outbox *o);
/* consumer event_type id enqueued_at status last_error, of those that were passed over. */
void outbox_gap_rows_sql(struct buf *out, const struct session *s, const struct outbox *o);
/* One row: gaps, of all consumers; false: nobody keeps places. */
bool outbox_gaps_sql(struct buf *out, const struct session *s, const struct outbox *o);

#endif
