/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "../../../src/ui/input.h"
#include "base/alloc.h"
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

/* PuTTY and rxvt: Esc in front.  Of the mouse, a paste, the focus or a letter it is the key Esc. */
LEAK_TEST(input, alt_said_by_a_second_esc)
{
	EXPECT("\033\033[A\033\033OBj", "Alt-Up Alt-Down j");
	EXPECT("\033\033[a\033\033Od\033\033[5~", "Alt-Shift-Up Ctrl-Alt-Left Alt-PgUp");
	EXPECT("\033\033[[B\033\033[11~\033\033[3;5~", "Alt-F2 Alt-F1 Ctrl-Alt-Delete");
	EXPECT("\033\033[<64;1;1M\033\033[I", "Esc WheelUp@0,0 Esc in");
	EXPECT("\033\033[200~ab\033[201~\033\033x", "Esc <ab> Esc Alt-x");
	EXPECT("\033\033\033[A", "Esc Alt-Up");
}

LEAK_TEST(input, mouse)
{
	EXPECT("\033[<0;5;3M\033[<0;5;3m", "Click@2,4 @2,4");
	EXPECT("\033[<64;1;1M\033[<65;1;1M", "WheelUp@0,0 WheelDown@0,0");
	EXPECT("\033[<2;10;20M", "RightClick@19,9");
	EXPECT("\033[M !!", "Click@0,0");
}

/* A key let go, a modifier or a lock alone, an answer: nothing was pressed. */
LEAK_TEST(input, what_is_no_key_is_nothing)
{
	EXPECT("\033[97;1:1u\033[97;1:2u\033[97;1:3u", "a a");
	EXPECT("\033[1;1:3A\033[3;1:3~\033[1;5:1A\033[1;1:2B", "Ctrl-Up Down");
	EXPECT("\033[57441;2u\033[57358u\033[57361;5u\033[63743u", "");
	EXPECT("\033[2097153u\033[99999999u\033[0u\033[55296u\033[3u", "");
	EXPECT("\033[27;5;2097154~\033[27;5;1~", "");
	EXPECT("\033[113;17u\033[113;33u\033[1;17A", "");
	EXPECT("\033[24;80R\033[1;2R\033[R", "Shift-F3 F3");
	EXPECT("\033[2;1$yq\033[?2026;2$yq\033[0 qj", "q q j");
	EXPECT("\033[8;24;80t\033[0n\033[?62;22c\033[>41;354;0c\033[?997;1n", "");
}

LEAK_TEST(input, what_newer_and_older_ones_send)
{
	EXPECT("\033[57399u\033[57408u\033[57414u\033[57410u\033[57419u\033[57376u",
	       "0 9 Enter / Up F13");
	EXPECT("\033[105;5u\033[109;5u\033[91;5u\033[27u", "Tab Enter Esc Esc");
	EXPECT("\033[50:64;2u\033[97:65;2u\033[97;65u\033[97;66u\033[27;2;64~", "@ A A a @");
	EXPECT("\033[5C\033[5D\033[2A", "Ctrl-Right Ctrl-Left Shift-Up");
	EXPECT("\033[3$\033[7$j\033[8@", "Shift-Delete Shift-Home j Ctrl-Shift-End");
	EXPECT("\033OX\033Oy\033[E", "= 9");
}

LEAK_TEST(input, mouse_of_other_kinds)
{
	EXPECT("\033[<66;5;5M\033[<67;5;5M\033[<128;5;5M\033[<129;5;5M", "");
	EXPECT("\033[<0;300;100M\033[<0;0;3M\033[<0;70000;3M\033[<0;3M", "Click@99,299");
	EXPECT("\033[32;250;4M\033[35;250;4M\033[96;1;1M", "Click@3,249 @3,249 WheelUp@0,0");
	EXPECT("\033[M \001!j", "j");
}

LEAK_TEST(input, an_answer_without_an_end_ends_at_a_key)
{
	EXPECT("\033]11;rgb:ff\033[Bj", "Down j");
	EXPECT("\033]11;rgb:ff\rj\033P1$r\003", "Enter j Ctrl-C");
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
	after_timeout("\033\xC3", "Alt-\xEF\xBF\xBD");
	after_timeout("\033[200~abc", "<abc>");
}

LEAK_TEST(input, what_follows_an_esc_is_waited_for_anew)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_feed(in, "\033\033[1;", 5, 1000000);
	names(in, &out);
	cr_assert_gt(input_wait_ms(in), 0);
	input_timeout(in);
	names(in, &out);
	cr_assert_str_eq(out.data, "Esc");
	cr_assert_gt(input_wait_ms(in), 0);
	input_feed(in, "5A", 2, 1100000);
	names(in, &out);
	cr_assert_str_eq(out.data, "Esc Ctrl-Up");
	buf_release(&out);
	input_free(&in);
}

