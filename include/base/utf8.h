/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - texts as a terminal sees them.
 *
 * Widths are wcwidth()'s, which is what ncurses uses, so that columns agree.  A *cluster* is a
 * base character with the zero-width characters that follow it.  Every text from the database
 * is untrusted: utf8_sanitize makes it fit to be shown.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Decode one code point of s (len bytes, len > 0).  Returns its bytes (1 to 4); for an invalid
 * sequence returns 1 and sets *cp to UTF8_INVALID (over-long, surrogates, > 10FFFF too). */
#define UTF8_INVALID 0xFFFFFFFFu
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);
/* Append cp. */
void utf8_encode(struct buf *b, uint32_t cp);

/* Code points of len bytes; and the bytes that the first n code points of s take (all, if it has fewer). */
size_t utf8_count(const char *s, size_t len);
size_t utf8_skip(const char *s, size_t n);

/* Columns of one code point: 0, 1, 2; controls and unassigned count 1 (they are shown as marks). */
int utf8_cp_width(uint32_t cp);
/* Columns of a sanitized text. */
int utf8_width(const char *s, size_t len);
/* Bytes of the next cluster of s; *width gets its columns. */
size_t utf8_cluster(const char *s, size_t len, int *width);
/* Bytes of s that fit into width columns; *used gets the columns they take. */
size_t utf8_fit(const char *s, size_t len, int width, int *used);

/*
 * Append s to out fit to be shown: C0 controls and DEL as U+2400.. pictures (or ^X in ASCII
 * mode), C1, bidirectional overrides/isolates, zero-width joiners outside emoji, other format
 * characters and invalid bytes as visible marks such as <U+202E> and <9B>.  newline: how '\n'
 * is shown in one line ("␊" or "\\n"); with keep_newlines it stays.  Tabs become one space
 * in one-line mode.
 */
enum sanitize {
	SANITIZE_LINE,           /* for a grid cell, a title, a message */
	SANITIZE_KEEP_NEWLINES,  /* for a viewer: '\n' and '\t' stay */
};
void utf8_sanitize(struct buf *out, const char *s, size_t len, enum sanitize mode);
/* Bytes of the mark that it puts for what cannot be shown ("<U+202E>", "<9B>") and that s begins with; 0: none. */
size_t utf8_mark_len(const char *s, size_t len);

/* Do the n bytes of what begin s (len bytes), letters of any case?  Where the two cases of a letter are of different
 * length they are two letters. */
bool utf8_begins(const char *s, size_t len, const char *what, size_t n);
/* Where s holds what in that sense; SIZE_MAX: nowhere. */
size_t utf8_find(const char *s, size_t len, const char *what);

/* How many bytes at the beginning of s are ASCII. */
size_t utf8_ascii_run(const char *s, size_t len);
/* True if the whole text is valid UTF-8. */
bool utf8_valid(const char *s, size_t len);
/* What stands for what is left out: "…", or "~" where the locale is not UTF-8. */
const char *utf8_cut_mark(void);
/* s cut to width columns with that mark if it was longer. */
void utf8_ellipsis(struct buf *out, const char *s, size_t len, int width);
/* … from its middle: what names begin and end with tells them apart. */
void utf8_ellipsis_middle(struct buf *out, const char *s, size_t len, int width);
/* Does the locale's character set show UTF-8?  Set once by main after setlocale(). */
bool utf8_locale(void);
/* Where it is another one, what utf8_sanitize shows as itself is in it, and goes to the terminal
 * through utf8_to_locale.  That is the console's alone (ui_run): what is told to a shell is ASCII
 * there, because from here on the locale's charset is C's. */
void utf8_or_ascii(void);
/* Valid UTF-8 in the locale's bytes; '?' for what it does not have. */
void utf8_to_locale(struct buf *out, const char *s, size_t len);
/* Sentences of our own: the signs that they use, in ASCII where the locale has no others. */
void utf8_spell(struct buf *out, const char *s, size_t len);

#endif
