/* SPDX-License-Identifier: MIT */
#include "base/embed.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support/leak.h"

LEAK_TEST(embed, find)
{
	static const struct embed table[] = {
		{ "sql/queries/a.sql", "A", 1 }, { "sql/queries/b.sql", "BB", 2 }, { 0 },
	};

	cr_assert_str_eq(embed_find(table, "sql/queries/b.sql")->text, "BB");
	cr_assert_null(embed_find(table, "sql/queries/c.sql"));
}

LEAK_TEST(embed, what_is_carried_is_terminated)
{
	for (const struct embed *e = embed_sql; e->path; e++)
		cr_assert_eq(e->text[e->len], '\0', "%s", e->path);
	for (const struct embed *e = embed_screens; e->path; e++)
		cr_assert_eq(embed_find(embed_screens, e->path), e);
}

static uint64_t sum_of(const struct embed *e)
{
	uint64_t sum = 0;

	for (; e->path; e++)
		for (size_t i = 0; i < e->len; i++)
			sum = sum * 31 + (unsigned char)e->text[i];
	return sum;
}

LEAK_TEST(embed, what_is_given_back_is_there_again)
{
	uint64_t sql = sum_of(embed_sql), screens = sum_of(embed_screens);

	embed_give_back();
	cr_assert_eq(sum_of(embed_sql), sql);
	cr_assert_eq(sum_of(embed_screens), screens);
}

/* Resident KiB of the mapping around p, and where it begins; -1: the system does not tell. */
static long resident_around(uintptr_t p, uintptr_t *from)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[512];
	long kib = -1;
	bool here = false;

	while (f && kib < 0 && fgets(line, sizeof line, f)) {
		unsigned long a, b;

		if (sscanf(line, "%lx-%lx ", &a, &b) == 2) {
			here = p >= a && p < b;
			*from = here ? a : *from;
		} else if (here) {
			sscanf(line, "Rss: %ld", &kib);
		}
	}
	if (f)
		fclose(f);
	return kib;
}

/* What is read beside it later does not bring it along: it is a mapping of its own. */
LEAK_TEST(embed, what_is_given_back_is_gone)
{
	uintptr_t first = UINTPTR_MAX, from = 0;
	const struct embed *longest = embed_sql;
	long kib;

	for (const struct embed *e = embed_sql; e->path; e++) {
		first = (uintptr_t)e->text < first ? (uintptr_t)e->text : first;
		longest = e->len > longest->len ? e : longest;
	}
	cr_assert_neq(sum_of(embed_sql), 0);
	embed_give_back();
	kib = resident_around((uintptr_t)longest->text + longest->len / 2, &from);
	if (kib < 0)
		return;
	cr_assert_eq(kib, 0);
	cr_assert_geq(from, first);
}
