/* SPDX-License-Identifier: MIT */
/*
 * When the server is asked to stop what runs at the head of a lane.  Such a request goes over a
 * connection of its own and names the session, not the statement: so it is only sent while the
 * unwanted one is what the server is at, and until it has come back nothing new is sent that it
 * could hit.
 */
#include "base/log.h"
#include "base/timefmt.h"
#include "db_priv.h"

enum {
	AGAIN_MS = 200,   /* one that came before its statement had begun was ignored */
	LIMIT_MS = 10000, /* after that the connection is given up */
	DEAF_MS = 5000,   /* … and where cancels are taken, but nothing comes of them */
};

static bool is_unwanted(const struct conn *c)
{
	const struct step *head = wire_head(c);

	return c->state == DB_READY && head && head->request && head->request->unwanted &&
	       head->request->phase == PHASE_SENT;
}

/* Its COMMIT was not sent: with the connection all of it is gone. */
static bool is_deaf(const struct conn *c)
{
	return is_unwanted(c) && wire_head(c)->request == c->cancelled &&
	       time_monotonic_us() - c->cancelled_us > DEAF_MS * 1000;
}

static void came_back(struct conn *c, const char *why)
{
	if (why)
		log_line("db", "cancel: %s", why);
	c->cancel = NULL;
	loop_timer_start(c->cancel_timer, AGAIN_MS, 0);
	if (c->flight.len > 0)
		request_released(c->flight.v[0]);
	conn_work(c);
}

void cancel_check(struct conn *c)
{
	if (c->cancel)
		return;
	if (!is_unwanted(c)) {
		c->cancelled = NULL;
		loop_timer_stop(c->cancel_timer);
		return;
	}
	wire_head(c)->request->paused = false; /* what is still to come must pass */
	if (loop_timer_active(c->cancel_timer))
		return;
	log_line("db", "cancel");
	if (c->cancelled != wire_head(c)->request) {
		c->cancelled = wire_head(c)->request;
		c->cancelled_us = time_monotonic_us();
	}
	c->db->counters.cancels++;
	c->holding = true;
	c->cancel = cancel_send(c, came_back);
	loop_timer_start(c->cancel_timer, c->cancel ? LIMIT_MS : AGAIN_MS, 0);
}

void cancel_timeout(void *ctx)
{
	struct conn *c = ctx;
	struct err err = ERR_INIT;

	if (!c->cancel && !is_deaf(c)) {
		cancel_check(c);
		return;
	}
	err_set(&err, ERR_CONNECTION, NULL,
		c->cancel ? "the server does not take the cancel"
			  : "the server does not stop what it was asked to cancel");
	conn_lost(c, &err);
	err_release(&err);
}

void cancel_abandon(struct conn *c)
{
	c->cancelled = NULL;
	loop_timer_stop(c->cancel_timer);
	if (c->cancel)
		cancel_forget(&c->cancel);
	c->holding = false;
}

void cancel_farewell(struct conn *c)
{
	if (is_unwanted(c) && !c->cancel)
		cancel_send_blindly(c);
}
