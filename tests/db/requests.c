/* SPDX-License-Identifier: MIT */
/* Requests: what is answered, what travels together, what is told. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "small_database.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

LEAK_TEST(requests, a_read_is_one_flush)
{
	char *conninfo = small_database();
	struct db_counters before, after;
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	db_counters(c.db, &before);
	a = client_run(&c, DB_READ,
		       client_txn(TXN_READ, "SELECT id, name FROM t ORDER BY id",
				  "SELECT current_setting('transaction_read_only')", NULL));
	db_counters(c.db, &after);
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.n, 2);
	cr_assert_eq(reply_rows(a.replies[0]), 2);
	cr_assert_str_eq(reply_get(a.replies[0], 0, "name"), "one");
	cr_assert(reply_null(a.replies[0], 1, 1));
	cr_assert_eq(reply_int(a.replies[0], 1, 0), 2);
	cr_assert_str_eq(reply_text(a.replies[1], 0, 0), "on");
	cr_assert_eq(after.flushes - before.flushes, 1);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, several_reads_share_a_flush)
{
	char *conninfo = small_database();
	struct db_counters before, after;
	struct answer a[5] = { 0 };
	struct client c;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	db_counters(c.db, &before);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1 FROM t", NULL), &a[i]);
	client_until(&c, db_pending(c.db) == 0);
	db_counters(c.db, &after);
	cr_assert_eq(after.flushes - before.flushes, 1);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		cr_assert_eq(a[i].outcome, TXN_DONE);
		cr_assert_eq(a[i].calls, 1);
		answer_release(&a[i]);
	}
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, the_third_of_ten_fails)
{
	char *conninfo = small_database();
	struct txn *t = txn_new(TXN_READ, NULL);
	struct client c;
	struct answer a;

	for (int i = 0; i < 10; i++)
		txn_add(t, i == 2 ? "SELECT 1 / 0" : "SELECT 1", NULL);
	client_open(&c, conninfo);
	a = client_run(&c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 2);
	cr_assert_str_eq(a.err.sqlstate, "22012");
	cr_assert_eq(a.err.kind, ERR_FAILED);
	cr_assert(a.n == 10 && a.replies[0] && a.replies[1]);
	for (size_t i = 2; i < 10; i++)
		cr_assert_null(a.replies[i]);
	answer_release(&a);
	/* nothing is left open */
	free(client_value(&c, "SELECT 1"));
	client_close(&c);
	free(conninfo);
}

struct handed {
	int at[4];
	size_t n, rows, pieces;
	bool whole, ended;
};

static bool take_rows(void *ctx, int index, const struct reply *rows)
{
	struct handed *h = ctx;

	h->at[h->n++ % ARRAY_SIZE(h->at)] = index;
	h->rows += reply_rows(rows);
	return true;
}

static void take_end(void *ctx, const struct txn_result *result)
{
	struct handed *h = ctx;

	h->ended = true;
	h->whole = result->outcome == TXN_DONE;
	for (size_t i = 0; i < result->n; i++)
		h->pieces += result->replies[i] != NULL;
}

