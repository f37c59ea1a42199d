/* SPDX-License-Identifier: MIT */
/*
 * csv.h - comma-separated values (RFC 4180) read from a stream, record by record, in constant memory.
 *
 * Bytes are fed in pieces of any size; csv_next says what has come of them.  A record that breaks the
 * rules is told with line and character, and reading goes on with the next line (but behind a quote
 * that is not closed within the limit: there it ends).  Lines
 * end with LF or CRLF; empty lines are skipped; a byte order mark at the beginning is, too.
 *
 *	csv_feed(csv, bytes, n);
 *	while ((what = csv_next(csv)) != CSV_MORE) …
 *	csv_feed … and at the end of the file csv_finish(csv), csv_next once more until CSV_END
 */
#ifndef DOMAIN_CSV_H
#define DOMAIN_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv;

enum csv_what {
	CSV_MORE,   /* the record is not whole yet: feed or finish */
	CSV_RECORD, /* csv_cell … hold until the next call */
	CSV_BROKEN, /* csv_why … say what is wrong; the record is skipped */
	CSV_END,
};

/* No record may be longer than limit bytes: a longer one is broken, and is not kept. */
struct csv *csv_new(char delimiter, size_t limit);
void csv_free(struct csv **csv);
/* Go on at a place in the file that csv_offset gave; line is that of its first byte. */
void csv_begin_at(struct csv *csv, uint64_t offset, uint64_t line);

/* data is borrowed until csv_next returned CSV_MORE. */
void csv_feed(struct csv *csv, const char *data, size_t len);
void csv_finish(struct csv *csv);
enum csv_what csv_next(struct csv *csv);

/* Of the last record. */
size_t csv_cells(const struct csv *csv);
/* Terminated; *quoted (may be NULL) tells "" from nothing at all. */
const char *csv_cell(const struct csv *csv, size_t i, bool *quoted);
/* Its bytes as they stand in the file, without the end of the line. */
const char *csv_raw(const struct csv *csv, size_t *len);
uint64_t csv_line(const struct csv *csv);      /* where it begins, from 1 */
/* Where the next record begins. */
uint64_t csv_offset(const struct csv *csv);
uint64_t csv_next_line(const struct csv *csv);

/* Of what is broken: one sentence, and where. */
const char *csv_why(const struct csv *csv);
uint64_t csv_why_line(const struct csv *csv);
uint64_t csv_why_column(const struct csv *csv); /* character in the line, from 1 */

#endif
