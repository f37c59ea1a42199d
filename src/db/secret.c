/* SPDX-License-Identifier: MIT */
/* Pages of their own, so that they can be kept from swap and from core files. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "db_priv.h"

static void wipe(struct secret *s)
{
	if (!s->text)
		return;
	explicit_bzero(s->text, s->size);
	munmap(s->text, s->size);
	*s = (struct secret){ 0 };
}

void secret_set(struct secret *s, const char *text)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p;

	wipe(s);
	if (!text)
		return;
	s->size = (strlen(text) / page + 1) * page;
	p = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		BUG("no memory for a password");
	/* both may be refused (limits); the password is then as safe as other memory */
	(void)mlock(p, s->size);
#ifdef MADV_DONTDUMP
	(void)madvise(p, s->size, MADV_DONTDUMP);
#endif
	s->text = p;
	memcpy(s->text, text, strlen(text) + 1);
}
