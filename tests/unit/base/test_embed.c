/* SPDX-License-Identifier: MIT */
#include "base/embed.h"

#include <stdint.h>
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
