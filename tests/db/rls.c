/* SPDX-License-Identifier: MIT */
/*
 * Isolation judged on real servers: every seeded hole is found under its id, no look-alike is
 * flagged, and what mends a finding mends it.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/rls_scan.h"
#include "support/cluster.h"
#include "support/leak.h"

struct look {
	struct loop *loop;
	struct session *session;
	struct rls_scan *scan;
	int checks;
	struct err err;
};

static void scanned(void *ctx, struct rls_scan *scan, const struct err *err)
{
	struct look *l = ctx;

	l->scan = scan;
	if (err)
		err_copy(&l->err, err);
	loop_stop(l->loop);
}

static void ready(void *ctx, const struct err *err)
{
	struct look *l = ctx;

	if (err && err->kind != ERR_NONE) {
		err_copy(&l->err, err);
		loop_stop(l->loop);
		return;
	}
	rls_scan_start(l->session, l->checks, scanned, l, l);
}

static void look_at(struct look *l, const char *conninfo, int checks)
{
	struct session_options options = { .db = { .dbname = conninfo } };

	*l = (struct look){ .loop = loop_new(), .checks = checks };
	l->session = session_new(l->loop, &options, &l->err);
	cr_assert_not_null(l->session, "%s", l->err.why);
	session_when_ready(l->session, true, ready, l);
	loop_run(l->loop);
	cr_assert_not_null(l->scan, "%s: %s", conninfo, l->err.why);
}

static void look_release(struct look *l)
{
	rls_scan_free(&l->scan);
	session_free(&l->session);
	loop_free(&l->loop);
	err_release(&l->err);
}

static bool mentions(const struct finding *f, const char *name)
{
	return strstr(f->object, name) || (f->evidence && strstr(f->evidence, name));
}

static const struct finding *find(const struct look *l, const char *id, const char *object)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (strncmp(f->id, id, strlen(id)) == 0 && mentions(f, object))
			return f;
	}
	return NULL;
}

/* ---- look-alikes ---- */

static void is_quiet(const char *files, const char *but)
{
	char *db = cluster_database(files);
	struct look l;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(f->severity == SEVERITY_INFO || (but && strcmp(f->id, but) == 0),
			  "false alarm in %s: %s on %s: %s (%s)", files, f->id, f->object,
			  f->message, f->evidence ? f->evidence : "");
	}
	look_release(&l);
	free(db);
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

static bool same(const struct finding *f, const char *id, const char *object,
		 const char *policy)
{
	return strcmp(f->id, id) == 0 && strcmp(f->object, object) == 0 &&
	       (f->policy ? policy && strcmp(f->policy, policy) == 0 : !policy);
}

static bool still_there(const struct look *l, const char *id, const char *object,
			const char *policy)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++)
		if (same(&l->scan->findings->list.v[i], id, object, policy))
			return true;
	return false;
}

/* A key may hold what its mended form refuses; that a person must decide. */
LEAK_TEST(rls, every_fix_is_valid_and_sufficient)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql");
	size_t mended = 0;
	struct look l, after;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		if (!f->fix)
			continue;
		free(cluster_sql(db, f->fix));
		mended++;
	}
	look_at(&after, db, CHECK_ISOLATION | CHECK_SPEED);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];

		cr_expect(!f->fix || !still_there(&after, f->id, f->object, f->policy),
			  "%s on %s is still there after %s", f->id, f->object, f->fix);
	}
	cr_expect_geq(mended, 85, "only %zu fixes", mended);
	look_release(&after);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
