/* SPDX-License-Identifier: MIT */
#include "lineedit_inputrc.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <readline/readline.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"
#include "overhear.h"

enum {
	DEEPEST = 16,	  /* files that include one another */
	MOST = 256,	  /* files read, one counted again where it is included again */
	LONGEST = 1 << 20 /* bytes of one */
};

struct reading {
	bool feed;
	char *wrong; /* the first $include that goes round */
	struct stat open[DEEPEST];
	int depth, files;
};

static char *found(void)
{
	static const char *const usual[] = { "~/.inputrc", "/etc/inputrc" };
	const char *named = getenv("INPUTRC");
	char *path;

	if (named && *named)
		return path_expand(named);
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		path = path_expand(usual[i]);
		if (path_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

/* The file of "$include FILE"; NULL: it is another line. */
static char *included(const char *line)
{
	static const char word[] = "include";

	line += strspn(line, " \t");
	if (*line++ != '$')
		return NULL;
	line += strspn(line, " \t");
	if (strncasecmp(line, word, strlen(word)) != 0 || !strchr(" \t", line[strlen(word)]))
		return NULL;
	line += strlen(word);
	line += strspn(line, " \t");
	return *line ? path_expand(line) : NULL;
}

static bool goes_round(const struct reading *r, const struct stat *st)
{
	for (int i = 0; i < r->depth; i++)
		if (r->open[i].st_dev == st->st_dev && r->open[i].st_ino == st->st_ino)
			return true;
	return r->depth == DEEPEST || r->files == MOST;
}

static void read_file(struct reading *r, const char *path);

static void take_line(struct reading *r, const char *path, int number, char *line)
{
	char *other = included(line);
	struct stat st;

	if (!other || stat(other, &st) != 0) {
		if (r->feed)
			rl_parse_and_bind(line);
	} else if (!goes_round(r, &st)) {
		read_file(r, other);
	} else if (!r->wrong) {
		r->wrong = xasprintf("%s: line %d: %s includes itself: left out", path, number,
				     other);
	}
	free(other);
}

static void read_file(struct reading *r, const char *path)
{
	struct buf text = BUF_INIT;
	struct err ignored = ERR_INIT;
	int number = 0;
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    !path_read(path, LONGEST, &text, &ignored)) {
		err_release(&ignored);
		buf_release(&text);
		return;
	}
	r->open[r->depth++] = st;
	r->files++;
	for (char *at = text.data, *end; at && *at; at = end) {
		end = strchr(at, '\n');
		if (end)
			*end++ = '\0';
		take_line(r, path, ++number, at);
	}
	r->depth--;
	buf_release(&text);
}

/* What is wrong with it; feed: readline gets its lines. */
static char *read_all(bool feed)
{
	struct reading r = { .feed = feed };
	char *path = found();

	if (path)
		read_file(&r, path);
	free(path);
	return r.wrong;
}

/* Whatever keys are bound to a function of readline's call ours. */
void inputrc_take_function(const char *name, rl_command_func_t *ours)
{
	const Keymap maps[] = { emacs_standard_keymap, emacs_meta_keymap, emacs_ctlx_keymap,
				vi_insertion_keymap, vi_movement_keymap };
	rl_command_func_t *fn = rl_named_function(name);

	for (size_t i = 0; fn && i < ARRAY_SIZE(maps); i++) {
		char **keys = rl_invoking_keyseqs_in_map(fn, maps[i]);

		for (char **k = keys; k && *k; k++) {
			rl_bind_keyseq_in_map(*k, ours, maps[i]);
			free(*k);
		}
		free(keys);
	}
}

static void initialize(void)
{
	rl_initialize();
}

/* An inputrc that readline cannot read whole: it begins with an empty one. */
static void initialize_by_line(void)
{
	char *own = xstrdup_null(getenv("INPUTRC"));

	setenv("INPUTRC", "/dev/null", 1);
	rl_initialize();
	if (own)
		setenv("INPUTRC", own, 1);
	else
		unsetenv("INPUTRC");
	free(own);
	free(read_all(true));
}

static void again(void)
{
	char *path = found();

	if (path)
		rl_read_init_file(path);
	free(path);
}

static void again_by_line(void)
{
	free(read_all(true));
}

/* As readline says it: what is wrong in front, then what it did not understand. */
static char *hear(char *wrong, void (*fn)(void))
{
	char *said = overhear(fn), *all;

	if (!wrong)
		return said;
	all = xasprintf("%s\n%s", wrong, said ? said : "");
	free(wrong);
	free(said);
	return all;
}

char *inputrc_take(void)
{
	char *wrong = read_all(false);

	return hear(wrong, wrong ? initialize_by_line : initialize);
}

char *inputrc_again(void)
{
	char *wrong = read_all(false);

	return hear(wrong, wrong ? again_by_line : again);
}
