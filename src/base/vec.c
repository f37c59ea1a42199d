/* SPDX-License-Identifier: MIT */
#include "base/vec.h"

#include <string.h>

#include "base/alloc.h"

#ifdef SOUK_TESTING
enum { FIRST_CAP = 1 };
#else
enum { FIRST_CAP = 8 };
#endif

void *vec_grow(void *v, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return v;
	*cap = *cap ? *cap * 2 : FIRST_CAP;
	return xreallocarray(v, *cap, size);
}

void vec_remove(void *v, size_t *len, size_t i, size_t size)
{
	char *at;

	if (i >= *len)
		BUG("remove element %zu of %zu", i, *len);
	at = (char *)v + i * size;
	memmove(at, at + size, (*len - i - 1) * size);
	--*len;
}
