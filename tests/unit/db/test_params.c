/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "db/params.h"
#include "support/leak.h"

LEAK_TEST(params, are_numbered_from_one)
{
	struct params p = PARAMS_INIT, copy;

	cr_assert_eq(params_text(&p, "a"), 1);
	cr_assert_eq(params_text(&p, NULL), 2);
	cr_assert_eq(params_textn(&p, "abcdef", 3), 3);
	cr_assert_eq(params_int(&p, INT64_MIN), 4);
	cr_assert_eq(params_bool(&p, true), 5);
	cr_assert_eq(params_bool(&p, false), 6);
	params_copy(&copy, &p);
	params_clear(&p);
	cr_assert_eq(p.list.len, 0);
	cr_assert_eq(params_text(&p, "again"), 1);
	params_release(&p);
	cr_assert_eq(copy.list.len, 6);
	cr_assert_str_eq(copy.list.v[0].text, "a");
	cr_assert_null(copy.list.v[1].text);
	cr_assert_str_eq(copy.list.v[2].text, "abc");
	cr_assert_str_eq(copy.list.v[3].text, "-9223372036854775808");
	cr_assert_str_eq(copy.list.v[4].text, "true");
	cr_assert_str_eq(copy.list.v[5].text, "false");
	params_release(&copy);
}

LEAK_TEST(params, arrays)
{
	static const char *const texts[] = {
		"plain", NULL, "NULL", "", "a,b", "{}", "say \"hi\"", "back\\slash",
		"new\nline", " x ",
	};
	struct params p = PARAMS_INIT;

	params_array(&p, texts, 0);
	params_array(&p, texts, 10);
	cr_assert_str_eq(p.list.v[0].text, "{}");
	cr_assert_str_eq(p.list.v[1].text,
			 "{\"plain\",NULL,\"NULL\",\"\",\"a,b\",\"{}\",\"say \\\"hi\\\"\","
			 "\"back\\\\slash\",\"new\nline\",\" x \"}");
	params_release(&p);
}
