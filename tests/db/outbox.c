/* SPDX-License-Identifier: MIT */
/*
 * Which tables are outboxes, and how many messages of theirs wait.  The schemas tell what
 * must be seen in the comments of their tables: "certain: due delayed claimed failed dead
 * done".
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/outbox_look.h"
#include "rows.h"
#include "support/cluster.h"
#include "support/leak.h"

struct world {
	struct rows rows;
	struct outboxes *all;
	bool ready;
	struct outbox_status status;
	bool looked;
};

static void world_ready(void *ctx, const struct err *err)
{
	struct world *w = ctx;

	cr_assert(!err || !err->kind, "%s", err->why);
	w->ready = true;
}

static void world_open(struct world *w, const char *conninfo)
{
	*w = (struct world){ 0 };
	rows_session(&w->rows, conninfo);
	session_when_ready(w->rows.session, READY_SCOPE, world_ready, w);
	rows_until(&w->rows, w->ready);
	w->all = outboxes_find(session_catalog(w->rows.session),
			       session_profile(w->rows.session), session_sql(w->rows.session));
}

static void world_close(struct world *w)
{
	outboxes_free(&w->all);
	rows_close(&w->rows);
}

static void looked(void *ctx, const struct outbox_status *status, const struct err *err)
{
	struct world *w = ctx;

	w->looked = true;
	if (status)
		w->status = *status;
	else
		cr_expect_fail("%s", err->why ? err->why : "?");
}

static void look(struct world *w, const struct outbox *o)
{
	w->looked = false;
	w->status = (struct outbox_status){ 0 };
	outbox_look(w->rows.session, o, session_outbox_watch(w->rows.session, o), false, NULL,
		    looked, w);
	rows_until(&w->rows, w->looked);
}

/* How many rows a predicate selects, without any bound; -1: the table cannot tell. */
static int64_t exactly(const char *conninfo, const struct outbox *o, const char *predicate)
{
	struct buf name = BUF_INIT;
	char *sql, *text;
	int64_t n;

	if (!predicate)
		return -1;
	sql_qualified(&name, o->relation->schema, o->relation->name);
	sql = xasprintf("SELECT count(*) FROM %s m WHERE %s", name.data, predicate);
	buf_release(&name);
	text = cluster_sql(conninfo, sql);
	n = strtoll(text, NULL, 10);
	free(text);
	free(sql);
	return n;
}

static void number(struct buf *out, int64_t n)
{
	if (n < 0)
		buf_adds(out, " -");
	else
		buf_addf(out, " %" PRId64, n);
}

static void compare(struct world *w, const char *conninfo, const struct relation *r)
{
	const struct outbox *o = outboxes_of(w->all, r->oid);
	struct buf is = BUF_INIT;

	if (!r->comment || !strchr(r->comment, ':')) {
		cr_expect(!o || !o->certain, "%s.%s is none: %s", r->schema, r->name,
			  o ? o->evidence : "");
		return;
	}
	cr_expect(o, "%s.%s is not seen", r->schema, r->name);
	if (!o)
		return;
	look(w, o);
	buf_addf(&is, "%s:", outbox_confidence(o));
	number(&is, w->status.due.n);
	number(&is, w->status.delayed.n);
	number(&is, w->status.claimed.n);
	number(&is, w->status.failed.n);
	number(&is, w->status.dead.n);
	number(&is, exactly(conninfo, o, o->done));
	cr_expect_str_eq(is.data, r->comment, "%s.%s is %s, not %s\n\t%s\n\tpending %s",
			 r->schema, r->name, is.data, r->comment, o->evidence,
			 o->pending ? o->pending : "?");
	buf_release(&is);
}

static void compare_all(const char *files, size_t least)
{
	char *conninfo = cluster_database(files);
	struct world w;
	const struct catalog *c;
	size_t n = 0;

	world_open(&w, conninfo);
	c = session_catalog(w.rows.session);
	for (size_t i = 0; i < catalog_relations(c); i++, n++)
		compare(&w, conninfo, catalog_relation_at(c, i));
	cr_expect_geq(n, least);
	world_close(&w);
	free(conninfo);
}

Test(outbox, in_the_wild, .timeout = 120)
{
	compare_all("tests/db/schemas/outboxes.sql", 50);
}

Test(outbox, none_of_these, .timeout = 120)
{
	compare_all("tests/db/schemas/no_outboxes.sql", 40);
}

Test(outbox, yet_others, .timeout = 120)
{
	compare_all("tests/db/schemas/outboxes_more.sql", 16);
}

Test(outbox, nor_these_either, .timeout = 120)
{
	compare_all("tests/db/schemas/no_outboxes_more.sql", 20);
}

Test(outbox, that_no_list_names, .timeout = 120)
{
	compare_all("tests/db/schemas/outboxes_unlisted.sql", 27);
}

Test(outbox, nor_any_of_these, .timeout = 120)
{
	compare_all("tests/db/schemas/no_outboxes_unlisted.sql", 35);
}

Test(outbox, rarer_ones, .timeout = 120)
{
	compare_all("tests/db/schemas/outboxes_rare.sql", 14);
}

