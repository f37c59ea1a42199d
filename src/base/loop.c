/* SPDX-License-Identifier: MIT */
/*
 * Each of our handles is one heap object around one uv handle.  _free only asks libuv to close;
 * the memory goes in the close callback, so a handle may be freed inside its own callback.
 */
#include "base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/alloc.h"
#include "loop_priv.h"

enum {
	FOREVER_MS = 1 << 30,
	PUT_OFF_MAX = 3, /* turns */
};

/* --- the loop ------------------------------------------------------------------------------ */

/* They may defer others, which then keep the loop awake. */
static void run_late(struct loop *loop)
{
	for (size_t n = loop->late.len; n > 0; n--) {
		struct deferred call = loop->late.v[0];

		VEC_REMOVE(&loop->late, 0);
		if (call.fn)
			call.fn(call.ctx);
	}
}

static void on_prepare(uv_prepare_t *handle)
{
	struct loop *loop = handle->data;

	/* It would not sleep: what is deferred may send something, which then leaves before
	 * anything is drawn. But who defers without end is not to keep the screen from that. */
	if (loop->deferred.len && loop->put_off < PUT_OFF_MAX) {
		loop->put_off++;
		return;
	}
	loop->put_off = 0;
	if (loop->before_sleep)
		loop->before_sleep(loop->before_sleep_ctx);
	run_late(loop);
}

static void on_check(uv_check_t *handle)
{
	struct loop *loop = handle->data;

	loop->wakeups++;
}

/* Only what was there when we began: calls deferred by calls wait for the next turn. */
static void on_idle(uv_idle_t *handle)
{
	struct loop *loop = handle->data;
	size_t n = loop->deferred.len;

	for (size_t i = 0; i < n; i++) {
		struct deferred call = loop->deferred.v[i];

		loop->deferred.v[i].fn = NULL;
		if (call.fn)
			call.fn(call.ctx);
	}
	loop->deferred.len -= n;
	if (loop->deferred.len)
		memmove(loop->deferred.v, loop->deferred.v + n,
			loop->deferred.len * sizeof *loop->deferred.v);
	else
		uv_idle_stop(handle);
}

struct loop *loop_new(void)
{
	struct loop *loop = xcalloc(1, sizeof *loop);

	must(uv_loop_init(&loop->uv), "uv_loop_init");
	must(uv_prepare_init(&loop->uv, &loop->prepare), "uv_prepare_init");
	must(uv_check_init(&loop->uv, &loop->check), "uv_check_init");
	must(uv_idle_init(&loop->uv, &loop->idle), "uv_idle_init");
	loop->uv.data = loop->prepare.data = loop->check.data = loop->idle.data = loop;
	must(uv_prepare_start(&loop->prepare, on_prepare), "uv_prepare_start");
	must(uv_check_start(&loop->check, on_check), "uv_check_start");
	/* They serve the others and are no reason to go on. */
	uv_unref((uv_handle_t *)&loop->prepare);
	uv_unref((uv_handle_t *)&loop->check);
	return loop;
}

static void on_deadline(uv_timer_t *handle)
{
	*(bool *)handle->data = true;
}

/* Close callbacks, and work that is running already; a loop_stop() that found the loop asleep ends
 * the first run early. */
static bool drain(struct loop *l, uint64_t ms)
{
	bool late = false;
	uv_timer_t deadline;

	must(uv_timer_init(&l->uv, &deadline), "uv_timer_init");
	deadline.data = &late;
	uv_update_time(&l->uv);
	must(uv_timer_start(&deadline, on_deadline, ms, 0), "uv_timer_start");
	uv_unref((uv_handle_t *)&deadline);
	while (!late && uv_run(&l->uv, UV_RUN_ONCE) != 0)
		;
	uv_close((uv_handle_t *)&deadline, NULL);
	while (uv_run(&l->uv, late ? UV_RUN_NOWAIT : UV_RUN_DEFAULT) != 0 && !late)
		;
	return !late;
}

