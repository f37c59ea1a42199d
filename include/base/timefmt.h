/* SPDX-License-Identifier: MIT */
/*
 * timefmt.h - ages, durations and instants, for people and from people.
 *
 * Seconds are double for durations; instants are microseconds since 1970-01-01 UTC (int64_t).
 */
#ifndef BASE_TIMEFMT_H
#define BASE_TIMEFMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* "0.4 ms", "12 s", "4 m 12 s", "3 h 5 m", "2 d 4 h", "5 w" */
void timefmt_duration(struct buf *out, double seconds);
/* "just now", "12 s ago", "in 4 m", the date once older than 30 days. */
void timefmt_age(struct buf *out, int64_t then_us, int64_t now_us);
/* "250ms" "5s" "2m" "1h" "3d" "1m30s"; a plain number is seconds.  False: not a duration. */
bool timefmt_parse_duration(const char *s, double *seconds);
/* PostgreSQL ISO output "2026-10-02 11:02:41.123456+00" (also BC, infinity → INT64_MAX/MIN). */
bool timefmt_parse_timestamp(const char *s, int64_t *us);
/* "2026-10-02 11:02:41" in the local zone (TZ). */
void timefmt_instant(struct buf *out, int64_t us);
int64_t time_now_us(void);       /* wall clock */
int64_t time_monotonic_us(void); /* for measuring */

#endif
