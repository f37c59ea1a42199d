/* SPDX-License-Identifier: MIT */
#include "command/vars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"
#include "command/outbox_look.h"
#include "command/settings.h"
#include "command/outbox_consumers.h"
#include "domain/equal.h"
#include "domain/pgarray.h"
#include "outbox_leaves.h"

enum { PLACES = 4 }; /* of consumers that the causes look behind: up to a dozen buffers each */

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

/* A column as it is, so that an index serves; where there is none it is '' in every row. */
static void key(struct vars *v, const struct sqlset *set, const char *var,
		enum outbox_role role)
{
	const struct column *c = outbox_column(v->outbox, role);
	struct buf b = BUF_INIT;

	sql_fragment(&b, set,
		     c && (c->rights & RIGHT_SELECT) ? "outbox_rows.column"
						     : "outbox_rows.empty",
		     &(struct sqlvar){ "column", c ? c->name : "" }, 1);
	add(v, var, b.data);
	buf_release(&b);
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

/* What a role without pg_read_all_stats sees of others: through a view that was granted, where
 * there is one. */
static void activity(struct vars *v, const struct session *s)
{
	const struct sqlset *set = session_sql(s);
	const struct catalog *c = session_catalog(s);
	bool sees = catalog_sees_all_stats(c);
	struct buf b = BUF_INIT;

	for (size_t i = 0; !sees && !b.len && i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (strcmp(r->name, "server_sessions") == 0 && r->kind == RELATION_VIEW &&
		    (r->rights & RIGHT_SELECT) && r->schema_usage &&
		    relation_column(r, "xact_start") && relation_column(r, "state_change"))
			sql_qualified(&b, r->schema, r->name);
	}
	add(v, "activity_sees", sees || b.len ? "true" : "false");
	if (!b.len)
		sql_fragment(&b, set, "outbox_rows.activity", NULL, 0);
	add(v, "activity", b.data);
	buf_release(&b);
}

static void add_seconds(struct vars *v, const char *name, double seconds)
{
	struct buf b = BUF_INIT;

	/* 0 is never. */
	buf_addf(&b, "%.3f", seconds > 0 ? seconds : 1e9);
	add(v, name, b.data);
	buf_release(&b);
}

static void thresholds(struct vars *v, const struct session *s, struct buf *lag)
{
	struct outbox_thresholds t;

	outbox_thresholds(&t, s, v->outbox);
	buf_addf(lag, "%.3f", t.warn_lag > 0 ? t.warn_lag : 1e9);
	add_seconds(v, "outbox_warn_age", t.warn_age);
	add_seconds(v, "outbox_crit_age", t.crit_age);
	add_seconds(v, "outbox_long",
		    settings_seconds(session_settings(s), "transaction-warn-age"));
}

static void consumers(struct vars *v, const struct session *s)
{
	const struct sqlset *set = session_sql(s);
	const struct relation *projection = outbox_projection_find(session_catalog(s));
	struct buf list = BUF_INIT, why = BUF_INIT, name = BUF_INIT, lag = BUF_INIT,
		   rows = BUF_INIT, first = BUF_INIT;

	thresholds(v, s, &lag);
	outbox_consumers_sql(&list, s, v->outbox, 0);
	outbox_consumers_sql(&first, s, v->outbox, PLACES);
	if (projection) {
		sql_qualified(&name, projection->schema, projection->name);
		{
			const struct sqlvar vars[] = { { "relation", name.data },
						       { "lag", lag.data } };

			sql_fragment(&why, set, "outbox_rows.projection_why", vars, 2);
		}
	}
	add(v, "outbox_consumers",
	    list.len ? list.data : sqlset_fragment(set, "outbox_rows.no_consumers"));
	add(v, "outbox_first_consumers",
	    first.len ? first.data : sqlset_fragment(set, "outbox_rows.no_consumers"));
	buf_release(&first);
	outbox_gap_rows_sql(&rows, s, v->outbox);
	add(v, "outbox_gap_rows", rows.data);
	buf_release(&rows);
	add(v, "outbox_why_projection", why.len ? why.data : "");
	add(v, "outbox_lag", lag.data);
	buf_release(&list);
	buf_release(&why);
	buf_release(&name);
	buf_release(&lag);
}

/* What people call the tenant of this id; false where the directory tells this role nothing. */
static bool tenant_name(struct buf *out, const struct session *s, int tenancy, const char *id)
{
	const struct profile *p = session_profile(s);
	const struct tenancy *t = tenancy < 0 ? NULL : profile_tenancy(p, (size_t)tenancy);
	const struct relation *d =
		t ? catalog_relation(session_catalog(s), t->directory) : NULL;
	const struct column *key =
		d && t->directory_key ? relation_column(d, t->directory_key) : NULL;
	const char *label = t && t->slug ? t->slug : t ? t->label : NULL;
	const struct column *name = d && label ? relation_column(d, label) : NULL;
	struct buf directory = BUF_INIT, value = BUF_INIT, is = BUF_INIT;

	if (!key || !name || !(key->rights & name->rights & RIGHT_SELECT) || !d->schema_usage)
		return false;
	sql_qualified(&directory, d->schema, d->name);
	equal_typed(&value, session_sql(s), key, id);
	equal_sql(&is, session_sql(s), "d", key, value.data);
	{
		const struct sqlvar vars[] = { { "name", name->name },
					       { "directory", directory.data },
					       { "is", is.data } };

		sql_fragment(out, session_sql(s), "tenant_name.label", vars,
			     sizeof vars / sizeof *vars);
	}
	buf_release(&directory);
	buf_release(&value);
	buf_release(&is);
	return true;
}

static void outbox_tenant_name(struct vars *v, const struct session *s)
{
	const struct profile *p = session_profile(s);
	struct buf b = BUF_INIT;

	if (!tenant_name(&b, s, profile_relation(p, v->outbox->relation->oid)->tenancy,
			 "r.label"))
		sql_fragment(&b, session_sql(s), "outbox_rows.no_text", NULL, 0);
	add(v, "outbox_tenant_name", b.data);
	buf_release(&b);
}

/* Of a message by itself, where its column and the directory's key are of one type: no value is
 * refused as none of that type. */
static void outbox_tenant_called(struct vars *v, const struct session *s)
{
	const struct sqlset *set = session_sql(s);
	const struct profile *p = session_profile(s);
	const struct relation *r = v->outbox->relation;
	const struct column *c = outbox_column(v->outbox, OUTBOX_TENANT);
	int tenancy = profile_relation(p, r->oid)->tenancy;
	struct buf b = BUF_INIT, value = BUF_INIT, name = BUF_INIT;

	if (!c || !(c->rights & RIGHT_SELECT)) {
		sql_fragment(&b, set, "outbox_rows.no_text", NULL, 0);
		add(v, "outbox_tenant_called", b.data);
		buf_release(&b);
		return;
	}
	sql_fragment(&value, set, "outbox_rows.column", &(struct sqlvar){ "column", c->name },
		     1);
	if (tenancy < 0 || !profile_tenancy(p, (size_t)tenancy)->type ||
	    strcmp(profile_tenancy(p, (size_t)tenancy)->type, c->type) != 0 ||
	    !tenant_name(&name, s, tenancy, value.data))
		sql_fragment(&name, set, "outbox_rows.no_text", NULL, 0);
	{
		const struct sqlvar vars[] = { { "name", name.data }, { "value", value.data } };

		sql_fragment(&b, set, "tenant_name.called", vars, ARRAY_SIZE(vars));
	}
	add(v, "outbox_tenant_called", b.data);
	buf_release(&b);
	buf_release(&value);
	buf_release(&name);
}

/* Of the first tenancy, whose column is :tenant_column. */
static void tenant_called(struct vars *v, const struct session *s)
{
	const struct profile *p = session_profile(s);
	struct buf b = BUF_INIT, name = BUF_INIT;

	if (!profile_tenancies(p))
		return;
	if (tenant_name(&name, s, 0, "v.tenant")) {
		const struct sqlvar vars[] = { { "type", profile_tenancy(p, 0)->type },
					       { "name", name.data } };

		sql_fragment(&b, session_sql(s), "tenant_name.known", vars, 2);
	} else {
		sql_fragment(&b, session_sql(s), "tenant_name.unknown", NULL, 0);
	}
	add(v, "tenant_called", b.data);
	buf_release(&name);
	buf_release(&b);
}

/* As an array; where no schema is a tenant's there is none of them. */
static void tenant_schemas(struct vars *v, const struct profile *p)
{
	struct pgarray names = PGARRAY_INIT;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < profile_tenant_schemas(p); i++)
		pgarray_append(&names, profile_tenant_schema(p, i));
	pgarray_write(&b, &names);
	add(v, "tenant_schema_names", b.data);
	buf_release(&b);
	pgarray_release(&names);
}

