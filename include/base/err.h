/* SPDX-License-Identifier: MIT */
/*
 * err.h - what went wrong, for a person, and kept apart for the program.
 *
 * A function that can fail for reasons outside the program has the shape
 *	bool thing_do(…, struct err *err) MUST_CHECK;
 * false means that err is filled.  err may never be NULL.  A message is one sentence that names
 * the thing and, in hint, the way out.  Lower layers never print.
 *
 * On paper: "souk: what: why (SQLSTATE)", hint on a line of its own.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum err_kind {
	ERR_NONE,
	ERR_USAGE,      /* the person's words are off: exit 1 */
	ERR_FAILED,     /* it did not work: exit 1 */
	ERR_CONNECTION, /* no server, or it went away: exit 2 */
	ERR_CONFLICT,   /* the record's version moved: exit 4 */
	ERR_CANCELLED,  /* the owner did not want it any more */
};

struct err {
	enum err_kind kind;
	char *what;       /* the thing: "screens/x.screen:14", "relation commerce.t"; may be NULL */
	char *why;        /* one sentence, no full stop at the end needed; never NULL when set */
	char *hint;       /* the way out; may be NULL */
	char sqlstate[6]; /* "" if the server had no part in it */
	char *text;       /* what is wrong stands in here: a person's words, or a statement; may be NULL */
	size_t at, len;   /* … these bytes of it; len 0: something is missing there */
};

#define ERR_INIT { 0 }

void err_init(struct err *e);
void err_release(struct err *e);
void err_clear(struct err *e);

/* Fill e (an older content is dropped) and return false, so that: return err_set(err, …). */
bool err_set(struct err *e, enum err_kind kind, const char *what, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* strerror(errno) as why. */
bool err_errno(struct err *e, const char *what);
/* Add or replace the hint; returns false. */
bool err_hint(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Put "outer: " before what; returns false. */
bool err_within(struct err *e, const char *outer);
/* Tell where in a text (copied; NULL: nowhere) it is wrong; returns false. */
bool err_place(struct err *e, const char *text, size_t at, size_t len);
/*
 * The place lies in a part of the text that stands in it as it is: then it is told as one in that part, and true.
 * What is found right behind the part is missing at its end.
 */
bool err_place_within(struct err *e, const char *part);
void err_move(struct err *to, struct err *from);
void err_copy(struct err *to, const struct err *from);

/* "what: why (SQLSTATE)"; the caller owns the text. */
char *err_text(const struct err *e);
/* 0, 1, 2 or 4 as design.md's exit status says. */
int err_exit_status(const struct err *e);

#endif
