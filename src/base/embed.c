/* SPDX-License-Identifier: MIT */
#include "base/embed.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef MADV_DONTNEED
/* Of one table, the whole pages between its first text and its last. */
static void give_back(const struct embed *table)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = UINTPTR_MAX, to = 0;

	for (; table->path; table++) {
		uintptr_t text = (uintptr_t)table->text;

		from = text < from ? text : from;
		to = text + table->len > to ? text + table->len : to;
	}
	from = (from + page - 1) / page * page;
	to = to / page * page;
	if (from >= to)
		return;
	/* An area of its own, or the system maps whole blocks of it with what is read beside it. */
	(void)madvise((void *)from, to - from, MADV_RANDOM);
	(void)madvise((void *)from, to - from, MADV_DONTNEED);
}
#endif

void embed_give_back(void)
{
#ifdef MADV_DONTNEED
	give_back(embed_sql);
	give_back(embed_screens);
#endif
}

const struct embed *embed_find(const struct embed *table, const char *path)
{
	for (; table->path; table++)
		if (!strcmp(table->path, path))
			return table;
	return NULL;
}
