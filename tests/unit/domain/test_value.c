/* SPDX-License-Identifier: MIT */
#include "domain/value.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "catalog/catalog.h"
#include "support/leak.h"

#define THIN "\xE2\x80\x89"

static void in_utf8(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
}

TestSuite(value, .init = in_utf8);

static const int64_t NOW = 1790938961000000; /* 2026-10-02 11:02:41 */

static void expect(enum value_kind kind, enum value_format format, const char *text,
		   const char *expected)
{
	struct value_view view = { .kind = kind, .format = format, .width = 20, .now_us = NOW };
	struct buf b = BUF_INIT;

	value_show(&b, &view, text, text ? strlen(text) : 0);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(value, kinds)
{
	static const struct {
		uint32_t type;
		char category, type_kind;
		enum value_kind kind;
		const char *name;
	} cases[] = {
		{ 25, 'S', 'b', VALUE_TEXT, "text" },
		{ 19, 'S', 'b', VALUE_NAME, "name" },
		{ 1700, 'N', 'b', VALUE_NUMBER, "number" },
		{ 28, 'U', 'b', VALUE_NUMBER, "number" },
		{ 790, 'N', 'b', VALUE_MONEY, "money" },
		{ 16, 'B', 'b', VALUE_BOOL, "bool" },
		{ 1184, 'D', 'b', VALUE_TIMESTAMP, "timestamp" },
		{ 1082, 'D', 'b', VALUE_DATE, "date" },
		{ 1266, 'D', 'b', VALUE_TIME, "time" },
		{ 1186, 'T', 'b', VALUE_INTERVAL, "interval" },
		{ 2950, 'U', 'b', VALUE_UUID, "uuid" },
		{ 3802, 'U', 'b', VALUE_JSON, "json" },
		{ 17, 'U', 'b', VALUE_BYTEA, "bytea" },
		{ 1009, 'A', 'b', VALUE_ARRAY, "array" },
		{ 3904, 'R', 'r', VALUE_RANGE, "range" },
		{ 4451, 'R', 'm', VALUE_RANGE, "range" },
		{ 9999, 'R', 0, VALUE_RANGE, "range" },
		{ 90001, 'E', 'e', VALUE_ENUM, "enum" },
		{ 90002, 'C', 'c', VALUE_COMPOSITE, "composite" },
		{ 869, 'I', 'b', VALUE_OTHER, "other" },
		{ 0, 0, 0, VALUE_OTHER, "other" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum value_kind kind =
			value_kind(cases[i].type, cases[i].category, cases[i].type_kind);

		cr_assert_eq(kind, cases[i].kind, "%u", cases[i].type);
		cr_assert_str_eq(value_kind_name(kind), cases[i].name);
	}
}

LEAK_TEST(value, formats_by_name)
{
	enum value_format format = FORMAT_AUTO;

	for (int i = 0; value_format_names[i]; i++) {
		cr_assert(value_format_find(value_format_names[i], &format));
		cr_assert_eq((int)format, i);
	}
	cr_assert_eq(format, FORMAT_RELATION);
	cr_assert_not(value_format_find("monney", &format));
}

LEAK_TEST(value, alignment)
{
	cr_assert_eq(value_align(VALUE_NUMBER, FORMAT_AUTO), ALIGN_RIGHT);
	cr_assert_eq(value_align(VALUE_MONEY, FORMAT_TEXT), ALIGN_RIGHT);
	cr_assert_eq(value_align(VALUE_TEXT, FORMAT_AUTO), ALIGN_LEFT);
	cr_assert_eq(value_align(VALUE_TEXT, FORMAT_BYTES), ALIGN_RIGHT);
	cr_assert_eq(value_align(VALUE_INTERVAL, FORMAT_DURATION), ALIGN_RIGHT);
	cr_assert_eq(value_align(VALUE_NUMBER, FORMAT_YESNO), ALIGN_LEFT);
	cr_assert_eq(value_align(VALUE_TIMESTAMP, FORMAT_AGE), ALIGN_LEFT);
}

LEAK_TEST(value, as_they_are)
{
	expect(VALUE_TEXT, FORMAT_AUTO, "Rye\nloaf \x1b[31m", "Rye␊loaf ␛[31m");
	expect(VALUE_TEXT, FORMAT_AUTO, NULL, "");
	expect(VALUE_TEXT, FORMAT_AUTO, "", "");
	expect(VALUE_NUMBER, FORMAT_AUTO, "1234567.50", "1234567.50");
	expect(VALUE_NUMBER, FORMAT_TEXT, "NaN", "NaN");
	expect(VALUE_BOOL, FORMAT_TEXT, "t", "t");
	expect(VALUE_ARRAY, FORMAT_AUTO, "{a,\"b c\"}", "{a,\"b c\"}");
	expect(VALUE_ENUM, FORMAT_AUTO, "active\u202E", "active<U+202E>");
	expect(VALUE_OTHER, FORMAT_AUTO, "10.0.0.1", "10.0.0.1");
}

LEAK_TEST(value, cut_ones_say_so)
{
	struct value_view view = { .kind = VALUE_TEXT, .cut = true };
	struct buf b = BUF_INIT;

	value_show(&b, &view, "begin", 5);
	buf_addc(&b, '|');
	view.kind = VALUE_JSON;
	value_show(&b, &view, "{\"a\": [1", 8);
	buf_addc(&b, '|');
	view.kind = VALUE_BYTEA;
	value_show(&b, &view, "\\x89504e470d0a", 14);
	buf_addc(&b, '|');
	value_show(&b, &view, "\\x89", 4);
	setlocale(LC_ALL, "C");
	value_show(&b, &view, "\\x89", 4);
	view.kind = VALUE_TEXT;
	value_show(&b, &view, "x", 1);
	cr_assert_str_eq(b.data, "begin…|{\"a\": [1…|\\x89504e47…|\\x89…\\x89~x~");
	buf_release(&b);
}

LEAK_TEST(value, numbers)
{
	expect(VALUE_NUMBER, FORMAT_NUMBER, "12431", "12" THIN "431");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "-1234567.8910", "-1" THIN "234" THIN "567.8910");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "+999", "+999");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "0", "0");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "1234567890123456789012345678901234567890",
	       "1" THIN "234" THIN "567" THIN "890" THIN "123" THIN "456" THIN "789" THIN
	       "012" THIN "345" THIN "678" THIN "901" THIN "234" THIN "567" THIN "890");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "NaN", "NaN");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "-Infinity", "-Infinity");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "1e+20", "1e+20");
	expect(VALUE_TEXT, FORMAT_NUMBER, "12a\n", "12a␊");
	expect(VALUE_TEXT, FORMAT_NUMBER, "", "");
	expect(VALUE_TEXT, FORMAT_NUMBER, ".5", ".5");
	expect(VALUE_TEXT, FORMAT_NUMBER, "-", "-");
	setlocale(LC_ALL, "C");
	expect(VALUE_NUMBER, FORMAT_NUMBER, "12431", "12 431");
}

