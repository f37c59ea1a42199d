/* SPDX-License-Identifier: MIT */
#include "outlet.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/timefmt.h"
#include "brief.h"

enum { RESCUE_MS = 500, PAPER_MAX = 1 << 16 };

struct outlet {
	int fd;
	FILE *paper;
	struct buf kept; /* from sent on */
	size_t sent;
	struct buf read; /* from the paper, to be said shortly */
	off_t taken;	 /* of the paper */
	struct brief *brief;
};

/* In memory where the system can: a full disk must not cost the screen. */
static FILE *new_paper(void)
{
#ifdef SYS_memfd_create
	enum { CLOSE_ON_EXEC = 1 };
	int fd = (int)syscall(SYS_memfd_create, "screen", CLOSE_ON_EXEC);
	FILE *f = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (f)
		return f;
	if (fd >= 0)
		close(fd);
#endif
	return tmpfile();
}

struct outlet *outlet_new(int fd, struct err *err)
{
	FILE *paper = new_paper();
	struct outlet *o;

	if (!paper) {
		err_errno(err, "a temporary file");
		return NULL;
	}
	o = xcalloc(1, sizeof *o);
	o->fd = fd;
	o->paper = paper;
	buf_init(&o->kept);
	buf_init(&o->read);
	return o;
}

void outlet_free(struct outlet **o)
{
	if (!*o)
		return;
	fclose((*o)->paper);
	buf_release(&(*o)->kept);
	buf_release(&(*o)->read);
	free(*o);
	*o = NULL;
}

FILE *outlet_paper(const struct outlet *o)
{
	return o->paper;
}

bool outlet_busy(const struct outlet *o)
{
	return o->kept.len > 0;
}

void outlet_go_on(struct outlet *o)
{
	while (o->sent < o->kept.len) {
		ssize_t n = write(o->fd, o->kept.data + o->sent, o->kept.len - o->sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			break; /* it is gone: its reader will hear of it */
		o->sent += (size_t)n;
	}
	buf_clear(&o->kept);
	o->sent = 0;
}

void outlet_send(struct outlet *o, const char *bytes, size_t len)
{
	bool waits = outlet_busy(o);

	buf_add(&o->kept, bytes, len);
	if (!waits)
		outlet_go_on(o);
}

void outlet_wipe(struct outlet *o)
{
	int fd = fileno(o->paper);

	if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		BUG("paper that cannot be wiped");
	o->taken = 0;
}

void outlet_shorten(struct outlet *o, struct brief *b)
{
	o->brief = b;
}

/* What was taken stays on the paper until that is long: to wipe it is two calls for every key. */
void outlet_take(struct outlet *o)
{
	bool waits = outlet_busy(o);
	struct buf *to = o->brief ? &o->read : &o->kept;
	char block[8192];
	ssize_t n;

	do {
		n = pread(fileno(o->paper), block, sizeof block, o->taken);
		if (n < 0)
			BUG("paper that cannot be read");
		buf_add(to, block, (size_t)n);
		o->taken += n;
	} while (n == sizeof block);
	if (o->taken > PAPER_MAX)
		outlet_wipe(o);
	if (o->brief && o->read.len)
		brief_add(o->brief, &o->kept, o->read.data, o->read.len);
	buf_clear(&o->read);
	if (!waits)
		outlet_go_on(o);
}

void outlet_drop(struct outlet *o)
{
	static const char cancel = 0x18;

	if (!outlet_busy(o))
		return;
	buf_clear(&o->kept);
	o->sent = 0;
	outlet_send(o, &cancel, 1);
}

void outlet_drain(struct outlet *o, int ms)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };
	int64_t end = time_monotonic_us() + (int64_t)ms * 1000, left = end;

	while (outlet_busy(o) && (left = end - time_monotonic_us()) > 0)
		if (poll(&p, 1, (int)(left / 1000) + 1) > 0)
			outlet_go_on(o);
	buf_clear(&o->kept);
	o->sent = 0;
}

void outlet_rescue(int fd, const char *bytes, size_t len)
{
	while (len) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		ssize_t n = write(fd, bytes, len);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno != EINTR &&
			   (errno != EAGAIN || poll(&p, 1, RESCUE_MS) <= 0)) {
			return;
		}
	}
}
