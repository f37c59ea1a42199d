/* SPDX-License-Identifier: MIT */
/*
 * vars.h - the variables that screens' queries may name: what the profile knows, and the outbox that was
 * recognised.
 *
 *	:tenant_called        what people call the tenant v.tenant of the column a (pg_attribute); its id where that is
 *	                      not known
 *	:outbox :outbox_name  the relation ("schema"."table"), to be used AS m; its bare name
 *	:outbox_id :outbox_event_type :outbox_aggregate :outbox_aggregate_type :outbox_aggregate_id :outbox_tenant
 *	:outbox_state :outbox_enqueued_at :outbox_due_at :outbox_attempts :outbox_error :outbox_event_id
 *	:outbox_trace :outbox_payload :outbox_done_at :outbox_dead_at :outbox_lock :outbox_lease
 *	                      expressions over m (outbox_expression)
 *	:outbox_pending :outbox_due :outbox_delayed :outbox_retrying :outbox_claimed :outbox_failed :outbox_dead
 *	:outbox_processed     conditions over m; false where the table cannot tell
 *	:outbox_tenant_key :outbox_kind_key :outbox_aggregate_key :outbox_trace_key
 *	                      the columns as they are; '' where there is none
 *	:outbox_due_time      since when it is due; where nothing tells that, since when it is there
 *	:outbox_order         ORDER BY the time of being due, where an index serves that; else empty
 *	:outbox_mark          AND a condition that leaves out what lies below the low-water mark; or empty
 *	:outbox_sample        rows that a breakdown may walk over
 *	:outbox_oid           its oid
 *	:outbox_cdc           true where nothing but a replication slot can tell what was sent
 *	:outbox_consumers     a query: consumer event_type position behind lag moved, of every consumer
 *	:outbox_first_consumers the same, looked at a few places only (see outbox_consumers.h)
 *	:outbox_why_projection UNION ALL the projection as a cause for outbox_why; or empty
 *	:outbox_lag           seconds from which a consumer's lag is a warning
 *	:activity             sessions, as far as this role may see them; :activity_sees whether it sees what others do
 *
 * Raw ones are composed from fragments only.  Where there is no outbox they are not there, and the query's error
 * names the first of them.  Of several outboxes it is the one that was chosen (session_choose_outbox), else the first
 * certain one that can tell what waits.
 */
#ifndef COMMAND_VARS_H
#define COMMAND_VARS_H

#include "command/session.h"
#include "db/sql.h"
#include "domain/outbox.h"

struct vars;

struct vars *vars_new(const struct session *s);
/* The same with the outbox "SCHEMA.NAME" in the place of the chosen one. */
struct vars *vars_of(const struct session *s, const char *outbox);
void vars_free(struct vars **v);
const struct sqlvar *vars_list(const struct vars *v, size_t *n);
const struct outboxes *vars_outboxes(const struct vars *v);
/* The one that screens show; NULL. */
const struct outbox *vars_outbox(const struct vars *v);

#endif
