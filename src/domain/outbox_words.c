/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/attr.h"
#include "outbox_priv.h"

/* Names that frameworks glue together, longest beginnings first. */
static const char *const glued[] = {
	"aggregate", "correlation", "transaction", "publication", "completion", "processed",
	"published", "dispatched",  "available",   "scheduled",	  "execution",	"message",
	"attempted", "attempts",    "attempt",	   "occurred",	  "enqueued",	"inserted",
	"created",   "completed",   "finished",	   "finalized",	  "delivered",	"retries",
	"retry",     "invocation",  "payload",	   "headers",	  "status",	"state",
	"expires",   "visible",	    "locked",	   "failed",	  "queued",	"settled",
	"fetched",   "reserved",    "picked",	   "event",	  "topic",	"queue",
	"type",	     "name",	    "next",	   "time",	  "count",	"data",
	"outbox",    "inbox",	    "events",	   "messages",	  "job",	"jobs",
	"date",	     "utc",	    "key",	   "id",	  "at",		"on",
	"create",    "start",	    "due",	   "json",	  "as",		"not",
	"before",
};

static void add_word(struct name_words *w, char *start, char *end)
{
	if (end > start && w->n < WORDS_MAX)
		w->v[w->n++] = start;
	*end = '\0';
}

/* "aggregatetype" is aggregate, type: only when the whole name is made of known words. */
static size_t glued_cut(const char *s, size_t cuts[], size_t max)
{
	size_t n = 0;

	while (*s) {
		size_t best = 0;

		for (size_t i = 0; i < ARRAY_SIZE(glued); i++) {
			size_t len;

			if (*glued[i] != *s)
				continue;
			len = strlen(glued[i]);
			if (len > best && strncmp(s, glued[i], len) == 0)
				best = len;
		}
		if (!best || n == max)
			return 0;
		cuts[n++] = best;
		s += best;
	}
	return n > 1 ? n : 0;
}

static bool boundary(const char *name, size_t i)
{
	unsigned char c = (unsigned char)name[i];
	unsigned char before = (unsigned char)name[i - 1];

	/* occurredOn, SHA256Sum, HTTPStatus */
	return (isupper(c) && islower(before)) ||
	       (isupper(c) && isupper(before) && islower((unsigned char)name[i + 1]));
}

static void split(struct name_words *w, const char *name)
{
	size_t used = 0;
	char *start = w->text;
	size_t cuts[WORDS_MAX];

	w->n = 0;
	for (size_t i = 0; name[i] && used + 2 < sizeof w->text; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < 0x80 && !isalpha(c)) {
			add_word(w, start, w->text + used);
			start = w->text + ++used;
			continue;
		}
		if (i && boundary(name, i)) {
			add_word(w, start, w->text + used);
			start = w->text + ++used;
		}
		w->text[used++] = (char)tolower(c);
	}
	add_word(w, start, w->text + used);
	if (w->n == 1) {
		size_t n = glued_cut(w->v[0], cuts, WORDS_MAX);
		char whole[sizeof w->text];
		size_t from = 0;

		if (!n)
			return;
		memcpy(whole, w->v[0], strlen(w->v[0]) + 1);
		used = 0;
		w->n = 0;
		for (size_t i = 0; i < n; i++) {
			memcpy(w->text + used, whole + from, cuts[i]);
			w->text[used + cuts[i]] = '\0';
			w->v[w->n++] = w->text + used;
			used += cuts[i] + 1;
			from += cuts[i];
		}
	}
}

static uint32_t initial(const char *word)
{
	return 1u << (*word & 31);
}

void name_words(struct name_words *w, const char *name)
{
	split(w, name);
	for (size_t i = 0; i < w->n; i++)
		w->v[i] = word_means(w->v[i]);
	name_initials(w);
}

void name_initials(struct name_words *w)
{
	w->initials = 0;
	for (size_t i = 0; i < w->n; i++)
		w->initials |= initial(w->v[i]);
}

bool words_have(const struct name_words *w, const char *word)
{
	if (!(w->initials & initial(word)))
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i], word) == 0)
			return true;
	return false;
}

bool words_any(const struct name_words *w, const char *const *list)
{
	for (; *list; list++)
		if (words_have(w, *list))
			return true;
	return false;
}

bool words_end(const struct name_words *w, const char *const *list)
{
	for (; w->n && *list; list++) {
		const char *last = w->v[w->n - 1];
		size_t len = strlen(last);

		if (strncmp(last, *list, len) == 0 &&
		    (!(*list)[len] || strcmp(*list + len, "s") == 0))
			return true;
	}
	return false;
}
