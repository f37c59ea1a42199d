/* SPDX-License-Identifier: MIT */
/*
 * rows.h - a session and a rowset in a loop of their own for tests, and waiting for them.
 *
 *	struct rows t;
 *	rows_open(&t, conninfo, "t", "[screen]\nrelation = t\n", NULL, 10);
 *	rows_settle(&t);
 *	... rowset_*(t.r) ...
 *	rows_close(&t);
 *
 * The screen is the text of a screen file.  Whatever does not come within twenty seconds fails the test.
 */
#ifndef TESTS_DB_ROWS_H
#define TESTS_DB_ROWS_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "command/rowset.h"
#include "db/db.h"
#include "support/cluster.h"

struct rows {
	struct loop *loop;
	struct session *session;
	struct rowset *r;
	struct loop_timer *limit;
	bool late;
	int rows_events, state_events, cost_events;
};

static inline void rows_late(void *ctx)
{
	((struct rows *)ctx)->late = true;
}

static inline void rows_event(void *ctx, enum rowset_event event)
{
	struct rows *t = ctx;

	t->rows_events += event == ROWSET_ROWS;
	t->state_events += event == ROWSET_STATE;
	t->cost_events += event == ROWSET_COST;
}

/* Turn the loop until the condition holds. */
#define rows_until(t, condition)                                              \
	do {                                                                  \
		(t)->late = false;                                            \
		loop_timer_start((t)->limit, 20000, 0);                       \
		while (!(condition) && !(t)->late)                            \
			loop_turn((t)->loop, true);                           \
		loop_timer_stop((t)->limit);                                  \
		cr_assert(!(t)->late, "waited in vain for " #condition);      \
	} while (0)

/* Nothing is under way any more. */
static inline void rows_settle(struct rows *t)
{
	rows_until(t, !rowset_loading(t->r) && db_pending(session_db(t->session)) == 0);
	while (loop_turn(t->loop, false) && (rowset_loading(t->r) || db_pending(session_db(t->session)) > 0))
		continue;
}

/* Let the loop run for a while. */
static inline void rows_pass(struct rows *t, int ms)
{
	t->late = false;
	loop_timer_start(t->limit, (uint64_t)ms, 0);
	while (!t->late)
		loop_turn(t->loop, true);
}

static inline void rows_session(struct rows *t, const char *conninfo)
{
	struct session_options opts = { .db = { .dbname = conninfo } };
	struct err err = ERR_INIT;

	*t = (struct rows){ .loop = loop_new() };
	t->limit = loop_timer_new(t->loop, rows_late, t);
	t->session = session_new(t->loop, &opts, &err);
	cr_assert(t->session, "%s", err.why ? err.why : "?");
}

/* For session_when_ready. */
static inline void rows_ready(void *ctx, const struct err *err)
{
	cr_assert_null(err, "%s", err->why);
	*(bool *)ctx = true;
}

/* height 0: no page is asked for. */
static inline void rows_screen(struct rows *t, const char *name, const char *screen, const char *const *where,
			       int height)
{
	struct err err = ERR_INIT;
	const struct screendef *def =
		screenset_add(session_screens(t->session), "test", name, screen, strlen(screen), &err);

	cr_assert(def, "%s", err.why ? err.why : "?");
	t->r = rowset_new(t->session, def, where, rows_event, t, &err);
	cr_assert(t->r, "%s: %s", err.what ? err.what : "", err.why ? err.why : "?");
	if (height > 0)
		rowset_resize(t->r, height);
}

static inline void rows_open(struct rows *t, const char *conninfo, const char *name, const char *screen,
			     const char *const *where, int height)
{
	rows_session(t, conninfo);
	rows_screen(t, name, screen, where, height);
}

/* A relation as the catalog shows it, in a database where this was run; the first page is there. */
static inline void rows_open_relation(struct rows *t, const char *sql, const char *relation)
{
	char *db = cluster_database("");
	struct err err = ERR_INIT;
	bool ready = false;

	free(cluster_sql(db, sql));
	rows_session(t, db);
	free(db);
	session_when_ready(t->session, READY_SCOPE, rows_ready, &ready);
	rows_until(t, ready);
	const struct screendef *def = session_screen(t->session, relation, &err);
	cr_assert(def, "%s", err.why);
	t->r = rowset_new(t->session, def, NULL, rows_event, t, &err);
	cr_assert(t->r, "%s", err.why);
	rowset_resize(t->r, 10);
	rows_settle(t);
}

static inline void rows_close(struct rows *t)
{
	rowset_free(&t->r);
	session_free(&t->session);
	loop_timer_free(&t->limit);
	loop_free(&t->loop);
}

static inline size_t rows_col(const struct rows *t, const char *name)
{
	for (size_t i = 0; i < rowset_columns(t->r); i++)
		if (strcmp(rowset_column(t->r, i)->name, name) == 0)
			return i;
	cr_assert_fail("no column %s", name);
	return 0;
}

/* A cell as it is shown: borrowed until the next call; NULL for SQL NULL. */
static inline const char *rows_cell(const struct rows *t, size_t row, const char *name)
{
	static char text[4096];
	size_t len;
	bool cut;
	const char *s = rowset_cell(t->r, row, rows_col(t, name), &len, &cut);

	if (!s)
		return NULL;
	cr_assert(len < sizeof text);
	memcpy(text, s, len);
	text[len] = '\0';
	return text;
}

static inline void rows_expect(const struct rows *t, size_t len)
{
	cr_expect_null(rowset_error(t->r), "%s", rowset_error(t->r)->why);
	cr_expect_eq(rowset_len(t->r), len, "%zu rows, not %zu", rowset_len(t->r), len);
}

#endif
