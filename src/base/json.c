/* SPDX-License-Identifier: MIT */
/*
 * A struct json is a json_t in which every string value begins with a tag that says what it is:
 * 's' a string, 'n' the source text of a number.  The tags are put in before jansson parses
 * and are never seen outside.  Keys have none.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jansson's type names are the ones that json.h uses too: let them stand beside each other. */
#define json_type    jansson_type
#define JSON_OBJECT  JANSSON_OBJECT
#define JSON_ARRAY   JANSSON_ARRAY
#define JSON_STRING  JANSSON_STRING
#define JSON_NULL    JANSSON_NULL
#define JSON_COMPACT JANSSON_COMPACT
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL
#undef JSON_COMPACT

#include "base/alloc.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/utf8.h"

enum { TAG_STRING = 's', TAG_NUMBER = 'n', MAX_DEPTH = 512 };

static json_t *inner(const struct json *j)
{
	return (json_t *)(uintptr_t)j;
}

static struct json *outer(json_t *t)
{
	if (!t)
		BUG("jansson refused to make a value");
	return (struct json *)t;
}

/* Bytes of the JSON number at the start of s; 0: none. */
static size_t number_len(const char *s, size_t len)
{
	size_t i = 0, start;

	if (i < len && s[i] == '-')
		i++;
	start = i;
	while (i < len && isdigit((unsigned char)s[i]))
		i++;
	if (i == start || (s[start] == '0' && i > start + 1))
		return 0;
	if (i + 1 < len && s[i] == '.' && isdigit((unsigned char)s[i + 1]))
		for (i++; i < len && isdigit((unsigned char)s[i]);)
			i++;
	if (i < len && (s[i] == 'e' || s[i] == 'E')) {
		size_t e = i + 1;

		if (e < len && (s[e] == '+' || s[e] == '-'))
			e++;
		if (e < len && isdigit((unsigned char)s[e]))
			for (i = e; i < len && isdigit((unsigned char)s[i]);)
				i++;
	}
	return i;
}

/* Bytes of the string token at s (which begins with a quote), as far as it goes. */
static size_t string_len(const char *s, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '"')
			return i + 1;
	}
	return len;
}

static bool is_key(const char *after, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", after[i]) && after[i])
		i++;
	return i < len && after[i] == ':';
}

/*
 * Put the tags in.  Stops when more than stop bytes are written and returns how far it came in
 * s: that is how a position in the tagged text is found again in the source.
 */
static size_t tag(struct buf *out, const char *s, size_t len, size_t stop)
{
	size_t i = 0, n, number;

	while (i < len && out->len < stop) {
		number = number_len(s + i, len - i);
		if (s[i] == '"') {
			n = string_len(s + i, len - i);
			buf_addc(out, '"');
			if (!is_key(s + i + n, len - i - n))
				buf_addc(out, TAG_STRING);
			buf_add(out, s + i + 1, n - 1);
		} else if (number && !is_key(s + i + number, len - i - number)) {
			n = number;
			buf_addf(out, "\"%c", TAG_NUMBER);
			buf_add(out, s + i, n);
			buf_addc(out, '"');
		} else {
			n = 1;
			while (i + n < len && isalnum((unsigned char)s[i]) &&
			       isalnum((unsigned char)s[i + n]))
				n++; /* a word (true, or nonsense): its digits are no number */
			buf_add(out, s + i, n);
		}
		i += n;
	}
	return i;
}

static bool too_deep(const char *s, size_t len)
{
	size_t depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"')
			i += string_len(s + i, len - i) - 1;
		else if (s[i] == '[' || s[i] == '{')
			depth++;
		else if ((s[i] == ']' || s[i] == '}') && depth)
			depth--;
		if (depth > MAX_DEPTH)
			return true;
	}
	return false;
}

