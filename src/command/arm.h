/* SPDX-License-Identifier: MIT */
/*
 * arm.h - from read-only to armed: what is asked before.
 */
#ifndef ARM_H
#define ARM_H

#include "command/command.h"

/* err: why it stays read-only; ERR_NONE when it is armed.  ctx must outlive the question (a call's own data does). */
typedef void arm_fn(void *ctx, const struct err *err);
/* On production the database's name must be typed.  offer: what for, asked first when nobody said :arm; or NULL. */
void arm_ask(const struct host *host, const char *offer, arm_fn *fn, void *ctx);

#endif
