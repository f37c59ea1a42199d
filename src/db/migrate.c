/* SPDX-License-Identifier: MIT */
#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"

#define FOLDER "sql/migrations/"

/* An upgrade may wait for the application's locks, but not for ever, and may run long. */
enum { LOCK_TIMEOUT_MS = 60 * 1000, STATEMENT_TIMEOUT_MS = 60 * 60 * 1000 };

struct migrate {
	struct db *db;
	VEC(struct migration) list;
	bool installed;
	bool distributed, citus, one_server;

	migrate_done_fn *done;
	void *ctx;
	void (*progress)(void *ctx, const char *name);
	void *progress_ctx;

	/* the script under way */
	char *name;
	const char *text;
	struct migration *current; /* NULL: a script without a record */
	enum { LOCKED, LOOKED, RUNNING } step;
	int first;		  /* index of the script's first statement */
	VEC(const char *) starts; /* where each of its statements begins in text */
};

/* ---- the files ---- */

static int by_number(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

struct migrate *migrate_new(struct db *db, const struct embed *files)
{
	struct migrate *m = xcalloc(1, sizeof *m);

	m->db = db;
	for (; files->path; files++) {
		struct migration *one;
		const char *name = files->path + strlen(FOLDER);

		if (strncmp(files->path, FOLDER, strlen(FOLDER)) != 0)
			continue;
		one = VEC_PUSH(&m->list);
		*one = (struct migration){ .number = (int)strtol(name, NULL, 10),
					   .name = xstrndup(name, strcspn(name, ".")),
					   .text = files->text };
		sha256_hex(files->text, files->len, one->checksum);
	}
	qsort(m->list.v, m->list.len, sizeof *m->list.v, by_number);
	return m;
}

void migrate_free(struct migrate **mp)
{
	struct migrate *m = *mp;

	*mp = NULL;
	if (!m)
		return;
	db_forget(m->db, m);
	free(m->name);
	for (size_t i = 0; i < m->list.len; i++) {
		free(m->list.v[i].name);
		free(m->list.v[i].applied_at);
		free(m->list.v[i].applied_by);
	}
	VEC_RELEASE(&m->list);
	VEC_RELEASE(&m->starts);
	free(m);
}

size_t migrate_len(const struct migrate *m)
{
	return m->list.len;
}

const struct migration *migrate_at(const struct migrate *m, size_t i)
{
	return &m->list.v[i];
}

bool migrate_installed(const struct migrate *m)
{
	return m->installed;
}

bool migrate_citus(const struct migrate *m)
{
	return m->citus;
}

bool migrate_on_one_server(const struct migrate *m)
{
	return m->one_server;
}

void migrate_progress(struct migrate *m, void (*fn)(void *ctx, const char *name), void *ctx)
{
	m->progress = fn;
	m->progress_ctx = ctx;
}

/* The first that is due; NULL: none. */
static struct migration *first_due(const struct migrate *m)
{
	for (size_t i = 0; i < m->list.len; i++)
		if (!m->list.v[i].applied_at)
			return &m->list.v[i];
	return NULL;
}

size_t migrate_due(const struct migrate *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->list.len; i++)
		n += !m->list.v[i].applied_at;
	return n;
}

/* ---- sending ---- */

static int add_query(struct migrate *m, struct txn *t, const char *name,
		     const struct params *params)
{
	const struct db_session *s = db_session(m->db);
	const struct sqlquery *q = sqlset_get(db_sql(m->db), name, s ? s->server_version : 0);

	return txn_add(t, q->text, params);
}

/* The caller's done may free m. */
static void finish(struct migrate *m, const struct err *err)
{
	m->done(m->ctx, err);
}

static void send(struct migrate *m, struct txn *owned, struct request_callbacks cb)
{
	cb.ctx = m;
	db_send(m->db, DB_EDIT, owned, &cb, m);
}

/* ---- looking ---- */

static struct migration *find(const struct migrate *m, int number)
{
	for (size_t i = 0; i < m->list.len; i++)
		if (m->list.v[i].number == number)
			return &m->list.v[i];
	return NULL;
}

