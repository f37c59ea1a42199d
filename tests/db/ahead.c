/* SPDX-License-Identifier: MIT */
/* The first page by the catalog of an earlier session: asked before the server has said that it
 * still holds, shown only then, and asked anew where it does not. */
#include "rows.h"

#include <dirent.h>
#include <libpq-fe.h>

#include "base/attr.h"
#include "base/path.h"

/* Tenant 2 has three brands, as tenant 1 has. */
#define BRANDS                                                                                 \
	"UPDATE catalog_brands SET name = CASE tenant_id WHEN 2 THEN 'blue' ELSE 'acme' END || id"

struct start {
	struct rows t;
	char *db, *conninfo;
	int pages, unsure; /* asked for, and so many of them before it was sure */
	int writes;        /* … of anything, before that */
	bool ended;        /* the session is ready, or failed */
};

static void count_pages(void *ctx, enum db_lane lane UNUSED, const char *sql,
			const struct params *params UNUSED)
{
	struct start *s = ctx;
	bool page = strstr(sql, "ORDER BY q.");

	s->pages += page;
	s->unsure += page && !session_profile(s->t.session);
	s->writes += strstr(sql, "READ WRITE") && !session_profile(s->t.session);
}

static int files(void)
{
	char *dir = path_cache("catalog");
	DIR *d = opendir(dir);
	int n = 0;

	for (const struct dirent *e; d && (e = readdir(d));)
		n += !strchr(e->d_name, '.');
	if (d)
		closedir(d);
	free(dir);
	return n;
}

static void on_ready(void *ctx, const struct err *err)
{
	cr_expect_null(err);
	*(bool *)ctx = true;
}

static void on_end(void *ctx, const struct err *err UNUSED)
{
	((struct start *)ctx)->ended = true;
}

static void open_session(struct start *s, const char *relation)
{
	struct session_options opts = { .db.dbname = s->conninfo, .tenant = "2" };
	char *screen = xasprintf("[screen]\ntitle = Brands\nrelation = %s\nscope = tenant\n",
				 relation);
	struct err err = ERR_INIT;

	s->unsure = s->pages = s->writes = 0;
	s->ended = false;
	s->t = (struct rows){ .loop = loop_new() };
	s->t.limit = loop_timer_new(s->t.loop, rows_late, &s->t);
	s->t.session = session_new(s->t.loop, &opts, &err);
	cr_assert(s->t.session, "%s", err.why);
	db_echo(session_db(s->t.session), count_pages, s);
	rows_screen(&s->t, "brands", screen, NULL, 10);
	free(screen);
}

/* Until the rows are there. */
static void start(struct start *s, const char *relation)
{
	bool sure = false;

	open_session(s, relation);
	session_when_ready(s->t.session, READY_SCOPE, on_ready, &sure);
	rows_until(&s->t, sure);
	rows_settle(&s->t);
	cr_expect_null(rowset_error(s->t.r), "%s", rowset_error(s->t.r)->why);
	rows_until(&s->t, !session_ahead(s->t.session));
	cr_expect_eq(s->writes, 0);
}

static void begin(struct start *s)
{
	char dir[] = "/tmp/souk-ahead-XXXXXX";

	cr_assert(mkdtemp(dir));
	setenv("XDG_CACHE_HOME", dir, 1);
	s->db = cluster_database("tests/db/dialects/a.sql");
	s->conninfo = xasprintf("%s user=a_app", s->db);
	free(cluster_sql(s->db, BRANDS));
	start(s, "catalog_brands");
	cr_expect_eq(s->unsure, 0, "there was none to believe");
	while (!files())
		rows_pass(&s->t, 5);
	rows_close(&s->t);
}

static void end(struct start *s)
{
	struct err err = ERR_INIT;

	cr_assert(path_remove_tree(getenv("XDG_CACHE_HOME"), &err));
	free(s->conninfo);
	free(s->db);
}

static void expect_blue(struct start *s, const char *what)
{
	cr_expect_eq(rowset_len(s->t.r), 3, "%s: %zu rows", what, rowset_len(s->t.r));
	cr_expect_str_eq(session_tenant(s->t.session)->id, "2", "%s", what);
	for (size_t i = 0; i < rowset_len(s->t.r); i++)
		cr_expect(strncmp(rows_cell(&s->t, i, "name"), "blue", 4) == 0, "%s: %s", what,
			  rows_cell(&s->t, i, "name"));
	rows_close(&s->t);
}

static void the_first_page_is_asked_for_once(void)
{
	struct start s;

	begin(&s);
	start(&s, "catalog_brands");
	cr_expect_eq(s.pages, 1, "%d", s.pages);
	expect_blue(&s, "nothing changed");
	end(&s);
}

/* Between two sessions: where tenants are listed, what scopes them, which table it is. */
#define POLICY                                                                                 \
	"USING (tenant_id = nullif(current_setting(''my.shop'', true), '''')::bigint)"

