/* SPDX-License-Identifier: MIT */
/* blame.h - an error of the server, told as one in what the person wrote. */
#ifndef COMMAND_BLAME_H
#define COMMAND_BLAME_H

#include <stdbool.h>

#include "base/err.h"

/*
 * err has the place that the server named in the statement that was sent: if it lies in `text`, which stands in that
 * statement as it was written, err is told as "what: character N: …" of it.  False: it lies elsewhere.
 * Where text holds a second statement, which the server refuses without a place, that is the place.
 */
bool blame(struct err *err, const char *what, const char *text);
/* The server named no place, but it is this text that it cannot work with: the word that it quotes, else all of it. */
void blame_whole(struct err *err, const char *what, const char *text);

#endif
