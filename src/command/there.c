/* SPDX-License-Identifier: MIT */
/* Is what a shipped screen shows in this database at all? */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "command_priv.h"

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "schema.name" behind FROM or JOIN, without quotes, as our own files write it; NULL: no more. */
static const char *next_relation(const char *p, struct buf *name)
{
	static const char *const before[] = { "from ", "join " };

	for (; *p; p++) {
		bool here = false;
		const char *end, *dot;

		for (size_t i = 0; i < ARRAY_SIZE(before); i++)
			here |= strncasecmp(p, before[i], strlen(before[i])) == 0;
		if (!here || word_char(p[-1]))
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

bool query_there(const struct catalog *c, const struct sqlquery *q, struct buf *missing)
{
	struct buf text = BUF_INIT, name = BUF_INIT;
	struct err err = ERR_INIT;
	bool there = true;

	/* So that there is a byte before the first. */
	buf_addf(&text, "\n%s", q->text);
	for (const char *p = text.data + 1; there && (p = next_relation(p, &name));) {
		there = catalog_find(c, name.data, &err) != NULL;
		err_clear(&err);
	}
	if (!there)
		buf_addbuf(missing, &name);
	buf_release(&text);
	buf_release(&name);
	return there;
}
