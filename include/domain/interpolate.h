/* SPDX-License-Identifier: MIT */
/*
 * interpolate.h - a value that lies so far between two others: where "50 %" is when no histogram is visible.
 *
 * Numbers, dates and uuids by arithmetic; texts by their characters after the common beginning, taking
 * digits and letters as digits of their kind ("SKU-000" to "SKU-999").  Always a guess (~).
 */
#ifndef DOMAIN_INTERPOLATE_H
#define DOMAIN_INTERPOLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* low and high as the server printed them, type: pg_type oid, category: typcategory; part: 0 … 1.
 * False: not possible for this type or these values. */
bool interpolate(struct buf *out, uint32_t type, char category, const char *low, const char *high,
		 double part);

/* Numbers, dates and uuids lie on a line: where, to compare values of one type.  False: it has no such line, or the
 * value no place on it (NaN, infinity, words). */
bool interpolate_has_line(uint32_t type, char category);
bool interpolate_place(uint32_t type, char category, const char *value, double *place);

#endif
