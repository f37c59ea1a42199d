/* SPDX-License-Identifier: MIT */
#include "ui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/deffile.h"
#include "base/embed.h"
#include "base/path.h"
#include "base/vec.h"
#include "command/parse.h"

#define SHIPPED "screens/keymap"
#define FILE_MAX (1 << 20)
#define HINT_MAX 12 /* longer words are sentences that happen to have a colon */

struct bound {
	struct binding b; /* first: keymap_next finds one by the other */
	const char *section;
};

struct keymap {
	struct arena *arena;
	VEC(struct bound) list;
	VEC(const char *) problems;
	int groups;
	size_t file_start; /* bindings from here on are of the file being read */
	bool own; /* it is a person's: what is wrong in a line is told, the rest holds */
};

static size_t hint_len(const char *text)
{
	const char *colon = strstr(text, ": ");
	size_t n = colon ? (size_t)(colon - text) : 0;

	return n && n <= HINT_MAX && !memchr(text, ' ', n) ? n : 0;
}

void keymap_words(const char *text, struct buf *hint, struct buf *help)
{
	size_t n = hint_len(text);

	buf_add(hint, text, n);
	buf_adds(help, n ? text + n + 2 : text);
}

static void problem(struct keymap *m, const struct deffile_entry *e, const char *why)
{
	*VEC_PUSH(&m->problems) = arena_printf(m->arena, "%s:%d: %s", e->file, e->line, why);
}

/* A second binding in one file is a slip; one in a later file is what later files are for. */
static void bind(struct keymap *m, const char *section, const struct binding *b,
		 const struct deffile_entry *e)
{
	for (size_t i = 0; i < m->list.len; i++) {
		struct bound *old = &m->list.v[i];

		if (strcmp(old->section, section) != 0 || !key_equal(&old->b.key, &b->key))
			continue;
		if (i >= m->file_start) {
			struct buf text = BUF_INIT;

			key_to_text(&text, &b->key);
			buf_addf(&text, " was bound in [%s] on line %d already", section,
				 old->b.line);
			problem(m, e, text.data);
			buf_release(&text);
		}
		VEC_REMOVE(&m->list, i);
		m->file_start -= i < m->file_start;
		break;
	}
	if (strcmp(b->run, "none") != 0)
		*VEC_PUSH(&m->list) = (struct bound){ .section = section, .b = *b };
}

/* A section that no kind of screen has, a line that runs nothing. */
static void judge(struct keymap *m, const struct deffile_entry *e, const char *run)
{
	struct words w = WORDS_INIT;
	const char *words[8] = { NULL };
	struct buf why = BUF_INIT;
	bool there = false;
	size_t used;

	for (size_t i = 0; i < m->file_start && !there; i++)
		there = strcmp(m->list.v[i].section, e->section) == 0;
	if (!there)
		buf_addf(&why, "there is no section [%s]", e->section);
	words_split(&w, run);
	for (size_t i = 0; i < w.list.len && i < ARRAY_SIZE(words) - 1; i++)
		words[i] = w.list.v[i].text;
	if (!words[0] || (strcmp(run, "none") != 0 && *run != '\\' &&
			  !command_match(words, w.list.len < 7 ? w.list.len : 7, &used)))
		buf_addf(&why, "%sthere is no command \"%s\"", why.len ? "; " : "", run);
	if (why.len)
		problem(m, e, why.data);
	words_release(&w);
	buf_release(&why);
}

static bool entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	struct keymap *m = ctx;
	const char *section = arena_intern(m->arena, e->section), *nl;
	struct buf hint = BUF_INIT, help = BUF_INIT;
	struct binding b = { .file = arena_intern(m->arena, e->file), .line = e->line };
	char *keys, *save = NULL;
	bool ok = true;

	if (!e->key)
		return true;
	nl = strchr(e->value, '\n');
	b.run = arena_strndup(m->arena, e->value,
			      nl ? (size_t)(nl - e->value) : strlen(e->value));
	keymap_words(nl ? nl + 1 : "", &hint, &help);
	b.hint = arena_strdup(m->arena, hint.data);
	b.hint_len = (int)hint.len;
	b.help = arena_strdup(m->arena, help.data);
	b.group = m->groups++;
	keys = xstrdup(e->key);
	for (char *k = strtok_r(keys, " \t", &save); k && ok;
	     k = strtok_r(NULL, " \t", &save)) {
		ok = key_parse(k, &b.key, err);
		if (ok)
			bind(m, section, &b, e);
	}
	if (!ok && m->own) {
		char *why = err_text(err);

		problem(m, e, why);
		free(why);
		err_clear(err);
		ok = true;
	} else if (m->own) {
		judge(m, e, b.run);
	}
	free(keys);
	buf_release(&hint);
	buf_release(&help);
	return ok;
}

