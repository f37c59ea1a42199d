/* SPDX-License-Identifier: MIT */
#include "outbox_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "command/outbox_look.h"

/* ---- the statements ---- */

struct pieces {
	const struct sqlset *set;
	const struct outbox *o;
	const struct probe_bounds *bounds;
	enum outbox_probe probe;
	struct buf relation, due, order;
	struct buf base, whole; /* what is walked over, above the mark and all of it */
};

/* The time that messages wait for; where there is none, since when they are there. */
static enum outbox_role time_role(const struct outbox *o)
{
	return o->due_time ? OUTBOX_DUE : OUTBOX_ENQUEUED;
}

void outbox_probe_relation(struct buf *out, const struct outbox *o)
{
	sql_qualified(out, o->relation->schema, o->relation->name);
}

void outbox_probe_order(struct buf *out, const struct sqlset *set, const struct outbox *o)
{
	const struct column *c = outbox_column(o, time_role(o));

	if (c && outbox_leads(o, time_role(o)))
		sql_fragment(out, set, "outbox_look.order",
			     &(struct sqlvar){ "column", c->name }, 1);
}

const struct column *outbox_probe_time(const struct outbox *o)
{
	enum outbox_clock clock = o->due_time ? o->due_clock : o->enqueued_clock;

	return clock == CLOCK_TIMESTAMPTZ && outbox_leads(o, time_role(o))
		       ? outbox_column(o, time_role(o))
		       : NULL;
}

/* Every index that may be chosen for the time has to have it. */
bool outbox_probe_paired(const struct outbox *o)
{
	const struct column *time = outbox_probe_time(o), *id = outbox_column(o, OUTBOX_ID);
	bool paired = time && id && (id->rights & RIGHT_SELECT);

	for (size_t i = 0; paired && i < o->relation->nindexes; i++) {
		const struct index *x = &o->relation->indexes[i];

		if (x->nkeys && x->columns[0] == time->attnum &&
		    strcmp(x->method, "btree") == 0)
			paired = x->nkeys > 1 && x->columns[1] == id->attnum &&
				 x->options[0] == x->options[1];
	}
	return paired;
}

void outbox_probe_leaves(struct buf *out, const struct sqlset *set,
			 const struct probe_bounds *bounds)
{
	if (bounds->leaves)
		sql_fragment(out, set, "outbox_look.in_leaves",
			     &(struct sqlvar){ "leaves", bounds->leaves }, 1);
}

void outbox_probe_mark(struct buf *out, const struct sqlset *set, const struct outbox *o,
		       const struct probe_bounds *bounds)
{
	const struct column *time = outbox_probe_time(o);
	bool row = bounds->head && bounds->head_id;
	const struct sqlvar vars[] = {
		{ "column", time ? time->name : "" },
		{ "head", bounds->head ? bounds->head : "infinity" },
		{ "floor", bounds->floor },
		{ "id", row ? outbox_column(o, OUTBOX_ID)->name : "" },
		{ "type", row ? outbox_column(o, OUTBOX_ID)->type : "" },
		{ "head_id", bounds->head_id },
	};

	if (time && bounds->floor)
		sql_fragment(out, set, row ? "outbox_look.mark_row" : "outbox_look.mark", vars,
			     ARRAY_SIZE(vars));
	if (bounds->quiet && !bounds->estimate)
		sql_fragment(out, set, "outbox_look.and_quiet",
			     &(struct sqlvar){ "quiet", bounds->quiet }, 1);
	outbox_probe_leaves(out, set, bounds);
}

static void both(struct buf *out, const struct pieces *p, const char *left, const char *right)
{
	const struct sqlvar vars[] = { { "left", left }, { "right", right } };

	sql_fragment(out, p->set, "outbox_look.and", vars, ARRAY_SIZE(vars));
}

