/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/leak.h"

static void expect_text(const struct err *e, const char *expected)
{
	char *text = err_text(e);

	cr_assert_str_eq(text, expected);
	free(text);
}

LEAK_TEST(err, text)
{
	struct err e = ERR_INIT;

	expect_text(&e, "no error");
	cr_assert_not(err_set(&e, ERR_FAILED, NULL, "%d rows", 3));
	expect_text(&e, "3 rows");
	cr_assert_not(err_set(&e, ERR_FAILED, "relation t", "no right to read it"));
	memcpy(e.sqlstate, "42501", 6);
	expect_text(&e, "relation t: no right to read it (42501)");
	cr_assert_not(err_within(&e, "products"));
	expect_text(&e, "products: relation t: no right to read it (42501)");
	err_release(&e);
}

LEAK_TEST(err, made_of_its_own_old_text)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_USAGE, "a", "one");
	err_hint(&e, "do %s", "that");
	err_hint(&e, "%s first", e.hint);
	cr_assert_str_eq(e.hint, "do that first");
	err_set(&e, ERR_FAILED, e.what, "%s, two", e.why);
	expect_text(&e, "a: one, two");
	cr_assert_null(e.hint);
	err_release(&e);
}

LEAK_TEST(err, within_nothing_and_errno)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_FAILED, NULL, "x");
	err_within(&e, "f:3");
	expect_text(&e, "f:3: x");
	errno = ENOENT;
	cr_assert_not(err_errno(&e, "file"));
	expect_text(&e, "file: No such file or directory");
	err_release(&e);
}

static void expect_within(const char *whole, const char *at, size_t len, const char *part,
			  long expected, size_t expected_len)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_FAILED, NULL, "x");
	err_place(&e, whole, (size_t)(at - whole), len);
	cr_assert_eq(err_place_within(&e, part), expected >= 0, "%s in %s", part, whole);
	if (expected >= 0) {
		cr_assert_str_eq(e.text, part);
		cr_assert_eq(e.at, (size_t)expected, "%s in %s: %zu", part, whole, e.at);
		cr_assert_eq(e.len, expected_len, "%s in %s: len %zu", part, whole, e.len);
	} else {
		cr_assert_str_eq(e.text, whole);
	}
	err_release(&e);
}

/* A person's text stands in a statement, perhaps more than once; what is missing at its end is
 * found behind it. */
LEAK_TEST(err, place_within_a_part)
{
	const char *s = "SELECT x WHERE (x > y\n) UNION SELECT x WHERE (x > y\n) AND x";

	expect_within(s, strstr(s, "y"), 1, "x > y", 4, 1);
	expect_within(s, strrchr(s, 'y'), 1, "x > y", 4, 1);
	expect_within(s, strchr(s, ')'), 1, "x > y", 5, 0);
	expect_within(s, strchr(s, '('), 1, "x > y", -1, 0);
	expect_within(s, strrchr(s, 'x'), 1, "x > y", -1, 0);
	expect_within(s, strrchr(s, '>'), 30, "x > y", 2, 3);
	expect_within(s, s, 6, "", -1, 0);
	expect_within(s, s + strlen(s), 0, "x", 1, 0);
}

LEAK_TEST(err, move_and_copy)
{
	struct err a = ERR_INIT, b, c = ERR_INIT;

	err_init(&b);
	err_set(&a, ERR_CONFLICT, "w", "y");
	err_hint(&a, "h");
	err_copy(&b, &a);
	err_copy(&b, &b);
	err_move(&c, &a);
	err_move(&c, &c);
	cr_assert_eq(a.kind, ERR_NONE);
	cr_assert_str_eq(b.hint, "h");
	expect_text(&c, "w: y");
	err_clear(&c);
	cr_assert_eq(c.kind, ERR_NONE);
	err_release(&b);
	err_release(&c);
}

LEAK_TEST(err, exit_status)
{
	static const int status[] = {
		[ERR_NONE] = 0, [ERR_USAGE] = 1, [ERR_FAILED] = 1,
		[ERR_CONNECTION] = 2, [ERR_CONFLICT] = 4, [ERR_CANCELLED] = 1,
	};

	for (size_t i = 0; i < sizeof status / sizeof *status; i++) {
		struct err e = { .kind = (enum err_kind)i };

		cr_assert_eq(err_exit_status(&e), status[i]);
	}
}
