/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/leak.h"

LEAK_TEST(alloc, copies)
{
	char *all = xstrdup("rye"), *cut = xstrndup("rye bread", 3), *none = xstrdup_null(NULL);
	char *some = xstrdup_null("x"), *made = xasprintf("%s-%05d", "AB", 18);

	cr_assert_str_eq(all, "rye");
	cr_assert_str_eq(cut, "rye");
	cr_assert_null(none);
	cr_assert_str_eq(some, "x");
	cr_assert_str_eq(made, "AB-00018");
	free(all);
	free(cut);
	free(some);
	free(made);
}

LEAK_TEST(alloc, nothing_is_something)
{
	void *a = xmalloc(0), *b = xcalloc(0, 0), *c = xrealloc(NULL, 0);

	cr_assert(a && b && c);
	c = xreallocarray(c, 3, 0);
	free(a);
	free(b);
	free(c);
}

LEAK_TEST(alloc, zeroed_and_grown)
{
	int *v = xcalloc(4, sizeof *v);

	cr_assert_eq(v[3], 0);
	v[0] = 7;
	v = xreallocarray(v, 400, sizeof *v);
	cr_assert_eq(v[0], 7);
	free(v);
}

Test(alloc, no_memory_ends_with_1, .exit_code = 1)
{
	alloc_fail_after(2);
	free(xmalloc(1));
	free(xmalloc(1));
	_exit(99);
}

Test(alloc, no_memory_for_calloc, .exit_code = 1)
{
	alloc_fail_after(1);
	free(xcalloc(2, 8));
	_exit(99);
}

Test(alloc, no_memory_for_realloc, .exit_code = 1)
{
	alloc_fail_after(1);
	free(xrealloc(NULL, 8));
	_exit(99);
}

Test(alloc, product_that_overflows, .exit_code = 1)
{
	free(xreallocarray(NULL, SIZE_MAX / 2, 4));
	_exit(99);
}

static void hook(void)
{
	_exit(42);
}

Test(alloc, hook_runs_before_the_end, .exit_code = 42)
{
	fatal_hook(hook);
	alloc_fail_after(1);
	free(xmalloc(1));
	_exit(99);
}

static void hook_with_a_bug(void)
{
	BUG("in the hook");
}

Test(alloc, hook_runs_once, .signal = SIGABRT)
{
	fatal_hook(hook_with_a_bug);
	BUG("the first");
}
