/* SPDX-License-Identifier: MIT */
/*
 * complete_priv.h - the list that completion's sources fill.
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
};

/* Adds it if it begins with the prefix and is not there yet. */
void candidates_add(struct candidates *list, const char *text, const char *note);
/* From here on it need not begin so: the server has matched. */
void candidates_any(struct candidates *list);
/* What an argument of this type can name (outbox, rule, draft, …: the table in complete_names.c); nothing where the
 * type is none of those. */
void complete_names(struct candidates *list, const char *type, struct session *s,
		    const struct complete_context *context);
/* In a condition: what may stand behind a column, and behind a value. */
void complete_comparisons(struct candidates *list);
void complete_joins(struct candidates *list);
/* Names of files; folders end with '/'. */
void complete_files(struct candidates *list);
/* Themes: those that are shipped, and the person's own. */
void complete_themes(struct candidates *list);
/* The most common values of a column that begin so, asked of the server for cb; false: nothing is asked. */
bool complete_ask_values(struct session *s, const struct relation *r, const struct column *c, const char *begins,
			 const struct request_callbacks *cb);
/* … and what else only the server knows, by the type of the argument: databases, processes (the table in
 * complete_asked.c). */
bool complete_ask(struct session *s, const char *type, const char *begins, const struct request_callbacks *cb);
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
/* Topics of :help (cmd_help.c). */
void help_topics(struct candidates *list);
/* Services that libpq can be told to use. */
void complete_services(struct candidates *list);

#endif
