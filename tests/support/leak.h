/* SPDX-License-Identifier: MIT */
/*
 * leak.h - LEAK_TEST(suite, name) { … }: a Criterion test that fails, by its name, when its body
 * leaks.  Without a sanitizer it is an ordinary test.  What a plain Test() leaks is found at the
 * end of the program by suite.sh, which cannot tell whose it was.
 */
#ifndef SUPPORT_LEAK_H
#define SUPPORT_LEAK_H

#include <criterion/criterion.h>

#if defined(__SANITIZE_ADDRESS__)
#define LEAKS_ARE_SEEN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_SEEN 1
#endif
#endif

#ifdef LEAKS_ARE_SEEN
#include <sanitizer/lsan_interface.h>
#define leaks() __lsan_do_recoverable_leak_check()
#else
#define leaks() 0
#endif

/* The body is a function of its own, so that its pointers are gone from the stack. */
#define LEAK_TEST(suite, name)                                                \
	static void suite##_##name##_body(void);                              \
	Test(suite, name)                                                     \
	{                                                                     \
		suite##_##name##_body();                                      \
		cr_assert(leaks() == 0, #suite "." #name " leaks");           \
	}                                                                     \
	static void __attribute__((noinline)) suite##_##name##_body(void)

#endif
