/* SPDX-License-Identifier: MIT */
/*
 * outbox_world.h - a session that looks at the first outbox of a database, for tests of what that
 * costs the server in buffers, and of what it says.
 */
#ifndef TESTS_DB_OUTBOX_WORLD_H
#define TESTS_DB_OUTBOX_WORLD_H

#include <criterion/criterion.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/outbox_look.h"
#include "command/vars.h"
#include "rows.h"
#include "support/cluster.h"
#include "support/leak.h"

struct world {
	struct rows rows;
	struct outboxes *all;
	const struct outbox *outbox;
	struct outbox_watch *watch;
	struct outbox_status status;
	struct err err;
	bool ready, looked;
	int64_t buffers;
};

static inline void find(struct world *w)
{
	outboxes_free(&w->all);
	w->all = outboxes_find(session_catalog(w->rows.session),
			       session_profile(w->rows.session), session_sql(w->rows.session));
	cr_assert(outboxes_len(w->all) > 0);
	w->outbox = outboxes_at(w->all, 0);
}

static inline void world_open(struct world *w, const char *conninfo)
{
	*w = (struct world){ 0 };
	rows_session(&w->rows, conninfo);
	session_when_ready(w->rows.session, READY_SCOPE, rows_ready, &w->ready);
	rows_until(&w->rows, w->ready);
	find(w);
	w->watch = outbox_watch_new();
}

static inline void world_close(struct world *w)
{
	outbox_watch_free(&w->watch);
	outboxes_free(&w->all);
	err_release(&w->err);
	rows_close(&w->rows);
}

static inline void looked(void *ctx, const struct outbox_status *status, const struct err *err)
{
	struct world *w = ctx;

	w->looked = true;
	err_clear(&w->err);
	if (status)
		w->status = *status;
	else
		err_copy(&w->err, err);
}

static inline const struct outbox_status *look(struct world *w)
{
	w->looked = false;
	outbox_look(w->rows.session, w->outbox, w->watch, false, NULL, looked, w);
	rows_until(&w->rows, w->looked);
	cr_assert(!w->err.kind, "%s", w->err.why);
	return &w->status;
}

static inline int64_t number(const char *conninfo, const char *sql)
{
	char *text = cluster_sql(conninfo, sql);
	int64_t n = strtoll(text, NULL, 10);

	free(text);
	return n;
}

static inline void run(const char *conninfo, const char *sql)
{
	free(cluster_sql(conninfo, sql));
}

/* ---- what the panels that ride along ask ---- */

static inline struct txn *watching(const struct world *w)
{
	struct scope scope;
	struct txn *t;

	session_scope(w->rows.session, USE_WATCH, &scope);
	scope_set(&scope, "enable_seqscan", "off");
	scope_set(&scope, "enable_bitmapscan", "off");
	t = txn_new(TXN_SNAPSHOT, &scope);
	scope_release(&scope);
	return t;
}

/* Of a plan in JSON: found in the cache, and read. */
static inline int64_t blocks_of(const char *plan)
{
	const char *hit = strstr(plan, "\"Shared Hit Blocks\": ");
	const char *read = strstr(plan, "\"Shared Read Blocks\": ");

	return (hit ? strtoll(hit + 21, NULL, 10) : -1) +
	       (read ? strtoll(read + 22, NULL, 10) : 0);
}

static inline void explained(void *ctx, const struct txn_result *result)
{
	struct world *w = ctx;
	const struct reply *r = result->n ? result->replies[result->n - 1] : NULL;

	w->looked = true;
	cr_assert_eq(result->outcome, TXN_DONE, "%s", result->err.why);
	w->buffers = blocks_of(reply_text(r, 0, 0));
}

/* All that a panel's query touches once the caches of its session are warm, catalogs and all:
 * the same twice. */
static inline int64_t asked(struct world *w, const char *query, const char *more)
{
	const struct request_callbacks cb = { .done = explained, .ctx = w };
	struct sqlvar vars[256];
	size_t n, own;
	const struct sqlvar *all = vars_list(session_vars(w->rows.session), &n);
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;
	struct txn *t = watching(w);

	own = outbox_watch_vars(w->watch, w->rows.session, w->outbox, vars, 16);
	memcpy(vars + own, all, n * sizeof *all);
	buf_adds(&sql, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM (");
	cr_assert(sql_expand(&sql, sqlset_get(session_sql(w->rows.session), query, 0)->text,
			     vars, own + n, &err),
		  "%s", err.why);
	buf_addf(&sql, ") AS q%s", more);
	txn_add(t, sql.data, NULL);
	txn_add(t, sql.data, NULL);
	w->looked = false;
	db_send(session_db(w->rows.session), DB_WATCH, t, &cb, w);
	rows_until(&w->rows, w->looked);
	buf_release(&sql);
	return w->buffers;
}

static inline int64_t panel(struct world *w, const char *query)
{
	return asked(w, query, "");
}

/* With every refresh: the look and what is grouped; the others in the place of one. */
static inline void panels_stay_cheap(struct world *w)
{
	int64_t groups = panel(w, "outbox_groups");

	cr_expect_leq(w->status.buffers + groups, OUTBOX_BUDGET, "%" PRId64 " and %" PRId64,
		      w->status.buffers, groups);
	for (size_t i = 0; i < 2; i++) {
		const char *name = i ? "outbox_why" : "outbox_errors";
		int64_t n = panel(w, name);

		cr_expect_leq(n, OUTBOX_BUDGET, "%s: %" PRId64, name, n);
	}
}

/* "state|detail" of a cause in a panel; the caller's. */
static inline char *why_says(struct world *w, const char *conninfo, const char *named,
		      const char *cause)
{
	struct sqlvar vars[256];
	size_t n, own;
	const struct sqlvar *all = vars_list(session_vars(w->rows.session), &n);
	struct buf sql = BUF_INIT, ask = BUF_INIT;
	struct err err = ERR_INIT;
	char *said;

	own = outbox_watch_vars(w->watch, w->rows.session, w->outbox, vars, 16);
	memcpy(vars + own, all, n * sizeof *all);
	cr_assert(sql_expand(&sql,
			     sqlset_get(session_sql(w->rows.session), "outbox_why", 0)->text,
			     vars, own + n, &err));
	buf_addf(&ask,
		 "SELECT state || '|' || detail FROM (%s) AS w WHERE panel = '%s' AND cause = "
		 "'%s'",
		 sql.data, named, cause);
	said = cluster_sql(conninfo, ask.data);
	buf_release(&sql);
	buf_release(&ask);
	return said;
}

/* Buffers of all tables and indexes of people, by the server's books. */
#define BOOKS                                                                                  \
	"SELECT pg_stat_clear_snapshot(); SELECT sum(heap_blks_hit + heap_blks_read + "        \
	"coalesce(idx_blks_hit + idx_blks_read, 0))::bigint FROM pg_statio_user_tables"

#define OPEN "processed_at IS NULL AND dead_at IS NULL"

#endif
