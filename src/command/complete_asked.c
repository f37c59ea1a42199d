/* SPDX-License-Identifier: MIT */
/*
 * complete_asked.c - names that only the server knows: a query each, of a value and what is said
 * beside it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/mask.h"
#include "command/person.h"
#include "command/vars.h"
#include "complete_priv.h"

enum { ANSWERS_MAX = 30 };

static void send(struct session *s, const char *query, struct params *params, const char *begins,
		 const struct request_callbacks *cb)
{
	struct scope scope;
	struct txn *t;

	params_text(params, begins);
	params_int(params, ANSWERS_MAX);
	session_scope(s, USE_READ, &scope);
	t = txn_new(TXN_READ, &scope);
	txn_add(t, sqlset_get(session_sql(s), query, 0)->text, params);
	db_send(session_db(s), DB_WATCH, t, cb, cb->ctx);
	scope_release(&scope);
	params_release(params);
}

/* What is masked is not offered; nor is what the statistics know of a relation that tenants
 * share, to who works in one of them: they count all tenants. */
static bool may_tell(const struct session *s, const struct relation *r, const struct column *c)
{
	const struct relation_profile *p =
		session_profile(s) ? profile_relation(session_profile(s), r->oid) : NULL;

	if (!p || mask_column(s, r, c) || !(c->rights & RIGHT_SELECT))
		return false;
	return !p->tenant_attnum || session_tenant(s)->kind == TENANT_ALL;
}

bool complete_ask_values(struct session *s, const struct relation *r, const struct column *c,
			 const char *begins, const struct request_callbacks *cb)
{
	struct params params = PARAMS_INIT;

	if (c->choices || !may_tell(s, r, c))
		return false;
	params_text(&params, r->schema);
	params_text(&params, r->name);
	params_text(&params, c->name);
	send(s, "column_values", &params, begins, cb);
	return true;
}

/* Of the outbox that is looked at. */
static bool ask_outbox(struct session *s, enum outbox_role role, const char *begins,
		       const struct request_callbacks *cb)
{
	const struct outbox *o = vars_outbox(session_vars(s));
	const struct column *c = o ? outbox_column(o, role) : NULL;

	return c && complete_ask_values(s, o->relation, c, begins, cb);
}

static bool ask_events(struct session *s, const char *begins, const struct request_callbacks *cb)
{
	return ask_outbox(s, OUTBOX_TYPE, begins, cb);
}

static bool ask_aggregates(struct session *s, const char *begins,
			   const struct request_callbacks *cb)
{
	return ask_outbox(s, OUTBOX_AGGREGATE_TYPE, begins, cb);
}

static bool ask_databases(struct session *s, const char *begins,
			  const struct request_callbacks *cb)
{
	struct params params = PARAMS_INIT;

	send(s, "database_names", &params, begins, cb);
	return true;
}

static bool ask_processes(struct session *s, const char *begins,
			  const struct request_callbacks *cb)
{
	struct params params = PARAMS_INIT;

	send(s, "session_pids", &params, begins, cb);
	return true;
}

static bool ask_persons(struct session *s, const char *begins, const struct request_callbacks *cb)
{
	return person_ask(s, begins, ANSWERS_MAX, cb);
}

static const struct {
	const char *type;
	bool (*ask)(struct session *s, const char *begins, const struct request_callbacks *cb);
} sources[] = {
	{ "aggregate", ask_aggregates }, { "conninfo", ask_databases },
	{ "database", ask_databases },	 { "event", ask_events },
	{ "person", ask_persons },	 { "pid", ask_processes },
};

bool complete_asks_of(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (strcmp(sources[i].type, type) == 0)
			return true;
	return false;
}

bool complete_ask(struct session *s, const char *type, const char *begins,
		  const struct request_callbacks *cb)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (strcmp(sources[i].type, type) == 0)
			return sources[i].ask(s, begins, cb);
	return false;
}

void complete_add_asked(struct candidates *list, const struct txn_result *result)
{
	if (result->outcome != TXN_DONE || list->closed)
		return;
	for (size_t k = 0; k < result->n; k++) {
		const struct reply *r = result->replies[k];

		for (size_t i = 0; i < reply_rows(r); i++)
			candidates_add(list, reply_get(r, i, "value"), reply_get(r, i, "note"));
	}
}
