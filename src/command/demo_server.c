/* SPDX-License-Identifier: MIT */
/* One private server: made, started and stopped, as a chain of child processes in the loop. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"
#include "db/sql.h"
#include "demo_priv.h"

#define SOCKET "/.s.PGSQL.5432"

/* What a crashed server left behind goes away by itself within moments. */
enum { START_TRIES = 20, START_AGAIN_MS = 300 };

struct demo_server {
	struct loop *loop;
	const struct demo_place *place;
	const struct demo_programs *programs;
	struct loop_child *child;
	struct loop_timer *again;
	void (*next)(struct demo_server *s); /* after the child ended well */
	const char *doing;		     /* what the child is for: "initdb" */
	int tries;
	demo_server_fn *fn;
	void *ctx;
};

static void start_again(void *ctx);

struct demo_server *demo_server_new(struct loop *loop, const struct demo_place *place,
				    const struct demo_programs *programs)
{
	struct demo_server *s = xcalloc(1, sizeof *s);

	s->loop = loop;
	s->place = place;
	s->programs = programs;
	s->again = loop_timer_new(loop, start_again, s);
	return s;
}

void demo_server_free(struct demo_server **sp)
{
	struct demo_server *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	if (s->child)
		loop_child_kill(s->child, SIGTERM);
	loop_child_free(&s->child);
	loop_timer_free(&s->again);
	free(s);
}

/* ---- what the log says ---- */

/* What a line of the log complains about, without its time and process; NULL: it does not. */
static char *complaint(char *line)
{
	static const char *const severe[] = { "FATAL:", "PANIC:", "ERROR:" };
	char *at = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(severe) && !at; i++)
		at = strstr(line, severe[i]);
	if (!at && (strstr(line, "error:") || strstr(line, "could not")))
		at = line;
	return at;
}

/* The last complaint in the log, else its last line. To be freed. */
static char *last_words(const struct demo_place *p)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *best = NULL, *last = NULL, *rest;

	if (!path_read(p->log, 64 << 20, &text, &err))
		buf_adds(&text, "its log cannot be read");
	err_release(&err);
	buf_trim(&text);
	for (char *line = strtok_r(text.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *at = complaint(line);

		best = at ? at : best;
		last = line;
	}
	best = xstrdup(best ? best : last ? last : "it said nothing");
	buf_release(&text);
	return best;
}

void demo_server_explain(const struct demo_place *p, const char *what, struct err *err)
{
	char *why = last_words(p);

	err_set(err, ERR_FAILED, what, "%s", why);
	if (strstr(why, "No space left"))
		err_hint(err, "free some space, or choose another folder with --dir");
	else
		err_hint(err, "%s has the whole story; souk demo --fresh begins anew", p->log);
	free(why);
}

static void give_up(struct demo_server *s)
{
	struct err err = ERR_INIT;

	demo_server_explain(s->place, s->doing, &err);
	s->fn(s->ctx, &err);
	err_release(&err);
}

/* ---- children ---- */

static void on_child(void *ctx, int status, int signo)
{
	struct demo_server *s = ctx;

	loop_child_free(&s->child);
	if (status == 0 && signo == 0)
		s->next(s);
	else if (strcmp(s->doing, "pg_ctl") == 0 && ++s->tries < START_TRIES)
		loop_timer_start(s->again, START_AGAIN_MS, 0);
	else
		give_up(s);
}

