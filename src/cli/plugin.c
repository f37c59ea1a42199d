/* SPDX-License-Identifier: MIT */
#include "cli/plugin.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/utf8.h"

enum { TIMEOUT_MS = 10000 };

bool plugin_is(const struct command *cmd)
{
	return cmd && (cmd->needs & PLUGIN);
}

int plugin_unknown(const struct command *cmd, const char *why)
{
	struct buf safe = BUF_INIT;

	/* A line; what comes after a bar would be read as numbers. */
	utf8_sanitize(&safe, why, strlen(why), SANITIZE_KEEP_NEWLINES);
	for (size_t i = 0; i < safe.len; i++)
		if (strchr("\n\t|", safe.data[i]))
			safe.data[i] = safe.data[i] == '|' ? '/' : ' ';
	for (const char *c = cmd->name; *c && *c != ' '; c++)
		putchar(toupper((unsigned char)*c));
	printf(" UNKNOWN - %s\n", safe.len ? safe.data : "no reason was given");
	fflush(stdout);
	buf_release(&safe);
	return PLUGIN_UNKNOWN;
}

int plugin_failed(const struct command *cmd, const struct err *err)
{
	char *text = err_text(err);
	int status = plugin_unknown(cmd, text);

	free(text);
	return status;
}

uint64_t plugin_timeout(const struct cli_args *a)
{
	static const char name[] = "--timeout";
	size_t len = sizeof name - 1;
	double seconds;

	for (size_t i = 0; i < a->words.len; i++) {
		const char *word = a->words.v[i], *value = NULL;

		if (strncmp(word, name, len) == 0 && word[len] == '=')
			value = word + len + 1;
		else if (strcmp(word, name) == 0 && i + 1 < a->words.len)
			value = a->words.v[i + 1];
		if (value && timefmt_parse_duration(value, &seconds) && seconds > 0)
			return (uint64_t)(seconds * 1000);
	}
	return TIMEOUT_MS;
}
