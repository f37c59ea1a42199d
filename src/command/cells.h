/* SPDX-License-Identifier: MIT */
/*
 * cells.h - the values of a page of many columns, packed.
 *
 * libpq keeps 16 bytes for each cell, whether it has a value or not: a megabyte for a page of 1,600 columns, of which
 * most are NULL mostly.  Here a cell is a bit, and one that has a value 4 bytes and its text.
 */
#ifndef COMMAND_CELLS_H
#define COMMAND_CELLS_H

#include <stddef.h>

#include "db/reply.h"

struct cells;

/* A copy: rows may go.  NULL: it is none of many cells, or of more than 4 GiB, and as well kept as it is. */
struct cells *cells_pack(const struct reply *rows);
void cells_free(struct cells **c);
/* NULL for what is NULL; len without the NUL behind it; valid until cells_free.  BUG() where no such cell is. */
const char *cells_text(const struct cells *c, size_t row, size_t col, size_t *len);
size_t cells_bytes(const struct cells *c);

#endif