LEAK_TEST(value, money)
{
	expect(VALUE_NUMBER, FORMAT_MONEY, "1234.5", "1" THIN "234.50");
	expect(VALUE_NUMBER, FORMAT_MONEY, "5", "5.00");
	expect(VALUE_NUMBER, FORMAT_MONEY, "5.", "5.00");
	expect(VALUE_NUMBER, FORMAT_MONEY, "-0.125", "-0.125");
	expect(VALUE_NUMBER, FORMAT_MONEY, "NaN", "NaN");
	expect(VALUE_MONEY, FORMAT_MONEY, "$1,234.50", "$1,234.50");
}

LEAK_TEST(value, percent_and_bytes)
{
	expect(VALUE_NUMBER, FORMAT_PERCENT, "12.5", "12.5 %");
	expect(VALUE_NUMBER, FORMAT_PERCENT, "33.3333333333333333", "33.3 %");
	expect(VALUE_NUMBER, FORMAT_PERCENT, "NaN", "NaN");
	expect(VALUE_NUMBER, FORMAT_BYTES, "0", "0 B");
	expect(VALUE_NUMBER, FORMAT_BYTES, "1023", "1023 B");
	expect(VALUE_NUMBER, FORMAT_BYTES, "8192", "8.0 kB");
	expect(VALUE_NUMBER, FORMAT_BYTES, "10188", "9.9 kB");
	expect(VALUE_NUMBER, FORMAT_BYTES, "10240", "10 kB");
	expect(VALUE_NUMBER, FORMAT_BYTES, "1048570", "1.0 MB");
	expect(VALUE_NUMBER, FORMAT_BYTES, "-5368709120", "-5.0 GB");
	expect(VALUE_NUMBER, FORMAT_BYTES, "1e30", "867361737988 EB");
	expect(VALUE_NUMBER, FORMAT_BYTES, "1e999", "1e999");
	expect(VALUE_TEXT, FORMAT_BYTES, "many", "many");
}

