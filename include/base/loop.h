/* SPDX-License-Identifier: MIT */
/*
 * loop.h - the one place where the program sleeps; a thin face of libuv.
 *
 * Everything that can happen is a watch on a descriptor, a timer, a signal, a child that ends, a
 * piece of blocking work on the thread pool, or a deferred call.  All callbacks run on the main
 * thread, one at a time; none may block.
 *
 * Life: every handle is opaque, belongs to its maker and is ended with its _free, which may be
 * called inside its own callback; no callback runs after _free.  loop_free asserts that none is
 * left.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct loop;
struct loop_watch;
struct loop_timer;
struct loop_signal;
struct loop_child;
struct loop_work;

struct loop *loop_new(void);
void loop_free(struct loop **loop);
/*
 * The same, but work that still blocks after ms (a name looked up, a cancel sent into a network that
 * is gone) is left behind: false.  Then only _exit() ends the process without waiting for it.
 */
bool loop_end(struct loop **loop, uint64_t ms) MUST_CHECK;
/* Run until loop_stop() or until nothing is left to wait for.  Not re-entrant. */
void loop_run(struct loop *loop);
/* One turn: with wait, sleeps until something happens.  False when nothing is left. */
bool loop_turn(struct loop *loop, bool wait);
/* What has happened already, and what that defers, for a few turns: for who has much to do before loop_run. */
void loop_catch_up(struct loop *loop);
void loop_stop(struct loop *loop);
/* Called each time just before the loop would sleep (drawing lives here): after what is deferred, unless that goes
 * on for more than a few turns.  One only. */
void loop_before_sleep(struct loop *loop, void (*fn)(void *ctx), void *ctx);
/* How often the loop woke since it was made: tests assert that idle is idle. */
uint64_t loop_wakeups(const struct loop *loop);

/* Descriptors.  The watch must be freed (or set to 0) before the descriptor is closed. */
enum { LOOP_READ = 1, LOOP_WRITE = 2 };
typedef void loop_watch_fn(void *ctx, int events);
struct loop_watch *loop_watch_new(struct loop *loop, int fd, loop_watch_fn *fn, void *ctx);
void loop_watch_set(struct loop_watch *w, int events); /* 0: asleep */
void loop_watch_free(struct loop_watch **w);

/* Timers, milliseconds.  repeat_ms 0: once.  Starting again replaces. */
typedef void loop_timer_fn(void *ctx);
struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn *fn, void *ctx);
void loop_timer_start(struct loop_timer *t, uint64_t after_ms, uint64_t repeat_ms);
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_active(const struct loop_timer *t);
void loop_timer_free(struct loop_timer **t);

typedef void loop_signal_fn(void *ctx, int signo);
struct loop_signal *loop_signal_new(struct loop *loop, int signo, loop_signal_fn *fn, void *ctx);
void loop_signal_free(struct loop_signal **s);

/* Run fn in a later turn, before the loop sleeps.  Calls run in order; owner is for loop_forget. */
void loop_defer(struct loop *loop, void (*fn)(void *ctx), void *ctx);
/* The same, but not before what loop_before_sleep() has to do was done: for what nobody waits for. */
void loop_defer_late(struct loop *loop, void (*fn)(void *ctx), void *ctx);
/* Drop deferred calls with this ctx. */
void loop_forget(struct loop *loop, const void *ctx);

/*
 * Blocking work (PQcancel, name look-up, fsync): work runs on a thread and must touch nothing but
 * ctx; done runs on the main thread (cancelled: done is not called, but ctx stays alive
 * until free_ctx runs on the main thread).  The handle ends by itself after done: forget it there.
 * Either of done and free_ctx may be NULL.  loop_free waits for work that a thread has begun.
 */
struct loop_work *loop_work_start(struct loop *loop, void (*work)(void *ctx),
				  void (*done)(void *ctx), void (*free_ctx)(void *ctx),
				  void *ctx);
/* done will not run any more; free_ctx still will. */
void loop_work_forget(struct loop_work **w);

/* Children. */
struct loop_child_opts {
	const char *file;         /* looked up in PATH */
	char *const *argv;        /* NULL-terminated, argv[0] included */
	char *const *env;         /* NULL: inherited */
	const char *dir;          /* NULL: inherited */
	int fds[3];               /* inherited as 0, 1, 2; -1: /dev/null */
	bool detached;            /* a session of its own */
	int uid, gid;             /* -1: unchanged */
};
typedef void loop_child_fn(void *ctx, int status, int signo);
struct loop_child *loop_child_start(struct loop *loop, const struct loop_child_opts *opts,
				    loop_child_fn *fn, void *ctx, struct err *err) MUST_CHECK;
int loop_child_pid(const struct loop_child *c);
void loop_child_kill(struct loop_child *c, int signo);
void loop_child_free(struct loop_child **c);

/*
 * Look a host name up without blocking.  addrs: numeric addresses, NULL-terminated, borrowed;
 * empty with err set if there is none.  fn is called once; the handle stays until its _free.
 */
typedef void loop_resolve_fn(void *ctx, const char *const *addrs, const struct err *err);
struct loop_resolve;
struct loop_resolve *loop_resolve_start(struct loop *loop, const char *host, loop_resolve_fn *fn,
					void *ctx);
void loop_resolve_free(struct loop_resolve **r);

#endif
