/* SPDX-License-Identifier: MIT */
/*
 * What looking at an outbox costs the server, in buffers by its own books, and that its numbers
 * are right wherever they say that they are exact.
 */
#include "../../src/command/outbox_watch.h"
#include "outbox_world.h"

/* ---- of how many there are ---- */
/* Of several looks in a session: the most that one touched. */
static int64_t dearest(const char *conninfo, int64_t *books_say)
{
	int64_t before = number(conninfo, BOOKS), most = 0;
	struct world w;

	world_open(&w, conninfo);
	for (int i = 0; i < 8; i++) {
		int64_t n = look(&w)->buffers;

		cr_expect_geq(n, 0);
		/* The first one asks the planner, and where to begin. */
		cr_expect_leq(n, 2 * OUTBOX_BUDGET);
		if (i && n > most)
			most = n;
	}
	cr_expect_geq(w.status.due.n, 50);
	if (w.status.due.more)
		cr_expect_gt(w.status.due_estimate, 1000.0);
	cr_expect_gt(w.status.oldest_due, 1.0);
	cr_expect_geq(w.status.state, OUTBOX_WARNING);
	panels_stay_cheap(&w);
	world_close(&w);
	/* The books are written when the session ends. */
	for (int i = 0; i < 50 && number(conninfo, BOOKS) == before; i++)
		run(conninfo, "SELECT pg_sleep(0.1)");
	*books_say = number(conninfo, BOOKS) - before;
	cr_expect_eq(number(conninfo, "SELECT coalesce(sum(seq_scan), 0) FROM "
				      "pg_stat_user_tables WHERE relname = 'outbox_messages'"),
		     number(conninfo, "SELECT 0"), "it was read through");
	return most;
}

static int64_t filled(int rows, int64_t *books_say)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	char *sql = xasprintf("CALL fill(%d)", rows);
	int64_t most;

	run(conninfo, sql);
	/* The due ones were never vacuumed: each must be looked up in the heap. */
	run(conninfo, "ANALYZE outbox_messages; SELECT pg_stat_reset(); SELECT pg_sleep(0.5)");
	most = dearest(conninfo, books_say);
	free(sql);
	free(conninfo);
	return most;
}

static void stays_cheap(int rows)
{
	int64_t by_the_books, most = filled(rows, &by_the_books);

	cr_expect_leq(most, OUTBOX_BUDGET, "%" PRId64 " buffers of %d rows", most, rows);
	cr_expect_leq(by_the_books, 8 * 2 * OUTBOX_BUDGET, "%" PRId64 " by the books",
		      by_the_books);
}

Test(outbox_cost, of_a_hundred_thousand, .timeout = 120)
{
	stays_cheap(100000);
}

/* OUTBOX_ROWS: of so many. */
Test(outbox_cost, of_ten_times_as_many_is_the_same, .timeout = 1200)
{
	const char *rows = getenv("OUTBOX_ROWS");

	stays_cheap(rows ? (int)strtol(rows, NULL, 10) : 1000000);
}

/* Many that are dead, each on a page of its own that vacuum never saw. */
Test(outbox_cost, of_many_dead_ones, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	struct world w;

	run(conninfo, "CALL fill(100000)");
	run(conninfo, "UPDATE outbox_messages SET processed_at = NULL, dead_at = now(), "
		      "last_error = 'HTTP 500' "
		      "WHERE id % 20 = 0 AND id < 90000; ANALYZE outbox_messages");
	world_open(&w, conninfo);
	for (int i = 0; i < 8; i++) {
		look(&w);
		if (i > 1)
			cr_expect_leq(w.status.buffers, OUTBOX_BUDGET, "%" PRId64,
				      w.status.buffers);
	}
	cr_expect(w.status.dead.more);
	cr_expect_geq(w.status.dead_estimate, 3000.0, "%f", w.status.dead_estimate);
	cr_expect_leq(w.status.dead_estimate, 6000.0, "%f", w.status.dead_estimate);
	panels_stay_cheap(&w);
	world_close(&w);
	free(conninfo);
}

