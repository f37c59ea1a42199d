/* SPDX-License-Identifier: MIT */
/*
 * bulk.h - several records written one after the other, each by the save protocol and guarded by itself.
 *
 * It is not one transaction: a row that somebody else changed does not take the others with it, and no
 * row is locked longer than its own save takes.  What each row came to is told row by row.
 *
 *	bulk_new, bulk_add…, bulk_load (today's records), bulk_run, bulk_free
 *
 * A row that somebody changed since it was loaded is tried again on their version, if they did not touch what we
 * write: 3 attempts, with 50, 100 and 200 ms behind them (and, if `strict`, never: then the guard of the load stands).
 * So does every job that no person watches.  What they did touch is a conflict and stays theirs.
 */
#ifndef COMMAND_BULK_H
#define COMMAND_BULK_H

#include <stdbool.h>
#include <stddef.h>

#include "command/save.h"
#include "command/session.h"
#include "command/undo.h"

enum bulk_state {
	BULK_NEW,     /* not loaded yet */
	BULK_READY,   /* loaded: base is there */
	BULK_SAME,    /* has these values already: nothing to do */
	BULK_MISSING, /* deleted, or not visible */
	BULK_MOVED,   /* its guard is another than the plan's */
	BULK_RAN,     /* outcome tells */
	BULK_FAILED,  /* it could not be read: why */
};

struct bulk_row {
	struct record_plan *plan;
	enum save_kind kind;
	char **key;             /* NULL-terminated */
	char *title;            /* the key for people */
	struct change *changes; /* values are owned */
	size_t nchanges;
	char *guard;            /* what a plan saw, or NULL */
	struct record base;
	enum bulk_state state;
	enum save_outcome outcome;
	int attempts;
	char *why;              /* of what was not written; NULL */
};

struct bulk_options {
	const char *reason, *event, *aggregate;
	const char *action;     /* for the audit; NULL: by kind */
	enum undo_how how;
	const char *title;      /* of the undo step */
	bool strict;
};

struct bulk;
typedef void bulk_fn(void *ctx);

struct bulk *bulk_new(struct session *s);
/* Gives up what is under way (save.h), keeps what was written. */
void bulk_free(struct bulk **b);
/* A new row, borrowed until bulk_free; everything is copied.  changes may be NULL. */
struct bulk_row *bulk_add(struct bulk *b, const struct record_plan *plan, enum save_kind kind,
			  const char *const *key);
void bulk_change(struct bulk_row *row, const struct change *changes, size_t n);
/* The base is known already (undo): state READY. */
void bulk_base(struct bulk_row *row, const struct record *base);

/* The column that people know a record by (sku, name); NULL: none.  Borrowed. */
void bulk_name_by(struct bulk *b, const char *column);
/* Its value once the row is loaded; NULL. */
const char *bulk_name(const struct bulk *b, const struct bulk_row *row);

size_t bulk_len(const struct bulk *b);
struct bulk_row *bulk_at(const struct bulk *b, size_t i);
size_t bulk_count(const struct bulk *b, enum bulk_state state);
/* Rows with state RAN and this outcome. */
size_t bulk_outcomes(const struct bulk *b, enum save_outcome outcome);
/* "saved", "already so", "conflict: …" in words. */
const char *bulk_word(const struct bulk_row *row);

/* Read all rows that are NEW. */
void bulk_load(struct bulk *b, bulk_fn *done, void *ctx);
/* Write all that are READY; progress (may be NULL) after each. The session must be armed. */
void bulk_run(struct bulk *b, const struct bulk_options *opts, bulk_fn *progress, bulk_fn *done,
	      void *ctx);
bool bulk_running(const struct bulk *b);

#endif
