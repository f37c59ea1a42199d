/* SPDX-License-Identifier: MIT */
/*
 * arm.h - from read-only to armed: what is asked before.
 */
#ifndef ARM_H
#define ARM_H

#include "command/command.h"

/* err: why it stays read-only; ERR_NONE when it is armed. */
typedef void arm_fn(void *ctx, const struct err *err);
/* Of the call's own data: it goes with the call, and the question too. */
struct arming {
	struct call *call;
	arm_fn *fn;
	void *ctx;
};
/* On production the database's name must be typed.  offer: what for, asked first when nobody said :arm; or NULL. */
void arm_ask(struct arming *a, const char *offer);

#endif