/* One line of the record against the files. */
static bool compare(struct migrate *m, const struct reply *r, size_t row, struct err *err)
{
	struct migration *one = find(m, (int)reply_int(r, row, 0));
	const char *name = reply_get(r, row, "name");

	if (!one) {
		err_set(err, ERR_FAILED, name,
			"this migration was applied here and is not known to this souk");
		return err_hint(err, "a newer souk installed it: use that one");
	}
	if (strcmp(one->name + strcspn(one->name, "_") + 1, name) != 0 ||
	    strcmp(one->checksum, reply_get(r, row, "checksum")) != 0) {
		err_set(err, ERR_FAILED, one->name,
			"this migration was changed after it had been applied here as %s",
			name);
		return err_hint(err, "restore the file; a change belongs into a new migration");
	}
	free(one->applied_at);
	free(one->applied_by);
	one->applied_at = xstrdup(reply_get(r, row, "applied_at"));
	one->applied_by = xstrdup(reply_get(r, row, "applied_by"));
	return true;
}

/* What is applied must be the beginning of what there is. */
static bool in_order(const struct migrate *m, struct err *err)
{
	const struct migration *due = first_due(m);

	for (const struct migration *one = due; one && one < m->list.v + m->list.len; one++)
		if (one->applied_at) {
			err_set(err, ERR_FAILED, due->name,
				"this migration was never applied here, though %s was",
				one->name);
			return err_hint(err,
					"its number must be higher than those already applied");
		}
	return true;
}

static void look_applied(void *ctx, const struct txn_result *result)
{
	struct migrate *m = ctx;
	struct err err = ERR_INIT;
	bool fine = result->outcome == TXN_DONE;

	if (!fine)
		err_copy(&err, &result->err);
	for (size_t i = 0; fine && i < reply_rows(result->replies[0]); i++)
		fine = compare(m, result->replies[0], i, &err);
	fine = fine && in_order(m, &err);
	m->installed = true;
	finish(m, fine ? NULL : &err);
	err_release(&err);
}

/* False: the schema is somebody else's. */
static bool is_ours(const struct reply *state, struct err *err)
{
	if (!reply_bool(state, 0, 0) || reply_bool(state, 0, 1))
		return true;
	err_set(err, ERR_FAILED, "schema commerce",
		"it is there already, with %s relations of %s, and was not installed by souk",
		reply_get(state, 0, "relations"), reply_get(state, 0, "owner"));
	return err_hint(err, "choose another database, or rename that schema first");
}

static void look_state(void *ctx, const struct txn_result *result)
{
	struct migrate *m = ctx;
	struct err err = ERR_INIT;

	if (result->outcome == TXN_DONE) {
		m->citus = reply_bool(result->replies[0], 0, 5);
		m->one_server = reply_bool(result->replies[0], 0, 7);
	}
	if (result->outcome != TXN_DONE) {
		finish(m, &result->err);
	} else if (!is_ours(result->replies[0], &err)) {
		finish(m, &err);
		err_release(&err);
	} else if (!reply_bool(result->replies[0], 0, 1)) {
		finish(m, NULL);
	} else {
		struct txn *t = txn_new(TXN_READ, NULL);

		add_query(m, t, "migrate_applied", NULL);
		send(m, t, (struct request_callbacks){ .done = look_applied });
	}
}

void migrate_look(struct migrate *m, migrate_done_fn *done, void *ctx)
{
	struct txn *t = txn_new(TXN_READ, NULL);

	m->done = done;
	m->ctx = ctx;
	add_query(m, t, "migrate_state", NULL);
	send(m, t, (struct request_callbacks){ .done = look_state });
}

/* ---- running a script ---- */

static int count_lines(const char *from, const char *to)
{
	int n = 0;

	for (; from < to; from++)
		n += *from == '\n';
	return n;
}

/* Past blanks and line comments: where a reader sees the statement begin. */
static const char *visible_start(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n");
		if (s[0] != '-' || s[1] != '-')
			return s;
		s += strcspn(s, "\n");
	}
}

static void add_script(struct migrate *m, struct txn *t)
{
	const char *end;

	VEC_CLEAR(&m->starts);
	m->first = (int)txn_len(t);
	for (const char *s = m->text; (end = sql_statement_end(s)); s = end) {
		const char *start = visible_start(s);
		char *statement = xstrndup(start, (size_t)(end - start));

		*VEC_PUSH(&m->starts) = start;
		txn_add(t, statement, NULL);
		free(statement);
	}
}

/* err says "0003_catalog.sql:41: …", from the statement that failed and the place in it. */
static void locate(const struct migrate *m, const struct txn_result *result, struct err *err)
{
	size_t index = (size_t)(result->failed - m->first);
	char *where;

	err_copy(err, &result->err);
	if (result->failed < m->first || index >= m->starts.len) {
		where = xasprintf("%s.sql", m->name);
	} else {
		const char *at = m->starts.v[index];

		/* the server counts characters, from 1 */
		for (int left = result->server.position; left > 1 && *at; at++)
			left -= ((unsigned char)at[1] & 0xc0) != 0x80;
		where = xasprintf("%s.sql:%d", m->name, 1 + count_lines(m->text, at));
	}
	err_within(err, where);
	free(where);
}

