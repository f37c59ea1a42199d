/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "catalog_priv.h"

/* One element from *p on, without quotes and backslashes; *p is left at its ',' or '}'. */
static void array_element(const char **p, struct buf *out)
{
	const char *s = *p;

	if (*s == '"') {
		for (s++; *s && *s != '"'; s++) {
			if (*s == '\\' && s[1])
				s++;
			buf_addc(out, *s);
		}
		if (*s == '"')
			s++;
	} else {
		for (; *s && *s != ',' && *s != '}'; s++)
			buf_addc(out, *s);
		if (strcmp(out->data, "NULL") == 0)
			buf_clear(out);
	}
	*p = s;
}

const char *const *array_texts(struct arena *a, const char *text)
{
	VEC(const char *) list = VEC_INIT;
	struct buf one = BUF_INIT;
	const char **result;

	if (!text)
		return NULL;
	if (*text == '{' && text[1] != '}') {
		const char *p = text + 1;

		for (;;) {
			buf_clear(&one);
			array_element(&p, &one);
			*VEC_PUSH(&list) = arena_intern(a, one.data);
			if (*p != ',')
				break;
			p++;
		}
	}
	result = arena_array(a, list.len + 1, sizeof *result);
	if (list.len > 0)
		memcpy(result, list.v, list.len * sizeof *result);
	VEC_RELEASE(&list);
	buf_release(&one);
	return result;
}

/* The next number of a list in whatever punctuation; false at its end. */
static bool next_number(const char **p, long long *number)
{
	char *end;

	while (**p && !isdigit((unsigned char)**p) && **p != '-')
		(*p)++;
	if (!**p)
		return false;
	*number = strtoll(*p, &end, 10);
	if (end == *p)
		return false;
	*p = end;
	return true;
}

static size_t count_numbers(const char *text)
{
	size_t n = 0;
	long long number;

	while (next_number(&text, &number))
		n++;
	return n;
}

const int *array_ints(struct arena *a, const char *text, size_t *n)
{
	size_t len = text ? count_numbers(text) : 0;
	int *list = arena_array(a, len + 1, sizeof *list);
	long long number;

	for (size_t i = 0; i < len && next_number(&text, &number); i++)
		list[i] = (int)number;
	*n = len;
	return list;
}

const oid *array_oids(struct arena *a, const char *text)
{
	size_t len = text ? count_numbers(text) : 0;
	oid *list = arena_array(a, len + 1, sizeof *list);
	long long number;

	for (size_t i = 0; i < len && next_number(&text, &number); i++)
		list[i] = (oid)number;
	return list;
}
