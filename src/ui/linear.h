/* SPDX-License-Identifier: MIT */
/*
 * linear.h - --plain: the console as a conversation, for who listens instead of looking.
 *
 * The canvas is painted as ever, without boxes and one thing below the other, but never shown: what
 * changed since the last time is told in lines, one after the other, as a shell's output.  Another
 * screen is told with its heading; a move tells what the cursor is on now; a line that is being typed
 * stands last, and is echoed as it grows.  No escape sequence is written, so that any terminal will
 * do, and nothing that was told is ever changed.
 *
 * Pure: it reads canvases and writes into a buffer.
 */
#ifndef UI_LINEAR_H
#define UI_LINEAR_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/canvas.h"

struct linear;

struct linear_view {
	const struct canvas *canvas; /* HEADER_ROWS, the screen, HINT_ROWS */
	const void *screen;          /* in front; when it is another one it is told with its heading */
	const char *title;           /* its name */
	const void *part;            /* that has the keys, the screen itself or a pane of it … */
	const char *part_title;      /* … with its name */
	bool modal;                  /* a question: told whole */
	bool reads;                  /* a text: told whole, and what comes into sight */
	bool watches;                /* figures: told whole, and then each that is another one */
	bool bar;                    /* the command bar is open: the screen rests */
	bool hold;                   /* an answer is on its way: the screen waits for it */
	bool whole;                  /* asked for: tell everything */
	const char *point;           /* what is under the cursor; "": the row of canvas_focus, else the screen's rows */
	const char *said;            /* lines to be told first; "" */
	int width;                   /* of the terminal, for the line that is typed */
};

struct linear *linear_new(void);
void linear_free(struct linear **l);
void linear_tell(struct linear *l, const struct linear_view *v, struct buf *out);
/* The terminal was, or will be, somebody else's: the line that was open is not there any more.  True: there was one. */
bool linear_away(struct linear *l);
/* Back again: where one is is told as if it were new. */
void linear_afresh(struct linear *l);

#endif
