/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/utf8.h"
#include "cli/args.h"
#include "cli_priv.h"
#include "command/parse.h"
#include "command/settings.h"
#include "command/topics.h"
#include "domain/screendef.h"

static const char intro[] = "souk is the terminal admin console for multi-tenant commerce "
			    "databases on PostgreSQL.\n"
			    "\n"
			    "Usage:\n"
			    "  souk [OPTION]… [DBNAME [USERNAME]]              the console\n"
			    "  souk COMMAND [ARGUMENT]… [OPTION]… [CONNINFO]   one command\n"
			    "  souk demo                                       the console on "
			    "a private server with live data\n"
			    "\n"
			    "Commands:\n";

static const char outro[] = "\n"
			    "Options:\n";

static const char foot[] =
	"\n"
	"Exit status: 0 done, 1 failed or wrong usage, 2 no connection, 3 a script stopped,\n"
	"4 version conflict, 5 findings. All of it in man souk; souk COMMAND --help for one "
	"command.\n";

static bool is_batch(const struct command *c)
{
	return (c->needs & (BATCH | BATCH_ONLY)) != 0;
}

/* In lines of a terminal's width, between blanks. */
static void add_wrapped(struct buf *out, const char *text)
{
	enum { WIDTH = 78 };
	int col = 0;

	for (const char *end; *text; text = end) {
		int width;

		end = text + 1 + strcspn(text + 1, " \n");
		width = utf8_width(text, (size_t)(end - text));
		if (*text == '\n')
			col = 0;
		if (*text == ' ' && col + width > WIDTH) {
			buf_addc(out, '\n');
			text++;
			width--;
			col = 0;
		}
		buf_add(out, text, (size_t)(end - text));
		col += width;
	}
}

void cli_help(struct buf *out, const struct command *cmd)
{
	if (cmd) {
		buf_adds(out, "Usage: souk ");
		command_usage(out, cmd);
		buf_addf(out, " [OPTION]… [CONNINFO]\n\n%s.\n", cmd->summary);
		if (cmd->help) {
			buf_addc(out, '\n');
			add_wrapped(out, cmd->help);
			buf_addc(out, '\n');
		}
		return;
	}
	buf_adds(out, intro);
	for (const struct command *const *c = commands(); *c; c++)
		if (is_batch(*c))
			buf_addf(out, "  %-26s %s\n", (*c)->name, (*c)->summary);
	buf_adds(out, outro);
	cli_options(out, false);
	buf_adds(out, foot);
}

/* ---- --list ---- */

static void mdoc_text(struct buf *out, const char *s)
{
	if (*s == '.' || *s == '\'')
		buf_adds(out, "\\&");
	for (; *s; s++) {
		if (*s == '\\')
			buf_adds(out, "\\e");
		else if (*s == '-')
			buf_adds(out, "\\-");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '\n');
}

/* Each sentence on a line of its own, as mdoc wants it. */
static void mdoc_prose(struct buf *out, const char *s)
{
	while (*s) {
		size_t len = 0;
		char *sentence;

		while (s[len] && !(s[len] == '.' && s[len + 1] == ' '))
			len++;
		len += s[len] == '.';
		sentence = xstrndup(s, len);
		mdoc_text(out, sentence);
		free(sentence);
		s += len + strspn(s + len, " ");
	}
}

static void list_commands(struct buf *out, bool mdoc)
{
	for (const struct command *const *c = commands(); *c; c++) {
		struct buf usage = BUF_INIT;

		if (!mdoc) {
			buf_addf(out, "%s\n", (*c)->name);
			continue;
		}
		command_usage(&usage, *c);
		buf_adds(out, ".It Xo\n.Ic ");
		mdoc_text(out, usage.data);
		buf_adds(out, ".Xc\n");
		mdoc_text(out, (*c)->summary);
		if ((*c)->alias) {
			buf_adds(out, "Also:\n");
			mdoc_text(out, (*c)->alias);
		}
		if ((*c)->help)
			mdoc_prose(out, (*c)->help);
		buf_release(&usage);
	}
}

static void list_settings(struct buf *out, bool mdoc)
{
	for (const struct setting_row *r = setting_rows(); r->name; r++) {
		if (mdoc)
			buf_addf(out, ".It Cm %s Pq default %s\n%s.\n", r->name, r->otherwise,
				 r->help);
		else
			buf_addf(out, "%s\n", r->name);
	}
}

static void list_topics(struct buf *out, bool mdoc)
{
	for (const struct topic_row *t = topic_rows(); t->name; t++) {
		if (!mdoc) {
			buf_addf(out, "%s\n", t->name);
			continue;
		}
		buf_addf(out, ".Ss %s: %s\n.Bd -literal\n", t->name, t->summary);
		for (const char *line = t->text; *line;) {
			char *one = xstrndup(line, strcspn(line, "\n"));

			mdoc_text(out, one);
			line += strlen(one) + (line[strlen(one)] == '\n');
			free(one);
		}
		buf_adds(out, ".Ed\n");
	}
}

static bool list_screens(struct buf *out, bool mdoc, struct err *err)
{
	struct screenset *set = screenset_load(NULL, err);

	if (!set)
		return false;
	for (size_t i = 0; i < screenset_len(set); i++) {
		const struct screendef *d = screenset_at(set, i);

		if (mdoc)
			buf_addf(out, ".It Ic %s\n%s.\n", d->name, d->title);
		else
			buf_addf(out, "%s\n", d->name);
	}
	screenset_free(&set);
	return true;
}

/* souk-commands(7), whole: what :help tells. */
static bool list_manual(struct buf *out, struct err *err)
{
	static const char list[] = ".Bl -tag -width Ds\n", end[] = ".El\n";

	buf_adds(out, ".\\\" SPDX-License-Identifier: MIT\n.\\\" Made by souk --list manual.\n"
		      ".Dd $Mdocdate$\n.Dt SOUK-COMMANDS 7\n.Os\n.Sh NAME\n"
		      ".Nm souk-commands\n.Nd commands, settings and topics of souk\n"
		      ".Sh DESCRIPTION\n"
		      "What\n.Ic :help\n"
		      "tells in the console; options and files are in\n.Xr souk 1 .\n"
		      ".Sh TOPICS\n");
	list_topics(out, true);
	buf_addf(out, ".Sh COMMANDS\n%s", list);
	list_commands(out, true);
	buf_addf(out, "%s.Sh SETTINGS\n%s", end, list);
	list_settings(out, true);
	buf_addf(out, "%s.Sh SCREENS\n%s", end, list);
	if (!list_screens(out, true, err))
		return false;
	buf_addf(out, "%s.Sh SEE ALSO\n.Xr souk 1 ,\n.Xr souk-screens 5\n", end);
	return true;
}

bool cli_list(struct buf *out, const char *what, bool mdoc, struct err *err)
{
	static const char *const names[] = { "commands", "screens", "options", "settings",
					     "topics",	 "manual",  NULL };

	if (strcmp(what, "commands") == 0) {
		list_commands(out, mdoc);
	} else if (strcmp(what, "settings") == 0) {
		list_settings(out, mdoc);
	} else if (strcmp(what, "options") == 0) {
		cli_options(out, mdoc);
	} else if (strcmp(what, "topics") == 0) {
		list_topics(out, mdoc);
	} else if (strcmp(what, "screens") == 0) {
		return list_screens(out, mdoc, err);
	} else if (strcmp(what, "manual") == 0) {
		return list_manual(out, err);
	} else {
		err_unknown(err, "list", what, names);
		err->kind = ERR_USAGE;
		return false;
	}
	return true;
}
