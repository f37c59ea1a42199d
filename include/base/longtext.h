/* SPDX-License-Identifier: MIT */
/*
 * longtext.h - a text of any length that takes a bounded part of the memory.
 *
 * Up to LONGTEXT_HELD bytes are held as they are.  What is longer lies in a file without a name (path_nameless) and
 * is seen through a mapping: pages come in as they are looked at, and longtext_let_go gives them back, which whoever
 * walks through a long one does as it goes on.
 */
#ifndef BASE_LONGTEXT_H
#define BASE_LONGTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	LONGTEXT_HELD = 256 << 10,
	LONGTEXT_PIECE = 64 << 10, /* in what steps a long one is best walked through */
};

struct longtext;

struct longtext *longtext_new(void);
/* Of a copy; never fails on what is short.  NULL with err: no file could be written. */
struct longtext *longtext_of(const char *text, size_t len, struct err *err) MUST_CHECK;
void longtext_free(struct longtext **t);

/* Append.  False: the disk is full, or there is no place for files; then it is of no use any more. */
bool longtext_add(struct longtext *t, const void *data, size_t len, struct err *err) MUST_CHECK;
/* All of it, terminated; borrowed until the next longtext_add.  NULL with err: it could not be written or mapped. */
const char *longtext_data(struct longtext *t, struct err *err) MUST_CHECK;
size_t longtext_len(const struct longtext *t);
/* What was looked at is not needed soon: it may leave the memory (and comes back when it is looked at). */
void longtext_let_go(const struct longtext *t);
/* Its file, read from the beginning, whatever its length; the descriptor is borrowed.  -1 with err. */
int longtext_file(struct longtext *t, struct err *err) MUST_CHECK;

/* Append it to `to` fit to be shown (utf8_sanitize, newlines and tabs kept), piece by piece. */
bool longtext_sanitize(struct longtext *to, const char *text, size_t len, struct err *err) MUST_CHECK;
/* Bytes of s that make a piece of about LONGTEXT_PIECE: whole lines where there are such, else whole characters. */
size_t longtext_piece(const char *s, size_t len);

#endif
