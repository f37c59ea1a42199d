/* SPDX-License-Identifier: MIT */
/*
 * command.h - the verbs: one row each, used by the command bar, by keys and by the batch mode alike.
 *
 * A command never prints and never draws: it speaks to its host, which ui and cli implement.  Help,
 * usage errors, completion, the man page's list and "why is this off" come from the row.
 * One file per command (src/command/cmd_*.c), one line in src/command/commands.def.
 *
 * Arguments (spec in `args`), words separated by blanks:
 *	name:type        one positional word          [name:type]   optional
 *	name:type…       all the rest, at least one   [name:type…]
 *	[--flag]         a switch                     [--opt:type]  with a value (--opt V or --opt=V)
 * Types tell what completes and what is refused: text int int(N) (N or more) pid duration every (that, or off)
 * until (a duration or a time) screen tenant relation object (that or a function) column role command setting service
 * file theme action draft fact (a key of the profile) format outbox event and aggregate (types of messages) kept (a
 * filter) policy rule schema line choice(a|b|c) assignment (COL=VALUE) change (that, or COL! for NULL) filter sort
 * (COL, -COL) record (the key of one of the screen that the line names, else the one in front) record(SCREEN).  `line`
 * takes the raw rest of the line; what it is called says what it is: `statement` SQL, `filter`, `record`, `conninfo`,
 * `topic`.
 *
 * Run is asynchronous: it returns at once; it ends by exactly one call_done().
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "command/session.h"
#include "db/reply.h"

enum command_needs {
	NEEDS_NOTHING    = 0,
	NEEDS_CONNECTION = 1,
	NEEDS_CATALOG    = 2,  /* and the profile */
	NEEDS_WRITE      = 4,  /* armed */
	NEEDS_SCREEN     = 8,  /* acts on the current screen: only in the console */
	BATCH            = 16, /* also a word on the shell's command line: souk NAME … */
	BATCH_ONLY       = 32, /* not in the command bar */
	NEEDS_SESSION    = 128, /* its queries and loop, but no connection: it opens its own */
	PLUGIN           = 256, /* of a monitoring system: what goes wrong in batch mode is one line on standard
				 * output and status 3, within --timeout (10s) */
	CHOOSES_TENANT   = 512, /* runs though --tenant was refused */
	FRONT            = 64, /* main does it itself (demo, run): it chooses between console and batch */
};

/* What the current screen is asked to do; args come with it. */
enum action {
	ACTION_NONE,
	ACTION_ACT,       /* a function that the screen offers ([action NAME]) */
	ACTION_MOVE,      /* up down left right pageup pagedown halfup halfdown first last bottom... */
	ACTION_GOTO,      /* "50%" or a key */
	ACTION_OPEN_ROW,  /* Enter */
	ACTION_BACK, ACTION_FORWARD, ACTION_PREVIOUS, /* history of places: Esc/q, ], - */
	ACTION_FILTER, ACTION_WHERE, ACTION_FILTER_CELL, ACTION_UNFILTER, ACTION_FIND_NEXT,
	ACTION_FILTERS, ACTION_KEEP, /* filters with names */
	ACTION_SORT, ACTION_REFRESH, ACTION_INTERVAL, ACTION_PAUSE, ACTION_CANCEL,
	ACTION_MARK, ACTION_COPY, ACTION_VIEW, ACTION_WRAP, ACTION_DESCRIBE, ACTION_SHOW_SQL,
	ACTION_COLUMN,    /* hide show width move freeze */
	ACTION_COUNT, ACTION_SAVE_SCREEN,
	ACTION_EDIT, ACTION_NEW, ACTION_DUPLICATE, ACTION_DELETE, ACTION_SAVE, ACTION_UNDO, ACTION_REDO,
	ACTION_NEXT_PANE, ACTION_HELP, ACTION_BAR, ACTION_SQL_EDIT, ACTION_PALETTE, ACTION_MENU, ACTION_QUIT,
	ACTION_REPAINT, ACTION_MESSAGES,
	ACTION_TAB, ACTION_TAB_GO, ACTION_CONNECT, ACTION_RESTORE, /* several consoles in one terminal */
	ACTION_SUSPEND, ACTION_ZOOM, ACTION_FIELD, ACTION_CHOOSE, /* merge: mine theirs base … */
	ACTION_SET, /* COL=VALUE of the marked rows */
	ACTIONS, /* how many */
};