static void parts(struct vars *v, const struct session *s)
{
	struct buf tables = BUF_INIT, all = BUF_INIT;

	outbox_parts(session_catalog(s), v->outbox, &tables, &all);
	add(v, "outbox_tables", tables.data);
	buf_release(&tables);
	buf_release(&all);
}

static void due_since(struct vars *v, const struct sqlset *set)
{
	const struct outbox *o = v->outbox;
	const char *none = sqlset_fragment(set, "outbox_rows.no_time");
	const struct sqlvar times[] = { { "due", o->due_time },
					{ "enqueued", o->enqueued_time } };
	struct buf b = BUF_INIT;

	if (o->due_time && o->enqueued_time)
		sql_fragment(&b, set, "outbox_rows.due_since", times, ARRAY_SIZE(times));
	else
		buf_adds(&b, o->due_time	? o->due_time
			     : o->enqueued_time ? o->enqueued_time
						: none);
	add(v, "outbox_due_time", b.data);
	buf_release(&b);
}

static void outbox_of(struct vars *v, const struct session *s)
{
	static const struct {
		const char *var, *state;
	} states[] = {
		{ "outbox_pending", "pending" }, { "outbox_due", "due" },
		{ "outbox_delayed", "delayed" }, { "outbox_retrying", "retrying" },
		{ "outbox_claimed", "claimed" }, { "outbox_failed", "failed" },
		{ "outbox_dead", "dead" },	 { "outbox_processed", "processed" },
	};
	static const char *const names[] = {
		"id",	   "event_type", "aggregate",	"aggregate_type", "aggregate_id",
		"tenant",  "state",	 "enqueued_at", "due_at",	  "attempts",
		"since",   "error",	 "event_id",	"trace",	  "payload",
		"done_at", "dead_at",	 "lock",	"lease",
	};
	static const struct {
		const char *var;
		enum outbox_role role;
	} keys[] = {
		{ "outbox_tenant_key", OUTBOX_TENANT },
		{ "outbox_kind_key", OUTBOX_AGGREGATE_TYPE },
		{ "outbox_aggregate_key", OUTBOX_AGGREGATE },
		{ "outbox_trace_key", OUTBOX_TRACE },
	};
	const struct sqlset *set = session_sql(s);
	const struct outbox *o = v->outbox;
	struct buf b = BUF_INIT;
	char number[16];

	sql_qualified(&b, o->relation->schema, o->relation->name);
	add(v, "outbox", b.data);
	add(v, "outbox_name", o->relation->name);
	buf_release(&b);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		condition(v, set, states[i].var, states[i].state);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		expression(v, set, names[i]);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		key(v, set, keys[i].var, keys[i].role);
	due_since(v, set);
	/* The oldest first, where an index serves that. */
	order(v, set);
	snprintf(number, sizeof number, "%u", o->relation->oid);
	add(v, "outbox_oid", number);
	parts(v, s);
	outbox_tenant_name(v, s);
	outbox_tenant_called(v, s);
	add(v, "outbox_cdc", o->shape == SHAPE_CDC ? "true" : "false");
	add(v, "outbox_mark", "");
	add(v, "outbox_leaves", "");
	add(v, "outbox_marked", "false");
	add(v, "outbox_sample", "100");
	activity(v, s);
	consumers(v, s);
}

