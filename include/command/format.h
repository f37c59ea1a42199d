/* SPDX-License-Identifier: MIT */
/*
 * format.h - rows as text: an aligned table, CSV (RFC 4180), tab-separated, JSON, JSON lines or INSERT statements.
 *
 * Rows stream: memory does not grow with their number.  The table takes its widths from the first rows and
 * makes texts safe (utf8_sanitize); the other formats carry the data as it is.  CSV writes NULL as nothing and
 * the empty text as ""; tab-separated has blanks for the tabs and line ends inside of values.  JSON is one array
 * of flat objects (jsonl: one object a line); numbers are written bare, texts and what JSON has no word for (NaN)
 * quoted, bytes that are no UTF-8 as json_write_bytes has them.
 */
#ifndef COMMAND_FORMAT_H
#define COMMAND_FORMAT_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "command/command.h"
#include "db/sql.h"

struct format;

/* What comes out, in the order of coming. */
typedef void format_write_fn(void *ctx, const char *data, size_t len);

/* NULL-terminated: table csv tsv json jsonl sql. */
extern const char *const format_names[];

/* name NULL: table. */
struct format *format_new(const char *name, format_write_fn *write, void *ctx, struct err *err) MUST_CHECK;
void format_free(struct format **f);
/* For sql: the relation that the INSERTs name ("commerce.catalog_products", quoted where need be); other
 * formats do not look at it.  overriding: an identity column that is always generated is among the columns. */
void format_relation(struct format *f, const struct sqlset *set, const char *relation, bool overriding);
void format_begin(struct format *f, const struct table_column *columns, size_t n);
void format_row(struct format *f, const char *const *cells);
void format_end(struct format *f);
/* Instead of that, where the rows broke off: what is held comes out, and nothing that says these were all. */
void format_break(struct format *f);

#endif
