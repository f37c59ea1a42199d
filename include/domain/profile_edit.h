/* SPDX-License-Identifier: MIT */
/*
 * profile_edit.h - correcting a profile: from a row of it to a line of the profile file.
 *
 * The file stays the person's own: what is changed is one line, all others are kept byte by byte.
 * Pure: texts in, texts out.
 */
#ifndef DOMAIN_PROFILE_EDIT_H
#define DOMAIN_PROFILE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "domain/profile.h"

/* "[section arg]  key = value" */
struct profile_entry {
	const char *section, *arg, *key;
	const char *value; /* as the file wants it */
};

/*
 * The line that says what a row of the profile (KEY: "tenant_column", "concurrency:SCHEMA.NAME" …) is to be:
 * value as a person gives it.  For "personal:REL" and "secret:REL" the value is the column, for
 * "mask:REL" "COLUMN=personal", for "outbox:REL" "yes", "no" or "ROLE=COLUMN".  Texts live in the arena.
 */
bool profile_entry_for(struct arena *a, const char *key, const char *value,
		       struct profile_entry *out, struct err *err) MUST_CHECK;

/* What a row may sensibly be, best first: a NULL-terminated list in the arena; NULL where only a person can say. */
const char *const *profile_choices(struct arena *a, const struct catalog *c,
				   const struct profile *p, const char *key);

/* The text with the entry in it, or without (e->value NULL). */
void profile_text_put(struct buf *out, const char *text, const struct profile_entry *e);

#endif