/* Each in one piece, in their order, and none of them kept; what fails ends it. */
LEAK_TEST(requests, what_is_handed_on_is_not_kept)
{
	char *conninfo = small_database();
	struct handed good = { 0 }, bad = { 0 };
	struct request_callbacks cb = {
		.done = take_end, .on_rows = take_rows, .ctx = &good
	};
	struct txn *t = txn_new(TXN_READ, NULL), *u = txn_new(TXN_READ, NULL);
	struct client c;

	client_open(&c, conninfo);
	txn_hand_on(t, txn_add(t, "SELECT generate_series(1, 1000)", NULL));
	txn_add(t, "SELECT 1", NULL);
	txn_hand_on(t, txn_add(t, "SELECT id FROM t", NULL));
	db_send(c.db, DB_READ, t, &cb, &good);
	client_until(&c, good.ended);
	cr_assert(good.whole && good.n == 2 && good.at[0] == 0 && good.at[1] == 2);
	cr_assert_eq(good.rows, 1002);
	cr_assert_eq(good.pieces, 1, "only what is not handed on is in the result");
	cb.ctx = &bad;
	txn_hand_on(u, txn_add(u, "SELECT id FROM t", NULL));
	txn_hand_on(u, txn_add(u, "SELECT 1 / 0", NULL));
	txn_hand_on(u, txn_add(u, "SELECT id FROM t", NULL));
	db_send(c.db, DB_READ, u, &cb, &bad);
	client_until(&c, bad.ended);
	cr_assert(!bad.whole && bad.n == 1 && bad.rows == 2);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, parameters_are_texts_of_any_kind)
{
	static const char *const texts[] = { "it's", "a\\\"b", NULL, "", "NULL", "{x}" };
	char *conninfo = small_database();
	struct txn *t = txn_new(TXN_READ, NULL);
	struct params p = PARAMS_INIT;
	struct client c;
	struct answer a;

	params_array(&p, texts, ARRAY_SIZE(texts));
	params_text(&p, NULL);
	params_int(&p, -5);
	params_bool(&p, true);
	txn_add(t, "SELECT unnest($1::text[]), $2::text, $3::int + 1, NOT $4::bool", &p);
	params_release(&p);
	client_open(&c, conninfo);
	a = client_run(&c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (texts[i])
			cr_assert_str_eq(reply_text(a.replies[0], i, 0), texts[i]);
		else
			cr_assert(reply_null(a.replies[0], i, 0));
	}
	cr_assert(reply_null(a.replies[0], 0, 1));
	cr_assert_str_eq(reply_text(a.replies[0], 0, 2), "-4");
	cr_assert(!reply_bool(a.replies[0], 0, 3));
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

static const char *const hostile[] = {
	"plain",
	"with \"quotes\" and 'apostrophes'",
	"line\nbreak\ttab",
	"100% %s %n $1 :x :'x'",
	"back\\slash \\' \\x41",
	"'; DROP TABLE t; --",
	"$$ $tag$",
	"\u202Ertl \u05D0\u05D1",
	"xäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä",
	"/* comment",
	"select",
	"\x01\x02\x7F",
	"日本語 🥖",
};

/* Whatever the server may be called, our quotes say it so that the server hears the same. */
LEAK_TEST(requests, hostile_names_and_texts_survive)
{
	char *conninfo = small_database();
	struct client c;

	client_open(&c, conninfo);
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		struct buf create = BUF_INIT, look = BUF_INIT;
		struct params p = PARAMS_INIT;
		struct txn *t = txn_new(TXN_WRITE, NULL);
		struct answer a;

		params_text(&p, hostile[i]);
		buf_adds(&create, "CREATE TABLE ");
		sql_qualified(&create, "public", hostile[i]);
		buf_adds(&create, " (");
		sql_ident(&create, hostile[i]);
		buf_adds(&create, " int)");
		buf_adds(&look, "SELECT relname = $1 AND attname = $1 AND ");
		sql_literal(&look, hostile[i]);
		buf_adds(&look, " = $1 FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid"
				" WHERE relname = $1 AND attnum = 1");
		txn_add(t, create.data, NULL);
		txn_add(t, look.data, &p);
		txn_add(t, "SET LOCAL standard_conforming_strings = off", NULL);
		txn_add(t, look.data, &p);
		a = client_run(&c, DB_EDIT, t);
		cr_assert_eq(a.outcome, TXN_DONE, "%s: %s", hostile[i], a.err.why);
		for (size_t k = 1; k <= 3; k += 2) {
			cr_assert_eq(reply_rows(a.replies[k]), 1, "%s", hostile[i]);
			cr_assert_str_eq(reply_text(a.replies[k], 0, 0), "t", "%s", hostile[i]);
		}
		answer_release(&a);
		params_release(&p);
		buf_release(&create);
		buf_release(&look);
	}
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, replies_know_where_columns_come_from)
{
	char *conninfo = small_database();
	char *oid = cluster_sql(conninfo, "SELECT 't'::regclass::oid");
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	a = client_run(
		&c, DB_READ,
		client_txn(TXN_READ, "SELECT name, 1 AS x, 'a'::varchar(3) FROM t", NULL));
	cr_assert_eq(reply_table(a.replies[0], 0), (uint32_t)strtoul(oid, NULL, 10));
	cr_assert_eq(reply_table_column(a.replies[0], 0), 2);
	cr_assert_eq(reply_type(a.replies[0], 0), 25);
	cr_assert_eq(reply_table(a.replies[0], 1), 0);
	cr_assert_eq(reply_typmod(a.replies[0], 2), 7);
	answer_release(&a);
	client_close(&c);
	free(oid);
	free(conninfo);
}

