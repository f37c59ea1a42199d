/* SPDX-License-Identifier: MIT */
/*
 * rows_call.h - what the commands about a screen's rows share: SCREEN [COLUMN=VALUE…] --filter --where --sort
 * --unmask as a rowset.
 */
#ifndef ROWS_CALL_H
#define ROWS_CALL_H

#include "command/command.h"
#include "command/rowset.h"

/* The arguments that rows_call_open understands, for a command's spec. */
#define ROWS_ARGS \
	"screen:screen [narrow:assignment…] [--filter:filter] [--where:condition] [--sort:sort] [--unmask]"
#define ROWS_HELP                                                                                \
	"--filter takes the language of :filter (see the topic filter) and may be given several " \
	"times, --where a raw SQL condition, --sort columns, - in front descends. Columns that "  \
	"look secret or personal are masked without --unmask."

/* The rowset of a call's arguments; fn as in rowset_new.  The catalog must be there. */
struct rowset *rows_call_open(struct call *c, const char *screen, rowset_fn *fn, void *ctx, struct err *err)
	MUST_CHECK;

/*
 * The rows to the host as a table (or, with --format sql, as INSERTs), streaming; then the call is done.
 * Takes the rowset.
 */
void rows_call_print(struct call *c, struct rowset *owned, int64_t limit);

#endif
