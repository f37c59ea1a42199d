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

#endif
