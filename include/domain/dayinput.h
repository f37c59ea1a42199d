/* SPDX-License-Identifier: MIT */
/*
 * dayinput.h - dates as people write them, and the arithmetic of days behind it.
 *
 * Proleptic Gregorian calendar, as PostgreSQL's; years 1 to 9999.  Days are numbered from
 * 1970-01-01 (0), a Thursday.
 */
#ifndef DOMAIN_DAYINPUT_H
#define DOMAIN_DAYINPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct day {
	int year, month, day; /* month 1 to 12 */
};

bool day_valid(const struct day *d);
int64_t day_number(const struct day *d);
struct day day_of_number(int64_t n);
/* 1 Monday to 7 Sunday. */
int day_weekday(int64_t n);
int days_in_month(int year, int month);
/* The same day so many months on; the month's last day where it has no such day. */
struct day day_add_months(const struct day *d, int months);
void day_write(struct buf *out, const struct day *d); /* 2026-11-24 */
/* The date at the beginning of a server's text ("2026-11-24", "2026-11-24 10:00:00+00"). */
bool day_read(const char *text, struct day *out);

/*
 * What a person means, seen from today: "today" "tomorrow" "yesterday", "+3d" "-2w" "+1mo" "+1y" (and
 * several: "+1mo2d"), "mon" "next mon" "last fri" (a weekday alone is the next one, today included),
 * "eom" and "bom" (end and begin of the month), "12" (this month), "24.11." "24.11.2026" "24.11.26".
 * A time may follow ("tomorrow 14:30") and is kept in rest, which points into text ("" if none).
 * ISO dates are not taken: they are the server's own.  False: not one of these.
 */
bool day_parse(const char *text, const struct day *today, struct day *out, const char **rest);

#endif
