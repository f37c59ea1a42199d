/* SPDX-License-Identifier: MIT */
#include "outbox_change.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "domain/equal.h"

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

size_t outbox_key_others(const struct outbox *o, const struct column **out)
{
	const struct index *key = relation_key(o->relation);
	size_t n = 0;

	for (size_t i = 0; key && key->nkeys > 1 && i < key->nkeys && n < OUTBOX_KEY_MAX; i++)
		if (key->columns[i] != o->roles[OUTBOX_ID])
			out[n++] = relation_attnum(o->relation, key->columns[i]);
	return n;
}

static void column_of(struct buf *out, const struct sqlset *set, const char *alias,
		      const struct column *c)
{
	const struct sqlvar vars[] = { { "alias", alias }, { "column", c->name } };

	buf_adds(out, out->len ? ", " : "");
	sql_fragment(out, set, "outbox_act.column", vars, ARRAY_SIZE(vars));
}

void outbox_key_text(struct buf *out, const struct sqlset *set, const struct outbox *o,
		     const char *alias)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(o, others);
	struct buf columns = BUF_INIT;

	if (!n)
		return;
	column_of(&columns, set, alias, outbox_column(o, OUTBOX_ID));
	for (size_t i = 0; i < n; i++)
		column_of(&columns, set, alias, others[i]);
	sql_fragment(out, set, "outbox_act.row", &(struct sqlvar){ "columns", columns.data },
		     1);
	buf_release(&columns);
}

static void among(struct buf *out, const struct sqlset *set, const char *alias,
		  const struct column *c, int param)
{
	char number[8];
	struct buf sign = BUF_INIT;

	snprintf(number, sizeof number, "%d", param);
	equal_sign(&sign, set, c->operators, "=");
	if (out->len)
		buf_adds(out, " AND ");
	{
		const struct sqlvar vars[] = { { "alias", alias },
					       { "column", c->name },
					       { "sign", sign.data },
					       { "n", number } };

		sql_fragment(out, set, "outbox_act.among", vars, ARRAY_SIZE(vars));
	}
	buf_release(&sign);
}

/* Exactly the messages of the parameters; returns the number of the next one. */
static int which(struct buf *out, const struct sqlset *set, const struct outbox *o,
		 const char *alias)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(o, others);
	struct buf row = BUF_INIT;
	char number[8];
	int param = 1;

	among(out, set, alias, outbox_column(o, OUTBOX_ID), param++);
	if (!n)
		return param;
	for (size_t i = 0; i < n; i++)
		among(out, set, alias, others[i], param++);
	outbox_key_text(&row, set, o, alias);
	snprintf(number, sizeof number, "%d", param++);
	{
		const struct sqlvar vars[] = { { "columns", row.data }, { "n", number } };

		buf_adds(out, " AND ");
		sql_fragment(out, set, "outbox_act.whole", vars, ARRAY_SIZE(vars));
	}
	buf_release(&row);
	return param;
}

/* Columns that are equal together. */
struct columns {
	const struct column *v[OUTBOX_KEY_MAX + 3];
	size_t n;
};

/* Each through a fragment, with a number. */
static void each_of(struct buf *out, const struct sqlset *set, const struct columns *c,
		    const char *fragment, const char *alias, const char *between)
{
	for (size_t i = 0; i < c->n; i++) {
		char number[24];
		struct buf sign = BUF_INIT;

		snprintf(number, sizeof number, "%zu", i);
		equal_sign(&sign, set, c->v[i]->operators, "=");
		buf_adds(out, i ? between : "");
		{
			const struct sqlvar vars[] = { { "alias", alias },
						       { "column", c->v[i]->name },
						       { "sign", sign.data },
						       { "n", number } };

			sql_fragment(out, set, fragment, vars, ARRAY_SIZE(vars));
		}
		buf_release(&sign);
	}
}

static struct columns key_of(const struct outbox *o)
{
	struct columns key = { .v = { outbox_column(o, OUTBOX_ID) }, .n = 1 };

	key.n += outbox_key_others(o, key.v + 1);
	return key;
}

