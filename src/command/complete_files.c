/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/embed.h"
#include "base/path.h"
#include "complete_priv.h"

#define FILES_MAX 200

static void add_entry(struct candidates *list, const char *shown_dir, const char *dir,
		      const char *name)
{
	char *path = path_join(dir, name);
	struct stat st;
	bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	char *text = xasprintf("%s%s%s", shown_dir, name, folder ? "/" : "");

	candidates_add(list, text, folder ? "folder" : NULL);
	free(text);
	free(path);
}

static int by_text(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return strcoll(x->text, y->text);
}

void complete_files(struct candidates *list)
{
	const char *slash = strrchr(list->prefix, '/');
	char *shown = slash ? xstrndup(list->prefix, (size_t)(slash - list->prefix) + 1)
			    : xstrdup("");
	char *dir = path_expand(*shown ? shown : ".");
	bool hidden = (slash ? slash[1] : list->prefix[0]) == '.';
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t before = list->v.len;

	while (d && list->v.len < FILES_MAX && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    (e->d_name[0] != '.' || hidden))
			add_entry(list, shown, dir, e->d_name);
	if (d)
		closedir(d);
	if (list->v.len > before)
		qsort(list->v.v + before, list->v.len - before, sizeof *list->v.v, by_text);
	free(dir);
	free(shown);
}

void complete_themes(struct candidates *list)
{
	static const char shipped[] = "screens/theme.";
	const size_t n = sizeof shipped - 1;
	char *dir = path_config(NULL);
	DIR *d = opendir(dir);

	candidates_add(list, "auto", "theme");
	for (const struct embed *e = embed_screens; e->path; e++)
		if (strncmp(e->path, shipped, n) == 0)
			candidates_add(list, e->path + n, "theme");
	for (const struct dirent *entry; d && (entry = readdir(d));)
		if (strncmp(entry->d_name, "theme.", 6) == 0)
			candidates_add(list, entry->d_name + 6, "own theme");
	if (d)
		closedir(d);
	free(dir);
}
