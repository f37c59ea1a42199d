/* SPDX-License-Identifier: MIT */
/*
 * target.h - from the words SCREEN and KEY to the record that is meant.
 *
 * SCREEN is a screen's name or alias, or a relation.  KEY is the text of its key; of several columns, their
 * texts joined by ',' (a text with a comma is quoted "like, this").  The key columns are the screen's if the
 * relation has columns of these names, else the relation's own key.
 */
#ifndef COMMAND_TARGET_H
#define COMMAND_TARGET_H

#include "base/attr.h"
#include "base/err.h"
#include "command/session.h"
#include "domain/record.h"
#include "command/save.h"

/* The catalog must be there.  def may be NULL: only the relation counts. */
struct record_plan *target_plan(struct session *s, const char *screen, const struct screendef **def,
				struct err *err) MUST_CHECK;
struct record_plan *target_plan_of(const struct session *s, const struct screendef *def, struct err *err)
	MUST_CHECK;
/* KEY cut into one text per key column, NULL-terminated; freed with target_key_free.  Under one tenant its part may be
 * left out; session NULL: all parts must be there.  NULL with err. */
char **target_key(const struct session *s, const struct record_plan *plan, const char *key, struct err *err)
	MUST_CHECK;
void target_key_free(char ***key);
/* May records of this screen (NULL: of a bare relation) be written so?  Its [edit] section says; the changes are
 * those of an update. */
bool target_allows(const struct screendef *def, enum save_kind kind, const struct change *changes, size_t n,
		   struct err *err) MUST_CHECK;
/* COL=VALUE words into changes; the values point into the words.  "col=" is the empty text, "col!" NULL,
 * "col:=DEFAULT" the default.  Caller frees the array. */
struct change *target_changes(const struct record_plan *plan, const char *const *words, size_t *n,
			      struct err *err) MUST_CHECK;

#endif
