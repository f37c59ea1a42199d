/* SPDX-License-Identifier: MIT */
#include "support/snapshot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "catalog/build.h"
#include "db/sql.h"

struct table {
	const struct sqlquery *query;
	enum catalog_part part;
	int where[64]; /* of each cell of a line: its column in the query; -1: unknown */
	size_t width;
	VEC(const char *) cells;
	size_t rows;
};

static size_t count(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static int place(const struct sqlquery *q, const char *name)
{
	for (int i = 0; q->columns[i]; i++) {
		if (strcmp(q->columns[i], name) == 0)
			return i;
	}
	cr_assert_fail("%s has no column %s", q->name, name);
	return -1;
}

static void begin(struct table *t, const struct sqlset *set, char *line)
{
	char *columns = strchr(line, ' ');
	char *query;

	*columns++ = '\0';
	query = xasprintf("catalog_%s", line);
	for (t->part = 0; t->part < CATALOG_PARTS; t->part++) {
		if (strcmp(catalog_part_query(t->part), query) == 0)
			break;
	}
	cr_assert_lt(t->part, CATALOG_PARTS, "no part %s", line);
	t->query = sqlset_get(set, query, 150000);
	free(query);
	t->width = 0;
	for (char *save = NULL, *word = strtok_r(columns, "|", &save); word;
	     word = strtok_r(NULL, "|", &save))
		t->where[t->width++] = place(t->query, word);
	t->rows = 0;
	VEC_CLEAR(&t->cells);
}

static void row(struct table *t, char *line)
{
	size_t n = count(t->query->columns), first = t->cells.len;

	for (size_t i = 0; i < n; i++)
		*VEC_PUSH(&t->cells) = NULL;
	for (size_t i = 0; i < t->width && line; i++) {
		char *next = strchr(line, '|');

		if (next)
			*next++ = '\0';
		t->cells.v[first + (size_t)t->where[i]] = strcmp(line, "-") == 0 ? NULL : line;
		line = next;
	}
	t->rows++;
}

static void flush(struct table *t, struct catalog_builder *b)
{
	struct reply *reply;

	if (!t->query)
		return;
	reply = reply_new(t->query->columns, count(t->query->columns), t->cells.v, t->rows);
	catalog_builder_add(b, t->part, reply);
	reply_free(&reply);
}

struct catalog *snapshot_make(const char *text)
{
	struct catalog_builder *b = catalog_builder_new();
	struct table t = { .cells = VEC_INIT };
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	struct catalog *c;
	char *copy = xstrdup(text);

	cr_assert(set, "%s", err.why);
	for (char *save = NULL, *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		size_t word = strspn(line, "abcdefghijklmnopqrstuvwxyz_");

		if (word > 0 && line[word] == ' ' && strchr(line, '|')) {
			flush(&t, b);
			begin(&t, set, line);
		} else {
			row(&t, line);
		}
	}
	flush(&t, b);
	c = catalog_builder_finish(&b);
	VEC_RELEASE(&t.cells);
	free(copy);
	sqlset_free(&set);
	return c;
}
