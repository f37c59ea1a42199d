/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { PIECE = 65536 }; /* of what does not tell how long it is */

static char *home_dir(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home && *home)
		return xstrdup(home);
	pw = getpwuid(getuid());
	return xstrdup(pw ? pw->pw_dir : "/");
}

char *path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	return xasprintf("%s%s%s", dir, len && dir[len - 1] == '/' ? "" : "/", name);
}

char *path_expand(const char *path)
{
	char *home, *full;

	if (path[0] != '~' || (path[1] && path[1] != '/'))
		return xstrdup(path);
	home = home_dir();
	full = path[1] ? path_join(home, path + 2) : xstrdup(home);
	free(home);
	return full;
}

/* $variable/souk/name, or fallback in the home folder.  XDG says: relative values are ignored. */
static char *xdg(const char *variable, const char *fallback, const char *name)
{
	const char *root = getenv(variable);
	char *base = root && root[0] == '/' ? xstrdup(root) : path_expand(fallback);
	char *dir = path_join(base, "souk");
	char *full = name ? path_join(dir, name) : xstrdup(dir);

	free(base);
	free(dir);
	return full;
}

char *path_config(const char *name)
{
	return xdg("XDG_CONFIG_HOME", "~/.config", name);
}

char *path_state(const char *name)
{
	return xdg("XDG_STATE_HOME", "~/.local/state", name);
}

char *path_runtime(const char *name)
{
	const char *root = getenv("XDG_RUNTIME_DIR");

	return root && root[0] == '/' ? xdg("XDG_RUNTIME_DIR", "/", name) : path_state(name);
}

char *path_cache(const char *name)
{
	return xdg("XDG_CACHE_HOME", "~/.cache", name);
}

bool path_mkdirs(const char *dir, struct err *err)
{
	char *copy = xstrdup(dir);
	bool ok = true;
	struct stat st;

	for (char *p = copy + 1; ok && copy[0]; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			ok = err_errno(err, copy);
		*p = c;
		if (!c)
			break;
	}
	free(copy);
	if (ok && (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))) {
		errno = ENOTDIR;
		ok = err_errno(err, dir);
	}
	return ok;
}

/* What is no file, or one that the kernel writes as it is read, tells none. */
static size_t told_size(int fd, size_t limit)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return PIECE;
	return (size_t)st.st_size < limit ? (size_t)st.st_size : limit;
}

/* A file is read at once, with one byte more to see its end. */
static bool read_all(int fd, const char *path, size_t limit, struct buf *out, struct err *err)
{
	size_t start = out->len, room = told_size(fd, limit) + 1;
	ssize_t n;

	do {
		buf_reserve(out, room);
		n = read(fd, out->data + out->len, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, path);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > limit)
			return err_set(err, ERR_FAILED, path, "larger than %zu bytes", limit);
		room = (size_t)n < room ? room - (size_t)n : PIECE;
	} while (n != 0);
	return true;
}

bool path_read(const char *path, size_t limit, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return err_errno(err, path);
	ok = read_all(fd, path, limit, out, err);
	close(fd);
	return ok;
}

static bool write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* The rename itself must survive a power cut too.  Not all file systems can: no error. */
static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

bool path_write(const char *path, const void *data, size_t len, struct err *err)
{
	char *temp = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(temp); /* 0600 */
	bool ok;

	if (fd < 0) {
		free(temp);
		return err_errno(err, path);
	}
	ok = write_all(fd, data, len) && fsync(fd) == 0;
	if (close(fd) < 0)
		ok = false;
	if (ok && rename(temp, path) < 0)
		ok = false;
	if (!ok) {
		err_errno(err, path);
		unlink(temp);
	} else {
		sync_folder_of(path);
	}
	free(temp);
	return ok;
}

bool path_rewrite(const char *path, const void *data, size_t len, struct err *err)
{
	char *real = realpath(path, NULL);
	struct stat st;
	bool ok;

	if (!real && errno == ENOENT)
		return path_write(path, data, len, err);
	if (!real || stat(real, &st) < 0) {
		free(real);
		return err_errno(err, path);
	}
	ok = path_write(real, data, len, err);
	/* Whoever could read it can do so still; its owner stays where we may choose. */
	if (ok && (chown(real, st.st_uid, st.st_gid) < 0 || chmod(real, st.st_mode & 07777) < 0))
		ok = chmod(real, st.st_mode & 0777) == 0 || err_errno(err, path);
	free(real);
	return ok;
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* Symbolic links are removed, never followed. */
static bool remove_in(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const struct dirent *entry;
	bool ok = true;
	DIR *dir;

	if (fd < 0) {
		if (errno != ENOTDIR && errno != ELOOP)
			return false;
		return unlinkat(parent, name, 0) == 0;
	}
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return false;
	}
	while (ok && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			ok = remove_in(dirfd(dir), entry->d_name);
	if (!ok) {
		int saved = errno;

		closedir(dir);
		errno = saved;
		return false;
	}
	closedir(dir);
	return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

bool path_remove_tree(const char *dir, struct err *err)
{
	if (!remove_in(AT_FDCWD, dir) && errno != ENOENT)
		return err_errno(err, dir);
	return true;
}

int path_nameless(struct err *err)
{
	char *dir = path_state(NULL), *name = path_join(dir, "nameless-XXXXXX");
	int fd = -1;

	if (path_mkdirs(dir, err)) {
		fd = mkstemp(name); /* mode 0600 */
		if (fd < 0)
			err_errno(err, name);
		else
			unlink(name);
	}
	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	free(name);
	free(dir);
	return fd;
}
