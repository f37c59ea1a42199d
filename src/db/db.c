/* SPDX-License-Identifier: MIT */
#include "db/db.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "db_priv.h"

enum { CROWDED_US = 30 * 1000 * 1000 }; /* until the watch lane asks again for a connection */

static void own_params(struct db_params *p)
{
	p->dbname = xstrdup_null(p->dbname);
	p->host = xstrdup_null(p->host);
	p->port = xstrdup_null(p->port);
	p->user = xstrdup_null(p->user);
	p->application = xstrdup_null(p->application);
	p->password = NULL;
}

static void release_params(struct db_params *p)
{
	const char *const texts[] = { p->dbname, p->host, p->port, p->user, p->application };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free((char *)(uintptr_t)texts[i]);
}

struct db *db_new(struct loop *loop, const struct db_params *params, const struct sqlset *sql)
{
	struct db *db = xcalloc(1, sizeof *db);

	db->loop = loop;
	db->sql = sql;
	db->params = *params;
	own_params(&db->params);
	secret_set(&db->password, params->password);
	db->seed = (uint64_t)time_monotonic_us() ^ ((uint64_t)getpid() << 32);
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++)
		conn_init(&db->lanes[lane], db, lane);
	return db;
}

void db_free(struct db **db)
{
	struct db *d = *db;

	if (!d)
		return;
	if (d->inside)
		BUG("db_free inside a callback of the same db");
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++)
		conn_release(&d->lanes[lane]);
	loop_forget(d->loop, d);
	VEC_RELEASE(&d->observers);
	secret_set(&d->password, NULL);
	release_params(&d->params);
	free(d);
	*db = NULL;
}

const struct sqlset *db_sql(const struct db *db)
{
	return db->sql;
}

struct loop *db_loop(const struct db *db)
{
	return db->loop;
}

/* ---- turns: what was wished for is done here ---- */

static void turn(void *ctx)
{
	struct db *db = ctx;

	db->turn_due = false;
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++)
		conn_turn(&db->lanes[lane]);
}

void db_turn_soon(struct db *db)
{
	if (db->turn_due)
		return;
	db->turn_due = true;
	loop_defer(db->loop, turn, db);
}

void db_connect(struct db *db, enum db_lane lane)
{
	db->lanes[lane].wanted = true;
	db_turn_soon(db);
}

/* A socket of this machine takes the first packet at once. */
static bool takes(int socket)
{
	struct pollfd p = { .fd = socket, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && p.revents == POLLOUT;
}

void db_connect_at_once(struct db *db, enum db_lane lane)
{
	struct conn *c = &db->lanes[lane];

	db_connect(db, lane);
	if (c->state == DB_DOWN)
		attempt_start(c);
	if (c->state == DB_CONNECTING && c->pg && takes(PQsocket(c->pg)))
		attempt_io(c);
}

bool db_is_near(const struct db *db, enum db_lane lane)
{
	const char *host = db->lanes[lane].pg ? PQhost(db->lanes[lane].pg) : NULL;

	return host && (*host == '/' || *host == '@');
}

static bool wrong_password(const struct conn *c)
{
	return c->state == DB_FAILED && strncmp(c->error.sqlstate, "28", 2) == 0;
}

void db_password(struct db *db, const char *password)
{
	secret_set(&db->password, password);
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		struct conn *c = &db->lanes[lane];

		if (c->state == DB_PASSWORD || wrong_password(c))
			c->kicked = true;
	}
	db_turn_soon(db);
}

void db_retry(struct db *db)
{
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		struct conn *c = &db->lanes[lane];

		if (c->state == DB_LOST || c->state == DB_FAILED)
			c->kicked = true;
	}
	db_turn_soon(db);
}

/* The server is there: whoever lost it need not wait. */
void db_kick_others(struct conn *c)
{
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		if (c->db->lanes[lane].state == DB_LOST)
			c->db->lanes[lane].kicked = true;
	}
}

/* ---- what is seen from outside ---- */

enum db_state db_state(const struct db *db, enum db_lane lane)
{
	return db->lanes[lane].state;
}

const struct err *db_error(const struct db *db, enum db_lane lane)
{
	return &db->lanes[lane].error;
}

double db_next_try(const struct db *db, enum db_lane lane)
{
	int64_t at = db->lanes[lane].next_try_us;
	int64_t left = at - time_monotonic_us();

	return at == 0 ? -1 : left < 0 ? 0 : (double)left / 1e6;
}

/* The reading lane speaks for all, once it has been there. */
const struct db_session *db_session(const struct db *db)
{
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		if (db->lanes[lane].has_session)
			return &db->lanes[lane].session;
	}
	return NULL;
}

