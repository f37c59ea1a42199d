/* SPDX-License-Identifier: MIT */
/*
 * plugin.h - commands that a monitoring system runs (PLUGIN): whatever goes wrong is one line on
 * standard output and status 3, which means unknown.  Another status would be taken for a state.
 */
#ifndef CLI_PLUGIN_H
#define CLI_PLUGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/args.h"

enum { PLUGIN_UNKNOWN = 3 };

/* NULL is none. */
bool plugin_is(const struct command *cmd);
/* "OUTBOX UNKNOWN - why"; returns the status. */
int plugin_unknown(const struct command *cmd, const char *why);
int plugin_failed(const struct command *cmd, const struct err *err);
/* Milliseconds that it may take: --timeout, else 10 s. */
uint64_t plugin_timeout(const struct cli_args *a);

#endif
