/* SPDX-License-Identifier: MIT */
/*
 * labels.h - what the records are called that a record refers to: "Rye flour" beside category_id 17.
 *
 * One asks with the values of the record as they are now; the server is asked once for what is not known
 * yet, all in one round trip, and `changed` is called when it has answered.  A masked column is never a label,
 * and a relation that the role may not read has none.
 */
#ifndef COMMAND_LABELS_H
#define COMMAND_LABELS_H

#include "command/session.h"

struct labels;

/* The text of a column of the record; NULL: SQL NULL, or not known. */
typedef const char *label_value_fn(void *ctx, const struct column *column);

/* owner: for db_forget; it outlives the labels or is forgotten with them. */
struct labels *labels_new(struct session *s, const struct relation *r, void (*changed)(void *ctx), void *ctx);
void labels_free(struct labels **l);
/* The record is this now. */
void labels_look(struct labels *l, label_value_fn *value, void *ctx);
/* Of the record that column refers to, as of the last labels_look; NULL: none, or not known yet. */
const char *labels_get(const struct labels *l, const struct column *column);

/* The column that people call a relation's records by; NULL: none that may be read and shown. */
const struct column *label_column(const struct session *s, const struct relation *r);
/* The foreign key that says most about a column: of several the one that it is not just a scope of; *at: where in it
 * the column stands. NULL: none. */
const struct foreign_key *label_reference(const struct relation *r, const struct column *c, size_t *at);

#endif
