/* SPDX-License-Identifier: MIT */
/*
 * ui_priv.h - the console from inside: what its files share.
 *
 *	ui.c        what screens ask, turn (recalc, repaint, flush), life
 *	press.c     what was pressed, and who hears it
 *	run.c       in a terminal, from the beginning to the end
 *	background.c  the theme, and what is known of the background
 *	state.c     what the session tells: connections, passwords, settings
 *	tabs.c      several consoles in one terminal
 *	stack.c     screens on each other, history of places
 *	places.c    where one was, and was last time
 *	host.c      how commands speak: struct host_ops
 *	frame.c     header
 *	hints.c     the hint line
 *	bindings.c  the bindings in force    canmenu.c   … as a menu
 *	message.c   toasts and the message log
 *	bar*.c      the command bar          lineedit.c  readline behind it
 *	clip.c      copied text
 *	tour.c      the demo's first run
 *	script.c    the same without a terminal
 *	ahead.c     typed ahead of the server
 *	term.c      the terminal             input.c     its bytes
 *	outlet.c    what it is sent          terminfo.c  what is known of it
 *	linear.c    --plain: told in lines   plain.c     what is to be told
 *	watch.c     screens that are fetched again and again
 *	kinds.def   grid.c detail.c dashboard.c viewer.c dialog.c home.c …
 */
#ifndef UI_PRIV_H
#define UI_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/vec.h"
#include "catalog/catalog.h"
#include "command/command.h"
#include "domain/dayinput.h"
#include "ahead.h"
#include "term.h"
#include "ui/canvas.h"
#include "ui/keymap.h"
#include "ui/screen.h"
#include "ui/style.h"
#include "ui/ui.h"

enum {
	HEADER_ROWS = 2,
	HINT_ROWS = 1,
	ROWS_WANTED = 24, COLS_WANTED = 80, /* below: a kind word first */
	ROWS_LEAST = 8, COLS_LEAST = 30,    /* below: nothing else */
	PLAIN_ROWS = 50, PLAIN_COLS = 160,  /* of a canvas that nobody looks at */
};

struct bar;
struct clip;
struct editor;
struct linear;
struct lineedit;
struct messages;
struct table;

/* A command that was started here and has not ended. */
struct running {
	struct ui *ui;
	struct call *call;
	struct err *usage; /* host_try is asking */
	command_done_fn *done; /* host_then's, or NULL */
	void *done_ctx;
	char *line;
	int64_t since_us;
};

struct ui;
/* What the terminal shows behind the text. */
struct background {
	struct loop_timer *wait; /* it has not told yet */
	bool light;
	bool silent; /* it said nothing in time */
	bool noted;  /* that it is a guess was said */
};

/* All tabs of the terminal, at least one. */
struct tabs {
	struct loop *loop;
	VEC(struct ui *) list;
	VEC(struct ui *) dead; /* closed in this turn */
	size_t front;
	int made;
	struct background background;
};

/* A place that was left: for the palette. */
struct visit {
	char *title, *note, *line;
};

/* A place of the frame that can be clicked. */
struct spot {
	int row, col, width;
	char *run;      /* a command line, or NULL: */
	struct key key; /* as if this were pressed */
};

struct ui {
	struct loop *loop;
	struct session *session;
	struct session_options sopts; /* what another tab on this server begins with */
	struct ui_options opts;
	struct host host;

	struct tabs *tabs;     /* and what all of them share: */
	struct term *term;     /* NULL: a script */
	struct canvas *canvas;
	struct keymap *keymap;
	struct lineedit *lineedit;
	struct messages *messages;
	struct linear *linear; /* --plain; else NULL */

	int hue;               /* this tab's colour */
	struct theme *theme;
	struct bar *bar;
	VEC(struct spot) spots; /* of the frame as it is painted */

	VEC(struct screen *) stack; /* the first is at the bottom */
	VEC(struct screen *) dead;  /* closed in this turn */
	VEC(struct place *) forward; /* places that were left by going back */
	VEC(struct visit) visits;   /* the latest at the end */
	struct place *previous;     /* where "previous" goes */
	struct place *wanted;       /* a screen that waits for a tenant to be chosen */

