/* SPDX-License-Identifier: MIT */
/* The proxy's side: a process with one poll loop. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "support/proxy_priv.h"

enum { LINKS = 64, CHUNK = 65536, SSL_REQUEST = 80877103, GSS_REQUEST = 80877104 };

/* Bytes on their way, and when they are due at the other end. */
struct parcel {
	struct parcel *next;
	int64_t due_us;
	size_t len, done;
	bool close; /* the connection ends here */
	char bytes[];
};

/* One direction of a connection, and where we are in its messages. */
struct stream {
	int from, to;
	struct parcel *first, **last;
	bool ended;       /* nothing more is read */
	bool started;     /* past the start-up packet, which has no type */
	bool answer_byte; /* the server's next byte answers an SSLRequest */
	bool opaque;      /* encrypted */
	bool passed;      /* something, since the other side last spoke */
	unsigned char head[5];
	size_t head_len;
	uint64_t body_left;
	unsigned char body[256]; /* the beginning of the message */
	size_t body_len;
	char type;
};

struct link {
	bool used;
	bool asked; /* the client spoke after it had heard, and is not answered yet */
	struct stream way[2]; /* by enum proxy_side */
};

struct server {
	struct proxy *p;
	struct board *b;
	struct link links[LINKS];
};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- messages --- */

static uint32_t be32(const unsigned char *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool contains(const unsigned char *bytes, size_t len, const char *text)
{
	size_t n = strlen(text);
	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(bytes + i, text, n) == 0)
			return true;
	return n == 0;
}

/* A message is complete.  True: it is the one to cut at. */
static bool message(struct board *b, struct link *l, enum proxy_side side)
{
	struct stream *s = &l->way[side];
	b->counts.messages[side]++;
	b->counts.types[side][s->type & 127]++;
	if (!s->started) {
		uint32_t code = be32(s->body);
		if (code == SSL_REQUEST || code == GSS_REQUEST)
			l->way[FROM_SERVER].answer_byte = true;
		else
			s->started = true;
	}
	if (!b->trap || b->trap_side != side || b->trap_type != s->type ||
	    !contains(s->body, s->body_len, b->trap_text))
		return false;
	b->trap = false;
	return true;
}

/* Take one byte of a message's head or some of its body; returns how many were taken. */
static size_t take(struct stream *s, const char *bytes, size_t len)
{
	size_t head = s->started ? 5 : 4;
	if (s->head_len < head) {
		s->head[s->head_len++] = (unsigned char)bytes[0];
		s->type = s->started ? (char)s->head[0] : '\0';
		s->body_left = s->head_len == head ? be32(s->head + head - 4) - 4 : 1;
		s->body_len = 0;
		return 1;
	}
	size_t n = len < s->body_left ? len : (size_t)s->body_left;
	size_t keep = sizeof(s->body) - s->body_len;
	keep = n < keep ? n : keep;
	memcpy(s->body + s->body_len, bytes, keep);
	s->body_len += keep;
	s->body_left -= n;
	return n;
}

/* Follow the messages.  True: cut, after *pass bytes. */
static bool follow(struct board *b, struct link *l, enum proxy_side side, const char *bytes,
		   size_t len, size_t *pass)
{
	struct stream *s = &l->way[side];
	size_t begin = 0;
	*pass = len;
	for (size_t i = 0; i < len && !s->opaque;) {
		if (s->answer_byte) {
			s->answer_byte = false;
			if (bytes[i] == 'S' || bytes[i] == 'G')
				s->opaque = l->way[FROM_CLIENT].opaque = true;
			i++;
			continue;
		}
		if (s->head_len == 0)
			begin = i;
		i += take(s, bytes + i, len - i);
		if (s->body_left > 0)
			continue;
		s->head_len = 0;
		if (message(b, l, side)) {
			*pass = b->trap_pass ? i : begin;
			return true;
		}
	}
	return false;
}

/* --- passing on --- */

static void send_later(struct stream *s, const char *bytes, size_t len, bool end, int delay_ms)
{
	struct parcel *q = malloc(sizeof(*q) + len);
	*q = (struct parcel){ .due_us = now_us() + delay_ms * INT64_C(1000), .len = len,
			      .close = end };
	if (len)
		memcpy(q->bytes, bytes, len);
	*s->last = q;
	s->last = &q->next;
	s->ended = s->ended || end;
}

static void count_trip(struct board *b, struct link *l, enum proxy_side side)
{
	if (side == FROM_SERVER) {
		b->counts.round_trips += l->asked;
		l->asked = false;
	} else if (l->way[FROM_SERVER].passed) {
		l->asked = true;
		l->way[FROM_SERVER].passed = false;
	}
}

static void receive(struct board *b, struct link *l, enum proxy_side side)
{
	char bytes[CHUNK];
	struct stream *s = &l->way[side];
	ssize_t n = read(s->from, bytes, sizeof(bytes));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		send_later(s, NULL, 0, true, b->delay_ms);
		return;
	}
	count_trip(b, l, side);
	b->counts.bytes[side] += (size_t)n;
	size_t pass;
	bool cut = follow(b, l, side, bytes, (size_t)n, &pass);
	send_later(s, bytes, pass, false, b->delay_ms);
	if (cut) {
		b->counts.cuts++;
		send_later(s, NULL, 0, true, b->delay_ms);
	}
}

static void link_close(struct link *l)
{
	for (int i = 0; l->used && i < 2; i++) {
		while (l->way[i].first) {
			struct parcel *next = l->way[i].first->next;
			free(l->way[i].first);
			l->way[i].first = next;
		}
		close(l->way[i].from);
	}
	l->used = false;
}

