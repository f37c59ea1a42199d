/* SPDX-License-Identifier: MIT */
/* What a sort, a search or a far place costs: asked first, narrowed, or told. */
#include "numbers.h"

#include "support/cluster.h"

Test(rowset_cost, a_dear_sort_asks_first, .timeout = 60)
{
	struct rows t;
	struct err err = ERR_INIT;
	char *db = numbers_database(200000);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	cr_assert(session_set(t.session, "cost-gate", "5000", &err));
	cr_assert(rowset_sort(t.r, "-n", &err)); /* an index serves */
	rows_settle(&t);
	cr_expect_eq(t.cost_events, 0);
	cr_expect_eq(number_at(&t, 0), 200000);
	cr_assert(rowset_sort(t.r, "t", &err));
	rows_settle(&t);
	cr_expect_eq(t.cost_events, 1);
	cr_expect(strstr(rowset_cost_text(t.r), "no index serves"), "%s",
		  rowset_cost_text(t.r));
	cr_expect_eq(number_at(&t, 0), 200000, "nothing has happened yet");
	rowset_cancel(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rowset_sort_text(t.r), "-n");
	rowset_page(t.r, 1);
	rows_settle(&t);
	cr_expect_eq(number_at(&t, rowset_cursor(t.r)), 199990);
	cr_assert(rowset_sort(t.r, "t", &err));
	rows_settle(&t);
	rowset_go_on(t.r);
	rows_settle(&t);
	cr_expect_eq(number_at(&t, 0), 1);
	cr_expect_str_eq(rowset_sort_text(t.r), "t");
	rows_close(&t);
	free(db);
}

/* A search that no index serves is narrowed to its near meaning first, and widened when wanted.
 */
Test(rowset_cost, a_dear_search_is_narrowed, .timeout = 60)
{
	struct rows t;
	struct err err = ERR_INIT;
	char *db = numbers_database(200000);

	free(cluster_sql(db, "ALTER TABLE numbers ALTER t TYPE text COLLATE \"C\";"
			     "CREATE INDEX ON numbers (t); ANALYZE numbers"));
	rows_open(&t, db, "numbers",
		  "[screen]\ntitle = Numbers\nkind = grid\nrelation = public.numbers\nkey = n\n"
		  "order = n\nsearch = t\n",
		  NULL, 10);
	rows_settle(&t);
	cr_assert(session_set(t.session, "cost-gate", "2000", &err));
	cr_assert(rowset_filter(t.r, "/row 199999", &err));
	rows_settle(&t);
	cr_expect_eq(t.cost_events, 0);
	cr_expect_eq(number_at(&t, 0), 199999);
	cr_expect(rowset_note(t.r));
	cr_assert(rowset_filter(t.r, NULL, &err));
	cr_assert(rowset_filter(t.r, "/99999", &err)); /* begins nothing */
	rows_settle(&t);
	cr_expect_eq(t.cost_events, 1);
	rowset_go_on(t.r);
	rows_settle(&t);
	cr_expect_eq(number_at(&t, 0), 99999);
	cr_expect_null(rowset_note(t.r));
	rows_close(&t);
	free(db);
}

/* Under row-level security a numeric column's index cannot start in its middle: that is said.
 */
