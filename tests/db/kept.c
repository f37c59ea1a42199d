/* SPDX-License-Identifier: MIT */
/* What the catalog said, kept on disk between sessions: used when nothing changed, only then. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "catalog/build.h"
#include "catalog/reader.h"
#include "domain/schematext.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

static char *begin(void)
{
	char dir[] = "/tmp/souk-kept-XXXXXX";

	cr_assert(mkdtemp(dir));
	setenv("XDG_CACHE_HOME", dir, 1);
	return cluster_database("tests/db/dialects/a.sql");
}

static void end(char *conninfo)
{
	struct err err = ERR_INIT;

	cr_assert(path_remove_tree(getenv("XDG_CACHE_HOME"), &err));
	free(conninfo);
}

static char *file_of_it(void)
{
	char *dir = path_cache("catalog"), *path = NULL;
	DIR *d = opendir(dir);

	/* Beside it may stand one that is being written. */
	for (const struct dirent *e; d && !path && (e = readdir(d));)
		if (*e->d_name != '.' && !strchr(e->d_name, '.'))
			path = path_join(dir, e->d_name);
	if (d)
		closedir(d);
	free(dir);
	return path;
}

struct seen {
	bool whole;      /* all questions were asked */
	struct buf text; /* the snapshot */
	/* How often each question was sent; at CATALOG_PARTS: whether anything has changed. */
	int asked[CATALOG_PARTS + 1];
	const struct sqlset *sql;
};

static void count(void *ctx, enum db_lane lane, const char *sql, const struct params *params)
{
	struct seen *seen = ctx;

	(void)lane;
	(void)params;
	for (int part = 0; part <= CATALOG_PARTS; part++) {
		const char *name = part < CATALOG_PARTS
					   ? catalog_part_query((enum catalog_part)part)
					   : "catalog_state";

		seen->asked[part] += strcmp(sql, sqlset_get(seen->sql, name, 0)->text) == 0;
	}
}

/* Another one with each writing: of all files, since each user has one. */
static ino_t file_number(void)
{
	char *dir = path_cache("catalog");
	DIR *d = opendir(dir);
	struct stat st;
	ino_t sum = 0;

	for (const struct dirent *e; d && (e = readdir(d));)
		if (!strchr(e->d_name, '.') && fstatat(dirfd(d), e->d_name, &st, 0) == 0)
			sum += st.st_ino;
	if (d)
		closedir(d);
	free(dir);
	return sum;
}

static bool complete(const struct catalog *c)
{
	for (size_t i = 0; i < catalog_relations(c); i++)
		if (catalog_relation_at(c, i)->locked)
			return false;
	return true;
}

/* A look at a folder is no event of the loop. */
static bool written(struct client *c, ino_t before)
{
	if (file_number() == before)
		client_pass(c, 5);
	return file_number() != before;
}

/* One session that only reads the catalog; wait: until it has written, too. */
static void session_until(const char *conninfo, bool keep, bool wait, struct seen *seen)
{
	ino_t before = file_number();
	struct db_counters n;
	struct client c;
	struct reader *r;

	client_open(&c, conninfo);
	*seen = (struct seen){ .sql = c.sql };
	db_echo(c.db, count, seen);
	r = reader_new(c.db, DB_READ);
	if (keep)
		reader_keep(r, false);
	reader_refresh(r);
	client_until(&c, !reader_busy(r));
	cr_assert(reader_catalog(r), "%s", reader_error(r) ? reader_error(r)->why : "?");
	db_counters(c.db, &n);
	seen->whole = n.statements > 10;
	buf_init(&seen->text);
	schematext_write(&seen->text, reader_catalog(r), NULL, NULL);
	for (int i = 0; wait && seen->whole && complete(reader_catalog(r)) && i < 1000; i++)
		if (written(&c, before))
			break;
	reader_free(&r);
	client_close(&c);
}

static void session(const char *conninfo, bool keep, struct seen *seen)
{
	session_until(conninfo, keep, keep, seen);
}

static bool reads_whole(const char *conninfo)
{
	struct seen s;

	session(conninfo, true, &s);
	buf_release(&s.text);
	return s.whole;
}

