/* SPDX-License-Identifier: MIT */
/*
 * cli_priv.h - what the files of this layer share.
 */
#ifndef CLI_PRIV_H
#define CLI_PRIV_H

#include <stdbool.h>

#include "base/buf.h"

/* The general options, a line each, or as items of an mdoc list. */
void cli_options(struct buf *out, bool mdoc);
/* Reads the word as a URI or a conninfo string? */
bool cli_is_conninfo(const char *word);
/* Ask on the terminal, without echo; NULL when there is none or the person gave up. */
char *cli_ask_password(const char *prompt);

#endif
