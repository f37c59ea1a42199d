/* SPDX-License-Identifier: MIT */
#include "domain/pgarray.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/vec.h"

/* What array_out calls white space: not the locale's idea of it. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void pgarray_append(struct pgarray *a, const char *s)
{
	*VEC_PUSH(a) = xstrdup_null(s);
}

void pgarray_release(struct pgarray *a)
{
	for (size_t i = 0; i < a->len; i++)
		free(a->v[i]);
	VEC_RELEASE(a);
}

static const char *skip_space(const char *s)
{
	while (is_space(*s))
		s++;
	return s;
}

/* The element at s; NULL if it cannot be one, else what follows it. */
static const char *element(struct pgarray *a, const char *s)
{
	struct buf text = BUF_INIT;
	bool quoted = *s == '"';
	size_t solid = 0; /* white space at the end of a bare element is not part of it */

	if (quoted)
		s++;
	while (*s && (quoted ? *s != '"' : !strchr(",{}\"", *s))) {
		bool escaped = *s == '\\' && s[1];

		if (escaped)
			s++;
		buf_addc(&text, *s);
		if (escaped || !is_space(*s))
			solid = text.len;
		s++;
	}
	if (quoted ? *s != '"' : !solid) {
		buf_release(&text);
		return NULL;
	}
	if (!quoted)
		buf_truncate(&text, solid);
	pgarray_append(a, !quoted && !strcasecmp(text.data, "NULL") ? NULL : text.data);
	buf_release(&text);
	return quoted ? s + 1 : s;
}

bool pgarray_parse(struct pgarray *a, const char *text)
{
	const char *s = skip_space(text);

	*a = (struct pgarray)PGARRAY_INIT;
	if (*s++ != '{')
		return false;
	s = skip_space(s);
	if (*s == '}')
		return *skip_space(s + 1) == '\0';
	for (;;) {
		s = element(a, skip_space(s));
		if (!s)
			break;
		s = skip_space(s);
		if (*s == ',') {
			s++;
			continue;
		}
		if (*s == '}' && *skip_space(s + 1) == '\0')
			return true;
		break;
	}
	pgarray_release(a);
	return false;
}

static bool needs_quotes(const char *s)
{
	if (!*s || !strcasecmp(s, "NULL"))
		return true;
	for (; *s; s++)
		if (strchr("\"\\{},", *s) || is_space(*s))
			return true;
	return false;
}

void pgarray_write(struct buf *out, const struct pgarray *a)
{
	buf_addc(out, '{');
	for (size_t i = 0; i < a->len; i++) {
		const char *s = a->v[i];

		if (i)
			buf_addc(out, ',');
		if (!s) {
			buf_adds(out, "NULL");
		} else if (!needs_quotes(s)) {
			buf_adds(out, s);
		} else {
			buf_addc(out, '"');
			for (; *s; s++) {
				if (*s == '"' || *s == '\\')
					buf_addc(out, '\\');
				buf_addc(out, *s);
			}
			buf_addc(out, '"');
		}
	}
	buf_addc(out, '}');
}