LEAK_TEST(value, durations_and_ages)
{
	expect(VALUE_NUMBER, FORMAT_DURATION, "252.7", "4 m 12 s");
	expect(VALUE_NUMBER, FORMAT_DURATION, "NaN", "NaN");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "00:04:12.5", "4 m 12 s");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "-00:00:03", "-3 s");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "2 days 04:00:00", "2 d 4 h");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "1 day", "1 d");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "1 day -01:00:00", "23 h");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "+00:00:05", "5 s");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "00:00:00.25", "250 ms");
	/* A month is no number of seconds. */
	expect(VALUE_INTERVAL, FORMAT_DURATION, "1 mon 2 days", "1 mon 2 days");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "1 year", "1 year");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "3 daysx", "3 daysx");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "00:04", "00:04");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "00:x:00", "00:x:00");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "00:04:x", "00:04:x");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "00:04:12 ago", "00:04:12 ago");
	expect(VALUE_INTERVAL, FORMAT_DURATION, "x:04:12", "x:04:12");
	expect(VALUE_TIMESTAMP, FORMAT_AGE, "2026-10-02 11:00:00+00", "2 m ago");
	expect(VALUE_TIMESTAMP, FORMAT_AGE, "2026-10-02 13:10:00+02", "in 7 m");
	expect(VALUE_DATE, FORMAT_AGE, "2026-09-30", "2 d ago");
	expect(VALUE_TIMESTAMP, FORMAT_AGE, "infinity", "infinity");
	expect(VALUE_TIMESTAMP, FORMAT_AGE, "0044-03-15 00:00:00+00 BC", "0044-03-15 BC");
	expect(VALUE_TEXT, FORMAT_AGE, "soon", "soon");
}

LEAK_TEST(value, yes_and_no)
{
	expect(VALUE_BOOL, FORMAT_AUTO, "t", "yes");
	expect(VALUE_BOOL, FORMAT_AUTO, "false", "no");
	expect(VALUE_BOOL, FORMAT_AUTO, "?", "?");
	expect(VALUE_NUMBER, FORMAT_YESNO, "1", "yes");
	expect(VALUE_TEXT, FORMAT_YESNO, "OFF", "no");
	expect(VALUE_TEXT, FORMAT_YESNO, "2", "2");
}

