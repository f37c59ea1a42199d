/* SPDX-License-Identifier: MIT */
#include "domain/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/leak.h"

/* Runs as " =equal -deleted +inserted|". */
static void expect(const char *a, const char *b, const char *expected)
{
	struct buf shown = BUF_INIT, left = BUF_INIT, right = BUF_INIT;
	struct diff_run *runs;
	size_t n = diff_words(a, b, &runs);

	for (size_t i = 0; i < n; i++) {
		buf_addc(&shown, "=-+"[runs[i].kind]);
		buf_add(&shown, runs[i].text, runs[i].len);
		buf_addc(&shown, '|');
		if (runs[i].kind != DIFF_INSERTED)
			buf_add(&left, runs[i].text, runs[i].len);
		if (runs[i].kind != DIFF_DELETED)
			buf_add(&right, runs[i].text, runs[i].len);
	}
	if (expected)
		cr_assert_str_eq(shown.data, expected);
	cr_assert_str_eq(left.data, a);
	cr_assert_str_eq(right.data, b);
	free(runs);
	buf_release(&shown);
	buf_release(&left);
	buf_release(&right);
}

LEAK_TEST(diff, words)
{
	expect("", "", "");
	expect("a", "a", "=a|");
	expect("", "a b", "+a b|");
	expect("a b", "", "-a b|");
	expect("an oven-fresh loaf", "a stone-oven loaf",
	       "-an oven-fresh|+a stone-oven|= loaf|");
	expect("the old mill", "the mill", "=the |-old |=mill|");
	expect("one two three", "one 2 three four", "=one |-two|+2|= three|+ four|");
	expect("costs 4.90, today", "costs 4.95, today", "=costs |-4.90|+4.95|=, today|");
	expect("a  b", "a b", "=a|-  |+ |=b|");
	expect("a ", "b ", "-a|+b|= |");
	expect("x a", "y a", "-x|+y|= a|");
	expect("日本語", "日米語", "=日|-本|+米|=語|");
	expect("mail a@b.c.", "mail a@x.c.", "=mail |-a@b.c|+a@x.c|=.|");
	expect("a{b \x01", "a{c \x01", "-a{b|+a{c|= \x01|");
	expect("{a} ⰰ", "{b} ⰰ", "={|-a|+b|=} ⰰ|");
	expect("“a” b", "“c” b", "=“|-a|+c|=” b|");
	expect("caf\xc3\xa9 x", "caf\xc3 x", "-caf\xc3\xa9|+caf\xc3|= x|");
}

LEAK_TEST(diff, long_texts)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	for (int i = 0; i < 100; i++) {
		buf_addf(&a, "line %d: %s\n", i, i % 7 ? "x" : "y");
		buf_addf(&b, "line %d: %s\n", i, i % 9 ? "x" : "y");
	}
	buf_adds(&a, "語\n--\nlast");
	buf_adds(&b, "語\n--\nend");
	expect(a.data, b.data, NULL); /* by lines */
	for (int i = 0; i < 300; i++) {
		buf_addf(&a, "a%d\n", i);
		buf_addf(&b, "b%d\n", i);
	}
	buf_adds(&a, "end\n");
	buf_adds(&b, "end\n");
	expect(a.data, b.data, NULL); /* only the ends */
	buf_release(&a);
	buf_release(&b);
}

LEAK_TEST(diff, any_texts_add_up)
{
	uint64_t seed = 20261002;

	for (int turn = 0; turn < 500; turn++) {
		static const char *const tokens[] = { "a",  "b", " ",  ",",
						      "\n", "é", "語", "\xff" };
		struct buf text[2] = { BUF_INIT, BUF_INIT };

		for (int side = 0; side < 2; side++)
			for (int i = 0; i < turn % 40; i++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				buf_adds(&text[side], tokens[seed >> 33 & 7]);
			}
		expect(text[0].data, text[1].data, NULL);
		buf_release(&text[0]);
		buf_release(&text[1]);
	}
}
