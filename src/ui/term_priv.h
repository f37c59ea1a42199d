/* SPDX-License-Identifier: MIT */
/*
 * term_priv.h - the terminal from inside.  Only these files know curses.
 *
 *	term.c       opening and leaving, modes, what comes in
 *	termpaint.c  cells that changed, handed to curses
 *	termtell.c   beside the cells: title, bell, clipboard, notes
 *	brief.c      what curses wrote, in fewer bytes
 *	termname.c   which description of a terminal to use
 *	terminfo.c   what the terminal database says
 */
#ifndef UI_TERM_PRIV_H
#define UI_TERM_PRIV_H

#include <curses.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "brief.h"
#include "input.h"
#include "outlet.h"
#include "term.h"

struct term {
	struct loop *loop;
	struct term_options opts;
	int fd;
	struct outlet *out;
	struct brief brief; /* what the terminal was told last */
	SCREEN *screen;
	struct input *input;
	struct loop_watch *watch;
	struct loop_timer *half; /* half an escape sequence is here */
	struct loop_signal *winch, *cont, *tstp;
	struct cell *shadow; /* what curses was told */
	cchar_t *run;        /* of a row, while it is told */
	int rows, cols;
	const struct theme *theme;
	enum color_depth depth;
	bool default_colors, paused, gone, mouse;
	bool stopped; /* by ourselves: SIGCONT resumes, or, where the kernel leaves the stop out, `awake` */
	struct loop_timer *awake;
	bool late; /* a flush was left out: the terminal had not taken the last one */
	bool console;	      /* Linux': its fonts have few signs */
	bool asked, answered; /* OSC 11 */
	int64_t asked_us;
	char *complaint;
	struct {
		attr_t attrs;
		int pair;
		bool known;
	} looks[STYLES][STYLES];
};

/* ---- term.c: what is sent, behind what was sent before ---- */
/* Wake when there is something to read, or room for what is kept. */
void term_watch(struct term *t);
void term_send(struct term *t, const char *s, size_t len);
void term_send_text(struct term *t, const char *s);
/* What curses wrote. */
void term_send_paper(struct term *t);

/* ---- termpaint.c ---- */
/* Nothing is known of what the terminal shows. */
void term_new_shadow(struct term *t);

/* ---- termname.c ---- */
/* By $TERM: it knows what xterm knows. */
bool term_like_xterm(void);
/* COLORTERM promises more than the description of TERM knows: another one that knows it, where there is one; the
 * caller frees it. NULL: there is none, or nothing is promised. */
char *term_richer_name(const char *name, int fd);
/* What stands in for a description that is not here; NULL: nothing does. */
const char *term_substitute(const char *name, int fd);

#endif
