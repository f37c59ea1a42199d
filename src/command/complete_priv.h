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
};

/* Adds it if it begins with the prefix and is not there yet. */
void candidates_add(struct candidates *list, const char *text, const char *note);
/* What an argument of this type can name (outbox, rule, draft, …: the table in complete_names.c); nothing where the
 * type is none of those. */
void complete_names(struct candidates *list, const char *type, struct session *s,
		    const struct complete_context *context);
/* Names of files; folders end with '/'. */
void complete_files(struct candidates *list);
/* Themes: those that are shipped, and the person's own. */
void complete_themes(struct candidates *list);
/* The most common values of a column that begin so, asked of the server for cb; false: nothing is asked. */
bool complete_ask_values(struct session *s, const struct relation *r, const struct column *c, const char *begins,
			 const struct request_callbacks *cb);
/* … and its answer. */
void complete_add_values(struct candidates *list, const struct txn_result *result);
/* Topics of :help (cmd_help.c). */
void help_topics(struct candidates *list);
/* Services that libpq can be told to use. */
void complete_services(struct candidates *list);

#endif
