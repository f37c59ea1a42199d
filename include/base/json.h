/* SPDX-License-Identifier: MIT */
/*
 * json.h - JSON read, changed and written; the only face of jansson.
 *
 * Numbers keep their source text (12.50 stays 12.50, 40 digits stay 40): internally they are
 * tagged texts, jansson never sees them as double.  Objects keep the order of their keys.
 * A duplicate key: the last one wins (as jsonb).  Depth is limited to 512.
 *
 * Ownership: json_new_x/parse return a reference that the caller frees with json_free;
 * json_set/json_append take the value's reference; json_get/json_at borrow.
 * (No function here may have a name that jansson exports, such as json_copy or json_equal.)
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

struct json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json *json_parse(const char *text, size_t len, struct err *err) MUST_CHECK;
void json_free(struct json **j);
struct json *json_dup(const struct json *j); /* deep */

struct json *json_new_null(void);
struct json *json_new_bool(bool b);
struct json *json_new_int(int64_t n);
struct json *json_new_number(const char *text); /* must be a JSON number; BUG() else */
struct json *json_new_string(const char *s, size_t len);
struct json *json_new_text(const char *s); /* NULL → JSON null */
/* The same for what is to be read again: a text that is no UTF-8 becomes {"bytes": "\\x636166e9"}. */
struct json *json_new_exact(const char *s);
/* … read: a string's text, or these bytes; the caller's.  NULL: neither. */
char *json_exact(const struct json *j);
struct json *json_new_array(void);
struct json *json_new_object(void);

enum json_type json_type(const struct json *j);
bool json_bool(const struct json *j);
/* The source text of a number, the bytes of a string (terminated). */
const char *json_text(const struct json *j);
size_t json_len(const struct json *j); /* bytes of a string, members of an array or object */
struct json *json_at(const struct json *j, size_t i);
struct json *json_get(const struct json *j, const char *key);
/* for (void *it = NULL; json_next(o, &it, &key, &value);) */
bool json_next(const struct json *j, void **it, const char **key, struct json **value);
void json_set(struct json *j, const char *key, struct json *owned);
void json_append(struct json *j, struct json *owned);
void json_remove(struct json *j, const char *key);
/* As jsonb compares: 1.0 equals 1.00, order of keys does not matter. */
bool json_same(const struct json *a, const struct json *b);
/* The same, but a number is its text: 1.0 is not 1.00. */
bool json_identical(const struct json *a, const struct json *b);

enum { JSON_COMPACT = 0, JSON_PRETTY = 1 };
void json_write(struct buf *out, const struct json *j, int flags);
/* A quoted, escaped JSON string of any bytes (invalid UTF-8 as U+FFFD). */
void json_write_string(struct buf *out, const char *s, size_t len);
/* The same, but no byte is lost: invalid UTF-8 as \uDC80 to \uDCFF, as Python's surrogateescape reads it. */
void json_write_bytes(struct buf *out, const char *s, size_t len);

#endif
