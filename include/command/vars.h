/* SPDX-License-Identifier: MIT */
/*
 * vars.h - the variables that screens' queries may name: what the profile knows, and the outbox that was
 * recognised.
 *
 *	:outbox               the relation ("schema"."table"), to be used AS m
 *	:outbox_id :outbox_event_type :outbox_aggregate :outbox_tenant :outbox_state :outbox_enqueued_at
 *	:outbox_due_at :outbox_attempts :outbox_error      expressions over m (outbox_expression)
 *	:outbox_pending :outbox_due :outbox_delayed :outbox_retrying :outbox_claimed :outbox_failed :outbox_dead
 *	                      conditions over m; false where the table cannot tell
 *	:outbox_due_time      since when it is due; where nothing tells that, since when it is there
 *	:outbox_order         ORDER BY the time of being due, where an index serves that; else empty
 *	:outbox_oid           its oid
 *
 * Raw ones are composed from fragments only.  Where there is no outbox they are not there, and the query's error
 * names the first of them.  Of several outboxes it is the first certain one that can tell what waits.
 */
#ifndef COMMAND_VARS_H
#define COMMAND_VARS_H

#include "command/session.h"
#include "db/sql.h"
#include "domain/outbox.h"

struct vars;

struct vars *vars_new(const struct session *s);
void vars_free(struct vars **v);
const struct sqlvar *vars_list(const struct vars *v, size_t *n);
const struct outboxes *vars_outboxes(const struct vars *v);
/* The one that screens show; NULL. */
const struct outbox *vars_outbox(const struct vars *v);

#endif
