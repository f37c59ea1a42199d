/* SPDX-License-Identifier: MIT */
/*
 * sql.h - the questions: named files under sql/queries and sql/fragments, carried in the binary,
 * overridable with a folder (--sql DIR).
 *
 * A query file begins with comment lines
 *	-- summary: every role with its login right
 *	-- params: name:text limit:int        (in the order of $1, $2; "none" or absent: none)
 *	-- columns: oid rolname rolcanlogin
 *	-- example: schema=commerce           (values for its variables, for the test that prepares it)
 *	-- fragments: lock.held               (they stand for :held; such a query has no other variables)
 * (a line "--   more" goes on with the one before; other comment lines are prose) and holds one
 * statement.  `name@160000.sql` is used from server version 160000 on; the highest
 * version that the server satisfies wins.
 *
 * Variables are psql's: :"name" a quoted identifier, :'name' a quoted literal, :name raw text
 * that was itself made from fragments by this module.  So each file also runs in psql with -v.
 * Inside strings, quoted identifiers, dollar quotes, comments and after another ':' nothing is
 * replaced.  A fragment file (sql/fragments/NAME.sql) holds pieces, each begun by a line
 * "-- fragment: piece"; it is addressed as "NAME.piece".
 *
 * This is the only module that puts an identifier or a literal into SQL text.
 */
#ifndef DB_SQL_H
#define DB_SQL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/params.h"

struct sqlset; /* says the same once loaded; of one thread */

struct sqlquery {
	const char *name;
	const char *summary;
	const char *const *params;  /* "name:type", NULL-terminated */
	const char *const *columns; /* NULL-terminated; empty if not told */
	const char *const *example; /* "var=value" for the file's variables: tests try it with them */
	const char *const *fragments; /* "file.piece": what text was made with */
	const char *text;           /* without the header comments */
	bool stays;                 /* text stands in the program (base/embed.h) */
	int min_version;            /* 0: any */
};

/* dir may be NULL; it looks as sql/ does (dir/queries, dir/fragments) and need only hold what
 * it changes, so "--sql sql" works in the source tree. A broken file in dir is an error that
 * names file and line. */
struct sqlset *sqlset_load(const char *dir, struct err *err) MUST_CHECK;
/* The same in two steps, for who has something to begin meanwhile: one without a question, which is filled once. */
struct sqlset *sqlset_new(void);
bool sqlset_fill(struct sqlset *set, const char *dir, struct err *err) MUST_CHECK;
void sqlset_free(struct sqlset **set);
/* NULL if there is none for this server. server_version 0: the newest. */
const struct sqlquery *sqlset_find(const struct sqlset *set, const char *name, int server_version);
/* Like find, but a shipped query that is missing is a BUG().  A short text is copied when it is first asked for. */
const struct sqlquery *sqlset_get(const struct sqlset *set, const char *name, int server_version);
/* Text of a fragment "file.piece", trailing white space cut; BUG() if missing. */
const char *sqlset_fragment(const struct sqlset *set, const char *name);
/* for (size_t i = 0; (q = sqlset_at(set, i)); i++) in order of name and version. */
const struct sqlquery *sqlset_at(const struct sqlset *set, size_t i);

struct sqlvar {
	const char *name;
	const char *value; /* for :"x" and :'x' any text; for :x trusted SQL */
};

/* Append text with its variables replaced; an unknown variable is an error that names it. */
bool sql_expand(struct buf *out, const char *text, const struct sqlvar *vars, size_t n,
		struct err *err) MUST_CHECK;
/* The same for a fragment; an unknown variable is a BUG(). */
void sql_fragment(struct buf *out, const struct sqlset *set, const char *name,
		  const struct sqlvar *vars, size_t n);
/*
 * Where the first statement of a script ends: after its ';', or at the end of the text. A ';'
 * in a string, comment or dollar quote ends nothing. (Bodies of the form BEGIN ATOMIC … END are
 * not known.) NULL: only blanks and comments are left.
 */
const char *sql_statement_end(const char *script);
/*
 * A text that is to stand in parentheses as one condition must end where they end.  Where it does not: at a ')' that
 * nothing opened, a ';', the '(' that nothing closes, a quote or comment without an end; and at a $1, which would be
 * somebody else's value.  NULL: it is one condition.
 */
const char *sql_condition_broken(const char *text);
/* Bytes of the word that begins here, as the server names one in an error: a name with all its parts, a string, a
 * number, an operator, a sign; 0 at the end of the text. */
size_t sql_word_length(const char *text);
/* Append "name" with its quotes doubled; "schema"."name" (schema NULL: only the name). */
void sql_ident(struct buf *out, const char *name);
void sql_qualified(struct buf *out, const char *schema, const char *name);
/* Append 'text' safely whatever standard_conforming_strings is (E'' when a backslash is
 * there). */
void sql_literal(struct buf *out, const char *text);
/* A statement for people and for psql: each $n replaced by its value as a literal without a
 * type, which means to the server what the parameter without a type did. */
void sql_with_values(struct buf *out, const char *sql, const struct params *params);

#endif
