/* SPDX-License-Identifier: MIT */
/* The set of named questions: shipped ones, those of a folder, and looking them up. */
#include "db/sql.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/embed.h"
#include "base/path.h"
#include "sql_priv.h"

enum { FILE_LIMIT = 1 << 20, SHORT_TEXT = 1024 };

/* ---- where the files come from ---- */

enum folder { QUERIES, FRAGMENTS };

static const char *const folder_names[] = { [QUERIES] = "queries", [FRAGMENTS] = "fragments" };

/* Its path ends in FILE.sql. */
static bool read_file(struct source *src, enum folder folder, struct err *err)
{
	const char *base = strrchr(src->path, '/');
	char *stem = xstrdup(base ? base + 1 : src->path);
	bool ok;

	stem[strlen(stem) - strlen(".sql")] = '\0';
	ok = folder == QUERIES ? sqlfile_query(src, stem, err)
			       : sqlfile_fragments(src, stem, err);
	free(stem);
	return ok;
}

/* Is path directly in sql/FOLDER? */
static bool is_in(const char *path, enum folder folder)
{
	static const char top[] = "sql/";
	size_t n = strlen(folder_names[folder]);

	return strncmp(path, top, sizeof top - 1) == 0 &&
	       strncmp(path + sizeof top - 1, folder_names[folder], n) == 0 &&
	       path[sizeof top - 1 + n] == '/';
}

static bool load_shipped(struct sqlset *set, struct err *err)
{
	for (const struct embed *e = embed_sql; e->path; e++) {
		struct source src = {
			.set = set, .path = e->path, .text = e->text, .len = e->len, .stays = true,
		};

		for (enum folder f = QUERIES; f <= FRAGMENTS; f++)
			if (is_in(e->path, f) && !read_file(&src, f, err))
				return false;
	}
	return true;
}

static bool load_path(struct sqlset *set, enum folder folder, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	struct source src = { .set = set, .path = path };
	bool ok = path_read(path, FILE_LIMIT, &text, err);

	src.text = text.data;
	src.len = text.len;
	ok = ok && read_file(&src, folder, err);
	buf_release(&text);
	return ok;
}

static bool ends_with_sql(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && name[0] != '.' && strcmp(name + n - 4, ".sql") == 0;
}

/* A folder that is missing is fine: an override has only what it changes. */
static bool load_folder(struct sqlset *set, const char *dir, enum folder folder, struct err *err)
{
	char *path = path_join(dir, folder_names[folder]);
	DIR *d = opendir(path);
	struct dirent *entry;
	bool ok = true;

	while (ok && d && (entry = readdir(d))) {
		if (!ends_with_sql(entry->d_name))
			continue;
		char *file = path_join(path, entry->d_name);

		ok = load_path(set, folder, file, err);
		free(file);
	}
	if (d)
		closedir(d);
	free(path);
	return ok;
}

/* What a query has in common with others is known when all files are read. */
static bool compose(struct sqlset *set, struct sqlquery *q, struct err *err)
{
	VEC(struct sqlvar) vars = VEC_INIT;
	struct buf text = BUF_INIT;
	bool ok = true;

	for (size_t i = 0; ok && q->fragments[i]; i++) {
		const char *piece = strrchr(q->fragments[i], '.');
		const char *value = map_get(set->fragments, q->fragments[i]);

		ok = value || err_set(err, ERR_FAILED, q->name, "there is no fragment \"%s\"",
				      q->fragments[i]);
		*VEC_PUSH(&vars) = (struct sqlvar){ piece ? piece + 1 : "", value };
	}
	ok = ok && sql_expand(&text, q->text, vars.v, vars.len, err);
	if (ok) {
		q->text = arena_strdup(set->arena, text.data);
		q->stays = false;
	}
	VEC_RELEASE(&vars);
	buf_release(&text);
	return ok;
}

static bool compose_all(struct sqlset *set, struct err *err)
{
	for (size_t i = 0; i < set->queries.len; i++)
		if (*set->queries.v[i].fragments && !compose(set, &set->queries.v[i], err))
			return false;
	return true;
}

struct sqlset *sqlset_new(void)
{
	struct sqlset *set = xcalloc(1, sizeof *set);

	set->arena = arena_new();
	set->fragments = map_new(NULL);
	return set;
}

bool sqlset_fill(struct sqlset *set, const char *dir, struct err *err)
{
	if (dir && !path_exists(dir))
		return err_set(err, ERR_FAILED, dir, "there is no such folder");
	if (!load_shipped(set, err) || (dir && (!load_folder(set, dir, QUERIES, err) ||
						!load_folder(set, dir, FRAGMENTS, err))) ||
	    !compose_all(set, err))
		return false;
	if (set->queries.len > 0)
		qsort(set->queries.v, set->queries.len, sizeof *set->queries.v, sqlquery_compare);
	return true;
}

struct sqlset *sqlset_load(const char *dir, struct err *err)
{
	struct sqlset *set = sqlset_new();

	if (!sqlset_fill(set, dir, err))
		sqlset_free(&set);
	return set;
}

void sqlset_free(struct sqlset **set)
{
	if (!*set)
		return;
	map_free(&(*set)->fragments);
	VEC_RELEASE(&(*set)->queries);
	arena_free(&(*set)->arena);
	free(*set);
	*set = NULL;
}

/* ---- looking up ---- */

/* The first entry whose name is not smaller. */
static size_t lower_bound(const struct sqlset *set, const char *name)
{
	size_t from = 0, to = set->queries.len;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(set->queries.v[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct sqlquery *find(const struct sqlset *set, const char *name, int server_version)
{
	struct sqlquery *best = NULL;

	for (size_t i = lower_bound(set, name);
	     i < set->queries.len && strcmp(set->queries.v[i].name, name) == 0; i++) {
		if (server_version == 0 || set->queries.v[i].min_version <= server_version)
			best = &set->queries.v[i];
	}
	return best;
}

const struct sqlquery *sqlset_find(const struct sqlset *set, const char *name, int server_version)
{
	return find(set, name, server_version);
}

/* Who asks with each page, say, is not to keep a block of the program's pages for two lines. */
static void copy_short(const struct sqlset *set, struct sqlquery *q)
{
	if (!q->stays || strnlen(q->text, SHORT_TEXT) == SHORT_TEXT)
		return;
	q->text = arena_strdup(set->arena, q->text);
	q->stays = false;
}

const struct sqlquery *sqlset_get(const struct sqlset *set, const char *name, int server_version)
{
	struct sqlquery *q = find(set, name, server_version);

	if (!q)
		BUG("there is no query \"%s\" for server version %d", name, server_version);
	copy_short(set, q);
	return q;
}

const char *sqlset_fragment(const struct sqlset *set, const char *name)
{
	const char *text = map_get(set->fragments, name);

	if (!text)
		BUG("there is no fragment \"%s\"", name);
	return text;
}

const struct sqlquery *sqlset_at(const struct sqlset *set, size_t i)
{
	return i < set->queries.len ? &set->queries.v[i] : NULL;
}

void sql_fragment(struct buf *out, const struct sqlset *set, const char *name,
		  const struct sqlvar *vars, size_t n)
{
	struct err err = ERR_INIT;

	if (!sql_expand(out, sqlset_fragment(set, name), vars, n, &err))
		BUG("fragment %s: %s", name, err.why);
}
