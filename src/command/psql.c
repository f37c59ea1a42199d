/* SPDX-License-Identifier: MIT */
/*
 * psql.c - the words that psql's users have in their fingers, as souk's own lines.
 *
 * Source: PostgreSQL manual, psql, "Meta-Commands".  S, + and x modifiers are accepted and
 * ignored where souk shows as much anyway.  What is missing says so by name.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "command/parse.h"
#include "command_priv.h"
#include "complete_priv.h"

struct psql_word {
	const char *word;  /* without the backslash */
	const char *plain; /* the line without an argument; NULL: it needs one */
	const char *with;  /* put before the argument; NULL: takes none */
	const char *names; /* the type of what the argument names (command.h); NULL: nothing */
};

static const struct psql_word table[] = {
	{ "d", "open relations", "describe ", "relation" },
	{ "dt", "open relations kind=table", "open relations /", "relation" },
	{ "dv", "open relations kind=view", "open relations /", "relation" },
	{ "dm", "open relations kind=matview", "open relations /", "relation" },
	{ "di", "open indexes", "open indexes /", NULL },
	{ "df", "open functions", "open functions /", NULL },
	{ "dn", "open schemas", NULL, NULL },
	{ "du", "open roles", "open roles /", "role" },
	{ "dg", "open roles", "open roles /", "role" },
	{ "dp", "open rls", "open rls /", "relation" },
	{ "z", "open rls", "open rls /", "relation" },
	{ "dx", "open extensions", NULL, NULL },
	{ "l", "open databases", NULL, NULL },
	{ "conninfo", "doctor", NULL, NULL },
	{ "c", NULL, "connect ", "conninfo" },
	{ "sf", NULL, "schema describe ", "object" },
	{ "sv", NULL, "schema describe ", "object" },
	{ "x", "describe", NULL, NULL },
	{ "timing", "messages", NULL, NULL },
	{ "watch", "refresh 2s", "refresh ", "duration" },
	{ "e", "sql-edit", NULL, NULL },
	{ "?", "help commands", NULL, NULL },
	{ "h", "help commands", "help ", "topic" },
	{ "q", "quit", NULL, NULL },
};

static const struct psql_word *psql_find(const char *word, size_t len)
{
	/* Modifiers of the \d and \s families: S + x. */
	while (len > 1 && strchr("ds", word[0]) && strchr("+S", word[len - 1]))
		len--;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strlen(table[i].word) == len && memcmp(table[i].word, word, len) == 0)
			return &table[i];
	return NULL;
}

char *psql_translate(const char *line, struct err *err)
{
	const char *word = line + 1;
	size_t len = strcspn(word, " \t;");
	const struct psql_word *p = psql_find(word, len);
	struct buf arg = BUF_INIT, out = BUF_INIT;
	char *shown = xasprintf("\\%.*s", (int)len, word);

	buf_adds(&arg, word + len);
	buf_trim(&arg);
	if (arg.len && arg.data[arg.len - 1] == ';')
		buf_truncate(&arg, arg.len - 1);
	if (!p) {
		err_set(err, ERR_USAGE, shown, "souk does not have this word of psql");
		err_hint(err, "it has \\d \\dt \\dv \\dm \\di \\df \\dn \\du \\dp \\dx \\sf "
			      "\\sv \\l \\c \\conninfo \\x \\watch "
			      "\\e \\? \\q, and :sql for a query");
	} else if (!arg.len && !p->plain) {
		err_set(err, ERR_USAGE, shown, "needs an argument");
	} else if (arg.len && !p->with) {
		err_set(err, ERR_USAGE, shown, "takes no argument here");
	} else if (!arg.len) {
		buf_adds(&out, p->plain);
	} else if (isspace((unsigned char)p->with[strlen(p->with) - 1])) {
		buf_adds(&out, p->with);
		buf_addbuf(&out, &arg);
	} else {
		buf_adds(&out, p->with);
		buf_add_word(&out, arg.data);
	}
	shown[0] = '\\';
	buf_release(&arg);
	free(shown);
	if (!out.len) {
		buf_release(&out);
		return NULL;
	}
	return buf_detach(&out);
}

void psql_words(struct candidates *list)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char *note = xasprintf(":%s%s", table[i].plain ? table[i].plain : table[i].with,
				       table[i].plain ? "" : "…");

		candidates_add(list, table[i].word, note);
		free(note);
	}
}

const char *psql_argument(const char *word)
{
	const struct psql_word *p = psql_find(word, strlen(word));

	return p ? p->names : NULL;
}
