/* SPDX-License-Identifier: MIT */
#include "support/bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "command/target.h"

enum { LIMIT_MS = 60000 };

/* ---- waiting ---- */

static void on_limit(void *ctx)
{
	((struct bench *)ctx)->late = true;
}

void bench_wait(struct bench *b)
{
	b->late = false;
	loop_timer_start(b->limit, LIMIT_MS, 0);
	while (!b->done && !b->late)
		loop_turn(b->loop, true);
	loop_timer_stop(b->limit);
	cr_assert(b->done, "waited in vain");
	b->done = false;
}

static void on_ready(void *ctx, const struct err *err)
{
	cr_assert_null(err, "%s", err ? err->why : "");
	*(bool *)ctx = true;
}

struct session *bench_session(struct loop *loop, const char *conninfo, const bool *late)
{
	struct session_options opts = { .db.dbname = conninfo, .armed = true };
	struct err err = ERR_INIT;
	struct session *s = session_new(loop, &opts, &err);
	bool ready = false;

	cr_assert(s, "%s", err.why);
	session_when_ready(s, READY_SCOPE, on_ready, &ready);
	while (!ready && !*late)
		loop_turn(loop, true);
	cr_assert(ready, "the session was never ready");
	return s;
}

/* ---- life ---- */

void bench_state(void)
{
	char *state = xasprintf("%s/state-%d", cluster_host(cluster()), (int)getpid());

	setenv("XDG_STATE_HOME", state, 1);
	free(state);
}

void bench_open_at(struct bench *b, char *admin, const char *conninfo)
{
	*b = (struct bench){ .admin = admin, .why = xstrdup(""), .column = xstrdup("") };
	bench_state();
	b->loop = loop_new();
	b->limit = loop_timer_new(b->loop, on_limit, b);
	loop_timer_start(b->limit, LIMIT_MS, 0);
	b->session = bench_session(b->loop, conninfo, &b->late);
	loop_timer_stop(b->limit);
}

void bench_open(struct bench *b, const char *user)
{
	char *admin = cluster_database(BENCH_SCHEMA);
	char *conninfo = xasprintf("%s user=%s", admin, user);

	bench_open_at(b, admin, conninfo);
	free(conninfo);
}

void bench_open_relayed(struct bench *b, struct cluster *server)
{
	struct cluster *at = server ? server : cluster();
	char *admin = cluster_database_in(at, BENCH_SCHEMA);
	struct proxy *proxy = proxy_new(cluster_host(at));
	char *conninfo = xasprintf("%s host=%s user=saver", admin, proxy_host(proxy));

	bench_open_at(b, admin, conninfo);
	b->server = server;
	b->proxy = proxy;
	free(conninfo);
}

void bench_close(struct bench *b)
{
	record_plan_free(&b->plan);
	record_release(&b->base);
	record_release(&b->after);
	record_release(&b->theirs);
	session_free(&b->session);
	loop_timer_free(&b->limit);
	loop_free(&b->loop);
	if (b->proxy)
		proxy_free(&b->proxy);
	if (b->server)
		cluster_free(&b->server);
	free(b->admin);
	free(b->why);
	free(b->column);
	free(b->holder);
}

/* ---- records ---- */

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct bench *b = ctx;

	cr_assert(record && !err, "%s", err ? err->why : "there is no such record");
	record_copy(&b->base, record);
	b->done = true;
}

void bench_fetch(struct bench *b, const char *const *key)
{
	record_fetch(b->session, b->plan, key, on_record, b);
	bench_wait(b);
}

void bench_load(struct bench *b, const char *relation, const char *key)
{
	struct err err = ERR_INIT;
	char **texts;

	record_plan_free(&b->plan);
	b->plan = target_plan(b->session, relation, NULL, &err);
	cr_assert(b->plan, "%s", err.why);
	texts = target_key(NULL, b->plan, key, &err);
	cr_assert(texts, "%s", err.why);
	bench_fetch(b, (const char *const *)texts);
	target_key_free(&texts);
}

void bench_saved(void *ctx, const struct save_result *r)
{
	struct bench *b = ctx;

	b->outcome = r->outcome;
	record_copy(&b->after, &r->after);
	record_copy(&b->theirs, &r->theirs);
	free(b->why);
	free(b->column);
	free(b->holder);
	b->why = xstrdup(r->err.why ? r->err.why : "");
	b->column = xstrdup(r->column ? r->column : "");
	b->holder = xstrdup_null(r->holder);
	b->attempts = r->attempts;
	b->done = true;
}

struct save *bench_start(struct bench *b, enum save_kind kind, const char *const *words)
{
	struct err err = ERR_INIT;
	size_t n = 0;
	struct change *changes = words[0] ? target_changes(b->plan, words, &n, &err) : NULL;
	struct save_request req = { .plan = b->plan,
				    .kind = kind,
				    .base = kind == SAVE_INSERT ? NULL : &b->base,
				    .changes = changes,
				    .nchanges = n };
	struct save *save;

	cr_assert(changes || !words[0], "%s", err.why);
	if (!session_armed(b->session))
		session_arm(b->session, true);
	save = save_start(b->session, &req, bench_saved, b);
	free(changes);
	return save;
}

static void save_words(struct bench *b, enum save_kind kind, const char *const *words)
{
	bench_start(b, kind, words);
	bench_wait(b);
}

void bench_save(struct bench *b, const char *word)
{
	save_words(b, SAVE_UPDATE, (const char *[]){ word, NULL });
}

void bench_insert(struct bench *b, const char *const *words)
{
	save_words(b, SAVE_INSERT, words);
}

void bench_delete(struct bench *b)
{
	save_words(b, SAVE_DELETE, (const char *[]){ NULL });
}

/* ---- what is there ---- */

void bench_expect(const struct bench *b, enum save_outcome outcome, const char *words)
{
	cr_assert_eq(b->outcome, outcome, "outcome %d, not %d: %s", b->outcome, outcome,
		     b->why);
	cr_assert(!words || strstr(b->why, words), "\"%s\" does not say \"%s\"", b->why, words);
}

void bench_sql(const struct bench *b, const char *sql)
{
	free(cluster_sql(b->admin, sql));
}

char *bench_value(const struct bench *b, const char *sql)
{
	char *text = cluster_sql(b->admin, sql);

	text[strcspn(text, "\n")] = '\0';
	return text;
}

void bench_expect_sql(const struct bench *b, const char *sql, const char *value)
{
	char *got = bench_value(b, sql);

	cr_assert_str_eq(got, value, "%s: %s, not %s", sql, got, value);
	free(got);
}
