/* SPDX-License-Identifier: MIT */
/*
 * bench.h - one console's worth of saving, without a console: a session that is ready, the record it has
 * loaded, and what the last save came to.  Everything blocks (the loop turns until the answer is there) and
 * fails the test when it takes too long.
 *
 *	struct bench b;
 *
 *	bench_open(&b, "saver");
 *	bench_load(&b, "counted", "2");
 *	bench_save(&b, "name=rye");
 *	bench_expect(&b, SAVE_DONE, NULL);
 *	bench_expect_sql(&b, "SELECT name FROM counted WHERE id = 2", "rye");
 *	bench_close(&b);
 */
#ifndef SUPPORT_BENCH_H
#define SUPPORT_BENCH_H

#include <stdbool.h>

#include "command/save.h"
#include "support/cluster.h"
#include "support/proxy.h"

#define BENCH_SCHEMA "tests/db/schemas/save.sql"

struct bench {
	struct loop *loop;
	struct loop_timer *limit;
	struct session *session;
	struct record_plan *plan;
	struct record base;
	struct cluster *server; /* of its own: goes with it; NULL: the program's */
	struct proxy *proxy;    /* between the session and the server, or NULL */
	char *admin;            /* conninfo of the superuser, not through the proxy */
	bool done, late;
	/* of the last save */
	enum save_outcome outcome;
	struct record after, theirs;
	char *why, *column, *holder; /* never NULL but holder */
	int attempts;
};

/* A database of BENCH_SCHEMA on the program's server, as this user. */
void bench_open(struct bench *b, const char *user);
/* The same behind a proxy, as saver; server NULL: the program's, else it is taken. */
void bench_open_relayed(struct bench *b, struct cluster *server);
/* admin is taken; conninfo is what the session connects with. */
void bench_open_at(struct bench *b, char *admin, const char *conninfo);
void bench_close(struct bench *b);

/* A session of its own on this loop, ready to save; gone with session_free. late tells that it is over. */
struct session *bench_session(struct loop *loop, const char *conninfo, const bool *late);
/* The folder for drafts and journals of this test. */
void bench_state(void);

/* Until somebody sets b->done. */
void bench_wait(struct bench *b);
void bench_load(struct bench *b, const char *relation, const char *key);
/* The record of b->plan, which the test made. */
void bench_fetch(struct bench *b, const char *const *key);
/* words: "column=value", NULL-terminated.  A connection that was lost has disarmed: it is armed again. */
struct save *bench_start(struct bench *b, enum save_kind kind, const char *const *words);
save_fn bench_saved; /* what a save of the test's own calls, with the bench as ctx */
void bench_save(struct bench *b, const char *word);
void bench_insert(struct bench *b, const char *const *words);
void bench_delete(struct bench *b);

/* words: what the reason must say, or NULL. */
void bench_expect(const struct bench *b, enum save_outcome outcome, const char *words);
/* As the superuser, whatever it is. */
void bench_sql(const struct bench *b, const char *sql);
/* The first line of the answer, to be freed. */
char *bench_value(const struct bench *b, const char *sql);
void bench_expect_sql(const struct bench *b, const char *sql, const char *value);

#endif
