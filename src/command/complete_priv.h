/* SPDX-License-Identifier: MIT */
/*
 * complete_priv.h - the list that completion's sources fill, and who fills it: complete.c finds the word,
 * complete_argument.c knows the kinds of arguments, the other files what has a name.
 */
#ifndef COMPLETE_PRIV_H
#define COMPLETE_PRIV_H

#include "base/vec.h"
#include "catalog/catalog.h"
#include "command/complete.h"
#include "db/db.h"

struct candidates {
	VEC(struct candidate) v; /* texts and notes are owned */
	char *prefix;            /* what they must begin with */
	char *before;            /* a sign that stays in front: "@" */
	bool raw;                /* texts are words already */
	bool closed;             /* what the server could add does not belong here */
	char *lead;              /* the word has words of its own: those before this one; else NULL */
	bool open;               /* … and its quote is not closed yet */
};

struct completing {
	struct session *session;
	struct complete_context context;
	complete_fn *fn;
	void *ctx;
	struct candidates list;
	size_t start, end;
	struct records *records;
	bool quoted; /* the word is in a quote that is not closed */
	int waiting; /* for so many answers of the server: what is known is told before they come */
	bool told;   /* all of them came, or nothing was asked */
};
/* One answer more is there. */
void completing_answered(struct completing *c);

/* What stands at the cursor: an argument of a command, of a psql word (by its type), a screen and what narrows it,
 * a command that begins with these words, a tenant. */
void complete_argument(struct completing *c, const struct command *cmd, const char *const *words, size_t n);
void complete_typed(struct completing *c, const char *type);
void complete_noun(struct completing *c, const char *const *words, size_t n);
void complete_nouns(struct completing *c);
void complete_commands(struct completing *c, const char *const *words, size_t n);
void complete_tenants(struct completing *c);
/* The server has told what was asked (request_callbacks.done). */
void complete_on_asked(void *ctx, const struct txn_result *result);

/* A screen, or what the catalog makes of a relation; NULL: neither. */
const struct screendef *complete_noun_named(const struct completing *c, const char *name);
/* The first bytes of the prefix are said, what follows them is completed; of "a,b," all but the last. */
void complete_keep(struct completing *c, size_t n);
void complete_keep_list(struct completing *c);
/* Of the screen behind the bar; … with - in front that descends; def's, as what narrows it ("status="). */
void complete_columns(struct completing *c);
void complete_sort(struct completing *c);
void complete_narrowing(struct completing *c, const struct screendef *def);
/* Where the word is the value of a column ("status=act", or "act" behind "status ="): what that may hold. */
bool complete_value(struct completing *c, const struct screendef *def, const char *const *words, size_t n);
/* What can follow these words of a condition. */
void complete_condition(struct completing *c, const char *const *words, size_t n);
/* def's, or rather those of its rows that are open (or NULL). */
void complete_records(struct completing *c, const struct screendef *def, const struct rowset *beside);

/* Adds it if it begins with the prefix and is not there yet. */
void candidates_add(struct candidates *list, const char *text, const char *note);
/* From here on it need not begin so: the server has matched. */
void candidates_any(struct candidates *list);
/* What an argument of this type can name (outbox, rule, draft, …: the table in complete_names.c); nothing where the
 * type is none of those. */
void complete_names(struct candidates *list, const char *type, struct session *s,
		    const struct complete_context *context);
bool complete_names_of(const char *type);
/* In a condition: what may stand behind a column, and behind a value. */
void complete_comparisons(struct candidates *list);
void complete_joins(struct candidates *list);
/* Names of files; folders end with '/'. */
void complete_files(struct candidates *list);
/* NAME= for each name that a file of records begins with. */
void complete_header(struct candidates *list, const char *path);
/* Themes: those that are shipped, and the person's own. */
void complete_themes(struct candidates *list);
/* The most common values of a column that begin so, asked of the server for cb; false: nothing is asked. */
bool complete_ask_values(struct session *s, const struct relation *r, const struct column *c, const char *begins,
			 const struct request_callbacks *cb);
/* … and what else only the server knows, by the type of the argument: databases, processes (the table in
 * complete_asked.c). */
bool complete_ask(struct session *s, const char *type, const char *begins, const struct request_callbacks *cb);
bool complete_asks_of(const char *type);
/* … and the answer of either. */
void complete_add_asked(struct candidates *list, const struct txn_result *result);
/* A word of a conninfo string: names of what can be said, and behind one the values that are known here. */
void complete_option(struct candidates *list, struct session *s);
/* … its first word, which may be a service instead. */
void complete_conninfo(struct candidates *list, struct session *s);
/* Words of psql, and what an argument of one names ("relation"; NULL: nothing that has a name). */
void psql_words(struct candidates *list);
const char *psql_argument(const char *word);

/* Records of a screen whose search or key is this text, beside the rows of a screen that is open (or NULL); fn is
 * called once, when they are in the list.  NULL: it has none. */
struct records;
typedef void records_fn(void *ctx);
struct records *records_search(struct session *s, const struct screendef *def, const struct rowset *beside,
			       const char *text, struct candidates *list, records_fn *fn, void *ctx);
void records_free(struct records **q);
/* The relation that an aggregate's name means (cmd_outbox_record.c); NULL: none. */
const struct relation *outbox_record_relation(const struct session *s, const char *type);
/* Topics of :help (cmd_help.c). */
void help_topics(struct candidates *list);
/* Services that libpq can be told to use. */
void complete_services(struct candidates *list);

#endif
