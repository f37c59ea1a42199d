/* SPDX-License-Identifier: MIT */
/* One lane's connection: how it is made, watched, lost and made again. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "db_priv.h"

enum {
	BACKOFF_MS = 100,
	BACKOFF_MAX_MS = 10000,
	MIN_TIMEOUT_S = 2, /* libpq's own lower limit for connect_timeout */
};

static const char *const lane_names[] = {
	[DB_READ] = "read", [DB_EDIT] = "edit", [DB_WATCH] = "watch", [DB_BULK] = "bulk",
};
static const char *const state_names[] = {
	[DB_DOWN] = "down", [DB_CONNECTING] = "connecting", [DB_PASSWORD] = "password",
	[DB_READY] = "ready", [DB_LOST] = "lost", [DB_FAILED] = "failed",
};

static void on_timer(void *ctx);

void conn_init(struct conn *c, struct db *db, enum db_lane lane)
{
	*c = (struct conn){ .db = db, .lane = lane, .state = DB_DOWN };
	c->timer = loop_timer_new(db->loop, on_timer, c);
	c->cancel_timer = loop_timer_new(db->loop, cancel_timeout, c);
}

/* ---- closing ---- */

static void close_connection(struct conn *c)
{
	cancel_abandon(c);
	loop_resolve_free(&c->resolve);
	loop_watch_free(&c->watch); /* before libpq closes the descriptor */
	PQfinish(c->pg);
	c->pg = NULL;
	conninfo_release_targets(c);
	VEC_CLEAR(&c->steps);
	c->step = 0;
	c->broken = c->unsent = false;
}

void conn_release(struct conn *c)
{
	for (size_t i = 0; i < c->flight.len; i++)
		c->flight.v[i]->silent = c->flight.v[i]->unwanted = true;
	cancel_farewell(c);
	close_connection(c);
	for (size_t i = 0; i < c->flight.len; i++)
		request_free(c->flight.v[i]);
	for (size_t i = 0; i < c->waiting.len; i++)
		request_free(c->waiting.v[i]);
	VEC_RELEASE(&c->flight);
	VEC_RELEASE(&c->waiting);
	VEC_RELEASE(&c->steps);
	err_release(&c->error);
	err_release(&c->last_words);
	session_release(&c->session);
	loop_timer_free(&c->timer);
	loop_timer_free(&c->cancel_timer);
}

/* ---- states ---- */

/* 0.1 s, doubled with each failure up to 10 s, and a quarter more or less, so that many
 * consoles do not come back to a server that has just started at the same moment. */
static uint64_t backoff_ms(struct conn *c)
{
	uint64_t ms = BACKOFF_MS;

	for (unsigned i = 0; i < c->attempts && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	c->db->seed = c->db->seed * 6364136223846793005u + 1442695040888963407u;
	return ms * 3 / 4 + (c->db->seed >> 33) % (ms / 2);
}

static void limit_attempt(struct conn *c)
{
	if (c->timeout_s > 0)
		loop_timer_start(c->timer, (uint64_t)c->timeout_s * 1000, 0);
}

void conn_enter(struct conn *c, enum db_state state)
{
	uint64_t ms;

	/* parameters that libpq does not understand are quoted in its complaint, a password
	 * too */
	const char *why = c->error.why && c->understood ? c->error.why : "";

	log_line("db", "%s: %s -> %s%s%s", lane_names[c->lane], state_names[c->state],
		 state_names[state], *why ? ": " : "", why);
	c->state = state;
	c->next_try_us = 0;
	loop_timer_stop(c->timer);
	switch (state) {
	case DB_LOST:
		ms = backoff_ms(c);
		c->next_try_us = time_monotonic_us() + (int64_t)ms * 1000;
		loop_timer_start(c->timer, ms, 0);
		break;
	case DB_CONNECTING:
		limit_attempt(c);
		break;
	case DB_READY:
		c->attempts = 0;
		c->crowded = false;
		c->wanted = true;
		err_clear(&c->error);
		db_kick_others(c);
		break;
	case DB_DOWN:
	case DB_PASSWORD:
	case DB_FAILED:
		break;
	}
	db_turn_soon(c->db);
	db_tell(c);
}

/* ---- an attempt that failed ---- */

/* No SQLSTATE: it never came to talking.  53: no resources, 57P: starting up or shutting down. */
static bool may_heal(const char *sqlstate)
{
	return !*sqlstate || strncmp(sqlstate, "53", 2) == 0 || strncmp(sqlstate, "57P", 3) == 0 ||
	       strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "XX", 2) == 0;
}