static const char *const changes[] = {
	"ALTER TABLE tenancy_tenants RENAME TO shops",
	"ALTER TABLE shops RENAME slug TO short_name",
	"DO $$ DECLARE p record; BEGIN "
	"FOR p IN SELECT polname, polrelid::regclass AS t FROM pg_policy LOOP "
	"EXECUTE format('DROP POLICY %I ON %s', p.polname, p.t); "
	"EXECUTE format('CREATE POLICY %I ON %s " POLICY "', p.polname, p.t); "
	"END LOOP; END $$",
	"ALTER TABLE catalog_brands RENAME TO old_brands; "
	"CREATE TABLE catalog_brands (LIKE old_brands INCLUDING ALL); "
	"INSERT INTO catalog_brands OVERRIDING SYSTEM VALUE "
	"SELECT * FROM old_brands WHERE tenant_id = 2; "
	"GRANT SELECT ON catalog_brands TO a_app",
	"ALTER TABLE catalog_brands DROP COLUMN created_at",
};

static void what_does_not_hold_is_put_right(void)
{
	struct start s;

	begin(&s);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		free(cluster_sql(s.db, changes[i]));
		start(&s, "catalog_brands");
		cr_expect_eq(s.pages - s.unsure, 1, "%s: %d of %d pages", changes[i], s.unsure,
			     s.pages);
		expect_blue(&s, changes[i]);
	}
	end(&s);
}

/* It is in none that was kept. */
static void a_table_that_is_younger(void)
{
	struct start s;

	begin(&s);
	free(cluster_sql(s.db, "CREATE TABLE younger AS SELECT * FROM catalog_brands "
			       "WHERE tenant_id = 2; GRANT SELECT ON younger TO a_app"));
	start(&s, "younger");
	expect_blue(&s, "younger");
	end(&s);
}

/* What belonged to nobody belongs to tenants now: no row of another one's is shown. */
static void a_tenant_column_that_is_younger(void)
{
	struct start s;

	begin(&s);
	free(cluster_sql(s.db, "CREATE TABLE notes AS SELECT id, name FROM catalog_brands; "
			       "GRANT SELECT ON notes TO a_app"));
	start(&s, "notes");
	cr_expect_gt(rowset_len(s.t.r), 3);
	rows_pass(&s.t, 100);
	rows_close(&s.t);
	free(cluster_sql(s.db, "DROP TABLE notes; "
			       "CREATE TABLE notes AS SELECT * FROM catalog_brands; "
			       "GRANT SELECT ON notes TO a_app"));
	start(&s, "notes");
	expect_blue(&s, "notes");
	end(&s);
}

/* All is answered but whether it holds. */
static void expect_nothing(struct start *s)
{
	cr_expect_eq(rowset_len(s->t.r), 0);
	cr_expect_eq(rowset_columns(s->t.r), 0);
	cr_expect_null(session_profile(s->t.session));
	cr_expect_null(session_catalog(s->t.session));
	cr_expect_eq(session_tenant(s->t.session)->kind, TENANT_NONE);
	cr_expect_eq(s->writes, 0);
}

/* Until the page was asked for ahead, and for a while. */
static PGconn *begin_without_verdict(struct start *s)
{
	PGconn *other;

	begin(s);
	other = PQconnectdb(s->db);
	PQclear(PQexec(other, "BEGIN"));
	PQclear(PQexec(other, "LOCK TABLE pg_catalog.pg_publication_rel"));
	cr_assert_eq(PQtransactionStatus(other), PQTRANS_INTRANS, "%s", PQerrorMessage(other));
	open_session(s, "catalog_brands");
	session_when_ready(s->t.session, READY_SCOPE, on_end, s);
	rows_until(&s->t, s->unsure == 1);
	rows_pass(&s->t, 100);
	expect_nothing(s);
	return other;
}

static void nothing_is_shown_before_the_verdict(void)
{
	struct start s;
	PGconn *other = begin_without_verdict(&s);
	const struct profile *tried = session_profile(session_ahead(s.t.session));

	cr_expect(!s.ended);
	PQfinish(other);
	rows_until(&s.t, s.ended);
	cr_expect_eq(session_profile(s.t.session), tried, "learned twice");
	rows_settle(&s.t);
	cr_expect_eq(s.pages, 1, "%d", s.pages);
	expect_blue(&s, "late");
	end(&s);
}

static void a_verdict_that_never_comes(void)
{
	struct start s;
	PGconn *other = begin_without_verdict(&s);

	free(cluster_sql(s.db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
			       "usename = 'a_app' AND wait_event_type = 'Lock'"));
	rows_until(&s.t, !session_ahead(s.t.session));
	expect_nothing(&s);
	PQfinish(other);
	rows_close(&s.t);
	end(&s);
}

/* What asks something else meanwhile has an answer of its own. */
static void another_question_is_asked_itself(void)
{
	struct start s;
	PGconn *other = begin_without_verdict(&s);
	struct err err = ERR_INIT;

	cr_assert(rowset_sort(s.t.r, "-name", &err), "%s", err.why);
	PQfinish(other);
	rows_until(&s.t, s.ended);
	rows_settle(&s.t);
	cr_expect_gt(s.pages, s.unsure);
	cr_expect_str_eq(rowset_sort_text(s.t.r), "-name");
	expect_blue(&s, "sorted");
	end(&s);
}

/* One after the other: roles belong to the whole server, and what one of these makes is a change
 * to the others. */
Test(ahead, between_sessions, .timeout = 200)
{
	the_first_page_is_asked_for_once();
	what_does_not_hold_is_put_right();
	a_table_that_is_younger();
	a_tenant_column_that_is_younger();
	nothing_is_shown_before_the_verdict();
	a_verdict_that_never_comes();
	another_question_is_asked_itself();
}
