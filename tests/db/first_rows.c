/* SPDX-License-Identifier: MIT */
/* The first page of a table by the catalog of an earlier session: shown as soon as the server has
 * said that nothing of that table has changed, while it looks whether all else holds. */
#include "rows.h"

#include <dirent.h>
#include <libpq-fe.h>

#include "base/attr.h"
#include "base/path.h"
#include "catalog/reader.h"

struct start {
	struct rows t;
	char *db;
	PGconn *other;           /* keeps the verdict about all of it back */
	int pages, rests, states, reads; /* asked for; and of the whole catalog */
	bool whole;              /* somebody who waits for all of it may go on */
};

static void count(void *ctx, enum db_lane lane UNUSED, const char *sql,
		  const struct params *params UNUSED)
{
	struct start *s = ctx;
	const struct sqlset *set = session_sql(s->t.session);

	s->pages += strstr(sql, "ORDER BY q.") != NULL;
	s->rests += strcmp(sql, sqlset_get(set, "catalog_rest", 0)->text) == 0;
	s->states += strcmp(sql, sqlset_get(set, "catalog_state", 0)->text) == 0;
	s->reads += strcmp(sql, sqlset_get(set, "catalog_indexes", 0)->text) == 0;
}

static void on_whole(void *ctx, const struct err *err)
{
	cr_expect_null(err);
	((struct start *)ctx)->whole = true;
}

static bool kept(void)
{
	char *dir = path_cache("catalog");
	DIR *d = opendir(dir);
	bool found = false;

	for (const struct dirent *e; d && (e = readdir(d));)
		found |= !strchr(e->d_name, '.');
	if (d)
		closedir(d);
	free(dir);
	return found;
}

static void open_session(struct start *s)
{
	struct session_options opts = { .db.dbname = s->db };
	struct err err = ERR_INIT;

	s->pages = s->rests = s->states = s->reads = 0;
	s->whole = false;
	s->t = (struct rows){ .loop = loop_new() };
	s->t.limit = loop_timer_new(s->t.loop, rows_late, &s->t);
	s->t.session = session_new(s->t.loop, &opts, &err);
	cr_assert(s->t.session, "%s", err.why);
	db_echo(session_db(s->t.session), count, s);
	session_when_ready(s->t.session, READY_SCOPE, on_whole, s);
	rows_screen(&s->t, "parts", "[screen]\ntitle = Parts\nrelation = parts\n", NULL, 10);
}

/* A session whose catalog is kept, and another one that is about to begin. */
static void begin(struct start *s)
{
	char dir[] = "/tmp/souk-first-XXXXXX";

	cr_assert(mkdtemp(dir));
	setenv("XDG_CACHE_HOME", dir, 1);
	s->db = cluster_database("");
	free(cluster_sql(s->db, "CREATE TABLE parts (id int PRIMARY KEY, name text); "
				"INSERT INTO parts SELECT i, 'part ' || i "
				"FROM generate_series(1, 3) i; "
				"CREATE INDEX by_name ON parts (name); "
				"CREATE ROLE member_of_none; CREATE ROLE group_of_none"));
	s->other = PQconnectdb(s->db);
}

static void keep(struct start *s)
{
	struct err err = ERR_INIT;
	char *dir = path_cache("catalog");

	cr_assert(path_remove_tree(dir, &err), "%s", err.why);
	free(dir);
	open_session(s);
	rows_until(&s->t, s->whole);
	rows_settle(&s->t);
	while (!kept())
		rows_pass(&s->t, 5);
	rows_close(&s->t);
}

static void end(struct start *s)
{
	struct err err = ERR_INIT;

	PQfinish(s->other);
	free(cluster_sql(s->db, "DROP ROLE member_of_none; DROP ROLE group_of_none"));
	cr_assert(path_remove_tree(getenv("XDG_CACHE_HOME"), &err));
	free(s->db);
}

static void hold(struct start *s)
{
	PQclear(PQexec(s->other, "BEGIN"));
	PQclear(PQexec(s->other, "LOCK TABLE pg_catalog.pg_publication_rel"));
	cr_assert_eq(PQtransactionStatus(s->other), PQTRANS_INTRANS, "%s",
		     PQerrorMessage(s->other));
}

