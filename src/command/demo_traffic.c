/* SPDX-License-Identifier: MIT */
/* The demo's life: shoppers, colleagues and relays, each with a login and a rhythm of its own.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/vec.h"
#include "db/db.h"
#include "demo_priv.h"

/* How often we look whether anybody is still there. */
enum { LOOK_MS = 1000 };

static const struct act {
	const char *login, *query;
	const char *name; /* $1, and $2 is batch; NULL: no parameters */
	int batch;
	unsigned every_ms;
	unsigned pause_ms,
		after; /* a break of so long after so many times: then the backlog grows */
} acts[] = {
	{ "app_web_1", "demo_shopper", NULL, 0, 300, 0, 0 },
	{ "app_web_1", "demo_stock", NULL, 0, 1100, 0, 0 },
	{ "support_ben", "demo_colleague", NULL, 0, 2500, 0, 0 },
	{ "relay_1", "demo_relay", "relay-1", 40, 900, 25000, 60 },
	{ "relay_1", "demo_consumer", "neo4j-projection", 20, 1300, 40000, 45 },
	{ "relay_1", "demo_consumer", "analytics", 20, 1700, 0, 0 },
};

struct traffic;

struct actor {
	const struct act *act;
	struct traffic *traffic;
	struct db *db;
	struct loop_timer *timer;
	unsigned times;
};

struct traffic {
	struct loop *loop;
	struct demo_place place;
	struct sqlset *sql;
	struct loop_timer *look;
	struct actor actors[ARRAY_SIZE(acts)];
};

/* A rhythm that is not a clock's: half to one and a half of the time. */
static uint64_t wait_ms(const struct actor *a)
{
	unsigned every = a->act->every_ms;
	uint64_t ms = every / 2 + (unsigned)random() % every;

	if (a->act->after && a->times % a->act->after == 0)
		ms += a->act->pause_ms;
	return ms;
}

static void acted(void *ctx, const struct txn_result *result)
{
	struct actor *a = ctx;

	if (result->outcome == TXN_DONE)
		log_line("demo", "%s", reply_text(result->replies[0], 0, 0));
	else
		log_line("demo", "%s: %s", a->act->query, result->err.why);
	a->times++;
	loop_timer_start(a->timer, wait_ms(a), 0);
}

static void act(void *ctx)
{
	struct actor *a = ctx;
	const struct request_callbacks cb = { .done = acted, .ctx = a };
	struct params p = PARAMS_INIT;
	struct txn *t = txn_new(TXN_WRITE, NULL);

	if (a->act->name) {
		params_text(&p, a->act->name);
		params_int(&p, a->act->batch);
	}
	txn_add(t, sqlset_get(a->traffic->sql, a->act->query, 0)->text, &p);
	db_send(a->db, DB_EDIT, t, &cb, a);
	params_release(&p);
}

/* The server is gone, or nobody looks at it any more: then it is for us to put it out. */
static void look(void *ctx)
{
	struct traffic *t = ctx;

	if (demo_server_state(&t->place) != SERVER_UP || demo_put_out(&t->place))
		loop_stop(t->loop);
}

static void begin(struct traffic *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		struct actor *a = &t->actors[i];
		char *uri = demo_place_uri(&t->place, acts[i].login);
		const struct db_params params = { .dbname = uri,
						  .application = "souk demo",
						  .no_password = true };

		*a = (struct actor){ .act = &acts[i], .traffic = t, .times = 1 };
		a->db = db_new(t->loop, &params, t->sql);
		a->timer = loop_timer_new(t->loop, act, a);
		loop_timer_start(a->timer, wait_ms(a), 0);
		free(uri);
	}
	t->look = loop_timer_new(t->loop, look, t);
	loop_timer_start(t->look, LOOK_MS, LOOK_MS);
}

static void end(struct traffic *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		loop_timer_free(&t->actors[i].timer);
		db_free(&t->actors[i].db);
	}
	loop_timer_free(&t->look);
}

int demo_traffic(const char *dir)
{
	struct traffic t = { 0 };
	struct err err = ERR_INIT;
	int only;

	if (!demo_place_find(&t.place, dir, &err)) {
		err_release(&err);
		return 1;
	}
	only = demo_only_one(&t.place, "traffic");
	if (only >= 0) {
		srandom((unsigned)time(NULL) ^ (unsigned)getpid());
		t.sql = sqlset_load(NULL, &err);
		if (!t.sql)
			BUG("the shipped queries do not load: %s", err.why);
		t.loop = loop_new();
		begin(&t);
		loop_run(t.loop);
		end(&t);
		loop_free(&t.loop);
		sqlset_free(&t.sql);
		close(only);
	}
	demo_place_release(&t.place);
	return 0;
}
