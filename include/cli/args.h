/* SPDX-License-Identifier: MIT */
/*
 * args.h - the shell's command line: psql's flags, our own long options, a command, a CONNINFO.
 *
 *	souk [OPTION…] [DBNAME [USERNAME]]          the console
 *	souk COMMAND [ARGUMENT…] [OPTION…] [CONNINFO]
 *
 * psql's short flags keep psql's meaning (-h is the host, help is -? or --help); our own options are long only.
 * An option that the command's own row names belongs to the command.  Of a command's positional words one too many,
 * or a last one that reads as a URI or conninfo string, is the CONNINFO.
 *
 * Everything in struct cli_args is borrowed from argv or static.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "command/command.h"
#include "command/session.h"

enum cli_mode { CLI_CONSOLE, CLI_COMMAND, CLI_HELP, CLI_VERSION, CLI_LIST };

struct cli_args {
	enum cli_mode mode;
	struct session_options session;
	const struct command *command;   /* CLI_COMMAND; CLI_HELP: of this one, or NULL */
	VEC(const char *) words;         /* the command's name and its own arguments */
	const char *unknown;             /* the first word, taken for a database since no command begins so */
	const char *list;                /* --list: commands screens options settings */
	bool mdoc;                       /* --mdoc: --list as manual page source */

	const char *format;              /* --format */
	const char *log;                 /* --log */
	bool yes;                        /* --yes: answer questions of risk with yes */
	const char *confirm;             /* --confirm NAME: the name that must be typed */
	bool ask_password;               /* -W */

	/* for the console, passed on by main */
	const char *theme, *keymap, *open;
	bool no_mouse, plain, no_history, keep_going;
	int rows, cols;                  /* --size; 0: not given */
};

/* err names the word and the way out (kind ERR_USAGE). */
bool cli_parse(struct cli_args *out, int argc, char *const *argv, struct err *err) MUST_CHECK;
void cli_args_release(struct cli_args *a);
/* After a failure: what the person may have meant with the first word if not a database, a line; or nothing. */
void cli_meant(struct buf *out, const struct cli_args *a);
/* souk --help, or of one command. */
void cli_help(struct buf *out, const struct command *cmd);
/* --list: false if there is no such list. */
bool cli_list(struct buf *out, const char *what, bool mdoc, struct err *err) MUST_CHECK;

#endif
