/* SPDX-License-Identifier: MIT */
/* The test's side: starting, steering, counting. */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/proxy_priv.h"

static _Noreturn void fail(const char *what)
{
	perror(what);
	abort();
}

static void listen_on(struct proxy *p, int port, bool tcp)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	p->port = port;
	p->listener = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(p->dir, sizeof(p->dir), tcp ? "127.0.0.1" : "/tmp/souk-proxy-XXXXXX");
	if (!tcp && !mkdtemp(p->dir))
		fail(p->dir);
	snprintf(un.sun_path, sizeof(un.sun_path), "%s/.s.PGSQL.%d", p->dir, port);
	const struct sockaddr *addr = tcp ? (struct sockaddr *)&in : (struct sockaddr *)&un;
	if (bind(p->listener, addr, tcp ? sizeof(in) : sizeof(un)) != 0 ||
	    listen(p->listener, 64) != 0)
		fail("proxy: listen");
	if (tcp) {
		socklen_t len = sizeof(in);
		getsockname(p->listener, (struct sockaddr *)&in, &len);
		p->port = ntohs(in.sin_port);
	}
}

struct proxy *proxy_new_at(const char *upstream, int port, bool tcp)
{
	struct proxy *p = calloc(1, sizeof(*p));
	p->board = mmap(NULL, sizeof(*p->board), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->board == MAP_FAILED || pipe(p->wake) != 0)
		fail("proxy");
	if (upstream[0] == '/')
		snprintf(p->upstream, sizeof(p->upstream), "%s/.s.PGSQL.%d", upstream, port);
	else
		snprintf(p->upstream, sizeof(p->upstream), "%s", upstream);
	listen_on(p, port, tcp);
	p->parent = getpid();
	p->pid = fork();
	if (p->pid < 0)
		fail("proxy: fork");
	if (p->pid == 0)
		proxy_serve(p);
	close(p->listener);
	return p;
}

struct proxy *proxy_new(const char *upstream)
{
	return proxy_new_at(upstream, 5432, false);
}

void proxy_free(struct proxy **p)
{
	if (!*p)
		return;
	kill((*p)->pid, SIGKILL);
	waitpid((*p)->pid, NULL, 0);
	if ((*p)->dir[0] == '/') {
		char path[128];
		snprintf(path, sizeof(path), "%s/.s.PGSQL.%d", (*p)->dir, (*p)->port);
		unlink(path);
		rmdir((*p)->dir);
	}
	close((*p)->wake[0]);
	close((*p)->wake[1]);
	munmap((*p)->board, sizeof(*(*p)->board));
	free(*p);
	*p = NULL;
}

const char *proxy_host(const struct proxy *p)
{
	return p->dir;
}

int proxy_port(const struct proxy *p)
{
	return p->port;
}

void proxy_counts(const struct proxy *p, struct proxy_counts *out)
{
	*out = p->board->counts;
}

/* Give an order and wait until it was obeyed. */
static void obey(struct proxy *p, struct order *order)
{
	unsigned n = atomic_fetch_add(&order->wanted, 1) + 1;
	if (write(p->wake[1], "", 1) != 1)
		fail("proxy: wake");
	for (int i = 0; atomic_load(&order->done) != n; i++) {
		if (i > 10000)
			fail("proxy: no answer");
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
}

void proxy_reset(struct proxy *p)
{
	obey(p, &p->board->reset);
}

void proxy_delay(struct proxy *p, int ms)
{
	p->board->delay_ms = ms;
	obey(p, &p->board->look);
}

void proxy_hold(struct proxy *p, bool hold)
{
	p->board->hold = hold;
	obey(p, &p->board->look);
}

void proxy_refuse(struct proxy *p, bool refuse)
{
	p->board->refuse = refuse;
	obey(p, &p->board->look);
}

void proxy_cut(struct proxy *p)
{
	obey(p, &p->board->cut);
}

void proxy_cut_at(struct proxy *p, enum proxy_side side, char type, const char *text, bool pass)
{
	struct board *b = p->board;
	b->trap_side = side;
	b->trap_type = type;
	b->trap_pass = pass;
	snprintf(b->trap_text, sizeof(b->trap_text), "%s", text);
	b->trap = true;
	obey(p, &b->look);
}
