/* SPDX-License-Identifier: MIT */
/*
 * Jams: hundreds of thousands of dead entries at the head of the pending index, which no look walks
 * through; counted in buffers by the server's own books.
 */
#include "outbox_world.h"

/* All that one who never looked before pays, catalogs left out. */
static int64_t first_look_by_the_books(const char *conninfo)
{
	int64_t before, after;
	struct world w;

	/* Those of others are written before. */
	run(conninfo, "SELECT pg_sleep(1.2)");
	before = after = number(conninfo, BOOKS);
	world_open(&w, conninfo);
	look(&w);
	world_close(&w);
	for (int i = 0; i < 50 && after == before; i++) {
		run(conninfo, "SELECT pg_sleep(0.1)");
		after = number(conninfo, BOOKS);
	}
	cr_expect_gt(after, before);
	return after - before;
}

/* Buffers of the oldest that waits, asked for plainly. */
static int64_t plainly(const char *conninfo, const char *waits)
{
	char *sql = xasprintf("SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN "
			      "(ANALYZE, BUFFERS, FORMAT "
			      "JSON) SELECT min(available_at) FROM outbox_messages WHERE %s",
			      waits);
	char *plan = cluster_sql(conninfo, sql);
	int64_t n = blocks_of(plan);

	free(plan);
	free(sql);
	return n;
}

/* Begins a snapshot that holds vacuum back. */
static PGconn *holds_back(const char *conninfo)
{
	PGconn *old = PQconnectdb(conninfo);

	PQclear(PQexec(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM "
			    "outbox_messages"));
	return old;
}

/* The usual jam: much was processed just now, and an old snapshot keeps vacuum from removing
 * what was. */
