/* SPDX-License-Identifier: MIT */
/*
 * import_source.h - the records of a file that is imported, CSV or JSON lines, read on a thread in
 * pieces of constant size.
 *
 * A record that cannot be read is a record too: why says what is wrong and where, raw holds what
 * could be kept of it.
 */
#ifndef IMPORT_SOURCE_H
#define IMPORT_SOURCE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/json.h"
#include "base/loop.h"
#include "domain/csv.h"

enum {
	IMPORT_RECORD_MAX = 16 << 20, /* bytes of one record */
};

struct import_source;

/* delimiter: of CSV; '\0': JSON lines. */
struct import_source *import_source_open(struct loop *loop, const char *path, char delimiter,
					 struct err *err) MUST_CHECK;
void import_source_free(struct import_source **s);
/* Before the first read: go on behind a record of an earlier run. */
void import_source_begin_at(struct import_source *s, uint64_t offset, uint64_t line);
uint64_t import_source_size(const struct import_source *s);
int64_t import_source_changed_us(const struct import_source *s); /* when the file was written */

/* As csv_next; after CSV_MORE nothing comes before import_source_more has told its fn (not called any
 * more once the source is freed). */
enum csv_what import_source_next(struct import_source *s);
typedef void import_more_fn(void *ctx, const struct err *err);
void import_source_more(struct import_source *s, import_more_fn *fn, void *ctx);

/* Of the last record, until the next one is asked for. */
struct import_record {
	const struct csv *csv;    /* its cells; NULL: JSON */
	const struct json *object;
	const char *raw;
	size_t raw_len;
	uint64_t line;            /* where it begins */
	uint64_t offset, next_line; /* what follows it */
	const char *why;          /* NULL: it is fine */
	uint64_t why_line, why_column; /* column 0: not known */
};
const struct import_record *import_source_record(const struct import_source *s);

#endif
