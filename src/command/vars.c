/* SPDX-License-Identifier: MIT */
#include "command/vars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"

struct vars {
	struct arena *arena;
	struct outboxes *outboxes;
	const struct outbox *outbox;
	VEC(struct sqlvar) list;
};

static void add(struct vars *v, const char *name, const char *value)
{
	*VEC_PUSH(&v->list) = (struct sqlvar){ name, arena_strdup(v->arena, value) };
}

static void profile_items_of(struct vars *v, const struct profile *p)
{
	for (size_t i = 0; p && i < profile_items(p); i++) {
		const struct profile_item *item = profile_item_at(p, i);

		/* What was not found has an empty value, and a sentence that says so. */
		if (*item->value)
			add(v, arena_strdup(v->arena, item->key), item->value);
	}
}

static void condition(struct vars *v, const struct sqlset *set, const char *var,
		      const char *state)
{
	struct buf b = BUF_INIT;

	add(v, var, outbox_condition(&b, set, v->outbox, state) ? b.data : "false");
	buf_release(&b);
}

static void expression(struct vars *v, const struct sqlset *set, const char *name)
{
	struct buf b = BUF_INIT, var = BUF_INIT;

	outbox_expression(&b, set, v->outbox, name);
	buf_addf(&var, "outbox_%s", name);
	add(v, arena_strdup(v->arena, var.data), b.data);
	buf_release(&b);
	buf_release(&var);
}

static void order(struct vars *v, const struct sqlset *set)
{
	const struct outbox *o = v->outbox;
	enum outbox_role role = o->due_time ? OUTBOX_DUE : OUTBOX_ENQUEUED;
	const struct column *c = outbox_column(o, role);
	struct buf b = BUF_INIT;

	if (c && outbox_leads(o, role))
		sql_fragment(&b, set, "outbox_rows.order",
			     &(struct sqlvar){ "column", c->name }, 1);
	add(v, "outbox_order", b.data ? b.data : "");
	buf_release(&b);
}

static void outbox_of(struct vars *v, const struct sqlset *set)
{
	static const struct {
		const char *var, *state;
	} states[] = {
		{ "outbox_pending", "pending" }, { "outbox_due", "due" },
		{ "outbox_delayed", "delayed" }, { "outbox_retrying", "retrying" },
		{ "outbox_claimed", "claimed" }, { "outbox_failed", "failed" },
		{ "outbox_dead", "dead" },
	};
	static const char *const names[] = { "id",     "event_type", "aggregate",
					     "tenant", "state",	     "enqueued_at",
					     "due_at", "attempts",   "error" };
	const struct outbox *o = v->outbox;
	const char *no_time = sqlset_fragment(set, "outbox_rows.no_time");
	struct buf b = BUF_INIT;
	char number[16];

	sql_qualified(&b, o->relation->schema, o->relation->name);
	add(v, "outbox", b.data);
	buf_release(&b);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		condition(v, set, states[i].var, states[i].state);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		expression(v, set, names[i]);
	add(v, "outbox_due_time",
	    o->due_time	       ? o->due_time
	    : o->enqueued_time ? o->enqueued_time
			       : no_time);
	/* The oldest first, where an index serves that. */
	order(v, set);
	snprintf(number, sizeof number, "%u", o->relation->oid);
	add(v, "outbox_oid", number);
}

struct vars *vars_new(const struct session *s)
{
	struct vars *v = xcalloc(1, sizeof *v);

	v->arena = arena_new();
	profile_items_of(v, session_profile(s));
	if (!session_catalog(s) || !session_profile(s))
		return v;
	v->outboxes = outboxes_find(session_catalog(s), session_profile(s), session_sql(s));
	for (size_t i = 0; i < outboxes_len(v->outboxes) && !v->outbox; i++)
		if (outboxes_at(v->outboxes, i)->certain &&
		    outboxes_at(v->outboxes, i)->pending)
			v->outbox = outboxes_at(v->outboxes, i);
	if (v->outbox)
		outbox_of(v, session_sql(s));
	return v;
}

void vars_free(struct vars **vp)
{
	struct vars *v = *vp;

	*vp = NULL;
	if (!v)
		return;
	outboxes_free(&v->outboxes);
	VEC_RELEASE(&v->list);
	arena_free(&v->arena);
	free(v);
}

const struct sqlvar *vars_list(const struct vars *v, size_t *n)
{
	*n = v->list.len;
	return v->list.v;
}

const struct outboxes *vars_outboxes(const struct vars *v)
{
	return v->outboxes;
}

const struct outbox *vars_outbox(const struct vars *v)
{
	return v->outbox;
}
