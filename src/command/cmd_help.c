/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/deffile.h"
#include "base/vec.h"
#include "command/command.h"
#include "command/parse.h"
#include "command/settings.h"
#include "command/topics.h"
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

static void help_words(struct buf *out)
{
	for (const struct topic_row *t = topic_rows(); t->name; t++)
		buf_addf(out, ":help %-10s  %s\n", t->name, t->summary);
}

void help_topics(struct candidates *list)
{
	static const char *const lists[] = { "topics", "commands", "screens", "settings" };

	for (const struct topic_row *t = topic_rows(); t->name; t++)
		candidates_add(list, t->name, t->summary);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		candidates_add(list, lists[i], "all of them");
	for (const struct command *const *c = commands(); *c; c++)
		if (!((*c)->needs & BATCH_ONLY))
			candidates_add(list, (*c)->name, (*c)->summary);
}

static bool help_topic(struct buf *out, const char *topic, struct session *s)
{
	for (const struct topic_row *t = topic_rows(); t->name; t++)
		if (strcmp(t->name, topic) == 0)
			buf_adds(out, t->text);
	if (strcmp(topic, "commands") == 0)
		help_all(out);
	else if (strcmp(topic, "topics") == 0)
		help_words(out);
	else if (strcmp(topic, "settings") == 0)
		help_settings(out);
	else if (strcmp(topic, "screens") == 0)
		help_screens(out, s);
	return out->len > 0;
}

static void no_topic(const char *topic, struct err *err)
{
	VEC(const char *) names = VEC_INIT;
	const char *nearest;

	for (const struct topic_row *t = topic_rows(); t->name; t++)
		*VEC_PUSH(&names) = t->name;
	for (const struct command *const *c = commands(); *c; c++)
		*VEC_PUSH(&names) = (*c)->name;
	*VEC_PUSH(&names) = NULL;
	nearest = nearest_word(topic, names.v);
	VEC_RELEASE(&names);
	err_set(err, ERR_USAGE, topic, "there is no help on this%s%s%s",
		nearest ? " (did you mean \"" : "", nearest ? nearest : "",
		nearest ? "\"?)" : "");
	err_hint(err, ":help topics and :help commands list all");
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
