/* SPDX-License-Identifier: MIT */
#include "base/jsonlay.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "support/leak.h"

static bool put(void *ctx, const char *text, size_t len)
{
	buf_add(ctx, text, len);
	return true;
}

static bool refuse(void *ctx UNUSED, const char *text UNUSED, size_t len UNUSED)
{
	return false;
}

static bool lay(struct buf *out, const char *text)
{
	buf_clear(out);
	return jsonlay(text, strlen(text), put, out);
}

/* Where both speak they say the same. */
LEAK_TEST(jsonlay, as_json_writes_it)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"{\"a\":1}",
		" [ 1 , 2.50 , -3e+10 ] ",
		"{\"a\":{},\"b\":[],\"c\":[[]]}",
		"[{\"a\":\"x\"},{\"b\":[true,false,null]}]",
		"\"text\"",
		"12",
		"null",
		"[\"a\\\\b\\\"c\\n\"]",
		"{\"k\":[{\"l\":{\"m\":[1,[2,[3]]]}}],\"n\":0}",
		"[\"日本\"]",
		"[0,-0,0.1]",
	};
	struct buf out = BUF_INIT, other = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct err err = ERR_INIT;
		struct json *j = json_parse(texts[i], strlen(texts[i]), &err);

		cr_assert_not_null(j, "%s", texts[i]);
		buf_clear(&other);
		json_write(&other, j, JSON_PRETTY);
		cr_assert(lay(&out, texts[i]), "%s", texts[i]);
		cr_assert_str_eq(out.data, other.data);
		json_free(&j);
	}
	buf_release(&out);
	buf_release(&other);
}

LEAK_TEST(jsonlay, what_is_no_json)
{
	static const char *const texts[] = {
		"",
		" ",
		"{",
		"[",
		"}",
		"[1",
		"[1,",
		"[1,]",
		"[,1]",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{a:1}",
		"{1:2}",
		"[1 2]",
		"[01]",
		"[1.]",
		"[.5]",
		"[+1]",
		"[1e]",
		"[-]",
		"[--1]",
		"[tru]",
		"[True]",
		"[nul",
		"[\"a]",
		"[\"\\x\"]",
		"[\"\\u12\"]",
		"[\"\\u12g4\"]",
		"[\"a\nb\"]",
		"[\"a\tb\"]",
		"[1]]",
		"[1] x",
		"{\"a\":1]",
		"[1}",
		"[\"\\",
		"{\"a\" 1}",
		"[\"a\"\"b\"]",
		"nullnull",
		"{} {}",
		"'a'",
	};
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		cr_expect_not(lay(&out, texts[i]), "%s", texts[i]);
	cr_expect_not(jsonlay("[1]\0", 4, put, &out));
	cr_expect_not(jsonlay("[1]", 3, refuse, NULL));
	buf_release(&out);
}

/* What a document holds is not judged, and stays. */
LEAK_TEST(jsonlay, order_repeats_and_spelling_stay)
{
	struct buf out = BUF_INIT;

	cr_assert(lay(&out, "{\"b\":1.0,\"a\":\"\\u00e9\",\"b\":1E5}"));
	cr_assert_str_eq(out.data, "{\n  \"b\": 1.0,\n  \"a\": \"\\u00e9\",\n  \"b\": 1E5\n}");
	buf_release(&out);
}

LEAK_TEST(jsonlay, as_deep_as_it_says)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	buf_addn(&in, '[', JSONLAY_DEEPEST);
	buf_adds(&in, "1");
	buf_addn(&in, ']', JSONLAY_DEEPEST);
	cr_assert(lay(&out, in.data));
	buf_clear(&in);
	buf_addn(&in, '[', JSONLAY_DEEPEST + 2);
	cr_assert_not(lay(&out, in.data));
	buf_release(&in);
	buf_release(&out);
}
