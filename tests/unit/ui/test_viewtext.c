/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "../../../src/ui/viewtext.h"
#include "base/utf8.h"
#include "support/leak.h"
#include "support/memory.h"

static struct viewtext *make(const char *text, enum viewer_as as)
{
	setlocale(LC_ALL, "C.UTF-8");
	struct err err = ERR_INIT;

	return viewtext_new(longtext_of(text, strlen(text), &err), as);
}

static void rows(struct viewtext *v, const char *expected)
{
	struct buf b = BUF_INIT;
	struct viewrow r;

	for (size_t i = 0; i < viewtext_rows(v); i++) {
		viewtext_row(v, i, &r);
		buf_add(&b, r.text, r.len);
		if (r.folded)
			buf_addf(&b, "+%zu", r.hidden);
		buf_addc(&b, '\n');
	}
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(viewtext, text_is_wrapped_at_blanks_and_made_safe)
{
	struct viewtext *v = make("one two three\n\ttab\x1b[0m", VIEW_AUTO);

	cr_assert_eq(viewtext_as(v), VIEW_TEXT);
	viewtext_layout(v, 9, true);
	rows(v, "one two \nthree\n        \ntab␛[0m\n");
	viewtext_layout(v, 9, false);
	rows(v, "one two three\n        tab␛[0m\n");
	viewtext_free(&v);
}

LEAK_TEST(viewtext, json_is_pretty_and_folds)
{
	struct viewtext *v = make("{\"a\":{\"b\":1,\"c\":[1,2]},\"d\":12.50}", VIEW_AUTO);
	struct buf whole = BUF_INIT;
	struct viewrow r;
	size_t n, folded;

	cr_assert_eq(viewtext_as(v), VIEW_JSON);
	viewtext_layout(v, 80, true);
	n = viewtext_rows(v);
	viewtext_row(v, 1, &r);
	cr_assert(r.foldable && !r.folded);
	cr_assert(viewtext_fold(v, 1));
	folded = viewtext_rows(v);
	cr_assert_lt(folded, n);
	viewtext_row(v, 1, &r);
	cr_assert(r.folded);
	cr_assert_eq(r.hidden, n - folded - 1);
	viewtext_row(v, folded - 2, &r);
	buf_add(&whole, r.text, r.len);
	cr_assert_not_null(strstr(whole.data, "12.50"));
	cr_assert(viewtext_fold(v, 1));
	cr_assert_eq(viewtext_rows(v), n);
	cr_assert_not(viewtext_fold(v, n - 1));
	buf_release(&whole);
	viewtext_free(&v);
}

LEAK_TEST(viewtext, searching_unfolds_and_goes_both_ways)
{
	struct viewtext *v = make("{\"a\":{\"needle\":1},\"b\":{\"NEEDLE\":2}}", VIEW_AUTO);
	long first, second;

	cr_assert(viewtext_fold(v, 1));
	first = viewtext_find(v, "needle", 0, false);
	cr_assert_gt(first, 0);
	second = viewtext_find(v, "needle", (size_t)first + 1, false);
	cr_assert_gt(second, first);
	cr_assert_eq(viewtext_find(v, "needle", (size_t)second + 1, false), -1);
	cr_assert_eq(viewtext_find(v, "needle", (size_t)second, true), first);
	cr_assert_eq(viewtext_find(v, "nowhere", 0, false), -1);
	cr_assert_eq(viewtext_find(v, "", 0, false), -1);
	viewtext_free(&v);
}

LEAK_TEST(viewtext, bytes_are_shown_as_bytes)
{
	struct viewtext *v = make("\\x00414243444546474849ff0a4b4c4d4e4f", VIEW_HEX);

	cr_assert_eq(viewtext_as(v), VIEW_HEX);
	rows(v,
	     "00000000  00 41 42 43 44 45 46 47  48 49 ff 0a 4b 4c 4d 4e |.ABCDEFGHI..KLMN|\n"
	     "00000010  4f                                               |O|\n");
	cr_assert_eq(viewtext_length(v), 17);
	cr_assert_eq(viewtext_find(v, "44 45", 0, false), 0);
	cr_assert(viewtext_show_as(v, VIEW_TEXT));
	rows(v, "\\x00414243444546474849ff0a4b4c4d4e4f\n");
	viewtext_free(&v);
	v = make("\\x", VIEW_HEX);
	cr_assert_eq(viewtext_as(v), VIEW_HEX);
	cr_assert_eq(viewtext_length(v), 0);
	cr_assert_eq(viewtext_find(v, "00", 0, false), -1);
	rows(v, "");
	viewtext_free(&v);
	/* A text of these letters is a text. */
	v = make("\\x4142", VIEW_AUTO);
	cr_assert_eq(viewtext_as(v), VIEW_TEXT);
	cr_assert_eq(viewtext_length(v), 6);
	viewtext_free(&v);
	v = make("no bytes", VIEW_TEXT);
	cr_assert_not(viewtext_show_as(v, VIEW_HEX));
	cr_assert_eq(viewtext_as(v), VIEW_TEXT);
	viewtext_free(&v);
}

/* As bytes and as letters, wherever the rows end; addresses are none of either. */
LEAK_TEST(viewtext, bytes_are_found_across_rows)
{
	struct buf text = BUF_INIT;
	struct viewtext *v;

	buf_adds(&text, "\\x");
	for (int i = 0; i < 64; i++)
		buf_addf(&text, "%02x",
			 i == 15   ? 0xde
			 : i == 16 ? 0xad
			 : i == 47 ? 'H'
			 : i == 48 ? 'i'
				   : i);
	v = make(text.data, VIEW_HEX);
	cr_assert_eq(viewtext_find(v, "dead", 0, false), 0);
	cr_assert_eq(viewtext_find(v, "de ad", 0, false), 0);
	cr_assert_eq(viewtext_find(v, "DEAD", 4, true), 0);
	cr_assert_eq(viewtext_find(v, "dead", 1, false), -1);
	cr_assert_eq(viewtext_hits(v, 0, "dead"), 1U << 15);
	cr_assert_eq(viewtext_hits(v, 1, "dead"), 1U);
	cr_assert_eq(viewtext_find(v, "hI", 0, false), 2);
	cr_assert_eq(viewtext_hits(v, 3, "hi"), 1U);
	cr_assert_eq(viewtext_find(v, "00000010", 0, false), -1);
	cr_assert_eq(viewtext_find(v, "3f", 0, false), 3);
	cr_assert_eq(viewtext_find(v, "3f40", 0, false), -1);
	viewtext_free(&v);
	buf_release(&text);
}

LEAK_TEST(viewtext, letters_of_any_language_are_found_in_any_case)
{
	struct viewtext *v = make("eins\nÄÖÜ Straße\nПривет", VIEW_AUTO);

	cr_assert_eq(viewtext_find(v, "äöü STRAßE", 0, false), 1);
	cr_assert_eq(viewtext_find(v, "пРИВЕТ", 0, false), 2);
	cr_assert_eq(viewtext_find(v, "äöu", 0, false), -1);
	viewtext_free(&v);
}

LEAK_TEST(viewtext, what_is_not_json_stays_text)
{
	struct viewtext *v = make("{not json", VIEW_AUTO);
	struct err err = ERR_INIT;

	cr_assert_eq(viewtext_as(v), VIEW_TEXT);
	cr_assert_str_eq(longtext_data(viewtext_source(v), &err), "{not json");
	cr_assert_eq(longtext_len(viewtext_source(v)), 9);
	viewtext_free(&v);
	v = make("12", VIEW_AUTO);
	cr_assert_eq(viewtext_as(v), VIEW_TEXT);
	viewtext_free(&v);
	v = make("", VIEW_AUTO);
	cr_assert_eq(viewtext_rows(v), 0);
	cr_assert_eq(viewtext_find(v, "x", 0, false), -1);
	viewtext_free(&v);
}

/* The rows of a wrapped line put together are the line, whatever the width. */
LEAK_TEST(viewtext, wrapping_loses_nothing)
{
	static const char text[] = "words of 日本語 and é, averyveryverylongword   and blanks ";

	for (int width = 1; width < 40; width++) {
		struct viewtext *v = make(text, VIEW_TEXT);
		struct buf b = BUF_INIT;
		struct viewrow r;

		viewtext_layout(v, width, true);
		for (size_t i = 0; i < viewtext_rows(v); i++) {
			viewtext_row(v, i, &r);
			buf_add(&b, r.text, r.len);
		}
		cr_assert_str_eq(b.data, text, "width %d", width);
		buf_release(&b);
		viewtext_free(&v);
	}
}

/* What continues a line stands below its beginning, of a list below what is said of the name;
 * but never so far to the right that nothing has room. */
LEAK_TEST(viewtext, what_continues_a_line_hangs)
{
	static const struct {
		const char *text;
		enum viewer_as as;
		int width, hang;
	} cases[] = {
		{ "name   what it is in many words", VIEW_LIST, 20, 7 },
		{ "  key  what it is in many words", VIEW_HELP, 20, 7 },
		{ "n  yes  what it is in many words", VIEW_LIST, 20, 8 },
		{ "name   what it is in many words", VIEW_TEXT, 20, 0 },
		{ "  two  words and some more of them", VIEW_TEXT, 20, 2 },
		{ "averyverylongname   what it is", VIEW_LIST, 20, 0 },
		{ "plain words and some more of them", VIEW_LIST, 20, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct viewtext *v = make(cases[i].text, cases[i].as);
		struct viewrow r;

		viewtext_layout(v, cases[i].width, true);
		viewtext_row(v, 0, &r);
		cr_assert_eq(r.hang, 0, "%s", cases[i].text);
		viewtext_row(v, 1, &r);
		cr_assert_eq(r.hang, cases[i].hang, "%s: %d", cases[i].text, r.hang);
		cr_assert_leq(utf8_width(r.text, r.len), cases[i].width - r.hang + 1);
		viewtext_free(&v);
	}
}

/* ---- long ones ---- */

static struct longtext *repeated(const char *head, const char *unit, size_t times,
				 const char *tail)
{
	struct longtext *t = longtext_new();
	struct err err = ERR_INIT;
	struct buf many = BUF_INIT;

	setlocale(LC_ALL, "C.UTF-8");
	cr_assert(longtext_add(t, head, strlen(head), &err));
	for (size_t i = 0; i < 1000; i++)
		buf_adds(&many, unit);
	for (size_t i = 0; i < times / 1000; i++)
		cr_assert(longtext_add(t, many.data, many.len, &err), "%s", err.why);
	cr_assert(longtext_add(t, tail, strlen(tail), &err));
	buf_release(&many);
	return t;
}

static void expect_row(struct viewtext *v, size_t row, const char *expected)
{
	struct viewrow r;

	viewtext_row(v, row, &r);
	cr_assert(r.len == strlen(expected) && memcmp(r.text, expected, r.len) == 0,
		  "row %zu is \"%.*s\", not \"%s\"", row, (int)r.len, r.text, expected);
}

enum { BOUND = 6 << 20 };

/* Twelve megabytes of lines: any row is found, and the text does not lie in memory. */
Test(viewtext, long_text_in_a_bounded_part_of_the_memory, .timeout = 60)
{
	memory_watch();
	struct viewtext *v =
		viewtext_new(repeated("first\n", "a line of some words, one like the other\n",
				      300000, "the Last\n"),
			     VIEW_AUTO);

	viewtext_layout(v, 20, true);
	cr_assert_eq(viewtext_rows(v), 300000 * 3 + 2);
	expect_row(v, 0, "first");
	expect_row(v, 1, "a line of some ");
	expect_row(v, 900000, "other");
	expect_row(v, 900001, "the Last");
	expect_row(v, 450001, "a line of some ");
	cr_assert_eq(viewtext_find(v, "the last", 0, false), 900001);
	cr_assert_eq(viewtext_find(v, "FIRST", 900001, true), 0);
	viewtext_layout(v, 80, false);
	cr_assert_eq(viewtext_rows(v), 300002);
	expect_row(v, 300001, "the Last");
	memory_expect(BOUND);
	viewtext_free(&v);
}

/* … of one line, and a match that lies in two rows. */
Test(viewtext, a_line_without_end, .timeout = 60)
{
	memory_watch();
	struct viewtext *v =
		viewtext_new(repeated("", "0123456789", 1200000, "needle"), VIEW_AUTO);
	struct viewrow r;

	viewtext_layout(v, 33, true);
	cr_assert_eq(viewtext_rows(v), 12000006 / 33 + 1);
	cr_assert_eq(viewtext_find(v, "9NEEDLE", 0, false), (12000000 - 1) / 33);
	viewtext_row(v, viewtext_rows(v) - 1, &r);
	cr_assert(r.long_line);
	cr_assert_eq(viewtext_find(v, "9012", 300000, true), 299999);
	memory_expect(BOUND);
	viewtext_free(&v);
}

/* … of JSON: laid out, folded, searched. */
Test(viewtext, long_json_in_a_bounded_part_of_the_memory, .timeout = 60)
{
	memory_watch();
	struct viewtext *v =
		viewtext_new(repeated("{\"all\":[{}", ",{\"n\":1,\"text\":\"some words\"}",
				      400000, "],\"end\":[7]}"),
			     VIEW_AUTO);
	struct viewrow r;

	cr_assert_eq(viewtext_as(v), VIEW_JSON);
	viewtext_layout(v, 80, true);
	cr_assert_eq(viewtext_rows(v), 1600000 + 8);
	cr_assert(viewtext_fold(v, 1));
	cr_assert_eq(viewtext_rows(v), 6);
	viewtext_row(v, 1, &r);
	cr_assert(r.folded);
	cr_assert_eq(r.hidden, 1600001);
	expect_row(v, 3, "    7");
	cr_assert_eq(viewtext_find(v, "some words", 0, false), 5);
	cr_assert_eq(viewtext_rows(v), 1600000 + 8);
	memory_expect(BOUND);
	viewtext_free(&v);
}