/* What is typed behind half an answer does not make it longer. */
LEAK_TEST(input, half_an_answer_is_waited_for_so_long)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_feed(in, "\033]11;rgb:", 9, 1000000);
	names(in, &out);
	cr_assert_eq(input_wait_ms(in), INPUT_CUT_MS);
	input_feed(in, "j", 1, 1900000);
	names(in, &out);
	cr_assert_eq(input_wait_ms(in), 100);
	input_timeout(in);
	names(in, &out);
	input_feed(in, "k", 1, 2100000);
	names(in, &out);
	cr_assert_str_eq(out.data, "k");
	/* A letter in two parts is one for as long. */
	input_feed(in, "\xE6\x97", 2, 3000000);
	names(in, &out);
	cr_assert_eq(input_wait_ms(in), INPUT_CUT_MS);
	input_feed(in, "\xA5\033\xC3", 3, 3500000);
	names(in, &out);
	cr_assert_eq(input_wait_ms(in), INPUT_CUT_MS);
	input_feed(in, "\xA9", 1, 3700000);
	names(in, &out);
	cr_assert_str_eq(out.data, "k 日 Alt-é");
	buf_release(&out);
	input_free(&in);
}

/* pieces: what comes, each behind a silence */
static void in_pieces(const char *const *pieces, const char *expected)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	for (size_t i = 0; pieces[i]; i++) {
		input_feed(in, pieces[i], strlen(pieces[i]), (int64_t)(2 + 2 * i) * 1000000);
		names(in, &out);
		if (input_wait_ms(in)) {
			input_timeout(in);
			names(in, &out);
		}
		cr_expect_eq(input_wait_ms(in), 0, "waits for more for ever");
	}
	cr_expect_str_eq(out.data, expected);
	buf_release(&out);
	input_free(&in);
}

/* The line may stand still in the midst of a paste: what comes later is text all the same. */
LEAK_TEST(input, a_paste_in_pieces_is_a_paste)
{
	in_pieces((const char *[]){ "\033[200~abc\n", "defgh:q!\n", "\033[201~j", NULL },
		  "<abc> <\ndefgh:q!> <\n> j");
	in_pieces((const char *[]){ "\033[200~abc\033[2", "01~j", NULL }, "<abc> <> j");
	in_pieces((const char *[]){ "\033[200~", "quit now", "\033[201~j", NULL },
		  "<quit now> <> j");
	in_pieces((const char *[]){ "\033[200~x\xE6\x97", "\xA5yyyyyyyyy\033[201~", NULL },
		  "<x> <日yyyyyyyyy>");
	/* Where the end is forgotten a key is one again. */
	in_pieces((const char *[]){ "\033[200~abc\n", "j", "k", NULL }, "<abc> j k");
	in_pieces((const char *[]){ "\033[200~abc", "\033[A", "é", NULL }, "<abc> Up é");
}

LEAK_TEST(input, a_paste_beyond_all_bounds_is_no_keys)
{
	enum { BIG = (16 << 20) + 100000 };
	char *text = xmalloc(BIG);
	struct input *in = input_new();
	struct key k;
	size_t pasted = 0;

	memset(text, 'q', BIG);
	input_feed(in, "\033[200~", 6, 1);
	for (size_t i = 0; i < BIG; i += 4096) {
		input_feed(in, text + i, i + 4096 < BIG ? 4096 : BIG - i, 2);
		while (input_next(in, &k)) {
			cr_assert_eq(k.code, K_PASTE);
			pasted += k.len;
		}
	}
	input_feed(in, "\033[201~j", 7, 3);
	cr_assert(input_next(in, &k));
	cr_assert_eq(k.code, K_PASTE);
	cr_assert_eq(pasted + k.len, BIG);
	cr_assert(input_next(in, &k));
	cr_assert_eq(k.code, 'j');
	input_free(&in);
	free(text);
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
		{ "]11;rgb:f/f/f\a", 30000, "Esc <11;rgb:f/f/f>" },
		{ "]1", 30000, "Esc ] 1" },
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

LEAK_TEST(input, an_answer_may_fall_apart_behind_its_introducer)
{
	struct input *in = input_new();
	struct buf out = BUF_INIT;

	input_feed(in, "\033]", 2, 1000000);
	names(in, &out);
	input_timeout(in);
	names(in, &out);
	input_feed(in, "11;rgb:f/f/f\033\\j", 15, 1200000);
	names(in, &out);
	cr_assert_str_eq(out.data, "Alt-] <11;rgb:f/f/f> j");
	buf_release(&out);
	input_free(&in);
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
