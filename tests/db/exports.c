/* SPDX-License-Identifier: MIT */
/* What comes out of exports. */
#include "rows.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "command/export.h"
#include "support/memory.h"

struct exported {
	bool done, failed;
	uint64_t rows;
	int progress;
};

struct exported_text {
	struct exported x;
	struct buf *text;
};

static void on_exported(void *ctx, const struct err *err, uint64_t rows)
{
	struct exported *x = ctx;

	x->done = true;
	x->failed = err != NULL;
	x->rows = rows;
}

static void on_progress(void *ctx, uint64_t rows, uint64_t bytes)
{
	struct exported *x = ctx;

	(void)rows;
	(void)bytes;
	x->progress++;
}

static char *new_folder(void)
{
	char *dir = xstrdup("/tmp/souk-export-XXXXXX");

	cr_assert(mkdtemp(dir));
	return dir;
}

static struct export *into_file(struct rowset *r, const char *path, struct exported *x)
{
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_exported,
					     .ctx = x };
	const struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	struct export *e = export_start(r, &req, &cb, &err);

	cr_assert(e, "%s", err.why);
	return e;
}

static char *read_file(const char *path)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	cr_assert(path_read(path, 1 << 20, &text, &err), "%s", err.why);
	return buf_detach(&text);
}

Test(export, takes_its_name_when_it_is_whole)
{
	struct rows t;

	rows_open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, t text);"
		      "INSERT INTO x VALUES (1, 'a,b'), (2, NULL), (3, '')",
		      "x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv"),
	     *sql = path_join(dir, "x.sql");
	struct exported x = { 0 };
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_exported,
					     .ctx = &x };
	struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	struct stat st;

	struct export *e = export_start(t.r, &req, &cb, &err);
	cr_assert(e, "%s", err.why);
	rows_until(&t, x.done);
	cr_expect_not(x.failed);
	cr_expect_eq(x.rows, 3);
	char *text = read_file(path);
	cr_expect_str_eq(text, "id,t\r\n1,\"a,b\"\r\n2,\r\n3,\"\"\r\n");
	free(text);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
	export_free(&e);
	cr_expect_null(export_start(t.r, &req, &cb, &err));
	cr_expect(strstr(err.why, "already"));
	err_clear(&err);
	req.path = sql;
	x = (struct exported){ 0 };
	e = export_start(t.r, &req, &cb, &err);
	rows_until(&t, x.done);
	text = read_file(sql);
	cr_expect_str_eq(text,
			 "INSERT INTO \"public\".\"x\" (\"id\", \"t\") VALUES ('1', 'a,b');\n"
			 "INSERT INTO \"public\".\"x\" (\"id\", \"t\") VALUES ('2', NULL);\n"
			 "INSERT INTO \"public\".\"x\" (\"id\", \"t\") VALUES ('3', '');\n");
	free(text);
	export_free(&e);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(sql);
	free(dir);
	rows_close(&t);
}

static void on_piece(void *ctx, const char *text, size_t len)
{
	struct buf *out = ((struct exported_text *)ctx)->text;

	buf_add(out, text, len);
}

static void on_texted(void *ctx, const struct err *err, uint64_t rows)
{
	on_exported(&((struct exported_text *)ctx)->x, err, rows);
}

