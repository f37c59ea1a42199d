/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <string.h>

#include "../../../src/ui/input.h"
#include "support/leak.h"

static void names(struct input *in, struct buf *out)
{
	struct key k;

	while (input_next(in, &k)) {
		buf_adds(out, out->len ? " " : "");
		key_to_text(out, &k);
		if (k.code == K_FOCUS_IN || k.code == K_FOCUS_OUT)
			buf_adds(out, k.code == K_FOCUS_IN ? "in" : "out");
		if (k.code == K_PASTE || k.code == K_REPORT)
			buf_addf(out, "<%.*s>", (int)k.len, k.text);
		else if (k.code >= K_CLICK && k.code <= K_WHEEL_DOWN)
			buf_addf(out, "@%d,%d", k.row, k.col);
	}
}

static void expect(const char *bytes, size_t len, const char *expected)
{
	struct buf out = BUF_INIT;
	struct input *in = input_new();

	setlocale(LC_ALL, "C.UTF-8");
	input_feed(in, bytes, len, 1);
	names(in, &out);
	cr_assert_eq(input_wait_ms(in), 0, "half: %s", expected);
	cr_assert_str_eq(out.data, expected);
	/* The same byte by byte. */
	buf_clear(&out);
	for (size_t i = 0; i < len; i++) {
		input_feed(in, bytes + i, 1, 1000001);
		names(in, &out);
	}
	cr_assert_str_eq(out.data, expected);
	buf_release(&out);
	input_free(&in);
}

#define EXPECT(bytes, expected) expect(bytes, sizeof(bytes) - 1, expected)

LEAK_TEST(input, plain_keys)
{
	EXPECT("aG é日", "a G Space é 日");
	EXPECT("\r\t\177\b", "Enter Tab Backspace Ctrl-H");
	EXPECT("\001\003\032\034\0", "Ctrl-A Ctrl-C Ctrl-Z Ctrl-\\ Ctrl-Space");
	EXPECT("\033x\033\r", "Alt-x Alt-Enter");
	EXPECT("\xFFz", "\xEF\xBF\xBD z");
}

LEAK_TEST(input, what_terminals_send)
{
	EXPECT("\033[A\033OB\033[1;5C\033[1;2D", "Up Down Ctrl-Right Shift-Left");
	EXPECT("\033[H\033[F\033OH\033[1~\033[4~\033[7~", "Home End Home Home End Home");
	EXPECT("\033[5~\033[6~\033[2~\033[3~\033[3;5~", "PgUp PgDn Insert Delete Ctrl-Delete");
	EXPECT("\033OP\033[11~\033[[A\033[15~\033[24~\033[1;2P", "F1 F1 F1 F5 F12 Shift-F1");
	EXPECT("\033[Z\033[27;5;13~\033[13;5u\033[97;6u",
	       "Shift-Tab Ctrl-Enter Ctrl-Enter Ctrl-A");
	EXPECT("\033[5^\033[a\033Oa", "Ctrl-PgUp Shift-Up Ctrl-Up");
	EXPECT("\033OM\033Ok\033[?62;1c", "Enter +");
	EXPECT("\033[99~q", "q");
}

LEAK_TEST(input, mouse)
{
	EXPECT("\033[<0;5;3M\033[<0;5;3m", "Click@2,4 @2,4");
	EXPECT("\033[<64;1;1M\033[<65;1;1M", "WheelUp@0,0 WheelDown@0,0");
	EXPECT("\033[<2;10;20M", "RightClick@19,9");
	EXPECT("\033[M !!", "Click@0,0");
}

LEAK_TEST(input, double_click_needs_the_same_place_in_time)
{
	static const char click[] = "\033[<0;5;3M", other[] = "\033[<0;6;3M";
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_feed(in, click, strlen(click), 1000000);
	names(in, &out);
	input_feed(in, click, strlen(click), 1300000);
	names(in, &out);
	input_feed(in, click, strlen(click), 1400000); /* a third begins anew */
	names(in, &out);
	input_feed(in, other, strlen(other), 1450000);
	names(in, &out);
	input_feed(in, other, strlen(other), 9000000);
	names(in, &out);
	cr_assert_str_eq(out.data, "Click@2,4 DoubleClick@2,4 Click@2,4 Click@2,5 Click@2,5");
	buf_release(&out);
	input_free(&in);
}

