/* SPDX-License-Identifier: MIT */
/*
 * Whatever an argument can name is completed: a command that is added must say of which kind its
 * arguments are, or stand here as one whose text nobody but the person knows.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "command/complete.h"
#include "command/parse.h"

static const struct {
	const char *command, *argument, *why;
} own_words[] = {
	{ "action", "name", "in a shell; in the console the first word is the action" },
	{ "backend cancel", "started", "rows of the screen say it" },
	{ "backend terminate", "started", "rows of the screen say it" },
	{ "bar", "text", "bound to keys" },
	{ "edit", "if-version", "what get printed" },
	{ "import", "delimiter", "one character" },
	{ "import", "null", "a text of the file" },
	{ "profile set", "now", "rows of the screen say it" },
	{ "search", "text", "what is looked for" },
	{ "stock receive", "reference", "of a delivery note" },
	{ NULL, "reason", "why it is done" },
};

static bool is_own_word(const char *command, const struct argspec *a)
{
	if (strncmp(a->type, "int", 3) == 0)
		return true;
	for (size_t i = 0; i < sizeof own_words / sizeof *own_words; i++)
		if (strcmp(own_words[i].argument, a->name) == 0 &&
		    (!own_words[i].command || strcmp(own_words[i].command, command) == 0))
			return true;
	return false;
}

Test(complete, every_argument_is_of_a_kind_that_is_completed)
{
	for (const struct command *const *c = commands(); *c; c++) {
		struct spec spec;

		spec_parse(&spec, (*c)->args);
		for (size_t i = 0; i < spec.list.len; i++) {
			const struct argspec *a = &spec.list.v[i];

			cr_expect(!a->type || complete_knows(a) != is_own_word((*c)->name, a),
				  "%s: what completes %s:%s?", (*c)->name, a->name, a->type);
		}
		spec_release(&spec);
	}
}
