/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "db/sql.h"
#include "support/leak.h"

static const struct sqlvar vars[] = {
	{ "t", "ta\"ble" }, { "v", "it's" }, { "raw", "a = b" }, { "long_Name9", "x" },
	{ "é", "ü" },
};

static char *expand(const char *text)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	cr_assert(sql_expand(&out, text, vars, ARRAY_SIZE(vars), &err), "%s: %s", text, err.why);
	return buf_detach(&out);
}

struct pair {
	const char *in, *out;
};

static void check(const struct pair *pairs, size_t n, char *(*f)(const char *))
{
	for (size_t i = 0; i < n; i++) {
		char *got = f(pairs[i].in);

		cr_expect_str_eq(got, pairs[i].out, "%s gave %s", pairs[i].in, got);
		free(got);
	}
}

LEAK_TEST(sqltext, variables_are_replaced)
{
	static const struct pair pairs[] = {
		{ "", "" },
		{ "SELECT 1", "SELECT 1" },
		{ "FROM :\"t\"", "FROM \"ta\"\"ble\"" },
		{ "= :'v'", "= 'it''s'" },
		{ "WHERE :raw", "WHERE a = b" },
		{ ":raw:raw", "a = ba = b" },
		{ "(:raw)", "(a = b)" },
		{ ":\"t\".:\"long_Name9\"", "\"ta\"\"ble\".\"x\"" },
		{ ":é", "ü" },
		{ ":'v'::text", "'it''s'::text" },
		{ "$1, :'v'", "$1, 'it''s'" },
	};

	check(pairs, ARRAY_SIZE(pairs), expand);
}

LEAK_TEST(sqltext, nothing_is_replaced_where_sql_has_text)
{
	static const char *const same[] = {
		"':t'", "'it''s :t'", "\":t\"", "\"a\"\":t\"", "-- :t\n", "/* :t */",
		"/* a /* :t */ :t */", "$$ :t $$", "$x$ :t $$ :t $x$", "E'\\' :t'", "e'\\\\\\' :t'",
		"a::t", "x::\"t\"", "[1:2]", "a[:1]", "x := 1", "1:2", "': t", "$x$ :t", "/* :t",
		"'\\' || a::t || '",
	};

	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		char *got = expand(same[i]);

		cr_expect_str_eq(got, same[i]);
		free(got);
	}
}

LEAK_TEST(sqltext, text_ends_where_sql_ends_it)
{
	static const struct pair pairs[] = {
		{ "':t' :raw", "':t' a = b" },
		{ "'\\' :raw", "'\\' a = b" }, /* no escapes without E */
		{ "E'\\\\' :raw", "E'\\\\' a = b" },
		{ "name' :t' :raw", "name' :t' a = b" },
		{ "le'\\' :raw", "le'\\' a = b" }, /* a word that ends in e */
		{ "$1$2 :raw", "$1$2 a = b" },
		{ "a$x$ :raw $x$", "a$x$ a = b $x$" }, /* no dollar quote inside a word */
		{ "$é$ :t $é$ :raw", "$é$ :t $é$ a = b" },
		{ "1 - -2 :raw", "1 - -2 a = b" },
		{ "/* ' */ :raw", "/* ' */ a = b" },
		{ "-- '\n:raw", "-- '\na = b" },
		{ "/* /* */ */ :raw", "/* /* */ */ a = b" },
	};

	check(pairs, ARRAY_SIZE(pairs), expand);
}

LEAK_TEST(sqltext, an_unknown_variable_is_named)
{
	static const char *const texts[] = { ":\"nobody\"", ":'nobody'", ":nobody", "1 :nobody 2" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf out = BUF_INIT;
		struct err err = ERR_INIT;

		cr_expect(!sql_expand(&out, texts[i], vars, ARRAY_SIZE(vars), &err));
		cr_expect(strstr(err.why, "\"nobody\""), "%s", err.why);
		buf_release(&out);
		err_release(&err);
	}
}

static char *ident(const char *name)
{
	struct buf out = BUF_INIT;

	sql_ident(&out, name);
	return buf_detach(&out);
}

