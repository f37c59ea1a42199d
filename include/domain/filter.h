/* SPDX-License-Identifier: MIT */
/*
 * filter.h - the language of :filter, and what it becomes: quoted identifiers and parameters.
 *
 *	status = active                  also status=active; several side by side are joined by `and`
 *	price >= 5 and not (brand = Acme or brand is null)
 *	price = 5..10                    a range, both ends inside; ..10 and 5.. are open
 *	price between 5 and 10           the same
 *	sku in (AB-1, AB-2)              not in (…)
 *	name ~ rye                       contains, ignoring case; !~ does not
 *	name ~ /^rye +[0-9]/             matches the regular expression; /…/i ignores case
 *	sku = AB*                        begins with (this case; served by an index where one can)
 *	name like 'R%e'                  also ilike, not like
 *	brand is null    brand is not null
 *	is_digital       not is_digital  a boolean column by itself
 *	created_at = today               yesterday, tomorrow, 2026, 2026-10, 2026-10-02, '2026-10-02 11:30':
 *	                                 the whole year, month, day, minute
 *	created_at > -2h                 now and durations from now: -90s -5m -2h -3d -1w -6mo -1y, +1d
 *	metadata.color = red             inside json, any depth, or in a list there; metadata.weight > 2 compares
 *	                                 numbers
 *	tags = bread                     an array that holds it; tags in (a, b): one of them
 *	valid = 2026-10-02               a range that holds it
 *
 * Words are separated by blanks.  'quoted text' may hold anything ('' is a quote), {1,2} and [1,5) end with
 * their bracket; "Quoted Name" is a column's name; and, or, not, in, is, null, between, like are not
 * case-sensitive.  A quoted value is never a date word, a range or a pattern.
 *
 * A comparison with NULL does not hold, and != and not are the opposite: they hold there.
 *
 * Errors are ERR_USAGE and name the place: "character 12: …".
 */
#ifndef DOMAIN_FILTER_H
#define DOMAIN_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/params.h"
#include "db/sql.h"

struct filter;

struct filter *filter_parse(const char *text, struct err *err) MUST_CHECK;
void filter_free(struct filter **f);

/* A column as far as it is known; a filter over unknown types still works, without dates and arrays. */
struct filter_column {
	const char *name;
	uint32_t type;         /* pg_type oid, domains followed; 0: unknown */
	char category;         /* typcategory; 0: unknown */
	const char *cast;      /* for parameters; NULL: none */
	const char *operators; /* the schema of the type's comparisons; NULL: as in page.h */
	bool unordered;        /* nothing is less; without operators it is compared as text */
	bool icase;            /* its own patterns and beginnings look at no case: citext */
	bool domain;           /* its values are judged by the base type */
	bool odd_collation;    /* its own, not C: may be one that LIKE refuses */
	bool gin;              /* a GIN index serves @> (arrays, jsonb) */
	enum { PREFIX_SLOW, PREFIX_RANGE, PREFIX_PATTERN } prefix; /* "begins with": by any index in its bytewise
	                        * order, by one with text_pattern_ops, or by none */
	bool indexed;          /* … and there is such an index */
	const char *const *choices; /* what an enum may be, NULL-terminated; NULL: anything */
};
/* False with err (naming the nearest) if there is no such column; out's texts are borrowed until compile returns. */
typedef bool filter_column_fn(void *ctx, const char *name, struct filter_column *out, struct err *err);

/* Append a condition over q.… (page.h's filter_sql: $1… within the filter). */
bool filter_compile(const struct filter *f, const struct sqlset *set, filter_column_fn *column,
		    void *ctx, struct buf *sql, struct params *params, struct err *err) MUST_CHECK;

/* Does it say "or" at its top?  Beside others it needs parentheses then. */
bool filter_is_either(const struct filter *f);
/* The names of the columns it speaks of, in order of appearance (with repeats); NULL-terminated, borrowed. */
const char *const *filter_names(const struct filter *f);

/* Append "it begins with this": a range where its order is bytewise (ranges in other collations lose or add
 * rows), else the operator ^@, which no index serves. */
void filter_begins(struct buf *sql, struct params *params, const struct sqlset *set,
		   const struct filter_column *column, const char *prefix);
/* Append "it contains this, ignoring case". */
void filter_contains(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct filter_column *column, const char *text);

/* The filter "this column is (not) this value" as a person would write it. value NULL: SQL NULL. */
void filter_cell(struct buf *out, const char *column, const char *value, bool is_not);

#endif