static void add_record(struct migrate *m, struct txn *t)
{
	struct params p = PARAMS_INIT;

	params_int(&p, m->current->number);
	params_text(&p, m->name + strcspn(m->name, "_") + 1);
	params_text(&p, m->current->checksum);
	add_query(m, t, "migrate_record", &p);
	params_release(&p);
}

static enum txn_verdict run_migration(struct migrate *m, struct txn *t)
{
	m->step = RUNNING;
	/* The tables lie where their tenant lies before foreign keys tie them together. */
	if (m->distributed && strstr(m->name, "_foreign_keys"))
		add_query(m, t, "migrate_distribute", NULL);
	add_script(m, t);
	add_record(m, t);
	return TXN_CONTINUE;
}

static bool recorded(const struct reply *applied, int number)
{
	for (size_t i = 0; i < reply_rows(applied); i++)
		if (reply_int(applied, i, 0) == number)
			return true;
	return false;
}

/* Under the lock somebody may turn out to have been faster. */
static enum txn_verdict verdict(void *ctx, struct txn *t, const struct txn_result *result)
{
	struct migrate *m = ctx;

	switch (m->step) {
	case LOCKED:
		if (!reply_bool(result->replies[1], 0, 1))
			return run_migration(m, t);
		m->step = LOOKED;
		add_query(m, t, "migrate_applied", NULL);
		return TXN_CONTINUE;
	case LOOKED:
		if (recorded(result->replies[2], m->current->number))
			return TXN_ROLLBACK;
		return run_migration(m, t);
	case RUNNING:
		break;
	}
	return TXN_COMMIT;
}

static struct txn *begin(void)
{
	struct scope scope;
	struct txn *t;

	scope_init(&scope);
	scope.lock_timeout_ms = LOCK_TIMEOUT_MS;
	scope.statement_timeout_ms = STATEMENT_TIMEOUT_MS;
	t = txn_new(TXN_WRITE, &scope);
	scope_release(&scope);
	return t;
}

static void failed(struct migrate *m, const struct txn_result *result)
{
	struct err err = ERR_INIT;

	locate(m, result, &err);
	if (m->step == LOCKED && strcmp(err.sqlstate, "55P03") == 0)
		err_hint(&err, "another souk installs here: let it finish, then look with "
			       "souk init --check");
	if (result->outcome == TXN_UNKNOWN)
		err_hint(&err, "run it again: it looks first at what has been applied");
	finish(m, &err);
	err_release(&err);
}

static void run_next(struct migrate *m);

static void migration_done(void *ctx, const struct txn_result *result)
{
	struct migrate *m = ctx;

	if (result->outcome != TXN_DONE && result->outcome != TXN_ROLLED_BACK) {
		failed(m, result);
		return;
	}
	m->current->applied_at = xstrdup("now");
	run_next(m);
}

static void start(struct migrate *m, const char *name, const char *text)
{
	free(m->name);
	m->name = xstrdup(name);
	m->text = text;
	if (m->progress)
		m->progress(m->progress_ctx, name);
}

static void run_next(struct migrate *m)
{
	struct txn *t;

	m->current = first_due(m);
	if (!m->current) {
		/* for the record's own words about when and who */
		migrate_look(m, m->done, m->ctx);
		return;
	}
	start(m, m->current->name, m->current->text);
	m->step = LOCKED;
	t = begin();
	add_query(m, t, "migrate_lock", NULL);
	add_query(m, t, "migrate_state", NULL);
	send(m, t, (struct request_callbacks){ .done = migration_done, .verdict = verdict });
}

void migrate_run(struct migrate *m, bool distributed, migrate_done_fn *done, void *ctx)
{
	m->done = done;
	m->ctx = ctx;
	m->distributed = distributed;
	run_next(m);
}

static void script_done(void *ctx, const struct txn_result *result)
{
	struct migrate *m = ctx;

	if (result->outcome == TXN_DONE)
		finish(m, NULL);
	else
		failed(m, result);
}

void migrate_script(struct migrate *m, const char *name, const char *text,
		    migrate_done_fn *done, void *ctx)
{
	struct txn *t = begin();

	m->done = done;
	m->ctx = ctx;
	start(m, name, text);
	add_script(m, t);
	send(m, t, (struct request_callbacks){ .done = script_done });
}
