/* SPDX-License-Identifier: MIT */
/*
 * output.h - tables on stdout: as aligned text, CSV (RFC 4180) or one JSON array of flat objects.
 *
 * Rows stream: memory does not grow with their number.  The text form takes its widths from the first
 * rows; texts are made safe there (utf8_sanitize), never in CSV and JSON, which carry the data as it is.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"
#include "command/command.h"

struct output;

/* format: "table" "csv" "json"; NULL: table. */
struct output *output_new(FILE *file, const char *format, struct err *err) MUST_CHECK;
void output_free(struct output **o);
void output_begin(struct output *o, const char *title, const struct table_column *columns, size_t n);
void output_row(struct output *o, const char *const *cells);
void output_end(struct output *o);
/* No more rows come, but these are not all: nothing says that they were (JSON stays open). */
void output_break(struct output *o);
/* As it is. */
void output_text(struct output *o, const char *text, size_t len);
/* errno of the first write that failed (full disk, closed pipe), or 0. */
int output_error(const struct output *o);

#endif
