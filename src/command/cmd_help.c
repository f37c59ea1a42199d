/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "command/command.h"
#include "command/parse.h"
#include "command/settings.h"
#include "complete_priv.h"

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
	size_t width = 0;

	for (const struct command *const *c = commands(); *c; c++)
		if (!((*c)->needs & BATCH_ONLY) && strlen((*c)->name) > width)
			width = strlen((*c)->name);
	for (const struct command *const *c = commands(); *c; c++) {
		if ((*c)->needs & BATCH_ONLY)
			continue;
		buf_addf(out, ":%-*s  %s\n", (int)width, (*c)->name, (*c)->summary);
	}
}

static void help_settings(struct buf *out)
{
	for (const struct setting_row *row = setting_rows(); row->name; row++)
		buf_addf(out, "%-20s  %-8s  %s\n", row->name, row->otherwise, row->help);
	buf_adds(out, "\n:set NAME VALUE changes one for this session, [settings] of "
		      "~/.config/souk/souk.conf for good.\n");
}

static void help_screens(struct buf *out, struct session *s)
{
	const struct screenset *set = s ? session_screens(s) : NULL;

	for (size_t i = 0; set && i < screenset_len(set); i++)
		buf_addf(out, ":%-20s  %s\n", screenset_at(set, i)->name,
			 screenset_at(set, i)->title);
}

/* What is told in words, because no table knows it. */
static const struct {
	const char *name, *text;
} topics[] = {
	{ "filter",
	  "/TEXT searches the columns that the screen names; as one types.\n"
	  ":filter CONDITION keeps the rows for which it holds:\n\n"
	  "  status = active              also != < <= > >=\n"
	  "  name ~ rye                   holds the text, letters of any case\n"
	  "  price < 5 and on_hand > 0    and, or, not, brackets\n"
	  "  created_at > -7d             times: today, yesterday, -2h, 2026-10-01\n"
	  "  deleted_at is null           is not null, in (a, b)\n\n"
	  "f filters by the value under the cursor, F by all others, Backspace drops the "
	  "last one.\nA filter that no index serves is weighed first and asks.\n" },
	{ "tabs",
	  ":tab opens another tab on this server, :tab TENANT in that tenant, :connect NAME on "
	  "another server.\nCtrl-T, Alt-1 to Alt-4, Ctrl-PgDn, a click. :q closes one.\n"
	  ":restore opens the tabs and places of the last session.\n" },
	{ "scope",
	  "The tenant is set inside each transaction and the server's row-level security "
	  "enforces it.\n:tenant NAME, :tenant - (the one before), :tenant * (all: asks for a "
	  "reason, never edits).\n@TENANT in a line goes there on the way.\n" },
	{ "writing",
	  "souk starts read-only. :arm allows writing, :disarm ends it; idle minutes, suspending "
	  "and a lost connection do too.\nA save names the version that it was made upon; when "
	  "somebody was faster, the merge dialog shows both.\nA draft of what is typed is on disk "
	  "within a second.\n" },
	{ "bar",
	  "Tab completes, Shift-Tab goes back, Up and Ctrl-R look through the history, "
	  "~/.inputrc holds (also vi).\nA line is a command, or a screen or relation with @TENANT "
	  "/TEXT COLUMN=VALUE behind it.\nLines that hold passwords are not kept.\n" },
	{ "terminal",
	  "NO_COLOR, COLORTERM and TERM are honoured; :set theme light (dark, contrast, mono, "
	  "your own file theme.NAME).\n--plain: no boxes and bars, the cursor where the change "
	  "is, for screen readers. :set mouse no.\n" },
};

void help_topics(struct candidates *list)
{
	static const char *const lists[] = { "commands", "screens", "settings" };

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		candidates_add(list, topics[i].name, "topic");
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		candidates_add(list, lists[i], "all of them");
	for (const struct command *const *c = commands(); *c; c++)
		if (!((*c)->needs & BATCH_ONLY))
			candidates_add(list, (*c)->name, (*c)->summary);
}

static bool help_topic(struct buf *out, const char *topic, struct session *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		if (strcmp(topics[i].name, topic) == 0)
			buf_adds(out, topics[i].text);
	if (strcmp(topic, "commands") == 0)
		help_all(out);
	else if (strcmp(topic, "settings") == 0)
		help_settings(out);
	else if (strcmp(topic, "screens") == 0)
		help_screens(out, s);
	return out->len > 0;
}

static void no_topic(const char *topic, struct err *err)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++)
		buf_addf(&names, "%s ", topics[i].name);
	err_set(err, ERR_USAGE, topic, "there is no help on this");
	err_hint(err, "topics: %scommands screens settings, and each command's name",
		 names.data);
	buf_release(&names);
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
	if (!topic)
		help_all(&out);
	else if (command_find(topic))
		help_command(&out, command_find(topic));
	else if (!help_topic(&out, topic, call_session(c)))
		no_topic(topic, &err);
	/* A command may have a topic of its name, which says more. */
	if (topic && command_find(topic)) {
		size_t before = out.len;

		buf_addc(&out, '\n');
		if (!help_topic(&out, topic, call_session(c)) || out.len == before + 1)
			buf_truncate(&out, before);
	}
	if (out.len) {
		char *title = xasprintf("Help: %s", topic ? topic : "commands");

		h->ops->text(h->ctx, title, out.data, out.len);
		free(title);
	}
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