	VEC(struct running *) running;
	struct typed ahead;         /* waits for a row of this screen: */
	const struct screen *ahead_of;
	struct typed first;         /* waits for the first screen */
	bool first_due;             /* … which was asked for and is not there */
	struct rowset *first_rows;  /* first_ahead */
	struct clip *clip;          /* a copy on its way */
	struct editor *editor;     /* a statement is in the person's editor */
	char *statement;            /* … and was there last */
	struct table *table;        /* a command is giving rows */
	char *progress;             /* what takes long: "exporting 45 %" */
	double progress_part;       /* 0 … 1; < 0: unknown */
	double progress_done, progress_total;
	int64_t progress_since_us;

	struct loop_timer *again;   /* ui_repaint_in */
	unsigned again_ms;          /* the soonest asked for in this turn; 0: nobody */
	double rtt_shown;           /* by the header, seconds; 0: none yet */
	bool dirty, everything;
	bool small_ok;              /* "this terminal is small" was read */
	bool mouse; /* the setting as it is in force */
	char *scope_seen;           /* the tenant when we looked last */
	bool told_refused;          /* that --tenant was */
	bool was_ready;             /* the reads' connection, when we looked last */
	bool password_asked;
	bool waits_for_password;    /* `wanted` does */
	int password_tries;
	long count;                 /* "5" of "5j"; 0: none */
	int tour, tour_ignored;     /* its step, from 1; 0: none */
	int tour_told;              /* --plain: the step that was said */
	bool quitting;
	int status;
	int64_t keyed_us;           /* the last key */
	bool held;                  /* --plain: the screen was not told, an answer was on its way */
	int quarter;                /* of the progress, as it was told */
	char *window_title;         /* what the terminal was told */
	struct err failed;          /* a script's last step; why there is no connection */
};

/* ---- ui.c ---- */
struct ui *ui_new(struct loop *loop, const struct ui_options *opts, const struct session_options *sopts,
		  struct err *err) MUST_CHECK;
/* Another tab, in the list behind the others. */
struct ui *ui_beside(struct ui *from, const struct session_options *sopts, struct err *err) MUST_CHECK;
/* One tab; the last one takes what they share with it. */
void ui_free(struct ui **ui);
/* Recalc and repaint what is dirty; false if there was nothing to do. */
bool ui_turn(struct ui *ui);
void ui_end(struct ui *ui, int status);
/* The screen area: rows × cols below the header. */
void ui_area(const struct ui *ui, int *rows, int *cols);
/* Commands and requests under way, nothing painted yet. */
bool ui_busy(const struct ui *ui);
/* TERM_SMALL: the person has not been told yet; TERM_UNUSABLE: nothing but that is shown, and no key acts unseen. */
enum smallness { TERM_FITS, TERM_SMALL, TERM_UNUSABLE };
enum smallness ui_smallness(const struct ui *ui);

/* ---- press.c ---- */
void ui_key(struct ui *ui, const struct key *key);
/* What is bound to it, whatever the screen would do with the key itself. */
void press_bound(struct ui *ui, const struct key *key);

/* ---- background.c ---- */
bool ui_set_theme(struct ui *ui, const char *name, struct err *err) MUST_CHECK;
/* The setting, or what the command line or SOUK_THEME say instead. */
bool background_first_theme(struct ui *ui, struct err *err) MUST_CHECK;
/* The terminal was asked: a time without an answer is one. */
void background_wait(struct ui *ui);
/* A K_REPORT. */
void background_told(struct ui *ui, const struct key *report);

/* ---- state.c ---- */
session_fn ui_on_session;
db_notice_fn ui_on_notice;
/* A wrong password: the person is asked once more, so nothing else need say it. */
bool ui_asks_again(const struct ui *ui, const struct err *why);

