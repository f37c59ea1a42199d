/* SPDX-License-Identifier: MIT */
/* The set of named questions; sqltext.c has the texts' variables and quotes. */
#include "db/sql.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/deffile.h"
#include "base/embed.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"

enum { FILE_LIMIT = 1 << 20 };

struct sqlset {
	struct arena *arena;              /* every text below */
	VEC(struct sqlquery) queries;     /* in order of name and version */
	struct map *fragments;            /* "file.piece" -> text */
};

/* One file while it is read. */
struct source {
	struct sqlset *set;
	const char *path;
	const char *text;
	size_t len;
	int line;
};

static bool next_line(struct source *src, const char **line, size_t *n)
{
	const char *end;

	if (src->len == 0)
		return false;
	end = memchr(src->text, '\n', src->len);
	*line = src->text;
	*n = end ? (size_t)(end - src->text) : src->len;
	src->text += *n + (end ? 1 : 0);
	src->len -= *n + (end ? 1 : 0);
	src->line++;
	return true;
}

static bool fail(const struct source *src, struct err *err, const char *why)
{
	char *what = xasprintf("%s:%d", src->path, src->line);

	err_set(err, ERR_FAILED, what, "%s", why);
	free(what);
	return false;
}

static bool is_blank(const char *s, size_t n)
{
	return strspn(s, " \t\r") >= n;
}

static bool is_comment(const char *s, size_t n)
{
	return n >= 2 && s[0] == '-' && s[1] == '-';
}

/* ---- header of a query ---- */

struct header {
	struct buf fields[4];
	int current; /* which one a continuation line belongs to, -1: none */
};

enum { FIELD_SUMMARY, FIELD_PARAMS, FIELD_COLUMNS, FIELD_EXAMPLE };

static const char *const field_names[] = { "summary", "params", "columns", "example", NULL };

/* "-- key: value" begins a field, "--   more" goes on with it, any other comment is prose. */
static bool header_line(struct header *h, const struct source *src, const char *line, size_t n,
			struct err *err)
{
	char key[16];
	size_t len = strspn(line + 2, " \t");
	size_t word = strspn(line + 2 + len, "abcdefghijklmnopqrstuvwxyz");
	const char *at = line + 2 + len;

	if (h->current >= 0 && len >= 2 && len + 2 < n) {
		buf_addc(&h->fields[h->current], ' ');
		buf_add(&h->fields[h->current], at, n - 2 - len);
		return true;
	}
	h->current = -1;
	if (word == 0 || word >= sizeof key || 2 + len + word >= n || at[word] != ':')
		return true;
	memcpy(key, at, word);
	key[word] = '\0';
	for (int i = 0; field_names[i]; i++) {
		if (strcmp(key, field_names[i]) != 0)
			continue;
		h->current = i;
		if (h->fields[i].len)
			buf_addc(&h->fields[i], ' ');
		buf_add(&h->fields[i], at + word + 1, n - 2 - len - word - 1);
		return true;
	}
	if (nearest_word(key, field_names)) {
		err_unknown(err, "header", key, field_names);
		char *where = xasprintf("%s:%d", src->path, src->line);

		err_within(err, where);
		free(where);
		return false;
	}
	return true;
}

static const char *const *words(struct arena *arena, const char *text)
{
	VEC(const char *) list = VEC_INIT;
	const char *const *out;

	for (text += strspn(text, " \t\r,"); *text; text += strspn(text, " \t\r,")) {
		size_t n = strcspn(text, " \t\r,");

		*VEC_PUSH(&list) = arena_strndup(arena, text, n);
		text += n;
	}
	if (list.len == 1 && strcmp(list.v[0], "none") == 0)
		VEC_CLEAR(&list);
	*VEC_PUSH(&list) = NULL;
	const char **copy = arena_array(arena, list.len, sizeof *copy);

	memcpy(copy, list.v, list.len * sizeof *copy);
	out = copy;
	VEC_RELEASE(&list);
	return out;
}

/* The statement itself, without what ends it, so that it can also be put into another one. */
static const char *statement_text(struct arena *arena, const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r\n;", s[n - 1]))
		n--;
	return arena_strndup(arena, s, n);
}

static int compare_queries(const void *a, const void *b)
{
	const struct sqlquery *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = (x->min_version > y->min_version) - (x->min_version < y->min_version);
	return order;
}

/* A query of the same name and version that is there already is replaced (--sql DIR). */
static void put_query(struct sqlset *set, const struct sqlquery *q)
{
	for (size_t i = 0; i < set->queries.len; i++) {
		if (compare_queries(&set->queries.v[i], q) == 0) {
			set->queries.v[i] = *q;
			return;
		}
	}
	*VEC_PUSH(&set->queries) = *q;
}

/* "roles@160000" -> name, 160000 */
static bool name_of_file(const struct source *src, const char *stem, struct sqlquery *q,
			 struct err *err)
{
	const char *at = strchr(stem, '@');
	char *end;

	if (!at) {
		q->name = arena_strdup(src->set->arena, stem);
		return true;
	}
	q->name = arena_strndup(src->set->arena, stem, (size_t)(at - stem));
	q->min_version = (int)strtol(at + 1, &end, 10);
	if (*end || q->min_version < 100000)
		return fail(src, err, "after @ comes a server version such as 160000");
	return true;
}

static bool read_header(struct source *src, struct header *h, struct err *err)
{
	const char *line;
	size_t n;

	h->current = -1;
	while (is_comment(src->text, src->len)) {
		if (!next_line(src, &line, &n))
			break;
		if (!header_line(h, src, line, n, err))
			return false;
	}
	return true;
}

