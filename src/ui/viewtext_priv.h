/* SPDX-License-Identifier: MIT */
/*
 * viewtext_priv.h - a value made fit to be shown (viewtext_lay.c), before it is cut into rows (viewtext.c).
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

/* Sanitized, tabs as blanks; the caller's.  Without room for it: a sentence that says so. */
struct longtext *viewtext_lay_text(const struct longtext *source, const char *s, size_t len);
/* … and laid out; NULL: it is no JSON, or there is no room. */
struct longtext *viewtext_lay_json(const struct longtext *source, const char *s, size_t len);

#endif