bool loop_end(struct loop **loop, uint64_t ms)
{
	struct loop *l = *loop;
	bool drained;

	if (!l)
		return true;
	*loop = NULL;
	if (l->handles)
		BUG("loop_free with %zu handles alive", l->handles);
	l->before_sleep = NULL;
	VEC_RELEASE(&l->deferred);
	VEC_RELEASE(&l->late);
	uv_close((uv_handle_t *)&l->prepare, NULL);
	uv_close((uv_handle_t *)&l->check, NULL);
	uv_close((uv_handle_t *)&l->idle, NULL);
	uv_walk(&l->uv, loop_forget_child, NULL);
	drained = drain(l, ms);
	if (drained) {
		must(uv_loop_close(&l->uv), "uv_loop_close");
		free(l);
	}
	return drained;
}

void loop_free(struct loop **loop)
{
	if (!loop_end(loop, FOREVER_MS))
		BUG("work that never ends");
}

void loop_run(struct loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

bool loop_turn(struct loop *loop, bool wait)
{
	return uv_run(&loop->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT) != 0;
}

void loop_catch_up(struct loop *loop)
{
	for (int i = 0; i < PUT_OFF_MAX && (i == 0 || loop->deferred.len); i++)
		uv_run(&loop->uv, UV_RUN_NOWAIT);
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

void loop_before_sleep(struct loop *loop, void (*fn)(void *ctx), void *ctx)
{
	loop->before_sleep = fn;
	loop->before_sleep_ctx = ctx;
}

uint64_t loop_wakeups(const struct loop *loop)
{
	return loop->wakeups;
}

void loop_defer(struct loop *loop, void (*fn)(void *ctx), void *ctx)
{
	*VEC_PUSH(&loop->deferred) = (struct deferred){ fn, ctx };
	must(uv_idle_start(&loop->idle, on_idle), "uv_idle_start");
}

void loop_defer_late(struct loop *loop, void (*fn)(void *ctx), void *ctx)
{
	*VEC_PUSH(&loop->late) = (struct deferred){ fn, ctx };
}

void loop_forget(struct loop *loop, const void *ctx)
{
	/* Not removed: on_idle may be walking over them. */
	for (size_t i = 0; i < loop->deferred.len; i++)
		if (loop->deferred.v[i].ctx == ctx)
			loop->deferred.v[i].fn = NULL;
	for (size_t i = 0; i < loop->late.len; i++)
		if (loop->late.v[i].ctx == ctx)
			loop->late.v[i].fn = NULL;
}

/* --- descriptors --------------------------------------------------------------------------- */

struct loop_watch {
	union {
		uv_handle_t handle;
		uv_poll_t poll;
		uv_idle_t always; /* what epoll refuses, files and /dev/null, is always ready */
	} uv;
	struct loop *loop;
	bool pollable;
	int events;
	loop_watch_fn *fn;
	void *ctx;
};

static void on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
	struct loop_watch *w = handle->data;
	int seen = (events & UV_READABLE ? LOOP_READ : 0) |
		   (events & UV_WRITABLE ? LOOP_WRITE : 0);

	/* An error is told by the next read or write: wake whoever would do it.  libuv has stopped
	 * the handle; but there may be more to read before the error (a reset socket), so that
	 * the watch goes on until its owner has met it. */
	if (status < 0) {
		seen = w->events;
		w->events = 0;
		loop_watch_set(w, seen);
	}
	w->fn(w->ctx, seen);
}

static void on_always(uv_idle_t *handle)
{
	struct loop_watch *w = handle->data;

	w->fn(w->ctx, w->events);
}

struct loop_watch *loop_watch_new(struct loop *loop, int fd, loop_watch_fn *fn, void *ctx)
{
	struct loop_watch *w = xcalloc(1, sizeof *w);
	int flags = fcntl(fd, F_GETFL);
	int rc = uv_poll_init(&loop->uv, &w->uv.poll, fd);

	/* libuv makes it non-blocking; but a terminal's is shared with whoever started us. */
	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, flags);
	w->pollable = rc == 0;
	if (rc == UV_EPERM)
		rc = uv_idle_init(&loop->uv, &w->uv.always);
	must(rc, "watch a descriptor");
	w->uv.handle.data = w;
	w->loop = loop;
	w->fn = fn;
	w->ctx = ctx;
	loop->handles++;
	return w;
}

