/* SPDX-License-Identifier: MIT */
#include "export_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

enum { BATCH_BYTES = 256 << 10, FULL_BYTES = 4 << 20, TRIES = 16, MARK_LEN = 6 };

/* Of a file that is not whole: its name, this, and MARK_LEN letters that nobody else has. */
static const char mark[] = ".unfinished-";

/* Shared with the thread, which alone touches the lower part while work is under way. */
struct disk {
	struct export_file *owner; /* NULL: freed, the last work that ends frees this */
	int works;

	int fd;
	char *path, *unfinished;
	struct buf writing;
	bool straight;  /* into a pipe or a device, which has its name */
	bool overwrite; /* what has the name by then gives way */
	bool finish; /* sync and rename after this */
	bool whole;  /* it has its name */
	int swept;   /* leftovers removed */
	int error;   /* errno of what failed */
};

struct export_file {
	struct loop *loop;
	struct export_file_callbacks cb;
	struct disk *disk;
	struct loop_work *work;
	struct buf filling;
	uint64_t bytes;
	bool ended, told, full;
};

/* ---- on the thread ---- */

static bool write_all(struct disk *d)
{
	for (size_t at = 0; at < d->writing.len;) {
		ssize_t n = write(d->fd, d->writing.data + at, d->writing.len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

/* ---- what was left ---- */

static bool is_leftover(const char *name, const char *base)
{
	size_t len = strlen(base);
	const char *letters = name + len + sizeof mark - 1;

	if (strncmp(name, base, len) != 0 || strncmp(name + len, mark, sizeof mark - 1) != 0)
		return false;
	for (size_t i = 0; i < MARK_LEN; i++)
		if (!isalnum((unsigned char)letters[i]))
			return false;
	return letters[MARK_LEN] == '\0';
}

/* Who writes holds a lock, which dies with him: what can be locked is nobody's any more. */
static bool remove_leftover(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool removed = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		       st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
		       unlinkat(dir, name, 0) == 0;

	if (fd >= 0)
		close(fd);
	return removed;
}

/* What exports of this name left that were killed (kill -9, a power cut). */
static int sweep(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)))
		if (is_leftover(entry->d_name, slash ? slash + 1 : path))
			n += remove_leftover(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
	free(folder);
	return n;
}

/* A file of this name that came meanwhile is somebody's.  Where there are no links one looks. */
static bool take_free_name(const struct disk *d)
{
	struct stat st;

	if (link(d->unfinished, d->path) == 0)
		return unlink(d->unfinished) == 0;
	if (errno == EEXIST)
		return false;
	if (lstat(d->path, &st) < 0)
		return rename(d->unfinished, d->path) == 0;
	errno = EEXIST;
	return false;
}

/* The lock goes last: until it has its name nobody may take the file for a leftover. */
static bool take_name(struct disk *d)
{
	if (d->straight)
		return true;
	if (fsync(d->fd) < 0 || !(d->overwrite ? rename(d->unfinished, d->path) == 0
					       : take_free_name(d)))
		return false;
	close(d->fd);
	d->fd = -1;
	d->swept = sweep(d->path);
	return true;
}

static void work(void *ctx)
{
	struct disk *d = ctx;

	if (!write_all(d) || (d->finish && !take_name(d)))
		d->error = errno;
	else
		d->whole = d->finish;
}

/* ---- life ---- */

static void disk_free(struct disk *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (!d->whole && d->unfinished)
		unlink(d->unfinished);
	buf_release(&d->writing);
	free(d->path);
	free(d->unfinished);
	free(d);
}

/* A new file (mode 0600), locked before anybody could sweep it away; -1: errno. */
static int open_unfinished(struct disk *d)
{
	struct stat st;

	for (int i = 0; i < TRIES; i++) {
		free(d->unfinished);
		d->unfinished = xasprintf("%s%sXXXXXX", d->path, mark);
		d->fd = mkstemp(d->unfinished);
		if (d->fd < 0)
			break;
		/* Where there are no locks nothing is swept either. */
		if ((flock(d->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
		    fstat(d->fd, &st) == 0 && st.st_nlink)
			return d->fd;
		close(d->fd);
		d->fd = -1;
	}
	free(d->unfinished);
	d->unfinished = NULL;
	return -1;
}

/* A pipe nobody reads would keep us waiting: that is an error instead. */
static int open_straight(struct disk *d)
{
	int fd = open(d->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	d->straight = true;
	d->fd = fd;
	return fd;
}

/* Behind a link the file itself is replaced, which stays linked. */
static void follow(struct disk *d)
{
	char *target = realpath(d->path, NULL);

	if (!target)
		return;
	free(d->path);
	d->path = target;
}

static bool open_target(struct disk *d, struct err *err)
{
	struct stat st = { 0 };
	bool there = stat(d->path, &st) == 0;

	if (there && (S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode))) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
		return err_errno(err, d->path);
	}
	if (there && !S_ISREG(st.st_mode))
		return open_straight(d) >= 0 || err_errno(err, d->path);
	if (!d->overwrite && lstat(d->path, &st) == 0) {
		err_set(err, ERR_FAILED, d->path, "there is such a file already");
		err_hint(err, "add --force to replace it");
		return false;
	}
	if (there)
		follow(d);
	return open_unfinished(d) >= 0 || err_errno(err, d->path);
}

static struct disk *disk_open(const char *path, bool overwrite, struct err *err)
{
	struct disk *d = xcalloc(1, sizeof *d);

	d->fd = -1;
	buf_init(&d->writing);
	d->path = xstrdup(path);
	d->overwrite = overwrite;
	if (!open_target(d, err)) {
		disk_free(d);
		return NULL;
	}
	fcntl(d->fd, F_SETFD, FD_CLOEXEC);
	return d;
}

struct export_file *export_file_new(struct loop *loop, const char *path, bool overwrite,
				    const struct export_file_callbacks *cb, struct err *err)
{
	struct disk *d = disk_open(path, overwrite, err);

	if (!d)
		return NULL;
	struct export_file *f = xcalloc(1, sizeof *f);
	f->loop = loop;
	f->cb = *cb;
	f->disk = d;
	d->owner = f;
	buf_init(&f->filling);
	return f;
}

void export_file_free(struct export_file **fp)
{
	struct export_file *f = *fp;

	*fp = NULL;
	if (!f)
		return;
	f->disk->owner = NULL;
	if (f->disk->works == 0)
		disk_free(f->disk);
	else
		loop_work_forget(&f->work);
	buf_release(&f->filling);
	free(f);
}

/* ---- writing ---- */

static void tell(struct export_file *f)
{
	struct err err = ERR_INIT;

	f->told = true;
	if (f->disk->error) {
		errno = f->disk->error;
		err_errno(&err, f->disk->path);
	}
	f->cb.done(f->cb.ctx, f->disk->error ? &err : NULL);
	err_release(&err);
}

static void pump(struct export_file *f);

/* A value may be larger than all that is wanted here: then the next one waits for it. */
static bool is_full(const struct export_file *f)
{
	return f->filling.len + f->disk->writing.len >= FULL_BYTES;
}

static void worked(void *ctx)
{
	struct disk *d = ctx;
	struct export_file *f = d->owner;

	f->work = NULL;
	if (d->writing.cap > FULL_BYTES)
		buf_release(&d->writing);
	buf_clear(&d->writing);
	if (d->error || d->whole) {
		tell(f);
		return;
	}
	pump(f);
	if (f->full && !is_full(f)) {
		f->full = false;
		f->cb.drained(f->cb.ctx);
	}
}

static void work_over(void *ctx)
{
	struct disk *d = ctx;

	if (--d->works == 0 && !d->owner)
		disk_free(d);
}

static void pump(struct export_file *f)
{
	if (f->work || f->told || (!f->ended && f->filling.len < BATCH_BYTES))
		return;
	struct buf spare = f->disk->writing;
	f->disk->writing = f->filling;
	f->filling = spare;
	f->disk->finish = f->ended;
	f->disk->works++;
	f->work = loop_work_start(f->loop, work, worked, work_over, f->disk);
}

void export_file_write(struct export_file *f, const void *data, size_t len)
{
	buf_add(&f->filling, data, len);
	f->bytes += len;
	pump(f);
	f->full = f->full || is_full(f);
}

bool export_file_full(const struct export_file *f)
{
	return f->full;
}

void export_file_finish(struct export_file *f)
{
	f->ended = true;
	pump(f);
}

uint64_t export_file_bytes(const struct export_file *f)
{
	return f->bytes;
}

int export_file_swept(const struct export_file *f)
{
	return f->disk->swept;
}
