/* SPDX-License-Identifier: MIT */
/*
 * buf.h - a growable run of bytes that is always terminated.
 *
 * Invariants: buf.data is never NULL (an empty buf points at a shared ""), buf.data[buf.len]
 * is '\0', bytes before it may include '\0'.  Read the fields freely, write only through the
 * functions.
 *
 * Life: buf_init (or = BUF_INIT), …, buf_release.  buf_clear empties and keeps the memory.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct buf {
	char *data;
	size_t len; /* bytes before the terminator */
	size_t cap; /* 0 while data is the shared empty string */
};

extern char buf_empty[1];
#define BUF_INIT { .data = buf_empty, .len = 0, .cap = 0 }

void buf_init(struct buf *b);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
/* Room for extra more bytes and the terminator. */
void buf_reserve(struct buf *b, size_t extra);

void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addn(struct buf *b, char c, size_t n); /* n times c */
/* s between two of quote, with every quote in it doubled: CSV's and the command line's rule. */
void buf_add_quoted(struct buf *b, const char *s, char quote);
/* A word of the command line (command/parse.h): quoted if it is empty, has blanks or quotes. */
void buf_add_word(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
void buf_addbuf(struct buf *b, const struct buf *other);

/* Shorten to len bytes (len <= b->len). */
void buf_truncate(struct buf *b, size_t len);
/* Replace [pos, pos + del) by ins. */
void buf_splice(struct buf *b, size_t pos, size_t del, const void *ins, size_t ins_len);
/* Take white space off both ends. */
void buf_trim(struct buf *b);

/* The caller owns what is returned (free()); the buf is empty and usable again. */
char *buf_detach(struct buf *b);

#endif
