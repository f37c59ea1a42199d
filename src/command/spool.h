/* SPDX-License-Identifier: MIT */
/*
 * spool.h - rows kept in a file, so that their query may end: nobody's scrolling holds a snapshot open.
 *
 * The file (mode 0600, in the state folder) has no name from its beginning on and goes with the process.
 * It is bounded in rows and bytes.  Reading and writing go to the page cache of a file that was just written; memory is
 * 8 bytes for every 16 rows, the row that is being added, and what a reader wants of the cells: never a long one whole.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/longtext.h"

struct spool;

struct spool *spool_new(uint64_t max_rows, uint64_t max_bytes, struct err *err) MUST_CHECK;
void spool_free(struct spool **s);
/* False with err ERR_NONE: it is full; else the disk failed. */
bool spool_add(struct spool *s, const char *const *cells, const size_t *lens, size_t n, struct err *err)
	MUST_CHECK;
uint64_t spool_rows(const struct spool *s);
uint64_t spool_bytes(const struct spool *s);
size_t spool_columns(const struct spool *s); /* of the rows; 0 before the first */

/* Rows [first, first + n) as texts in an arena: cells gets n * columns of them (NULL: SQL NULL), each with its first
 * most[column] bytes at most (0: all). */
struct spool_page {
	struct arena *arena;
	const size_t *most;
	const char **cells;
	size_t *lens;
};
bool spool_read(struct spool *s, uint64_t first, size_t n, const struct spool_page *page, struct err *err) MUST_CHECK;
/* One cell whole, in pieces: appended to `to`, which is made (*to NULL: it is SQL NULL). */
bool spool_cell(struct spool *s, uint64_t row, size_t column, struct longtext **to, struct err *err) MUST_CHECK;

#endif
