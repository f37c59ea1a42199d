/* SPDX-License-Identifier: MIT */
#include "domain/rowkey.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static bool must_quote(const char *s)
{
	size_t len = strlen(s);

	return len == 0 || strpbrk(s, ",\"") || isspace((unsigned char)s[0]) ||
	       isspace((unsigned char)s[len - 1]);
}

static void add_value(struct buf *out, const char *s)
{
	if (!must_quote(s)) {
		buf_adds(out, s);
		return;
	}
	buf_add_quoted(out, s, '"');
}

void rowkey_format(struct buf *out, const char *const *values, size_t n)
{
	if (n == 1) {
		buf_adds(out, values[0] ? values[0] : "");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		if (values[i])
			add_value(out, values[i]);
	}
}

/* One value and what ends it; *s moves past it. False: a quote stays open or text follows it.
 */
static bool take_value(const char **s, char **value)
{
	struct buf b = BUF_INIT;
	const char *p = *s;

	if (*p != '"') {
		size_t len = strcspn(p, ",");
		*value = len > 0 ? xstrndup(p, len) : NULL;
		*s = p + len;
		return true;
	}
	for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
		if (*p == '"')
			p++;
		buf_addc(&b, *p);
	}
	*s = *p ? p + 1 : p;
	*value = buf_detach(&b);
	return *p == '"' && (p[1] == ',' || p[1] == '\0');
}

bool rowkey_parse(const char *text, char **values, size_t n, struct err *err)
{
	const char *s = text;
	size_t got = 0;
	bool ok = true;

	if (n == 1) {
		values[0] = xstrdup(text);
		return true;
	}
	while (ok && got < n) {
		ok = take_value(&s, &values[got++]);
		if (*s != ',')
			break;
		if (got < n)
			s++;
	}
	if (ok && got == n && !*s)
		return true;
	for (size_t i = 0; i < got; i++)
		free(values[i]);
	err_set(err, ERR_USAGE, text, "not a key of %zu values", n);
	return err_hint(err, "values are separated by commas; one that holds a comma stands in "
			     "double quotes");
}
