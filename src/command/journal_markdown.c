/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "command/journal.h"

char *journal_text(const struct json *entry, const char *name)
{
	const struct json *v = json_get(entry, name);
	struct buf out = BUF_INIT;

	if (!v || json_type(v) == JSON_NULL)
		return NULL;
	if (json_type(v) == JSON_STRING)
		return xstrdup(json_text(v));
	json_write(&out, v, JSON_COMPACT);
	return buf_detach(&out);
}

/* The signs that would break the table, or the reader's terminal. */
void markdown_cell(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;

	if (text)
		utf8_sanitize(&safe, text, strlen(text), SANITIZE_KEEP_NEWLINES);
	for (size_t i = 0; i < safe.len; i++)
		if (safe.data[i] == '|' || safe.data[i] == '\\')
			buf_addf(out, "\\%c", safe.data[i]);
		else
			buf_addc(out, safe.data[i] == '\n' || safe.data[i] == '\t'
					      ? ' '
					      : safe.data[i]);
	buf_release(&safe);
}

static bool since(const struct json *entry, int64_t from_us)
{
	char *text = journal_text(entry, "time");
	int64_t us = 0;
	bool later = !text || !timefmt_parse_timestamp(text, &us) || us >= from_us;

	free(text);
	return later;
}

size_t journal_markdown(struct buf *out, const struct journal *j, int64_t from_us)
{
	static const char *const shown[] = { "time",   "action", "relation", "key", "outcome",
					     "before", "after",	 "reason",   NULL };
	size_t n = 0;

	markdown_head(out, shown);
	for (size_t i = 0; i < journal_len(j); i++) {
		if (!since(journal_at(j, i), from_us))
			continue;
		for (const char *const *name = shown; *name; name++) {
			char *text = journal_text(journal_at(j, i), *name);

			buf_adds(out, "| ");
			markdown_cell(out, text);
			buf_addc(out, ' ');
			free(text);
		}
		buf_adds(out, "|\n");
		n++;
	}
	return n;
}

void markdown_head(struct buf *out, const char *const *names)
{
	for (const char *const *name = names; *name; name++)
		buf_addf(out, "| %s ", *name);
	buf_adds(out, "|\n");
	for (const char *const *name = names; *name; name++)
		buf_adds(out, "|---");
	buf_adds(out, "|\n");
}