static void timed(struct buf *out, const struct pieces *p, const char *fragment)
{
	const struct outbox *o = p->o;
	const struct sqlvar vars[] = {
		{ "time", o->due_time },
		{ "now",
		  sqlset_fragment(p->set, p->bounds->estimate ? "clock.now"
							      : "outbox_look.now") },
	};

	if (o->due_time)
		sql_fragment(out, p->set, fragment, vars, ARRAY_SIZE(vars));
	else
		buf_adds(out, "true");
}

static void pieces_init(struct pieces *p)
{
	const struct outbox *o = p->o;
	const struct column *time = outbox_column(o, time_role(o));
	const char *among = o->open ? o->open : o->pending ? o->pending : "false";

	outbox_probe_relation(&p->relation, o);
	outbox_probe_order(&p->order, p->set, o);
	timed(&p->due, p,
	      time && !time->not_null ? "outbox_look.due_or_unset" : "outbox_look.due");
	buf_addf(&p->base, "(%s)", among);
	buf_addf(&p->whole, "(%s)", among);
	outbox_probe_mark(&p->base, p->set, o, p->bounds);
	outbox_probe_leaves(&p->whole, p->set, p->bounds);
}

static void pieces_release(struct pieces *p)
{
	buf_release(&p->relation);
	buf_release(&p->base);
	buf_release(&p->whole);
	buf_release(&p->due);
	buf_release(&p->order);
}

/* What is walked over may be more than what is looked for: then each row says which it is. */
static const char *hit(const struct pieces *p)
{
	return p->o->open && p->o->pending && strcmp(p->o->open, p->o->pending) != 0
		       ? p->o->pending
		       : "true";
}

int probe_bound(const struct probe_bounds *b, enum outbox_probe probe)
{
	return probe == PROBE_DUE || probe == PROBE_DELAYED ? b->rows : b->dead;
}

static void counted(struct buf *out, const struct pieces *p, const char *fragment,
		    const char *is, const char *base)
{
	char bound[16];
	const struct sqlvar vars[] = {
		{ "relation", p->relation.data },
		{ "hit", is },
		{ "base", base },
		{ "bound", bound },
		{ "time", p->o->due_time },
		{ "order", p->order.data ? p->order.data : "" },
	};

	snprintf(bound, sizeof bound, "%d", probe_bound(p->bounds, p->probe) + 1);
	sql_fragment(out, p->set, fragment, vars, ARRAY_SIZE(vars));
}

static void timed_count(struct buf *out, const struct pieces *p, const char *fragment,
			const struct buf *among, const char *condition)
{
	struct buf base = BUF_INIT;

	if (!p->o->pending)
		return;
	both(&base, p, among->data, condition);
	counted(out, p, fragment, hit(p), base.data);
	buf_release(&base);
}

/* What lies in the future lies above every mark. */
static void delayed(struct buf *out, const struct pieces *p)
{
	struct buf later = BUF_INIT;

	timed(&later, p, "outbox_look.not_due");
	if (p->o->due_time)
		timed_count(out, p, "outbox_look.delayed", &p->whole, later.data);
	buf_release(&later);
}

static void head_id(struct buf *out, const struct pieces *p)
{
	const struct column *id = outbox_column(p->o, OUTBOX_ID);
	bool paired = outbox_probe_paired(p->o);

	sql_fragment(out, p->set, paired ? "outbox_look.head_id" : "outbox_look.no_head_id",
		     &(struct sqlvar){ "id", paired ? id->name : "" }, 1);
}

static void oldest(struct buf *out, const struct pieces *p)
{
	const struct outbox *o = p->o;
	const char *time = o->due_time ? o->due_time : o->enqueued_time;
	const struct column *column = outbox_column(o, time_role(o));
	struct buf base = BUF_INIT, id = BUF_INIT;
	char bound[16];

	if (!o->pending || !time || !column)
		return;
	both(&base, p, p->base.data, p->due.data);
	snprintf(bound, sizeof bound, "%d", p->bounds->sample + 1);
	head_id(&id, p);
	{
		const struct sqlvar vars[] = {
			{ "relation", p->relation.data },
			{ "hit", hit(p) },
			{ "base", base.data },
			{ "time", time },
			{ "column", column->name },
			{ "bound", bound },
			{ "head_id", id.data },
		};

		sql_fragment(out, p->set,
			     p->order.len ? "outbox_look.oldest" : "outbox_look.oldest_seen",
			     vars, ARRAY_SIZE(vars));
	}
	buf_release(&base);
	buf_release(&id);
}