/* What the list of messages touches for its first page, in the order that its screen has. */
static int64_t first_page(int rows, const char *also)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	char *sql = xasprintf("CALL fill(%d)", rows);
	struct world w;
	int64_t n;

	run(conninfo, sql);
	run(conninfo, also);
	run(conninfo, "ANALYZE outbox_messages");
	world_open(&w, conninfo);
	look(&w);
	n = asked(&w, "outbox_messages", " ORDER BY due_at, id LIMIT 50");
	world_close(&w);
	free(sql);
	free(conninfo);
	return n;
}

Test(outbox_cost, the_list_does_not_walk_through_what_is_done, .timeout = 240)
{
	static const char without_due[] =
		"DROP INDEX outbox_messages_pending_idx; ALTER TABLE outbox_messages DROP "
		"COLUMN available_at; "
		"CREATE INDEX ON outbox_messages (occurred_at) WHERE processed_at IS NULL";

	cr_expect_leq(first_page(20000, ""), OUTBOX_BUDGET);
	cr_expect_leq(first_page(200000, ""), OUTBOX_BUDGET);
	/* Those that have no time to wait for are due since they are there. */
	cr_expect_leq(first_page(200000, without_due), OUTBOX_BUDGET);
}

/* A dead letter looked up by its id, beside a hundred thousand messages; and the first page of
 * them. */
Test(outbox_cost, dead_letters_are_found_by_their_id, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	struct world w;
	int64_t n;

	run(conninfo, "CALL fill(100000)");
	run(conninfo, "UPDATE outbox_messages SET processed_at = NULL, dead_at = now() WHERE id % "
		      "20 = 0 AND id < 90000; ANALYZE outbox_messages");
	world_open(&w, conninfo);
	look(&w);
	n = asked(&w, "outbox_dead_letters", " WHERE id = 4000");
	cr_expect_leq(n, OUTBOX_BUDGET, "by id: %" PRId64, n);
	n = asked(&w, "outbox_dead_letters", " ORDER BY id LIMIT 50");
	cr_expect_leq(n, 4 * OUTBOX_BUDGET, "first page: %" PRId64, n);
	n = asked(&w, "outbox_all", " WHERE id = 4000");
	cr_expect_leq(n, OUTBOX_BUDGET, "of any state by id: %" PRId64, n);
	world_close(&w);
	free(conninfo);
}

/* ---- right wherever exact ---- */

static uint64_t seed = 88172645463325252u;

static unsigned below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static void expect_count(const char *conninfo, const char *name, const struct outbox_count *c,
			 const char *condition)
{
	char *sql = xasprintf("SELECT count(*) FROM outbox_messages WHERE %s", condition);
	int64_t truth = number(conninfo, sql);

	if (outbox_count_exact(c))
		cr_expect_eq(c->n, truth, "%s is %" PRId64 ", not %" PRId64, name, truth, c->n);
	else if (!c->estimate && c->n >= 0)
		cr_expect_leq(c->n, truth, "%s is %" PRId64 ", not at least %" PRId64, name,
			      truth, c->n);
	free(sql);
}