struct args;
struct rowset;
/* NULL if not given. Borrowed from args, which may be NULL: no word was given. */
const char *args_get(const struct args *a, const char *name);
bool args_has(const struct args *a, const char *name);
/* The words of a rest argument, NULL-terminated. */
const char *const *args_rest(const struct args *a, const char *name);
long args_int(const struct args *a, const char *name, long otherwise);

struct call; /* a command under way */

struct command {
	const char *name;     /* "outbox status": several words are sub-commands */
	const char *alias;    /* other names, blank-separated; or NULL */
	const char *summary;  /* a few words, no full stop */
	const char *args;     /* spec, "" for none */
	const char *help;     /* a paragraph or two for :help and the man page; may be NULL */
	const char *format;   /* one of --format that it alone writes ("sarif"); may be NULL */
	const char *no_key;   /* why no key runs it, so that only the bar and the palette do; NULL: a key does */
	int needs;
	enum action action;   /* if not NONE: handed to the screen; run is NULL */
	void (*run)(struct call *call);
};

/* NULL-terminated table in order of name. */
const struct command *const *commands(void);
const struct command *command_find(const char *name);
/* Why it can do nothing in this database (it has no outbox; not the screen whose records it names); NULL: it can, as
 * far as is known. */
const char *command_missing(struct session *s, const struct command *cmd);

/* ---- the host: how a command speaks ---- */
enum say { SAY_INFO, SAY_DONE, SAY_WARNING, SAY_ERROR };

struct table_column {
	const char *name;
	/* For JSON output: quoted or bare.  A sentence is a text that is read whole: it gets what room there is.  A
	 * state is one word that says how things are (proven, leaks, blocker, ok): the console gives it its colour. */
	enum { CELL_TEXT, CELL_NUMBER, CELL_BOOL, CELL_JSON, CELL_SENTENCE, CELL_STATE } type;
	const char *format; /* value.h format for people, or NULL */
};

struct question {
	const char *title, *text;
	enum { ASK_YES_NO, ASK_TEXT, ASK_SECRET, ASK_TYPE_NAME, ASK_CHOICE } kind;
	const char *expect;          /* ASK_TYPE_NAME: what must be typed */
	const char *const *choices;  /* ASK_CHOICE, NULL-terminated */
	bool destructive;            /* the asking key is no answer */
	bool may_leave;              /* ASK_YES_NO: Esc is another answer than no */
};

/* A place to go to: a screen with its narrowing. */
struct place {
	const char *screen;               /* name of a screen or relation */
	const char *const *where;         /* "column=value" words, NULL-terminated; or NULL */
	const char *filter;               /* filter text (/… or :filter) or NULL */
	const char *tenant;               /* @tenant or NULL */
	const char *sort;
	bool edit;                        /* its form: where names the record by its key, or nothing: a new one */
	const char *draft;                /* id of the draft that its form takes up; NULL: one may be offered */
};