static void sample(struct buf *out, const struct pieces *p)
{
	const struct outbox *o = p->o;
	const struct column *time = outbox_column(o, OUTBOX_DUE);
	struct buf due = BUF_INIT, unset = BUF_INIT;
	char bound[16];

	if (!o->pending)
		return;
	if (o->due_time && time && !time->not_null)
		sql_fragment(&unset, p->set, "outbox_look.unset",
			     &(struct sqlvar){ "column", time->name }, 1);
	both(&due, p, o->pending, p->due.data);
	snprintf(bound, sizeof bound, "%d", p->bounds->sample + 1);
	{
		const struct sqlvar vars[] = {
			{ "relation", p->relation.data },
			{ "time", o->enqueued_time
					  ? o->enqueued_time
					  : sqlset_fragment(p->set, "outbox_look.none") },
			{ "due", due.data },
			{ "unset", unset.len ? unset.data
					     : sqlset_fragment(p->set, "outbox_look.nothing") },
			{ "retrying",
			  o->retrying ? o->retrying
				      : sqlset_fragment(p->set, "outbox_look.nothing") },
			{ "claimed", o->claimed
					     ? o->claimed
					     : sqlset_fragment(p->set, "outbox_look.nothing") },
			{ "base", p->base.data },
			{ "order", p->order.data ? p->order.data : "" },
			{ "bound", bound },
		};

		sql_fragment(out, p->set, "outbox_look.sample", vars, ARRAY_SIZE(vars));
	}
	buf_release(&due);
	buf_release(&unset);
}

bool outbox_ids_in_order(const struct outbox *o)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);

	return id && (id->rights & RIGHT_SELECT) &&
	       (id->identity || (id->default_expr && strstr(id->default_expr, "nextval("))) &&
	       relation_index_leading(o->relation, &id->attnum, 1);
}

static void last_id(struct buf *out, const struct pieces *p)
{
	const struct column *id = outbox_column(p->o, OUTBOX_ID);
	struct buf where = BUF_INIT;

	/* The newest came into the leaves that are entered. */
	outbox_probe_leaves(&where, p->set, p->bounds);
	const struct sqlvar vars[] = { { "relation", p->relation.data },
				       { "column", id ? id->name : "" },
				       { "where", where.data ? where.data : "" } };

	if (outbox_ids_in_order(p->o))
		sql_fragment(out, p->set, "outbox_look.last_id", vars, ARRAY_SIZE(vars));
	buf_release(&where);
}

bool outbox_dead_by_leaf(const struct outbox *o)
{
	return o->dead && !o->dead_among && o->shape != SHAPE_DEAD_LETTER;
}

/* Attempts that ran out are found among those that are not done. */
static void dead_ones(struct buf *out, const struct pieces *p)
{
	const struct outbox *o = p->o;
	const char *dead = o->shape == SHAPE_DEAD_LETTER ? "true" : o->dead;
	struct buf base = BUF_INIT;

	if (!dead)
		return;
	buf_addf(&base, "(%s)", o->dead_among ? o->dead_among : dead);
	/* Of the leaves that are left out the number is known. */
	if (outbox_dead_by_leaf(o))
		outbox_probe_leaves(&base, p->set, p->bounds);
	counted(out, p, "outbox_look.count", o->dead_among ? dead : "true", base.data);
	buf_release(&base);
}

