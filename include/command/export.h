/* SPDX-License-Identifier: MIT */
/*
 * export.h - all rows of a rowset into a file, streaming: constant memory, written on a thread, the server
 * held back when the disk is slower.
 *
 * The file takes its name only when it is whole: it is written beside it (mode 0600), synced and renamed.  What
 * is cancelled or fails leaves nothing behind; what a killed one left (FILE.unfinished-XXXXXX) goes with the next
 * export of that name.
 */
#ifndef COMMAND_EXPORT_H
#define COMMAND_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "command/command.h"
#include "command/rowset.h"

struct export;

struct export_callbacks {
	/* Now and then; bytes written so far. May be NULL. */
	void (*progress)(void *ctx, uint64_t rows, uint64_t bytes);
	/* Where there is no path: the text as it comes. */
	void (*text)(void *ctx, const char *text, size_t len);
	/* Once, unless it was freed before; err NULL: the file is there. */
	void (*done)(void *ctx, const struct err *err, uint64_t rows);
	void *ctx;
};

struct export_request {
	const char *format; /* csv tsv json jsonl sql table; NULL: as the file's name ends, else csv */
	const char *path;   /* ~ is expanded; NULL: to the callback text */
	bool overwrite;     /* a file of this name may be replaced */
	int64_t limit;      /* 0: all rows */
};

/* The rowset must outlive it.  sql writes the columns of the screen's relation only, and needs one. */
struct export *export_start(struct rowset *r, const struct export_request *req,
			    const struct export_callbacks *cb, struct err *err) MUST_CHECK;
/* Cancels it if it is under way. */
void export_free(struct export **e);
const char *export_path(const struct export *e);
/* What killed exports of this name had left and this one removed, in words once it is done; NULL: nothing. */
char *export_swept(const struct export *e);

/* What `:export [FORMAT] FILE` says of the current screen . */
bool export_args(const struct args *a, struct export_request *req, struct err *err) MUST_CHECK;

#endif
