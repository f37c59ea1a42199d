/* SPDX-License-Identifier: MIT */
/*
 * command_priv.h - what the files of this layer share.
 */
#ifndef COMMAND_PRIV_H
#define COMMAND_PRIV_H

#include "command/command.h"

/* Make a call and run it; line as in args_match. done may run before this returns (then the result is NULL). */
struct call *call_start(const struct host *host, const struct command *cmd,
			const char *const *words, size_t n, const char *line);
void call_on_done(struct call *c, command_done_fn *done, void *ctx);

/* A line that begins with '\': psql's words (psql.c). The command it stands for, or NULL with err. */
char *psql_translate(const char *line, struct err *err);

/* ---- there.c ---- */
/* Is there a relation of this name ("schema.name" as our files write it, or any name)? */
bool relation_there(const struct catalog *c, const char *name);
/* Does the database have the relations that a query of ours names?  Else the first that is missing. */
bool query_there(const struct catalog *c, const struct sqlquery *q, struct buf *missing);

/* ---- screens.c ---- */
/* The screen of this name that a file describes, or what stands in for it; NULL without err: no file has this
 * name; NULL with err: what it shows is not here, and the relation of that name is meant, if there is one. */
const struct screendef *session_own_screen(struct session *s, const char *name, struct err *err);
/* No relation either: own is what session_own_screen() said, none what the catalog says. */
void session_no_relation(const struct session *s, const char *name, const struct err *own,
			 const struct err *none, struct err *err);
struct genscreens *session_genscreens(const struct session *s);

/* ---- profile_file.c ---- */
/* The path of session_profile_file(); the caller owns it. */
char *profile_file_choose(const char *given, const char *screens, const struct db_session *d);
bool profile_file_write(const char *path, const char *before, const struct profile_entry *e,
			struct err *err) MUST_CHECK;
/* As it was; before NULL: it was not. */
bool profile_file_restore(const char *path, const struct buf *before, struct err *err) MUST_CHECK;

#endif
