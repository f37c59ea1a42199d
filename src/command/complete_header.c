/* SPDX-License-Identifier: MIT */
/*
 * complete_header.c - the names that a file of records begins with: of its first line no more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/path.h"
#include "complete_priv.h"
#include "domain/csv.h"

enum { HEADER_MAX = 1 << 16 };

static bool ends_in(const char *path, const char *const *endings)
{
	const char *dot = strrchr(path, '.');

	for (; dot && *endings; endings++)
		if (strcmp(dot, *endings) == 0)
			return true;
	return false;
}

static void add_name(struct candidates *list, const char *name)
{
	char *word = xasprintf("%s=", name);

	candidates_add(list, word, "in the file");
	free(word);
}

static void add_cells(struct candidates *list, const char *text, size_t len, char delimiter)
{
	struct csv *csv = csv_new(delimiter, HEADER_MAX);
	enum csv_what what;

	csv_feed(csv, text, len);
	what = csv_next(csv);
	if (what == CSV_MORE && len < HEADER_MAX) {
		csv_finish(csv);
		what = csv_next(csv);
	}
	for (size_t i = 0; what == CSV_RECORD && i < csv_cells(csv); i++)
		add_name(list, csv_cell(csv, i, NULL));
	csv_free(&csv);
}

static void add_members(struct candidates *list, const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);
	struct err ignored = ERR_INIT;
	struct json *value, *object =
		json_parse(text, end ? (size_t)(end - text) : len, &ignored);
	const char *name;

	if (object && json_type(object) == JSON_OBJECT)
		for (void *it = NULL; json_next(object, &it, &name, &value);)
			add_name(list, name);
	json_free(&object);
	err_release(&ignored);
}

void complete_header(struct candidates *list, const char *path)
{
	static const char *const lines[] = { ".jsonl", ".ndjson", ".json", NULL };
	static const char *const tabs[] = { ".tsv", ".tab", NULL };
	char *whole = path_expand(path), *text = xcalloc(HEADER_MAX, 1);
	struct stat st;
	FILE *f = stat(whole, &st) == 0 && S_ISREG(st.st_mode) ? fopen(whole, "re") : NULL;
	size_t len = f ? fread(text, 1, HEADER_MAX, f) : 0;

	if (f)
		fclose(f);
	if (ends_in(path, lines))
		add_members(list, text, len);
	else
		add_cells(list, text, len, ends_in(path, tabs) ? '\t' : ',');
	free(text);
	free(whole);
}
