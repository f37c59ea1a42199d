/* SPDX-License-Identifier: MIT */
/* The demo's folder: where it is, whose it is, and who uses it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/embed.h"
#include "base/path.h"
#include "demo_priv.h"

#define MARKER "souk-demo"

/* ---- finding ---- */

/* PostgreSQL does not run as root. */
static bool find_user(struct demo_place *p, struct err *err)
{
	const struct passwd *pw;

	p->uid = p->gid = -1;
	if (geteuid() != 0)
		return true;
	pw = getpwnam("postgres");
	if (!pw)
		pw = getpwnam("nobody");
	if (!pw) {
		err_set(err, ERR_FAILED, "souk demo",
			"PostgreSQL does not run as root, and there is no user postgres or "
			"nobody");
		return err_hint(err, "run it as an ordinary user");
	}
	p->user = xstrdup(pw->pw_name);
	p->uid = (int)pw->pw_uid;
	p->gid = (int)pw->pw_gid;
	return true;
}

/* The first folder on the way to dir that the server's user may not enter; NULL: none. */
static char *closed_folder(const struct demo_place *p, const char *dir)
{
	char *path = xstrdup(dir);
	struct stat st;

	if (p->uid < 0) {
		free(path);
		return NULL;
	}
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (stat(path, &st) == 0 && !(st.st_mode & S_IXOTH) &&
		    !((int)st.st_uid == p->uid && (st.st_mode & S_IXUSR)))
			return path;
		*slash = '/';
	}
	free(path);
	return NULL;
}

static char *absolute(const char *dir)
{
	char *expanded = path_expand(dir);
	char here[PATH_MAX];
	char *full;

	if (expanded[0] == '/' || !getcwd(here, sizeof here))
		return expanded;
	full = path_join(here, expanded);
	free(expanded);
	return full;
}

static bool find_dir(struct demo_place *p, const char *dir, struct err *err)
{
	char *closed;

	p->dir = dir ? absolute(dir) : path_state("demo");
	closed = closed_folder(p, p->dir);
	if (closed && !dir) {
		/* root's own folder is nobody else's business */
		free(p->dir);
		free(closed);
		p->dir = xstrdup("/var/lib/souk/demo");
		closed = closed_folder(p, p->dir);
	}
	if (!closed)
		return true;
	err_set(err, ERR_FAILED, p->dir, "the server runs as user %s, to whom %s is closed",
		p->user, closed);
	free(closed);
	return err_hint(err, "choose a folder elsewhere, such as --dir /var/tmp/souk-demo");
}

/* A socket's path is short: sun_path has about 108 bytes. */
static char *socket_folder(const char *dir)
{
	const struct sockaddr_un *un = NULL;
	char hex[SHA256_HEX];

	if (strlen(dir) + strlen("/.s.PGSQL.5432.lock") < sizeof un->sun_path)
		return xstrdup(dir);
	sha256_hex(dir, strlen(dir), hex);
	return xasprintf("/tmp/souk-demo-%.16s", hex);
}

bool demo_place_find(struct demo_place *p, const char *dir, struct err *err)
{
	*p = (struct demo_place){ .lock = -1, .users = -1 };
	if (!find_user(p, err) || !find_dir(p, dir, err)) {
		demo_place_release(p);
		return false;
	}
	p->data = path_join(p->dir, "data");
	p->log = path_join(p->dir, "log");
	p->socket = socket_folder(p->dir);
	return true;
}

void demo_place_release(struct demo_place *p)
{
	demo_leave(p);
	demo_unlock(p);
	free(p->dir);
	free(p->data);
	free(p->log);
	free(p->socket);
	free(p->user);
	*p = (struct demo_place){ .lock = -1, .users = -1 };
}

/* ---- making ---- */

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	bool empty = true;

	if (!d)
		return true;
	while ((e = readdir(d)))
		empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);
	closedir(d);
	return empty;
}

/* The folder itself is the server's alone; those above it that are missing must let it pass. */
static bool make_folder(const struct demo_place *p, const char *dir, struct err *err)
{
	char *path = xstrdup(dir);
	struct stat st;
	bool fine = true;

	for (char *slash = strchr(path + 1, '/'); fine && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, p->uid < 0 ? 0700 : 0755) != 0 && errno != EEXIST)
			fine = err_errno(err, path);
		*slash = '/';
	}
	free(path);
	if (!fine)
		return false;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return err_errno(err, dir);
	/* somebody else may have been here first, with a link to what is not theirs */
	if (lstat(dir, &st) != 0 || !S_ISDIR(st.st_mode) ||
	    (st.st_uid != geteuid() && (p->uid < 0 || st.st_uid != (uid_t)p->uid)))
		return err_set(err, ERR_FAILED, dir, "this is not a folder of our own");
	if (p->uid >= 0 && lchown(dir, (uid_t)p->uid, (gid_t)p->gid) != 0)
		return err_errno(err, dir);
	return true;
}

