/* SPDX-License-Identifier: MIT */
/*
 * complete_hint.c - the ghost behind the cursor: what a command still wants.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/complete.h"
#include "command/parse.h"

void complete_hint(struct buf *out, const char *line)
{
	struct words w = WORDS_INIT;
	const char **words;
	const struct command *cmd;
	size_t used;

	while (*line == ' ' || *line == ':')
		line++;
	words_split(&w, line);
	words = xcalloc(w.list.len + 1, sizeof *words);
	for (size_t i = 0; i < w.list.len; i++)
		words[i] = w.list.v[i].text;
	cmd = command_match(words, w.list.len, &used);
	if (cmd && w.list.len == used) {
		struct buf usage = BUF_INIT;

		command_usage(&usage, cmd);
		buf_adds(out, usage.data + strlen(cmd->name));
		buf_trim(out);
		buf_release(&usage);
	}
	free(words);
	words_release(&w);
}
