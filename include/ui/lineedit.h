/* SPDX-License-Identifier: MIT */
/*
 * lineedit.h - one line of text edited the way the person edits lines everywhere: readline with their own
 * inputrc (emacs or vi keys, kill ring, undo, Ctrl-R), painted by us on the canvas.
 *
 * readline has one state per process, so there is one lineedit.  There may be several lines (the command bar
 * over a form's field, one in another tab): the one that gets a key is readline's, the others
 * rest with their text, cursor and undo list.  Nothing here waits for input.
 *
 * Passwords do not belong here: what readline sees it keeps.
 */
#ifndef UI_LINEEDIT_H
#define UI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/key.h"

struct lineedit;
struct line;

/* One per process.  history: a file (0600) read when the first line is made and appended to by lineedit_remember;
 * NULL: none is kept. */
struct lineedit *lineedit_new(const char *history);
void lineedit_free(struct lineedit **le);
/* Is a line being edited? */
bool lineedit_busy(const struct lineedit *le);
/* Keep a line in the history: not twice, not when it begins with a blank or holds a password. */
void lineedit_remember(struct lineedit *le, const char *text);
/* What was wrong with the inputrc when it was read, for the first line or once more, told once: a line each, owned
 * by the caller; NULL: nothing. */
char *lineedit_complaints(struct lineedit *le);
/* The i-th line of the history, the latest first; NULL behind the last. */
const char *lineedit_history(struct lineedit *le, size_t i);

struct line_ops {
	/* Enter: the text (borrowed); NULL: given up (Esc, Ctrl-C, Ctrl-G, Ctrl-D on an empty line).
	 * The line may be freed here. */
	void (*done)(void *ctx, const char *text);
	/* Text or cursor changed. May be NULL. */
	void (*changed)(void *ctx);
	/* Tab (step 1) and Shift-Tab (-1), or whatever the inputrc binds to completion. May be NULL. */
	void (*complete)(void *ctx, int step);
	bool lines; /* a paste keeps its line ends and tabs; they are shown as marks */
	const char *past; /* the history keys go through lines that begin with this, and show them without; NULL: all */
	void *ctx;
};

struct line *line_new(struct lineedit *le, const struct line_ops *ops, const char *text);
/* In any order. */
void line_free(struct line **l);
/* Feed a key.  Everything is taken. */
void line_key(struct line *l, const struct key *key);

const char *line_text(const struct line *l); /* borrowed until the next key */
size_t line_point(const struct line *l);     /* bytes before the cursor */
void line_set(struct line *l, const char *text);
/* Put the cursor behind so many bytes. */
void line_move(struct line *l, size_t point);
/* Replace bytes [start, end) and put the cursor behind; one step for undo. */
void line_replace(struct line *l, size_t start, size_t end, const char *text);
/* What readline wants shown before the text ("(reverse-i-search)`pro': ", with show-mode-in-prompt the mode);
 * "" usually. */
const char *line_prompt(const struct line *l);
/* Does that ask for something: a search, a number? */
bool line_is_asked(const struct line *l);

/* Paint into width columns, scrolled so that the cursor is seen, and place the terminal's cursor.
 * Returns the columns used. */
int line_paint(const struct line *l, struct canvas *c, int row, int col, int width, enum style style);
/* Where line_paint shows the byte `at` of the text, in columns from where it began; what is scrolled away lies
 * beyond 0 or width.  And the other way: the byte of what is shown at col. */
int line_column(const struct line *l, int width, size_t at);
size_t line_byte(const struct line *l, int width, int col);

#endif
