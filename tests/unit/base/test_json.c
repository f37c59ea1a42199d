/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <signal.h>
#include <string.h>

#include "base/attr.h"
#include "support/leak.h"

static struct json *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct json *j = json_parse(text, strlen(text), &err);

	cr_assert_not_null(j, "%s: %s", text, err.why ? err.why : "?");
	return j;
}

static void expect_same_text(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;
	struct json *j = parse(text);

	json_write(&out, j, JSON_COMPACT);
	cr_assert_str_eq(out.data, expected);
	json_free(&j);
	buf_release(&out);
}

LEAK_TEST(json, numbers_keep_their_text)
{
	static const char *const numbers[] = {
		"0", "-0", "12.50", "1e5", "1E+5", "0.1", "-1.5e-300", "1e999999",
		"1234567890123456789012345678901234567890",
		"0.1234567890123456789012345678901234567890",
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct json *j = parse(numbers[i]);

		cr_assert_eq(json_type(j), JSON_NUMBER);
		cr_assert_str_eq(json_text(j), numbers[i]);
		cr_assert_eq(json_len(j), strlen(numbers[i]));
		json_free(&j);
		expect_same_text(numbers[i], numbers[i]);
	}
}

LEAK_TEST(json, round_trips)
{
	expect_same_text(" { \"b\" : 1.0 , \"a\" : [ true , false , null , \"x\" ] } ",
			 "{\"b\":1.0,\"a\":[true,false,null,\"x\"]}");
	expect_same_text("{}", "{}");
	expect_same_text("[]", "[]");
	expect_same_text("\"n12\"", "\"n12\"");
	expect_same_text("{\"1\":{\"2\":\"3\"}}", "{\"1\":{\"2\":\"3\"}}");
	expect_same_text("{\"a b\\\"c\":\"d\\\\\"}", "{\"a b\\\"c\":\"d\\\\\"}");
	expect_same_text("{\"k\"\n\t:\r \"v\"}", "{\"k\":\"v\"}");
	expect_same_text("\"\\u00e9\\ud83d\\ude00\\u0001\\n\"", "\"é😀\\u0001\\n\"");
	expect_same_text("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}");
	expect_same_text("\"\"", "\"\"");
	expect_same_text("[\"-1\",-1,\"1\\\\\",1]", "[\"-1\",-1,\"1\\\\\",1]");
}

LEAK_TEST(json, refuses_with_a_place)
{
	static const char *const bad[][2] = {
		{ "{\"a\":01}", "invalid token at line 1, column 7" },
		{ "[1,2", "']' expected at line 1, column 4" },
		{ "tru", "invalid token at line 1, column 3" },
		{ "[12.50,\n \"b\" 12]", "']' expected at line 2, column 7" },
		{ "\"abc", "premature end of input at line 1, column 4" },
		{ "[1] x", "end of file expected at line 1, column 5" },
		{ "{\"a\":1,}", "string or '}' expected at line 1, column 8" },
	};
	static const char *const worse[] = {
		"", " ", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "[1,]", "{1:2}", "{\"a\"}",
		"'a'", "NaN", "1x", "x1", "\"\\x\"", "\"\t\"", "{\"a\":1 \"b\":2}",
		"\"\\u12\"", "[1 2]", "\\", "\"\\",
	};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cr_assert_null(json_parse(bad[i][0], strlen(bad[i][0]), &err));
		cr_assert_not_null(strstr(err.why, bad[i][1]), "%s: %s", bad[i][0], err.why);
	}
	for (size_t i = 0; i < ARRAY_SIZE(worse); i++)
		cr_assert_null(json_parse(worse[i], strlen(worse[i]), &err), "%s", worse[i]);
	cr_assert_null(json_parse("\"\xff\"", 3, &err));
	err_release(&err);
}

LEAK_TEST(json, depth)
{
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;
	struct json *j;

	buf_addn(&b, '[', 512);
	buf_adds(&b, "\"]]]\"");
	buf_addn(&b, ']', 512);
	j = parse(b.data);
	json_free(&j);
	buf_clear(&b);
	buf_addn(&b, '[', 513);
	buf_addn(&b, ']', 513);
	cr_assert_null(json_parse(b.data, b.len, &err));
	cr_assert_not_null(strstr(err.why, "512"));
	err_release(&err);
	buf_release(&b);
}

LEAK_TEST(json, zero_bytes_in_a_string)
{
	struct json *j = parse("\"a\\u0000b\""), *made = json_new_string("a\0b", 3);
	struct buf b = BUF_INIT;

	cr_assert_eq(json_len(j), 3u);
	cr_assert(json_same(j, made));
	json_write(&b, j, 0);
	cr_assert_str_eq(b.data, "\"a\\u0000b\"");
	json_free(&j);
	json_free(&made);
	buf_release(&b);
}

