/* SPDX-License-Identifier: MIT */
#include "histfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ui/widget.h"

enum { HISTORY_MAX = 4 << 20, TRIES = 3 };

bool histfile_fit(const char *text)
{
	static const char *const words[] = {
		"password", "passwd",	   "passphrase", "secret",	"token=",
		"token =",  "api_key",	   "apikey",	 "access_key",	"private_key",
		"bearer ",  "credential",  "crypt(",	 "pgp_sym_",	"scram-sha-256$",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (utf8_find(text, strlen(text), words[i]) != SIZE_MAX)
			return false;
	/* postgres://user:secret@host, wherever it stands */
	for (const char *at = text; (at = strstr(at, "://")); at += 3) {
		const char *host = memchr(at + 3, '@', strcspn(at + 3, " "));

		if (host && memchr(at + 3, ':', (size_t)(host - at - 3)))
			return false;
	}
	return true;
}

/* Where a link of the person's leads: it stays one when the file is written anew.  The caller's. */
static char *followed(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : xstrdup(path);
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	/* Whatever it was made with. */
	if (fd >= 0 && fchmod(fd, 0600) != 0)
		errno = 0;
	return fd;
}

/* Was another file put in its place? */
static bool was_replaced(const char *path, int fd)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino != there.st_ino;
}

/* In one write, so that lines of two consoles do not mix; once more if the file is not the one
 * any longer. */
static void add_text(const char *path, const struct buf *text)
{
	bool done = text->len == 0;

	for (int i = 0; i < TRIES && !done; i++) {
		int fd = open_file(path);

		done = fd < 0 || write(fd, text->data, text->len) < 0 ||
		       !was_replaced(path, fd);
		if (fd >= 0)
			close(fd);
	}
}

static void read_on(int fd, struct buf *text)
{
	char bytes[65536];
	ssize_t n;

	while (text->len < HISTORY_MAX && (n = read(fd, bytes, sizeof bytes)) > 0)
		buf_add(text, bytes, (size_t)n);
}

/* The latest of each line, `most` of them; then what others appended to the file that this one
 * takes the place of. */
static void compact(const char *path, int fd, char *const *lines, size_t n, size_t most)
{
	struct map *seen = map_new(NULL);
	struct buf text = BUF_INIT;
	struct err ignored = ERR_INIT;
	VEC(const char *) kept = VEC_INIT;

	for (size_t i = n; i-- > 0 && kept.len < most;) {
		if (map_has(seen, lines[i]))
			continue;
		map_set(seen, lines[i], lines[i]);
		*VEC_PUSH(&kept) = lines[i];
	}
	for (size_t i = kept.len; i-- > 0;)
		buf_addf(&text, "%s\n", kept.v[i]);
	if (path_write(path, text.data, text.len, &ignored)) {
		buf_clear(&text);
		read_on(fd, &text);
		add_text(path, &text);
	}
	err_release(&ignored);
	buf_release(&text);
	map_free(&seen);
	VEC_RELEASE(&kept);
}

void histfile_read(const char *path, int most, void (*fn)(const char *text))
{
	struct buf text = BUF_INIT;
	char *save = NULL;
	VEC(char *) lines = VEC_INIT;
	char *file = followed(path);
	int fd = path_exists(file) ? open_file(file) : -1;

	if (fd < 0) {
		free(file);
		return;
	}
	read_on(fd, &text);
	for (char *l = strtok_r(text.data, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		*VEC_PUSH(&lines) = l;
		fn(l);
	}
	if (lines.len > 2 * (size_t)most && lockf(fd, F_TLOCK, 0) == 0 &&
	    !was_replaced(file, fd))
		compact(file, fd, lines.v, lines.len, (size_t)most);
	close(fd);
	free(file);
	VEC_RELEASE(&lines);
	buf_release(&text);
}

void histfile_append(const char *path, const char *text)
{
	struct buf line = BUF_INIT;
	char *file = followed(path);

	buf_addf(&line, "%s\n", text);
	add_text(file, &line);
	buf_release(&line);
	free(file);
}
