/* SPDX-License-Identifier: MIT */
#include "outbox_change.h"

#include <string.h>

#include "base/attr.h"

const char *outbox_action_state(enum outbox_action action)
{
	return action == OUTBOX_REVIVE	  ? "dead"
	       : action == OUTBOX_REQUEUE ? "processed"
					  : "pending";
}

/* In which order messages of an aggregate go: by a number, else by the time when they came. */
static const struct column *order_of(const struct outbox *o)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);

	return id && id->type_category == 'N' ? id : outbox_column(o, OUTBOX_ENQUEUED);
}

static void relation(struct buf *out, const struct outbox *o)
{
	sql_qualified(out, o->relation->schema, o->relation->name);
}

void outbox_matched_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
			enum outbox_action action)
{
	bool again = action == OUTBOX_REVIVE || action == OUTBOX_REQUEUE;
	const struct column *aggregate = outbox_column(o, OUTBOX_AGGREGATE);
	const struct column *order = order_of(o);
	struct buf name = BUF_INIT, overtakes = BUF_INIT;

	relation(&name, o);
	if (aggregate && order && (again || action == OUTBOX_RETRY)) {
		const struct sqlvar vars[] = {
			{ "relation", name.data },
			{ "aggregate", aggregate->name },
			{ "order", order->name },
			{ "side", sqlset_fragment(set, again ? "outbox_act.later"
							     : "outbox_act.earlier") },
			{ "condition", again	    ? "true"
				       : o->pending ? o->pending
						    : "false" },
		};

		sql_fragment(&overtakes, set, "outbox_act.overtakes", vars, ARRAY_SIZE(vars));
	}
	{
		const struct sqlvar vars[] = {
			{ "relation", name.data },
			{ "id", outbox_column(o, OUTBOX_ID)->name },
			{ "overtakes", overtakes.len ? overtakes.data : "false" },
		};

		sql_fragment(out, set, "outbox_act.matched", vars, ARRAY_SIZE(vars));
	}
	buf_release(&name);
	buf_release(&overtakes);
}

/* ---- what is set ---- */

static void set(struct buf *out, const struct sqlset *sql, const struct column *c,
		const char *value)
{
	const struct sqlvar vars[] = { { "column", c->name }, { "value", value } };

	if (out->len)
		buf_adds(out, ", ");
	sql_fragment(out, sql, "outbox_act.set", vars, ARRAY_SIZE(vars));
}

static void set_to(struct buf *out, const struct sqlset *sql, const struct column *c,
		   const char *fragment)
{
	set(out, sql, c, sqlset_fragment(sql, fragment));
}

static void set_time(struct buf *out, const struct sqlset *sql, const struct column *c,
		     enum outbox_clock clock, const char *instant)
{
	const struct sqlvar var = { "instant", instant };
	struct buf value = BUF_INIT;

	if (clock == CLOCK_TIMESTAMPTZ)
		buf_adds(&value, instant);
	else
		sql_fragment(&value, sql,
			     clock == CLOCK_UTC	     ? "outbox_act.utc"
			     : clock == CLOCK_UNSURE ? "outbox_act.local"
						     : "outbox_act.epoch",
			     &var, 1);
	set(out, sql, c, value.data);
	buf_release(&value);
}

static bool flag(const struct column *c)
{
	return c->type_category == 'B';
}

/* As it was before: no time, not set, none. */
static void set_back(struct buf *out, const struct sqlset *sql, const struct column *c)
{
	set_to(out, sql, c,
	       flag(c)			 ? "outbox_act.no"
	       : c->type_category == 'N' ? "outbox_act.zero"
					 : "outbox_act.null");
}

static bool set_state(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		      const char *const *labels)
{
	struct buf label = BUF_INIT;

	if (!labels || !labels[0])
		return false;
	sql_literal(&label, labels[0]);
	set(out, sql, outbox_column(o, OUTBOX_STATE), label.data);
	buf_release(&label);
	return true;
}

static bool set_due(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		    const char *instant)
{
	const struct column *due = outbox_column(o, OUTBOX_DUE);

	/* Milliseconds or seconds: only the rows tell. */
	if (!due || o->due_clock == CLOCK_EPOCH || o->due_clock == CLOCK_EPOCH_MS)
		return false;
	set_time(out, sql, due, o->due_clock, instant);
	return true;
}

static bool set_dead(struct buf *out, const struct sqlset *sql, const struct outbox *o)
{
	const struct column *c = outbox_column(o, OUTBOX_DEAD);

	if (o->shape == SHAPE_STATE)
		return set_state(out, sql, o, o->states.dead);
	if (!c)
		return false;
	if (flag(c))
		set_to(out, sql, c, "outbox_act.yes");
	else
		set_to(out, sql, c, "outbox_act.now");
	return true;
}

static bool set_pending(struct buf *out, const struct sqlset *sql, const struct outbox *o,
			enum outbox_role role)
{
	const struct column *c = outbox_column(o, role);
	const struct column *attempts = outbox_column(o, OUTBOX_ATTEMPTS);
	bool can = false;

	if (o->shape == SHAPE_STATE)
		can = set_state(out, sql, o, o->states.pending);
	if (c) {
		set_back(out, sql, c);
		can = true;
	}
	if (can && attempts)
		set_to(out, sql, attempts, "outbox_act.zero");
	return can;
}

static bool sets(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		 enum outbox_action action)
{
	switch (action) {
	case OUTBOX_RETRY:
		return set_due(out, sql, o, sqlset_fragment(sql, "outbox_act.now"));
	case OUTBOX_POSTPONE:
		return set_due(out, sql, o, sqlset_fragment(sql, "outbox_act.until"));
	case OUTBOX_BURY:
		return set_dead(out, sql, o);
	case OUTBOX_REVIVE:
		return set_pending(out, sql, o, OUTBOX_DEAD);
	case OUTBOX_REQUEUE:
		return set_pending(out, sql, o, OUTBOX_DONE);
	}
	return false;
}

bool outbox_change_sql(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		       enum outbox_action action, struct err *err)
{
	struct buf name = BUF_INIT, list = BUF_INIT, condition = BUF_INIT;
	bool ok = outbox_condition(&condition, sql, o, outbox_action_state(action));

	if (!ok && action == OUTBOX_REVIVE)
		ok = outbox_condition(&condition, sql, o, "failed");
	ok = ok && sets(&list, sql, o, action);
	relation(&name, o);
	if (ok) {
		const struct sqlvar vars[] = {
			{ "relation", name.data },
			{ "id", outbox_column(o, OUTBOX_ID)->name },
			{ "condition", condition.data },
			{ "sets", list.data },
		};

		sql_fragment(out, sql, "outbox_act.change", vars, ARRAY_SIZE(vars));
	} else {
		err_set(err, ERR_FAILED, name.data, "its columns cannot express this");
		err_hint(err, "the columns that were understood: souk profile");
	}
	buf_release(&name);
	buf_release(&list);
	buf_release(&condition);
	return ok;
}
