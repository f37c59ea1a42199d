/* SPDX-License-Identifier: MIT */
/* The schema changes while a grid shows it: never a value under another column's name. */
#include "rows.h"

#include "support/cluster.h"

#define SETUP                                                                                  \
	"CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'in a', b text DEFAULT 'in b', c int " \
	"DEFAULT 7); INSERT INTO t (id) SELECT generate_series(1, 30);"

struct bench {
	struct rows t;
	char *db;
};

static void bench_open(struct bench *b)
{
	struct err err = ERR_INIT;
	bool ready = false;

	b->db = cluster_database("");
	free(cluster_sql(b->db, SETUP));
	rows_session(&b->t, b->db);
	session_when_ready(b->t.session, READY_SCOPE, rows_ready, &ready);
	rows_until(&b->t, ready);
	b->t.r = rowset_new(b->t.session, session_screen(b->t.session, "t", &err), NULL, rows_event,
			    &b->t, &err);
	cr_assert(b->t.r, "%s", err.why);
	rowset_resize(b->t.r, 10);
	rows_settle(&b->t);
	cr_assert_geq(rowset_len(b->t.r), 10);
}

static void bench_close(struct bench *b)
{
	rows_close(&b->t);
	free(b->db);
}

/* What is shown under a name is what the server has under that name. */
static void expect_true(struct bench *b, const char *what)
{
	for (size_t col = 0; col < rowset_columns(b->t.r); col++) {
		const char *name = rowset_column(b->t.r, col)->name;
		char *sql = xasprintf("SELECT \"%s\" FROM t WHERE id = %s", name,
				      rowset_key(b->t.r, 0));
		char *truth = cluster_sql(b->db, sql);
		size_t len;
		bool cut;
		const char *text = rowset_cell(b->t.r, 0, col, &len, &cut);

		cr_expect_eq(strncmp(truth, text ? text : "", len), 0, "%s: %s shows %s, not %s",
			     what, name, text ? text : "NULL", truth);
		free(truth);
		free(sql);
	}
}

/* What a grid does when the snapshot is another: a rowset of the screen as it is now. */
static void renew(struct bench *b)
{
	struct err err = ERR_INIT;
	const struct screendef *def = session_screen(b->t.session, "t", &err);

	cr_assert(def, "%s", err.why);
	rowset_free(&b->t.r);
	b->t.r = rowset_new(b->t.session, def, NULL, rows_event, &b->t, &err);
	cr_assert(b->t.r, "%s", err.why);
	rowset_resize(b->t.r, 10);
	rows_settle(&b->t);
}

/* DDL and a look; where that fails the catalog is being read anew by itself, and a look again. */
static void change(struct bench *b, const char *ddl)
{
	free(cluster_sql(b->db, ddl));
	rowset_refresh(b->t.r);
	rows_settle(&b->t);
	if (rowset_error(b->t.r)) {
		rows_until(&b->t, !reader_busy(session_reader(b->t.session)));
		renew(b);
	}
	cr_assert_null(rowset_error(b->t.r), "after %s", ddl);
	cr_assert_geq(rowset_len(b->t.r), 10, "after %s: %zu rows", ddl, rowset_len(b->t.r));
	expect_true(b, ddl);
}

static bool shows(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < rowset_columns(b->t.r); i++) {
		if (strcmp(rowset_column(b->t.r, i)->name, name) == 0)
			return true;
	}
	return false;
}

Test(ddl, a_column_is_dropped)
{
	struct bench b;

	bench_open(&b);
	change(&b, "ALTER TABLE t DROP COLUMN b");
	cr_expect_not(shows(&b, "b"));
	bench_close(&b);
}

Test(ddl, a_column_is_renamed)
{
	struct bench b;

	bench_open(&b);
	change(&b, "ALTER TABLE t RENAME b TO better");
	cr_expect_not(shows(&b, "b"));
	cr_expect(shows(&b, "better"));
	bench_close(&b);
}

Test(ddl, two_columns_swap_their_names)
{
	struct bench b;

	bench_open(&b);
	change(&b, "ALTER TABLE t RENAME a TO x; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME "
		   "x TO b");
	bench_close(&b);
}

Test(ddl, a_column_is_added_or_of_another_type)
{
	struct bench b;

	bench_open(&b);
	change(&b, "ALTER TABLE t ALTER c TYPE text USING 'seven'");
	change(&b, "ALTER TABLE t ADD d int DEFAULT 4");
	bench_close(&b);
}

Test(ddl, another_table_takes_its_place)
{
	struct bench b;

	bench_open(&b);
	change(&b, "CREATE TABLE n (b int DEFAULT 5, id int PRIMARY KEY, a text DEFAULT 'new a'); "
		   "INSERT INTO n (id) SELECT generate_series(1, 30);"
		   "ALTER TABLE t RENAME TO old; ALTER TABLE n RENAME TO t");
	bench_close(&b);
}

Test(ddl, the_table_goes_and_comes_back)
{
	struct bench b;

	bench_open(&b);
	free(cluster_sql(b.db, "DROP TABLE t"));
	rowset_refresh(b.t.r);
	rows_settle(&b.t);
	cr_expect(rowset_error(b.t.r), "it is gone, and that is said");
	rows_until(&b.t, !reader_busy(session_reader(b.t.session)));
	change(&b, SETUP);
	bench_close(&b);
}

/* Columns come, go and change names for two seconds while the grid is looked at again and
 * again. */
Test(ddl, while_it_is_looked_at)
{
	static const char *const steps[] = {
		"ALTER TABLE t DROP COLUMN b",
		"ALTER TABLE t ADD b int DEFAULT 1",
		"ALTER TABLE t RENAME a TO z",
		"ALTER TABLE t RENAME z TO a",
		"ALTER TABLE t ALTER c TYPE bigint",
		"ALTER TABLE t ALTER c TYPE int",
	};
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < 12; i++) {
		free(cluster_sql(b.db, steps[i % (sizeof steps / sizeof *steps)]));
		rowset_page(b.t.r, i % 2 ? -1 : 1);
		rowset_refresh(b.t.r);
		rows_settle(&b.t);
		if (rowset_error(b.t.r)) {
			rows_until(&b.t, !reader_busy(session_reader(b.t.session)));
			renew(&b);
		}
		if (!rowset_error(b.t.r) && rowset_len(b.t.r) > 0)
			expect_true(&b, steps[i % (sizeof steps / sizeof *steps)]);
	}
	bench_close(&b);
}