static bool read_query(struct source *src, const char *stem, struct err *err)
{
	struct arena *arena = src->set->arena;
	struct header h = { .fields = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT } };
	struct sqlquery q = { 0 };
	bool ok = false;

	if (!name_of_file(src, stem, &q, err) || !read_header(src, &h, err))
		goto out;
	for (size_t i = 0; i < ARRAY_SIZE(h.fields); i++)
		buf_trim(&h.fields[i]);
	q.summary = arena_strdup(arena, h.fields[FIELD_SUMMARY].data);
	q.params = words(arena, h.fields[FIELD_PARAMS].data);
	q.columns = words(arena, h.fields[FIELD_COLUMNS].data);
	q.example = words(arena, h.fields[FIELD_EXAMPLE].data);
	q.text = statement_text(arena, src->text, src->len);
	if (!*q.summary)
		fail(src, err, "a query begins with a line \"-- summary: what it tells\"");
	else if (!*q.text)
		fail(src, err, "there is no statement");
	else
		ok = true;
	if (ok)
		put_query(src->set, &q);
out:
	for (size_t i = 0; i < ARRAY_SIZE(h.fields); i++)
		buf_release(&h.fields[i]);
	return ok;
}

/* ---- fragments ---- */

static const char fragment_mark[] = "-- fragment:";

/* Blank and comment lines at the end of a piece introduce the next one. */
static void put_fragment(struct sqlset *set, const char *name, const char *s, size_t n)
{
	for (;;) {
		size_t start;

		while (n > 0 && strchr(" \t\r\n", s[n - 1]))
			n--;
		for (start = n; start > 0 && s[start - 1] != '\n';)
			start--;
		if (n == 0 || !is_comment(s + start, n - start))
			break;
		n = start;
	}
	map_set(set->fragments, name, arena_strndup(set->arena, s, n));
}

static bool read_fragments(struct source *src, const char *stem, struct err *err)
{
	const char *line, *start = NULL;
	char *name = NULL;
	size_t n;

	while (next_line(src, &line, &n)) {
		size_t mark = sizeof fragment_mark - 1;
		char *piece;

		if (n < mark || memcmp(line, fragment_mark, mark) != 0) {
			if (!name && !is_comment(line, n) && !is_blank(line, n))
				return fail(src, err, "text before the first fragment");
			continue;
		}
		mark += strspn(line + mark, " \t");
		piece = xstrndup(line + mark, n - mark);
		if (name)
			put_fragment(src->set, name, start, (size_t)(line - start));
		free(name);
		name = xasprintf("%s.%.*s", stem, (int)strcspn(piece, " \t\r"), piece);
		free(piece);
		start = src->text;
	}
	if (name)
		put_fragment(src->set, name, start, (size_t)(src->text - start));
	free(name);
	return true;
}

/* ---- where the files come from ---- */

enum folder { QUERIES, FRAGMENTS };

static const char *const folder_names[] = { [QUERIES] = "queries", [FRAGMENTS] = "fragments" };

/* path ends in FILE.sql */
static bool read_file(struct sqlset *set, enum folder folder, const char *path, const char *text,
		      size_t len, struct err *err)
{
	struct source src = { .set = set, .path = path, .text = text, .len = len };
	const char *base = strrchr(path, '/');
	char *stem = xstrdup(base ? base + 1 : path);
	bool ok;

	stem[strlen(stem) - strlen(".sql")] = '\0';
	ok = folder == QUERIES ? read_query(&src, stem, err) : read_fragments(&src, stem, err);
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
		for (enum folder f = QUERIES; f <= FRAGMENTS; f++) {
			if (is_in(e->path, f) && !read_file(set, f, e->path, e->text, e->len, err))
				return false;
		}
	}
	return true;
}

static bool load_path(struct sqlset *set, enum folder folder, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	bool ok = path_read(path, FILE_LIMIT, &text, err) &&
		  read_file(set, folder, path, text.data, text.len, err);

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

struct sqlset *sqlset_load(const char *dir, struct err *err)
{
	struct sqlset *set = xcalloc(1, sizeof *set);

	set->arena = arena_new();
	set->fragments = map_new(NULL);
	if (dir && !path_exists(dir)) {
		err_set(err, ERR_FAILED, dir, "there is no such folder");
		sqlset_free(&set);
	} else if (!load_shipped(set, err) ||
		   (dir && (!load_folder(set, dir, QUERIES, err) ||
			    !load_folder(set, dir, FRAGMENTS, err)))) {
		sqlset_free(&set);
	} else if (set->queries.len > 0) {
		qsort(set->queries.v, set->queries.len, sizeof *set->queries.v, compare_queries);
	}
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

const struct sqlquery *sqlset_find(const struct sqlset *set, const char *name, int server_version)
{
	const struct sqlquery *best = NULL;

	for (size_t i = lower_bound(set, name);
	     i < set->queries.len && strcmp(set->queries.v[i].name, name) == 0; i++) {
		if (server_version == 0 || set->queries.v[i].min_version <= server_version)
			best = &set->queries.v[i];
	}
	return best;
}

const struct sqlquery *sqlset_get(const struct sqlset *set, const char *name, int server_version)
{
	const struct sqlquery *q = sqlset_find(set, name, server_version);

	if (!q)
		BUG("there is no query \"%s\" for server version %d", name, server_version);
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
