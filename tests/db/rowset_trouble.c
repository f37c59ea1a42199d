/* SPDX-License-Identifier: MIT */
/* The grid's rows while the server is away, slow, or refuses a question: what was there stays.
 */
#include "numbers.h"

#include "base/timefmt.h"
#include "support/cluster.h"
#include "support/proxy.h"

Test(rowset, a_lost_connection_leaves_the_rows_and_comes_back)
{
	struct proxy *p = proxy_new(cluster_host(cluster()));
	char *db = numbers_database(100);
	char *through = xasprintf("%s host=%s", db, proxy_host(p));
	struct rows t;

	rows_open(&t, through, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	/* nobody has to ask for them to be old */
	proxy_refuse(p, true);
	proxy_cut(p);
	rows_until(&t, rowset_stale(t.r));
	cr_expect_geq(rowset_len(t.r), 10);
	proxy_refuse(p, false);
	rows_until(&t, !rowset_stale(t.r));
	proxy_cut(p);
	rowset_refresh(t.r);
	rows_until(&t, rowset_error(t.r) || !rowset_loading(t.r));
	cr_expect_geq(rowset_len(t.r), 10);
	free(cluster_sql(db, "UPDATE numbers SET t = 'later' WHERE n = 1"));
	rows_until(&t, !rowset_error(t.r) && !rowset_stale(t.r) && !rowset_loading(t.r) &&
			       strcmp(rows_cell(&t, 0, "t"), "later") == 0);
	rows_close(&t);
	proxy_free(&p);
	free(through);
	free(db);
}

static const char slow_screen[] =
	"[screen]\ntitle = Slow\nkind = grid\nrelation = public.slow\nkey = n\n";

/* A page that takes long is cancelled on the server, the rows and the question before stay. */
Test(rowset, a_slow_page_can_be_cancelled)
{
	struct rows t;
	struct err err = ERR_INIT;
	char *db = cluster_database("");

	free(cluster_sql(db,
			 "CREATE TABLE slow AS SELECT i AS n FROM generate_series(1, 50) AS i;"
			 "ALTER TABLE slow ADD PRIMARY KEY (n)"));
	rows_open(&t, db, "slow", slow_screen, NULL, 10);
	rows_settle(&t);
	cr_assert(rowset_filter(t.r, "where pg_sleep(10) is not null", &err));
	rows_pass(&t, 300);
	cr_expect_gt(rowset_loading_seconds(t.r), 0.2);
	rowset_move(t.r, 1);
	cr_expect_eq(number_at(&t, rowset_cursor(t.r)), 2);
	int64_t begun = time_monotonic_us();
	rowset_cancel(t.r);
	rows_settle(&t);
	cr_expect_lt(time_monotonic_us() - begun, 3000000);
	cr_expect_eq(rowset_filters(t.r), 0);
	cr_expect_eq(rowset_len(t.r) > 10, true);
	char *sleeping = cluster_sql(
		db, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE "
		    "'%pg_sleep(10)%' AND state = 'active' AND pid <> pg_backend_pid()");
	cr_expect_str_eq(sleeping, "0");
	free(sleeping);
	/* a newer wish does not wait for an older one that is slow */
	cr_assert(rowset_filter(t.r, "where pg_sleep(10) is not null", &err));
	rows_pass(&t, 100);
	begun = time_monotonic_us();
	rowset_unfilter(t.r, 0);
	rows_settle(&t);
	cr_expect_lt(time_monotonic_us() - begun, 5000000);
	cr_expect_null(rowset_error(t.r));
	rows_close(&t);
	free(db);
}

/* What is looked up while somebody types, or copied: pages do not wait for it. */
Test(rowset, what_nobody_looks_at_holds_up_nobody, .timeout = 60)
{
	static const char sleeping[] =
		"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' "
		"AND state = 'active' AND pid <> pg_backend_pid()";
	char *db = numbers_database(1000), *n = NULL;
	struct rows t, other = { 0 };
	struct rowset *copy;
	struct err err = ERR_INIT;

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	copy = rowset_copy(t.r, rows_event, &other, &err);
	cr_assert(copy, "%s", err.why);
	cr_assert(rowset_filter(copy, "where pg_sleep(60) is not null", &err), "%s", err.why);
	rowset_resize(copy, 10);
	do {
		rows_pass(&t, 20);
		free(n);
		n = cluster_sql(db, sleeping);
	} while (strcmp(n, "0") == 0);
	rowset_last(t.r);
	rows_until(&t, !rowset_leaving(t.r));
	cr_expect_eq(number_at(&t, rowset_cursor(t.r)), 1000);
	cr_expect(rowset_loading(copy));
	rowset_free(&copy);
	rows_close(&t);
	free(n);
	free(db);
}

/* What was to be answered still when a further filter failed is not dropped with that one. */
Test(rowset, a_filter_under_way_stays_when_the_next_one_fails, .timeout = 60)
{
	struct rows t;
	struct err err = ERR_INIT;

	rows_open_relation(&t,
			   "CREATE TABLE t (id int PRIMARY KEY);"
			   "INSERT INTO t SELECT generate_series(1, 100)",
			   "t");
	cr_assert(rowset_filter(t.r, "where id > 40 and (select pg_sleep(0.5)) is not null",
				&err),
		  "%s", err.why);
	rows_pass(&t, 100);
	cr_assert(rowset_filter(t.r, "where 1 / (id - id) = 1", &err), "%s", err.why);
	rows_until(&t, rowset_error(t.r));
	cr_expect_str_eq(rowset_error(t.r)->sqlstate, "22012");
	rows_settle(&t);
	cr_expect_null(rowset_error(t.r));
	cr_expect_eq(rowset_filters(t.r), 1);
	cr_expect_str_eq(rows_cell(&t, 0, "id"), "41");
	cr_assert(rowset_filter(t.r, "where 1 / (id - id) = 2", &err), "%s", err.why);
	rows_settle(&t);
	cr_assert(rowset_error(t.r));
	cr_expect_eq(rowset_filters(t.r), 1, "the answered one is gone back to");
	rows_close(&t);
}
