/* SPDX-License-Identifier: MIT */
/*
 * undo.h - my last saves of this session, so that each can be taken back by a new save of the old values,
 * with the same protocol: an undo loses nobody's update either.
 */
#ifndef COMMAND_UNDO_H
#define COMMAND_UNDO_H

#include <stddef.h>

#include "command/save.h"
#include "command/session.h"

#define UNDO_MAX 100 /* saves that are remembered; the oldest are forgotten */

struct undo_entry {
	struct record_plan *plan; /* owned */
	enum save_kind kind;      /* what was done */
	struct record before;     /* update, delete */
	struct record after;      /* update, insert */
	char *title;              /* "catalog_products AB-00018", for people */
};

struct undo_log;
struct undo_log *undo_log_new(void);
void undo_log_free(struct undo_log **log);
/* Takes entry's contents. */
void undo_push(struct undo_log *log, struct undo_entry *entry);
size_t undo_len(const struct undo_log *log);
/* The newest, borrowed; NULL. */
const struct undo_entry *undo_top(const struct undo_log *log);
void undo_drop(struct undo_log *log);
void undo_entry_release(struct undo_entry *e);

#endif
