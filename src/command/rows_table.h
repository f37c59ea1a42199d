/* SPDX-License-Identifier: MIT */
/*
 * rows_table.h - the columns of a rowset that lists and exports show.
 */
#ifndef ROWS_TABLE_H
#define ROWS_TABLE_H

#include <stdint.h>

#include "command/command.h"
#include "command/rowset.h"

struct rows_table {
	size_t *cols;                   /* of the rowset */
	struct table_column *columns;
	const char **cells;
	size_t n;
	char *relation;                 /* for INSERTs: its quoted name */
	bool overriding;                /* … an identity column that is always generated is among them */
};

/* How JSON writes a type (enum of struct table_column): whole numbers that fit a double and floats bare; bigint and
 * numeric stay texts. */
int table_cell(uint32_t type);

/* The columns must be known. inserts: only those of the screen's relation that can be written and are not
 * masked. */
bool rows_table_init(struct rows_table *t, const struct rowset *r, bool inserts, struct err *err) MUST_CHECK;
void rows_table_release(struct rows_table *t);
/* The cells of these columns; borrowed until the next call. */
const char *const *rows_table_cells(struct rows_table *t, const char *const *cells);

#endif
