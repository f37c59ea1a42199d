/* SPDX-License-Identifier: MIT */
#include "cli/demo.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/batch.h"
#include "command/parse.h"

enum { BAR = 24, LOOK_MS = 500 };

struct front {
	struct loop *loop;
	bool tty;   /* stderr is a terminal: one line that is written over */
	bool line;  /* such a line stands there */
	char *last; /* what was said last otherwise */
	bool failed;
	const struct demo *demo; /* that is served alone */
	int signo; /* what interrupted us, 0: nothing */
};

/* ---- progress ---- */

static void clear_line(struct front *f)
{
	if (f->line)
		fputs("\r\033[K", stderr);
	f->line = false;
}

static void draw(struct front *f, const char *what, double part)
{
	char bar[BAR + 1];

	for (int i = 0; i < BAR; i++)
		bar[i] = i < (int)(part * BAR + 0.5) ? '#' : '.';
	bar[BAR] = '\0';
	clear_line(f);
	fprintf(stderr, "[%s] %s", bar, what);
	f->line = true;
}

static void progress(void *ctx, const char *what, double done, double total)
{
	struct front *f = ctx;

	if (f->tty) {
		draw(f, what, total > 0 ? done / total : 0);
	} else if (!f->last || strcmp(f->last, what) != 0) {
		fprintf(stderr, "souk: %s\n", what);
		free(f->last);
		f->last = xstrdup(what);
	}
	fflush(stderr);
}

static void ready(void *ctx, const struct err *err)
{
	struct front *f = ctx;

	clear_line(f);
	f->failed = err != NULL;
	if (err)
		cli_error(err);
	loop_stop(f->loop);
}

static void on_signal(void *ctx, int signo)
{
	struct front *f = ctx;

	clear_line(f);
	f->signo = signo;
	loop_stop(f->loop);
}

/* Until the demo is ready or failed, or somebody interrupts. */
static void run(struct front *f)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct loop_signal *handles[ARRAY_SIZE(signals)];

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		handles[i] = loop_signal_new(f->loop, signals[i], on_signal, f);
	loop_run(f->loop);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		loop_signal_free(&handles[i]);
}

/* ---- what was asked ---- */

static int stop(const struct args *a)
{
	struct err err = ERR_INIT;
	bool fine = demo_stop(args_get(a, "dir"), &err);

	if (!fine)
		cli_error(&err);
	err_release(&err);
	return fine ? 0 : 1;
}

static void look(void *ctx)
{
	struct front *f = ctx;

	if (demo_runs(f->demo))
		return;
	cli_say("the demo's server was stopped");
	loop_stop(f->loop);
}

/* The URI on stdout; without --keep the server lives as long as we do, and we as long as it. */
static int serve(struct front *f, const struct args *a, const char *uri)
{
	struct loop_timer *timer;

	if (puts(uri) < 0 || fflush(stdout) != 0)
		return 1;
	if (args_has(a, "keep"))
		return 0;
	timer = loop_timer_new(f->loop, look, f);
	loop_timer_start(timer, LOOK_MS, LOOK_MS);
	run(f);
	loop_timer_free(&timer);
	return 0;
}

static bool has_terminal(struct err *err)
{
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return true;
	err_set(err, ERR_USAGE, "souk demo", "the console needs a terminal");
	return err_hint(err, "add --no-console to have the server alone");
}

static void say_thrown_away(const struct demo *demo)
{
	char *text = xasprintf("interrupted: the unfinished demo in %s is thrown away",
			       demo_unfinished(demo));

	cli_say(text);
	free(text);
}

static const char *person(const struct args *a)
{
	static const char *const people[] = { "support", "dba", "oncall", "admin" };
	const char *as = args_get(a, "as");

	for (size_t i = 0; as && i < ARRAY_SIZE(people); i++)
		if (strcmp(as, people[i]) == 0)
			return people[i];
	return people[0];
}

static int prepare(struct front *f, const struct args *a, struct cli_demo *there)
{
	const struct demo_options opts = {
		.dir = args_get(a, "dir"),
		.scale = (int)args_int(a, "scale", -1),
		.fresh = args_has(a, "fresh"),
		.keep = args_has(a, "keep"),
		.quiet = args_has(a, "quiet"),
	};
	const struct demo_callbacks cb = { .progress = progress, .ready = ready, .ctx = f };
	struct err err = ERR_INIT;
	int status = 1;

	if (args_has(a, "no-console") || has_terminal(&err))
		there->server = demo_open(f->loop, &opts, &cb, &err);
	if (there->server) {
		there->as = person(a);
		there->uri = demo_uri(there->server, there->as);
		f->demo = there->server;
		run(f);
		status = f->signo ? 128 + f->signo : f->failed;
		if (f->signo && demo_unfinished(there->server))
			say_thrown_away(there->server);
	}
	if (err.kind)
		cli_error(&err);
	err_release(&err);
	if (status)
		return status;
	return args_has(a, "no-console") ? serve(f, a, there->uri) : -1;
}

int cli_demo(struct loop *loop, const struct cli_args *args, struct cli_demo *there)
{
	struct front f = { .loop = loop, .tty = isatty(STDERR_FILENO) };
	struct err err = ERR_INIT;
	struct args *a =
		args_match(args->command, args->words.v + 1, args->words.len - 1, NULL, &err);
	int status = 1;

	*there = (struct cli_demo){ 0 };
	if (!a)
		cli_error(&err);
	else
		status = args_has(a, "stop") ? stop(a) : prepare(&f, a, there);
	if (status >= 0) {
		demo_close(&there->server);
		free(there->uri);
	}
	args_free(&a);
	err_release(&err);
	free(f.last);
	return status;
}