Test(outbox_cost, what_is_not_marked_is_right, .timeout = 180)
{
	static const char *const changes[] = {
		"UPDATE outbox_messages SET processed_at = now() WHERE id %% %u = 0",
		"UPDATE outbox_messages SET processed_at = NULL WHERE id %% %u = 1",
		"UPDATE outbox_messages SET dead_at = now(), processed_at = NULL WHERE id %% "
		"%u = 2",
		"UPDATE outbox_messages SET dead_at = NULL WHERE id %% %u = 3",
		"UPDATE outbox_messages SET attempts = 2, available_at = now() + interval '1 "
		"h' "
		"WHERE id %% %u = 0",
		"UPDATE outbox_messages SET available_at = now() - interval '2 h' WHERE id %% "
		"%u = 1",
		"UPDATE outbox_messages SET available_at = 'infinity' WHERE id %% %u = 2",
		"INSERT INTO outbox_messages (event_type, aggregate_id, payload) SELECT "
		"'More', 1, "
		"'{}' FROM generate_series(1, %u)",
		"DELETE FROM outbox_messages WHERE id %% %u = 0",
		"UPDATE outbox_messages SET available_at = '-infinity' WHERE id = %u",
	};
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	struct world w;
	int exact = 0;

	run(conninfo, "CALL fill(700)");
	world_open(&w, conninfo);
	for (int i = 0; i < 25; i++) {
		char sql[200];

		/* The change has a literal of ours as its format. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(sql, sizeof sql, changes[below(ARRAY_SIZE(changes))], 2 + below(40));
#pragma GCC diagnostic pop
		run(conninfo, sql);
		look(&w);
		expect_count(conninfo, "due", &w.status.due, OPEN " AND available_at <= now()");
		expect_count(conninfo, "delayed", &w.status.delayed,
			     OPEN " AND available_at > now()");
		expect_count(conninfo, "retrying", &w.status.retrying,
			     OPEN " AND attempts > 0");
		expect_count(conninfo, "dead", &w.status.dead, "dead_at IS NOT NULL");
		exact += outbox_count_exact(&w.status.due) && w.status.due.n > 0;
	}
	cr_expect_gt(exact, 5, "too little was exact to tell anything");
	world_close(&w);
	free(conninfo);
}

/* ---- in ten leaves ---- */

Test(outbox_cost, of_ten_leaves, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_leaves.sql");
	const struct catalog *before;
	struct world w;

	world_open(&w, conninfo);
	cr_assert_str_eq(w.outbox->relation->name, "outbox_messages");
	for (int i = 0; i < 8; i++)
		look(&w);
	/* When plans are made anew, too. */
	w.watch->planned_us = 0;
	look(&w);
	cr_expect_leq(w.status.buffers, OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	cr_expect_eq(w.status.due.n, 200);
	cr_expect(outbox_count_exact(&w.status.due));
	cr_expect_eq(w.status.dead.n, 80, "%" PRId64, w.status.dead.n);
	cr_expect(outbox_count_exact(&w.status.dead));
	panels_stay_cheap(&w);
	/* Something happens in a leaf that was left out: it is entered again. */
	run(conninfo, "UPDATE outbox_messages SET processed_at = NULL, available_at = now() - "
		      "interval '1 h' WHERE id = 17; SELECT pg_stat_force_next_flush()");
	for (int i = 0; i < 100 && look(&w)->oldest_due < 3600; i++)
		rows_pass(&w.rows, 50);
	cr_expect_geq(w.status.oldest_due, 3600.0);
	look(&w);
	cr_expect_leq(w.status.buffers, OUTBOX_BUDGET, "%" PRId64, w.status.buffers);
	/* That many leaves may cost so much that not all are counted. */
	cr_expect(w.status.due.n == 201 || (w.status.due.more && w.status.due.n > 100),
		  "%" PRId64, w.status.due.n);
	run(conninfo, "DELETE FROM outbox_messages WHERE dead_at IS NOT NULL AND id < 4000; "
		      "SELECT pg_stat_force_next_flush()");
	for (int i = 0; i < 100 && look(&w)->dead.n == 80; i++)
		rows_pass(&w.rows, 50);
	expect_count(conninfo, "dead", &w.status.dead, "dead_at IS NOT NULL");
	/* A leaf comes, and what is due in it counts. */
	run(conninfo, "UPDATE outbox_messages SET processed_at = now() WHERE processed_at IS "
		      "NULL AND id % 10 > 0 AND id > 100");
	before = session_catalog(w.rows.session);
	run(conninfo,
	    "DO $$ BEGIN EXECUTE format('CREATE TABLE more PARTITION OF outbox_messages FOR "
	    "VALUES FROM (%L) TO (%L)', date_trunc('month', now()) + interval '2 month', "
	    "date_trunc('month', now()) + interval '3 month'); END $$; INSERT INTO "
	    "outbox_messages (tenant_id, event_type, aggregate_id, payload, occurred_at) "
	    "VALUES "
	    "(1, 'Event1', 1, '{}', date_trunc('month', now()) + interval '2 month')");
	look(&w);
	rows_until(&w.rows, session_catalog(w.rows.session) != before);
	find(&w);
	cr_expect_eq(look(&w)->due.n, 22, "%" PRId64, w.status.due.n);
	world_close(&w);
	free(conninfo);
}

/* ---- with many consumers ---- */

#define CONSUMER_OFFSETS                                                                       \
	"CREATE TABLE consumer_offsets (consumer text, event_type text, last_processed_id "    \
	"bigint NOT NULL, updated_at timestamptz DEFAULT now(), PRIMARY KEY (consumer, "       \
	"event_type)); "

/* Fifty consumers of forty event types: of two thousand places a few are looked at. */
Test(outbox_cost, of_many_consumers, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql"), *said;
	struct world w;

	run(conninfo, "CALL fill(100000)");
	run(conninfo, CONSUMER_OFFSETS
	    "CREATE INDEX ON outbox_messages (event_type, id); "
	    "UPDATE outbox_messages SET event_type = 'Event' || id % 40, processed_at = now()");
	run(conninfo, "VACUUM outbox_messages");
	run(conninfo, "INSERT INTO consumer_offsets SELECT 'c' || c, 'Event' || t, 99960 + t "
		      "FROM generate_series(1, 50) c, generate_series(0, 39) t; UPDATE "
		      "consumer_offsets SET last_processed_id = 10 WHERE consumer = 'c7' AND "
		      "event_type = 'Event3'; ANALYZE");
	world_open(&w, conninfo);
	for (int i = 0; i < 3; i++)
		look(&w);
	cr_expect_leq(panel(&w, "outbox_why"), OUTBOX_BUDGET);
	/* Whom the others have left behind is found among them. */
	said = why_says(&w, conninfo, "consumers", "c7");
	cr_expect(strstr(said, "warning|lag "), "%s", said);
	cr_expect(strstr(said, "of its 40 event types"), "%s", said);
	free(said);
	world_close(&w);
	free(conninfo);
}

/* A jam behind a consumer's place: what waits there is not walked through. */
Test(outbox_cost, of_a_consumer_before_a_jam, .timeout = 120)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql"), *said;
	struct world w;

	run(conninfo, "CALL fill(100000)");
	run(conninfo, CONSUMER_OFFSETS
	    "CREATE INDEX ON outbox_messages (event_type, id); INSERT INTO consumer_offsets "
	    "SELECT 'graph', 'Event' || t, 90000 FROM generate_series(0, 6) t; ANALYZE");
	world_open(&w, conninfo);
	for (int i = 0; i < 3; i++)
		look(&w);
	cr_expect_leq(panel(&w, "outbox_why"), OUTBOX_BUDGET);
	said = why_says(&w, conninfo, "consumers", "graph");
	cr_expect(strstr(said, "unknown|lag unknown: too much behind its place"), "%s", said);
	free(said);
	run(conninfo, "UPDATE outbox_messages SET processed_at = now() WHERE id <= 91000");
	said = why_says(&w, conninfo, "consumers", "graph");
	cr_expect(strstr(said, "warning|lag "), "%s", said);
	free(said);
	world_close(&w);
	free(conninfo);
}

/* ---- swapped under its feet ---- */

Test(outbox_cost, another_table_takes_its_name, .timeout = 60)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	const struct catalog *before;
	struct world w;

	run(conninfo, "CALL fill(1000)");
	world_open(&w, conninfo);
	cr_expect_eq(look(&w)->due.n, 100);
	before = session_catalog(w.rows.session);
	run(conninfo, "ALTER TABLE outbox_messages RENAME TO outbox_old; CREATE TABLE "
		      "outbox_messages (LIKE outbox_old INCLUDING ALL)");
	cr_expect_eq(look(&w)->due.n, 0);
	/* It is noticed, and the catalog read again. */
	rows_until(&w.rows, session_catalog(w.rows.session) != before);
	find(&w);
	look(&w);
	cr_expect(outbox_watch_swapped(w.watch));
	/* A column goes. */
	before = session_catalog(w.rows.session);
	run(conninfo, "ALTER TABLE outbox_messages RENAME available_at TO not_before");
	w.looked = false;
	outbox_look(w.rows.session, w.outbox, w.watch, false, NULL, looked, &w);
	rows_until(&w.rows, w.looked);
	cr_expect_str_eq(w.err.sqlstate, "42703");
	rows_until(&w.rows, session_catalog(w.rows.session) != before);
	world_close(&w);
	free(conninfo);
}
