/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <locale.h>
#include <string.h>

#include "base/attr.h"
#include "support/leak.h"

static void in_utf8(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C.UTF-8"));
}

static void in_ascii(void)
{
	cr_assert_not_null(setlocale(LC_ALL, "C"));
}

TestSuite(utf8, .init = in_utf8);
TestSuite(utf8_ascii, .init = in_ascii);

LEAK_TEST(utf8, every_code_point_comes_back)
{
	struct buf b = BUF_INIT;

	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		bool valid = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
		uint32_t back;

		if (cp == 0x110000)
			break;
		buf_clear(&b);
		utf8_encode(&b, cp);
		utf8_decode(b.data, b.len, &back);
		cr_assert_eq(back, valid ? cp : UTF8_INVALID, "U+%04X", cp);
		cr_assert_eq(utf8_valid(b.data, b.len), valid);
	}
	buf_release(&b);
}

LEAK_TEST(utf8, invalid_sequences)
{
	static const char *const bad[] = {
		"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
		"\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xED\xA0\x80", "\xFF",
		"\xE2\x82", "\xE2(", "\xC3", "\xF0\x9F\x98",
	};
	uint32_t cp;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cr_assert_eq(utf8_decode(bad[i], strlen(bad[i]), &cp), 1u);
		cr_assert_eq(cp, UTF8_INVALID);
		cr_assert_not(utf8_valid(bad[i], strlen(bad[i])));
	}
	cr_assert(utf8_valid("", 0));
}

LEAK_TEST(utf8, widths)
{
	int width = 0;

	cr_assert_eq(utf8_width("loaf", 4), 4);
	cr_assert_eq(utf8_width("é世界", strlen("é世界")), 5);
	cr_assert_eq(utf8_width("e\xCC\x81", 3), 1);
	cr_assert_eq(utf8_width("", 0), 0);
	cr_assert_eq(utf8_cp_width(0), 1);
	cr_assert_eq(utf8_cp_width('\n'), 1);
	cr_assert_eq(utf8_cp_width(UTF8_INVALID), 1);
	cr_assert_eq(utf8_cluster("e\xCC\x81x", 4, &width), 3u);
	cr_assert_eq(width, 1);
	cr_assert_eq(utf8_cluster("", 0, &width), 0u);
	cr_assert_eq(width, 0);
}

LEAK_TEST(utf8, fit_never_cuts_a_character)
{
	const char *s = "a世e\xCC\x81";
	size_t len = strlen(s);
	int used;

	cr_assert_eq(utf8_fit(s, len, 2, &used), 1u);
	cr_assert_eq(used, 1);
	cr_assert_eq(utf8_fit(s, len, 3, &used), 4u);
	cr_assert_eq(utf8_fit(s, len, 4, &used), len);
	cr_assert_eq(used, 4);
	cr_assert_eq(utf8_fit(s, len, 99, NULL), len);
}

