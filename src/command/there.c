/* SPDX-License-Identifier: MIT */
/* Is what a shipped screen shows in this database at all? */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "command/parse.h"
#include "command/vars.h"
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

/* The screen whose records an argument names is not to be had here. */
static bool lacks_records(struct session *s, const struct argspec *a)
{
	static const char of[] = "record(";
	const struct screendef *def = NULL;
	char *name;

	if (!a->type || a->optional || strncmp(a->type, of, sizeof of - 1) != 0)
		return false;
	name = xstrndup(a->type + sizeof of - 1, strlen(a->type) - sizeof of);
	def = screenset_find(session_screens(s), name);
	free(name);
	return def && !session_screen_there(s, def, NULL);
}

const char *command_missing(struct session *s, const struct command *cmd)
{
	const char *why = NULL;
	struct spec spec;

	if (!session_catalog(s) || !session_profile(s))
		return NULL;
	if (strncmp(cmd->name, "outbox ", 7) == 0)
		return vars_outbox(session_vars(s))
			       ? NULL
			       : outboxes_none(vars_outboxes(session_vars(s)));
	spec_parse(&spec, cmd->args);
	for (size_t i = 0; i < spec.list.len && !why; i++)
		if (lacks_records(s, &spec.list.v[i]))
			why = "the database does not have what it works on";
	spec_release(&spec);
	return why;
}
