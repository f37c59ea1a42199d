/* SPDX-License-Identifier: MIT */
/*
 * undo.h - my last saves of this session, so that each can be taken back by a new save of the old values,
 * with the same protocol: an undo loses nobody's update either.
 *
 * A step is what one action did: one save of a form, or all rows of a bulk action, which go back
 * together.  What was taken back lies on the other side and can be done again, until something new is saved.
 */
#ifndef COMMAND_UNDO_H
#define COMMAND_UNDO_H

#include <stddef.h>

#include "command/save.h"
#include "command/session.h"

enum { UNDO_MAX = 100 }; /* steps that are remembered; the oldest are forgotten */

struct undo_entry {
	struct record_plan *plan; /* owned */
	enum save_kind kind;      /* what was done */
	struct record before;     /* update, delete */
	struct record after;      /* update, insert */
};

struct undo_step {
	char *title;              /* "18 AB-00018 in Products", "40 products", for people */
	struct undo_entry *entries;
	size_t n;
};

/* How a save came about: something new, or a step taken back, or done again. */
enum undo_how { UNDO_NEW, UNDO_BACK, UNDO_AGAIN };

struct undo_log;
struct undo_log *undo_log_new(void);
void undo_log_free(struct undo_log **log);
/* Begin a step; the number is for undo_add.  UNDO_NEW forgets what could be done again. */
unsigned undo_begin(struct undo_log *log, enum undo_how how, const char *title);
/* Takes entry's contents.  A step that is gone already takes nothing. */
void undo_add(struct undo_log *log, unsigned step, struct undo_entry *entry);
/* The newest step with something in it, UNDO_BACK: to take back, UNDO_AGAIN: to do again.  The caller owns it
 * (undo_step_release). False: there is none. */
bool undo_take(struct undo_log *log, enum undo_how how, struct undo_step *out);
/* What could not be done yet lies on its side again. */
void undo_put_back(struct undo_log *log, enum undo_how how, struct undo_step *owned);
size_t undo_len(const struct undo_log *log);
void undo_step_release(struct undo_step *step);
void undo_entry_release(struct undo_entry *e);

#endif
