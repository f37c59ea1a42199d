/* SPDX-License-Identifier: MIT */
/*
 * outbox_rows.c - the messages of any outbox in the same words: its columns under common names,
 * its states as conditions.
 */
#include <string.h>

#include "base/attr.h"
#include "outbox_priv.h"

/* What this role may not read is left out, as if it were not there. */
static const struct column *readable(const struct outbox *o, enum outbox_role role)
{
	const struct column *c = outbox_column(o, role);

	return c && (c->rights & RIGHT_SELECT) ? c : NULL;
}

static void one(struct buf *out, const struct sqlset *set, const struct outbox *o,
		enum outbox_role role, const char *fragment, const char *otherwise)
{
	const struct column *c = readable(o, role);
	const struct column *type = outbox_column(o, OUTBOX_AGGREGATE_TYPE);
	const struct sqlvar vars[] = { { "column", c ? c->name : "" },
				       { "type", type ? type->name : "" } };

	sql_fragment(out, set, c ? fragment : otherwise, vars, ARRAY_SIZE(vars));
}

static const char *or_never(const char *predicate)
{
	return predicate ? predicate : "false";
}

static void later(struct buf *out, const struct sqlset *set, const struct outbox *o)
{
	sql_fragment(out, set, o->due_time ? "outbox_rows.later" : "outbox_rows.never",
		     &(struct sqlvar){ "time", o->due_time }, 1);
}

static void state(struct buf *out, const struct sqlset *set, const struct outbox *o)
{
	bool dead_letters = o->shape == SHAPE_DEAD_LETTER;
	struct buf after = BUF_INIT;

	later(&after, set, o);
	{
		const struct sqlvar vars[] = {
			{ "dead", dead_letters ? "true" : or_never(o->dead) },
			{ "failed", or_never(o->failed) },
			{ "claimed", or_never(o->claimed) },
			{ "pending", or_never(o->pending) },
			{ "retrying", or_never(o->retrying) },
			{ "done", or_never(o->done) },
			{ "later", after.data },
		};

		sql_fragment(out, set, "outbox_rows.state", vars, ARRAY_SIZE(vars));
	}
	buf_release(&after);
}

void outbox_expression(struct buf *out, const struct sqlset *set, const struct outbox *o,
		       const char *name)
{
	static const struct {
		const char *name;
		enum outbox_role role;
		const char *fragment, *otherwise;
	} parts[] = {
		{ "id", OUTBOX_ID, "outbox_rows.column", "outbox_rows.no_text" },
		{ "event_type", OUTBOX_TYPE, "outbox_rows.text", "outbox_rows.no_text" },
		{ "aggregate", OUTBOX_AGGREGATE, "outbox_rows.both", "outbox_rows.no_text" },
		{ "tenant", OUTBOX_TENANT, "outbox_rows.text", "outbox_rows.no_text" },
		{ "attempts", OUTBOX_ATTEMPTS, "outbox_rows.column", "outbox_rows.no_number" },
		{ "error", OUTBOX_ERROR, "outbox_rows.text", "outbox_rows.no_text" },
		{ "aggregate_type", OUTBOX_AGGREGATE_TYPE, "outbox_rows.text",
		  "outbox_rows.no_text" },
		{ "aggregate_id", OUTBOX_AGGREGATE, "outbox_rows.text", "outbox_rows.no_text" },
		{ "event_id", OUTBOX_EVENT_ID, "outbox_rows.text", "outbox_rows.no_text" },
		{ "trace", OUTBOX_TRACE, "outbox_rows.text", "outbox_rows.no_text" },
		{ "payload", OUTBOX_PAYLOAD, "outbox_rows.column", "outbox_rows.no_text" },
		{ "done_at", OUTBOX_DONE, "outbox_rows.column", "outbox_rows.no_text" },
		{ "dead_at", OUTBOX_DEAD, "outbox_rows.column", "outbox_rows.no_text" },
		{ "lock", OUTBOX_LOCK, "outbox_rows.text", "outbox_rows.no_text" },
		{ "lease", OUTBOX_LEASE, "outbox_rows.column", "outbox_rows.no_text" },
	};
	const char *time = strcmp(name, "enqueued_at") == 0		? o->enqueued_time
			   : o->due_time || strcmp(name, "due_at") == 0 ? o->due_time
			   : outbox_leads(o, OUTBOX_ENQUEUED)		? o->enqueued_time
									: NULL;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strcmp(name, parts[i].name) == 0) {
			bool alone = parts[i].role == OUTBOX_AGGREGATE &&
				     !readable(o, OUTBOX_AGGREGATE_TYPE);

			one(out, set, o, parts[i].role,
			    alone ? "outbox_rows.text" : parts[i].fragment, parts[i].otherwise);
			return;
		}
	if (strcmp(name, "state") == 0)
		state(out, set, o);
	else
		buf_adds(out, time ? time : sqlset_fragment(set, "outbox_rows.no_time"));
}

bool outbox_condition(struct buf *out, const struct sqlset *set, const struct outbox *o,
		      const char *name)
{
	const struct {
		const char *name, *predicate;
	} plain[] = {
		{ "pending", o->pending },
		{ "retrying", o->retrying },
		{ "claimed", o->claimed },
		{ "failed", o->failed },
		{ "processed", o->done },
		{ "dead", o->shape == SHAPE_DEAD_LETTER ? "true" : o->dead },
	};
	bool due = strcmp(name, "due") == 0, timed = due || strcmp(name, "delayed") == 0;
	struct buf after = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (strcmp(name, plain[i].name) == 0 && plain[i].predicate) {
			buf_adds(out, plain[i].predicate);
			return true;
		}
	if (!timed || !o->pending)
		return false;
	if (!o->due_time) {
		buf_adds(out, due ? o->pending : "false");
		return true;
	}
	later(&after, set, o);
	{
		const struct sqlvar vars[] = { { "pending", o->pending },
					       { "time", o->due_time },
					       { "later", after.data } };

		/* A plain comparison, so that an index led by the time serves it. */
		sql_fragment(out, set,
			     !due ? "outbox_rows.delayed"
			     : outbox_column(o, OUTBOX_DUE)->not_null
				     ? "outbox_rows.now"
				     : "outbox_rows.now_or_unset",
			     vars, ARRAY_SIZE(vars));
	}
	buf_release(&after);
	return true;
}

bool outbox_leads(const struct outbox *o, enum outbox_role role)
{
	const struct column *c = outbox_column(o, role);

	for (size_t i = 0; c && i < o->relation->nindexes; i++) {
		const struct index *x = &o->relation->indexes[i];

		if (x->valid && strcmp(x->method, "btree") == 0 && x->nkeys &&
		    x->columns[0] == c->attnum && (x->predicate || o->shape == SHAPE_DELETED))
			return true;
	}
	return false;
}