static void expect_cut(const char *s, int width, const char *expected)
{
	struct buf b = BUF_INIT;

	utf8_ellipsis(&b, s, strlen(s), width);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(utf8, ellipsis)
{
	expect_cut("sourdough", 9, "sourdough");
	expect_cut("sourdough", 8, "sourdou…");
	expect_cut("世界", 3, "世…");
	expect_cut("世界", 2, "…");
	expect_cut("x", 0, "");
	expect_cut("xy", 1, "…");
}

static void expect_cut_middle(const char *s, int width, const char *expected)
{
	struct buf b = BUF_INIT;

	utf8_ellipsis_middle(&b, s, strlen(s), width);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(utf8, ellipsis_middle)
{
	expect_cut_middle("sourdough", 9, "sourdough");
	expect_cut_middle("sourdough", 8, "sour…ugh");
	expect_cut_middle("sourdough", 3, "s…h");
	expect_cut_middle("sourdough", 2, "s…");
	expect_cut_middle("sourdough", 1, "…");
	expect_cut_middle("x", 0, "");
	expect_cut_middle("世界世界", 6, "世…界");
}

static void expect_shown(const char *s, enum sanitize mode, const char *expected)
{
	struct buf b = BUF_INIT;

	utf8_sanitize(&b, s, strlen(s), mode);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(utf8, sanitize)
{
	expect_shown("Rye é世", SANITIZE_LINE, "Rye é世");
	expect_shown("\x1b[31m\x07\x7f", SANITIZE_LINE, "␛[31m␇␡");
	expect_shown("a\nb\tc\r", SANITIZE_LINE, "a␊b c␍");
	expect_shown("a\nb\tc\r", SANITIZE_KEEP_NEWLINES, "a\nb\tc␍");
	expect_shown("\xC2\x9B" "31m", SANITIZE_LINE, "<U+009B>31m");
	expect_shown("\x9B" "31m\xff", SANITIZE_LINE, "<9B>31m<FF>");
	expect_shown("a\u202Eb\u2066c\u200Fd", SANITIZE_LINE, "a<U+202E>b<U+2066>c<U+200F>d");
	expect_shown("a\u200Bb\uFEFFc\u00ADd", SANITIZE_LINE, "a<U+200B>b<U+FEFF>c<U+00AD>d");
	expect_shown("a\U000E0041b", SANITIZE_LINE, "a<U+E0041>b");
	expect_shown("\u2028", SANITIZE_LINE, "<U+2028>");
	expect_shown("\uFFFF\U000110CF", SANITIZE_LINE, "<U+FFFF><U+110CF>");
}

LEAK_TEST(utf8, sanitize_joiners_and_marks)
{
	expect_shown("👨\u200D👩\u200D👧", SANITIZE_LINE, "👨\u200D👩\u200D👧");
	expect_shown("a\u200Db", SANITIZE_LINE, "a<U+200D>b");
	expect_shown("👨\u200D", SANITIZE_LINE, "👨<U+200D>");
	expect_shown("👨\u200Db", SANITIZE_LINE, "👨<U+200D>b");
	expect_shown("❤\uFE0F\u200D🔥", SANITIZE_LINE, "❤\uFE0F\u200D🔥");
	expect_shown("e\u0301", SANITIZE_LINE, "e\u0301");
	/* Nothing to stand on. */
	expect_shown("\u0301x", SANITIZE_LINE, "<U+0301>x");
	expect_shown("\n\u0301", SANITIZE_LINE, "␊<U+0301>");
	/* More than a cell holds. */
	expect_shown("z\u0301\u0301\u0301\u0301\u0301", SANITIZE_LINE,
		     "z\u0301\u0301\u0301\u0301<U+0301>");
}

LEAK_TEST(utf8_ascii, everything_else_is_a_mark)
{
	cr_assert_not(utf8_locale());
	expect_shown("M\u00FCller\x1b\n\x7f\t\xff", SANITIZE_LINE, "M<U+00FC>ller^[\\n^? <FF>");
	expect_cut("sourdough", 4, "sou~");
}

static void expect_spelt(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	utf8_spell(&out, text, strlen(text));
	cr_assert_str_eq(out.data, expected);
	buf_release(&out);
}

/* Sentences of souk's own stay sentences; whatever else there is stays as it is. */
LEAK_TEST(utf8_ascii, own_signs_are_spelt)
{
	expect_spelt("[OPTION]… 3 – 5 — six", "[OPTION]... 3 - 5 - six");
	expect_spelt("Müller", "Müller");
}

LEAK_TEST(utf8, own_signs_stay)
{
	expect_spelt("[OPTION]… 3 – 5", "[OPTION]… 3 – 5");
}

Test(utf8, counts_and_skips_code_points)
{
	const char *s = "a日\xff本😀";

	cr_assert_eq(utf8_count(s, strlen(s)), 5);
	cr_assert_eq(utf8_count(s, 4), 2);
	cr_assert_eq(utf8_skip(s, 0), 0);
	cr_assert_eq(utf8_skip(s, 2), 4);
	cr_assert_eq(utf8_skip(s, 5), strlen(s));
	cr_assert_eq(utf8_skip(s, 99), strlen(s));
}

/* A locale of an older charset is nowhere for certain: in C there is less of the same. */
LEAK_TEST(utf8_ascii, what_the_charset_lacks_is_spelled)
{
	struct buf b = BUF_INIT;

	utf8_sanitize(&b, "aé日", strlen("aé日"), SANITIZE_LINE);
	cr_assert_str_eq(b.data, "a<U+00E9><U+65E5>");
	buf_clear(&b);
	utf8_to_locale(&b, "aé\n\033[m\xFFz", strlen("aé\n\033[m\xFFz"));
	cr_assert_str_eq(b.data, "a?\n\033[m?z");
	buf_release(&b);
}

/* Eight bytes are looked at together. */
LEAK_TEST(utf8, one_byte_anywhere)
{
	char text[41];

	for (size_t len = 0; len < sizeof text; len++)
		for (size_t at = 0; at < len; at++) {
			memset(text, 'a', sizeof text);
			cr_assert_eq(utf8_ascii_run(text, len), len);
			text[at] = (char)0xFF;
			cr_assert_eq(utf8_ascii_run(text, len), at);
			cr_assert_not(utf8_valid(text, len));
			if (at + 1 == len)
				continue;
			memcpy(text + at, "\xC3\xA9", 2);
			cr_assert(utf8_valid(text, len));
		}
}
