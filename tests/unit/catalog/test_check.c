/* SPDX-License-Identifier: MIT */
/* Checks as pg_get_constraintdef writes them, through the snapshot's face. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "support/leak.h"
#include "support/snapshot.h"

/* "a,b" for choices, the range, or "" for a check that says neither. */
static char *says(const char *check)
{
	struct buf out = BUF_INIT;
	char *text = xasprintf("types type|typmod|formatted|category|base\n"
			       "25|-1|text|S|25\n"
			       "relations oid|schema|name|kind\n"
			       "100|1|t|r\n"
			       "constraints oid|kind|relation|name|keys|definition\n"
			       "900|c|100|c|{1}|%s\n"
			       "columns relation|attnum|name|type|typmod\n"
			       "100|1|x|25|-1\n",
			       check);
	struct catalog *c = snapshot_make(text);
	const struct column *col = &catalog_relation(c, 100)->columns[0];

	for (size_t i = 0; col->choices && col->choices[i]; i++)
		buf_addf(&out, "%s%s", i > 0 ? "," : "", col->choices[i]);
	if (col->range_text)
		buf_adds(&out, col->range_text);
	catalog_free(&c);
	free(text);
	return buf_detach(&out);
}

static void expect(const char *check, const char *wanted)
{
	char *got = says(check);

	cr_expect_str_eq(got, wanted, "%s: \"%s\", not \"%s\"", check, got, wanted);
	free(got);
}

Test(check, lists_are_choices)
{
	expect("CHECK ((x = ANY (ARRAY['new'::text, 'paid'::text])))", "new,paid");
	expect("CHECK (((x)::text = ANY ((ARRAY['a'::character varying, 'b c'::character varying])"
	       "::text[])))",
	       "a,b c");
	expect("CHECK (((x)::text = ANY (ARRAY[('a'::character varying)::text, "
	       "('b'::character varying)::text])))",
	       "a,b");
	expect("CHECK (((x = 'a'::text) OR (x = 'it''s'::text)))", "a,it's");
	expect("CHECK ((x = ANY (ARRAY[1, 2, 3])))", "1,2,3");
	expect("CHECK ((x = 'a'::public.\"My Type\")) NOT VALID", "a");
	expect("CHECK ((\"x \"\"y\" = ANY (ARRAY['a'::text])))", "a");
}

Test(check, comparisons_are_ranges)
{
	expect("CHECK ((x >= 0))", ">= 0");
	expect("CHECK ((x > (0)::numeric))", "> 0");
	expect("CHECK (((x >= 1) AND (x <= 5)))", ">= 1 AND <= 5");
	expect("CHECK (((x >= (0)::numeric) AND (x <= 99.5)))", ">= 0 AND <= 99.5");
	expect("CHECK ((x > '-1'::integer))", "> -1");
	expect("CHECK ((x >= '2020-01-01'::date)) NO INHERIT", ">= 2020-01-01");
	expect("CHECK (((x >= 0) AND (char_length(x) < 5)))", ">= 0");
}

Test(check, the_rest_says_nothing)
{
	expect("CHECK ((x <> ''::text))", "");
	expect("CHECK ((char_length(x) > 3))", "");
	expect("CHECK ((x ~ '^[a-z]+$'::text))", "");
	expect("CHECK (((x IS NULL) OR (x > 0)))", "");
	expect("CHECK (((x > 0) OR (x < 5)))", "");
	expect("CHECK ((NOT (x = 'a'::text)))", "");
	expect("CHECK ((x = ANY (ARRAY[lower('a'::text)])))", "");
	expect("CHECK ((x > y))", "");
	expect("CHECK (", "");
	expect("CHECK ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((x", "");
}
