/* SPDX-License-Identifier: MIT */
/*
 * words.c - what the server says in its own terms, said in those of whoever asked: what it is and
 * the way out.  Its messages may be in any language: only names and bytes are read out of them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "db_priv.h"

enum { SIGN_MAX = 8, NAME_MAX_LEN = 64 };

/* The bytes of "… 0xe6 0x97 0xa5 …". */
static size_t told_bytes(const char *message, char *out)
{
	const char *p = strstr(message, "0x");
	size_t n = 0;

	for (; p && n < SIGN_MAX && strncmp(p, "0x", 2) == 0; p += strspn(p, " ")) {
		char *end;
		unsigned long byte = strtoul(p + 2, &end, 16);

		if (end != p + 4 || byte > 0xff)
			break;
		out[n++] = (char)byte;
		p = end;
	}
	return n;
}

/* The last name in (some language's) quotation marks: the encoding that lacks the sign. */
static bool told_encoding(const char *message, char *name, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t len = 0;

	for (const char *p = message + strcspn(message, letters); *p; p += strcspn(p, letters)) {
		size_t n = strspn(p, letters);

		if (n > 3 && n < size && p[0] > '9') {
			memcpy(name, p, n);
			name[n] = '\0';
			len = n;
		}
		p += n;
	}
	return len > 0;
}

static void tell_sign(const char *message, struct err *err)
{
	char bytes[SIGN_MAX], encoding[NAME_MAX_LEN];
	size_t n = told_bytes(message, bytes);

	/* Another of the kind: \u0000 in jsonb. */
	if (n == 0 || !told_encoding(message, encoding, sizeof encoding))
		return;
	if (strcmp(encoding, "UTF8") == 0) {
		err_set(err, err->kind, NULL, "a value has a sign that UTF-8 lacks: %s", message);
		return;
	}
	if (utf8_valid(bytes, n))
		err_set(err, err->kind, NULL, "%s, the encoding of this database, has no sign %.*s",
			encoding, (int)n, bytes);
	else
		err_set(err, err->kind, NULL, "%s, the encoding of this database, lacks a sign: %s",
			encoding, message);
	err_hint(err, "no value here can hold it: write it with other signs");
}

static void tell_temp_files(const char *message, struct err *err)
{
	const char *limit = strchr(message, '(');
	size_t len = limit ? strcspn(limit + 1, ")") : 0;

	err_set(err, err->kind, NULL,
		"sorting or keeping that many rows takes more room on the server's disk than "
		"temp_file_limit%s%.*s allows",
		len ? " = " : "", (int)len, limit ? limit + 1 : "");
	err_hint(err, "ask for fewer rows (a filter), sort by what an index serves, or have the "
		      "limit raised: ALTER ROLE ... SET temp_file_limit is a superuser's");
}

/* Of the role, the database or the server: what souk sets for a page is told where it is known. */
static void tell_timeout(struct err *err)
{
	err_set(err, err->kind, NULL,
		"it took longer than the statement_timeout here allows, so the server gave it up");
	err_hint(err, "ask for fewer rows (a filter, --limit), or have the role's, the database's "
		      "or the server's statement_timeout raised");
}

/* In another language: it is one of two, and only those who read it can tell which.  What was
 * cancelled by whoever asked does not come here. */
static void hint_given_up(struct err *err)
{
	err_hint(err, "either it took longer than the statement_timeout of the role, the "
		      "database or the server (ask for fewer rows: a filter, --limit; or have "
		      "it raised), or somebody cancelled it on the server");
}

static bool is_given_up(const struct server_error *e, const char *why)
{
	return strcmp(e->sqlstate, "57014") == 0 && strstr(e->message, why);
}

/* No other 40001 is raised where interrupts are looked at, whatever the language. */
static bool is_recovery_conflict(const struct server_error *e)
{
	return strcmp(e->sqlstate, "40001") == 0 && e->routine &&
	       strncmp(e->routine, "Process", 7) == 0;
}

static void tell_recovery(struct err *err)
{
	err_set(err, err->kind, NULL,
		"this replica was to remove what was being read, as the primary had done, and "
		"waited no longer");
	err_hint(err, "ask again or ask the primary; the replica's max_standby_streaming_delay "
		      "and hot_standby_feedback say how long it waits");
}

void server_error_words(const struct server_error *e, struct err *err)
{
	if (!e->sqlstate || !e->message)
		return;
	if (strcmp(e->sqlstate, "22P05") == 0)
		tell_sign(e->message, err);
	else if (strcmp(e->sqlstate, "53400") == 0 && strstr(e->message, "temp_file_limit"))
		tell_temp_files(e->message, err);
	else if (is_given_up(e, "statement timeout"))
		tell_timeout(err);
	else if (is_given_up(e, "") && !is_given_up(e, "user request"))
		hint_given_up(err);
	else if (is_recovery_conflict(e))
		tell_recovery(err);
}
