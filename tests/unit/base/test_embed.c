/* SPDX-License-Identifier: MIT */
#include "base/embed.h"

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