/* Run one of the server's programs; input: what it reads, or NULL. */
static void run(struct demo_server *s, const char *program, const char *const *args,
		const char *input)
{
	struct err err = ERR_INIT;
	char *file = path_join(s->programs->bin, program);
	const char *argv[24] = { file };
	int log = demo_log_open(s->place), in[2] = { -1, -1 };
	struct loop_child_opts opts = {
		.file = file,
		.argv = (char *const *)(uintptr_t)argv,
		.env = demo_environment(),
		.dir = s->place->dir,
		.uid = s->place->uid,
		.gid = s->place->gid,
	};

	for (size_t i = 0; args[i]; i++)
		argv[i + 1] = args[i];
	/* a few bytes fit into a pipe without a reader */
	if (input && (pipe(in) != 0 || write(in[1], input, strlen(input)) < 0))
		err_errno(&err, program);
	if (in[1] >= 0)
		close(in[1]);
	opts.fds[0] = in[0];
	opts.fds[1] = opts.fds[2] = log;
	s->doing = program;
	if (err.kind == ERR_NONE)
		s->child = loop_child_start(s->loop, &opts, on_child, s, &err);
	if (in[0] >= 0)
		close(in[0]);
	if (log >= 0)
		close(log);
	if (!s->child)
		s->fn(s->ctx, &err);
	err_release(&err);
	free(file);
}

/* ---- making ---- */

static void made(struct demo_server *s)
{
	s->fn(s->ctx, NULL);
}

/* postgres --single reads a statement per line, before anybody can connect. */
static void create_database(struct demo_server *s)
{
	const char *const args[] = { "--single", "-D", s->place->data, "template1", NULL };
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	char *text;

	if (!set)
		BUG("the shipped queries do not load: %s", err.why);
	text = xasprintf("%s\n", sqlset_get(set, "demo_database", 0)->text);
	for (char *c = strchr(text, '\n'); c && c[1]; c = strchr(c + 1, '\n'))
		*c = ' ';
	s->next = made;
	run(s, "postgres", args, text);
	free(text);
	sqlset_free(&set);
}

static char *quoted(const char *text)
{
	struct buf out = BUF_INIT;

	for (; *text; text++)
		buf_addf(&out, *text == '\'' ? "''" : "%c", *text);
	return buf_detach(&out);
}

/* Modules lie beside the programs; a server without contrib has fewer. */
static bool has_library(const struct demo_programs *programs, const char *name)
{
	static const char *const beside[] = { "../lib", "../lib/postgresql", "../lib64" };
	bool there = false;

	for (size_t i = 0; i < ARRAY_SIZE(beside) && !there; i++) {
		char *path = xasprintf("%s/%s/%s.so", programs->bin, beside[i], name);

		there = path_exists(path);
		free(path);
	}
	return there;
}

/* A server for one person on one machine, whose data can be made again. */
static void configure(struct demo_server *s)
{
	char *path = path_join(s->place->data, "postgresql.conf");
	char *socket = quoted(s->place->socket);
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	FILE *f = fopen(path, "a");

	buf_addf(&text,
		 "\n# souk demo\n"
		 "listen_addresses = ''\n"
		 "unix_socket_directories = '%s'\n"
		 "port = 5432\n"
		 "cluster_name = 'souk demo'\n"
		 "max_connections = 60\n"
		 "shared_buffers = 128MB\n"
		 "fsync = off\n"
		 "synchronous_commit = off\n"
		 "full_page_writes = off\n"
		 "max_wal_size = 512MB\n"
		 "track_io_timing = on\n"
		 "%s",
		 socket,
		 has_library(s->programs, "pg_stat_statements")
			 ? "shared_preload_libraries = 'pg_stat_statements'\n"
			 : "");
	if (!f || fwrite(text.data, 1, text.len, f) != text.len || fflush(f) != 0)
		err_errno(&err, path);
	if (f)
		fclose(f);
	if (err.kind == ERR_NONE)
		create_database(s);
	else
		s->fn(s->ctx, &err);
	err_release(&err);
	buf_release(&text);
	free(socket);
	free(path);
}

/* Characters as people mean them where the system has such a locale. */
static const char *locale_name(void)
{
	locale_t l = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);

	if (!l)
		return "--locale=C";
	freelocale(l);
	return "--locale=C.UTF-8";
}

void demo_server_make(struct demo_server *s, demo_server_fn *fn, void *ctx)
{
	const char *const args[] = {
		"-D", s->place->data, "-U", "postgres",		 "-A",		"trust",
		"-E", "UTF8",	      "-N", "--no-instructions", locale_name(), NULL
	};

	s->fn = fn;
	s->ctx = ctx;
	s->next = configure;
	unlink(s->place->log);
	run(s, "initdb", args, NULL);
}