Test(rowset_cost, an_order_that_is_walked_is_told)
{
	static const char screen[] = "[screen]\ntitle = T\nkind = grid\nrelation = public.t\n"
				     "key = id\norder = id\n";
	char *db = cluster_database("");
	char *as = xasprintf("%s user=walker", db);
	struct err err = ERR_INIT;
	struct rows t;
	bool ready = false;

	free(cluster_sql(db, "DO $$ BEGIN CREATE ROLE walker LOGIN; "
			     "EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
			     "CREATE TABLE t (id int PRIMARY KEY, n numeric, i int);"
			     "INSERT INTO t SELECT k, k, k FROM generate_series(1, 6000) AS k;"
			     "CREATE INDEX ON t (n); ANALYZE t; GRANT SELECT ON t TO walker;"
			     "ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
			     "CREATE POLICY p ON t USING (id > 0)"));
	for (int bound = 0; bound < 2; bound++) {
		rows_session(&t, bound ? as : db);
		session_when_ready(t.session, READY_SCOPE, rows_ready, &ready);
		rows_until(&t, ready);
		rows_screen(&t, "t", screen, NULL, 10);
		rows_settle(&t);
		cr_expect_null(rowset_note(t.r));
		cr_assert(rowset_sort(t.r, "-n", &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_eq(rowset_note(t.r) != NULL, bound, "%s", rowset_note(t.r));
		/* A far place asks first, with the depth from the nearer end. */
		cr_assert(session_set(t.session, "cost-gate", "1000", &err), "%s", err.why);
		t.cost_events = 0;
		cr_assert(rowset_percent(t.r, 75, &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_eq(t.cost_events, bound);
		if (bound) {
			cr_expect(
				strstr(rowset_cost_text(t.r), "about 1500 rows from the last"),
				"%s", rowset_cost_text(t.r));
			rowset_go_on(t.r);
			rows_settle(&t);
			cr_expect(strstr(rowset_note(t.r), "about 1500 rows"));
		}
		const char *at = rows_cell(&t, rowset_cursor(t.r), "n");
		cr_expect(labs(strtol(at, NULL, 10) - 1500) < 120, "%s", at);
		cr_assert(rowset_percent(t.r, 1, &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_eq(t.cost_events, bound, "near the end nothing is asked");
		cr_assert(session_set(t.session, "cost-gate", "100000", &err), "%s", err.why);
		cr_assert(rowset_sort(t.r, "i", &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_null(rowset_note(t.r));
		rows_close(&t);
		ready = false;
	}
	free(as);
	free(db);
}

/* The rows that the last page's statement read, by EXPLAIN ANALYZE as the role that asked. */
static long rows_read(const char *conninfo, const char *sql)
{
	char *ask = xasprintf("SET ROLE walker; EXPLAIN (ANALYZE, FORMAT JSON) %s", sql);
	char *plan = cluster_sql(conninfo, ask);
	long rows = 0;

	for (const char *s = plan; (s = strstr(s, "\"Rows Removed by Filter\": ")) != NULL; s++)
		rows += strtol(s + strlen("\"Rows Removed by Filter\": "), NULL, 10);
	free(plan);
	free(ask);
	return rows;
}

/* … and the way is not walked again for each page: 60 pages from the middle on, and back again.
 */
Test(rowset_cost, a_walk_brings_many_pages, .timeout = 60)
{
	static const char screen[] = "[screen]\ntitle = T\nkind = grid\nrelation = public.t\n"
				     "key = id\norder = id\n";
	char *db = cluster_database("");
	char *as = xasprintf("%s user=walker", db);
	struct db_counters before, after;
	struct err err = ERR_INIT;
	struct rows t;
	bool ready = false;

	free(cluster_sql(db,
			 "DO $$ BEGIN CREATE ROLE walker LOGIN; "
			 "EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
			 "CREATE TABLE t (id int PRIMARY KEY, n numeric);"
			 "INSERT INTO t SELECT k, k FROM generate_series(1, 20000) AS k;"
			 "CREATE INDEX ON t (n, id); ANALYZE t; GRANT SELECT ON t TO walker;"
			 "ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
			 "CREATE POLICY p ON t USING (id > 0)"));
	rows_session(&t, as);
	session_when_ready(t.session, READY_SCOPE, rows_ready, &ready);
	rows_until(&t, ready);
	rows_screen(&t, "t", screen, NULL, 10);
	rows_settle(&t);
	cr_assert(rowset_sort(t.r, "n", &err), "%s", err.why);
	rows_settle(&t);
	cr_assert(rowset_percent(t.r, 50, &err), "%s", err.why);
	rows_settle(&t);
	long at = strtol(rows_cell(&t, rowset_cursor(t.r), "n"), NULL, 10);
	cr_expect_gt(rows_read(db, rowset_sql(t.r)), 9000, "this order is walked");
	db_counters(session_db(t.session), &before);
	for (int i = 0; i < 60; i++) {
		rowset_page(t.r, 1);
		rows_settle(&t);
		cr_assert_eq(strtol(rows_cell(&t, rowset_cursor(t.r), "n"), NULL, 10),
			     at + 10 * (i + 1));
	}
	for (int i = 0; i < 60; i++) {
		rowset_page(t.r, -1);
		rows_settle(&t);
	}
	cr_assert_eq(strtol(rows_cell(&t, rowset_cursor(t.r), "n"), NULL, 10), at);
	db_counters(session_db(t.session), &after);
	cr_expect_leq(after.flushes - before.flushes, 2, "%d walks for 120 pages",
		      (int)(after.flushes - before.flushes));
	cr_expect_lt(rowset_bytes(t.r), 1u << 20);
	rows_close(&t);
	free(as);
	free(db);
}