Test(outbox, nor_rarer_ones, .timeout = 120)
{
	compare_all("tests/db/schemas/no_outboxes_rare.sql", 20);
}

/* ---- rows at random ---- */

/* What the comment of a table says of a name: the condition by which it is to be counted; the
 * caller's, NULL: it says nothing. */
static char *said(const struct relation *r, const char *name)
{
	char *line = xasprintf("\n%s: ", name), *at = strstr(r->comment, line), *out;

	out = at ? xstrndup(at + strlen(line), strcspn(at + strlen(line), "\n")) : NULL;
	free(line);
	return out;
}

static void as_counted(const char *conninfo, const struct relation *r, const char *name,
		       const struct outbox_count *c)
{
	char *condition = said(r, name);
	struct buf sql = BUF_INIT;
	char *text;

	if (!condition)
		return;
	if (strcmp(condition, "-") == 0) {
		cr_expect_eq(c->n, -1, "%s.%s: %s is %" PRId64 ", which nothing tells",
			     r->schema, r->name, name, c->n);
		free(condition);
		return;
	}
	buf_adds(&sql, "SET search_path = r; SELECT count(*) FROM ");
	sql_qualified(&sql, r->schema, r->name);
	buf_addf(&sql, " WHERE %s", condition);
	text = cluster_sql(conninfo, sql.data);
	cr_expect(outbox_count_exact(c), "%s.%s: %s is not exact", r->schema, r->name, name);
	cr_expect_eq(c->n, strtoll(text, NULL, 10), "%s.%s: %s is %" PRId64 ", not %s: %s",
		     r->schema, r->name, name, c->n, text, condition);
	free(text);
	buf_release(&sql);
	free(condition);
}

static void compare_random(struct world *w, const char *conninfo, const struct relation *r)
{
	const struct outbox *o = outboxes_of(w->all, r->oid);
	bool certain = r->comment && strncmp(r->comment, "certain", 7) == 0;
	const struct outbox_count *either;

	if (!r->comment) {
		cr_expect(!o || !o->certain, "%s.%s is none: %s", r->schema, r->name,
			  o ? o->evidence : "");
		return;
	}
	cr_expect(o, "%s.%s is not seen", r->schema, r->name);
	if (!o)
		return;
	cr_expect_eq(o->certain, certain, "%s.%s: %s", r->schema, r->name, o->evidence);
	look(w, o);
	as_counted(conninfo, r, "due", &w->status.due);
	as_counted(conninfo, r, "delayed", &w->status.delayed);
	as_counted(conninfo, r, "claimed", &w->status.claimed);
	as_counted(conninfo, r, "retrying", &w->status.retrying);
	as_counted(conninfo, r, "failed", &w->status.failed);
	as_counted(conninfo, r, "dead", &w->status.dead);
	either = w->status.dead.n < 0 ? &w->status.failed : &w->status.dead;
	as_counted(conninfo, r, "failed or dead", either);
}

Test(outbox, numbers_are_those_of_a_plain_count, .timeout = 180)
{
	char *conninfo = cluster_database("tests/db/schemas/outboxes_random.sql");
	const struct catalog *c;
	struct world w;
	size_t n = 0;

	world_open(&w, conninfo);
	for (int round = 1; round <= 2; round++) {
		char *fill = xasprintf(
			"SET search_path = r, pg_catalog; SELECT setseed(0.%d); CALL fill()",
			round);

		free(cluster_sql(conninfo, fill));
		free(fill);
		c = session_catalog(w.rows.session);
		for (size_t i = 0; i < catalog_relations(c); i++, n++)
			compare_random(&w, conninfo, catalog_relation_at(c, i));
	}
	cr_expect_geq(n, 2 * 50);
	world_close(&w);
	free(conninfo);
}

/* A time to wait for that most messages never get: they are due since they are there. */
Test(outbox, what_was_given_no_time_is_late_all_the_same, .timeout = 60)
{
	char *conninfo = cluster_database("tests/db/schemas/outbox_big.sql");
	struct world w;

	free(cluster_sql(
		conninfo,
		"DROP TABLE outbox_messages; CREATE TABLE outbox (id bigserial PRIMARY "
		"KEY, event_type text NOT NULL, payload jsonb, created_at timestamptz "
		"NOT NULL, next_attempt_at timestamptz, sent_at timestamptz); INSERT "
		"INTO outbox (event_type, created_at, next_attempt_at) VALUES ('a', "
		"now() - interval '2 h', NULL), ('a', now() - interval '5 h', now() - "
		"interval '10 s'), ('a', now() - interval '9 h', now() + interval '1 "
		"h')"));
	world_open(&w, conninfo);
	look(&w, outboxes_at(w.all, 0));
	cr_expect_eq(w.status.due.n, 2);
	cr_expect_geq(w.status.oldest_due, 7200.0, "%f", w.status.oldest_due);
	cr_expect_lt(w.status.oldest_due, 7300.0, "%f", w.status.oldest_due);
	cr_expect_eq(w.status.state, OUTBOX_CRITICAL);
	world_close(&w);
	free(conninfo);
}