/* ---- starting ---- */

static bool answers(const struct demo_place *p)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool yes;

	snprintf(un.sun_path, sizeof un.sun_path, "%s" SOCKET, p->socket);
	yes = fd >= 0 && connect(fd, (struct sockaddr *)&un, sizeof un) == 0;
	if (fd >= 0)
		close(fd);
	return yes;
}

/* The process that postmaster.pid names; 0: none. */
static pid_t postmaster(const struct demo_place *p)
{
	char *path = path_join(p->data, "postmaster.pid");
	FILE *f = fopen(path, "r");
	int pid = 0;

	if (f && fscanf(f, "%d", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	free(path);
	return pid;
}

/* A number may have gone to another process since: ours works in the data folder. */
static bool is_ours(const struct demo_place *p, pid_t pid)
{
	char link[64];
	struct stat cwd, data;

	if (pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH))
		return false;
	snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
	if (stat(link, &cwd) != 0 || stat(p->data, &data) != 0)
		return access("/proc/self/cwd", F_OK) != 0; /* no /proc: believe the file */
	return cwd.st_dev == data.st_dev && cwd.st_ino == data.st_ino;
}

enum demo_server_state demo_server_state(const struct demo_place *p)
{
	if (!is_ours(p, postmaster(p)))
		return SERVER_DOWN;
	return answers(p) ? SERVER_UP : SERVER_SILENT;
}

/* PostgreSQL believes a stale number when some other process has it now. */
static void forget_stale(const struct demo_place *p)
{
	static const char *const files[] = { "/postmaster.pid", SOCKET, SOCKET ".lock" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s%s", i == 0 ? p->data : p->socket, files[i]);

		unlink(path);
		free(path);
	}
}

static void started(struct demo_server *s)
{
	s->fn(s->ctx, NULL);
}

static void start(struct demo_server *s)
{
	const char *const args[] = { "start", "-D", s->place->data, "-l", s->place->log,
				     "-w",    "-t", "60",	    "-s", NULL };
	struct err err = ERR_INIT;

	switch (demo_server_state(s->place)) {
	case SERVER_UP:
		started(s);
		return;
	case SERVER_SILENT: /* starting, or stopping */
		s->doing = "pg_ctl";
		if (++s->tries < START_TRIES) {
			loop_timer_start(s->again, START_AGAIN_MS, 0);
			return;
		}
		give_up(s);
		return;
	case SERVER_DOWN:
		break;
	}
	forget_stale(s->place);
	s->next = started;
	if (demo_socket_make(s->place, &err))
		run(s, "pg_ctl", args, NULL);
	else
		s->fn(s->ctx, &err);
	err_release(&err);
}

static void start_again(void *ctx)
{
	start(ctx);
}

void demo_server_start(struct demo_server *s, demo_server_fn *fn, void *ctx)
{
	s->fn = fn;
	s->ctx = ctx;
	s->tries = 0;
	start(s);
}

/* ---- stopping ---- */

int demo_server_version(const struct demo_place *p)
{
	char *path = path_join(p->data, "PG_VERSION");
	FILE *f = fopen(path, "r");
	int major = 0;

	if (f && fscanf(f, "%d", &major) != 1)
		major = 0;
	if (f)
		fclose(f);
	free(path);
	return major;
}

static void wait_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one. */
bool demo_server_stop(const struct demo_place *p, struct err *err)
{
	pid_t pid = postmaster(p);

	for (int tenths = 0; tenths < 300; tenths++) {
		if (!is_ours(p, pid)) {
			forget_stale(p);
			demo_socket_remove(p);
			return true;
		}
		if (tenths == 0 && kill(pid, SIGINT) != 0)
			break;
		if (tenths == 150)
			kill(pid, SIGQUIT);
		wait_ms(100);
	}
	err_set(err, ERR_FAILED, "souk demo", "the server (process %d) does not stop",
		(int)pid);
	return err_hint(err, "kill %d", (int)pid);
}
