/* SPDX-License-Identifier: MIT */
/*
 * Dates as people write them, and the laws of the calendar behind.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "domain/dayinput.h"

static const struct day tuesday = { 2026, 11, 24 };

static void means(const char *text, const char *wanted, const char *wanted_rest)
{
	struct buf got = BUF_INIT;
	struct day d;
	const char *rest;

	cr_assert(day_parse(text, &tuesday, &d, &rest), "%s", text);
	day_write(&got, &d);
	cr_assert_str_eq(got.data, wanted, "%s: %s", text, got.data);
	cr_assert_str_eq(rest, wanted_rest, "%s", text);
	buf_release(&got);
}

Test(dayinput, words)
{
	means("today", "2026-11-24", "");
	means(" Tomorrow ", "2026-11-25", "");
	means("yesterday", "2026-11-23", "");
	means("tomorrow 14:30", "2026-11-25", "14:30");
	means("+3d", "2026-11-27", "");
}

Test(dayinput, offsets)
{
	means("-24d", "2026-10-31", "");
	means("+1w", "2026-12-01", "");
	means("+1mo2d", "2026-12-26", "");
	means("+3 months", "2027-02-24", "");
	means("-1y", "2025-11-24", "");
	means("+1mo 08:00", "2026-12-24", "08:00");
}

Test(dayinput, weekdays)
{
	means("tue", "2026-11-24", "");
	means("next tue", "2026-12-01", "");
	means("last tuesday", "2026-11-17", "");
	means("mon", "2026-11-30", "");
	means("next mon", "2026-11-30", "");
	means("last mon", "2026-11-23", "");
	means("Sunday 9:00", "2026-11-29", "9:00");
}

Test(dayinput, of_the_month)
{
	means("eom", "2026-11-30", "");
	means("bom", "2026-11-01", "");
	means("12", "2026-11-12", "");
	means("24.12.", "2026-12-24", "");
	means("1.2.2027", "2027-02-01", "");
	means("1.2.27 7:15", "2027-02-01", "7:15");
}

Test(dayinput, what_is_none)
{
	static const char *const wrong[] = { "",	"2026-11-24", "todayx",	 "+",
					     "+3",	"+3x",	      "31",	 "30.2.",
					     "next",	"mo",	      "1.2.345", "infinity",
					     "-99999y", "+99999y",    "0",	 "12h",
					     "24.13.",	"-2026y" };
	struct day d;
	const char *rest;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_not(day_parse(wrong[i], &tuesday, &d, &rest), "%s", wrong[i]);
}

/* Every day of 9999 years, there and back, each the day after the one before. */
Test(dayinput, numbers_are_days)
{
	struct day first = { 1, 1, 1 }, last = { 9999, 12, 31 }, before = { 0 };
	int64_t n = day_number(&first);

	cr_assert_eq(day_number(&(struct day){ 1970, 1, 1 }), 0);
	cr_assert_eq(day_weekday(0), 4);
	for (; n <= day_number(&last); n++) {
		struct day d = day_of_number(n);

		cr_assert(day_valid(&d));
		cr_assert_eq(day_number(&d), n);
		if (before.day) {
			bool same_month = d.month == before.month;

			cr_assert(same_month
					  ? d.day == before.day + 1
					  : d.day == 1 &&
						    before.day == days_in_month(before.year,
										before.month));
		}
		before = d;
	}
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* What is parsed is valid; +n and -n undo each other; what is written is read. */
Test(dayinput, laws)
{
	unsigned seed = 7;

	for (int i = 0; i < 20000; i++) {
		struct day today = day_of_number((int64_t)next_random(&seed) - 20000);
		struct day there, back, read;
		struct buf text = BUF_INIT;
		const char *rest;
		int n = (int)(next_random(&seed) % 9000);

		buf_addf(&text, "+%dd", n);
		cr_assert(day_parse(text.data, &today, &there, &rest));
		cr_assert_eq(day_number(&there) - day_number(&today), n);
		text.data[0] = '-';
		cr_assert(day_parse(text.data, &there, &back, &rest));
		cr_assert_eq(day_number(&back), day_number(&today));
		buf_clear(&text);
		day_write(&text, &there);
		cr_assert(day_read(text.data, &read));
		cr_assert_eq(day_number(&read), day_number(&there));
		back = day_add_months(&today, n % 600);
		cr_assert(day_valid(&back));
		cr_assert(back.day <= today.day);
		buf_release(&text);
	}
}

Test(dayinput, any_bytes)
{
	static const char alphabet[] = "+-0123456789dwmoy. today nexlasTu\xC3:";
	unsigned seed = 3;

	for (int i = 0; i < 50000; i++) {
		char text[12] = { 0 };
		struct day d;
		const char *rest;

		for (size_t k = 0; k < next_random(&seed) % sizeof text; k++)
			text[k % 11] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
		if (day_parse(text, &tuesday, &d, &rest)) {
			cr_assert(day_valid(&d), "%s", text);
			cr_assert(rest >= text && rest <= text + strlen(text), "%s", text);
		}
	}
}