Test(outbox_jams, dead_entries_are_passed, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	PGconn *old;
	struct world w;
	char *said;

	run(conninfo, "CALL fill(100000)");
	run(conninfo, "UPDATE outbox_messages SET processed_at = NULL WHERE id BETWEEN "
		      "40001 AND 90000; "
		      "ANALYZE outbox_messages");
	old = holds_back(conninfo);
	run(conninfo,
	    "UPDATE outbox_messages SET processed_at = now() WHERE id BETWEEN 40001 AND "
	    "99000");
	cr_expect_gt(plainly(conninfo, "processed_at IS NULL AND dead_at IS NULL"), 500,
		     "there is no jam");
	cr_expect_leq(first_look_by_the_books(conninfo), 2 * OUTBOX_BUDGET);
	world_open(&w, conninfo);
	look(&w);
	cr_expect(w.status.marked);
	cr_expect_leq(w.status.buffers, 2 * OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	look(&w);
	cr_expect_leq(w.status.buffers, OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	cr_expect(!outbox_count_exact(&w.status.due));
	/* Who holds vacuum back is told, though he did not begin long ago. */
	run(conninfo, "SELECT pg_sleep(10)");
	said = why_says(&w, conninfo, "why", "vacuum");
	cr_expect(strstr(said, "warning|vacuum is behind: "), "%s", said);
	free(said);
	said = why_says(&w, conninfo, "why", "snapshot");
	cr_expect(strstr(said, "is idle in transaction for "), "%s", said);
	free(said);
	/* What comes late lies above the mark: it is not past the oldest open transaction. */
	run(conninfo,
	    "DELETE FROM outbox_messages WHERE processed_at IS NULL; INSERT INTO "
	    "outbox_messages (event_type, aggregate_id, payload) VALUES ('Late', 1, '{}')");
	look(&w);
	cr_expect_eq(w.status.due.n, 1, "%" PRId64, w.status.due.n);
	world_close(&w);
	PQfinish(old);
	free(conninfo);
}

/* before: buffers that a survey of leaves takes, before the first look and when it is over. */
static void first_look_passes_after(const char *conninfo, const char *waits, const char *go,
				    int64_t before)
{
	PGconn *old = holds_back(conninfo);
	struct world w;

	run(conninfo, go);
	cr_expect_gt(plainly(conninfo, waits), 500, "%s: there is no jam", go);
	cr_expect_leq(first_look_by_the_books(conninfo), before + 2 * OUTBOX_BUDGET, "%s", go);
	world_open(&w, conninfo);
	look(&w);
	cr_expect(w.status.marked, "%s", go);
	cr_expect_gt(w.status.due.n, 10, "%s", go);
	cr_expect_gt(w.status.oldest_due, 1.0, "%s", go);
	cr_expect_leq(w.status.buffers, before + 3 * OUTBOX_BUDGET, "%s: %" PRId64, go,
		      w.status.buffers);
	/* It is over. */
	PQclear(PQexec(old, "ROLLBACK"));
	run(conninfo, "VACUUM outbox_messages");
	world_close(&w);
	world_open(&w, conninfo);
	look(&w);
	cr_expect_not(w.status.marked, "%s", go);
	cr_expect_leq(w.status.buffers, before + 3 * OUTBOX_BUDGET, "%s: %" PRId64, go,
		      w.status.buffers);
	world_close(&w);
	PQfinish(old);
}

static void first_look_passes(const char *conninfo, const char *waits, const char *go)
{
	first_look_passes_after(conninfo, waits, go, 0);
}

/* All came at one time, in one transaction. */
Test(outbox_jams, dead_entries_of_one_time_are_passed, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");

	run(conninfo, "INSERT INTO outbox_messages (event_type, aggregate_id, payload, "
		      "available_at) SELECT 'Event', "
		      "i, '{}', now() - interval '1 h' FROM generate_series(1, 60000) AS i; "
		      "ANALYZE outbox_messages");
	first_look_passes(conninfo, "processed_at IS NULL AND dead_at IS NULL",
			  "UPDATE outbox_messages SET processed_at = now() WHERE id <= 55000");
	free(conninfo);
}

/* What is done is deleted. */
Test(outbox_jams, what_was_deleted_is_passed, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");

	run(conninfo,
	    "CALL fill(60000); ALTER TABLE outbox_messages DROP COLUMN processed_at, DROP "
	    "COLUMN dead_at; "
	    "CREATE INDEX ON outbox_messages (available_at); ANALYZE outbox_messages");
	first_look_passes(conninfo, "true", "DELETE FROM outbox_messages WHERE id <= 55000");
	free(conninfo);
}

/* The same table with keys that tell no order. */
static char *with_uuids(int rows)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	char *sql = xasprintf("CALL fill(%d)", rows);

	run(conninfo, "ALTER TABLE outbox_messages DROP COLUMN id, ADD COLUMN id uuid PRIMARY KEY "
		      "DEFAULT gen_random_uuid(); CREATE INDEX ON outbox_messages (available_at) "
		      "WHERE processed_at IS NULL AND dead_at IS NULL");
	run(conninfo, sql);
	free(sql);
	return conninfo;
}

/* No sequence of ids leads to where messages begin to wait. */
Test(outbox_jams, dead_entries_of_uuids_are_passed, .timeout = 240)
{
	char *conninfo = with_uuids(200000);

	run(conninfo, "UPDATE outbox_messages SET processed_at = NULL WHERE available_at > now() "
		      "- interval '1500 s'");
	run(conninfo, "VACUUM ANALYZE outbox_messages");
	first_look_passes(conninfo, OPEN,
			  "UPDATE outbox_messages SET processed_at = now() WHERE available_at < "
			  "now() - interval '100 s' AND processed_at IS NULL");
	free(conninfo);
}

/* The last one of a jam has gone too. */
Test(outbox_jams, of_uuids_all_gone, .timeout = 240)
{
	char *conninfo = with_uuids(200000);
	PGconn *old;
	struct world w;

	run(conninfo, "UPDATE outbox_messages SET processed_at = NULL; ANALYZE outbox_messages");
	old = holds_back(conninfo);
	run(conninfo, "UPDATE outbox_messages SET processed_at = now()");
	cr_expect_gt(plainly(conninfo, OPEN), 500, "there is no jam");
	world_open(&w, conninfo);
	look(&w);
	cr_expect_leq(w.status.buffers, 5 * OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	cr_expect_eq(w.status.due.n, 0);
	cr_expect_not(outbox_count_exact(&w.status.due));
	world_close(&w);
	PQfinish(old);
	free(conninfo);
}

/* Somebody watches already when a great many finish at once. */
static void finishes_while_watched(char *conninfo, const char *go)
{
	PGconn *old;
	struct world w;

	run(conninfo, "VACUUM ANALYZE outbox_messages");
	world_open(&w, conninfo);
	for (int i = 0; i < 3; i++)
		look(&w);
	cr_expect_not(w.status.marked);
	old = holds_back(conninfo);
	run(conninfo, go);
	run(conninfo, "SELECT pg_stat_force_next_flush()");
	cr_expect_gt(plainly(conninfo, OPEN), 500, "there is no jam");
	look(&w);
	cr_expect_leq(w.status.buffers, 3 * OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	cr_expect(w.status.marked);
	cr_expect_gt(w.status.oldest_due, 80.0, "%f", w.status.oldest_due);
	cr_expect(outbox_watch_jumped(w.watch));
	look(&w);
	cr_expect_leq(w.status.buffers, OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	cr_expect_not(outbox_watch_jumped(w.watch));
	world_close(&w);
	PQfinish(old);
	free(conninfo);
}

Test(outbox_jams, many_finish_at_once, .timeout = 240)
{
	static const char go[] = "UPDATE outbox_messages SET processed_at = now() WHERE "
				 "available_at < now() - interval '100 s' AND processed_at IS NULL";
	static const char back[] = "UPDATE outbox_messages SET processed_at = NULL WHERE "
				   "available_at > now() - interval '1500 s'";
	char *uuids = with_uuids(200000);
	char *ids = cluster_database("tests/db/schemas/outbox_big.sql");

	run(uuids, back);
	finishes_while_watched(uuids, go);
	run(ids, "CALL fill(200000)");
	run(ids, back);
	finishes_while_watched(ids, go);
}

/* In the present month of ten. */
Test(outbox_jams, of_ten_leaves, .timeout = 240)
{
	static const char fill[] =
		"INSERT INTO outbox_messages (tenant_id, event_type, aggregate_id, payload, "
		"available_at) SELECT 1 + n % 40, 'Event' || n % 8, n % 500, '{}', now() - "
		"(60000 - n) * interval '10 ms' FROM generate_series(1, 60000) AS n; ";
	static const char go[] = "UPDATE outbox_messages SET processed_at = now() WHERE "
				 "available_at < now() - interval '100 s' AND " OPEN;
	char *conninfo = cluster_database("tests/db/schemas/outbox_leaves.sql");

	run(conninfo, fill);
	finishes_while_watched(conninfo, go);
	conninfo = cluster_database("tests/db/schemas/outbox_leaves.sql");
	run(conninfo, fill);
	run(conninfo, "VACUUM ANALYZE outbox_messages");
	first_look_passes_after(conninfo, OPEN, go, INT64_C(10) * 30);
	free(conninfo);
}
