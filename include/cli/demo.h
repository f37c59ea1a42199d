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

/* The exit status; -1: open the console at *uri (to be freed), then demo_close(demo). */
int cli_demo(struct loop *loop, const struct cli_args *args, struct demo **demo, char **uri);

#endif
