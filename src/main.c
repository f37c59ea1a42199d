/* SPDX-License-Identifier: MIT */
/*
 * main.c - reads the command line and runs one command.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/loop.h"
#include "cli/args.h"
#include "cli/batch.h"

static int print(const struct cli_args *a)
{
	struct buf out = BUF_INIT;
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
	if (fputs(out.data, stdout) < 0 || fflush(stdout) != 0)
		status = 1;
	err_release(&err);
	buf_release(&out);
	return status;
}

int main(int argc, char **argv)
{
	struct cli_args args;
	struct err err = ERR_INIT;
	struct loop *loop;
	int status;

	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (!cli_parse(&args, argc, argv, &err) || (args.log && !log_open(args.log, &err))) {
		cli_error(&err);
		err_release(&err);
		cli_args_release(&args);
		return 1;
	}
	if (args.mode == CLI_COMMAND) {
		loop = loop_new();
		status = cli_batch(loop, &args);
		loop_free(&loop);
	} else {
		status = print(&args);
	}
	log_close();
	cli_args_release(&args);
	return status;
}