/* Pass on what is due; false: the connection has ended. */
static bool deliver(struct stream *s)
{
	while (s->first && s->first->due_us <= now_us()) {
		struct parcel *q = s->first;
		if (q->close)
			return false;
		ssize_t n = send(s->to, q->bytes + q->done, q->len - q->done, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		q->done += (size_t)n;
		s->passed = true;
		if (q->done < q->len)
			return true;
		s->first = q->next;
		if (!s->first)
			s->last = &s->first;
		free(q);
	}
	return true;
}

/* --- connections --- */

static int dial(const char *upstream)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET };
	bool tcp = upstream[0] != '/';
	int fd = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (tcp) {
		char host[64];
		unsigned port = 0;
		if (sscanf(upstream, "%63[^:]:%u", host, &port) != 2 ||
		    inet_pton(AF_INET, host, &in.sin_addr) != 1)
			abort();
		in.sin_port = htons((uint16_t)port);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	} else {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", upstream);
	}
	const struct sockaddr *addr = tcp ? (struct sockaddr *)&in : (struct sockaddr *)&un;
	if (connect(fd, addr, tcp ? sizeof(in) : sizeof(un)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void stream_init(struct stream *s, int from, int to, bool started)
{
	*s = (struct stream){ .from = from, .to = to, .started = started };
	s->last = &s->first;
	fcntl(from, F_SETFL, O_NONBLOCK);
}

static void welcome(struct server *v)
{
	int client = accept(v->p->listener, NULL, NULL);
	if (client < 0)
		return;
	struct link *l = v->links;
	while (l < v->links + LINKS && l->used)
		l++;
	int up = v->b->refuse || l == v->links + LINKS ? -1 : dial(v->p->upstream);
	if (up < 0) {
		close(client);
		return;
	}
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	l->used = true;
	l->asked = false;
	stream_init(&l->way[FROM_CLIENT], client, up, false);
	stream_init(&l->way[FROM_SERVER], up, client, true);
	l->way[FROM_SERVER].passed = true; /* the client may begin */
	v->b->counts.connections++;
}

/* --- orders --- */

static bool ordered(struct order *o)
{
	return o->wanted != o->done;
}

static void look_at_board(struct server *v)
{
	char bytes[64];
	if (read(v->p->wake[0], bytes, sizeof(bytes)) <= 0)
		_exit(0);
	if (ordered(&v->b->cut)) {
		for (int i = 0; i < LINKS; i++) {
			v->b->counts.cuts += v->links[i].used;
			link_close(&v->links[i]);
		}
		v->b->cut.done = v->b->cut.wanted;
	}
	if (ordered(&v->b->reset)) {
		memset(&v->b->counts, 0, sizeof(v->b->counts));
		v->b->reset.done = v->b->reset.wanted;
	}
	v->b->look.done = v->b->look.wanted;
}

/* Milliseconds until the first parcel is due; -1: none waits. */
static int timeout(const struct server *v)
{
	int64_t due = INT64_MAX;
	for (int i = 0; i < LINKS && !v->b->hold; i++)
		for (int w = 0; v->links[i].used && w < 2; w++) {
			const struct parcel *q = v->links[i].way[w].first;
			if (q && q->due_us < due)
				due = q->due_us;
		}
	if (due == INT64_MAX)
		return -1;
	int64_t left = due - now_us();
	return left <= 0 ? 1 : (int)(left / 1000 + 1);
}

/* The test is gone without proxy_free: leave no folder behind. */
static char socket_path[108], socket_dir[80];

static void orphaned(int signo)
{
	(void)signo;
	unlink(socket_path);
	rmdir(socket_dir);
	_exit(1);
}

static void watch_parent(const struct proxy *p)
{
	pid_t parent = p->parent;
	if (p->dir[0] == '/') {
		snprintf(socket_path, sizeof(socket_path), "%s/.s.PGSQL.%d", p->dir, p->port);
		snprintf(socket_dir, sizeof(socket_dir), "%s", p->dir);
	}
	signal(SIGUSR2, orphaned);
	prctl(PR_SET_PDEATHSIG, SIGUSR2);
	if (getppid() != parent)
		orphaned(SIGUSR2);
}

void proxy_serve(struct proxy *p)
{
	static struct server v;
	struct pollfd fds[2 + 2 * LINKS];
	v.p = p;
	v.b = p->board;
	watch_parent(p);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		fds[0] = (struct pollfd){ .fd = p->wake[0], .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = p->listener, .events = POLLIN };
		for (int i = 0; i < 2 * LINKS; i++) {
			const struct link *l = &v.links[i / 2];
			bool listens = l->used && !l->way[i % 2].ended && !v.b->hold;
			fds[2 + i] = (struct pollfd){ .fd = listens ? l->way[i % 2].from : -1,
						      .events = POLLIN };
		}
		if (poll(fds, 2 + 2 * LINKS, timeout(&v)) < 0 && errno != EINTR)
			_exit(1);
		for (int i = 0; i < 2 * LINKS; i++)
			if (v.links[i / 2].used && fds[2 + i].revents)
				receive(v.b, &v.links[i / 2], (enum proxy_side)(i % 2));
		for (int i = 0; i < LINKS && !v.b->hold; i++) {
			struct link *l = &v.links[i];
			if (l->used && !(deliver(&l->way[0]) && deliver(&l->way[1])))
				link_close(l);
		}
		if (fds[1].revents)
			welcome(&v);
		if (fds[0].revents)
			look_at_board(&v);
	}
}