void loop_watch_set(struct loop_watch *w, int events)
{
	int uv_events = (events & LOOP_READ ? UV_READABLE : 0) |
			(events & LOOP_WRITE ? UV_WRITABLE : 0);

	if (events == w->events)
		return;
	w->events = events;
	if (!w->pollable)
		must(events ? uv_idle_start(&w->uv.always, on_always)
			    : uv_idle_stop(&w->uv.always), "uv_idle");
	else
		must(events ? uv_poll_start(&w->uv.poll, uv_events, on_poll)
			    : uv_poll_stop(&w->uv.poll), "uv_poll");
}

void loop_watch_free(struct loop_watch **w)
{
	if (!*w)
		return;
	(*w)->loop->handles--;
	uv_close(&(*w)->uv.handle, on_watch_closed);
	*w = NULL;
}

/* --- timers -------------------------------------------------------------------------------- */

struct loop_timer {
	uv_timer_t uv;
	struct loop *loop;
	loop_timer_fn *fn;
	void *ctx;
};

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_timer(uv_timer_t *handle)
{
	struct loop_timer *t = handle->data;

	t->fn(t->ctx);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn *fn, void *ctx)
{
	struct loop_timer *t = xcalloc(1, sizeof *t);

	must(uv_timer_init(&loop->uv, &t->uv), "uv_timer_init");
	t->uv.data = t;
	t->loop = loop;
	t->fn = fn;
	t->ctx = ctx;
	loop->handles++;
	return t;
}

void loop_timer_start(struct loop_timer *t, uint64_t after_ms, uint64_t repeat_ms)
{
	/* The loop's clock stands still within a turn: a long callback would eat the delay. */
	uv_update_time(&t->loop->uv);
	must(uv_timer_start(&t->uv, on_timer, after_ms, repeat_ms), "uv_timer_start");
}

void loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->uv);
}

bool loop_timer_active(const struct loop_timer *t)
{
	return uv_is_active((const uv_handle_t *)&t->uv) != 0;
}

void loop_timer_free(struct loop_timer **t)
{
	if (!*t)
		return;
	(*t)->loop->handles--;
	uv_close((uv_handle_t *)&(*t)->uv, on_timer_closed);
	*t = NULL;
}

/* --- signals ------------------------------------------------------------------------------- */

struct loop_signal {
	uv_signal_t uv;
	struct loop *loop;
	loop_signal_fn *fn;
	void *ctx;
};

static void on_signal_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_signal(uv_signal_t *handle, int signo)
{
	struct loop_signal *s = handle->data;

	s->fn(s->ctx, signo);
}

struct loop_signal *loop_signal_new(struct loop *loop, int signo, loop_signal_fn *fn, void *ctx)
{
	struct loop_signal *s = xcalloc(1, sizeof *s);

	must(uv_signal_init(&loop->uv, &s->uv), "uv_signal_init");
	s->uv.data = s;
	s->loop = loop;
	s->fn = fn;
	s->ctx = ctx;
	must(uv_signal_start(&s->uv, on_signal, signo), "uv_signal_start");
	loop->handles++;
	return s;
}

void loop_signal_free(struct loop_signal **s)
{
	if (!*s)
		return;
	(*s)->loop->handles--;
	uv_close((uv_handle_t *)&(*s)->uv, on_signal_closed);
	*s = NULL;
}
