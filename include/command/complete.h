/* SPDX-License-Identifier: MIT */
/*
 * complete.h - what could stand at the cursor of a command line, and what a command still wants.
 *
 * Sources: commands, their options and choices, screens, relations, columns and the values that they may have,
 * roles, settings and their values, topics of help, services, files, psql's words, whatever else has a name in the
 * session (the table in complete_names.c); and, asked of the server, tenants, records, databases and processes
 * (complete_asked.c).  What is known at once is told at once; when the server has answered, fn is called again with
 * all of it.  Candidates match from their beginning, letters of any case.
 */
#ifndef COMMAND_COMPLETE_H
#define COMMAND_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "command/command.h"
#include "command/rowset.h"
#include "command/session.h"
#include "domain/screendef.h"

struct candidate {
	const char *text; /* replaces the word, already quoted */
	const char *note; /* a few words; may be NULL */
};

struct completion {
	const struct candidate *candidates; /* in order; borrowed for the call */
	size_t n;
	size_t start, end; /* bytes of the line that a candidate replaces */
	bool more;         /* the server has not answered yet */
};

/* The screen that the bar is over. */
struct complete_context {
	const char *const *columns; /* NULL-terminated, may be NULL */
	const struct screendef *def; /* may be NULL */
	const struct rowset *rows;   /* its rows; may be NULL */
	const char *const *kept;     /* names of filters that were kept; NULL-terminated, may be NULL */
};

struct completing;
typedef void complete_fn(void *ctx, const struct completion *c);

/* fn is called before this returns, and perhaps once more later. */
struct completing *complete_start(struct session *s, const struct complete_context *context,
				  const char *line, size_t cursor, complete_fn *fn, void *ctx);
void complete_free(struct completing **c);

/* What the command still wants after this line, as a ghost behind the cursor: "[--limit N] QUERY"; "" if nothing. */
void complete_hint(struct buf *out, const char *line);

/* Is there something that completes an argument like this?  Not where a number or a text of one's own is meant. */
struct argspec;
bool complete_knows(const struct argspec *a);

/* Is there a connection service of this name? */
bool service_exists(const char *name);

#endif
