/* SPDX-License-Identifier: MIT */
/*
 * command_priv.h - what the files of this layer share.
 */
#ifndef COMMAND_PRIV_H
#define COMMAND_PRIV_H

#include "command/command.h"

/* Make a call and run it; line as in args_match. done may run before this returns (then the result is NULL). */
struct call *call_start(const struct host *host, const struct command *cmd,
			const char *const *words, size_t n, const char *line);
void call_on_done(struct call *c, command_done_fn *done, void *ctx);

/* A line that begins with '\': psql's words (psql.c). The command it stands for, or NULL with err. */
char *psql_translate(const char *line, struct err *err);

#endif
