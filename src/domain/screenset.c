/* SPDX-License-Identifier: MIT */
/*
 * screenset.c - all screens by name: shipped, installed, the person's, and those of --screens.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/embed.h"
#include "base/path.h"
#include "base/vec.h"
#include "screendef_priv.h"

#define SUFFIX ".screen"
#define FILE_MAX (1 << 20)

#ifndef SCREENDIR
#define SCREENDIR "/usr/local/share/souk/screens"
#endif

struct screenset {
	struct arena *arena;
	VEC(const struct screendef *) list; /* in order of name */
	VEC(const char *) problems;	    /* ends with NULL once loaded */
};

static bool is_screen(const char *file)
{
	size_t n = strlen(file), suffix = strlen(SUFFIX);

	return n > suffix && strcmp(file + n - suffix, SUFFIX) == 0;
}

/* In its place; one of the same name is replaced. */
static void place(struct screenset *s, const struct screendef *def)
{
	size_t i = 0;

	while (i < s->list.len && strcmp(s->list.v[i]->name, def->name) < 0)
		i++;
	if (i < s->list.len && strcmp(s->list.v[i]->name, def->name) == 0) {
		s->list.v[i] = def;
		return;
	}
	(void)VEC_PUSH(&s->list);
	memmove(&s->list.v[i + 1], &s->list.v[i], (s->list.len - 1 - i) * sizeof *s->list.v);
	s->list.v[i] = def;
}

const struct screendef *screenset_add(struct screenset *s, const char *file, const char *name,
				      const char *text, size_t len, struct err *err)
{
	struct screen_source src = { .file = file, .name = name, .text = text, .len = len };
	const struct screendef *def = screendef_parse(s->arena, &src, err);

	if (def)
		place(s, def);
	return def;
}

/* "dir/products.screen" is the screen products. */
static const struct screendef *add_file(struct screenset *s, const char *file,
					const struct buf *text, struct err *err)
{
	const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	char *name = xstrndup(base, strlen(base) - strlen(SUFFIX));
	const struct screendef *def = screenset_add(s, file, name, text->data, text->len, err);

	free(name);
	return def;
}

static void problem(struct screenset *s, struct err *err)
{
	char *text = err_text(err);

	*VEC_PUSH(&s->problems) = arena_strdup(s->arena, text);
	free(text);
	err_clear(err);
}

/* A missing folder is fine unless it was asked for. */
static bool add_folder(struct screenset *s, const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	struct buf text = BUF_INIT;

	if (!d)
		return err_errno(err, dir);
	for (struct dirent *e; (e = readdir(d));) {
		char *path = path_join(dir, e->d_name);
		struct err why = ERR_INIT;

		buf_clear(&text);
		if (is_screen(e->d_name) &&
		    !(path_read(path, FILE_MAX, &text, &why) && add_file(s, path, &text, &why)))
			problem(s, &why);
		free(path);
	}
	closedir(d);
	buf_release(&text);
	return true;
}

static bool add_shipped(struct screenset *s, struct err *err)
{
	for (const struct embed *e = embed_screens; e->path; e++) {
		struct buf text = BUF_INIT;
		const struct screendef *def;

		if (!is_screen(e->path))
			continue;
		buf_add(&text, e->text, e->len);
		def = add_file(s, e->path, &text, err);
		buf_release(&text);
		if (!def)
			return false;
	}
	return true;
}

struct screenset *screenset_load(const char *dir, struct err *err)
{
	struct screenset *s = xcalloc(1, sizeof *s);
	char *own = path_config("screens");
	struct err ignored = ERR_INIT;
	bool ok;

	s->arena = arena_new();
	ok = add_shipped(s, err);
	if (ok && !add_folder(s, SCREENDIR, &ignored))
		err_clear(&ignored);
	if (ok && !add_folder(s, own, &ignored))
		err_clear(&ignored);
	if (ok && dir)
		ok = add_folder(s, dir, err);
	*VEC_PUSH(&s->problems) = NULL;
	free(own);
	if (!ok)
		screenset_free(&s);
	return s;
}

void screenset_free(struct screenset **s)
{
	if (!*s)
		return;
	VEC_RELEASE(&(*s)->list);
	VEC_RELEASE(&(*s)->problems);
	arena_free(&(*s)->arena);
	free(*s);
	*s = NULL;
}

size_t screenset_len(const struct screenset *s)
{
	return s->list.len;
}

const struct screendef *screenset_at(const struct screenset *s, size_t i)
{
	return s->list.v[i];
}

const char *const *screenset_problems(const struct screenset *s)
{
	return s->problems.v;
}

/* ---- finding ---- */

static const struct screendef *by_name(const struct screenset *s, const char *name)
{
	for (size_t i = 0; i < s->list.len; i++)
		if (strcmp(s->list.v[i]->name, name) == 0)
			return s->list.v[i];
	return NULL;
}

static const struct screendef *by_alias(const struct screenset *s, const char *name)
{
	for (size_t i = 0; i < s->list.len; i++)
		for (const char *const *a = s->list.v[i]->alias; *a; a++)
			if (strcmp(*a, name) == 0)
				return s->list.v[i];
	return NULL;
}

static const struct screendef *exact(const struct screenset *s, const char *name)
{
	const struct screendef *d = by_name(s, name);

	return d ? d : by_alias(s, name);
}

/* product, products; category, categories. */
const struct screendef *screenset_find(const struct screenset *s, const char *name)
{
	const struct screendef *d = exact(s, name);
	size_t n = strlen(name);
	char *other;

	if (d || n < 2)
		return d;
	if (name[n - 1] == 'y')
		other = xasprintf("%.*s%s", (int)n - 1, name, "ies");
	else if (n > 3 && strcmp(name + n - 3, "ies") == 0)
		other = xasprintf("%.*sy", (int)n - 3, name);
	else if (name[n - 1] == 's')
		other = xstrndup(name, n - 1);
	else
		other = xasprintf("%ss", name);
	d = exact(s, other);
	free(other);
	return d;
}
