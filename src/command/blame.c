/* SPDX-License-Identifier: MIT */
/* blame.c - where a person's SQL is wrong, in words and as a place. */
#include "blame.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "db/sql.h"

/* "line 2, character 5", or of one line "character 5". */
static void add_place(struct buf *out, const struct err *err)
{
	const char *line = err->text;
	size_t lines = 1;

	for (const char *s = err->text; s < err->text + err->at; s++) {
		if (*s != '\n')
			continue;
		line = s + 1;
		lines++;
	}
	if (strchr(err->text, '\n'))
		buf_addf(out, "line %zu, ", lines);
	buf_addf(out,
		 "character %zu: ", utf8_count(line, (size_t)(err->text + err->at - line)) + 1);
}

/* What the server met behind the text is not the person's, so its sentence means nothing. */
static bool is_end(const struct err *err)
{
	return err->len == 0 && strcmp(err->sqlstate, "42601") == 0;
}

/* The same error with other words before it. */
static void say(struct err *err, const char *what, const char *before, const char *why)
{
	char *words = xasprintf("%s%s", before, why);

	free(err->why);
	err->why = words;
	free(err->what);
	err->what = xstrdup_null(what);
}

/* Of a second statement the server names no place. */
static bool is_second(struct err *err, const char *text)
{
	const char *end = err->text || strcmp(err->sqlstate, "42601") != 0
				  ? NULL
				  : sql_statement_end(text);

	if (!end || !sql_statement_end(end))
		return false;
	end += strspn(end, " \t\r\n;");
	err_place(err, text, (size_t)(end - text), sql_word_length(end));
	return true;
}

bool blame(struct err *err, const char *what, const char *text)
{
	struct buf place = BUF_INIT;

	if (is_second(err, text)) {
		add_place(&place, err);
		say(err, what, place.data,
		    "a second statement begins here; one at a time is run");
		buf_release(&place);
		return true;
	}
	if (!err->text || !err_place_within(err, text))
		return false;
	add_place(&place, err);
	say(err, what, place.data, is_end(err) ? "something is missing here" : err->why);
	buf_release(&place);
	return true;
}

void blame_whole(struct err *err, const char *what, const char *text)
{
	const char *quote = strchr(err->why, '"');
	size_t n = quote ? strcspn(quote + 1, "\"") : 0;
	char *word = n ? xstrndup(quote + 1, n) : NULL;
	const char *at = word ? strstr(text, word) : NULL;

	say(err, what, "", err->why);
	err_place(err, text, at ? (size_t)(at - text) : 0, at ? n : strlen(text));
	free(word);
}
