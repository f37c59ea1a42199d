/* SPDX-License-Identifier: MIT */
/*
 * lockwait.h - who is in the way of a statement that waits for a lock, while it waits.
 *
 * The server knows: pg_blocking_pids() of the backend that waits, asked on the lane DB_READ. Nothing is asked
 * about waits that are over soon.
 */
#ifndef LOCKWAIT_H
#define LOCKWAIT_H

#include "command/session.h"

struct lockwait;
/* Somebody was seen in the way, or (not any more) nobody: lockwait_text has changed. */
typedef void lockwait_fn(void *ctx);

struct lockwait *lockwait_new(struct session *s, lockwait_fn *fn, void *ctx);
void lockwait_free(struct lockwait **w);
/* The backend with this pid (copied) runs the statement from now on. */
void lockwait_begin(struct lockwait *w, const char *pid);
void lockwait_end(struct lockwait *w);
/* "waiting 2 s for support_ben (pid 4211, psql), idle in transaction, since 3 m", as it was seen last; NULL: nobody
 * was in the way then. Borrowed until the next begin. */
const char *lockwait_text(const struct lockwait *w);
/* The same without "waiting 2 s for". */
const char *lockwait_holder(const struct lockwait *w);

#endif
