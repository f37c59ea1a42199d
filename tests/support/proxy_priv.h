/* SPDX-License-Identifier: MIT */
/* proxy_priv.h - what the two sides of the proxy share. */
#ifndef SUPPORT_PROXY_PRIV_H
#define SUPPORT_PROXY_PRIV_H

#include <stdatomic.h>
#include <sys/types.h>

#include "support/proxy.h"

/* In shared memory.  An order is obeyed when its done has reached its wanted. */
struct order {
	_Atomic unsigned wanted, done;
};

struct board {
	struct proxy_counts counts;
	_Atomic int delay_ms;
	_Atomic bool hold, refuse;
	struct order cut, reset, look; /* look: the settings above were noticed */
	_Atomic bool trap;             /* proxy_cut_at is armed; these were set before: */
	enum proxy_side trap_side;
	char trap_type;
	bool trap_pass;
	char trap_text[64];
};

struct proxy {
	struct board *board;
	char dir[80];       /* where it listens: a folder, or 127.0.0.1 */
	char upstream[108]; /* a socket's path (which has this limit), or address:port */
	int port, listener;
	int wake[2];        /* a byte wakes the proxy to look at the board */
	pid_t pid, parent;
};

/* Serve until killed, or until the parent is gone, whatever ended it. */
_Noreturn void proxy_serve(struct proxy *p);

#endif
