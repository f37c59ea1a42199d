/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "db/sql.h"

struct example {
	const char *script;
	size_t first;   /* length of the first statement */
	int statements;
};

static const struct example examples[] = {
	{ "", 0, 0 },
	{ "  \n-- nothing ; here\n/* nor ; /* here */ ; */ \n", 0, 0 },
	{ ";;;", 0, 0 },
	{ "SELECT 1", 8, 1 },
	{ "SELECT 1;", 9, 1 },
	{ "SELECT 1; -- end", 9, 1 },
	{ "SELECT 1;SELECT 2", 9, 2 },
	{ "SELECT ';'; SELECT 2;", 11, 2 },
	{ "SELECT 'it''s;'; SELECT 2;", 16, 2 },
	{ "SELECT E'\\';'; SELECT 2;", 14, 2 },
	{ "SELECT \"a;b\"; SELECT 2;", 13, 2 },
	{ "DO $$ BEGIN; END; $$; SELECT 2;", 21, 2 },
	{ "DO $x$ $$;$$ $x$; SELECT 2;", 17, 2 },
	{ "SELECT a$b; SELECT $1;", 11, 2 },
	{ "-- a;\nSELECT 1;", 15, 1 },
	{ "SELECT 1 /* ; */; SELECT 2", 17, 2 },
	{ "SELECT x::int; SELECT a[1:2];", 14, 2 },
	{ "SELECT 'open; SELECT 2;", 23, 1 },
	{ ";SELECT 1;", 10, 1 },
};

Test(script, statements_end_where_they_end)
{
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		const struct example *e = &examples[i];
		const char *end = sql_statement_end(e->script);
		int n = 0;

		cr_expect_eq(end ? (size_t)(end - e->script) : 0, e->first, "%s", e->script);
		for (const char *s = e->script; (s = sql_statement_end(s)); n++)
			;
		cr_expect_eq(n, e->statements, "%s", e->script);
	}
}