/* What COPY answers never ends in a pipeline: the statement fails, the lane heals. */
LEAK_TEST(requests, copy_is_refused)
{
	static const char *const copies[] = {
		"COPY (SELECT 1) TO STDOUT",
		"COPY t FROM STDIN",
		"COPY t TO STDOUT",
	};
	char *conninfo = small_database();
	struct client c;

	client_open(&c, conninfo);
	for (size_t i = 0; i < ARRAY_SIZE(copies); i++) {
		struct answer a =
			client_run(&c, DB_BULK, client_txn(TXN_WRITE, copies[i], NULL));

		cr_assert_eq(a.outcome, TXN_FAILED);
		cr_assert_eq(a.calls, 1);
		cr_assert_eq(a.err.kind, ERR_USAGE, "%s", a.err.why);
		answer_release(&a);
		client_until(&c, db_state(c.db, DB_BULK) == DB_READY);
	}
	client_close(&c);
	free(conninfo);
}

struct noted {
	int n;
	char message[64];
};

static void on_notice(void *ctx, enum db_lane lane, const struct server_error *notice)
{
	struct noted *noted = ctx;

	cr_assert_eq(lane, DB_READ);
	noted->n++;
	snprintf(noted->message, sizeof noted->message, "%s %s", notice->severity,
		 notice->message);
}

LEAK_TEST(requests, notices_are_told)
{
	char *conninfo = small_database();
	struct noted noted = { 0 };
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	db_notices(c.db, on_notice, &noted);
	a = client_run(
		&c, DB_READ,
		client_txn(TXN_READ, "DO $$ BEGIN RAISE NOTICE 'hello %', 7; END $$", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(noted.n, 1);
	cr_assert_str_eq(noted.message, "NOTICE hello 7");
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

struct echoed {
	int n;
	struct buf text;
};

static void on_echo(void *ctx, enum db_lane lane, const char *sql, const struct params *params)
{
	struct echoed *echoed = ctx;

	(void)lane;
	(void)params;
	echoed->n++;
	buf_addf(&echoed->text, "%s;", sql);
}

LEAK_TEST(requests, everything_sent_is_echoed)
{
	char *conninfo = small_database();
	struct echoed echoed = { 0, BUF_INIT };
	struct client c;

	client_open(&c, conninfo);
	db_echo(c.db, on_echo, &echoed);
	free(client_value(&c, "SELECT 'x'"));
	cr_assert_eq(echoed.n, 4);
	cr_assert(strstr(echoed.text.data, "READ ONLY;"));
	cr_assert(strstr(echoed.text.data, "set_config"));
	cr_assert(strstr(echoed.text.data, "SELECT 'x';ROLLBACK;"));
	buf_release(&echoed.text);
	client_close(&c);
	free(conninfo);
}

/* What a callback may do: send, cancel, forget, itself included. */
struct meddler {
	struct client *c;
	struct answer more;
	const void *owner;
};

static void send_more(void *ctx)
{
	struct meddler *m = ctx;

	client_send(m->c, DB_READ, client_txn(TXN_READ, "SELECT 2", NULL), &m->more);
}

static void forget_all(void *ctx)
{
	struct meddler *m = ctx;

	db_forget(m->c->db, m->owner);
}

LEAK_TEST(requests, callbacks_may_send_and_forget)
{
	char *conninfo = small_database();
	struct client c;
	struct meddler m = { .c = &c };
	struct answer a = { .on_done = send_more, .ctx = &m };
	struct answer b[3] = { { .on_done = forget_all, .ctx = &m } };

	client_open(&c, conninfo);
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &a);
	client_until(&c, m.more.calls == 1);
	cr_assert_eq(m.more.outcome, TXN_DONE);
	answer_release(&m.more);
	answer_release(&a);
	/* the first answer of three forgets the second; the third is somebody else's */
	m.owner = &b[1];
	for (size_t i = 0; i < ARRAY_SIZE(b); i++)
		client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &b[i]);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(b[0].calls, 1);
	cr_assert_eq(b[1].calls, 0);
	cr_assert_eq(b[2].calls, 1);
	cr_assert_eq(b[2].outcome, TXN_DONE);
	for (size_t i = 0; i < ARRAY_SIZE(b); i++)
		answer_release(&b[i]);
	client_close(&c);
	free(conninfo);
}

/* The verdict's own owner goes: then nothing is committed. */
LEAK_TEST(requests, forgotten_within_its_verdict)
{
	char *conninfo = small_database();
	struct client c;
	struct meddler m = { .c = &c };
	struct answer a = { .on_asked = forget_all, .ctx = &m };
	char *left;

	m.owner = &a;
	client_open(&c, conninfo);
	client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "DELETE FROM t", NULL), &a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a.asked, 1);
	cr_assert_eq(a.calls, 0);
	cr_assert_eq(a.committing, 0);
	left = client_value(&c, "SELECT count(*) FROM t");
	cr_assert_str_eq(left, "2");
	free(left);
	client_close(&c);
	free(conninfo);
}
