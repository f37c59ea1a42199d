/* SPDX-License-Identifier: MIT */
#include "kept.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "base/vec.h"

enum { BELIEVED_S = 3600, HEAD_MAX = 4096, FILES_MAX = 64 };

char *kept_path(const struct db *db)
{
	const struct db_session *s = db_session(db);
	char name[SHA256_HEX], *where, *dir, *path;

	if (!s)
		return NULL;
	where = xasprintf("%s\n%s\n%s\n%s", s->host, s->port, s->database, s->user);
	sha256_hex(where, strlen(where), name);
	dir = path_cache("catalog");
	path = path_join(dir, name);
	free(where);
	free(dir);
	return path;
}

/* FNV-1a, by words: against a file that was cut or written over, not against anybody. */
static uint64_t sum_of(const char *p, const char *end)
{
	const uint64_t prime = 1099511628211u;
	uint64_t sum = 14695981039346656037u, word;

	for (; (size_t)(end - p) >= sizeof word; p += sizeof word) {
		memcpy(&word, p, sizeof word);
		sum = (sum ^ word) * prime;
		sum ^= sum >> 32; /* a product's low bits know nothing of the word's high ones */
	}
	for (; p < end; p++)
		sum = (sum ^ (unsigned char)*p) * prime;
	return sum;
}

static uint64_t add_question(uint64_t sum, const struct sqlset *set, const char *name)
{
	const char *text = sqlset_get(set, name, 0)->text;

	return sum * 31 + sum_of(text, text + strlen(text));
}

/* Another souk asks other questions, and its rows are others. */
static void add_head(struct buf *out, const struct sqlset *set)
{
	uint64_t questions =
		add_question(add_question(0, set, "catalog_state"), set, "catalog_rest");

	for (int part = 0; part < CATALOG_PARTS; part++)
		questions = add_question(questions, set,
					 catalog_part_query((enum catalog_part)part));
	buf_addf(out, "souk catalog %s %llx\n", SOUK_VERSION, (unsigned long long)questions);
}

/* Is there a number of seconds at *p, and was it less than an hour ago? */
static bool fresh(const char **p)
{
	char *end;
	long long then = strtoll(*p, &end, 10), now = time_now_us() / 1000000;
	bool ok = *end == '\n' && now >= then && now - then < BELIEVED_S;

	*p = end + 1;
	return ok;
}

static bool whole(const char **p, const char *end)
{
	char *behind;
	unsigned long long told = strtoull(*p, &behind, 16);

	*p = behind + 1;
	return *behind == '\n' && told == sum_of(*p, end);
}

static struct catalog_builder *build(const char *p, const char *end, struct reply **rest)
{
	struct catalog_builder *b = catalog_builder_new();

	for (int part = 0; part < CATALOG_PARTS; part++) {
		struct reply *rows = reply_load(&p, end);

		if (!rows) {
			catalog_builder_free(&b);
			return NULL;
		}
		catalog_builder_add(b, (enum catalog_part)part, rows);
		reply_free(&rows);
	}
	*rest = reply_load(&p, end);
	if (!*rest)
		catalog_builder_free(&b);
	return b;
}

/* What begins at *p up to the line's end, which is taken; NULL: it has none. */
static char *take_line(const char **p, const char *end)
{
	const char *line = *p, *eol = memchr(line, '\n', (size_t)(end - line));

	if (!eol)
		return NULL;
	*p = eol + 1;
	return xstrndup(line, (size_t)(eol - line));
}

static struct catalog_builder *load(const struct buf *file, const struct buf *head, char **state,
				    struct reply **rest)
{
	const char *p = file->data + head->len, *end = file->data + file->len;
	char *under = take_line(&p, end);
	struct catalog_builder *b = NULL;

	if (under && (!*state || strcmp(under, *state) == 0) && fresh(&p) && whole(&p, end))
		b = build(p, end, rest);
	if (b && !*state)
		*state = under;
	else
		free(under);
	return b;
}

struct catalog_builder *kept_load(const char *path, const struct sqlset *set, char **state,
				  struct reply **rest)
{
	struct catalog_builder *b = NULL;
	struct buf file = BUF_INIT, head = BUF_INIT;
	struct err ignored = ERR_INIT;

	add_head(&head, set);
	if (path_read(path, KEPT_MAX + HEAD_MAX, &file, &ignored) && file.len > head.len &&
	    memcmp(file.data, head.data, head.len) == 0)
		b = load(&file, &head, state, rest);
	err_release(&ignored);
	buf_release(&head);
	buf_release(&file);
	return b;
}

/* ---- writing ---- */

struct writing {
	char *path;
	struct buf text;
};

struct old_file {
	char *name;
	time_t written;
};

static int newest_first(const void *a, const void *b)
{
	const struct old_file *x = a, *y = b;

	return (x->written < y->written) - (x->written > y->written);
}

/* Of the folder's own files, and of none else, those that nobody will believe any more (what
 * was cut off while it was written is among them), and the oldest of too many. */
static void tidy(const char *dir)
{
	VEC(struct old_file) files = VEC_INIT;
	DIR *d = opendir(dir);
	time_t now = (time_t)(time_now_us() / 1000000);
	struct stat st;

	for (const struct dirent *e; d && (e = readdir(d));) {
		if (strspn(e->d_name, "0123456789abcdef") == SHA256_HEX - 1 &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			*VEC_PUSH(&files) =
				(struct old_file){ xstrdup(e->d_name), st.st_mtime };
	}
	if (files.len > 1)
		qsort(files.v, files.len, sizeof *files.v, newest_first);
	for (size_t i = 0; i < files.len; i++) {
		if (i >= FILES_MAX || now - files.v[i].written > BELIEVED_S)
			(void)unlinkat(dirfd(d), files.v[i].name, 0);
		free(files.v[i].name);
	}
	VEC_RELEASE(&files);
	if (d)
		closedir(d);
}

static void write_file(void *ctx)
{
	struct writing *w = ctx;
	struct err ignored = ERR_INIT; /* the next session reads the catalog, as this one did */
	char *dir = xstrndup(w->path, (size_t)(strrchr(w->path, '/') - w->path));

	if (!path_mkdirs(dir, &ignored) ||
	    !path_write(w->path, w->text.data, w->text.len, &ignored))
		err_clear(&ignored);
	else
		tidy(dir);
	err_release(&ignored);
	free(dir);
}

static void free_writing(void *ctx)
{
	struct writing *w = ctx;

	buf_release(&w->text);
	free(w->path);
	free(w);
}

void kept_write(struct loop *loop, char *owned_path, const struct sqlset *set,
		const char *state, struct buf *parts)
{
	struct writing *w = xcalloc(1, sizeof *w);

	w->path = owned_path;
	buf_init(&w->text);
	add_head(&w->text, set);
	buf_addf(&w->text, "%s\n%lld\n%llx\n", state, (long long)(time_now_us() / 1000000),
		 (unsigned long long)sum_of(parts->data, parts->data + parts->len));
	buf_addbuf(&w->text, parts);
	buf_release(parts);
	loop_work_start(loop, write_file, NULL, free_writing, w);
}
