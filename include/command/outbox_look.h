/* SPDX-License-Identifier: MIT */
/*
 * outbox_look.h - how an outbox stands now, at little cost: bounded counts, index probes for the oldest, no lock.
 *
 * A number may be exact, "more than the bound", or unknown; what the table cannot tell is unknown, never a number.
 * One look is one statement in one flush on DB_WATCH, under the watch's statement timeout.
 */
#ifndef COMMAND_OUTBOX_LOOK_H
#define COMMAND_OUTBOX_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "command/session.h"
#include "command/settings.h"
#include "domain/outbox.h"

#define OUTBOX_BOUND 10000 /* rows counted at most */

enum outbox_state { OUTBOX_OK, OUTBOX_WARNING, OUTBOX_CRITICAL };

struct outbox_count {
	int64_t n;   /* -1: unknown */
	bool more;   /* there are more than n */
};

struct outbox_status {
	const struct outbox *outbox;
	struct outbox_count due, delayed, retrying, claimed, failed, dead;
	int64_t processed;         /* estimate; -1 unknown */
	double oldest_due;         /* seconds since the oldest due one became due; < 0: none; NaN unknown */
	bool oldest_sampled;       /* of the first rows found: no index leads there */
	double oldest_age;         /* seconds since the oldest of them was enqueued; < 0 none; NaN unknown */
	int64_t inserted;          /* statistics counter, for rates between two looks; -1 unknown */
	double enqueue_rate, process_rate; /* per second; NaN unknown */
	enum outbox_state state;
	const char *why;           /* of a state that is not ok, in words; borrowed (static) */
	int64_t taken_us;
};

struct outbox_thresholds {
	double warn_age, crit_age; /* seconds of the oldest due */
	long warn_due, crit_due, warn_dead;
};
void outbox_thresholds(struct outbox_thresholds *t, const struct settings *s);
/* ok, warning, critical; candidates are never alarmed on. */
void outbox_judge(struct outbox_status *status, const struct outbox_thresholds *t);
const char *outbox_state_name(enum outbox_state state);

typedef void outbox_look_fn(void *ctx, const struct outbox_status *status, const struct err *err);
/* outbox must live until fn was called or the owner (ctx) forgotten.  before: an earlier look for the rates; NULL. */
void outbox_look(struct session *s, const struct outbox *outbox, const struct outbox_status *before,
		 outbox_look_fn *fn, void *ctx);

#endif
