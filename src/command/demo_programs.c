/* SPDX-License-Identifier: MIT */
/* Where the server's programs are, and how they are run. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "demo_priv.h"

enum { OLDEST = 15 };

/* Where packages put them, in no order: the newest wins. */
static const char *const folders[] = {
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/local/pgsql/bin",
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/opt/local/lib/postgresql*/bin",
	"/usr/libexec/postgresql*",
	"/usr/local/bin",
	"/usr/bin",
};

/* The first line that a program prints; NULL if it cannot be run. */
static char *first_line(const char *const *argv)
{
	char line[4096] = "";
	size_t len = 0;
	ssize_t n;
	int fds[2], status = -1;
	pid_t pid;

	if (pipe(fds) != 0)
		return NULL;
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[0], (char *const *)(uintptr_t)argv); /* it does not write to them */
		_exit(127);
	}
	close(fds[1]);
	while (pid > 0 && (n = read(fds[0], line + len, sizeof line - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	line[strcspn(line, "\n")] = '\0';
	return status == 0 ? xstrdup(line) : NULL;
}

/* The major version of the server in this folder; 0: there is none. */
static int version(const char *bin)
{
	char *initdb = path_join(bin, "initdb");
	char *postgres = path_join(bin, "postgres");
	const char *const argv[] = { postgres, "-V", NULL };
	char *line = NULL;
	int major = 0;

	if (access(initdb, X_OK) == 0 && access(postgres, X_OK) == 0)
		line = first_line(argv); /* postgres (PostgreSQL) 15.8 (Debian …) */
	if (line && sscanf(line, "postgres (PostgreSQL) %d", &major) != 1)
		major = 0;
	free(initdb);
	free(postgres);
	free(line);
	return major;
}

struct search {
	struct demo_programs *best;
	int wanted; /* 0: any */
	int old;    /* the newest that is too old */
	bool other; /* some version that is not the wanted one */
};

static void consider(struct search *s, const char *bin)
{
	int major = version(bin);

	if (major == 0)
		return;
	s->other = s->other || (s->wanted && major != s->wanted);
	if (major < OLDEST) {
		s->old = major > s->old ? major : s->old;
	} else if (major > s->best->major && (s->wanted == 0 || major == s->wanted)) {
		free(s->best->bin);
		*s->best = (struct demo_programs){ xstrdup(bin), major };
	}
}

static void consider_all(struct search *s)
{
	const char *const pg_config[] = { "pg_config", "--bindir", NULL };
	const char *chosen = getenv("PGBIN");
	char *bin;

	if (chosen) {
		consider(s, chosen);
		return;
	}
	bin = first_line(pg_config);
	if (bin)
		consider(s, bin);
	free(bin);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		glob_t found;

		if (glob(folders[i], 0, NULL, &found) == 0)
			for (size_t k = 0; k < found.gl_pathc; k++)
				consider(s, found.gl_pathv[k]);
		globfree(&found);
	}
}

bool demo_programs_find(struct demo_programs *found, int major, struct err *err)
{
	struct search s = { .best = found, .wanted = major };

	*found = (struct demo_programs){ 0 };
	consider_all(&s);
	if (found->bin)
		return true;
	if (s.other) {
		err_set(err, ERR_FAILED, "souk demo",
			"the demo was made with PostgreSQL %d, which is no longer here", major);
		return err_hint(err,
				"souk demo --fresh makes it anew with the version that is");
	}
	if (s.old)
		err_set(err, ERR_FAILED, "souk demo",
			"there is only PostgreSQL %d here, and %d or newer is needed", s.old,
			OLDEST);
	else
		err_set(err, ERR_FAILED, "souk demo",
			"no PostgreSQL server was found here (its programs initdb and "
			"postgres)");
	return err_hint(
		err,
		"on Debian and Ubuntu: make deps, or apt-get install postgresql; elsewhere "
		"install the server's package, or name the folder of its programs in PGBIN");
}

void demo_programs_release(struct demo_programs *programs)
{
	free(programs->bin);
	*programs = (struct demo_programs){ 0 };
}

char *const *demo_environment(void)
{
	static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
						   "HOME=/", "LC_ALL=C", NULL };

	return (char *const *)(uintptr_t)environment; /* nobody writes to them */
}

int demo_log_open(const struct demo_place *p)
{
	int fd = open(p->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd >= 0 && p->uid >= 0 && fchown(fd, (uid_t)p->uid, (gid_t)p->gid) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* In the child: become the server's user, with our words in the log. */
static _Noreturn void become(const struct demo_place *p, const char *const *argv, int log)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	if (p->uid >= 0 && (setgroups(0, NULL) != 0 || setgid((gid_t)p->gid) != 0 ||
			    setuid((uid_t)p->uid) != 0))
		_exit(126);
	if (chdir(p->dir) == 0)
		execve(argv[0], (char *const *)(uintptr_t)argv, demo_environment());
	_exit(127);
}

int demo_run(const struct demo_place *p, const char *const *argv)
{
	int log = demo_log_open(p);
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		become(p, argv, log);
	if (log >= 0)
		close(log);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