char *outbox_probe_sql(const struct sqlset *set, const struct outbox *o,
		       enum outbox_probe probe, const struct probe_bounds *bounds)
{
	struct pieces p = { .set = set, .o = o, .bounds = bounds, .probe = probe };
	struct buf out = BUF_INIT;

	pieces_init(&p);
	switch (probe) {
	case PROBE_OLDEST:
		oldest(&out, &p);
		break;
	case PROBE_DUE:
		timed_count(&out, &p, "outbox_look.count", &p.base, p.due.data);
		break;
	case PROBE_DELAYED:
		delayed(&out, &p);
		break;
	case PROBE_CLAIMED:
		if (o->claimed && !o->open)
			counted(&out, &p, "outbox_look.count", "true", o->claimed);
		break;
	case PROBE_FAILED:
		if (o->failed)
			counted(&out, &p, "outbox_look.count", "true", o->failed);
		break;
	case PROBE_DEAD:
		dead_ones(&out, &p);
		break;
	case PROBE_SAMPLE:
		sample(&out, &p);
		break;
	case PROBE_LAST_ID:
		last_id(&out, &p);
		break;
	case PROBES:
		break;
	}
	pieces_release(&p);
	return out.len ? buf_detach(&out) : NULL;
}

/* ---- plans ---- */

enum { SMALL = 64, DEAR_ROW = 8 }; /* in the planner's pages */

static double number(const struct json *node, const char *key)
{
	const struct json *v = json_get(node, key);

	return v && json_type(v) == JSON_NUMBER ? strtod(json_text(v), NULL) : 0;
}

static const char *word(const struct json *node, const char *key)
{
	const struct json *v = json_get(node, key);

	return v && json_type(v) == JSON_STRING ? json_text(v) : "";
}

static bool partial(const struct catalog *c, const struct json *node)
{
	const char *schema = word(node, "Schema"), *table = word(node, "Relation Name");
	const char *name = word(node, "Index Name");

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (strcmp(r->name, table) != 0 || strcmp(r->schema, schema) != 0)
			continue;
		for (size_t k = 0; k < r->nindexes; k++)
			if (strcmp(r->indexes[k].name, name) == 0)
				return r->indexes[k].predicate != NULL;
	}
	return false;
}

/* A partial index holds little else; another one must be entered by a condition which leaves
 * little to be thrown away; where nothing is thrown away the bound ends it. */
static bool served(const struct catalog *c, const struct json *node)
{
	double cost = number(node, "Total Cost") - number(node, "Startup Cost");
	double rows = number(node, "Plan Rows");
	bool index = strncmp(word(node, "Node Type"), "Index", 5) == 0;
	bool cheap = cost <= SMALL + DEAR_ROW * rows;

	if (cost <= SMALL || !json_get(node, "Filter"))
		return true;
	return index && (partial(c, node) || (cheap && json_get(node, "Index Cond")));
}

static void walk(const struct catalog *c, const struct json *node, struct probe_plan *plan)
{
	const struct json *inner = json_get(node, "Plans");

	/* What is sorted is read whole. */
	if (strstr(word(node, "Node Type"), "Sort") && number(node, "Plan Rows") > OUTBOX_BOUND)
		plan->served = false;
	if (*word(node, "Relation Name")) {
		plan->served = plan->served && served(c, node);
		plan->rows += number(node, "Plan Rows");
	}
	for (size_t i = 0; inner && i < json_len(inner); i++)
		walk(c, json_at(inner, i), plan);
}

struct probe_plan outbox_probe_plan(const struct catalog *c, const struct reply *r)
{
	struct probe_plan plan = { .served = true, .rows = -1 };
	struct err err = ERR_INIT;
	struct json *j = json_parse(reply_text(r, 0, 0), reply_length(r, 0, 0), &err);
	const struct json *top = j ? json_at(j, 0) : NULL;

	if (top && json_get(top, "Plan")) {
		plan.rows = 0;
		walk(c, json_get(top, "Plan"), &plan);
	}
	json_free(&j);
	err_release(&err);
	return plan;
}
