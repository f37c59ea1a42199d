/* SPDX-License-Identifier: MIT */
/*
 * memory.h - how much of the memory a test takes at its most.
 *
 *	memory_watch();
 *	…
 *	memory_expect(2 << 20);      no more than two megabytes at any time since
 *
 * Under the address sanitizer what is allocated is counted, by libraries too; else the kernel
 *counts the process's pages, mapped files among them.  Each Criterion test is a process of its
 *own.
 */
#ifndef SUPPORT_MEMORY_H
#define SUPPORT_MEMORY_H

#include <stddef.h>
#include <sys/resource.h>

#include "support/leak.h"

static long memory_now, memory_most;

#ifdef LEAKS_ARE_SEEN
/* gcc brings the functions, but not <sanitizer/allocator_interface.h>. */
int __sanitizer_install_malloc_and_free_hooks(void (*taken)(const volatile void *, size_t),
					      void (*given)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *p);

static void memory_taken(const volatile void *p, size_t n)
{
	long now = __atomic_add_fetch(&memory_now, (long)n, __ATOMIC_RELAXED);

	(void)p;
	if (now > memory_most)
		memory_most = now;
}

static void memory_given(const volatile void *p)
{
	if (p)
		__atomic_sub_fetch(&memory_now, (long)__sanitizer_get_allocated_size(p),
				   __ATOMIC_RELAXED);
}

static inline void memory_watch(void)
{
	memory_now = memory_most = 0;
	cr_assert(__sanitizer_install_malloc_and_free_hooks(memory_taken, memory_given));
}

static inline long memory_taken_most(void)
{
	return memory_most;
}
#else
static inline long memory_peak(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss * 1024;
}

static inline void memory_watch(void)
{
	memory_now = memory_peak();
}

static inline long memory_taken_most(void)
{
	memory_most = memory_peak() - memory_now;
	return memory_most;
}
#endif

#define memory_expect(most)                                                                    \
	do {                                                                                   \
		long took = memory_taken_most();                                               \
		cr_expect_lt(took, (long)(most), "%ld bytes at its most, not %ld", took,       \
			     (long)(most));                                                    \
	} while (0)

#endif