static void the_second_session_asks_one_question_and_knows_the_same(void)
{
	char *conninfo = begin(), *file;
	struct seen first, second, fresh;
	struct stat st;

	session(conninfo, true, &first);
	session(conninfo, true, &second);
	session(conninfo, false, &fresh);
	cr_assert(first.whole && !second.whole && fresh.whole);
	for (int part = 0; part < CATALOG_PARTS; part++)
		cr_expect(first.asked[part] == 1 && !second.asked[part] &&
			  fresh.asked[part] == 1);
	cr_expect_eq(second.asked[CATALOG_PARTS], 1);
	cr_expect_eq(fresh.asked[CATALOG_PARTS], 0);
	cr_assert(first.text.len > 1000);
	cr_assert_str_eq(first.text.data, second.text.data);
	cr_assert_str_eq(first.text.data, fresh.text.data);
	buf_release(&first.text);
	buf_release(&second.text);
	buf_release(&fresh.text);
	file = file_of_it();
	cr_assert(file && stat(file, &st) == 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	free(file);
	end(conninfo);
}

/* Of the server's catalogs so much is written that to hash them would take longer than it saves:
 * neither is it tried twice, nor are the rows put away. */
static void a_large_one_is_read_with_one_question_a_part(void)
{
	char *conninfo = begin(), *file;
	struct seen s;

	free(cluster_sql(conninfo,
			 "DO $$ BEGIN FOR i IN 1..55 LOOP EXECUTE (SELECT 'CREATE TABLE wide (' "
			 "|| string_agg('c' || n || ' int', ',') || ')' FROM "
			 "generate_series(1, 1500) n); DROP TABLE wide; END LOOP; END $$"));
	for (int session = 0; session < 2; session++) {
		session_until(conninfo, true, false, &s);
		cr_assert(s.whole);
		for (int part = 0; part <= CATALOG_PARTS; part++)
			cr_expect_eq(s.asked[part], 1, "%d: %d times", part, s.asked[part]);
		buf_release(&s.text);
	}
	file = file_of_it();
	cr_assert_null(file);
	end(conninfo);
}

/* Each of these changes something that a snapshot tells. */
static const char *const changes[] = {
	"CREATE TABLE k (id int, a text)",
	"ALTER TABLE k ADD COLUMN b int",
	"ALTER TABLE k RENAME b TO c",
	"ALTER TABLE k ALTER c SET DEFAULT 3",
	"ALTER TABLE k ALTER c SET DEFAULT 4",
	"ALTER TABLE k ALTER c DROP DEFAULT",
	"ALTER TABLE k ALTER c SET NOT NULL",
	"ALTER TABLE k ALTER c TYPE bigint",
	"ALTER TABLE k DROP COLUMN c",
	"ALTER TABLE k ADD CHECK (id > 0)",
	"ALTER TABLE k ADD PRIMARY KEY (id)",
	"CREATE INDEX k_a ON k (a)",
	"ALTER INDEX k_a RENAME TO k_b",
	"DROP INDEX k_b",
	"COMMENT ON TABLE k IS 'one'",
	"COMMENT ON TABLE k IS 'two'",
	"COMMENT ON TABLE k IS NULL",
	"ALTER TABLE k ENABLE ROW LEVEL SECURITY",
	"ALTER TABLE k FORCE ROW LEVEL SECURITY",
	"CREATE POLICY p ON k USING (id = 1)",
	"ALTER POLICY p ON k USING (id = 2)",
	"DROP POLICY p ON k",
	"GRANT SELECT ON k TO PUBLIC",
	"REVOKE SELECT ON k FROM PUBLIC",
	"GRANT SELECT (a) ON k TO PUBLIC",
	"ALTER TABLE k RENAME TO kk",
	"ALTER TABLE kk RENAME TO k",
	"CREATE SCHEMA ks",
	"ALTER TABLE k SET SCHEMA ks",
	"GRANT USAGE ON SCHEMA ks TO PUBLIC",
	"CREATE VIEW kv AS SELECT 1 AS a",
	"CREATE OR REPLACE VIEW kv AS SELECT 2 AS a",
	"ALTER VIEW kv SET (security_barrier = true)",
	"CREATE TYPE ke AS ENUM ('a')",
	"CREATE TABLE ke_t (e ke)",
	"ALTER TYPE ke ADD VALUE 'b'",
	"ALTER TYPE ke RENAME VALUE 'b' TO 'c'",
	"CREATE DOMAIN kd AS int CHECK (VALUE > 1)",
	"CREATE FUNCTION kf() RETURNS trigger LANGUAGE plpgsql AS 'begin return null; end'",
	("CREATE OR REPLACE FUNCTION kf() RETURNS trigger LANGUAGE plpgsql "
	 "AS 'begin return new; end'"),
	"ALTER FUNCTION kf() SECURITY DEFINER",
	"CREATE TRIGGER kt BEFORE INSERT ON ks.k FOR EACH ROW EXECUTE FUNCTION kf()",
	"ALTER TABLE ks.k DISABLE TRIGGER kt",
	"DROP TRIGGER kt ON ks.k",
	"CREATE PUBLICATION kp",
	"ALTER PUBLICATION kp ADD TABLE ks.k",
	"CREATE TABLE kpart (id int) PARTITION BY RANGE (id)",
	"CREATE TABLE kpart1 (id int)",
	"ALTER TABLE kpart ATTACH PARTITION kpart1 FOR VALUES FROM (1) TO (2)",
	"CREATE ROLE kept_role",
	"ALTER ROLE kept_role BYPASSRLS",
	"ALTER ROLE kept_role SET work_mem = '1MB'",
	"GRANT kept_role TO CURRENT_USER",
	"ALTER TABLE ks.k OWNER TO kept_role",
	"COMMENT ON COLUMN ks.k.a IS 'one'",
	"ALTER TABLE ks.k ALTER a SET STATISTICS 500",
	"ALTER TABLE ks.k SET (fillfactor = 70)",
	"BEGIN; ALTER TABLE ks.k RENAME TO kx; ALTER TABLE ks.kx RENAME TO k; COMMIT",
	"BEGIN; DROP TABLE ks.k; CREATE TABLE ks.k (id int, a text); COMMIT",
	"ALTER ROLE kept_role RESET work_mem",
	"ALTER ROLE kept_role RENAME TO kept_role_2",
	"ALTER ROLE kept_role_2 RENAME TO kept_role",
	"GRANT INSERT (a), UPDATE (a) ON ks.k TO kept_role WITH GRANT OPTION",
	"CREATE EXTENSION pg_stat_statements",
	"CREATE TABLE kext (id int)",
	"ALTER EXTENSION pg_stat_statements ADD TABLE kext",
	"ALTER EXTENSION pg_stat_statements DROP TABLE kext",
	"DROP EXTENSION pg_stat_statements",
	"DROP TABLE ks.k",
	"REVOKE kept_role FROM CURRENT_USER; DROP ROLE kept_role",
};

static const char *const settings[] = { "work_mem = 1024", "search_path = other" };

static void every_change_is_noticed(void)
{
	char *conninfo = begin(), *what, *sql, *there;

	cr_assert(reads_whole(conninfo));
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		cr_assert(!reads_whole(conninfo), "before: %s", changes[i]);
		free(cluster_sql(conninfo, changes[i]));
		cr_assert(reads_whole(conninfo), "not noticed: %s", changes[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		what = xasprintf("SELECT 'ALTER DATABASE ' || quote_ident(current_database())"
				 " || ' SET %s'", settings[i]);
		sql = cluster_sql(conninfo, what);
		free(cluster_sql(conninfo, sql));
		cr_assert(reads_whole(conninfo), "not noticed: %s", sql);
		free(sql);
		free(what);
	}
	there = xasprintf("%s options='-c search_path=pg_catalog'", conninfo);
	cr_assert(reads_whole(there), "not noticed: another path");
	free(there);
	end(conninfo);
}

/* A folder that is something else is none: the catalog is read. */
static void a_folder_that_is_none(void)
{
	char *conninfo = begin(), *dir = path_cache(NULL), *file = path_cache("catalog");
	struct err err = ERR_INIT;
	struct seen s;
	FILE *f;

	cr_assert(path_mkdirs(dir, &err));
	f = fopen(file, "w");
	cr_assert(f);
	fclose(f);
	for (int i = 0; i < 2; i++) {
		session_until(conninfo, true, false, &s);
		cr_assert(s.whole);
		buf_release(&s.text);
	}
	free(file);
	free(dir);
	end(conninfo);
}

static char *lay(const char *dir, const char *name, int age_s)
{
	char *path = path_join(dir, name);
	struct timespec times[2] = { { .tv_sec = time(NULL) - age_s } };
	FILE *f = fopen(path, "w");

	times[1] = times[0];
	cr_assert(f);
	fclose(f);
	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	return path;
}

static bool gone(const char *path)
{
	for (int i = 0; i < 500 && path_exists(path); i++)
		usleep(10000);
	return !path_exists(path);
}

/* Whoever writes takes away what is old, and more than so many. */
static void old_files_are_removed(void)
{
	char *conninfo = begin(), *dir = path_cache("catalog"), *name, *many, *old, *cut, *other;
	struct err err = ERR_INIT;
	size_t n = 0;
	DIR *d;

	cr_assert(path_mkdirs(dir, &err));
	for (int i = 0; i < 100; i++) {
		name = xasprintf("%064x", i);
		free(lay(dir, name, 60 + i));
		free(name);
	}
	name = xasprintf("%064x", 1000);
	old = lay(dir, name, 7200);
	free(name);
	name = xasprintf("%064x.tmp", 1001);
	cut = lay(dir, name, 7201);
	free(name);
	name = xasprintf("%064x", 99);
	many = path_join(dir, name);
	free(name);
	other = lay(dir, "notes", 7200);
	cr_assert(reads_whole(conninfo));
	cr_expect(gone(old) && gone(cut) && gone(many));
	cr_expect(path_exists(other), "it is none of ours");
	cr_assert(d = opendir(dir));
	for (const struct dirent *e; (e = readdir(d));)
		n += strlen(e->d_name) >= 64;
	closedir(d);
	cr_expect_leq(n, 64, "%zu", n);
	cr_expect(!reads_whole(conninfo), "the newest stays");
	free(many);
	free(old);
	free(cut);
	free(other);
	free(dir);
	end(conninfo);
}

/* Another user may see other things, and so has a file of its own; rows of tables do not
 * matter, until the server estimates them otherwise. */
static void by_user_and_not_by_data(void)
{
	char *conninfo = begin();
	char *other = xasprintf("%s user=kept_other", conninfo);

	free(cluster_sql(conninfo, "CREATE TABLE many AS SELECT g "
				   " FROM generate_series(1, 1000) g"));
	free(cluster_sql(conninfo, "ANALYZE many, catalog_brands"));
	free(cluster_sql(conninfo, "DROP ROLE IF EXISTS kept_other"));
	free(cluster_sql(conninfo, "CREATE ROLE kept_other LOGIN"));
	cr_assert(reads_whole(conninfo));
	cr_assert(reads_whole(other));
	free(cluster_sql(conninfo, "UPDATE catalog_brands SET name = name"));
	free(cluster_sql(conninfo, "ANALYZE catalog_brands"));
	cr_assert(!reads_whole(conninfo));
	cr_assert(!reads_whole(other));
	free(cluster_sql(conninfo, "INSERT INTO many SELECT g FROM generate_series(1, 500) g"));
	cr_assert(!reads_whole(conninfo));
	free(cluster_sql(conninfo, "ANALYZE many"));
	cr_assert(reads_whole(conninfo));
	free(cluster_sql(conninfo, "DROP ROLE kept_other"));
	free(other);
	end(conninfo);
}

/* Cut anywhere, or with one byte changed: as if it were not there. */
static void a_broken_file_is_none(void)
{
	char *conninfo = begin(), *file;
	struct stat st;

	cr_assert(reads_whole(conninfo));
	file = file_of_it();
	for (int i = 0; i < 8; i++) {
		char byte;
		int fd;

		cr_assert(!reads_whole(conninfo), "it was written again");
		cr_assert_eq(stat(file, &st), 0);
		if (i % 2 == 0) {
			cr_assert_eq(truncate(file, st.st_size * i / 8), 0);
		} else {
			fd = open(file, O_RDWR);
			cr_assert_eq(pread(fd, &byte, 1, st.st_size * i / 8), 1);
			byte = (char)~byte;
			cr_assert_eq(pwrite(fd, &byte, 1, st.st_size * i / 8), 1);
			close(fd);
		}
		cr_assert(reads_whole(conninfo), "%d of 8", i);
	}
	free(file);
	end(conninfo);
}

/* What somebody is altering right now is not told whole, and is not kept. */
static void what_is_being_altered_is_read_again(void)
{
	char *conninfo = begin();
	struct client c;
	struct answer a = { 0 };
	struct request *r;

	client_open(&c, conninfo);
	r = client_send(&c, DB_EDIT,
			client_txn(TXN_PROBE, "LOCK TABLE catalog_brands IN ACCESS EXCLUSIVE MODE",
				   "SELECT pg_sleep(60)", NULL),
			&a);
	client_until(&c, request_running(r));
	client_pass(&c, 200);
	cr_assert(reads_whole(conninfo));
	cr_assert(reads_whole(conninfo), "its expressions were left out");
	request_cancel(r);
	client_until(&c, a.calls == 1);
	answer_release(&a);
	client_close(&c);
	cr_assert(reads_whole(conninfo));
	cr_assert(!reads_whole(conninfo));
	end(conninfo);
}

/* ---- told before the server has said that it holds ---- */

struct told {
	struct reader *r;
	int kept, refused, swapped;
	bool early; /* it was not in force when it was told */
};

static void on_told(void *ctx, enum reader_event event, const struct catalog *old)
{
	struct told *t = ctx;

	if (event == READER_KEPT && old)
		t->early = !reader_catalog(t->r) && reader_busy(t->r);
	t->kept += event == READER_KEPT && old;
	t->refused += event == READER_KEPT && !old;
	t->swapped += event == READER_SWAPPED;
	cr_expect_neq(event, READER_FAILED);
}

static void session_told(const char *conninfo, struct told *t, const char *relation)
{
	struct err err = ERR_INIT;
	ino_t before = file_number();
	struct client c;

	client_open(&c, conninfo);
	*t = (struct told){ .r = reader_new(c.db, DB_WATCH) };
	reader_keep(t->r, true);
	reader_observe(t->r, on_told, t);
	reader_refresh(t->r);
	client_until(&c, !reader_busy(t->r));
	cr_expect_eq(t->swapped, 1);
	cr_expect(catalog_find(reader_catalog(t->r), relation, &err), "%s", err.why);
	err_release(&err);
	for (int i = 0; t->kept == t->refused && i < 1000 && !written(&c, before); i++)
		;
	reader_free(&t->r);
	client_close(&c);
}

static void it_is_told_before_the_server_has_said_that_it_holds(void)
{
	char *conninfo = begin();
	struct told t;

	session_told(conninfo, &t, "catalog_brands");
	cr_expect(!t.kept && !t.refused, "there was none");
	session_told(conninfo, &t, "catalog_brands");
	cr_expect(t.kept == 1 && t.early && !t.refused);
	free(cluster_sql(conninfo, "CREATE TABLE younger ()"));
	session_told(conninfo, &t, "younger");
	cr_expect(t.kept == 1 && t.early && t.refused == 1);
	end(conninfo);
}

/* An earlier cluster's at this address. */
static void another_servers_does_not_hold(void)
{
	char *conninfo = begin(), *file, *id, *at;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct told t;

	cr_assert(reads_whole(conninfo));
	file = file_of_it();
	cr_assert(path_read(file, 1 << 24, &text, &err));
	id = cluster_sql(conninfo, "SELECT system_identifier FROM pg_control_system()");
	at = strstr(text.data, id);
	cr_assert(at);
	*at = *at == '1' ? '2' : '1';
	cr_assert(path_write(file, text.data, text.len, &err));
	session_told(conninfo, &t, "catalog_brands");
	cr_expect(t.kept == 1 && t.refused == 1);
	buf_release(&text);
	free(id);
	free(file);
	end(conninfo);
}

/* One after the other: roles belong to the whole server, and what one of these makes is a change
 * to the others. */
LEAK_TEST(kept, between_sessions)
{
	the_second_session_asks_one_question_and_knows_the_same();
	every_change_is_noticed();
	by_user_and_not_by_data();
	a_broken_file_is_none();
	a_large_one_is_read_with_one_question_a_part();
	a_folder_that_is_none();
	old_files_are_removed();
	what_is_being_altered_is_read_again();
	it_is_told_before_the_server_has_said_that_it_holds();
	another_servers_does_not_hold();
}
