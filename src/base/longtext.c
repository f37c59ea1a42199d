/* SPDX-License-Identifier: MIT */
#include "base/longtext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/utf8.h"

struct longtext {
	struct buf tail; /* what is not in the file: all of it, while it is short */
	int fd;		 /* -1: there is none yet */
	size_t written;
	char *map;
	size_t mapped;
};

struct longtext *longtext_new(void)
{
	struct longtext *t = xcalloc(1, sizeof *t);

	t->fd = -1;
	buf_init(&t->tail);
	return t;
}

struct longtext *longtext_of(const char *text, size_t len, struct err *err)
{
	struct longtext *t = longtext_new();

	if (!longtext_add(t, text, len, err))
		longtext_free(&t);
	return t;
}

static void unmap(struct longtext *t)
{
	if (t->map)
		munmap(t->map, t->mapped);
	t->map = NULL;
}

void longtext_free(struct longtext **tp)
{
	struct longtext *t = *tp;

	*tp = NULL;
	if (!t)
		return;
	unmap(t);
	if (t->fd >= 0)
		close(t->fd);
	buf_release(&t->tail);
	free(t);
}

size_t longtext_len(const struct longtext *t)
{
	return t->written + t->tail.len;
}

/* ---- writing ---- */

static bool flush(struct longtext *t, struct err *err)
{
	if (t->fd < 0)
		t->fd = path_nameless(err);
	if (t->fd < 0)
		return false;
	for (size_t at = 0; at < t->tail.len;) {
		ssize_t n = pwrite(t->fd, t->tail.data + at, t->tail.len - at,
				   (off_t)(t->written + at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "a long value");
		at += (size_t)n;
	}
	t->written += t->tail.len;
	buf_clear(&t->tail);
	return true;
}

bool longtext_add(struct longtext *t, const void *data, size_t len, struct err *err)
{
	const char *s = data;

	unmap(t);
	while (t->tail.len + len > LONGTEXT_HELD) {
		size_t n = LONGTEXT_HELD - t->tail.len;

		buf_add(&t->tail, s, n);
		s += n;
		len -= n;
		if (!flush(t, err))
			return false;
	}
	buf_add(&t->tail, s, len);
	return true;
}

/* ---- reading ---- */

const char *longtext_data(struct longtext *t, struct err *err)
{
	if (t->fd < 0)
		return t->tail.data;
	if (t->map)
		return t->map;
	if (!flush(t, err))
		return NULL;
	t->mapped = t->written + 1;
	/* The file is ours alone and only grows; the byte behind its end reads as zero. */
	if (ftruncate(t->fd, (off_t)t->mapped) == 0)
		t->map = mmap(NULL, t->mapped, PROT_READ, MAP_SHARED, t->fd, 0);
	else
		t->map = MAP_FAILED;
	if (t->map == MAP_FAILED) {
		t->map = NULL;
		err_errno(err, "a long value");
	}
	return t->map;
}

void longtext_let_go(const struct longtext *t)
{
	if (t->map)
		madvise(t->map, t->mapped, MADV_DONTNEED);
}

int longtext_file(struct longtext *t, struct err *err)
{
	unmap(t);
	if (!flush(t, err))
		return -1;
	if (ftruncate(t->fd, (off_t)t->written) != 0 || lseek(t->fd, 0, SEEK_SET) != 0) {
		err_errno(err, "a long value");
		return -1;
	}
	return t->fd;
}

/* ---- pieces ---- */

size_t longtext_piece(const char *s, size_t len)
{
	size_t end = LONGTEXT_PIECE;

	if (len <= LONGTEXT_PIECE)
		return len;
	while (end > 0 && s[end - 1] != '\n')
		end--;
	if (end > 0)
		return end;
	/* Before something that is no part of the character before it. */
	for (end = LONGTEXT_PIECE; end > LONGTEXT_PIECE / 2; end--)
		if ((unsigned char)s[end] < 0x80)
			return end;
	for (end = LONGTEXT_PIECE; end > LONGTEXT_PIECE / 2; end--)
		if (((unsigned char)s[end] & 0xC0) != 0x80)
			return end;
	return LONGTEXT_PIECE;
}

bool longtext_sanitize(struct longtext *to, const char *text, size_t len, struct err *err)
{
	struct buf safe = BUF_INIT;
	bool ok = true;

	for (size_t at = 0, n; ok && at < len; at += n) {
		n = longtext_piece(text + at, len - at);
		buf_clear(&safe);
		utf8_sanitize(&safe, text + at, n, SANITIZE_KEEP_NEWLINES);
		ok = longtext_add(to, safe.data, safe.len, err);
	}
	buf_release(&safe);
	return ok;
}
