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

/* A query: consumer event_type position looked behind more lag moved gaps, bounded looks all;
 * nothing when nobody keeps places. behind: up to a hundred, and whether there are more; it and lag
 * are NULL where what is not delivered yet hides the rest. gaps: of the last messages at or below
 * it; NULL where it is not written down.
 *
 * most: behind so many places at most, where another consumer is further first, and up to ten
 * messages behind each: four buffers a place, fourteen where it is behind. 0: all of them. Who was
 * not looked at has looked false. */
void outbox_consumers_sql(struct buf *out, const struct session *s, const struct outbox *o,
			  int most);
/* consumer event_type id enqueued_at status last_error, of those that were passed over. */
void outbox_gap_rows_sql(struct buf *out, const struct session *s, const struct outbox *o);
/* One row: gaps, of all consumers; false: nobody keeps places. */
bool outbox_gaps_sql(struct buf *out, const struct session *s, const struct outbox *o);

#endif