static void let_go(struct start *s)
{
	PQclear(PQexec(s->other, "ROLLBACK"));
	rows_until(&s->t, s->whole);
	rows_settle(&s->t);
}

/* One page, one look at what it rests on, and nobody but the page goes on by that. */
static void what_holds_is_shown_at_once(struct start *s)
{
	keep(s);
	hold(s);
	open_session(s);
	rows_until(&s->t, rowset_len(s->t.r) == 3);
	cr_expect_eq(s->rests, 1);
	cr_expect(!reader_settled(session_reader(s->t.session)));
	cr_expect(!s->whole);
	let_go(s);
	cr_expect(reader_settled(session_reader(s->t.session)));
	cr_expect_eq(s->pages, 1, "%d", s->pages);
	cr_expect_eq(s->reads, 0);
	rows_close(&s->t);
}

/* What does not touch the table does not keep its rows back, and is read before anybody else goes
 * on. */
static void another_change_is_read_behind_it(struct start *s)
{
	const struct catalog *first;

	keep(s);
	free(cluster_sql(s->db, "CREATE TABLE others (id int PRIMARY KEY)"));
	hold(s);
	open_session(s);
	rows_until(&s->t, rowset_len(s->t.r) == 3);
	first = session_catalog(s->t.session);
	cr_expect(!s->whole);
	let_go(s);
	cr_expect_neq(session_catalog(s->t.session), first);
	cr_expect(reader_settled(session_reader(s->t.session)));
	cr_expect_eq(s->reads, 1);
	cr_expect_eq(s->pages, 1, "%d", s->pages);
	cr_expect_eq(rowset_len(s->t.r), 3);
	rows_close(&s->t);
}

static const char *const changes[] = {
	"ALTER TABLE parts ADD COLUMN more int",
	"ALTER TABLE parts RENAME COLUMN more TO less",
	"ALTER TABLE parts DROP COLUMN less",
	"ALTER TABLE parts ALTER COLUMN name TYPE varchar",
	"DROP INDEX by_name",
	"COMMENT ON COLUMN parts.name IS 'personal'",
	"REVOKE ALL ON parts FROM PUBLIC",
	"GRANT SELECT (name) ON parts TO PUBLIC",
	"CREATE POLICY p ON parts USING (true)",
	"ALTER POLICY p ON parts USING (id > 0)",
	"DROP POLICY p ON parts",
	"ALTER TABLE parts ENABLE ROW LEVEL SECURITY",
	"CREATE TABLE others2 (id int); CREATE POLICY p ON others2 USING (true)",
	"GRANT group_of_none TO member_of_none",
	"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_temp', "
	"current_database()); END $$",
	"DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', CURRENT_USER); "
	"EXECUTE format('CREATE TABLE %I.parts (id int PRIMARY KEY)', CURRENT_USER); END $$",
	"ALTER TABLE public.parts RENAME TO old_parts; "
	"CREATE TABLE public.parts (id int PRIMARY KEY, name text); "
	"INSERT INTO public.parts VALUES (1, 'one'), (2, 'two'), (3, 'three')",
};

/* With the verdict about all of it kept back nothing is to be seen: the look that the page waits
 * for has been answered (sent twice, where the page met a column that is gone and failed). */
static void what_does_not_hold_is_not_shown(struct start *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		keep(s);
		free(cluster_sql(s->db, changes[i]));
		hold(s);
		open_session(s);
		rows_until(&s->t, s->rests >= 1 && s->states == 1 &&
					  db_pending(session_db(s->t.session)) == 1);
		rows_pass(&s->t, 20);
		cr_expect_null(session_catalog(s->t.session), "%s", changes[i]);
		cr_expect_eq(rowset_len(s->t.r), 0, "%s", changes[i]);
		let_go(s);
		cr_expect_eq(s->reads, 1, "%s", changes[i]);
		rows_close(&s->t);
	}
}

/* What is read to be kept is read by a session of its own each time: see ahead.c. */
Test(first_rows, between_sessions, .timeout = 200)
{
	struct start s;

	begin(&s);
	what_holds_is_shown_at_once(&s);
	another_change_is_read_behind_it(&s);
	what_does_not_hold_is_not_shown(&s);
	end(&s);
}