LEAK_TEST(value, json)
{
	expect(VALUE_JSON, FORMAT_AUTO, "{\"unit\": \"kg\"}", "{\"unit\":\"kg\"}");
	expect(VALUE_JSON, FORMAT_AUTO, "{\"unit\": \"kg\", \"weight\": 12.50}", "{2 keys}");
	expect(VALUE_JSON, FORMAT_AUTO, "{\"a\": \"a long text that does not fit\"}",
	       "{1 key}");
	expect(VALUE_TEXT, FORMAT_JSON, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "[10 items]");
	expect(VALUE_TEXT, FORMAT_RELATION, "commerce.sales_orders", "sales_orders");
	expect(VALUE_TEXT, FORMAT_RELATION, "sales_orders", "sales_orders");
	expect(VALUE_TEXT, FORMAT_RELATION, "\"my.schema\".\"a.b\"", "\"a.b\"");
	expect(VALUE_TEXT, FORMAT_RELATION, "a.", "a.");
	expect(VALUE_JSON, FORMAT_AUTO, "[[[[[[[[[[[[[[1]]]]]]]]]]]]]]", "[1 item]");
	expect(VALUE_JSON, FORMAT_AUTO, "\"a long text that does not fit\"",
	       "\"a long text that does not fit\"");
	expect(VALUE_JSON, FORMAT_AUTO, "not json\n", "not json␊");
	/* As it is written: of the type json a key may stand there twice, and 1.0 is not 1. */
	expect(VALUE_JSON, FORMAT_AUTO, "{\"a\" : 1.0,\n \"a\": [ 2] }",
	       "{\"a\":1.0,\"a\":[2]}");
	expect(VALUE_JSON, FORMAT_AUTO, "[ \"\\\" , ]\", { } ]", "[\"\\\" , ]\",{}]");
	expect(VALUE_JSON, FORMAT_AUTO, "{\"a\": {\"x\": 1, \"y\": 2}, \"a\": 1, \"b\": []}",
	       "{3 keys}");
	expect(VALUE_JSON, FORMAT_AUTO, "\"\\u202e\"", "\"\\u202e\"");
}

LEAK_TEST(value, bytea)
{
	expect(VALUE_BYTEA, FORMAT_AUTO, "\\x", "\\x");
	expect(VALUE_BYTEA, FORMAT_AUTO, "\\x0102030405060708", "\\x0102030405060708");
	expect(VALUE_BYTEA, FORMAT_AUTO, "\\x010203040506070809", "\\x01020304… 9 B");
	expect(VALUE_BYTEA, FORMAT_AUTO, "ab\\001", "ab\\001"); /* bytea_output = escape */
	expect(VALUE_BYTEA, FORMAT_AUTO, "", "");
}

LEAK_TEST(value, timestamps)
{
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "2026-10-02 11:02:41.123456+00",
	       "2026-10-02 11:02:41");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "2026-10-02 11:02:41-05:30",
	       "2026-10-02 11:02:41");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "2026-10-02 11:02:41", "2026-10-02 11:02:41");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "2026-10-02 11:02:41.5-05", "2026-10-02 11:02:41");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "0044-03-15 12:00:00+00 BC",
	       "0044-03-15 12:00:00 BC");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "infinity", "infinity");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "2026-10-02", "2026-10-02");
	expect(VALUE_TIMESTAMP, FORMAT_AUTO, "x y", "x y");
}

