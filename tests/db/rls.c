/* SPDX-License-Identifier: MIT */
/*
 * Isolation judged on real servers: every seeded hole is found under its id, no look-alike is
 * flagged, and what mends a finding mends it.
 */
#include <ctype.h>

#include "rls_mend.h"

/* ---- look-alikes ---- */

static void is_quiet_about(const char *files, int checks, const char *but)
{
	char *db = cluster_database(files);
	struct look l;

	look_at(&l, db, checks);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || (but && strcmp(f->id, but) == 0),
			  "false alarm in %s: %s on %s: %s (%s)", files, f->id, f->object,
			  f->message, f->evidence ? f->evidence : "");
	}
	look_release(&l);
	free(db);
}

static void is_quiet(const char *files, const char *but)
{
	is_quiet_about(files, CHECK_ISOLATION | CHECK_SPEED, but);
}

LEAK_TEST(rls, no_lookalike_is_flagged)
{
	is_quiet("tests/db/rls/lookalikes.sql", NULL);
}

LEAK_TEST(rls, dialects_are_as_sound_as_they_are)
{
	is_quiet("tests/db/dialects/a.sql", NULL);
	is_quiet("tests/db/dialects/b.sql",
		 "R07-directory-open"); /* its tenants can be listed */
	is_quiet("tests/db/dialects/c.sql", NULL);
	is_quiet("tests/db/dialects/d.sql", NULL);
}

LEAK_TEST(rls, the_reference_schema_is_sound)
{
	is_quiet_about("tests/db/platform/install.sh",
		       CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN, NULL);
}

/* ---- holes ---- */

/* Names that begin with an id: r13_true, p02_no_index, x04_login. */
static char *seeded_names(const char *conninfo)
{
	return cluster_sql(conninfo,
			   "SELECT relname FROM pg_class c WHERE relname ~ '^[rpx][0-9]{2}_' "
			   "AND " /* not SQL */
			   "relkind IN ('r','p','v','m','f','S') AND relname !~ '_id_seq$' "
			   "UNION SELECT proname FROM pg_proc WHERE proname ~ "
			   "'^[rpx][0-9]{2}_' "			       /* not SQL */
			   "UNION SELECT pubname FROM pg_publication " /* not SQL */
			   "UNION SELECT rolname FROM pg_roles WHERE rolname ~ "
			   "'^[rpx][0-9]{2}_' " /* not SQL */
			   "UNION SELECT nspname FROM pg_namespace WHERE nspname ~ "
			   "'^[rpx][0-9]{2}_' " /* not SQL */
			   "ORDER BY 1");	/* not SQL */
}

static void expect_found(const struct look *l, const char *name)
{
	for (const char *at = name;
	     strlen(at) > 4 && isdigit((unsigned char)at[1]) && at[3] == '_'; at += 4) {
		char id[4] = { (char)toupper((unsigned char)at[0]), at[1], at[2], '\0' };

		cr_expect_not_null(find(l, id, name), "%s was not found on %s", id, name);
	}
}

LEAK_TEST(rls, every_hole_is_found)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql"),
	     *names = seeded_names(db), *rest;
	struct look l;
	size_t n = 0;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (char *name = strtok_r(names, "\n", &rest); name;
	     name = strtok_r(NULL, "\n", &rest), n++)
		expect_found(&l, name);
	cr_expect_geq(n, 90, "only %zu seeds", n);
	cr_expect_not_null(find(&l, "R07", "tenants"));
	cr_expect_not_null(find(&l, "R51", "seed_far"));
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || !strstr(f->object, "base_"),
			  "false alarm: %s on %s: %s", f->id, f->object, f->message);
		cr_expect(f->message && *f->message && strncmp(f->doc, "https://", 8) == 0,
			  "%s", f->id);
	}
	look_release(&l);
	free(names);
	free(db);
	cluster_free(&own);
}

/* ---- what mends ---- */

/* A key may hold what its mended form refuses; that a person must decide. */
LEAK_TEST(rls, every_fix_is_valid_and_sufficient)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql");
	size_t mended;
	struct look l;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	mended = expect_mended(&l, db);
	cr_expect_geq(mended, 85, "only %zu fixes", mended);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- design ---- */

LEAK_TEST(rls, design)
{
	static const char *const seeds[] = { "l04_orders",   "l05_inventory_movements",
					     "l06_orders",   "l07_hooked",
					     "l08_docs",     "l11_tags",
					     "l12_half",     "m01_inspection",
					     "n08_products", "n10_outbox_messages",
					     "n13_outbox",   "n13_outbox_zero",
					     "n13_listed",   "x07_seq",
					     "r71_incoming" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/design.sql");
	struct look l;

	look_at(&l, db, CHECK_ISOLATION | CHECK_DESIGN);
	for (size_t i = 0; i < ARRAY_SIZE(seeds); i++)
		expect_found(&l, seeds[i]);
	cr_expect_not_null(find(&l, "M03", "pg_read_file"));
	cr_expect_not_null(find(&l, "N09", "inventory_balances"));
	/* The newest minor version of the day has no known faults. */
	if (catalog_server_version(l.scan->catalog) < 150019)
		cr_expect_not_null(find(&l, "V01", "server"));
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || !strstr(f->object, "ok_"),
			  "false alarm: %s on %s: %s", f->id, f->object, f->message);
	}
	cr_expect_geq(expect_mended(&l, db), 5);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
