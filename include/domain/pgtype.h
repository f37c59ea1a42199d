/* SPDX-License-Identifier: MIT */
/*
 * pgtype.h - the types that every PostgreSQL has, by their fixed numbers: enough to show the first
 * page of anything before the catalog has been read.  Other types (enums, domains, extensions) are asked for.
 */
#ifndef DOMAIN_PGTYPE_H
#define DOMAIN_PGTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pgtype {
	uint32_t oid, array; /* array: of the array type over it */
	char category;       /* pg_type.typcategory */
	const char *name;    /* format_type() without a modifier; a cast to it cuts nothing */
};

/* Of the type, or of the element of an array type (*is_array tells); NULL if it is not a built-in one. */
const struct pgtype *pgtype_find(uint32_t oid, bool *is_array);

/* Oids that code asks for by name. */
enum {
	PGTYPE_BOOL = 16, PGTYPE_BYTEA = 17, PGTYPE_INT8 = 20, PGTYPE_INT2 = 21, PGTYPE_INT4 = 23,
	PGTYPE_TEXT = 25, PGTYPE_JSON = 114, PGTYPE_CIDR = 650, PGTYPE_FLOAT4 = 700, PGTYPE_FLOAT8 = 701,
	PGTYPE_MACADDR8 = 774, PGTYPE_MACADDR = 829, PGTYPE_BPCHAR = 1042,
	PGTYPE_VARCHAR = 1043, PGTYPE_DATE = 1082, PGTYPE_TIMESTAMP = 1114, PGTYPE_TIMESTAMPTZ = 1184,
	PGTYPE_NUMERIC = 1700, PGTYPE_UUID = 2950, PGTYPE_JSONB = 3802,
};

/* Has pg_catalog comparisons under the very name of the type?  Else a bare sign may find another's (equal.h). */
bool pgtype_compares_itself(uint32_t oid);

/* May values of this category be long (so that a page fetches them cut)? */
bool pgtype_long(char category);

/*
 * The name of a type (format_type) without its modifier, as a cast that cannot cut a value: "numeric(12,2)"
 * gives numeric, "character varying(20)[]" character varying[], "character(3)" bpchar, "bit(8)" "bit".
 */
void type_without_modifier(struct buf *out, const char *type);

#endif
