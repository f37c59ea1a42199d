/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/leak.h"

LEAK_TEST(map, empty)
{
	struct map *m = map_new(NULL), *none = NULL;
	size_t it = 0;

	cr_assert_eq(map_len(m), 0u);
	cr_assert_null(map_get(m, "x"));
	cr_assert_not(map_has(m, "x"));
	cr_assert_not(map_remove(m, "x"));
	cr_assert_not(map_next(m, &it, NULL, NULL));
	map_free(&m);
	cr_assert_null(m);
	map_free(&none);
}

LEAK_TEST(map, many_in_order_of_insertion)
{
	struct map *m = map_new(free);
	const char *key;
	char text[32];
	void *value;
	int expected = 0;

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "key %d", i);
		map_set(m, text, xasprintf("%d", i));
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "key %d", i);
		if (i % 3)
			cr_assert(map_remove(m, text));
		else
			cr_assert_eq(strtol(map_get(m, text), NULL, 10), i);
	}
	cr_assert_eq(map_len(m), 334u);
	for (size_t it = 0; map_next(m, &it, &key, &value); expected += 3)
		cr_assert_eq(strtol(value, NULL, 10), expected);
	cr_assert_eq(expected, 1002);
	map_free(&m);
}

LEAK_TEST(map, a_removed_key_comes_back_at_the_end)
{
	struct map *m = map_new(NULL);
	const char *order[3], *key;
	int n = 0, x;

	map_set(m, "a", &x);
	map_set(m, "b", &x);
	map_set(m, "c", &x);
	map_remove(m, "a");
	map_set(m, "a", &x);
	for (size_t it = 0; map_next(m, &it, &key, NULL);)
		order[n++] = key;
	cr_assert_eq(n, 3);
	cr_assert_str_eq(order[0], "b");
	cr_assert_str_eq(order[2], "a");
	map_free(&m);
}

LEAK_TEST(map, set_again_frees_the_old_value_once)
{
	struct map *m = map_new(free);
	char *same = xstrdup("same");

	map_set(m, "k", xstrdup("old"));
	map_set(m, "k", same);
	map_set(m, "k", same);
	cr_assert_str_eq(map_get(m, "k"), "same");
	cr_assert_eq(map_len(m), 1u);
	map_clear(m);
	cr_assert_eq(map_len(m), 0u);
	map_set(m, "k", xstrdup("again"));
	cr_assert_str_eq(map_get(m, "k"), "again");
	map_free(&m);
}

LEAK_TEST(map, null_values_are_there)
{
	struct map *m = map_new(NULL);

	map_set(m, "k", NULL);
	cr_assert(map_has(m, "k"));
	cr_assert_null(map_get(m, "k"));
	map_free(&m);
}

LEAK_TEST(map, coming_and_going_does_not_grow_for_ever)
{
	struct map *m = map_new(NULL);
	char text[32];

	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "%d", i);
		map_set(m, text, m);
		cr_assert(map_remove(m, text));
	}
	cr_assert_eq(map_len(m), 0u);
	cr_assert_not(map_has(m, "19999"));
	map_free(&m);
}

LEAK_TEST(map, borrowed_keys_are_not_copied)
{
	struct map *m = map_new_borrowing();
	char rye[] = "rye", spelt[] = "spelt";
	const char *key;
	size_t it = 0;

	map_set(m, rye, spelt);
	map_set(m, spelt, rye);
	map_set(m, "rye", rye);
	cr_assert_eq(map_get(m, "rye"), rye);
	cr_assert(map_next(m, &it, &key, NULL));
	cr_assert_eq(key, rye);
	cr_assert(map_remove(m, "rye"));
	cr_assert_eq(map_len(m), 1u);
	map_free(&m);
}
