/* SPDX-License-Identifier: MIT */
/*
 * term.h - the terminal: one reader of the canvas, and where keys come from.  The only face of
 * curses.
 *
 * Only cells that changed are handed to curses, which sends as few bytes as it can (scroll
 * regions and insert/delete line included).  Input is read and understood by input.c, so
 * nothing here ever waits.
 *
 * However the program ends (return, BUG, out of memory, a fatal signal) the terminal is given
 * back as it was found: line discipline, alternate screen, mouse, paste and focus modes,
 * cursor.  One per process.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/loop.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/style.h"

struct term;

struct term_options {
	bool mouse;
	bool linear;         /* nothing is placed: term_tell, not term_flush; any terminal will do */
	bool ask_background; /* OSC 11; the answer comes as K_REPORT */
	void (*key)(void *ctx, const struct key *key);
	void (*resized)(void *ctx);
	void (*back)(void *ctx); /* it is ours again: what stands on it is another's */
	void (*ready)(void *ctx);   /* a flush was left out because the terminal was behind: flush again */
	void (*hangup)(void *ctx);  /* the terminal is gone: no more painting, end soon */
	void *ctx;
};

struct term *term_open(struct loop *loop, const struct term_options *opts,
		       struct err *err) MUST_CHECK;
void term_close(struct term **t);

void term_size(const struct term *t, int *rows, int *cols);
enum color_depth term_depth(const struct term *t);
/* theme is borrowed until the next call or term_close. */
void term_theme(struct term *t, const struct theme *theme);
/* Show the canvas. */
void term_flush(struct term *t, const struct canvas *c);
/* Linear: write text as it is; sanitized by the caller. */
void term_tell(struct term *t, const char *text, size_t len);
/* Forget what is on the screen: the next flush sends everything. */
void term_repaint(struct term *t);
void term_bell(struct term *t);
void term_mouse(struct term *t, bool on);
/* The window's title; sanitized here. */
void term_set_title(struct term *t, const char *title);
/* OSC 52; sanitized by the caller. False where the terminal surely cannot. */
bool term_copy(struct term *t, const char *text, size_t len);
/* OSC 9: a note outside of the window. */
void term_notify(struct term *t, const char *text);
/* TERM was not known and something plain is used instead: a sentence, or NULL. */
const char *term_complaint(const struct term *t);

/* Give the terminal to somebody else (an editor) and take it back. */
void term_pause(struct term *t);
void term_resume(struct term *t);
/* Ctrl-Z: stop this process until SIGCONT. */
void term_suspend(struct term *t);

#endif
