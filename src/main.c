/* SPDX-License-Identifier: MIT */
/*
 * main.c - reads the command line and chooses: the console, a script of it, or one command.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__) && !defined(SOUK_SANITIZED)
#include <sys/prctl.h>
#endif

#include "base/log.h"
#include "base/loop.h"
#include "base/path.h"
#include "base/utf8.h"
#include "cli/args.h"
#include "cli/batch.h"
#include "cli/demo.h"
#include "cli/plugin.h"
#include "ui/ui.h"

enum { SCRIPT_MAX = 1 << 20 };

/* The error, and what else the words may have meant. */
static void tell(const struct cli_args *a, const struct err *err)
{
	struct buf meant = BUF_INIT;

	cli_error(err);
	cli_meant(&meant, a);
	cli_more(meant.data);
	buf_release(&meant);
}

static int print(const struct cli_args *a)
{
	struct buf out = BUF_INIT, spelled = BUF_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	if (a->mode == CLI_HELP)
		cli_help(&out, a->command);
	else if (a->mode == CLI_VERSION)
		buf_adds(&out, "souk " SOUK_VERSION "\n");
	else if (!cli_list(&out, a->list, a->mdoc, &err))
		status = 1;
	if (err.kind)
		cli_error(&err);
	utf8_spell(&spelled, out.data, out.len);
	if (fputs(spelled.data, stdout) < 0 || fflush(stdout) != 0)
		status = 1;
	err_release(&err);
	buf_release(&spelled);
	buf_release(&out);
	return status;
}

static struct ui_options ui_options_of(const struct cli_args *a)
{
	return (struct ui_options){
		.theme = a->theme,
		.open = a->open,
		.keymap = a->keymap,
		.no_mouse = a->no_mouse,
		.plain = a->plain,
		.no_history = a->no_history,
		.rows = a->rows,
		.cols = a->cols,
		.keep_going = a->keep_going,
	};
}

/* tour: whom of the demo's people it is shown around; NULL: this is no demo. */
static int console(struct loop *loop, const struct cli_args *a, const char *tour)
{
	struct ui_options opts = ui_options_of(a);
	struct buf farewell = BUF_INIT;
	struct err err = ERR_INIT;
	int status;

	opts.tour = tour;
	opts.farewell = &farewell;
	status = ui_run(loop, &opts, &a->session, &err);
	if (farewell.len)
		cli_say(farewell.data);
	buf_release(&farewell);
	if (err.kind)
		tell(a, &err);
	err_release(&err);
	return status;
}

static int script(struct loop *loop, const struct cli_args *a)
{
	struct ui_options opts = ui_options_of(a);
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct ui_source src = { .file = a->words.len > 1 ? a->words.v[1] : "",
				 .tell = cli_error };
	int status = 1;

	if (a->words.len < 2) {
		err_set(&err, ERR_USAGE, "run", "the script's file is missing");
		err_hint(&err, "usage: souk run FILE [--size COLSxROWS]");
	} else if (path_read(src.file, SCRIPT_MAX, &text, &err)) {
		src.text = text.data;
		src.len = text.len;
		status = ui_script(loop, &opts, &a->session, &src, &err);
	}
	if (err.kind)
		cli_error(&err);
	err_release(&err);
	buf_release(&text);
	return status;
}

/* Where each of the demo's people begins the day. */
static const char *first_screen(const char *as)
{
	static const char *const screens[][2] = {
		{ "dba", "relations" },
		{ "admin", "relations" },
		{ "oncall", "outbox" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(screens); i++)
		if (strcmp(as, screens[i][0]) == 0)
			return screens[i][1];
	return "tenants";
}

/* The console on the demo's server, as one of its people. */
static int demo(struct loop *loop, const struct cli_args *a)
{
	struct cli_args there = *a;
	struct cli_demo demo;
	int status = cli_demo(loop, a, &demo);

	if (status >= 0)
		return status;
	there.session.db = (struct db_params){ .dbname = demo.uri, .no_password = true };
	if (!there.open)
		there.open = first_screen(demo.as);
	status = console(loop, &there, demo.as);
	demo_close(&demo.server);
	free(demo.uri);
	return status;
}

/* Commands that are more than one transaction's worth of batch. */
static int front(struct loop *loop, const struct cli_args *a)
{
	if (a->mode == CLI_CONSOLE)
		return console(loop, a, NULL);
	if (a->command && strcmp(a->command->name, "run") == 0)
		return script(loop, a);
	if (a->command && strcmp(a->command->name, "demo") == 0)
		return demo(loop, a);
	return cli_batch(loop, a);
}

/* A password may be in memory, and shall not end in a core file; a handler that the kernel pipes
 * cores to heeds only the second. (The leak sanitizer needs what that forbids.) */
static void forbid_core(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &limit);
	}
#ifdef PR_SET_DUMPABLE
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* What is still under way when all is closed (a cancel, a name) has so long. */
enum { PATIENCE_MS = 500 };

int main(int argc, char **argv)
{
	struct cli_args args;
	struct err err = ERR_INIT;
	struct loop *loop;
	int status;

	setlocale(LC_ALL, "");
	utf8_or_ascii();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
	forbid_core();
	if (argc == 2 && strcmp(argv[0], DEMO_TRAFFIC) == 0)
		return demo_traffic(argv[1]);
	if (!cli_parse(&args, argc, argv, &err) || (args.log && !log_open(args.log, &err))) {
		status = plugin_is(args.command) ? plugin_failed(args.command, &err) : 1;
		if (!plugin_is(args.command))
			tell(&args, &err);
		err_release(&err);
		cli_args_release(&args);
		return status;
	}
	if (args.mode == CLI_COMMAND || args.mode == CLI_CONSOLE) {
		loop = loop_new();
		status = front(loop, &args);
		if (!loop_end(&loop, PATIENCE_MS)) {
			log_close();
			fflush(NULL);
			_exit(status);
		}
	} else {
		status = print(&args);
	}
	log_close();
	cli_args_release(&args);
	return status;
}
