/* SPDX-License-Identifier: MIT */
/*
 * Each of our handles is one heap object around one uv handle.  _free only asks libuv to close;
 * the memory goes in the close callback, so a handle may be freed inside its own callback.
 */
#include "base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/vec.h"

enum { FOREVER_MS = 1 << 30 };

struct deferred {
	void (*fn)(void *ctx);
	void *ctx; /* with fn NULL: forgotten */
};

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare;
	uv_check_t check;
	uv_idle_t idle; /* awake while calls are deferred: then the loop must not sleep */
	void (*before_sleep)(void *ctx);
	void *before_sleep_ctx;
	VEC(struct deferred) deferred;
	uint64_t wakeups;
	size_t handles; /* watches, timers, signals, children that their makers still hold */
};

static void must(int rc, const char *what)
{
	if (rc < 0)
		BUG("%s: %s", what, uv_strerror(rc));
}

/* --- the loop ------------------------------------------------------------------------------ */

static void on_prepare(uv_prepare_t *handle)
{
	struct loop *loop = handle->data;

	if (loop->before_sleep)
		loop->before_sleep(loop->before_sleep_ctx);
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

static void forget_child(uv_handle_t *handle, void *ctx);

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
	uv_close((uv_handle_t *)&l->prepare, NULL);
	uv_close((uv_handle_t *)&l->check, NULL);
	uv_close((uv_handle_t *)&l->idle, NULL);
	uv_walk(&l->uv, forget_child, NULL);
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

void loop_forget(struct loop *loop, const void *ctx)
{
	/* Not removed: on_idle may be walking over them. */
	for (size_t i = 0; i < loop->deferred.len; i++)
		if (loop->deferred.v[i].ctx == ctx)
			loop->deferred.v[i].fn = NULL;
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

/* --- children ------------------------------------------------------------------------------ */

struct loop_child {
	uv_process_t uv;
	struct loop *loop;
	loop_child_fn *fn; /* NULL: nobody waits for it any more */
	void *ctx;
	bool ended;
};

static void on_child_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void close_child(struct loop_child *c)
{
	if (!uv_is_closing((uv_handle_t *)&c->uv))
		uv_close((uv_handle_t *)&c->uv, on_child_closed);
}

static void forget_child(uv_handle_t *handle, void *ctx UNUSED)
{
	if (handle->type == UV_PROCESS)
		close_child(handle->data);
}

static void on_child(uv_process_t *handle, int64_t status, int signo)
{
	struct loop_child *c = handle->data;

	c->ended = true;
	if (c->fn)
		c->fn(c->ctx, (int)status, signo);
	else
		close_child(c);
}

struct loop_child *loop_child_start(struct loop *loop, const struct loop_child_opts *opts,
				    loop_child_fn *fn, void *ctx, struct err *err)
{
	struct loop_child *c = xcalloc(1, sizeof *c);
	uv_stdio_container_t stdio[3];
	uv_process_options_t uv_opts = {
		.file = opts->file, .args = (char **)(uintptr_t)opts->argv,
		.env = (char **)(uintptr_t)opts->env, .cwd = opts->dir,
		.stdio = stdio, .stdio_count = 3, .exit_cb = on_child,
	};
	int rc;

	for (int i = 0; i < 3; i++) {
		stdio[i].flags = opts->fds[i] < 0 ? UV_IGNORE : UV_INHERIT_FD;
		stdio[i].data.fd = opts->fds[i];
	}
	if (opts->detached)
		uv_opts.flags |= UV_PROCESS_DETACHED;
	if (opts->uid >= 0) {
		uv_opts.flags |= UV_PROCESS_SETUID;
		uv_opts.uid = (uv_uid_t)opts->uid;
	}
	if (opts->gid >= 0) {
		uv_opts.flags |= UV_PROCESS_SETGID;
		uv_opts.gid = (uv_gid_t)opts->gid;
	}
	c->uv.data = c;
	c->loop = loop;
	c->fn = fn;
	c->ctx = ctx;
	rc = uv_spawn(&loop->uv, &c->uv, &uv_opts);
	if (rc < 0) {
		uv_close((uv_handle_t *)&c->uv, on_child_closed);
		err_set(err, ERR_FAILED, opts->file, "%s", uv_strerror(rc));
		return NULL;
	}
	loop->handles++;
	return c;
}

int loop_child_pid(const struct loop_child *c)
{
	return c->uv.pid;
}

void loop_child_kill(struct loop_child *c, int signo)
{
	/* Once it has been waited for, its number may be somebody else's. */
	if (!c->ended)
		(void)uv_process_kill(&c->uv, signo);
}

void loop_child_free(struct loop_child **child)
{
	struct loop_child *c = *child;

	if (!c)
		return;
	*child = NULL;
	c->loop->handles--;
	c->fn = NULL;
	if (c->ended)
		close_child(c);
	else
		uv_unref((uv_handle_t *)&c->uv); /* stays to collect it, keeps nobody waiting */
}

/* --- blocking work ------------------------------------------------------------------------- */

struct loop_work {
	uv_work_t uv;
	void (*work)(void *ctx);
	void (*done)(void *ctx);
	void (*free_ctx)(void *ctx);
	void *ctx;
};

static void on_work(uv_work_t *req)
{
	struct loop_work *w = req->data;

	w->work(w->ctx);
}

static void on_work_done(uv_work_t *req, int status)
{
	struct loop_work *w = req->data;

	if (status == 0 && w->done)
		w->done(w->ctx);
	if (w->free_ctx)
		w->free_ctx(w->ctx);
	free(w);
}

struct loop_work *loop_work_start(struct loop *loop, void (*work)(void *ctx),
				  void (*done)(void *ctx), void (*free_ctx)(void *ctx), void *ctx)
{
	struct loop_work *w = xmalloc(sizeof *w);

	*w = (struct loop_work){
		.work = work, .done = done, .free_ctx = free_ctx, .ctx = ctx, .uv.data = w,
	};
	must(uv_queue_work(&loop->uv, &w->uv, on_work, on_work_done), "uv_queue_work");
	return w;
}

void loop_work_forget(struct loop_work **w)
{
	if (!*w)
		return;
	(*w)->done = NULL;
	(void)uv_cancel((uv_req_t *)&(*w)->uv); /* if no thread has begun: then it never runs */
	*w = NULL;
}

/* --- names --------------------------------------------------------------------------------- */

struct loop_resolve {
	uv_getaddrinfo_t uv;
	struct loop *loop;
	loop_resolve_fn *fn; /* NULL: forgotten */
	void *ctx;
	char *host;
	int refused; /* libuv's error for a name that it did not even look up */
	bool calling; /* within fn: the request itself is over */
};

static void tell_addresses(struct loop_resolve *r, const struct addrinfo *list)
{
	static const struct err no_err = ERR_INIT;
	VEC(const char *) addrs = VEC_INIT;
	char text[NI_MAXHOST];

	for (; list; list = list->ai_next)
		if (!getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, NULL, 0,
				 NI_NUMERICHOST))
			*VEC_PUSH(&addrs) = xstrdup(text);
	*VEC_PUSH(&addrs) = NULL;
	r->fn(r->ctx, addrs.v, &no_err);
	for (size_t i = 0; i + 1 < addrs.len; i++)
		free((char *)(uintptr_t)addrs.v[i]);
	VEC_RELEASE(&addrs);
}

static void tell_failure(struct loop_resolve *r, int status)
{
	static const char *const none[] = { NULL };
	struct err err = ERR_INIT;

	err_set(&err, ERR_CONNECTION, r->host, "%s", uv_strerror(status));
	r->fn(r->ctx, none, &err);
	err_release(&err);
}

static void on_resolved(uv_getaddrinfo_t *req, int status, struct addrinfo *list)
{
	struct loop_resolve *r = req->data;

	r->calling = true;
	if (r->fn && status == 0)
		tell_addresses(r, list);
	else if (r->fn)
		tell_failure(r, status);
	r->calling = false;
	uv_freeaddrinfo(list);
	r->uv.data = NULL;
	if (!r->fn) {
		free(r->host);
		free(r);
	}
}

static void tell_refusal(void *ctx)
{
	struct loop_resolve *r = ctx;

	on_resolved(&r->uv, r->refused, NULL);
}

struct loop_resolve *loop_resolve_start(struct loop *loop, const char *host, loop_resolve_fn *fn,
					void *ctx)
{
	struct loop_resolve *r = xcalloc(1, sizeof *r);
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };

	r->loop = loop;
	r->fn = fn;
	r->ctx = ctx;
	r->host = xstrdup(host);
	r->uv.data = r;
	r->refused = uv_getaddrinfo(&loop->uv, &r->uv, on_resolved, host, NULL, &hints);
	if (r->refused < 0)
		loop_defer(loop, tell_refusal, r);
	return r;
}

void loop_resolve_free(struct loop_resolve **resolve)
{
	struct loop_resolve *r = *resolve;

	if (!r)
		return;
	*resolve = NULL;
	r->fn = NULL;
	if (r->calling)
		return; /* on_resolved frees it */
	if (r->uv.data && r->refused == 0) {
		(void)uv_cancel((uv_req_t *)&r->uv); /* on_resolved runs in any case */
		return;
	}
	loop_forget(r->loop, r);
	free(r->host);
	free(r);
}
