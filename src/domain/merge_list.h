/* SPDX-License-Identifier: MIT */
/*
 * merge_list.h - three-way merge of lists by what was added to and removed from base.
 */
#ifndef DOMAIN_MERGE_LIST_H
#define DOMAIN_MERGE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* One list: element i is known by its text; equal texts are equal elements. */
struct list {
	const char *const *v;
	size_t len;
};

enum list_kind {
	LIST_ADDED, /* both only added: base's elements are all there, in their order */
	LIST_SET,   /* no element twice; elements may go; the order of those that stay is kept */
};

/*
 * Calls emit for each element of the result in order: side 0 base, 1 theirs, 2 mine, and the index
 * there.  What both added in the same place comes as theirs, then mine; what both added alike
 * comes once.  False if the lists cannot be seen so (emit may not have been called).
 */
bool merge_list(const struct list list[3], enum list_kind kind,
		void (*emit)(void *ctx, int side, size_t i), void *ctx);

#endif
