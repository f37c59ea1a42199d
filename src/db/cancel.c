/* SPDX-License-Identifier: MIT */
/*
 * Asking the server to stop what runs at the head of a lane. The request goes over a connection
 * of its own and names the session, not the statement: so it is only sent while the unwanted
 * one is what the server is at, and until it has come back nothing new is sent that it could
 * hit.
 *
 * PQcancel blocks: it runs on the thread pool, with a handle of its own.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "db_priv.h"

enum {
	AGAIN_MS = 200,    /* one that came before its statement had begun was ignored */
	LIMIT_MS = 10000,  /* after that the connection is given up */
};

struct cancel {
	struct conn *conn;
	struct loop_work *work;
	PGcancel *handle;
	bool sent;
	char why[256];
};

/* Of all of libpq only PQcancel lets a closed socket raise SIGPIPE; the pool's threads need
 * none. */
static void block_sigpipe(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void run(void *ctx)
{
	struct cancel *x = ctx;

	block_sigpipe();
	x->sent = PQcancel(x->handle, x->why, sizeof x->why) != 0;
}

static void free_cancel(void *ctx)
{
	struct cancel *x = ctx;

	PQfreeCancel(x->handle);
	free(x);
}

static void came_back(void *ctx)
{
	struct cancel *x = ctx;
	struct conn *c = x->conn;

	if (!x->sent)
		log_line("db", "cancel: %s", x->why);
	c->cancel = NULL;
	loop_timer_start(c->cancel_timer, AGAIN_MS, 0);
	if (c->flight.len > 0)
		request_released(c->flight.v[0]);
	conn_work(c);
}

static void nothing(void *ctx UNUSED)
{
}

static struct cancel *start(struct conn *c, void (*done)(void *ctx))
{
	struct cancel *x = xcalloc(1, sizeof *x);

	x->conn = c;
	x->handle = PQgetCancel(c->pg);
	if (!x->handle) {
		free(x);
		return NULL;
	}
	c->db->counters.cancels++;
	log_line("db", "cancel");
	x->work = loop_work_start(c->db->loop, run, done, free_cancel, x);
	return x;
}

static bool is_unwanted(const struct conn *c)
{
	const struct step *head = wire_head(c);

	return c->state == DB_READY && head && head->request && head->request->unwanted &&
	       head->request->phase == PHASE_SENT;
}

void cancel_check(struct conn *c)
{
	if (c->cancel || !is_unwanted(c)) {
		if (!c->cancel)
			loop_timer_stop(c->cancel_timer);
		return;
	}
	c->paused = false; /* what is still to come must pass */
	if (loop_timer_active(c->cancel_timer))
		return;
	c->cancel = start(c, came_back);
	if (c->cancel) {
		c->holding = true;
		loop_timer_start(c->cancel_timer, LIMIT_MS, 0);
	}
}

void cancel_timeout(void *ctx)
{
	struct conn *c = ctx;
	struct err err = ERR_INIT;

	if (!c->cancel) {
		cancel_check(c);
		return;
	}
	err_set(&err, ERR_CONNECTION, NULL, "the server does not take the cancel");
	conn_lost(c, &err);
	err_release(&err);
}

void cancel_abandon(struct conn *c)
{
	loop_timer_stop(c->cancel_timer);
	if (c->cancel)
		loop_work_forget(&c->cancel->work);
	c->cancel = NULL;
	c->holding = false;
}

void cancel_farewell(struct conn *c)
{
	if (is_unwanted(c) && !c->cancel)
		(void)start(c, nothing);
}