LEAK_TEST(sqltext, identifiers)
{
	static const struct pair pairs[] = {
		{ "plain", "\"plain\"" },
		{ "", "\"\"" },
		{ "Straße \"x\"", "\"Straße \"\"x\"\"\"" },
		{ "a\nb%s\\", "\"a\nb%s\\\"" },
		{ "'; DROP TABLE x; --", "\"'; DROP TABLE x; --\"" },
		{ "\u202Eabc", "\"\u202Eabc\"" },
		/* half a character before a quote */
		{ "ab\xC3", "\"ab\xEF\xBF\xBD\"" },
		{ "\xE2\x82\" x", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"\" x\"" },
		/* as long as a name can be: 63 bytes */
		{ "xäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä",
		  "\"xäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä\"" },
	};

	check(pairs, ARRAY_SIZE(pairs), ident);
}

LEAK_TEST(sqltext, qualified_names)
{
	struct buf out = BUF_INIT;

	sql_qualified(&out, "my\"schema", "t.x");
	buf_addc(&out, ' ');
	sql_qualified(&out, NULL, "t");
	cr_assert_str_eq(out.data, "\"my\"\"schema\".\"t.x\" \"t\"");
	buf_release(&out);
}

static char *literal(const char *text)
{
	struct buf out = BUF_INIT;

	sql_literal(&out, text);
	return buf_detach(&out);
}

LEAK_TEST(sqltext, literals)
{
	static const struct pair pairs[] = {
		{ "", "''" },
		{ "it's", "'it''s'" },
		{ "a\\'b", " E'a\\\\''b'" },
		{ "100%\n\"x\"", "'100%\n\"x\"'" },
		{ "ab\xC3", " E'ab\\xC3'" },
		{ "\xE2\x82' OR 1=1 --", " E'\\xE2\\x82'' OR 1=1 --'" },
		{ "\u202E\u2028", "'\u202E\u2028'" },
	};

	check(pairs, ARRAY_SIZE(pairs), literal);
}

/* Where what a person writes between two parentheses would reach past them. */
LEAK_TEST(sqltext, a_condition_is_one)
{
	static const char *const whole[] = {
		"",
		"a = 1",
		"(a = 1) or (b = 2)",
		"a = ')'",
		"a = 'it''s )'",
		"\")\" = 1",
		"a = $$ ) $$",
		"a = $x$ ) $x$",
		"a -- )\n = 1",
		"a = 1 -- ) or true",
		"a /* ) /* ; */ ( */ = 1",
		"a = ''",
		"a = '\\' or b = 'x'",
		"x::text = 'y'",
		"a[1:2] = b",
		"\"a\"\"b\" = 1",
		"a = ''''",
		"a = E'\\') or ('",
	};
	static const struct {
		const char *text;
		int at;
	} broken[] = {
		{ "a) or (true", 1 },
		{ "true) ; drop table t; --", 4 },
		{ "a = 1;", 5 },
		{ "(a = 1", 0 },
		{ "a = '", 4 },
		{ "a = 'x", 4 },
		{ "a = '''", 4 },
		{ "\"a", 0 },
		{ "a /* b", 2 },

		{ "a = $$ x", 4 },
		{ "a = $1", 4 },
		{ "a = $x$ y", 4 },
		{ "((a)", 0 },
		{ "'x' = a) union (select 1", 7 },
		{ "a = 1 -- x\n) or (b", 11 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
		cr_expect_null(sql_condition_broken(whole[i]), "%s", whole[i]);
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		const char *at = sql_condition_broken(broken[i].text);

		cr_expect_eq(at, broken[i].text + broken[i].at, "%s", broken[i].text);
	}
}

Test(sqltext, the_word_that_an_error_is_about)
{
	static const struct {
		const char *text;
		size_t len;
	} words[] = {
		{ "nope = 1", 4 },	 { "q.nope = 1", 6 }, { "\"a b\".\"c\"\"d\" x", 12 },
		{ "'it''s' x", 7 },	 { ">= 3", 2 },	      { "||x", 2 },
		{ ") or (", 1 },	 { "", 0 },	      { "$1", 1 },
		{ "::integer", 2 },	 { ": x", 1 },	      { "größe > 1", 7 },
		{ "3.5 x", 3 },		 { "[1:2]", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		cr_assert_eq(sql_word_length(words[i].text), words[i].len, "%s: %zu", words[i].text,
			     sql_word_length(words[i].text));
}
