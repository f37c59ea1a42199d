/* SPDX-License-Identifier: MIT */
/*
 * far.c - a server that is far away: a relay that is late lies before the one of PGHOST and
 * PGPORT, and the command is told of it in their place.
 *
 *	far MS COMMAND…      MS a round trip; its exit status is ours
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/proxy.h"

int main(int argc, char **argv)
{
	const char *host = getenv("PGHOST"), *port = getenv("PGPORT");
	char upstream[256], here[16];
	struct proxy *p;
	int status = -1;
	pid_t pid;

	if (argc < 3 || !host) {
		fputs("usage: PGHOST=… far MS COMMAND…\n", stderr);
		return 1;
	}
	/* A socket's port is in its name, and the relay's too. */
	snprintf(upstream, sizeof upstream, "%s:%s", host, port ? port : "5432");
	p = *host == '/' ? proxy_new(host) : proxy_new_at(upstream, 0, true);
	proxy_delay(p, (int)strtol(argv[1], NULL, 10) / 2);
	snprintf(here, sizeof here, "%d", proxy_port(p));
	setenv("PGHOST", proxy_host(p), 1);
	setenv("PGPORT", here, 1);
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	proxy_free(&p);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
