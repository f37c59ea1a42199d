/* SPDX-License-Identifier: MIT */
#include "support/cluster.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct cluster {
	char dir[96];
	int guard; /* writing end of the guard's FIFO; its closing removes the server */
};

static void fail(const char *what, const char *detail)
{
	fprintf(stderr, "cluster: %s\n%s\n", what, detail);
	abort();
}

/* Run argv; its standard output, to be freed, without the last newline.  NULL if it failed. */
static char *capture(const char *const *argv)
{
	int fds[2];
	if (pipe(fds) != 0)
		fail("pipe", "");
	pid_t pid = fork();
	if (pid == 0) {
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[0], (char *const *)(uintptr_t)argv); /* exec does not write to them */
		_exit(127);
	}
	close(fds[1]);
	size_t len = 0, size = 4096;
	char *text = malloc(size);
	ssize_t n;
	while ((n = read(fds[0], text + len, size - len - 1)) > 0) {
		len += (size_t)n;
		if (size - len < 2)
			text = realloc(text, size *= 2);
	}
	close(fds[0]);
	int status;
	waitpid(pid, &status, 0);
	if (status != 0) {
		free(text);
		return NULL;
	}
	while (len > 0 && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	return text;
}

/* cluster.sh with up to four words. */
static char *script(const char *verb, const char *a, const char *b, const char *c)
{
	const char *const argv[] = { "sh", "tests/support/cluster.sh", verb, a, b, c, NULL };
	char *out = capture(argv);
	if (!out)
		fail(verb, "cluster.sh failed (tests run from the repository's root)");
	return out;
}

static void run(const char *verb, const char *a, const char *b)
{
	free(script(verb, a, b, NULL));
}

/* The guard is a process of its own that outlives us by a moment. */
static int start_guard(const char *dir)
{
	char fifo[128];
	snprintf(fifo, sizeof(fifo), "%s/guard", dir);
	const char *const argv[] = { "mkfifo", "-m", "600", fifo, NULL };
	char *out = capture(argv);
	if (!out)
		fail("mkfifo", fifo);
	free(out);
	pid_t pid = fork();
	if (pid == 0) {
		setsid();
		int null = open("/dev/null", O_RDWR);
		for (int i = 0; i < 3; i++)
			dup2(null, i);
		execlp("sh", "sh", "tests/support/cluster.sh", "guard", dir, fifo, (char *)NULL);
		_exit(127);
	}
	return open(fifo, O_WRONLY | O_CLOEXEC);
}

/* dir is taken. */
static struct cluster *take(char *dir)
{
	struct cluster *c = calloc(1, sizeof(*c));
	snprintf(c->dir, sizeof(c->dir), "%s", dir);
	free(dir);
	c->guard = start_guard(c->dir);
	return c;
}

struct cluster *cluster_new(const char *conf)
{
	if (conf)
		setenv("CLUSTER_CONF", conf, 1);
	char *dir = script("new", NULL, NULL, NULL);
	unsetenv("CLUSTER_CONF");
	return take(dir);
}

struct cluster *cluster_standby(const struct cluster *primary)
{
	return take(script("standby", primary->dir, NULL, NULL));
}

void cluster_free(struct cluster **c)
{
	if (!*c)
		return;
	run("remove", (*c)->dir, NULL);
	close((*c)->guard);
	free(*c);
	*c = NULL;
}

const char *cluster_host(const struct cluster *c)
{
	return c->dir;
}

/* --- the program's own server: made by the parent, known to the tests by the environment --- */

static struct cluster shared = { .guard = -1 };

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	struct cluster *c = cluster_new(NULL);
	shared = *c;
	free(c);
	setenv("SOUK_TEST_CLUSTER", shared.dir, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	(void)stats;
	if (shared.guard < 0)
		return;
	run("remove", shared.dir, NULL);
	close(shared.guard);
	shared.guard = -1;
}

struct cluster *cluster(void)
{
	const char *dir = getenv("SOUK_TEST_CLUSTER");
	if (!dir)
		fail("no server", "SOUK_TEST_CLUSTER is not set");
	snprintf(shared.dir, sizeof(shared.dir), "%s", dir);
	return &shared;
}

/* --- */

void cluster_stop(struct cluster *c, const char *mode)
{
	run("stop", c->dir, mode);
}

void cluster_start(struct cluster *c)
{
	run("start", c->dir, NULL);
}

void cluster_kill(struct cluster *c)
{
	run("kill", c->dir, NULL);
}

void cluster_pooler(struct cluster *c, const char *forced_user)
{
	if (forced_user)
		setenv("POOL_USER", forced_user, 1);
	run("pooler", c->dir, NULL);
	unsetenv("POOL_USER");
}

int cluster_tls(struct cluster *c)
{
	char *port = script("tls", c->dir, NULL, NULL);
	int n = (int)strtol(port, NULL, 10);
	free(port);
	return n;
}

char *cluster_database_in(struct cluster *c, const char *files)
{
	static int count;
	char name[64];
	snprintf(name, sizeof(name), "t_%d_%d", (int)getpid(), ++count);
	char command[1024];
	snprintf(command, sizeof(command), "exec sh tests/support/cluster.sh database '%s' '%s' %s",
		 c->dir, name, files);
	const char *const argv[] = { "sh", "-c", command, NULL };
	char *out = capture(argv);
	if (!out)
		fail("cluster_database", files);
	free(out);
	char *conninfo;
	if (asprintf(&conninfo, "host=%s user=postgres dbname=%s", c->dir, name) < 0)
		abort();
	return conninfo;
}

char *cluster_database(const char *files)
{
	return cluster_database_in(cluster(), files);
}

char *cluster_sql(const char *conninfo, const char *sql)
{
	const char *const argv[] = { "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
				     "-d", conninfo, "-c", sql, NULL };
	char *out = capture(argv);
	if (!out)
		fail("psql", sql);
	return out;
}