/* jansson's words are about the tagged text: tell its reason with a place in the source. */
static bool syntax_error(struct err *err, const json_error_t *e, const char *text, size_t len)
{
	const char *near = strstr(e->text, " near ");
	size_t line = 1, column = 1, at, reason = near ? (size_t)(near - e->text) : strlen(e->text);
	struct buf scratch = BUF_INIT;

	at = tag(&scratch, text, len, e->position > 0 ? (size_t)e->position : 0);
	buf_release(&scratch);
	for (size_t i = 0; i + 1 < at; i++) {
		column++;
		if (text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return err_set(err, ERR_FAILED, NULL, "not JSON: %.*s at line %zu, column %zu", (int)reason,
		       e->text, line, column);
}

struct json *json_parse(const char *text, size_t len, struct err *err)
{
	struct buf tagged = BUF_INIT;
	json_error_t error;
	json_t *t;

	if (too_deep(text, len)) {
		err_set(err, ERR_FAILED, NULL, "not JSON: more than %d levels deep", MAX_DEPTH);
		return NULL;
	}
	tag(&tagged, text, len, SIZE_MAX);
	t = json_loadb(tagged.data, tagged.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	buf_release(&tagged);
	if (!t) {
		syntax_error(err, &error, text, len);
		return NULL;
	}
	return outer(t);
}

void json_free(struct json **j)
{
	json_decref(inner(*j));
	*j = NULL;
}

struct json *json_dup(const struct json *j)
{
	return outer(json_deep_copy(inner(j)));
}

struct json *json_new_null(void)
{
	return outer(json_null());
}

struct json *json_new_bool(bool b)
{
	return outer(json_boolean(b));
}

static struct json *tagged_string(char tag_char, const char *s, size_t len)
{
	struct buf b = BUF_INIT;
	json_t *t;

	buf_addc(&b, tag_char);
	buf_add(&b, s, len);
	t = json_stringn_nocheck(b.data, b.len);
	buf_release(&b);
	return outer(t);
}

struct json *json_new_int(int64_t n)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRId64, n);
	return json_new_number(text);
}

struct json *json_new_number(const char *text)
{
	size_t len = strlen(text);

	if (!len || number_len(text, len) != len)
		BUG("not a JSON number: %s", text);
	return tagged_string(TAG_NUMBER, text, len);
}

struct json *json_new_string(const char *s, size_t len)
{
	return tagged_string(TAG_STRING, s, len);
}

struct json *json_new_text(const char *s)
{
	return s ? json_new_string(s, strlen(s)) : json_new_null();
}

static const char exact_name[] = "bytes";

struct json *json_new_exact(const char *s)
{
	struct buf hex = BUF_INIT;
	struct json *o;

	if (!s || utf8_valid(s, strlen(s)))
		return json_new_text(s);
	buf_adds(&hex, "\\x");
	for (; *s; s++)
		buf_addf(&hex, "%02x", (unsigned char)*s);
	o = json_new_object();
	json_set(o, exact_name, json_new_string(hex.data, hex.len));
	buf_release(&hex);
	return o;
}

char *json_exact(const struct json *j)
{
	const struct json *v;
	struct buf out = BUF_INIT;
	unsigned byte;
	const char *s;

	if (json_type(j) == JSON_STRING)
		return xstrdup(json_text(j));
	v = json_type(j) == JSON_OBJECT && json_len(j) == 1 ? json_get(j, exact_name) : NULL;
	if (!v || json_type(v) != JSON_STRING || strncmp(json_text(v), "\\x", 2) != 0)
		return NULL;
	for (s = json_text(v) + 2; sscanf(s, "%2x", &byte) == 1 && s[1]; s += 2)
		buf_addc(&out, (char)byte);
	if (*s) {
		buf_release(&out);
		return NULL;
	}
	return buf_detach(&out);
}

struct json *json_new_array(void)
{
	return outer(json_array());
}

struct json *json_new_object(void)
{
	return outer(json_object());
}

enum json_type json_type(const struct json *j)
{
	switch (json_typeof(inner(j))) {
	case JANSSON_OBJECT:
		return JSON_OBJECT;
	case JANSSON_ARRAY:
		return JSON_ARRAY;
	case JANSSON_STRING:
		return json_string_value(inner(j))[0] == TAG_NUMBER ? JSON_NUMBER : JSON_STRING;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_BOOL;
	case JANSSON_NULL:
		return JSON_NULL;
	case JSON_INTEGER:
	case JSON_REAL:
		break; /* never made here: numbers are tagged strings */
	}
	BUG("a number that is not tagged");
}

bool json_bool(const struct json *j)
{
	return json_is_true(inner(j));
}

const char *json_text(const struct json *j)
{
	if (json_typeof(inner(j)) != JANSSON_STRING)
		BUG("json_text of a value that has none");
	return json_string_value(inner(j)) + 1;
}

size_t json_len(const struct json *j)
{
	switch (json_type(j)) {
	case JSON_NUMBER:
	case JSON_STRING:
		return json_string_length(inner(j)) - 1;
	case JSON_ARRAY:
		return json_array_size(inner(j));
	case JSON_OBJECT:
		return json_object_size(inner(j));
	case JSON_NULL:
	case JSON_BOOL:
		break;
	}
	return 0;
}

struct json *json_at(const struct json *j, size_t i)
{
	return (struct json *)json_array_get(inner(j), i);
}

struct json *json_get(const struct json *j, const char *key)
{
	return (struct json *)json_object_get(inner(j), key);
}

bool json_next(const struct json *j, void **it, const char **key, struct json **value)
{
	*it = *it ? json_object_iter_next(inner(j), *it) : json_object_iter(inner(j));
	if (!*it)
		return false;
	if (key)
		*key = json_object_iter_key(*it);
	if (value)
		*value = (struct json *)json_object_iter_value(*it);
	return true;
}

void json_set(struct json *j, const char *key, struct json *owned)
{
	if (json_object_set_new_nocheck(inner(j), key, inner(owned)) < 0)
		BUG("json_set on a value that is no object");
}

void json_append(struct json *j, struct json *owned)
{
	if (json_array_append_new(inner(j), inner(owned)) < 0)
		BUG("json_append to a value that is no array");
}

void json_remove(struct json *j, const char *key)
{
	json_object_del(inner(j), key);
}

typedef bool equal_fn(const struct json *a, const struct json *b);

static bool equal_arrays(const struct json *a, const struct json *b, equal_fn *equal)
{
	if (json_len(a) != json_len(b))
		return false;
	for (size_t i = 0; i < json_len(a); i++)
		if (!equal(json_at(a, i), json_at(b, i)))
			return false;
	return true;
}

static bool equal_objects(const struct json *a, const struct json *b, equal_fn *equal)
{
	struct json *value;
	const char *key;

	if (json_len(a) != json_len(b))
		return false;
	for (void *it = NULL; json_next(a, &it, &key, &value);) {
		const struct json *twin = json_get(b, key);

		if (!twin || !equal(value, twin))
			return false;
	}
	return true;
}

/* All but numbers; equal is the function that called, for what is inside. */
static bool equal_values(const struct json *a, const struct json *b, equal_fn *equal)
{
	if (json_type(a) != json_type(b))
		return false;
	switch (json_type(a)) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return json_bool(a) == json_bool(b);
	case JSON_NUMBER:
	case JSON_STRING:
		return json_len(a) == json_len(b) &&
		       !memcmp(json_text(a), json_text(b), json_len(a));
	case JSON_ARRAY:
		return equal_arrays(a, b, equal);
	case JSON_OBJECT:
		return equal_objects(a, b, equal);
	}
	return false;
}

