/* SPDX-License-Identifier: MIT */
/*
 * import.h - records of a file into a relation: types judged by the server, each row found by a key and
 * written with its guard, in batches with a transaction each; memory does not grow with the file.
 *
 *	                 file                 COPY, one SELECT                one transaction per batch
 *	  FILL  ------------------> LOOK -----------------------> WRITE ----------------------------> FILL
 *	   |  no more                |  values that the server refuses,   |  refused: that row is rejected,
 *	   v                         |  no change, another version        |  those before it are committed
 *	  END                        +--> rejects file, conflicts file <--+
 *
 * Before COMMIT the state file says which transaction will have done what; after it, that it did.  So an import
 * that was killed at any moment goes on with --resume where it stopped: the server is asked what became
 * of the transaction, nothing is doubled and nothing left out.
 *
 * A record whose row has another version than the file says, or that somebody changes between look and
 * write, is a conflict: nothing is written, theirs and mine go to the conflicts file, and a draft is kept.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "command/session.h"
#include "domain/screendef.h"
#include "import_map.h"

struct import;

struct import_counts {
	uint64_t rows, inserted, updated, unchanged, conflicts, rejected;
};

struct import_request {
	const struct record_plan *plan; /* outlives the import */
	const struct screendef *def;    /* for its event; NULL */
	const char *path;               /* ~ is expanded */
	char delimiter;                 /* '\0': JSON lines */
	const char *null_text;          /* CSV without quotes: NULL; "" by default */
	struct import_words words;
	const char *rejects, *conflicts; /* files; NULL: beside the file */
	const char *reason;
	bool insert_only, update_only, dry_run, resume;
	long batch;                     /* rows; 0: default */
};

struct import_callbacks {
	/* Now and then: bytes of the file that are done, of all; rows per second. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total, double rate);
	/* Rows are found by match ("the key", an index, NULL: not at all); notes: what is not written, "". */
	void (*mapped)(void *ctx, const char *match, const char *notes);
	/* Something else that is worth a line. */
	void (*say)(void *ctx, const char *text);
	/* A conflict, field by field; borrowed. */
	void (*conflict)(void *ctx, uint64_t line, const char *key, const char *column, const char *theirs,
			 const char *mine);
	/* Once; err NULL: the file is through. */
	void (*done)(void *ctx, const struct err *err);
	void *ctx;
};

/* Texts are copied but the plan's, the def's and the words'. Not armed: dry_run only. */
struct import *import_start(struct session *s, const struct import_request *req,
			    const struct import_callbacks *cb, struct err *err) MUST_CHECK;
/* Stops it; what is committed stays, and can be resumed. */
void import_free(struct import **i);
const struct import_counts *import_counts(const struct import *i);
/* The files, if something went there; else NULL. */
const char *import_rejects(const struct import *i);
const char *import_conflicts(const struct import *i);
/* Of a dry run: were constraints, triggers and policies tried, too? */
bool import_tried(const struct import *i);

#endif