struct host_ops {
	void (*say)(void *ctx, enum say how, const char *text);
	/* A table: begin, rows (NULL-terminated arrays are not used: n cells, NULL = SQL NULL), end. */
	void (*table_begin)(void *ctx, const char *title, const struct table_column *columns, size_t n);
	void (*table_row)(void *ctx, const char *const *cells);
	/* What Enter runs on a row of the table that was begun, {column} filled in; NULL in batch mode. */
	void (*table_enter)(void *ctx, const char *command);
	/* The table that was begun is of the whole database, whichever tenant is chosen; NULL in batch mode. */
	void (*table_of_all)(void *ctx);
	void (*table_end)(void *ctx);
	/* Raw text for stdout in batch mode, a text viewer in the console. */
	void (*text)(void *ctx, const char *title, const char *text, size_t len);
	bool (*open)(void *ctx, const struct place *place, struct err *err);
	/* answer gets NULL when the person gave up. Batch mode answers from flags (--yes, --reason) or gives up. */
	void (*ask)(void *ctx, const struct question *q, void (*answer)(void *actx, const char *text), void *actx);
	/* Nobody waits for that answer any more, and none is given.  NULL where questions are answered at once. */
	void (*unask)(void *ctx, const void *actx);
	bool (*action)(void *ctx, enum action action, const struct args *args, struct err *err);
	/* The rows of the current screen; NULL: it has none. Only in the console. */
	const struct rowset *(*rows)(void *ctx);
	void (*progress)(void *ctx, const char *what, double done, double total); /* total 0: unknown; done < 0: end */
	void (*quit)(void *ctx, bool force);
	/* Text to the clipboard, saying "copied WHAT"; NULL in batch mode. */
	void (*copy)(void *ctx, const char *text, size_t len, const char *what);
	/* A cell of the current row of the current screen; column NULL: the screen's name. NULL: there is none.
	 * May be NULL (batch mode). */
	const char *(*here)(void *ctx, const char *column);
	/* False: something of this tenant's is not saved yet, err says what.  NULL in batch mode. */
	bool (*leave_tenant)(void *ctx, struct err *err);
};

struct host {
	const struct host_ops *ops;
	void *ctx;
	struct session *session;
	bool batch;           /* no person is watching */
	const char *format;   /* --format: table csv json … ; NULL: default */
};

/* ---- running ---- */
struct session *call_session(const struct call *c);
/* May this tenant be chosen now?  Not another while something of the present one's is not saved. */
bool call_may_choose(const struct call *c, const struct tenant_choice *choice, struct err *err) MUST_CHECK;
const struct args *call_args(const struct call *c);
const struct host *call_host(const struct call *c);
/* Asks the person, as host_ops.ask; one question at a time.  A call that ends takes its question back. */
void call_ask(struct call *c, const struct question *q, void (*answer)(void *actx, const char *text), void *actx);
const struct command *call_command(const struct call *c);
/* For a command's own state, freed with free_data when the call ends or is abandoned. The call's address is
 * the owner of its requests (db_forget happens by itself). */
void call_set_data(struct call *c, void *data, void (*free_data)(void *data));
void *call_data(const struct call *c);
/* Of a command that works in several steps: fn lets the step under way end, then call_done. */
void call_on_cancel(struct call *c, void (*fn)(struct call *c));
/* err NULL or ERR_NONE: fine. status: exit status in batch mode; -1: err_exit_status(err). */
void call_done(struct call *c, const struct err *err, int status);

/*
 * Parse a line (command bar, key, script) or words (the shell's) and run it.  done is called once with the
 * error (ERR_NONE if fine) and the exit status, maybe before this returns.  ':' in front is allowed, "\d"
 * lines go to the psql words, "/text" to filter, "@tenant" and a screen's name to open.
 */
typedef void command_done_fn(void *ctx, const struct err *err, int status);
struct call *command_line(const struct host *host, const char *line, command_done_fn *done, void *ctx);
struct call *command_words(const struct host *host, const char *const *words, size_t n,
			   command_done_fn *done, void *ctx);
/* Abandon: its requests are cancelled, done is not called. */
void call_abandon(struct call **c);
/* The person gives up.  True: the command ends what it cannot leave half done, and done tells what was; asked
 * again it is abandoned.  False: it was abandoned, and *c is NULL. */
bool call_cancel(struct call **c);

#endif