bool demo_socket_make(const struct demo_place *p, struct err *err)
{
	return strcmp(p->socket, p->dir) == 0 || make_folder(p, p->socket, err);
}

void demo_socket_remove(const struct demo_place *p)
{
	if (strcmp(p->socket, p->dir) != 0)
		rmdir(p->socket);
}

bool demo_place_exists(const struct demo_place *p)
{
	char *marker = path_join(p->dir, MARKER);
	bool there = path_exists(marker);

	free(marker);
	return there;
}

bool demo_place_make(struct demo_place *p, struct err *err)
{
	if (!demo_place_exists(p) && !is_empty(p->dir)) {
		err_set(err, ERR_FAILED, p->dir, "the folder holds something else than a demo");
		return err_hint(err, "choose an empty folder, or one that does not exist yet");
	}
	if (!make_folder(p, p->dir, err))
		return false;
	return demo_place_exists(p) || demo_mark(p, MARKER, "unfinished\n", err);
}

/* ---- marks ---- */

bool demo_mark(const struct demo_place *p, const char *name, const char *text, struct err *err)
{
	char *path = path_join(p->dir, name);
	bool fine = true;

	if (text)
		fine = path_write(path, text, strlen(text), err) &&
		       (p->uid < 0 || lchown(path, (uid_t)p->uid, (gid_t)p->gid) == 0 ||
			err_errno(err, path));
	else if (unlink(path) != 0 && errno != ENOENT)
		fine = err_errno(err, path);
	free(path);
	return fine;
}

char *demo_marker(const struct demo_place *p, const char *name)
{
	char *path = path_join(p->dir, name);
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	bool there = path_exists(path) && path_read(path, 4096, &text, &err);

	free(path);
	err_release(&err);
	if (there)
		return buf_detach(&text);
	buf_release(&text);
	return NULL;
}

char *demo_fingerprint(int scale)
{
	struct buf all = BUF_INIT;
	char hex[SHA256_HEX];

	for (const struct embed *e = embed_sql; e->path; e++) {
		if (strncmp(e->path, "sql/migrations/", 15) != 0 &&
		    strncmp(e->path, "sql/demo/", 9) != 0)
			continue;
		sha256_hex(e->text, e->len, hex);
		buf_addf(&all, "%s %s\n", e->path, hex);
	}
	sha256_hex(all.data, all.len, hex);
	buf_release(&all);
	return xasprintf("scale %d of %s\n", scale, hex);
}

/* ---- locks ---- */

static int open_lock(const struct demo_place *p, const char *name)
{
	char *path = path_join(p->dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	free(path);
	/* the traffic runs as the server's user and looks too */
	if (fd >= 0 && p->uid >= 0 && fchown(fd, (uid_t)p->uid, (gid_t)p->gid) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

bool demo_lock(struct demo_place *p, bool *busy, struct err *err)
{
	*busy = false;
	p->lock = open_lock(p, "lock");
	if (p->lock < 0)
		return err_errno(err, p->dir);
	if (flock(p->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	*busy = errno == EWOULDBLOCK;
	err_errno(err, p->dir);
	demo_unlock(p);
	return false;
}

void demo_unlock(struct demo_place *p)
{
	if (p->lock >= 0)
		close(p->lock);
	p->lock = -1;
}

bool demo_enter(struct demo_place *p, struct err *err)
{
	p->users = open_lock(p, "users");
	if (p->users < 0 || flock(p->users, LOCK_SH | LOCK_NB) != 0)
		return err_errno(err, p->dir);
	return true;
}

void demo_leave(struct demo_place *p)
{
	if (p->users >= 0)
		close(p->users);
	p->users = -1;
}

int demo_only_one(const struct demo_place *p, const char *name)
{
	int fd = open_lock(p, name);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool demo_alone(const struct demo_place *p)
{
	int fd = demo_only_one(p, "users");

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ---- its address ---- */

static void percent(struct buf *out, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			     (*c >= '0' && *c <= '9') || strchr("/-_.~", *c);

		buf_addf(out, plain ? "%c" : "%%%02X", *c);
	}
}

char *demo_place_uri(const struct demo_place *p, const char *user)
{
	struct buf uri = BUF_INIT;

	buf_addf(&uri, "postgresql://%s@/commerce?host=", user);
	percent(&uri, p->socket);
	buf_adds(&uri, "&port=5432");
	return buf_detach(&uri);
}