bool json_same(const struct json *a, const struct json *b)
{
	if (json_type(a) == JSON_NUMBER && json_type(b) == JSON_NUMBER)
		return decimal_compare(json_text(a), json_text(b)) == 0;
	return equal_values(a, b, json_same);
}

bool json_identical(const struct json *a, const struct json *b)
{
	return equal_values(a, b, json_identical);
}

static void new_line(struct buf *out, int flags, int depth)
{
	if (!(flags & JSON_PRETTY))
		return;
	buf_addc(out, '\n');
	buf_addn(out, ' ', (size_t)depth * 2);
}

static void write_value(struct buf *out, const struct json *j, int flags, int depth);

static void write_array(struct buf *out, const struct json *j, int flags, int depth)
{
	size_t n = json_len(j);

	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ',');
		new_line(out, flags, depth + 1);
		write_value(out, json_at(j, i), flags, depth + 1);
	}
	if (n)
		new_line(out, flags, depth);
	buf_addc(out, ']');
}

static void write_object(struct buf *out, const struct json *j, int flags, int depth)
{
	struct json *value;
	const char *key;
	bool first = true;

	buf_addc(out, '{');
	for (void *it = NULL; json_next(j, &it, &key, &value); first = false) {
		if (!first)
			buf_addc(out, ',');
		new_line(out, flags, depth + 1);
		json_write_string(out, key, strlen(key));
		buf_adds(out, flags & JSON_PRETTY ? ": " : ":");
		write_value(out, value, flags, depth + 1);
	}
	if (!first)
		new_line(out, flags, depth);
	buf_addc(out, '}');
}

static void write_value(struct buf *out, const struct json *j, int flags, int depth)
{
	switch (json_type(j)) {
	case JSON_NULL:
		buf_adds(out, "null");
		break;
	case JSON_BOOL:
		buf_adds(out, json_bool(j) ? "true" : "false");
		break;
	case JSON_NUMBER:
		buf_adds(out, json_text(j));
		break;
	case JSON_STRING:
		json_write_string(out, json_text(j), json_len(j));
		break;
	case JSON_ARRAY:
		write_array(out, j, flags, depth);
		break;
	case JSON_OBJECT:
		write_object(out, j, flags, depth);
		break;
	}
}

void json_write(struct buf *out, const struct json *j, int flags)
{
	write_value(out, j, flags, 0);
}

/* What a terminal could obey is escaped, though JSON allows it: C1, direction, separators. */
static bool needs_escape(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || (cp >= 0x200E && cp <= 0x200F) ||
	       (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

/* Printable ASCII that stands as it is: most of what there is. */
static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= ' ' && s[n] < 0x7F && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void write_string(struct buf *out, const char *s, size_t len, bool exact)
{
	static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	uint32_t cp;

	buf_addc(out, '"');
	for (size_t i = 0, n; i < len; i += n) {
		const char *short_form;

		n = plain_run(s + i, len - i);
		if (n) {
			buf_add(out, s + i, n);
			continue;
		}
		n = utf8_decode(s + i, len - i, &cp);
		short_form = cp > 0 && cp < 0x80 ? strchr(named, (int)cp) : NULL;
		if (cp == UTF8_INVALID && exact) {
			buf_addf(out, "\\uDC%02X", (unsigned char)s[i]);
		} else if (cp == UTF8_INVALID) {
			buf_adds(out, "\xEF\xBF\xBD");
		} else if (short_form) {
			buf_addc(out, '\\');
			buf_addc(out, letters[short_form - named]);
		} else if (needs_escape(cp)) {
			buf_addf(out, "\\u%04X", (unsigned)cp);
		} else {
			buf_add(out, s + i, n);
		}
	}
	buf_addc(out, '"');
}

void json_write_string(struct buf *out, const char *s, size_t len)
{
	write_string(out, s, len, false);
}

void json_write_bytes(struct buf *out, const char *s, size_t len)
{
	write_string(out, s, len, true);
}
