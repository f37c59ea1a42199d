/* SPDX-License-Identifier: MIT */
/*
 * import_map.h - which part of a file goes into which column, and how a record finds its row.
 */
#ifndef IMPORT_MAP_H
#define IMPORT_MAP_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/vec.h"
#include "command/session.h"
#include "domain/record.h"

/* Where a name in the file leads. */
enum { MAP_IGNORED = -1, MAP_UNKNOWN = -2 };

struct import_words {
	const char *const *map;  /* "file name=column", an empty column ignores it; NULL-terminated or NULL */
	const char *const *key;  /* columns that find the row; NULL: learned */
};

struct import_map {
	const struct record_plan *plan;
	const struct relation *relation;
	const char *const *words;     /* of import_words, borrowed */
	unsigned char *used;          /* per column of the relation: the file has it */
	unsigned char *written;       /* … and it may be written */
	VEC(int) header;              /* per name of a CSV header: column, or MAP_IGNORED */
	int version;                  /* the guard's column, if the file has it; -1 */
	int tenant;                   /* column that is not in the file and gets the scope's value; -1 */
	const char *tenant_value;
	VEC(int) match;               /* columns that find the row; none: every record is new */
	const char *predicate;        /* of a partial index: what the row must be, too; or NULL */
	const char *match_name;       /* of the key, for people */
	struct buf notes;             /* what is not imported, in words */
};

void import_map_init(struct import_map *m, const struct session *s, const struct record_plan *plan,
		     const char *const *words);
void import_map_release(struct import_map *m);
/* Column of a name in the file; case does not count where it need not. */
int import_map_name(const struct import_map *m, const char *name);
/*
 * The names of the file are known: what is unknown, doubled or missing is an error that names place
 * ("FILE:1") and the column of the header.
 */
bool import_map_names(struct import_map *m, const char *const *names, size_t n, const char *place,
		      const struct import_words *words, struct err *err) MUST_CHECK;

#endif
