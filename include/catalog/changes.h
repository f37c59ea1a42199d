/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what became of a relation between two snapshots, for those who show it.
 */
#ifndef CATALOG_CHANGES_H
#define CATALOG_CHANGES_H

#include <stdbool.h>

#include "base/buf.h"
#include "catalog/catalog.h"

/* Are its columns, their names, types and rights, its key or what may be done with it not as they were? */
bool relation_changed(const struct relation *was, const struct relation *now);
/* In words: "b is gone, a is called z, c is bigint now, d is new"; "" if nothing of it is worth a word.  Columns are
 * followed by their number, so a renamed one is no new one; another relation of the name is said to be one. */
void relation_change_words(struct buf *out, const struct relation *was,
			   const struct relation *now);

#endif