/* ---- tabs.c ---- */
struct tabs *tabs_new(struct loop *loop);
void tabs_free(struct tabs **t);
struct ui *tabs_front(const struct tabs *t);
bool tabs_in_front(const struct ui *ui);
int tabs_number(const struct ui *ui);
/* "2 acme-bakery"; the caller frees it. */
char *tabs_label(const struct ui *ui);
enum style tabs_style(const struct ui *ui);
/* "next", "previous" or a number. */
bool tabs_go(struct ui *ui, const char *where, struct err *err) MUST_CHECK;
bool tabs_open(struct ui *from, const struct session_options *options, struct err *err) MUST_CHECK;
/* tenant NULL: the same. */
bool tabs_open_tenant(struct ui *from, const char *tenant, struct err *err) MUST_CHECK;
bool tabs_connect(struct ui *from, const char *target, bool is_service, struct err *err) MUST_CHECK;
/* Not the last one. */
void tabs_close(struct ui *ui);

/* ---- stack.c ---- */
#define KIND(name) extern const struct screen_kind kind_##name;
#include "kinds.def"
#undef KIND
void stack_release(struct ui *ui);
void stack_bury(struct ui *ui); /* free what was closed */
bool stack_action(struct ui *ui, enum action action, const struct args *args, struct err *err);
struct place *place_dup(const struct place *p);
void place_free(struct place **p);
/* The scope is chosen: go on to what waited for it. */
void stack_scope_changed(struct ui *ui);
/* The list of tenants of a schema that is not ours: it leads nowhere else and has served when one is chosen. */
bool scope_stands_in(const struct screen *s);
/* Another tenant was chosen: records and values of the one before are marked, and go with scope_leave. */
bool scope_mark_former(struct ui *ui);
void scope_leave(struct ui *ui);
/* A tenant's schema was chosen. */
void scope_land(struct ui *ui, const char *schema);
/* The connection is there: go on to what waited for the right password. */
void stack_go_on(struct ui *ui);

/* ---- places.c ---- */
/* A line of the bar that goes there; the caller frees it. */
char *place_line(const struct place *p);
void places_visit(struct ui *ui, const struct screen *s);
void places_release(struct ui *ui);
void places_keep(const struct tabs *tabs);
bool places_restore(struct ui *ui, struct err *err) MUST_CHECK;

/* ---- host.c ---- */
extern const struct host_ops ui_host_ops;
void host_run(struct ui *ui, const char *line);
/* False with err when the line itself is wrong (nothing was done); else as host_run. */
bool host_try(struct ui *ui, const char *line, struct err *err) MUST_CHECK;
/* As host_run; done is called once, unless the tab is closed before. */
void host_then(struct ui *ui, const char *line, command_done_fn *done, void *ctx);
/* False if nothing was under way. */
/* The one that Ctrl-C would end, or NULL. */
struct running *host_newest(const struct ui *ui);
/* The rows that one looks at are awaited for so long that the header says so; Ctrl-C means them. */
bool host_page_is_told(const struct ui *ui);
void host_release(struct ui *ui);

/* ---- frame.c ---- */
void frame_paint(struct ui *ui, struct canvas *c);
int frame_width_of(const char *text);
/* Does the screen tell of the whole database, and so of no tenant, whichever was chosen? */
bool frame_is_of_all(const struct ui *ui, const struct screen *s);
/* No tenant is chosen, and it shows the rows of all: the header says so aloud. */
bool frame_sees_all(const struct ui *ui, const struct screen *s);
/* What is there to be clicked, or NULL. */
const struct spot *frame_spot(const struct ui *ui, int row, int col);
/* In the frame that is being painted; owned: the line that a click runs, or NULL. */
void frame_add_spot(struct ui *ui, int row, int col, int width, char *owned);
void frame_release(struct ui *ui);

/* ---- hints.c ---- */
void hints_paint(struct ui *ui, struct canvas *c);

/* ---- message.c ---- */
struct messages *messages_new(void);
void messages_free(struct messages **m);
void messages_add(struct ui *ui, enum say how, const char *text, const char *hint);
/* What the server says beside an answer: of many the first ones are kept, and the last. */
void messages_add_beside(struct ui *ui, enum say how, const char *text);
/* Only into the log. */
void messages_note(struct ui *ui, const char *text);
/* What was not told yet (--plain), a line each. */
void messages_tell(struct ui *ui, struct buf *out);
/* A key was pressed: what was read goes away. */
void messages_seen(struct ui *ui);
/* Over the hint line; false if there is nothing to say. */
bool messages_paint(struct ui *ui, struct canvas *c);
void messages_show(struct ui *ui);

