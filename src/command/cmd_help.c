/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/buf.h"
#include "command/command.h"
#include "command/parse.h"

static void help_command(struct buf *out, const struct command *cmd)
{
	buf_addc(out, ':');
	command_usage(out, cmd);
	buf_addf(out, "\n    %s.\n", cmd->summary);
	if (cmd->alias)
		buf_addf(out, "    Also: %s\n", cmd->alias);
	if (cmd->help)
		buf_addf(out, "\n    %s\n", cmd->help);
}

static void help_all(struct buf *out)
{
	for (const struct command *const *c = commands(); *c; c++) {
		if ((*c)->needs & BATCH_ONLY)
			continue;
		buf_addf(out, ":%-16s %s\n", (*c)->name, (*c)->summary);
	}
}

/* Without a topic the screen shows its own keys; with one, the command's row. */
static void help_run(struct call *c)
{
	const struct host *h = call_host(c);
	const char *topic = args_get(call_args(c), "topic");
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	if (!topic && !h->batch) {
		if (h->ops->action(h->ctx, ACTION_HELP, call_args(c), &err))
			call_done(c, NULL, 0);
		else
			call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	if (topic && command_find(topic))
		help_command(&out, command_find(topic));
	else if (topic && strcmp(topic, "commands") != 0)
		err_set(&err, ERR_USAGE, topic, "there is no help on this");
	else
		help_all(&out);
	if (out.len)
		h->ops->text(h->ctx, topic ? topic : "commands", out.data, out.len);
	call_done(c, &err, -1);
	buf_release(&out);
	err_release(&err);
}

const struct command cmd_help = {
	.name = "help",
	.summary = "Help on this screen, a command or all commands",
	.args = "[topic:line]",
	.run = help_run,
};
