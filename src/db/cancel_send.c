/* SPDX-License-Identifier: MIT */
/*
 * How a cancel is sent. libpq 17 has a cancel that is a connection like others (encrypted as
 * the one it is about). Before, there was only PQcancel, which blocks: it runs on the thread
 * pool, with a handle made beforehand.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "db_priv.h"

/* ---- on a thread ---- */

struct thread_cancel {
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

static void run_on_thread(struct thread_cancel *x)
{
	block_sigpipe();
	x->sent = PQcancel(x->handle, x->why, sizeof x->why) != 0;
}

static void run_blindly(void *ctx)
{
	run_on_thread(ctx);
}

static void ignore_end(void *ctx UNUSED)
{
}

static void free_blind(void *ctx)
{
	struct thread_cancel *x = ctx;

	PQfreeCancel(x->handle);
	free(x);
}

void cancel_send_blindly(struct conn *c)
{
	struct thread_cancel *x = xcalloc(1, sizeof *x);

	x->handle = PQgetCancel(c->pg);
	if (x->handle)
		loop_work_start(c->db->loop, run_blindly, ignore_end, free_blind, x);
	else
		free(x);
}

#ifdef LIBPQ_HAS_ASYNC_CANCEL

/* ---- in the loop ---- */

struct cancel {
	struct conn *conn;
	cancel_back_fn *back;
	PGcancelConn *pg;
	struct loop_watch *watch;
};

void cancel_forget(struct cancel **cancel)
{
	struct cancel *x = *cancel;

	*cancel = NULL;
	loop_watch_free(&x->watch); /* before libpq closes the descriptor */
	PQcancelFinish(x->pg);
	free(x);
}

static void finish(struct cancel *x, bool sent)
{
	char *why = sent ? NULL : xstrdup(PQcancelErrorMessage(x->pg));
	struct conn *c = x->conn;
	cancel_back_fn *back = x->back;

	cancel_forget(&x);
	back(c, why);
	free(why);
}

static void go_on(void *ctx, int events);

static void wait_for(struct cancel *x, int events)
{
	x->watch = loop_watch_new(x->conn->db->loop, PQcancelSocket(x->pg), go_on, x);
	loop_watch_set(x->watch, events);
}

static void go_on(void *ctx, int events UNUSED)
{
	struct cancel *x = ctx;

	loop_watch_free(&x->watch);
	switch (PQcancelPoll(x->pg)) {
	case PGRES_POLLING_READING:
		wait_for(x, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		wait_for(x, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		finish(x, true);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		finish(x, false);
		break;
	}
}

struct cancel *cancel_send(struct conn *c, cancel_back_fn *back)
{
	struct cancel *x = xcalloc(1, sizeof *x);

	x->conn = c;
	x->back = back;
	x->pg = PQcancelCreate(c->pg);
	if (PQcancelStart(x->pg))
		wait_for(x, LOOP_WRITE);
	else
		cancel_forget(&x);
	return x;
}

#else

struct cancel {
	struct conn *conn;
	cancel_back_fn *back;
	struct loop_work *work;
	struct thread_cancel thread;
};

static void run(void *ctx)
{
	run_on_thread(&((struct cancel *)ctx)->thread);
}

static void finish(void *ctx)
{
	struct cancel *x = ctx;

	x->back(x->conn, x->thread.sent ? NULL : x->thread.why);
}

static void free_cancel(void *ctx)
{
	struct cancel *x = ctx;

	PQfreeCancel(x->thread.handle);
	free(x);
}

/* The thread goes on with what is its own, and then it is freed. */
void cancel_forget(struct cancel **cancel)
{
	loop_work_forget(&(*cancel)->work);
	*cancel = NULL;
}

struct cancel *cancel_send(struct conn *c, cancel_back_fn *back)
{
	struct cancel *x = xcalloc(1, sizeof *x);

	x->conn = c;
	x->back = back;
	x->thread.handle = PQgetCancel(c->pg);
	if (!x->thread.handle) {
		free(x);
		return NULL;
	}
	x->work = loop_work_start(c->db->loop, run, finish, free_cancel, x);
	return x;
}

#endif
