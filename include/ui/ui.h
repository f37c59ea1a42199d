/* SPDX-License-Identifier: MIT */
/*
 * ui.h - the console as a whole: what main starts, and what screens may ask of it.
 *
 * ui_run owns the terminal from its beginning to its end: on every way out (return, signals, a
 * fatal error) the terminal is as it was found.  The frame is painted before the first
 * connection is tried.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/loop.h"
#include "command/command.h"
#include "command/session.h"

struct ui;
struct canvas;
struct lineedit;

struct ui_options {
	const char *theme;    /* --theme; NULL: $SOUK_THEME, else asked of the terminal */
	const char *open;     /* the first screen, what may stand behind :open; NULL: the menu of screens */
	const char *keymap;   /* a file read over the shipped and the person's; NULL */
	bool no_mouse;
	bool plain;           /* --plain: told in lines, one change at a time */
	bool no_history;
	const char *tour;     /* whom the demo's first run tells what to try: "support", "dba", "oncall", "admin" */
	struct buf *farewell; /* filled with what is to be said once the terminal is given back; or NULL */
	/* scripts only */
	int rows, cols;       /* 0: 24 × 80 */
	bool keep_going;      /* after a step that failed */
};

/* The console. Returns the exit status; err told on stderr by the caller if set. */
int ui_run(struct loop *loop, const struct ui_options *opts, const struct session_options *sopts,
	   struct err *err) MUST_CHECK;

/*
 * A script without a terminal: lines of commands, as in the command bar; "key NAME…" presses keys, "type TEXT"
 * types, "wait TEXT" waits until TEXT is on the screen, '#' comments.  A step starts only when no request is
 * under way and nothing is to be painted.  Exit status 3 when a step fails (err says file:line); with keep_going
 * each that failed is told, and the status is 1 at the end.
 */
struct ui_source {
	const char *file; /* for messages */
	const char *text;
	size_t len;
	void (*tell)(const struct err *err); /* of a step that failed and was passed over */
};
int ui_script(struct loop *loop, const struct ui_options *opts, const struct session_options *sopts,
	      const struct ui_source *src, struct err *err) MUST_CHECK;

/* ---- for screens ---- */
struct session *ui_session(const struct ui *ui);
struct loop *ui_loop(const struct ui *ui);
/* The host that commands run on. */
const struct host *ui_host(const struct ui *ui);
/* A toast for a few seconds, and a line of the message log. */
void ui_say(struct ui *ui, enum say how, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* An error in words: what, why, hint. */
void ui_say_err(struct ui *ui, const struct err *err);
/* Run a command line as a key does (errors become toasts). */
void ui_command(struct ui *ui, const char *line);
/* The same from words that need no quoting (keys of records). */
void ui_command_words(struct ui *ui, const char *const *words, size_t n);
/* Text to the clipboard, sanitized: by the setting clip's command, the terminal (OSC 52), or, where it takes none or
 * not so much (8 MB), into a file; says "copied WHAT".  Any length, in a bounded part of the memory. */
void ui_copy(struct ui *ui, const char *text, size_t len, const char *what);
/* A watched state got worse: bell and notification, as the settings say. */
void ui_alert(struct ui *ui, const char *text);
/* Give the terminal away to a child ($EDITOR) and take it back. */
void ui_suspend_terminal(struct ui *ui);
void ui_resume_terminal(struct ui *ui);
/* For lines that a screen edits (ui/lineedit.h). */
struct lineedit *ui_lineedit(const struct ui *ui);
/* A number of an earlier typed count ("5j"); otherwise without one. Reading it clears it. */
long ui_count(struct ui *ui, long otherwise);
/* Everything must be painted again. */
void ui_changed(struct ui *ui);
/* Called while painting: what is shown grows old, paint again in so many milliseconds.  Ends by itself when nobody
 * asks any more, so that idle is idle. */
void ui_repaint_in(struct ui *ui, unsigned ms);
/* --plain: no boxes, nothing drawn, everything below each other; what changes is told in lines. */
bool ui_plain(const struct ui *ui);
/* Nothing moves by itself (--plain, the setting reduced-motion): watched screens wait to be asked, seconds are not
 * counted down, what was said stays until a key. */
bool ui_still(const struct ui *ui);

#endif
