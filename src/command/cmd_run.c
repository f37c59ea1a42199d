/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "command/command.h"

const struct command cmd_run = {
	.name = "run",
	.summary = "Run a script of command lines without a terminal",
	.args = "file:file",
	.help = "One command line per line, as in the command bar; a step starts when nothing "
		"is under way any more. "
		"save-screen FILE writes the screen as text; --size 80x24 gives its size.",
	.needs = BATCH_ONLY | FRONT,
};
