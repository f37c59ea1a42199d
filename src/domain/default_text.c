/* SPDX-License-Identifier: MIT */
/*
 * default_text.c - a column's default as a person would type it: pg_get_expr writes the casts that
 * the server put in ('draft'::character varying), which nobody needs to read.
 */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "domain/value.h"

/* Behind a quoted text or name that begins at p. */
static const char *behind_quoted(const char *p)
{
	char quote = *p++;

	while (*p && (*p != quote || p[1] == quote))
		p += *p == quote ? 2 : 1;
	return *p ? p + 1 : p;
}

/* Types whose names are several words (format_type). */
static const char *behind_words(const char *p)
{
	static const char *const more[] = { " varying", " precision", " with time zone",
					    " without time zone" };

	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		if (strncmp(p, more[i], strlen(more[i])) == 0)
			return p + strlen(more[i]);
	return p;
}

/* A type's length: (12,2), also between two words of its name. */
static const char *behind_length(const char *p)
{
	const char *q = p + 1;

	if (*p != '(')
		return p;
	q += strspn(q, "0123456789,");
	return *q == ')' ? q + 1 : p;
}

/* p is behind "::". */
static const char *behind_type(const char *p)
{
	for (;;) {
		if (*p == '"')
			p = behind_quoted(p);
		else if (isalnum((unsigned char)*p) || *p == '_' || *p == '$' || *p & 0x80)
			p++;
		else if (*p == '.')
			p++;
		else
			break;
	}
	p = behind_words(behind_length(behind_words(p)));
	while (strncmp(p, "[]", 2) == 0)
		p += 2;
	return p;
}

static void without_casts(struct buf *out, const char *p)
{
	while (*p) {
		const char *end = p + 1;

		if (*p == '\'' || *p == '"')
			end = behind_quoted(p);
		if (p[0] == ':' && p[1] == ':') {
			p = behind_type(p + 2);
			continue;
		}
		buf_add(out, p, (size_t)(end - p));
		p = end;
	}
}

/* (-1) and ('x'), which the server brackets before a cast. */
static void without_brackets(struct buf *b)
{
	while (b->len > 2 && b->data[0] == '(' && strchr(b->data, ')') == b->data + b->len - 1 &&
	       !strpbrk(b->data + 1, "( ,")) {
		buf_truncate(b, b->len - 1);
		buf_splice(b, 0, 1, NULL, 0);
	}
}

void value_default_text(struct buf *out, const char *expr)
{
	struct buf text = BUF_INIT;

	without_casts(&text, expr);
	without_brackets(&text);
	if (text.len < 2 || text.data[0] != '\'' || text.data[text.len - 1] != '\'' ||
	    *behind_quoted(text.data)) {
		buf_addbuf(out, &text);
	} else if (text.len == 2) {
		buf_adds(out, "(empty text)");
	} else {
		/* One text: as it is stored. */
		for (size_t i = 1; i + 1 < text.len; i++) {
			buf_addc(out, text.data[i]);
			i += text.data[i] == '\'';
		}
	}
	buf_release(&text);
}