/* Rows by their keys, whole, wherever they are and whatever the filter says: what is copied. */
Test(export, some_rows_by_their_keys)
{
	struct rows t;

	rows_open_relation(&t,
		      "CREATE TABLE x (a text, b int, t text, PRIMARY KEY (a, b));"
		      "INSERT INTO x SELECT 'it''s, ' || i % 3, i, repeat('z', i * 100) "
		      "FROM generate_series(1, 60) AS i",
		      "x");
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct exported_text x = { .text = &text };
	const struct export_callbacks cb = { .text = on_piece, .done = on_texted, .ctx = &x };
	const struct export_request req = { .format = "tsv" };
	const char *keys[] = { "\"it's, 2\",50", "\"it's, 1\",4", "\"it's, 9\",4" };

	cr_assert(rowset_filter(t.r, "b < 3", &err), "%s", err.why);
	rows_settle(&t);
	struct rowset *some = rowset_pick(t.r, keys, 3, rows_event, &t, &err);
	cr_assert(some, "%s", err.why);
	struct export *e = export_start(some, &req, &cb, &err);
	rows_until(&t, x.x.done);
	cr_expect_not(x.x.failed);
	cr_expect_eq(x.x.rows, 2);
	cr_expect(strncmp(text.data, "a\tb\tt\nit's, 1\t4\tzzz", 19) == 0, "%s", text.data);
	cr_expect_eq(text.len, strlen("a\tb\tt\n") + strlen("it's, 1\t4\t\n") + 400 +
				       strlen("it's, 2\t50\t\n") + 5000);
	export_free(&e);
	rowset_free(&some);
	buf_release(&text);
	rows_close(&t);
}

/* What a copy asks is what its original asks, with all that narrows it. */
Test(export, of_a_copy_behind_the_screen)
{
	struct rows t;

	rows_open_relation(
		&t,
		"CREATE TABLE x (id int PRIMARY KEY, t text);"
		"INSERT INTO x SELECT i, 'row ' || i % 10 FROM generate_series(1, 500) AS i",
		"x");
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct exported_text x = { .text = &text };
	const struct export_callbacks cb = { .text = on_piece, .done = on_texted, .ctx = &x };
	const struct export_request req = { .format = "tsv" };

	cr_assert(rowset_filter(t.r, "/ow 7", &err) && rowset_filter(t.r, "id > 450", &err) &&
		  rowset_sort(t.r, "-id", &err));
	rows_settle(&t);
	struct rowset *copy = rowset_copy(t.r, rows_event, &t, &err);
	cr_assert(copy, "%s", err.why);
	cr_assert(rowset_filter(t.r, NULL, &err));
	struct export *e = export_start(copy, &req, &cb, &err);
	rows_until(&t, x.x.done);
	cr_expect_str_eq(text.data, "id\tt\n497\trow 7\n487\trow 7\n477\trow 7\n467\trow 7\n"
				    "457\trow 7\n");
	export_free(&e);
	rowset_free(&copy);
	buf_release(&text);
	rows_close(&t);
}

