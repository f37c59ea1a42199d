/* SPDX-License-Identifier: MIT */
/*
 * demo.h - souk demo on the shell: prepares the demo with progress on stderr, then prints its URI, or leaves
 * the console to main.
 */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "base/loop.h"
#include "cli/args.h"
#include "command/demo.h"

/* What the console on it needs. */
struct cli_demo {
	struct demo *server; /* demo_close() */
	char *uri;           /* to be freed */
	const char *as;      /* who of its people one is: "support", "dba", "oncall" or "admin" */
};

/* The exit status, and nothing in `there`; -1: open the console there. */
int cli_demo(struct loop *loop, const struct cli_args *args, struct cli_demo *there);

#endif
