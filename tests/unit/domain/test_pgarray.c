/* SPDX-License-Identifier: MIT */
#include "domain/pgarray.h"

#include <string.h>

#include "base/attr.h"
#include "support/leak.h"

static void expect(const char *text, const char *elements, const char *again)
{
	struct pgarray a = PGARRAY_INIT;
	struct buf b = BUF_INIT;

	cr_assert(pgarray_parse(&a, text), "%s", text);
	for (size_t i = 0; i < a.len; i++)
		buf_addf(&b, "<%s>", a.v[i] ? a.v[i] : "-");
	cr_assert_str_eq(b.data, elements);
	buf_clear(&b);
	pgarray_write(&b, &a);
	cr_assert_str_eq(b.data, again ? again : text);
	pgarray_release(&a);
	buf_release(&b);
}

LEAK_TEST(pgarray, read_and_written)
{
	expect("{}", "", NULL);
	expect(" { } ", "", "{}");
	expect("{a,b}", "<a><b>", NULL);
	expect("{NULL,null,\"NULL\"}", "<-><-><NULL>", "{NULL,NULL,\"NULL\"}");
	expect("{\"a b\",\"\",\"c,d\",\"{\",\"}\"}", "<a b><><c,d><{><}>", NULL);
	expect("{\"a\\\"b\",\"c\\\\d\"}", "<a\"b><c\\d>", NULL);
	expect("{ a , b c ,\td\n}", "<a><b c><d>", "{a,\"b c\",d}");
	expect("{a\\ ,\\,}", "<a ><,>", "{\"a \",\",\"}");
	expect("{é,世界}", "<é><世界>", NULL);
	expect("{\"a\nb\"}", "<a\nb>", NULL);
	expect("{\\}}", "<}>", "{\"}\"}");
}

LEAK_TEST(pgarray, refused)
{
	static const char *const bad[] = {
		"",	 "a",	      "{",	     "{a",   "{a,",    "{a,}",	   "{,a}",
		"{ ,a}", "{{a},{b}}", "[0:1]={a,b}", "{a}b", "{\"a}",  "{\"a\"b}", "{a\"b\"}",
		"{}x",	 "{a}{",      "{a,\\",	     "{\\",  "{a b\"",
	};
	struct pgarray a;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cr_assert_not(pgarray_parse(&a, bad[i]), "%s", bad[i]);
		cr_assert_eq(a.len, 0u);
	}
}
