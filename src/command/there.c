/* SPDX-License-Identifier: MIT */
/* Is what a shipped screen shows in this database at all? */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "command_priv.h"

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* EXTRACT(epoch FROM r.at) and IS DISTINCT FROM r.at have the word too, but no relation behind
 * it. */
static bool of_expression(const char *start, const char *from)
{
	static const char distinct[] = "distinct";
	const char *word, *end = from;

	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	for (word = end; word > start && word_char(word[-1]); word--)
		;
	if (word == end)
		return false;
	return (word > start && word[-1] == '(') ||
	       ((size_t)(end - word) == sizeof distinct - 1 &&
		strncasecmp(word, distinct, sizeof distinct - 1) == 0);
}

/* "schema.name" behind FROM or JOIN, without quotes, as our own files write it; NULL: no more. */
static const char *next_relation(const char *start, const char *p, struct buf *name)
{
	for (; (p = strpbrk(p, "FfJj")); p++) {
		const char *word = *p == 'F' || *p == 'f' ? "from " : "join ", *end, *dot;

		if (strncasecmp(p, word, strlen(word)) != 0 ||
		    (p > start && word_char(p[-1])) || of_expression(start, p))
			continue;
		end = p + 5;
		while (*end == ' ')
			end++;
		buf_clear(name);
		for (dot = end; word_char(*end) || *end == '.'; end++)
			;
		buf_add(name, dot, (size_t)(end - dot));
		if (*end != '(' && strchr(name->data, '.') &&
		    strncmp(name->data, "pg_", 3) != 0 &&
		    strncmp(name->data, "information_schema.", 19) != 0)
			return end;
		p = end - 1;
	}
	return NULL;
}

/* Menus ask it for every screen: what is missing must not cost the search for a near name. */
bool relation_there(const struct catalog *c, const char *name)
{
	const char *dot = strchr(name, '.');
	struct err err = ERR_INIT;
	bool there;

	if (dot && !strchr(name, '"')) {
		char *schema = xstrndup(name, (size_t)(dot - name));

		there = catalog_named(c, schema, dot + 1) != NULL;
		free(schema);
		return there;
	}
	there = catalog_find(c, name, &err) != NULL;
	err_release(&err);
	return there;
}

bool query_there(const struct catalog *c, const struct sqlquery *q, struct buf *missing)
{
	struct buf name = BUF_INIT;
	bool there = true;

	for (const char *p = q->text; there && (p = next_relation(q->text, p, &name));)
		there = relation_there(c, name.data);
	if (!there)
		buf_addbuf(missing, &name);
	buf_release(&name);
	return there;
}