/* Of bytes that are no text none is lost, and an object that only looks so stays one. */
LEAK_TEST(json, exact_texts_come_back)
{
	static const char *const texts[] = { "",	  "plain",    "\\x41",
					     "caf\xe9", "\xff\x01", "日本" };
	static const char *const others[] = { "{\"bytes\": 1}",
					      "{\"bytes\": \"41\"}",
					      "{\"bytes\": \"\\\\x4\"}",
					      "{\"bytes\": \"\\\\xzz\"}",
					      "{\"a\": \"\\\\x41\"}",
					      "5",
					      "null",
					      "[]" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct json *j = json_new_exact(texts[i]), *again;
		struct buf b = BUF_INIT;
		char *text;

		json_write(&b, j, 0);
		again = parse(b.data);
		text = json_exact(again);
		cr_assert_str_eq(text, texts[i]);
		free(text);
		json_free(&again);
		json_free(&j);
		buf_release(&b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct json *j = parse(others[i]);

		cr_assert_null(json_exact(j), "%s", others[i]);
		json_free(&j);
	}
}

LEAK_TEST(json, made_by_hand)
{
	struct json *o = json_new_object(), *a = json_new_array(), *copy;
	struct buf b = BUF_INIT;

	json_append(a, json_new_int(INT64_MIN));
	json_append(a, json_new_number("12.50"));
	json_append(a, json_new_text(NULL));
	json_append(a, json_new_text("x"));
	json_append(a, json_new_bool(true));
	json_set(o, "list", a);
	json_set(o, "gone", json_new_bool(false));
	json_set(o, "empty", json_new_object());
	json_set(o, "none", json_new_array());
	copy = json_dup(o);
	json_remove(o, "gone");
	json_remove(o, "never there");
	json_write(&b, o, JSON_PRETTY);
	cr_assert_str_eq(b.data,
			 "{\n  \"list\": [\n    -9223372036854775808,\n    12.50,\n    null,\n"
			 "    \"x\",\n    true\n  ],\n  \"empty\": {},\n  \"none\": []\n}");
	cr_assert_eq(json_len(o), 3u);
	cr_assert_eq(json_len(copy), 4u);
	cr_assert_not(json_bool(json_get(copy, "gone")));
	cr_assert_null(json_get(o, "gone"));
	cr_assert_null(json_at(a, 5));
	cr_assert_eq(json_len(json_at(a, 2)), 0u);
	json_free(&o);
	json_free(&copy);
	buf_release(&b);
}

LEAK_TEST(json, same_as_jsonb_compares)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = {
		{ "1.0", "1.00", true }, { "1e2", "100", true }, { "1", "2", false },
		{ "1", "\"1\"", false }, { "\"a\"", "\"a\"", true }, { "\"a\"", "\"b\"", false },
		{ "\"a\"", "\"ab\"", false }, { "null", "null", true }, { "null", "false", false },
		{ "true", "true", true }, { "true", "false", false },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2.0,\"a\":1}", true },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", false }, { "{\"a\":1}", "{\"b\":1}", false },
		{ "{\"a\":1}", "{\"a\":2}", false }, { "[1,2]", "[2,1]", false },
		{ "[1,2]", "[1,2.0]", true }, { "[1]", "[1,1]", false }, { "[]", "{}", false },
		{ "\"\\u00e9\"", "\"é\"", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct json *a = parse(pairs[i].a), *b = parse(pairs[i].b);

		cr_assert_eq(json_same(a, b), pairs[i].same, "%s %s", pairs[i].a, pairs[i].b);
		cr_assert_eq(json_same(b, a), pairs[i].same);
		json_free(&a);
		json_free(&b);
	}
}

LEAK_TEST(json, identical_is_to_the_letter)
{
	struct json *a = parse("{\"x\":[1.0],\"y\":2}"), *b = parse("{\"y\":2,\"x\":[1.0]}");
	struct json *c = parse("{\"x\":[1.00],\"y\":2}");

	cr_assert(json_identical(a, b));
	cr_assert_not(json_identical(a, c));
	cr_assert(json_same(a, c));
	json_free(&a);
	json_free(&b);
	json_free(&c);
}

LEAK_TEST(json, walks_in_order)
{
	struct json *j = parse("{\"z\":1,\"a\":2,\"m\":3}"), *value;
	struct buf b = BUF_INIT;
	const char *key;

	for (void *it = NULL; json_next(j, &it, &key, &value);)
		buf_addf(&b, "%s=%s ", key, json_text(value));
	for (void *it = NULL; json_next(j, &it, NULL, NULL);)
		buf_addc(&b, '.');
	cr_assert_str_eq(b.data, "z=1 a=2 m=3 ...");
	json_free(&j);
	buf_release(&b);
}

LEAK_TEST(json, strings_are_harmless)
{
	static const char evil[] = "\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\xff\"\\\b\f\r\t/é";
	struct buf b = BUF_INIT;

	json_write_string(&b, evil, sizeof evil - 1);
	cr_assert_str_eq(b.data, "\"\\u001B[2J\\u007F\\u009B\\u202E\xEF\xBF\xBD"
				 "\\\"\\\\\\b\\f\\r\\t/é\"");
	buf_release(&b);
}

Test(json, number_must_be_one, .signal = SIGABRT)
{
	json_new_number("1.");
}

Test(json, text_of_null, .signal = SIGABRT)
{
	json_text(json_new_null());
}

Test(json, set_on_a_number, .signal = SIGABRT)
{
	json_set(json_new_int(1), "k", json_new_null());
}

Test(json, append_to_an_object, .signal = SIGABRT)
{
	json_append(json_new_object(), json_new_null());
}
