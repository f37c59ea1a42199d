/* SPDX-License-Identifier: MIT */
/*
 * screen.h - one screen of the console, and the stack of them.
 *
 * A *kind* is a table of functions (grid, detail, dashboard, form, merge, text, dialog …); a *screen* is
 * one of that kind with its own data.  The stack's top gets the keys; a modal one lies over what is
 * below it.  Kinds are rows of src/ui/kinds.def.
 *
 * Two passes, once per turn of the loop: a reply, a key or a timer only calls screen_changed(); before the loop
 * sleeps the ui calls recalc (data → what will be shown) where SCREEN_DATA or the size changed,
 * then repaint for what is visible.  No handler paints, no repaint fetches.
 *
 * What happens to a key: the command bar if it is open; else kind->key of the top screen; if
 * that says no, the keymap in force there (the screen file's [key …], the section of the kind's name, [global]),
 * which gives a command line to run; a command with an action comes back as kind->action.
 *
 * Life: screen_push makes it, calls open; screen_pop calls close at once, and frees the struct when
 * the turn ends, so both may be called from the screen's own callbacks.  Use the screen's address as the
 * owner of its requests: screen_pop calls db_forget and loop_forget for it after close.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "command/command.h"
#include "command/session.h"
#include "domain/screendef.h"
#include "ui/canvas.h"
#include "ui/key.h"

struct rowset;
struct ui;
struct screen;

/* The right side of the header's second line, all optional. */
struct screen_status {
	struct buf filters;  /* "status=active" */
	struct buf sort;     /* "sort sku" */
	struct buf position; /* "1–28 of ~1.0 M" */
	struct buf note;     /* "every 2 s", "stale since 11:02:41"; shown with note_style */
	enum style note_style;
};

enum {
	KIND_MODAL = 1,  /* a box over the screen below, which stays visible */
	KIND_TYPING = 2, /* plain characters belong to key(): no [global] bindings without Ctrl, Alt or F-keys */
};

struct screen_kind {
	const char *name;   /* also the section of screens/keymap that holds its keys */
	unsigned flags;
	/* Make s->data, send the first requests.  False: nothing is left behind; close is not called. */
	bool (*open)(struct screen *s, struct err *err);
	/* The same place is wanted while it is in front: take its filter and sort. May be NULL. */
	bool (*again)(struct screen *s, const struct place *place, struct err *err);
	/* Data → what will be shown in s->rows × s->cols. May be NULL. */
	void (*recalc)(struct screen *s);
	/* c is s->rows × s->cols (a modal kind gets the whole area and draws its box where it likes). */
	void (*repaint)(const struct screen *s, struct canvas *c);
	/* True: it was mine.  May be NULL. Mouse positions are relative to the canvas of repaint. */
	bool (*key)(struct screen *s, const struct key *key);
	/* A command's action. Unknown ones: return screen_cannot(s, action, err). May be NULL. */
	bool (*action)(struct screen *s, enum action action, const struct args *args, struct err *err);
	/* Would the action do something now?  words: what follows the command in the line, "" if nothing.  For the
	 * hints; NULL: yes. */
	bool (*offers)(const struct screen *s, enum action action, const char *words);
	/* The keys that act while a line of it is typed in, as hint_at reads them; NULL: none is.  May be NULL. */
	const char *(*typing)(const struct screen *s);
	/* A cell of the current row, for {column} in keys; NULL: no such column; "" for NULL. */
	const char *(*cell)(const struct screen *s, const char *column);
	/* The part that has the keys: an embedded screen, or NULL for itself. May be NULL. */
	struct screen *(*focus)(const struct screen *s);
	/* Names of its columns, for completion. May be NULL. */
	void (*columns)(const struct screen *s, void (*fn)(void *ctx, const char *name), void *ctx);
	/* Its rows, for what goes on with them (export, explain); NULL: none. May be NULL. */
	const struct rowset *(*rows)(const struct screen *s);
	void (*status)(const struct screen *s, struct screen_status *out);
	/* The server is there again: fetch what failed (rowsets do so by themselves). May be NULL. */
	void (*reconnected)(struct screen *s);
	/* What is asked before one leaves what would be lost ("Leave without saving the changes?"); NULL:
	 * nothing would. */
	const char *(*unsaved)(const struct screen *s);
	/* --plain: what is under the cursor, whole and in words ("" leaves it to the row of canvas_focus, or where
	 * there is none to all that was painted). May be NULL. */
	void (*tell)(const struct screen *s, struct buf *out);
	/* Give back s->data. Requests with s as owner are forgotten for you. */
	void (*close)(struct screen *s);
};

struct screen {
	const struct screen_kind *kind;
	struct ui *ui;
	struct screen *parent;        /* that it is a part of; NULL: it stands on the stack */
	const struct screendef *def;  /* what it shows; NULL for viewers and dialogs */
	struct place *place;          /* where it is, a copy of its own: def's name, narrowing … */
	char *title;                  /* in the breadcrumb; change with screen_title */
	const char *empty;            /* of a part: the sentence where there is nothing, instead of def's; NULL */
	bool of_all;                  /* without def: of the whole database, whichever tenant is chosen */
	int rows, cols;               /* of its area, set before recalc */
	void *data;                   /* the kind's own */
	/* the ui's: */
	unsigned dirty;
	bool closing;
	bool of_former;               /* tells of the tenant before, and is about to go */
};

/* What a new screen is made of; texts are copied. */
struct screen_init {
	const struct screen_kind *kind;
	const struct screendef *def;  /* may be NULL */
	const struct place *place;    /* may be NULL */
	const char *title;            /* NULL: def's */
	bool of_all;
	void *data;                   /* becomes s->data before open; stays the caller's if push fails */
};
/* NULL with err when open refused. */
struct screen *screen_push(struct ui *ui, const struct screen_init *init, struct err *err) MUST_CHECK;
/* A screen as a part of another, off the stack: the parent sets its rows and cols, calls its kind's recalc and
 * repaint where it is to be seen, forwards actions, and ends it with screen_pop. */
struct screen *screen_embed(struct screen *parent, const struct screen_init *init, struct err *err) MUST_CHECK;
/* Take it and all above it away. */
void screen_pop(struct screen *s);
/* Take it away, and let what was opened above it stay. */
void screen_remove(struct screen *s);
/* The top of the stack; never a closing one; NULL only while starting. */
struct screen *screen_top(const struct ui *ui);
struct screen *screen_below(const struct screen *s);
/* The top, or the part of it that has the keys. */
struct screen *screen_focus(const struct ui *ui);
/* Is it (or what it is part of) at the top, not behind another? */
bool screen_in_front(const struct screen *s);

/* By screen name, alias or relation, as :open does (a relation without a screen gets one from the catalog). */
bool screen_open_place(struct ui *ui, const struct place *place, struct err *err) MUST_CHECK;
/* By the kind's name for a definition and a place: the grid opens "form" for e, o and O this way.
 * An unknown kind is an error in words. */
bool screen_open_kind(struct ui *ui, const char *kind, const struct screendef *def,
		      const struct place *place, struct err *err) MUST_CHECK;

/* ---- for kinds ---- */
enum { SCREEN_DATA = 1, SCREEN_LOOK = 2 };
void screen_changed(struct screen *s, unsigned what);
void screen_title(struct screen *s, const char *title);
/* err: "sort does nothing on this screen"; returns false. */
bool screen_cannot(const struct screen *s, enum action action, struct err *err);
struct session *screen_session(const struct screen *s);

#endif
