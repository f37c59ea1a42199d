/* SPDX-License-Identifier: MIT */
/*
 * viewtext_priv.h - a value made fit to be shown (viewtext_lay.c), before it is cut into rows (viewtext.c); and
 * rows of bytes, which need no laying out (viewtext_hex.c).
 */
#ifndef UI_VIEWTEXT_PRIV_H
#define UI_VIEWTEXT_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/longtext.h"

enum { VIEWTEXT_WALK = 1 << 20 }; /* bytes that are gone through before what lies in a file is let go of */

/* The text of a bytea.  s is source's data. */
bool viewtext_is_hex(const struct longtext *source, const char *s, size_t len);
/* It begins as an object or a list. */
bool viewtext_is_json(const char *s, size_t len);

/* ---- viewtext_hex.c: source is such a text ---- */

size_t viewtext_hex_bytes(const struct longtext *source);
size_t viewtext_hex_rows(const struct longtext *source);
void viewtext_hex_row(struct longtext *source, size_t row, struct buf *out);
long viewtext_hex_find(struct longtext *source, const char *text, size_t from, bool backwards);
unsigned viewtext_hex_hits(struct longtext *source, size_t row, const char *text);

/* ---- viewtext_lay.c ---- */

/* Sanitized, tabs as blanks; the caller's.  Without room for it: a sentence that says so. */
struct longtext *viewtext_lay_text(const struct longtext *source, const char *s, size_t len);
/* … and laid out; NULL: it is no JSON, or there is no room. */
struct longtext *viewtext_lay_json(const struct longtext *source, const char *s, size_t len);

#endif
