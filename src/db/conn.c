/* SPDX-License-Identifier: MIT */
/* One lane's connection: its states, and what happens while it is there; attempt.c makes it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "db_priv.h"

enum {
	BACKOFF_MS = 100,
	BACKOFF_MAX_MS = 10000,
};

static const char *const lane_names[] = {
	[DB_READ] = "read", [DB_EDIT] = "edit", [DB_WATCH] = "watch", [DB_BULK] = "bulk",
	[DB_ASIDE] = "aside",
};
static const char *const state_names[] = {
	[DB_DOWN] = "down", [DB_CONNECTING] = "connecting", [DB_PASSWORD] = "password",
	[DB_READY] = "ready", [DB_LOST] = "lost", [DB_FAILED] = "failed",
};

static void on_timer(void *ctx);

bool conn_shares(const struct conn *c)
{
	return c->lane == DB_WATCH || c->lane == DB_ASIDE;
}

const char *conn_name(const struct conn *c)
{
	return lane_names[c->lane];
}

void conn_init(struct conn *c, struct db *db, enum db_lane lane)
{
	*c = (struct conn){ .db = db, .lane = lane, .state = DB_DOWN };
	c->timer = loop_timer_new(db->loop, on_timer, c);
	c->cancel_timer = loop_timer_new(db->loop, cancel_timeout, c);
	c->silence_timer = loop_timer_new(db->loop, silence_timeout, c);
}

/* ---- closing ---- */

void conn_close(struct conn *c)
{
	cancel_abandon(c);
	loop_timer_stop(c->silence_timer);
	loop_resolve_free(&c->resolve);
	loop_watch_free(&c->watch); /* before libpq closes the descriptor */
	PQfinish(c->pg);
	c->pg = NULL;
	encoding_free(&c->encoding);
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
	conn_close(c);
	for (size_t i = 0; i < c->flight.len; i++)
		request_free(c->flight.v[i]);
	for (size_t i = 0; i < c->waiting.len; i++)
		request_free(c->waiting.v[i]);
	for (size_t i = 0; i < c->kept.len; i++)
		request_free(c->kept.v[i]);
	VEC_RELEASE(&c->kept);
	VEC_RELEASE(&c->flight);
	VEC_RELEASE(&c->waiting);
	VEC_RELEASE(&c->steps);
	err_release(&c->error);
	err_release(&c->last_words);
	session_release(&c->session);
	loop_timer_free(&c->timer);
	loop_timer_free(&c->cancel_timer);
	loop_timer_free(&c->silence_timer);
}

struct request *conn_request(const struct conn *c, size_t i)
{
	const size_t sent = c->waiting.len + c->flight.len;

	if (i < c->waiting.len)
		return c->waiting.v[i];
	if (i < sent)
		return c->flight.v[i - c->waiting.len];
	return i - sent < c->kept.len ? c->kept.v[i - sent] : NULL;
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

void conn_limit(struct conn *c)
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

	log_line("db", "%s: %s -> %s%s%s", conn_name(c), state_names[c->state],
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
		conn_limit(c);
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

static void on_timer(void *ctx)
{
	struct conn *c = ctx;

	if (c->state == DB_LOST)
		attempt_start(c);
	else
		attempt_silent(c);
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
	ahead_drop(c);
	conn_close(c);
	conn_enter(c, DB_LOST);
	for (size_t i = 0; i < flight.len; i++) {
		request_lost(flight.v[i], &why);
		request_free(flight.v[i]);
	}
	VEC_RELEASE(&flight);
	queue_fail(c, &why, true);
	err_release(&why);
}

static void on_io(void *ctx, int events);

void conn_watch(struct conn *c, int events)
{
	if (!c->watch)
		c->watch = loop_watch_new(c->db->loop, PQsocket(c->pg), on_io, c);
	loop_watch_set(c->watch, events);
}

static bool flush(struct conn *c)
{
	int rc = PQflush(c->pg);

	if (rc < 0)
		return false;
	if (c->unsent)
		c->db->counters.flushes++;
	c->unsent = false;
	conn_watch(c, (wire_paused(c) ? 0 : LOOP_READ) | (rc > 0 ? LOOP_WRITE : 0));
	return true;
}

void conn_work(struct conn *c)
{
	queue_pump(c);
	if (c->state != DB_READY)
		return;
	cancel_check(c);
	silence_check(c);
	if (c->broken || PQstatus(c->pg) == CONNECTION_BAD || !flush(c))
		conn_lost(c, NULL);
}

static void on_io(void *ctx, int events UNUSED)
{
	struct conn *c = ctx;

	if (c->state == DB_CONNECTING) {
		attempt_io(c);
		return;
	}
	if (!wire_paused(c) && !PQconsumeInput(c->pg)) {
		wire_read(c);
		conn_lost(c, NULL);
		return;
	}
	silence_broken(c);
	wire_read(c);
	conn_work(c);
}

void conn_turn(struct conn *c)
{
	struct err err = ERR_INIT;

	ahead_turn(c);
	switch (c->state) {
	case DB_DOWN:
		if (c->wanted || c->waiting.len > 0)
			attempt_start(c);
		break;
	case DB_LOST:
	case DB_PASSWORD:
		if (c->kicked)
			attempt_start(c);
		break;
	case DB_FAILED:
		if (c->kicked || (c->crowded && c->waiting.len > 0)) {
			attempt_start(c);
		} else {
			err_copy(&err, &c->error);
			queue_fail(c, &err, false);
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
	queue_pump(c);
}
