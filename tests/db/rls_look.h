/* SPDX-License-Identifier: MIT */
/*
 * rls_look.h - a database judged and probed: what the suites about isolation share.
 */
#ifndef TESTS_DB_RLS_LOOK_H
#define TESTS_DB_RLS_LOOK_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/command.h"
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

static inline void scanned(void *ctx, struct rls_scan *scan, const struct err *err)
{
	struct look *l = ctx;

	l->scan = scan;
	if (err)
		err_copy(&l->err, err);
	loop_stop(l->loop);
}

static inline void ready(void *ctx, const struct err *err)
{
	struct look *l = ctx;

	if (err && err->kind != ERR_NONE) {
		err_copy(&l->err, err);
		loop_stop(l->loop);
		return;
	}
	rls_scan_start(l->session, l->checks, scanned, l, l);
}

static inline void look_at(struct look *l, const char *conninfo, int checks)
{
	struct session_options options = { .db = { .dbname = conninfo } };

	*l = (struct look){ .loop = loop_new(), .checks = checks };
	l->session = session_new(l->loop, &options, &l->err);
	cr_assert_not_null(l->session, "%s", l->err.why);
	session_when_ready(l->session, READY_SCOPE, ready, l);
	loop_run(l->loop);
	cr_assert_not_null(l->scan, "%s: %s", conninfo, l->err.why);
}

static inline void look_release(struct look *l)
{
	rls_scan_free(&l->scan);
	session_free(&l->session);
	loop_free(&l->loop);
	err_release(&l->err);
}

static inline bool mentions(const struct finding *f, const char *name)
{
	return strstr(f->object, name) || (f->evidence && strstr(f->evidence, name));
}

static inline const struct finding *find(const struct look *l, const char *id,
					 const char *object)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (strncmp(f->id, id, strlen(id)) == 0 && mentions(f, object))
			return f;
	}
	return NULL;
}

struct told {
	struct buf rows; /* "relation|command|outcome|role" a line */
	struct buf standings; /* of findings: "id|object|standing" a line */
	bool numbers; /* some may have been taken, it was said */
	bool cancelled; /* so was this, and how much was left */
	size_t columns;
	struct loop *loop;
	int status;
	struct err err;
};

static inline void tell(void *ctx, enum say how, const char *text)
{
	struct told *t = ctx;

	(void)how;
	t->numbers = t->numbers || strstr(text, "numbers may");
	t->cancelled = t->cancelled || strstr(text, "cancelled: ");
}

static inline void begin(void *ctx, const char *title, const struct table_column *columns,
			 size_t n)
{
	struct told *t = ctx;

	(void)title;
	(void)columns;
	t->columns = n;
}

static inline void row(void *ctx, const char *const *cells)
{
	struct told *t = ctx;

	if (t->columns == 11) {
		buf_addf(&t->standings, "%s|%s|%s\n", cells[0], cells[2], cells[10]);
		return;
	}
	buf_addf(&t->rows, "%s|%s|%s|%s\n", cells[0], cells[2], cells[3], cells[1]);
}

static inline void nothing(void *ctx)
{
	(void)ctx;
}

static inline void progress(void *ctx, const char *what, double done, double total)
{
	(void)ctx;
	(void)what;
	(void)done;
	(void)total;
}

static inline void ended(void *ctx, const struct err *err, int status)
{
	struct told *t = ctx;

	t->status = status;
	if (err)
		err_copy(&t->err, err);
	loop_stop(t->loop);
}

/* rls probe … of the session that has looked already. */
static inline void probe(struct look *l, struct told *t, const char *const *words, size_t n)
{
	static const struct host_ops ops = {
		.say = tell,
		.table_begin = begin,
		.table_row = row,
		.table_end = nothing,
		.progress = progress,
	};
	struct host host = { .ops = &ops, .ctx = t, .session = l->session, .batch = true };

	*t = (struct told){ .rows = BUF_INIT, .loop = l->loop };
	command_words(&host, words, n, ended, t);
	loop_run(l->loop);
	cr_assert(t->err.kind == ERR_NONE, "%s", t->err.why);
}

static inline bool said(const struct told *t, const char *line)
{
	return strstr(t->rows.data, line) != NULL;
}

static const char *const probe_all[] = { "rls", "probe", "--write" };

/* What may not differ before and after: every row of every table, and what the database is made
 * of. */
static inline char *fingerprint(const char *conninfo)
{
	return cluster_sql(
		conninfo,
		"SELECT md5(string_agg(x, '' ORDER BY x)) FROM (SELECT c.oid::regclass || " /* not
											       SQL
											     */
		"query_to_xml(format('SELECT * FROM %s t ORDER BY t::text', " /* not SQL */
		"c.oid::regclass), false, false, '')::text AS x FROM pg_class c WHERE "
		"c.relkind IN ('r', 'm') AND c.relnamespace >= 16384 OR c.relkind = 'r' AND "
		"c.relnamespace IN ('public'::regnamespace) OR c.oid IN ("
		"'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_auth_members'::regclass) "
		"UNION ALL SELECT format('%s %s %s', oid, relname, relacl) FROM pg_class " /* not
											      SQL
											    */
		"UNION ALL SELECT format('%s %s %s', oid, proname, proacl) FROM pg_proc) t");
}

#endif
