/* SPDX-License-Identifier: MIT */
/* Snapshots compared as texts, so that a file and a connection are alike. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/vec.h"
#include "domain/schematext.h"

struct line {
	char *object; /* "table commerce.products"; also of its parts */
	char *part;   /* "column price", "" */
	char *text;   /* without the tab */
};

struct lines {
	VEC(struct line) list;
};

/* The kinds of line, longest first where one begins another. */
static const char *const kinds[] = {
	"schema ",	  "table ",  "partitioned table ", "view ",	"materialized view ",
	"foreign table ", "column ", "primary key ",	   "index ",	"foreign key ",
	"check ",	  "policy ", "trigger ",	   "grant to ", "function ",
};

/* A name ends at a blank or '(' outside quotes; a function's goes on to its ')', which tells it
 * apart. */
static size_t name_length(const char *p, bool function)
{
	size_t i = 0;
	bool quoted = false;

	for (; p[i]; i++) {
		if (p[i] == '"')
			quoted = !quoted;
		else if (!quoted && function && p[i] == ')')
			return i + 1;
		else if (!quoted && !function && p[i] == ' ')
			return i;
	}
	return i;
}

/* "column price numeric(12,2)" is the part "column price"; 0: no line of a snapshot. */
static size_t identity_length(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i]);

		if (strncmp(text, kinds[i], len) == 0)
			return len +
			       name_length(text + len, strcmp(kinds[i], "function ") == 0);
	}
	return 0;
}

static void read_lines(struct lines *out, const char *text)
{
	const char *object = NULL;
	size_t object_len = 0;

	for (const char *p = text, *end; *p; p = *end ? end + 1 : end) {
		bool part = *p == '\t';
		char *line;
		size_t id;

		end = strchr(p, '\n');
		if (!end)
			end = p + strlen(p);
		line = xstrndup(p + part, (size_t)(end - p) - (size_t)part);
		id = identity_length(line);
		if (id == 0 || (part && !object)) {
			free(line);
			continue;
		}
		if (!part) {
			object = p;
			object_len = id;
		}
		*VEC_PUSH(&out->list) = (struct line){
			.object = xstrndup(object, object_len),
			.part = part ? xstrndup(line, id) : xstrdup(""),
			.text = line,
		};
	}
}

static void lines_release(struct lines *l)
{
	for (size_t i = 0; i < l->list.len; i++) {
		free(l->list.v[i].object);
		free(l->list.v[i].part);
		free(l->list.v[i].text);
	}
	VEC_RELEASE(&l->list);
}

static int compare(const struct line *a, const struct line *b)
{
	int objects = strcmp(a->object, b->object);

	return objects ? objects : strcmp(a->part, b->part);
}

static int by_identity(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = compare(x, y);

	return order ? order : strcmp(x->text, y->text);
}

typedef VEC(struct schema_change) change_list;

static void note(change_list *out, const struct line *before, const struct line *after)
{
	const struct line *any = after ? after : before;

	*VEC_PUSH(out) = (struct schema_change){
		.kind = !before	 ? CHANGE_ADDED
			: !after ? CHANGE_REMOVED
				 : CHANGE_CHANGED,
		.object = xstrdup(any->object),
		.part = xstrdup(any->part),
		.before = before ? xstrdup(before->text) : NULL,
		.after = after ? xstrdup(after->text) : NULL,
	};
}

/* Parts of an object that came or went as a whole are not told one by one. */
static bool implied(const change_list *out, const struct line *line, enum change_kind kind)
{
	const struct schema_change *last = out->len > 0 ? &out->v[out->len - 1] : NULL;

	return *line->part && last && last->kind == kind && !*last->part &&
	       strcmp(last->object, line->object) == 0;
}

void schematext_diff(struct schema_changes *out, const char *before, const char *after)
{
	struct lines a = { VEC_INIT }, b = { VEC_INIT };
	change_list changes = VEC_INIT;
	size_t i = 0, k = 0;

	read_lines(&a, before);
	read_lines(&b, after);
	if (a.list.len > 0)
		qsort(a.list.v, a.list.len, sizeof *a.list.v, by_identity);
	if (b.list.len > 0)
		qsort(b.list.v, b.list.len, sizeof *b.list.v, by_identity);
	while (i < a.list.len || k < b.list.len) {
		int order = i == a.list.len   ? 1
			    : k == b.list.len ? -1
					      : compare(&a.list.v[i], &b.list.v[k]);

		if (order < 0) {
			if (!implied(&changes, &a.list.v[i], CHANGE_REMOVED))
				note(&changes, &a.list.v[i], NULL);
			i++;
		} else if (order > 0) {
			if (!implied(&changes, &b.list.v[k], CHANGE_ADDED))
				note(&changes, NULL, &b.list.v[k]);
			k++;
		} else {
			if (strcmp(a.list.v[i].text, b.list.v[k].text) != 0)
				note(&changes, &a.list.v[i], &b.list.v[k]);
			i++;
			k++;
		}
	}
	lines_release(&a);
	lines_release(&b);
	out->v = changes.v;
	out->n = changes.len;
}

void schema_changes_release(struct schema_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].object);
		free(c->v[i].part);
		free(c->v[i].before);
		free(c->v[i].after);
	}
	free(c->v);
	c->v = NULL;
	c->n = 0;
}