static bool named(const struct outbox *o, const char *name)
{
	size_t schema = strlen(o->relation->schema);

	return name && strncmp(name, o->relation->schema, schema) == 0 && name[schema] == '.' &&
	       strcmp(name + schema + 1, o->relation->name) == 0;
}

/* The one that was chosen; else the first certain one that can tell what waits, else one that
 * cannot. */
static const struct outbox *main_outbox(const struct outboxes *all, const char *chosen)
{
	const struct outbox *best = NULL;
	int most = 0;

	for (size_t i = 0; i < outboxes_len(all); i++) {
		const struct outbox *o = outboxes_at(all, i);
		int worth = named(o, chosen)	      ? 4
			    : !o->certain	      ? 0
			    : o->pending && !o->inbox ? 3
			    : o->pending	      ? 2
						      : 1;

		if (worth > most) {
			best = o;
			most = worth;
		}
	}
	return best;
}

struct vars *vars_of(const struct session *s, const char *outbox)
{
	struct vars *v = xcalloc(1, sizeof *v);

	v->arena = arena_new();
	profile_items_of(v, session_profile(s));
	if (!session_catalog(s) || !session_profile(s))
		return v;
	tenant_called(v, s);
	tenant_schemas(v, session_profile(s));
	v->outboxes = outboxes_find(session_catalog(s), session_profile(s), session_sql(s));
	v->outbox = main_outbox(v->outboxes, outbox);
	if (v->outbox)
		outbox_of(v, s);
	return v;
}

struct vars *vars_new(const struct session *s)
{
	return vars_of(s, session_chosen_outbox(s));
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