bool keymap_add(struct keymap *m, const char *file, const char *text, size_t len,
		struct err *err)
{
	m->file_start = m->list.len;
	if (m->problems.len) /* the NULL at the end */
		m->problems.len--;
	if (!deffile_parse(file, text, len, entry, m, err)) {
		*VEC_PUSH(&m->problems) = NULL;
		return false;
	}
	*VEC_PUSH(&m->problems) = NULL;
	return true;
}

static bool add_file(struct keymap *m, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	bool ok = path_read(path, FILE_MAX, &text, err) &&
		  keymap_add(m, path, text.data, text.len, err);

	buf_release(&text);
	return ok;
}

static void add_own(struct keymap *m)
{
	char *own = path_config("keymap"), *text;
	struct err why = ERR_INIT;

	m->own = true;
	if (path_exists(own) && !add_file(m, own, &why)) {
		text = err_text(&why);
		m->problems.len--;
		*VEC_PUSH(&m->problems) =
			arena_printf(m->arena, "%s%s", text,
				     why.kind == ERR_USAGE /* a line of it */
					     ? "; nothing below that line is read"
					     : "");
		*VEC_PUSH(&m->problems) = NULL;
		free(text);
		err_clear(&why);
	}
	m->own = false;
	free(own);
}

struct keymap *keymap_load(const char *extra, struct err *err)
{
	struct keymap *m = xcalloc(1, sizeof *m);
	const struct embed *e = embed_find(embed_screens, SHIPPED);

	m->arena = arena_new();
	if (!e)
		BUG("%s is not in the binary", SHIPPED);
	if (!keymap_add(m, SHIPPED, e->text, e->len, err)) {
		keymap_free(&m);
		return NULL;
	}
	add_own(m);
	if (extra && !add_file(m, extra, err))
		keymap_free(&m);
	return m;
}

void keymap_free(struct keymap **m)
{
	if (!*m)
		return;
	VEC_RELEASE(&(*m)->list);
	VEC_RELEASE(&(*m)->problems);
	arena_free(&(*m)->arena);
	free(*m);
	*m = NULL;
}

const char *const *keymap_problems(const struct keymap *m)
{
	return m->problems.v;
}

const struct binding *keymap_find(const struct keymap *m, const char *section,
				  const struct key *key)
{
	for (size_t i = 0; i < m->list.len; i++)
		if (key_equal(&m->list.v[i].b.key, key) &&
		    strcmp(m->list.v[i].section, section) == 0)
			return &m->list.v[i].b;
	return NULL;
}

const struct binding *keymap_next(const struct keymap *m, const char *section,
				  const struct binding *after)
{
	const struct bound *at = after ? (const struct bound *)after + 1 : m->list.v;
	/* A section's name is interned: one comparison for all of a run. */
	const char *before = NULL;

	for (; at && at < m->list.v + m->list.len; before = at->section, at++)
		if (at->section != before && strcmp(at->section, section) == 0)
			return &at->b;
	return NULL;
}

/* "open inventory product_id={product_id}" is called inventory; else the command's name. */
static size_t run_word(const char *run, const char **word)
{
	if (strncmp(run, "open ", 5) == 0)
		run += 5;
	*word = run;
	return strcspn(run, " {");
}

bool keymap_screen(struct binding *out, const struct screendef *def, size_t i, struct err *err)
{
	const struct screen_key *k = &def->keys[i];
	const char *help = k->help ? k->help : "";

	*out = (struct binding){
		.run = k->run,
		.when = k->when,
		.file = def->file,
		.line = k->line,
		.group = -1 - (int)i,
	};
	out->hint = help;
	out->hint_len = (int)hint_len(help);
	out->help = help + (out->hint_len ? out->hint_len + 2 : 0);
	if (!out->hint_len)
		out->hint_len = (int)run_word(k->run, &out->hint);
	return key_parse(k->key, &out->key, err);
}