LEAK_TEST(input, paste_and_reports_and_focus)
{
	EXPECT("a\033[200~rm -rf\n\033[A\033[201~b", "a <rm -rf\n\033[A> b");
	EXPECT("\033]11;rgb:0000/0000/0000\033\\x", "<11;rgb:0000/0000/0000> x");
	EXPECT("\033]11;rgb:ff/ff/ff\ax", "<11;rgb:ff/ff/ff> x");
	EXPECT("\033[Ix\033[O", "in x out");
}

static void after_timeout(const char *bytes, const char *expected)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_feed(in, bytes, strlen(bytes), 1);
	names(in, &out);
	cr_assert_gt(input_wait_ms(in), 0);
	input_timeout(in);
	names(in, &out);
	cr_assert_eq(input_wait_ms(in), 0);
	cr_assert_str_eq(out.data, expected);
	buf_release(&out);
	input_free(&in);
}

LEAK_TEST(input, half_a_sequence_is_what_was_typed)
{
	after_timeout("\033", "Esc");
	after_timeout("\033\033", "Esc Esc");
	after_timeout("\033[", "Alt-[");
	after_timeout("\033[1;", "");
	after_timeout("\033[<64;10", "");
	after_timeout("\033]11;rgb:1e1e/", "");
	after_timeout("\033O", "Alt-O");
	after_timeout("\xC3", "\xEF\xBF\xBD");
	after_timeout("\033[200~abc", "<abc>");
}

/* Twenty milliseconds, and no read in between makes an arrow of Esc nor Esc of an arrow. */
LEAK_TEST(input, escape_is_soon_escape)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_feed(in, "\033", 1, 1);
	names(in, &out);
	cr_assert_str_eq(out.data, "");
	cr_assert_eq(input_wait_ms(in), 20);
	input_feed(in, "[", 1, 2);
	names(in, &out);
	cr_assert_str_eq(out.data, "");
	cr_assert_eq(input_wait_ms(in), 100);
	input_feed(in, "A", 1, 3);
	names(in, &out);
	cr_assert_str_eq(out.data, "Up");
	cr_assert_eq(input_wait_ms(in), 0);
	buf_release(&out);
	input_free(&in);
}

/* Time ran out before the rest came, as over a slow line: then it was Esc, and of the rest nothing
 * is typed.  What a person types behind Esc is. */
LEAK_TEST(input, the_rest_of_a_sequence_that_fell_apart_is_nothing)
{
	static const struct {
		const char *rest;
		int64_t later;
		const char *expected;
	} cases[] = {
		{ "[A", 30000, "Esc" },		{ "[1;5Cj", 30000, "Esc j" },
		{ "[3~", 300000, "Esc" },	{ "OP", 30000, "Esc" },
		{ "[<0;3;4M", 30000, "Esc" },	{ "[A", 700000, "Esc [ A" },
		{ "[", 30000, "Esc [" },	{ "j", 30000, "Esc j" },
		{ "\033[A", 30000, "Esc Up" }, { "Ok", 700000, "Esc O k" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct input *in = input_new();
		struct buf out = BUF_INIT;

		input_feed(in, "\033", 1, 1000000);
		names(in, &out);
		input_timeout(in);
		names(in, &out);
		input_feed(in, cases[i].rest, strlen(cases[i].rest), 1000000 + cases[i].later);
		names(in, &out);
		input_timeout(in);
		names(in, &out);
		input_feed(in, "x", 1, 3000000);
		buf_addc(&out, '|');
		names(in, &out);
		cr_expect(strncmp(out.data, cases[i].expected, strlen(cases[i].expected)) == 0 &&
				  out.data[strlen(cases[i].expected)] == '|',
			  "%s: %s", cases[i].rest, out.data);
		buf_release(&out);
		input_free(&in);
	}
}

LEAK_TEST(input, terminfo_wins)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_bind(in, "\033?x", K_UP, 0);
	input_bind(in, "\033[A", K_DOWN, MOD_ALT);
	input_erase_is_backspace(in, true);
	input_feed(in, "\033?x\033[A\b", 7, 1);
	names(in, &out);
	cr_assert_str_eq(out.data, "Up Alt-Down Backspace");
	buf_release(&out);
	input_free(&in);
}
