/* SPDX-License-Identifier: MIT */
/* Snapshots compared as texts, so that a file and a connection are alike. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/vec.h"
#include "schematext_priv.h"

struct line {
	char *object; /* "table commerce.products"; also of its parts */
	char *part;   /* "column price", "" */
	char *text;   /* without the tab */
};

struct lines {
	VEC(struct line) list;
};

/* The kinds of line, longest first where one begins another. */
static const struct {
	const char *word;
	bool nameless;
	int since; /* version */
} kinds[] = {
	{ "schema ", false, 1 },
	{ "table ", false, 1 },
	{ "partitioned table ", false, 1 },
	{ "view ", false, 1 },
	{ "materialized view ", false, 1 },
	{ "foreign table ", false, 1 },
	{ "column ", false, 1 },
	{ "primary key ", false, 1 },
	{ "index ", false, 1 },
	{ "foreign key ", false, 1 },
	{ "check ", false, 1 },
	{ "policy ", false, 1 },
	{ "trigger ", false, 1 },
	{ "grant to ", false, 1 },
	{ "function ", false, 1 },
	{ "sequence ", false, 2 },
	{ "type ", false, 2 },
	{ "domain ", false, 2 },
	{ "query", true, 2 },
	{ "body", true, 2 },
	{ "attributes ", true, 2 },
	{ "arguments ", true, 2 },
	{ "rule ", false, 3 },
	{ "inherits ", false, 3 },
	{ "statistics ", false, 3 },
	{ "server ", true, 3 },
	{ "comment of ", false, 2 },
	{ "comment ", true, 2 },
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

/* "column price numeric(12,2)" is the part "column price"; 0: no line of a snapshot of this
 * version. */
static size_t identity_length(const char *text, int version)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].word);

		if (kinds[i].since > version || strncmp(text, kinds[i].word, len) != 0)
			continue;
		if (kinds[i].nameless)
			return len - (kinds[i].word[len - 1] == ' ');
		return len + name_length(text + len, strcmp(kinds[i].word, "function ") == 0);
	}
	return 0;
}

/* Two tabs: one more line of what stands above. */
static void go_on(struct line *above, char *line)
{
	char *whole = xasprintf("%s\n%s", above->text, line + 1);

	free(above->text);
	free(line);
	above->text = whole;
}

static void read_lines(struct lines *out, const char *text, int version)
{
	const char *object = NULL;
	size_t object_len = 0;
	bool kept = false; /* the line above */

	for (const char *p = text, *end; *p; p = *end ? end + 1 : end) {
		bool part = *p == '\t';
		char *line;
		size_t id;

		end = strchr(p, '\n');
		if (!end)
			end = p + strlen(p);
		line = xstrndup(p + part, (size_t)(end - p) - (size_t)part);
		if (part && *line == '\t' && kept) {
			go_on(&out->list.v[out->list.len - 1], line);
			continue;
		}
		id = identity_length(line, version);
		kept = id > 0 && (!part || object) && !(part && *line == '\t');
		if (!part) {
			object = kept ? p : NULL;
			object_len = id;
		}
		if (!kept) {
			free(line);
			continue;
		}
		*VEC_PUSH(&out->list) = (struct line){
			.object = xstrndup(object, object_len),
			.part = part ? xstrndup(line, id) : xstrdup(""),
			.text = line,
		};
	}
}

int schematext_version(const char *text)
{
	size_t len = strlen(schematext_mark);
	int any = 0;

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, schematext_mark, len) == 0)
			return (int)strtol(p + len, NULL, 10);
		any |= *p != '\t' && identity_length(p, 1) > 0;
	}
	return any;
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
	int va = schematext_version(before), vb = schematext_version(after);
	int version = va && (va < vb || !vb) ? va : vb;
	size_t i = 0, k = 0;

	read_lines(&a, before, version);
	read_lines(&b, after, version);
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
	out->partly = va != vb && va && vb;
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
