/* SPDX-License-Identifier: MIT */
/*
 * value.h - values of the database as people read and type them.
 *
 * Values are the texts that the server sent; a *kind* is what they are, a *format* how a screen wants
 * them shown.  Everything shown goes through utf8_sanitize: what comes out is fit for a cell.
 * What a format cannot make sense of ("infinity" as an age, NaN as bytes) is shown as it is.
 *
 * Digits are grouped by U+2009 (thin space), by a blank where the locale is not UTF-8.
 */
#ifndef DOMAIN_VALUE_H
#define DOMAIN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "domain/screendef.h"

struct column;

enum value_kind {
	VALUE_TEXT, VALUE_NUMBER, VALUE_MONEY, VALUE_BOOL,
	VALUE_TIMESTAMP, VALUE_DATE, VALUE_TIME, VALUE_INTERVAL,
	VALUE_UUID, VALUE_JSON, VALUE_BYTEA, VALUE_ARRAY, VALUE_RANGE, VALUE_ENUM, VALUE_COMPOSITE,
	VALUE_NAME, /* of something in the database */
	VALUE_OTHER,
};

/* type: pg_type.oid; category: typcategory; type_kind: typtype (0 if not known). */
enum value_kind value_kind(uint32_t type, char category, char type_kind);
/* Domains followed. */
enum value_kind value_kind_of(const struct column *column);
/* "number", "json" …: for messages and describe. */
const char *value_kind_name(enum value_kind kind);
/* Equal texts and equal values are the same thing, as far as a client can know. */
bool value_equal_as_text(const struct column *column);

enum value_format {
	FORMAT_AUTO,     /* as the kind wants it */
	FORMAT_TEXT,     /* as it is */
	FORMAT_NUMBER,   /* 12 431.50 */
	FORMAT_MONEY,    /* 1 234.50: two digits after the point at least */
	FORMAT_PERCENT,  /* 12.5 → 12.5 % */
	FORMAT_BYTES,    /* 8192 → 8.0 kB */
	FORMAT_DURATION, /* seconds or an interval → 4 m 12 s */
	FORMAT_AGE,      /* a timestamp or date → 12 s ago */
	FORMAT_YESNO,
	FORMAT_JSON,     /* compact if it fits, else {2 keys} */
	FORMAT_RELATION, /* "schema.name" → name */
};

/* The names in screen files: auto text number money percent bytes duration age yesno json relation. */
bool value_format_find(const char *name, enum value_format *format);
/* NULL-terminated, for completion and "did you mean". */
extern const char *const value_format_names[];

enum align value_align(enum value_kind kind, enum value_format format);

struct value_view {
	enum value_kind kind;
	enum value_format format;
	int width;      /* columns there are; 0: as many as it takes */
	bool cut;       /* only the beginning of the value was fetched: the end shows it */
	int64_t now_us; /* the server's time, for ages */
};

/* Append the value in one line.  It may be longer than width: who draws it cuts it with "…".  NULL
 * appends nothing: the screen says what stands for it. */
void value_show(struct buf *out, const struct value_view *view, const char *text, size_t len);

/* JSON in width columns (0: any): as it is written, without the blanks between its parts, if that fits, else
 * "{2 keys}", "[3 items]"; what is not JSON, or only its beginning, as it is. */
void value_json_short(struct buf *out, const char *text, size_t len, int width);
/* Digit groups: "-1234567.891" → "-1 234 567.891".  What is no plain number stays as it is. */
void value_group_digits(struct buf *out, const char *text, size_t len);
/* "8192" bytes as "8.0 kB". */
void value_bytes(struct buf *out, double bytes);

/*
 * What a person typed, as the server reads it: digit groups taken out of numbers (blanks, thin and
 * non-breaking spaces, and '_' between digits), yes/no/on/off/1/0 as true/false; anything else, and all
 * other kinds, unchanged.  The server has the last word.
 */
void value_unformat(struct buf *out, enum value_kind kind, const char *typed);

/* A column's default (pg_get_expr) for people: casts left out, and a plain text without its quotes:
 * "'draft'::character varying" is draft, "(-1)::numeric" is -1, "now()" is now(). */
void value_default_text(struct buf *out, const char *expr);

/* The style of the first rule that fits, NULL if none does.  NULL fits no rule. */
const char *value_style(const struct style_rule *rules, size_t n, const char *text);

#endif