/* What makes an aggregate one: its id, and its type and tenant where there are such. */
static struct columns aggregate_of(const struct outbox *o)
{
	static const enum outbox_role roles[] = { OUTBOX_AGGREGATE, OUTBOX_AGGREGATE_TYPE,
						  OUTBOX_TENANT };
	struct columns a = { .n = 0 };

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (outbox_column(o, roles[i]))
			a.v[a.n++] = outbox_column(o, roles[i]);
	return a;
}

/* later: they pass those that came after them; else those that came before. */
static void in_order(struct buf *out, const struct sqlset *set, const struct outbox *o,
		     bool later, const char *relation_name, const char *those)
{
	const struct columns a = aggregate_of(o);
	struct buf chosen = BUF_INIT, beside = BUF_INIT, columns = BUF_INIT, others = BUF_INIT,
		   same = BUF_INIT, is = BUF_INIT, side = BUF_INIT;
	const char *operators = NULL;
	const char *named[] = { "c.k0", "c.k0, c.k1", "c.k0, c.k1, c.k2" };
	const char *groups[] = { "1", "1, 2", "1, 2, 3" };

	each_of(&chosen, set, &a, "outbox_act.key_of", "t", ", ");
	each_of(&beside, set, &a, "outbox_act.key_of", "m", ", ");
	each_of(&columns, set, &a, "outbox_act.column", "m", ", ");
	each_of(&same, set, &a, "outbox_act.same_key", "", " AND ");
	which(&others, set, o, "m");
	for (size_t i = 0; i < a.n && !operators; i++)
		operators = a.v[i]->operators;
	equal_sign(&is, set, operators, "=");
	equal_sign(&side, set, order_of(o)->operators, later ? ">" : "<");
	{
		const struct sqlvar vars[] = {
			{ "relation", relation_name },
			{ "which", those },
			{ "others", others.data },
			{ "order", order_of(o)->name },
			{ "chosen_keys", chosen.data },
			{ "beside_keys", beside.data },
			{ "columns", columns.data },
			{ "named", named[a.n - 1] },
			{ "groups", groups[a.n - 1] },
			{ "same", same.data },
			{ "outermost", later ? "max" : "min" },
			{ "innermost", later ? "min" : "max" },
			{ "is", is.data },
			{ "side", side.data },
			{ "condition", later	    ? "true"
				       : o->pending ? o->pending
						    : "false" },
		};

		sql_fragment(out, set, "outbox_act.matched_in_order", vars, ARRAY_SIZE(vars));
	}
	buf_release(&chosen);
	buf_release(&beside);
	buf_release(&columns);
	buf_release(&others);
	buf_release(&same);
	buf_release(&is);
	buf_release(&side);
}

/* May it pass other messages of an aggregate, as far as the table tells? */
static bool keeps_order(const struct outbox *o, enum outbox_action action)
{
	return outbox_column(o, OUTBOX_AGGREGATE) && order_of(o) &&
	       (action == OUTBOX_REVIVE || action == OUTBOX_REQUEUE || action == OUTBOX_RETRY);
}

void outbox_matched_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
			enum outbox_action action, bool ordered)
{
	struct buf name = BUF_INIT, those = BUF_INIT;

	relation(&name, o);
	which(&those, set, o, "t");
	if (ordered && keeps_order(o, action)) {
		in_order(out, set, o, action != OUTBOX_RETRY, name.data, those.data);
	} else {
		const struct sqlvar vars[] = { { "relation", name.data },
					       { "which", those.data } };

		sql_fragment(out, set, "outbox_act.matched", vars, ARRAY_SIZE(vars));
	}
	buf_release(&name);
	buf_release(&those);
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
	bool number = c->type_category == 'N' && (c->not_null || c->default_expr);

	set_to(out, sql, c,
	       flag(c)	? "outbox_act.no"
	       : number ? "outbox_act.zero"
			: "outbox_act.null");
}

/* Nothing is written in a spelling that nobody has seen. */
static bool set_state(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		      const char *const *labels)
{
	bool guessed = labels == o->states.pending ? o->pending_guessed : o->labels_guessed;
	struct buf label = BUF_INIT;

	if (!labels || !labels[0] || guessed)
		return false;
	sql_literal(&label, labels[0]);
	set(out, sql, outbox_column(o, OUTBOX_STATE), label.data);
	buf_release(&label);
	return true;
}