static int files_in(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	cr_assert(d);
	for (const struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Cancelled or failed half-way: nothing of it stays. */
static void ended(void *ctx, const struct txn_result *result)
{
	(void)result;
	*(bool *)ctx = true;
}

/* While something long runs on the lane of exports: rows without a key are looked at again, a
 * statement of one's own runs, and rows are counted. */
Test(export, holds_up_nobody_who_looks, .timeout = 60)
{
	const char *const where[] = { "statement=SELECT 5 AS n", NULL };
	struct rows t;
	bool done = false;
	const struct request_callbacks cb = { .done = ended, .ctx = &done };
	struct txn *txn = txn_new(TXN_READ, NULL);
	bool exact;

	rows_open_relation(&t,
			   "CREATE TABLE t AS SELECT i FROM generate_series(1, 3) i;"
			   "CREATE TABLE k (id int PRIMARY KEY);"
			   "INSERT INTO k SELECT generate_series(1, 100)",
			   "t");
	rows_expect(&t, 3);
	txn_add(txn, "SELECT pg_sleep(600)", NULL);
	struct request *r = db_send(session_db(t.session), DB_BULK, txn, &cb, &done);
	rows_until(&t, request_running(r));
	rowset_refresh(t.r);
	cr_assert(rowset_loading(t.r));
	rows_until(&t, !rowset_loading(t.r));
	cr_assert_null(rowset_error(t.r));
	rows_expect(&t, 3);
	rowset_free(&t.r);

	rows_screen(&t, "k", "[screen]\ntitle = K\nkind = grid\nrelation = public.k\n", NULL, 10);
	rows_until(&t, rowset_len(t.r) > 0 && !rowset_loading(t.r));
	rowset_count(t.r);
	rows_until(&t, rowset_estimate(t.r, &exact) >= 100 && exact);
	rowset_free(&t.r);

	rows_screen(&t, "scratch", "[screen]\ntitle = SQL\nkind = grid\nquery = scratch\n",
		    where, 10);
	rows_until(&t, rowset_len(t.r) == 1);
	cr_assert_not(done);
	request_cancel(r);
	rows_until(&t, done);
	rows_settle(&t);
	rows_close(&t);
}

Test(export, leaves_nothing_when_it_does_not_end)
{
	struct rows t;

	rows_open_relation(
		&t,
		"CREATE TABLE x (id int PRIMARY KEY, t text);"
		"INSERT INTO x SELECT i, repeat('x', 200) FROM generate_series(1, 100000) AS i;"
		"CREATE VIEW broken AS SELECT id, 1 / (id - 50000) AS y FROM x",
		"x");
	char *dir = new_folder(), *path = path_join(dir, "x.json");
	struct exported x = { 0 };
	struct err err = ERR_INIT;

	struct export *e = into_file(t.r, path, &x);
	rows_until(&t, x.progress > 3);
	cr_expect_eq(files_in(dir), 1);
	export_free(&e);
	rows_settle(&t);
	rows_pass(&t, 100);
	cr_expect_eq(files_in(dir), 0);
	cr_expect_not(x.done);

	const struct screendef *def = session_screen(t.session, "broken", &err);
	struct rowset *broken = rowset_new(t.session, def, NULL, rows_event, &t, &err);
	e = into_file(broken, path, &x);
	rows_until(&t, x.done);
	cr_expect(x.failed);
	export_free(&e);
	rows_pass(&t, 100);
	cr_expect_eq(files_in(dir), 0);
	rowset_free(&broken);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(dir);
	rows_close(&t);
}

static void leave_behind(const char *dir, const char *name, int *locked)
{
	char *path = path_join(dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	if (locked) {
		cr_assert_eq(flock(fd, LOCK_EX), 0);
		*locked = fd;
	} else {
		close(fd);
	}
	free(path);
}

static bool is_there(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/* Who is at work on the same name, and what only looks alike, is left alone. */
Test(export, removes_what_killed_ones_left)
{
	struct rows t;

	rows_open_relation(
		&t, "CREATE TABLE x (id int PRIMARY KEY); INSERT INTO x VALUES (1)", "x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv"), *swept;
	struct exported x = { 0 };
	const struct export_callbacks cb = { .done = on_exported, .ctx = &x };
	struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	int locked;

	leave_behind(dir, "x.csv.unfinished-AbC123", NULL);
	leave_behind(dir, "x.csv.unfinished-atwork", &locked);
	leave_behind(dir, "x.csv.unfinished-AbC1234", NULL);
	leave_behind(dir, "x.csv.unfinished", NULL);
	leave_behind(dir, "y.csv.unfinished-AbC123", NULL);
	struct export *e = export_start(t.r, &req, &cb, &err);
	cr_assert(e, "%s", err.why);
	rows_until(&t, x.done);
	cr_expect_not(x.failed);
	swept = export_swept(e);
	cr_expect_str_eq(swept, "1 unfinished file of killed exports removed");
	free(swept);
	export_free(&e);
	cr_expect_not(is_there(dir, "x.csv.unfinished-AbC123"));
	cr_expect(is_there(dir, "x.csv.unfinished-atwork"));
	cr_expect(is_there(dir, "x.csv.unfinished-AbC1234"));
	cr_expect(is_there(dir, "x.csv.unfinished"));
	cr_expect(is_there(dir, "y.csv.unfinished-AbC123"));
	cr_expect_eq(files_in(dir), 5);
	/* He was killed too. */
	close(locked);
	req.overwrite = true;
	x = (struct exported){ 0 };
	e = export_start(t.r, &req, &cb, &err);
	rows_until(&t, x.done);
	cr_expect_not(is_there(dir, "x.csv.unfinished-atwork"));
	export_free(&e);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(dir);
	rows_close(&t);
}

/* A name that somebody else took meanwhile is not taken from him; a pipe stays one, a link too. */
Test(export, what_has_the_name_stays)
{
	struct rows t;

	rows_open_relation(
		&t, "CREATE TABLE x (id int PRIMARY KEY); INSERT INTO x VALUES (1)", "x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv"),
	     *pipe = path_join(dir, "pipe"), *link = path_join(dir, "link");
	struct exported x = { 0 };
	const struct export_callbacks cb = { .done = on_exported, .ctx = &x };
	struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	struct export *e = export_start(t.r, &req, &cb, &err);
	char text[32] = "";
	struct stat st;

	leave_behind(dir, "x.csv", NULL);
	rows_until(&t, x.done);
	cr_expect(x.failed);
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_size, 0);
	export_free(&e);
	cr_expect_eq(files_in(dir), 1);

	cr_assert_eq(mkfifo(pipe, 0600), 0);
	req.path = pipe;
	cr_expect_null(export_start(t.r, &req, &cb, &err));
	err_clear(&err);
	int fd = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	x = (struct exported){ 0 };
	e = export_start(t.r, &req, &cb, &err);
	cr_assert(e, "%s", err.why);
	rows_until(&t, x.done);
	cr_expect_not(x.failed);
	export_free(&e);
	cr_expect_eq(read(fd, text, sizeof text - 1), 7);
	cr_expect_str_eq(text, "id\r\n1\r\n");
	cr_expect(stat(pipe, &st) == 0 && S_ISFIFO(st.st_mode));
	close(fd);

	cr_assert_eq(symlink("x.csv", link), 0);
	req = (struct export_request){ .path = link, .overwrite = true };
	x = (struct exported){ 0 };
	e = export_start(t.r, &req, &cb, &err);
	cr_assert(e, "%s", err.why);
	rows_until(&t, x.done);
	cr_expect_not(x.failed);
	export_free(&e);
	cr_expect(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_size, 7);
	req.path = dir;
	cr_expect_null(export_start(t.r, &req, &cb, &err));
	err_clear(&err);

	cr_assert(path_remove_tree(dir, &err));
	free(link);
	free(pipe);
	free(path);
	free(dir);
	rows_close(&t);
}

/* A million rows leave memory as it is. */
Test(export, in_constant_memory, .timeout = 120)
{
	struct rows t;

	rows_open_relation(
		&t,
		"CREATE TABLE x (id int PRIMARY KEY, t text);"
		"INSERT INTO x SELECT i, repeat('x', 100) FROM generate_series(1, 400000) AS i;"
		"ANALYZE x",
		"x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv");
	struct exported x = { 0 };
	struct err err = ERR_INIT;
	struct stat st;

	memory_watch();
	struct export *e = into_file(t.r, path, &x);
	rows_until(&t, x.done);
	cr_expect_eq(x.rows, 400000);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_gt(st.st_size, 40000000);
	memory_expect(16 << 20);
	export_free(&e);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(dir);
	rows_close(&t);
}

/*
 * One value of 8 MB after the other: libpq holds it twice (as it came, and in its row), and on
 * its way to the file it is held once more, as it is written there.
 */
Test(export, of_huge_values_one_at_a_time, .timeout = 120)
{
	struct rows t;

	rows_open_relation(&t,
			   "CREATE TABLE x (id int PRIMARY KEY, t text);"
			   "INSERT INTO x SELECT i, repeat(repeat('x', 99) || '\"', 80000)"
			   " FROM generate_series(1, 4) AS i",
			   "x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv");
	struct exported x = { 0 };
	const struct export_callbacks cb = { .done = on_exported, .ctx = &x };
	const struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	struct stat st;

	memory_watch();
	struct export *e = export_start(t.r, &req, &cb, &err);
	rows_until(&t, x.done);
	cr_expect_eq(x.rows, 4);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_gt(st.st_size, 4 * 8000000);
	memory_expect(34 << 20);
	export_free(&e);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(dir);
	rows_close(&t);
}