void db_observe(struct db *db, db_observer_fn *fn, void *ctx)
{
	*VEC_PUSH(&db->observers) = (struct observer){ fn, ctx };
}

/* Not removed while they are being told: db_tell goes by index. */
void db_unobserve(struct db *db, const void *ctx)
{
	for (size_t i = db->observers.len; i-- > 0;) {
		if (db->observers.v[i].ctx != ctx)
			continue;
		if (db->inside)
			db->observers.v[i].fn = NULL;
		else
			VEC_REMOVE(&db->observers, i);
	}
}

void db_tell(struct conn *c)
{
	struct db *db = c->db;

	db->inside++;
	for (size_t i = 0; i < db->observers.len; i++) {
		struct observer o = db->observers.v[i];

		if (o.fn)
			o.fn(o.ctx, db, c->lane);
	}
	db->inside--;
}

void db_echo(struct db *db, db_echo_fn *fn, void *ctx)
{
	db->echo = fn;
	db->echo_ctx = ctx;
}

void db_notices(struct db *db, db_notice_fn *fn, void *ctx)
{
	db->notice = fn;
	db->notice_ctx = ctx;
}

void db_counters(const struct db *db, struct db_counters *out)
{
	*out = db->counters;
}

/* ---- requests ---- */

/* While such a lane has no connection its requests wait on the reading one; now and then it tries
 * again. */
static struct conn *lane_for(struct db *db, enum db_lane lane)
{
	struct conn *c = &db->lanes[lane];

	if (!conn_shares(c) || !c->crowded)
		return c;
	if (time_monotonic_us() - c->crowded_us > CROWDED_US)
		c->kicked = true;
	return &db->lanes[DB_READ];
}

struct request *db_send(struct db *db, enum db_lane lane, struct txn *owned,
			const struct request_callbacks *cb, const void *owner)
{
	struct conn *c = lane_for(db, lane);
	struct request *r = ahead_take(c, owned, cb, owner);

	if (owned->scope.ahead && owned->kind != TXN_READ)
		BUG("what is not a plain read is sent ahead");
	if (r) {
		txn_free(&owned);
	} else {
		r = request_new(c, owned, cb, owner);
		*VEC_PUSH(&c->waiting) = r;
	}
	db_turn_soon(db);
	return r;
}

void db_move_waiting(struct conn *from, enum db_lane lane)
{
	struct conn *to = &from->db->lanes[lane];

	from->crowded_us = time_monotonic_us();
	for (size_t i = 0; i < from->waiting.len; i++) {
		from->waiting.v[i]->conn = to;
		*VEC_PUSH(&to->waiting) = from->waiting.v[i];
	}
	VEC_CLEAR(&from->waiting);
}

void request_cancel(struct request *r)
{
	r->unwanted = true;
	db_turn_soon(r->conn->db);
}

void request_pause(struct request *r, bool pause)
{
	r->paused = pause;
	db_turn_soon(r->conn->db);
}

typedef void each_fn(struct request *r);

/* fn only marks: the lists stay as they are. */
static size_t each_of(struct db *db, const void *owner, each_fn *fn)
{
	size_t n = 0;

	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		const struct conn *c = &db->lanes[lane];
		struct request *r;

		for (size_t i = 0; (r = conn_request(c, i)); i++) {
			if (r->owner != owner || r->silent)
				continue;
			fn(r);
			n++;
		}
	}
	if (n > 0)
		db_turn_soon(db);
	return n;
}

static void mark_unwanted(struct request *r)
{
	r->unwanted = true;
}

static void mark_forgotten(struct request *r)
{
	r->unwanted = r->silent = true;
}

void db_forget(struct db *db, const void *owner)
{
	each_of(db, owner, mark_forgotten);
}

size_t db_cancel(struct db *db, const void *owner)
{
	return each_of(db, owner, mark_unwanted);
}

size_t db_pending(const struct db *db)
{
	const struct request *r;
	size_t n = 0;

	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++)
		for (size_t i = 0; (r = conn_request(&db->lanes[lane], i)); i++)
			n += !r->ahead;
	return n;
}

bool db_busy(const struct db *db, enum db_lane lane)
{
	const struct conn *c = &db->lanes[lane];

	for (size_t i = 0; i < c->waiting.len; i++)
		if (!c->waiting.v[i]->unwanted)
			return true;
	for (size_t i = 0; i < c->flight.len; i++)
		if (!c->flight.v[i]->unwanted)
			return true;
	return false;
}