/* Milliseconds or seconds: only the rows tell. */
static bool writable(enum outbox_clock clock)
{
	return clock != CLOCK_EPOCH && clock != CLOCK_EPOCH_MS;
}

static bool set_due(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		    const char *instant)
{
	const struct column *due = outbox_column(o, OUTBOX_DUE);

	if (!due || !writable(o->due_clock))
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
	if (!flag(c) && (o->dead_clock == CLOCK_NONE || !writable(o->dead_clock)))
		return false;
	if (flag(c))
		set_to(out, sql, c, "outbox_act.yes");
	else
		set_time(out, sql, c, o->dead_clock, sqlset_fragment(sql, "clock.now"));
	return true;
}

static bool set_pending(struct buf *out, const struct sqlset *sql, const struct outbox *o,
			enum outbox_role role)
{
	const struct column *c = outbox_column(o, role);
	const struct column *attempts = outbox_column(o, OUTBOX_ATTEMPTS);
	bool can = false;

	if (o->shape == SHAPE_STATE && !set_state(out, sql, o, o->states.pending))
		return false;
	can = o->shape == SHAPE_STATE;
	if (!c && role == OUTBOX_DEAD && !can && o->dead_among && attempts) {
		can = true; /* its tries ran out */
	} else if (!c && role == OUTBOX_DEAD && !can && o->dead &&
		   outbox_column(o, OUTBOX_DONE) && outbox_column(o, OUTBOX_ERROR)) {
		/* done, with an error */
		set_back(out, sql, outbox_column(o, OUTBOX_ERROR));
		c = outbox_column(o, OUTBOX_DONE);
	}
	if (c) {
		set_back(out, sql, c);
		can = true;
	}
	if (can && attempts)
		set_to(out, sql, attempts, "outbox_act.zero");
	return can;
}

static bool sets(struct buf *out, const struct sqlset *sql, const struct outbox *o,
		 enum outbox_action action, int param)
{
	struct buf until = BUF_INIT;
	char number[16], seconds[16];
	const struct sqlvar vars[] = { { "n", number }, { "seconds", seconds } };
	bool ok;

	switch (action) {
	case OUTBOX_RETRY:
		return set_due(out, sql, o, sqlset_fragment(sql, "clock.now"));
	case OUTBOX_POSTPONE:
		snprintf(number, sizeof number, "%d", param);
		snprintf(seconds, sizeof seconds, "%d", param + 1);
		sql_fragment(&until, sql, "outbox_act.until", vars, ARRAY_SIZE(vars));
		ok = set_due(out, sql, o, until.data);
		buf_release(&until);
		return ok;
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
	struct buf name = BUF_INIT, list = BUF_INIT, condition = BUF_INIT, those = BUF_INIT,
		   keys = BUF_INIT, same = BUF_INIT;
	const struct columns key = key_of(o);
	int param = which(&those, sql, o, "m");
	bool ok = outbox_condition(&condition, sql, o, outbox_action_state(action));

	if (!ok && action == OUTBOX_REVIVE)
		ok = outbox_condition(&condition, sql, o, "failed");
	ok = ok && sets(&list, sql, o, action, param);
	relation(&name, o);
	each_of(&keys, sql, &key, "outbox_act.key_of", "m", ", ");
	each_of(&same, sql, &key, "outbox_act.same", "m", " AND ");
	if (ok) {
		const struct sqlvar vars[] = {
			{ "relation", name.data },	 { "which", those.data },
			{ "keys", keys.data },		 { "same", same.data },
			{ "condition", condition.data }, { "sets", list.data },
		};

		sql_fragment(out, sql, "outbox_act.change", vars, ARRAY_SIZE(vars));
	} else {
		err_set(err, ERR_FAILED, name.data, "its columns cannot express this");
		err_hint(err, "the columns that were understood: souk profile");
	}
	buf_release(&name);
	buf_release(&list);
	buf_release(&keys);
	buf_release(&same);
	buf_release(&those);
	buf_release(&condition);
	return ok;
}
