/* SPDX-License-Identifier: MIT */
/*
 * lineedit_history.h - the lines that readline's history keys go through: all that were typed, the whole; or for a line
 * of its own kind, as a search is, the part of it that is of this kind.  readline has one list at a time, the one in
 * force.
 */
#ifndef UI_LINEEDIT_HISTORY_H
#define UI_LINEEDIT_HISTORY_H

#include <stddef.h>

struct linehist;

/* The whole must be in force. The latest is kept once, and the oldest go. */
void linehist_keep(const char *text);
/* The i-th, the latest first; NULL behind the last. */
const char *linehist_at(size_t i);
void linehist_clear(void);

/* What begins with this, without it, as the whole is now. */
struct linehist *linehist_of(const char *lead);
/* In force, in place of the whole, and no more. NULL is the whole itself. */
void linehist_enter(struct linehist *h);
void linehist_leave(struct linehist *h);
/* Not while it is in force. */
void linehist_free(struct linehist **h);

#endif
