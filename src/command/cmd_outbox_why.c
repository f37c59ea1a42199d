/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_why.c - what keeps messages from leaving, and what to do next.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/buf.h"
#include "command/command.h"
#include "command/vars.h"
#include "outbox_chosen.h"
#include "outbox_why.h"

static const struct table_column columns[] = {
	{ .name = "cause" },
	{ .name = "state" },
	{ .name = "detail" },
	{ .name = "next" },
};

static void told(void *ctx, const struct txn_result *result)
{
	struct call *c = ctx;
	const struct host *h = call_host(c);
	const struct reply *r = result->n ? result->replies[0] : NULL;
	const char *cells[ARRAY_SIZE(columns)];

	if (result->outcome != TXN_DONE) {
		call_done(c, &result->err, -1);
		return;
	}
	h->ops->table_begin(h->ctx, "why", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < reply_rows(r); i++) {
		if (strcmp(reply_get(r, i, "panel"), "why") != 0)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(columns); k++)
			cells[k] = reply_get(r, i, columns[k].name);
		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	call_done(c, NULL, -1);
}

/* What the query may name, about this outbox; NULL: err. */
static struct vars *vars_about(const struct call *c, struct err *err)
{
	struct session *s = call_session(c);
	const struct outbox *o = outbox_chosen(c, vars_outboxes(session_vars(s)), err);
	struct vars *v = NULL;

	if (o) {
		char *name = xasprintf("%s.%s", o->relation->schema, o->relation->name);

		v = vars_of(s, name);
		free(name);
	}
	return v;
}

bool outbox_why_ask(struct call *c, const struct request_callbacks *cb, struct err *err)
{
	struct session *s = call_session(c);
	struct buf sql = BUF_INIT;
	struct vars *about = vars_about(c, err);
	size_t n = 0;
	const struct sqlvar *vars = about ? vars_list(about, &n) : NULL;
	bool ok = vars && sql_expand(&sql, sqlset_get(session_sql(s), "outbox_why", 0)->text,
				     vars, n, err);

	if (ok) {
		struct scope scope;
		struct txn *t;

		session_scope(s, USE_WATCH, &scope);
		t = txn_new(TXN_READ, &scope);
		scope_release(&scope);
		txn_add(t, sql.data, NULL);
		db_send(session_db(s), DB_WATCH, t, cb, c);
	}
	vars_free(&about);
	buf_release(&sql);
	return ok;
}

static void why_run(struct call *c)
{
	const struct request_callbacks cb = { .done = told, .ctx = c };
	struct err err = ERR_INIT;

	if (!outbox_why_ask(c, &cb, &err))
		call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_outbox_why = {
	.name = "outbox why",
	.no_key = "the screen Outbox says it, and opens it",
	.summary = "What keeps messages from leaving, and what to do next",
	.args = "[--outbox:outbox]",
	.help = "Locks on the outbox, old snapshots, relays, replication slots and vacuum. "
		"What a standby, or a role without pg_read_all_stats, cannot tell is said to "
		"be unknown from here. Of several outboxes --outbox says which.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = why_run,
};
