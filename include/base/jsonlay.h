/* SPDX-License-Identifier: MIT */
/*
 * jsonlay.h - JSON laid out for reading, piece by piece: one value a line, two blanks a level.
 *
 * It goes through the text once and keeps nothing but the kinds of what is open (a byte a level, JSONLAY_DEEPEST
 * at most), so the length of the text does not matter.  Strings and numbers stay as they are written, and so does
 * what json.h would not keep: the order and the repetition of keys.
 */
#ifndef BASE_JSONLAY_H
#define BASE_JSONLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum { JSONLAY_DEEPEST = 1000 };

/* The next piece of what is laid out; false ends it. */
typedef bool jsonlay_fn(void *ctx, const char *text, size_t len);

/* False: it is not JSON (RFC 8259), is nested too deep, or put said so; what was put before is of no use then. */
bool jsonlay(const char *text, size_t len, jsonlay_fn *put, void *ctx) MUST_CHECK;

#endif
