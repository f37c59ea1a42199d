/* SPDX-License-Identifier: MIT */
/* One file of questions or fragments: its header, its text. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "sql_priv.h"

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

enum { FIELD_SUMMARY, FIELD_PARAMS, FIELD_COLUMNS, FIELD_EXAMPLE, FIELD_FRAGMENTS, FIELDS };

static const char *const field_names[] = { "summary", "params", "columns", "example", "fragments",
					   NULL };

struct header {
	struct buf fields[FIELDS];
	int current; /* which one a continuation line belongs to, -1: none */
};

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
static void set_text(struct sqlquery *q, const struct source *src)
{
	const char *s = src->text;
	size_t n = src->len;

	while (n > 0 && strchr(" \t\r\n;", s[n - 1]))
		n--;
	q->stays = src->stays && !s[n];
	q->text = q->stays ? s : arena_strndup(src->set->arena, s, n);
}

int sqlquery_compare(const void *a, const void *b)
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
		if (sqlquery_compare(&set->queries.v[i], q) == 0) {
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

bool sqlfile_query(struct source *src, const char *stem, struct err *err)
{
	struct arena *arena = src->set->arena;
	struct sqlquery q = { 0 };
	struct header h;
	bool ok = false;

	for (size_t i = 0; i < FIELDS; i++)
		buf_init(&h.fields[i]);
	if (!name_of_file(src, stem, &q, err) || !read_header(src, &h, err))
		goto out;
	for (size_t i = 0; i < FIELDS; i++)
		buf_trim(&h.fields[i]);
	q.summary = arena_strdup(arena, h.fields[FIELD_SUMMARY].data);
	q.params = words(arena, h.fields[FIELD_PARAMS].data);
	q.columns = words(arena, h.fields[FIELD_COLUMNS].data);
	q.example = words(arena, h.fields[FIELD_EXAMPLE].data);
	q.fragments = words(arena, h.fields[FIELD_FRAGMENTS].data);
	set_text(&q, src);
	if (!*q.summary)
		fail(src, err, "a query begins with a line \"-- summary: what it tells\"");
	else if (!*q.text)
		fail(src, err, "there is no statement");
	else
		ok = true;
	if (ok)
		put_query(src->set, &q);
out:
	for (size_t i = 0; i < FIELDS; i++)
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

bool sqlfile_fragments(struct source *src, const char *stem, struct err *err)
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
