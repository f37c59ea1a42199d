/* SPDX-License-Identifier: MIT */
/*
 * keymap.h - which key runs which command line, where.
 *
 * The shipped file screens/keymap is read first, then the person's $XDG_CONFIG_HOME/souk/keymap, then
 * --keymap FILE; later bindings of a key in a section replace earlier ones, "none" takes one away:
 *
 *	[grid]
 *	Down j Ctrl-N = move down
 *	    down: one row down
 *
 * Sections are the names of screen kinds, and global.  Several keys share a line.  The indented line is for
 * people: the word before ':' (if it is there) goes to the hint line at the bottom, the rest to the help
 * screen.  Without it the command's own summary is shown.
 *
 * A screen's own [key …] sections come before all of it.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "domain/screendef.h"
#include "ui/key.h"

struct binding {
	struct key key;
	const char *run;   /* a command line, with {column} in a screen's own */
	const char *hint;  /* a word for the hint line, hint_len bytes, 0 for none */
	int hint_len;
	const char *help;  /* a few words, "" to take the command's summary */
	const char *const *when; /* as in struct screen_key */
	const char *file;
	int line;
	int group;         /* keys of one line share it */
};

struct keymap;

/* extra may be NULL. A broken shipped file or extra is an error; a broken file of the person's is a problem. */
struct keymap *keymap_load(const char *extra, struct err *err) MUST_CHECK;
void keymap_free(struct keymap **m);
/* Add a file's text (tests). */
bool keymap_add(struct keymap *m, const char *file, const char *text, size_t len, struct err *err) MUST_CHECK;
/* One sentence each, NULL-terminated: keys bound twice in one file, the person's broken file. */
const char *const *keymap_problems(const struct keymap *m);

/* NULL if the key is not bound in that section. */
const struct binding *keymap_find(const struct keymap *m, const char *section, const struct key *key);
/* The binding of a section that follows in the order of the files; after NULL: the first. NULL: there is none. */
const struct binding *keymap_next(const struct keymap *m, const char *section, const struct binding *after);
/* A screen's [key …] as bindings (file and line for messages). False: a name is wrong. */
bool keymap_screen(struct binding *out, const struct screendef *def, size_t i, struct err *err) MUST_CHECK;

/* For people: a hint word and its help, cut from "word: help". */
void keymap_words(const char *text, struct buf *hint, struct buf *help);

#endif
