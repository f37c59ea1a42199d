/* SPDX-License-Identifier: MIT */
#include "ui/canvas.h"

#include <locale.h>
#include <string.h>

#include "support/leak.h"

static void expect(const struct canvas *c, const char *expected)
{
	struct buf b = BUF_INIT;

	canvas_to_text(c, &b);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

static struct canvas *sheet(const char *locale, int rows, int cols)
{
	cr_assert_not_null(setlocale(LC_ALL, locale));
	return canvas_new(rows, cols);
}

LEAK_TEST(canvas, text_is_clipped_by_columns)
{
	struct canvas *c = sheet("C.UTF-8", 3, 10);

	cr_assert_eq(canvas_text(c, 0, 0, 10, STYLE_NORMAL, "0123456789"), 10);
	cr_assert_eq(canvas_text(c, 1, 0, 10, STYLE_NORMAL, "01234567890"), 10);
	cr_assert_eq(canvas_text(c, 2, 7, 10, STYLE_NORMAL, "abcd"), 3);
	expect(c, "0123456789\n012345678…\n       ab…\n");
	cr_assert_eq(canvas_text(c, 3, 0, 10, STYLE_NORMAL, "x"), 0);
	cr_assert_eq(canvas_text(c, -1, 0, 10, STYLE_NORMAL, "x"), 0);
	cr_assert_eq(canvas_text(c, 0, 10, 10, STYLE_NORMAL, "x"), 0);
	canvas_free(&c);
}

LEAK_TEST(canvas, wide_and_combining)
{
	struct canvas *c = sheet("C.UTF-8", 4, 8);

	canvas_text(c, 0, 0, 8, STYLE_NORMAL, "日本語");
	cr_assert_eq(canvas_cell(c, 0, 0)->width, 2);
	cr_assert_eq(canvas_cell(c, 0, 1)->width, 0);
	canvas_text(c, 1, 0, 8, STYLE_NORMAL, "e\xCC\x81x");
	cr_assert_eq(canvas_cell(c, 1, 0)->len, 3);
	/* A wide one that does not fit leaves room for the ellipsis. */
	canvas_text(c, 2, 0, 4, STYLE_NORMAL, "日本語");
	/* Joiners and variation selectors are left out, the parts stay. */
	canvas_text(c, 3, 0, 8, STYLE_NORMAL, "\xE2\x9D\xA4\xEF\xB8\x8F!");
	expect(c, "日本語\ne\xCC\x81x\n日 …\n\xE2\x9D\xA4!\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, half_of_a_wide_cluster_is_blanked)
{
	struct canvas *c = sheet("C.UTF-8", 3, 6);

	for (int r = 0; r < 3; r++)
		canvas_text(c, r, 0, 6, STYLE_NORMAL, "日本語");
	canvas_text(c, 0, 0, 1, STYLE_NORMAL, "a");
	canvas_text(c, 1, 1, 1, STYLE_NORMAL, "b");
	canvas_text(c, 2, 1, 2, STYLE_NORMAL, "語");
	expect(c, "a 本語\n b本語\n 語 語\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, a_window_cuts_a_wide_cluster)
{
	struct canvas *c = sheet("C.UTF-8", 1, 6);
	struct canvas w = canvas_sub(c, 0, 1, 5, 3);

	cr_assert_eq(w.rows, 1);
	canvas_text(c, 0, 0, 6, STYLE_NORMAL, "xxxxxx");
	canvas_textn(&w, 0, 2, 9, STYLE_NORMAL, "日", strlen("日"));
	canvas_text(&w, 0, 0, 2, STYLE_NORMAL, "ab");
	expect(c, "xab…xx\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, hostile_text_is_shown_as_marks)
{
	struct canvas *c = sheet("C.UTF-8", 3, 30);

	canvas_text(c, 0, 0, 30, STYLE_NORMAL, "a\033[31mb");
	canvas_textn(c, 1, 0, 30, STYLE_NORMAL, "x\xE2\x80\xAEy", 5);
	canvas_textn(c, 2, 0, 30, STYLE_NORMAL, "p\x9Bq", 3);
	expect(c, "a␛[31mb\nx<U+202E>y\np<9B>q\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, fields_are_aligned)
{
	struct canvas *c = sheet("C.UTF-8", 4, 12);

	canvas_field(c, 0, 1, 6, ALIGN_RIGHT, STYLE_NORMAL, "4.90", 4);
	canvas_field(c, 1, 1, 6, ALIGN_CENTER, STYLE_NORMAL, "ab", 2);
	canvas_field(c, 2, 1, 6, ALIGN_RIGHT, STYLE_NORMAL, "日本", 6);
	canvas_field(c, 3, 1, 4, ALIGN_RIGHT, STYLE_NORMAL, "123456", 6);
	expect(c, "   4.90\n   ab\n   日本\n 123…\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, boxes_and_bars)
{
	struct canvas *c = sheet("C.UTF-8", 4, 12);

	canvas_box(c, 0, 0, 3, 12, STYLE_BORDER, "Hi");
	canvas_bar(c, 3, 0, 4, STYLE_PLOT, 0.5 + 1 / 32.0);
	canvas_bar(c, 3, 6, 4, STYLE_PLOT, 1e-9);
	expect(c, "╭ Hi ──────╮\n"
		  "│          │\n"
		  "╰──────────╯\n"
		  "██▏   ▏\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, without_utf8_everything_is_ascii)
{
	struct canvas *c = sheet("C", 4, 12);

	canvas_box(c, 0, 0, 3, 12, STYLE_BORDER, "é");
	canvas_bar(c, 3, 0, 4, STYLE_PLOT, 0.5);
	canvas_text(c, 1, 1, 8, STYLE_NORMAL, "a▸b…日本");
	expect(c, "+ <U+00E~ -+\n|a>b~~     |\n+----------+\n##\n");
	canvas_free(&c);
}

LEAK_TEST(canvas, styles_and_what_lies_over_them)
{
	struct canvas *c = sheet("C.UTF-8", 1, 12);
	struct buf b = BUF_INIT;

	canvas_text(c, 0, 0, 12, STYLE_CRITICAL, "12");
	canvas_text(c, 0, 3, 12, STYLE_NORMAL, "x");
	canvas_over(c, 0, 0, 1, 5, STYLE_SELECTED);
	canvas_to_styled(c, &b);
	cr_assert_str_eq(b.data, "{critical+selected}12{}{normal+selected} x {}\n");
	buf_clear(&b);
	canvas_restyle(c, 0, 0, 1, 12, STYLE_MUTED);
	canvas_to_styled(c, &b);
	cr_assert_str_eq(b.data, "{muted}12 x        {}\n");
	buf_release(&b);
	canvas_free(&c);
}

LEAK_TEST(canvas, the_cursor_is_on_the_sheet)
{
	struct canvas *c = sheet("C.UTF-8", 5, 10);
	struct canvas w = canvas_sub(c, 2, 3, 2, 4);
	int row, col;

	cr_assert_not(canvas_cursor_at(c, &row, &col));
	canvas_cursor(&w, 1, 2);
	cr_assert(canvas_cursor_at(c, &row, &col));
	cr_assert_eq(row, 3);
	cr_assert_eq(col, 5);
	canvas_cursor(&w, 7, 7);
	cr_assert(canvas_cursor_at(c, &row, &col));
	canvas_cursor_hide(c);
	cr_assert_not(canvas_cursor_at(c, &row, &col));
	canvas_free(&c);
}

LEAK_TEST(canvas, whole_rows_are_copied_and_moved)
{
	struct canvas *from = sheet("C.UTF-8", 3, 6), *to = canvas_new(4, 9);
	struct canvas pane = canvas_sub(to, 1, 2, 3, 6);

	canvas_text(from, 0, 0, 6, STYLE_NORMAL, "one");
	canvas_text(from, 1, 0, 6, STYLE_NORMAL, "日本語");
	canvas_text(from, 2, 0, 6, STYLE_NORMAL, "three");
	/* What reaches into the pane from outside is cut at its edge. */
	canvas_text(to, 1, 1, 8, STYLE_NORMAL, "日x日日");
	canvas_copy(&pane, 0, from, 0, 2);
	canvas_copy(&pane, 2, from, 2, 5);
	expect(to, "\n  one\n  日本語\n  three\n");
	canvas_scroll(from, 1);
	expect(from, "日本語\nthree\nthree\n");
	canvas_scroll(from, -2);
	expect(from, "日本語\nthree\n日本語\n");
	canvas_scroll(from, 5);
	expect(from, "日本語\nthree\n日本語\n");
	canvas_free(&from);
	canvas_free(&to);
}

/* What the server says of a tree has a form in ASCII too. */
LEAK_TEST(canvas, branches_in_ascii)
{
	struct canvas *c = sheet("C", 1, 8);

	canvas_text(c, 0, 0, 8, STYLE_NORMAL, "  \xE2\x94\x94 42");
	expect(c, "  ` 42\n");
	canvas_free(&c);
}

/* Half of a mark says nothing: the text is cut before it. */
LEAK_TEST(canvas, marks_are_not_cut)
{
	struct canvas *c = sheet("C.UTF-8", 5, 12);

	canvas_text(c, 0, 0, 12, STYLE_NORMAL, "ab\xE2\x80\xAE" "cdefg");
	canvas_text(c, 1, 0, 12, STYLE_NORMAL, "abcd\xE2\x80\xAE");
	canvas_text(c, 2, 0, 12, STYLE_NORMAL, "abcd\xE2\x80\xAE" "e");
	canvas_text(c, 3, 0, 6, STYLE_NORMAL, "\xE2\x80\xAE" "e");
	canvas_text(c, 4, 0, 6, STYLE_NORMAL, "a<b\x9B");
	expect(c, "ab<U+202E>c…\nabcd<U+202E>\nabcd…\n<U+20…\na<b…\n");
	canvas_free(&c);
}