static void expect_typed(enum value_kind kind, const char *typed, const char *expected)
{
	struct buf b = BUF_INIT;

	value_unformat(&b, kind, typed);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(value, what_people_type)
{
	expect_typed(VALUE_NUMBER, "12 431.50", "12431.50");
	expect_typed(VALUE_NUMBER,
		     "1" THIN "234\xC2\xA0"
		     "567_890\xE2\x80\xAF"
		     "1",
		     "12345678901");
	expect_typed(VALUE_NUMBER, "1e5", "1e5");
	expect_typed(VALUE_NUMBER, "- 5", "- 5"); /* the server says what is wrong */
	expect_typed(VALUE_NUMBER, "5 x", "5 x");
	expect_typed(VALUE_NUMBER, " 5 ", " 5 ");
	expect_typed(VALUE_NUMBER, "1  2", "1  2");
	expect_typed(VALUE_NUMBER, "", "");
	expect_typed(VALUE_BOOL, "Yes", "true");
	expect_typed(VALUE_BOOL, "0", "false");
	expect_typed(VALUE_BOOL, "perhaps", "perhaps");
	expect_typed(VALUE_TEXT, "1 234 yes", "1 234 yes");
}

LEAK_TEST(value, styles)
{
	static const struct style_rule rules[] = {
		{ '=', "active", "ok" }, { 'l', "0", "critical" }, { '<', "5", "warning" },
		{ 'g', "1000", "loud" }, { '>', "100", "bold" },   { '>', "x", "never" },
		{ '?', "1", "never" },
	};
	static const struct {
		const char *text, *style;
	} cases[] = {
		{ "active", "ok" },    { "0.00", "critical" }, { "-3", "critical" },
		{ "4.99", "warning" }, { "5", NULL },	       { "1e3", "loud" },
		{ "999", "bold" },     { "100", NULL },	       { "NaN", NULL },
		{ "draft", NULL },     { NULL, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *style = value_style(rules, ARRAY_SIZE(rules), cases[i].text);

		if (cases[i].style)
			cr_assert_str_eq(style, cases[i].style);
		else
			cr_assert_null(style, "%s", cases[i].text);
	}
	cr_assert_null(value_style(NULL, 0, "x"));
}

LEAK_TEST(value, equality)
{
	static const struct {
		struct column column;
		bool as_text;
	} cases[] = {
		{ { .base_type_oid = 25, .type_category = 'S' }, true },
		{ { .base_type_oid = 25, .type_category = 'S', .collation = "x" }, false },
		{ { .base_type_oid = 1042,
		    .type_category = 'S',
		    .collation = "C",
		    .collation_c = true },
		  true },
		{ { .base_type_oid = 77777, .type_category = 'S' }, false },
		{ { .base_type_oid = 3904, .type_category = 'R' }, false },
		{ { .base_type_oid = 1266, .type_category = 'D' }, false },
		{ { .base_type_oid = 1184, .type_category = 'D' }, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		cr_assert_eq(value_equal_as_text(&cases[i].column), cases[i].as_text, "%zu", i);
}

LEAK_TEST(value, defaults)
{
	static const struct {
		const char *expr, *shown;
	} cases[] = {
		{ "'draft'::text", "draft" },
		{ "'draft'::character varying", "draft" },
		{ "'it''s'::character varying(20)", "it's" },
		{ "''::text", "(empty text)" },
		{ "'{}'::text[]", "{}" },
		{ "'{}'::numeric(12,2)[]", "{}" },
		{ "'{\"a\": \"::b\"}'::jsonb", "{\"a\": \"::b\"}" },
		{ "'new'::shop.\"order state\"", "new" },
		{ "'2026-01-01 00:00:00+00'::timestamp with time zone",
		  "2026-01-01 00:00:00+00" },
		{ "'10:00:00'::time(3) without time zone", "10:00:00" },
		{ "'-1'::integer", "-1" },
		{ "(-1)::numeric(5,2)", "-1" },
		{ "0", "0" },
		{ "true", "true" },
		{ "NULL::character varying", "NULL" },
		{ "now()", "now()" },
		{ "nextval('s.t_id_seq'::regclass)", "nextval('s.t_id_seq')" },
		{ "(now() + '01:00:00'::interval)", "(now() + '01:00:00')" },
		{ "('a'::text || 'b'::text)", "('a' || 'b')" },
		{ "(CURRENT_DATE - 1)::date", "(CURRENT_DATE - 1)" },
		{ "f('x'::text, 'y'::text)", "f('x', 'y')" },
		{ "", "" },
		{ "'open", "'open" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT;

		value_default_text(&out, cases[i].expr);
		cr_expect_str_eq(out.data, cases[i].shown, "%s: %s", cases[i].expr, out.data);
		buf_release(&out);
	}
}