static void refused(struct conn *c, bool heals)
{
	struct err err = ERR_INIT;

	c->crowded = c->lane != DB_READ && strcmp(c->error.sqlstate, "53300") == 0;
	c->attempts++;
	close_connection(c);
	err_copy(&err, &c->error);
	conn_enter(c, heals && !c->crowded ? DB_LOST : DB_FAILED);
	if (c->crowded && c->lane == DB_WATCH)
		db_move_waiting(c, DB_READ);
	else
		conn_fail_waiting(c, &err, false);
	err_release(&err);
}

static void attempt_failed(struct conn *c)
{
	bool ask = PQconnectionNeedsPassword(c->pg);

	conninfo_error(c->pg, &c->error);
	if (!ask || c->db->params.no_password) {
		refused(c, !ask && c->understood && may_heal(c->error.sqlstate));
		return;
	}
	close_connection(c);
	conn_enter(c, DB_PASSWORD);
}

/* ---- an attempt ---- */

static void on_notice(void *ctx, const PGresult *res)
{
	struct conn *c = ctx;
	struct server_error notice = { 0 };

	server_error_read(&notice, res);
	log_line("db", "%s: %s %s: %s", lane_names[c->lane],
		 notice.severity ? notice.severity : "-", notice.sqlstate ? notice.sqlstate : "-",
		 notice.message ? notice.message : PQresultErrorMessage(res));
	if (server_error_fatal(&notice))
		server_error_tell(&notice, &c->last_words);
	else if (c->db->notice && notice.message) {
		c->db->inside++;
		c->db->notice(c->db->notice_ctx, c->lane, &notice);
		c->db->inside--;
	}
	server_error_release(&notice);
}

static void ready(struct conn *c)
{
	PQsetErrorVerbosity(c->pg, PQERRORS_DEFAULT);
	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg))
		BUG("libpq: %s", PQerrorMessage(c->pg));
	c->db->counters.connects++;
	err_clear(&c->last_words);
	conninfo_release_targets(c);
	session_read(c);
	conn_enter(c, DB_READY);
	conn_work(c);
}

static void on_io(void *ctx, int events);

static void watch(struct conn *c, int events)
{
	if (!c->watch)
		c->watch = loop_watch_new(c->db->loop, PQsocket(c->pg), on_io, c);
	loop_watch_set(c->watch, events);
}

