/* SPDX-License-Identifier: MIT */
/*
 * outbox.h - which relations are outboxes or queues, told by their shape; and what their columns mean.
 *
 * Pure: reads a catalog snapshot, asks nothing.  Each relation gets points for columns whose *names and types* fit
 * a role, for its indexes and its name, and loses them for signs of business data, chat, logs.  From 9 points on
 * (or 5 where the name says outbox, inbox, queue or job) it is certain; from 5 on it is a candidate: listed, never
 * alarmed on until the profile confirms it.  What a table cannot tell is unknown, never a number.
 *
 * A profile file corrects it:
 *	[outbox SCHEMA.TABLE]
 *	is        = yes | no          yes: certain; no: never taken for one
 *	ROLE      = COLUMN | none     a name of outbox_role_name(): done, payload, type, state, due, enqueued, …
 */
#ifndef DOMAIN_OUTBOX_H
#define DOMAIN_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "catalog/catalog.h"
#include "db/sql.h"
#include "domain/profile.h"

enum outbox_role {
	OUTBOX_ID,        /* first column of the primary key that is not the tenant */
	OUTBOX_PAYLOAD,
	OUTBOX_TYPE,      /* event type, topic, destination, kind */
	OUTBOX_AGGREGATE_TYPE,
	OUTBOX_AGGREGATE, /* id or key of what the message is about */
	OUTBOX_DONE,      /* nullable time, or boolean, or 0/1 */
	OUTBOX_DEAD,
	OUTBOX_STATE,
	OUTBOX_DUE,       /* not before */
	OUTBOX_ENQUEUED,
	OUTBOX_ATTEMPTS,
	OUTBOX_MAX_ATTEMPTS,
	OUTBOX_ERROR,
	OUTBOX_LOCK,      /* claimed by or at */
	OUTBOX_LEASE,     /* claimed until */
	OUTBOX_TENANT,
	OUTBOX_TRACE,
	OUTBOX_EVENT_ID,
	OUTBOX_WITHDRAWN, /* called off or put away: neither waits nor is dead */
	OUTBOX_LEFT,	  /* tries that are left: 0 is dead */
	OUTBOX_ROLES
};
/* "done", "payload" …: for profile files and the screen. */
const char *outbox_role_name(enum outbox_role role);

enum outbox_shape {
	SHAPE_DONE_COLUMN,    /* processed_at IS NULL is pending */
	SHAPE_STATE,          /* a state column tells */
	SHAPE_DELETED,        /* a finished row is gone */
	SHAPE_CDC,            /* nothing tells: a replication slot reads it */
	SHAPE_OFFSET,         /* progress is a consumer's offset in another table */
	SHAPE_DEAD_LETTER,    /* every row is a failure */
};
const char *outbox_shape_name(enum outbox_shape shape); /* "done-column" … */

/* How a time column is to be read. */
enum outbox_clock {
	CLOCK_NONE,
	CLOCK_TIMESTAMPTZ,
	CLOCK_UTC,          /* timestamp without zone that is UTC by its default or name */
	CLOCK_UNSURE,       /* timestamp without zone, nobody tells which */
	CLOCK_EPOCH_S, CLOCK_EPOCH_MS, CLOCK_EPOCH, /* integers; CLOCK_EPOCH: the size of the values tells */
};

/* Words of a state column, by meaning; each list NULL-terminated. */
struct outbox_states {
	const char *const *pending, *const *flight, *const *done, *const *dead, *const *retry, *const *delayed;
};

struct outbox {
	const struct relation *relation;
	enum outbox_shape shape;
	bool certain;            /* else a candidate */
	bool inbox;              /* messages come in */
	int points;
	const char *family;      /* "river", "oban", "spring-modulith" … when it is one of these; NULL */
	const char *evidence;    /* one sentence */
	int roles[OUTBOX_ROLES]; /* attnum, 0: there is none */
	bool done_is_flag;       /* boolean or small integer instead of a time */
	struct outbox_states states;
	/* Labels in spellings that were tried, not seen: fit to look for, not to be written. */
	bool pending_guessed, labels_guessed;
	enum outbox_clock enqueued_clock, due_clock, done_clock, dead_clock;
	/* Predicates over alias m, as SQL made of quoted identifiers and literals; NULL: the table cannot tell. */
	const char *pending;     /* neither done nor dead nor claimed, whatever its due time */
	const char *claimed, *dead, *failed, *done, *retrying;
	/* Neither done nor dead, claimed or not, where that is plain columns (a superset of pending that an index
	 * serves); NULL: look among the pending ones. */
	const char *open;
	const char *dead_among; /* dead ones are told among these; NULL: they can be found themselves */
	const char *due_time;    /* expression of timestamptz; NULL: always due */
	const char *enqueued_time; /* expression of timestamptz; NULL: unknown */
	const struct index *pending_index; /* partial index that reads a progress column; NULL */
	const struct index *type_index;    /* one led by the type within pending; NULL */
};

struct outboxes;

/* All of a snapshot, certain ones first, then by name.  Holds a share of the catalog. */
struct outboxes *outboxes_find(const struct catalog *c, const struct profile *p,
			       const struct sqlset *sql);
void outboxes_free(struct outboxes **o);
size_t outboxes_len(const struct outboxes *o);
const struct outbox *outboxes_at(const struct outboxes *o, size_t i);
const struct outbox *outboxes_of(const struct outboxes *o, oid relation);
/* Why none of these is shown unasked: the sentence for it.  NULL is as good as none. */
const char *outboxes_none(const struct outboxes *o);
/* "certain" or "candidate" */
const char *outbox_confidence(const struct outbox *o);
/* The rows of a screen that shows the roles found: role, column, type; NULL when absent. */
const struct column *outbox_column(const struct outbox *o, enum outbox_role role);

/* Does an index serve "the first pending one by this column"? */
bool outbox_leads(const struct outbox *o, enum outbox_role role);
/* A fact of a message under its common name, as an expression over alias m: id event_type aggregate aggregate_type
 * aggregate_id tenant state enqueued_at due_at since attempts error event_id trace payload done_at dead_at lock lease;
 * since: due_at, or where there is none enqueued_at if an index leads there;
 * NULL where the table has none, or this role may not read it. */
void outbox_expression(struct buf *out, const struct sqlset *set, const struct outbox *o, const char *name);
/* The condition over m of pending, due, delayed, retrying, claimed, failed, dead or processed; false: the table
 * cannot tell it. */
bool outbox_condition(struct buf *out, const struct sqlset *set, const struct outbox *o, const char *name)
	MUST_CHECK;

/* Where consumers keep how far they have come: the last id, per event type or of all. */
struct outbox_offsets {
	const struct relation *relation;
	const struct column *consumer, *position;
	const struct column *type, *moved, *seen; /* may be NULL; seen: when the last one occurred */
};
/* False: there is no such table that this role may read, or ids are not numbers. */
bool outbox_offsets_find(const struct catalog *c, const struct outbox *o, struct outbox_offsets *out);
/* graph_projection_status, where it is and this role may read it; NULL. */
const struct relation *outbox_projection_find(const struct catalog *c);

#endif
