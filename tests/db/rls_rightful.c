/* SPDX-License-Identifier: MIT */
/*
 * What mends a hole takes nothing from the application that was its own to read and write: each
 * use that a file lists is done before and after, as who does it.
 */
#include "rls_mend.h"

/* The uses that do not come out as they should; "" if all do. */
static void expect_uses(const char *db, const char *uses, const char *when)
{
	char *sql = xasprintf("\\i %s", uses), *wrong = cluster_sql(db, sql);

	cr_expect_str_empty(wrong, "%s: %s", when, wrong);
	free(wrong);
	free(sql);
}

static void expect_no_leak(struct look *l)
{
	struct told t;

	probe(l, &t, probe_all, ARRAY_SIZE(probe_all));
	for (char *rest, *line = strtok_r(t.rows.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		cr_expect(!strstr(line, "|leaks"), "after all was mended %s", line);
	buf_release(&t.rows);
	buf_release(&t.standings);
	err_release(&t.err);
}

LEAK_TEST(rls_rightful, what_is_mended_works_on)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/rightful.sql");
	struct look l;

	look_at(&l, db, CHECK_ISOLATION);
	expect_uses(db, "tests/db/rls/rightful_uses.sql", "before");
	expect_mended(&l, db);
	expect_uses(db, "tests/db/rls/rightful_uses.sql", "after all was mended");
	look_release(&l);
	look_at(&l, db, CHECK_ISOLATION);
	expect_no_leak(&l);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
