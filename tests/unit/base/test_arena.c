/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <signal.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "support/leak.h"

LEAK_TEST(arena, aligned_zeroed_and_counted)
{
	struct arena *a = arena_new(), *none = NULL;
	size_t before = arena_bytes(a);

	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(a, size);

		cr_assert_eq((uintptr_t)p % alignof(max_align_t), 0u);
		for (size_t i = 0; i < size; i++)
			cr_assert_eq(p[i], 0);
		memset(p, 0xFF, size);
	}
	cr_assert_gt(arena_bytes(a), before + 300 * 299 / 2);
	cr_assert_lt(arena_bytes(a), 80000u);
	arena_free(&a);
	cr_assert_null(a);
	arena_free(&none);
}

LEAK_TEST(arena, a_big_one_does_not_waste_the_open_block)
{
	struct arena *a = arena_new();
	char *first = arena_alloc(a, 16), *big = arena_alloc(a, 1 << 20);
	char *next = arena_alloc(a, 16);

	memset(big, 1, 1 << 20);
	cr_assert_eq(next, first + 16);
	arena_free(&a);
}

LEAK_TEST(arena, a_big_one_first)
{
	struct arena *a = arena_new();
	char *big = arena_array(a, 1000, 1000);

	memset(big, 1, 1000000);
	memset(arena_alloc(a, 10), 2, 10);
	cr_assert_eq(big[999999], 1);
	arena_free(&a);
}

LEAK_TEST(arena, texts)
{
	struct arena *a = arena_new();
	const char *x = arena_intern(a, "numeric");
	char mine[] = "numeric";

	cr_assert_null(arena_strdup(a, NULL));
	cr_assert_str_eq(arena_strdup(a, "rye"), "rye");
	cr_assert_str_eq(arena_strndup(a, "rye bread", 3), "rye");
	cr_assert_str_eq(arena_printf(a, "%s.%s", "commerce", "carts"), "commerce.carts");
	cr_assert_eq(arena_intern(a, mine), x);
	cr_assert_neq(arena_intern(a, "text"), x);
	arena_free(&a);
}

LEAK_TEST(arena, settled_it_holds_its_texts_and_no_more)
{
	struct arena *a = arena_new();
	const char *x = arena_intern(a, "numeric");
	size_t before;

	arena_intern(a, "text");
	before = arena_bytes(a);
	arena_settle(a);
	cr_assert_lt(arena_bytes(a), before);
	before = arena_bytes(a);
	arena_settle(a);
	cr_assert_eq(arena_bytes(a), before);
	cr_assert_str_eq(x, "numeric");
	cr_assert_str_eq(arena_intern(a, "numeric"), "numeric");
	arena_free(&a);
}

Test(arena, product_that_overflows, .signal = SIGABRT)
{
	arena_array(arena_new(), SIZE_MAX / 2, 4);
}
