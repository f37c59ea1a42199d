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

struct psql_word {
	const char *word;  /* without the backslash */
	const char *plain; /* the line without an argument; NULL: it needs one */
	const char *with;  /* put before the argument; NULL: takes none */
};

static const struct psql_word table[] = {
	{ "d", "open relations", "describe " },
	{ "dt", "open relations kind=table", "open relations /" },
	{ "dv", "open relations kind=view", "open relations /" },
	{ "dm", "open relations kind=matview", "open relations /" },
	{ "di", "open indexes", "open indexes /" },
	{ "df", "open functions", "open functions /" },
	{ "dn", "open schemas", NULL },
	{ "du", "open roles", "open roles /" },
	{ "dg", "open roles", "open roles /" },
	{ "dp", "open rls", "open rls /" },
	{ "z", "open rls", "open rls /" },
	{ "dx", "open extensions", NULL },
	{ "l", "open databases", NULL },
	{ "conninfo", "doctor", NULL },
	{ "c", NULL, "connect " },
	{ "sf", NULL, "schema describe " },
	{ "sv", NULL, "schema describe " },
	{ "x", "describe", NULL },
	{ "timing", "messages", NULL },
	{ "watch", "refresh 2s", "refresh " },
	{ "e", "sql-edit", NULL },
	{ "?", "help commands", NULL },
	{ "h", "help commands", "help " },
	{ "q", "quit", NULL },
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
