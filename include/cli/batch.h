/* SPDX-License-Identifier: MIT */
/*
 * batch.h - one command without a screen: the host that prints.
 *
 * Data goes to stdout, everything said to stderr as "souk: …"; no escape sequence when that is no terminal.
 * Questions are answered from flags (--yes, --reason, --confirm NAME) or given up.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "base/loop.h"
#include "cli/args.h"

/* Runs the command to its end; the exit status. */
int cli_batch(struct loop *loop, const struct cli_args *args);
/* "souk: what: why (SQLSTATE)" and the hint on stderr. */
void cli_error(const struct err *err);
/* "souk: TEXT" on stderr, made safe. */
void cli_say(const char *text);
/* A line more, below it; nothing where text is empty. */
void cli_more(const char *text);

#endif