/* ---- bar*.c ---- */
struct bar *bar_new(struct ui *ui);
void bar_free(struct bar **b);
void bar_open(struct bar *b, const char *text);
/* The names of the filters that were kept of this screen (gridfilter.c). */
void filters_kept(const struct screen *s, void (*fn)(void *ctx, const char *name), void *ctx);
void bar_close(struct bar *b);
bool bar_is_open(const struct bar *b);
/*
 * What the server says of the line that was run last: where a word of that is wrong, and no key was pressed
 * since, it is to be seen again, like a line that was refused at once.  Takes: it would.  False: tell it in
 * another way.
 */
bool bar_takes(const struct bar *b, const struct err *err);
bool bar_refuse(struct bar *b, const struct err *err);
void bar_key(struct bar *b, const struct key *key);
/* c is the whole canvas: the bar is its last line, the menu above it. */
void bar_paint(struct bar *b, struct canvas *c);

/* The choice that Tab came to, or why the line was refused (--plain). */
void bar_tell(const struct bar *b, struct buf *out);

/* ---- plain.c ---- */
/* Tell what is on the canvas now and was not before. */
void plain_tell(struct ui *ui);
/* Somebody else writes to the terminal next: a line that was being typed ends. */
void plain_away(struct ui *ui);

/* ---- clip.c ---- */
void clip_release(struct ui *ui);

/* ---- tour.c ---- */
void tour_begin(struct ui *ui);
/* A command line was run. */
void tour_ran(struct ui *ui, const char *line);
void tour_paint(struct ui *ui, struct canvas *c);
/* ---- calendar.c, tags.c, pick.c: fn gets the new value, NULL: as it was ---- */
struct day calendar_today(void);
void calendar_open(struct ui *ui, const char *title, const char *value,
		   void (*fn)(void *ctx, const char *answer), void *ctx);
/* False: the value is no list (several dimensions), and nothing is opened. */
bool tags_open(struct ui *ui, const char *title, const char *value,
	       void (*fn)(void *ctx, const char *answer), void *ctx) MUST_CHECK;
struct pick_condition {
	const struct column *column; /* of the relation that is picked from */
	const char *value;
};
struct pick_from {
	const char *title;
	const struct relation *relation;
	const struct column *key;    /* what is taken of the record */
	const struct pick_condition *conditions;
	size_t nconditions;
};
void pick_open(struct ui *ui, const struct pick_from *from,
	       void (*fn)(void *ctx, const char *answer), void *ctx);

/* ---- action.c ---- */
/* The form of an action of the screen in front, for its current row. */
bool action_open(struct ui *ui, const char *name, struct err *err) MUST_CHECK;

/* ---- sqledit.c ---- */
bool sqledit_open(struct ui *ui, struct err *err) MUST_CHECK;
void sqledit_release(struct ui *ui);

/* ---- others ---- */
void help_open(struct ui *ui);
void palette_open(struct ui *ui);
void canmenu_open(struct ui *ui);

/* A table that a command gave (host_ops table_begin …): a grid over rows that are all there. */
struct table *table_new(const char *title, const struct table_column *columns, size_t n);
void table_free(struct table **t);
void table_add(struct table *t, const char *const *cells);
/* {column} is filled in when it runs. */
void table_set_enter(struct table *t, const char *command);
const char *table_enter(const struct table *t);
/* Of the whole database, whichever tenant is chosen. */
void table_set_of_all(struct table *t);
void table_open(struct ui *ui, struct table *owned);

/* ---- home.c ---- */
/* The places of menus, by their titles: they need no record, and this database has what they show.  The caller
 * frees the list. */
const struct screendef **home_screens(struct session *s, size_t *n);
/* The relations that the menu lists: this role may read them, and no screen is about their schema; at most max,
 * schema by schema. */
size_t home_relations(struct session *s, const struct relation **out, size_t max);

#endif
