/* SPDX-License-Identifier: MIT */
/*
 * loop_priv.h - what the files of the loop share: loop.c (the loop, watches, timers, signals), loop_child.c,
 * loop_work.c (blocking work, names).
 */
#ifndef BASE_LOOP_PRIV_H
#define BASE_LOOP_PRIV_H

#include <uv.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "base/vec.h"

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
	VEC(struct deferred) late; /* until the loop would sleep */
	uint64_t wakeups;
	int put_off; /* turns in which before_sleep was not called */
	size_t handles; /* watches, timers, signals, children that their makers still hold */
};

static inline void must(int rc, const char *what)
{
	if (rc < 0)
		BUG("%s: %s", what, uv_strerror(rc));
}

/* For uv_walk(): a child that nobody waits for any more is closed (loop_child.c). */
void loop_forget_child(uv_handle_t *handle, void *ctx);

#endif
