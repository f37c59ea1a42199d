/* SPDX-License-Identifier: MIT */
#include "base/longtext.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "support/leak.h"
#include "support/memory.h"

static struct longtext *fill(const char *unit, size_t times)
{
	struct longtext *t = longtext_new();
	struct err err = ERR_INIT;

	for (size_t i = 0; i < times; i++)
		cr_assert(longtext_add(t, unit, strlen(unit), &err), "%s", err.why);
	return t;
}

LEAK_TEST(longtext, short_or_long_it_is_what_was_added)
{
	static const size_t times[] = { 0, 1, 10, 25000, 37450, 37451, 120000 };

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct longtext *t = fill("seven, ", times[i]);
		struct err err = ERR_INIT;
		const char *s = longtext_data(t, &err);

		cr_assert_not_null(s, "%s", err.why);
		cr_assert_eq(longtext_len(t), 7 * times[i]);
		cr_assert_eq(strlen(s), 7 * times[i]);
		for (size_t k = 0; k < times[i]; k++)
			cr_assert(memcmp(s + 7 * k, "seven, ", 7) == 0);
		longtext_let_go(t);
		cr_assert(times[i] == 0 || strncmp(s, "seven, ", 7) == 0);
		cr_assert(longtext_add(t, "!", 1, &err)); /* also after it was looked at */
		s = longtext_data(t, &err);
		cr_assert_eq(s[7 * times[i]], '!');
		cr_assert_eq(s[7 * times[i] + 1], '\0');
		longtext_free(&t);
	}
}

LEAK_TEST(longtext, its_file_holds_it)
{
	static const size_t times[] = { 1, 60000 };

	for (size_t i = 0; i < 2; i++) {
		struct longtext *t = fill("seven, ", times[i]);
		struct err err = ERR_INIT;
		char *back = malloc(7 * times[i] + 10);
		size_t got = 0;
		ssize_t n;

		cr_assert_not_null(longtext_data(t, &err));
		int fd = longtext_file(t, &err);
		cr_assert_geq(fd, 0, "%s", err.why);
		while ((n = read(fd, back + got, 7 * times[i] + 10 - got)) > 0)
			got += (size_t)n;
		cr_assert_eq(got, 7 * times[i]);
		cr_assert(memcmp(back, "seven, ", 7) == 0 &&
			  memcmp(back + got - 7, "seven, ", 7) == 0);
		free(back);
		longtext_free(&t);
	}
}

/* No character and no line is broken that need not be. */
LEAK_TEST(longtext, pieces_are_whole)
{
	static const char *const units[] = { "a line\n", "日本語", "é ", "x" };

	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct longtext *t = fill(units[i], 100000), *safe = longtext_new();
		struct err err = ERR_INIT;
		const char *s = longtext_data(t, &err);
		size_t len = longtext_len(t), n = longtext_piece(s, len);

		cr_assert(n > LONGTEXT_PIECE / 2 && n <= LONGTEXT_PIECE);
		cr_assert(i != 0 || n % 7 == 0);
		cr_assert_neq(s[n] & 0xC0, 0x80);
		cr_assert(longtext_sanitize(safe, s, len, &err));
		cr_assert_eq(longtext_len(safe), len);
		cr_assert(memcmp(longtext_data(safe, &err), s, len) == 0);
		longtext_free(&safe);
		longtext_free(&t);
	}
}

Test(longtext, takes_a_bounded_part_of_the_memory)
{
	struct longtext *t;
	struct err err = ERR_INIT;

	memory_watch();
	t = fill("0123456789abcdef", 2 << 20); /* 32 MB */
	const char *s = longtext_data(t, &err);
	size_t sum = 0;
	cr_assert_not_null(s, "%s", err.why);
	for (size_t i = 0; i < longtext_len(t); i++) {
		sum += s[i] == 'f';
		if (i % (1 << 20) == 0)
			longtext_let_go(t);
	}
	cr_expect_eq(sum, 2 << 20);
	memory_expect(4 << 20);
	longtext_free(&t);
}
