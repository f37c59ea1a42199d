/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/leak.h"

LEAK_TEST(buf, begins_empty_without_memory)
{
	struct buf a = BUF_INIT, b;

	buf_init(&b);
	cr_assert_str_eq(a.data, "");
	cr_assert_eq(b.cap, 0u);
	buf_clear(&a);
	buf_trim(&a);
	buf_truncate(&a, 0);
	buf_add(&a, NULL, 0);
	buf_splice(&a, 0, 0, NULL, 0);
	cr_assert_eq(a.cap, 0u);
	buf_release(&a);
	buf_release(&b);
}

LEAK_TEST(buf, grows_and_stays_terminated)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < 1000; i++)
		buf_addc(&b, (char)('a' + i % 26));
	cr_assert_eq(b.len, 1000u);
	cr_assert_eq(b.data[1000], '\0');
	cr_assert_eq(b.data[999], 'a' + 999 % 26);
	buf_clear(&b);
	cr_assert_str_eq(b.data, "");
	cr_assert_geq(b.cap, 1000u);
	buf_release(&b);
}

LEAK_TEST(buf, holds_zero_bytes)
{
	struct buf b = BUF_INIT;

	buf_add(&b, "a\0b", 3);
	cr_assert_eq(b.len, 3u);
	cr_assert_eq(b.data[2], 'b');
	buf_release(&b);
}

LEAK_TEST(buf, formats)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%d %s", 12, "loaves");
	buf_addn(&b, '.', 3);
	buf_addn(&b, '.', 0);
	cr_assert_str_eq(b.data, "12 loaves...");
	buf_release(&b);
}

LEAK_TEST(buf, adds_itself)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "abc");
	buf_addbuf(&b, &b);
	buf_addbuf(&b, &b);
	cr_assert_str_eq(b.data, "abcabcabcabc");
	buf_release(&b);
}

LEAK_TEST(buf, splices)
{
	struct buf b = BUF_INIT;

	buf_splice(&b, 0, 0, "rye loaf", 8);
	buf_splice(&b, 4, 4, "bread, fresh", 12);
	cr_assert_str_eq(b.data, "rye bread, fresh");
	buf_splice(&b, 9, 7, NULL, 0);
	cr_assert_str_eq(b.data, "rye bread");
	buf_splice(&b, 0, 0, "a ", 2);
	buf_splice(&b, b.len, 0, "!", 1);
	cr_assert_str_eq(b.data, "a rye bread!");
	buf_truncate(&b, 5);
	cr_assert_str_eq(b.data, "a rye");
	buf_release(&b);
}

LEAK_TEST(buf, trims)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, " \t x y \n");
	buf_trim(&b);
	cr_assert_str_eq(b.data, "x y");
	buf_clear(&b);
	buf_adds(&b, "   ");
	buf_trim(&b);
	cr_assert_str_eq(b.data, "");
	buf_release(&b);
}

LEAK_TEST(buf, detach_leaves_a_usable_buf)
{
	struct buf b = BUF_INIT;
	char *s = buf_detach(&b);

	cr_assert_str_eq(s, "");
	free(s);
	buf_adds(&b, "x");
	s = buf_detach(&b);
	cr_assert_str_eq(s, "x");
	cr_assert_eq(b.len, 0u);
	buf_adds(&b, "y");
	cr_assert_str_eq(b.data, "y");
	buf_release(&b);
	free(s);
}

Test(buf, truncate_cannot_lengthen, .signal = SIGABRT)
{
	struct buf b = BUF_INIT;

	buf_truncate(&b, 1);
}

Test(buf, splice_stays_inside, .signal = SIGABRT)
{
	struct buf b = BUF_INIT;

	buf_splice(&b, 0, 1, NULL, 0);
}

Test(buf, absurd_size, .signal = SIGABRT)
{
	struct buf b = BUF_INIT;

	buf_reserve(&b, SIZE_MAX / 2);
}