/* libpq may close one socket here and open the next; each host has the whole time limit. */
static void poll_connection(struct conn *c)
{
	PostgresPollingStatusType status;
	size_t target;

	loop_watch_free(&c->watch);
	status = PQconnectPoll(c->pg);
	target = conninfo_current(c);
	if (target != c->target)
		limit_attempt(c);
	c->target = target;
	switch (status) {
	case PGRES_POLLING_READING:
		watch(c, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(c, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		ready(c);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		attempt_failed(c);
		break;
	}
}

/* Of several hosts all lanes take the same: what one wrote, another reads. */
static void follow_others(struct conn *c)
{
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++) {
		const struct conn *other = &c->db->lanes[lane];

		if (other != c && other->state == DB_READY) {
			conninfo_follow(c, other->pg);
			return;
		}
	}
}

static void open_connection(struct conn *c)
{
	follow_others(c);
	c->pg = conninfo_start(c);
	PQsetNoticeReceiver(c->pg, on_notice, c);
	PQsetErrorVerbosity(c->pg, PQERRORS_VERBOSE); /* has the SQLSTATE: see conninfo_error */
	c->target = conninfo_current(c);
	limit_attempt(c);
	if (PQstatus(c->pg) == CONNECTION_BAD)
		attempt_failed(c);
	else
		watch(c, LOOP_WRITE);
}

static void resolve_next(struct conn *c);

static void on_resolved(void *ctx, const char *const *addrs, const struct err *err)
{
	struct conn *c = ctx;

	loop_resolve_free(&c->resolve);
	if (err->kind != ERR_NONE)
		err_set(&c->error, ERR_CONNECTION, c->targets.v[c->target].host,
			"the name has no address: %s", err->why);
	conninfo_resolved(c, c->target, addrs);
	resolve_next(c);
}

static void resolve_next(struct conn *c)
{
	while (c->target < c->targets.len && !c->targets.v[c->target].is_name)
		c->target++;
	if (c->target < c->targets.len)
		c->resolve = loop_resolve_start(c->db->loop, c->targets.v[c->target].host,
						on_resolved, c);
	else if (c->targets.len > 0 || !c->understood)
		open_connection(c);
	else
		refused(c, true);
}

void conn_start(struct conn *c)
{
	close_connection(c);
	c->kicked = false;
	c->understood = conninfo_targets(c, &c->timeout_s);
	if (c->timeout_s > 0 && c->timeout_s < MIN_TIMEOUT_S)
		c->timeout_s = MIN_TIMEOUT_S;
	conn_enter(c, DB_CONNECTING);
	resolve_next(c);
}

/* This one is silent: on to the next, as libpq's own PQconnectdb does. */
static void on_silence(struct conn *c)
{
	if (c->pg && c->target + 1 < c->targets.len) {
		loop_watch_free(&c->watch);
		PQfinish(c->pg);
		conninfo_drop_targets(c, c->target + 1);
		open_connection(c);
		return;
	}
	err_set(&c->error, ERR_CONNECTION, NULL, "no answer within %d s (connect_timeout)",
		c->timeout_s);
	refused(c, true);
}

static void on_timer(void *ctx)
{
	struct conn *c = ctx;

	if (c->state == DB_LOST)
		conn_start(c);
	else
		on_silence(c);
}

/* ---- while it is there ---- */

void conn_lost(struct conn *c, const struct err *err)
{
	VEC(struct request *) flight;

	if (err)
		err_copy(&c->error, err);
	else if (c->last_words.kind != ERR_NONE)
		err_copy(&c->error, &c->last_words);
	else
		conninfo_error(c->pg, &c->error);
	err_clear(&c->last_words);
	struct err why = ERR_INIT;

	err_copy(&why, &c->error);
	memcpy(&flight, &c->flight, sizeof flight);
	c->flight.v = NULL;
	c->flight.len = c->flight.cap = 0;
	close_connection(c);
	conn_enter(c, DB_LOST);
	for (size_t i = 0; i < flight.len; i++) {
		request_lost(flight.v[i], &why);
		request_free(flight.v[i]);
	}
	VEC_RELEASE(&flight);
	conn_fail_waiting(c, &why, true);
	err_release(&why);
}

static bool flush(struct conn *c)
{
	int rc = PQflush(c->pg);

	if (rc < 0)
		return false;
	if (c->unsent)
		c->db->counters.flushes++;
	c->unsent = false;
	watch(c, (wire_paused(c) ? 0 : LOOP_READ) | (rc > 0 ? LOOP_WRITE : 0));
	return true;
}

void conn_work(struct conn *c)
{
	conn_pump(c);
	if (c->state != DB_READY)
		return;
	cancel_check(c);
	if (c->broken || PQstatus(c->pg) == CONNECTION_BAD || !flush(c))
		conn_lost(c, NULL);
}

static void on_io(void *ctx, int events UNUSED)
{
	struct conn *c = ctx;

	if (c->state == DB_CONNECTING) {
		poll_connection(c);
		return;
	}
	if (!wire_paused(c) && !PQconsumeInput(c->pg)) {
		wire_read(c);
		conn_lost(c, NULL);
		return;
	}
	wire_read(c);
	conn_work(c);
}

void conn_turn(struct conn *c)
{
	struct err err = ERR_INIT;

	switch (c->state) {
	case DB_DOWN:
		if (c->wanted || c->waiting.len > 0)
			conn_start(c);
		break;
	case DB_LOST:
	case DB_PASSWORD:
		if (c->kicked)
			conn_start(c);
		break;
	case DB_FAILED:
		if (c->kicked || (c->crowded && c->waiting.len > 0)) {
			conn_start(c);
		} else {
			err_copy(&err, &c->error);
			conn_fail_waiting(c, &err, false);
		}
		break;
	case DB_CONNECTING:
		break;
	case DB_READY:
		/* after a pause answers may lie here already */
		wire_read(c);
		conn_work(c);
		return;
	}
	err_release(&err);
	conn_pump(c);
}
