/* SPDX-License-Identifier: MIT */
/*
 * reply.h - what the server answered to one statement: rows of texts with their columns' origin.
 *
 * A reply is immutable.  It belongs to the request that brought it until reply_ref() takes a
 * share; reply_free drops a share.  Texts are borrowed from the reply and terminated; they may
 * hold anything (untrusted), lengths are bytes.
 */
#ifndef DB_REPLY_H
#define DB_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct reply;

/* A reply that no server sent: rows times columns texts (NULL: SQL NULL), copied. For tests,
 * and for tables that souk itself computes. */
struct reply *reply_new(const char *const *names, size_t columns, const char *const *cells,
			size_t rows);
/* The rows of r whose text in col is this one, copied. */
struct reply *reply_where(const struct reply *r, size_t col, const char *text);
/* Names and values as bytes, for a file of ours on this machine; types and origins are not kept. */
void reply_store(const struct reply *r, struct buf *out);
/* The next stored reply before end; *p is moved behind it.  NULL: it is not whole. */
struct reply *reply_load(const char **p, const char *end);
struct reply *reply_ref(const struct reply *r);
void reply_free(struct reply **r);

size_t reply_rows(const struct reply *r);
size_t reply_columns(const struct reply *r);
const char *reply_name(const struct reply *r, size_t col);
/* -1 if there is no such column. */
int reply_column(const struct reply *r, const char *name);
uint32_t reply_type(const struct reply *r, size_t col);  /* pg_type oid */
int reply_typmod(const struct reply *r, size_t col);
/* Where the column comes from: pg_class oid and attnum, 0 if it is computed (PQftable,
 * PQftablecol). */
uint32_t reply_table(const struct reply *r, size_t col);
int reply_table_column(const struct reply *r, size_t col);

bool reply_null(const struct reply *r, size_t row, size_t col);
const char *reply_text(const struct reply *r, size_t row, size_t col); /* NULL for SQL NULL */
size_t reply_length(const struct reply *r, size_t row, size_t col);
int64_t reply_int(const struct reply *r, size_t row, size_t col);  /* 0 for NULL or no number */
double reply_double(const struct reply *r, size_t row, size_t col);
bool reply_bool(const struct reply *r, size_t row, size_t col);
/* By column name; BUG() if the reply has no such column (queries and C are kept in step by
 * tests). */
const char *reply_get(const struct reply *r, size_t row, const char *name);

/* The command tag ("UPDATE 1", "COMMIT") and the number in it (-1 without). */
const char *reply_tag(const struct reply *r);
int64_t reply_affected(const struct reply *r);
/* Heap this reply holds. */
size_t reply_bytes(const struct reply *r);

/* What the server said beside SQLSTATE, for field errors and findings; any may be NULL. */
struct server_error {
	char *severity, *sqlstate, *message, *detail, *hint;
	char *schema, *table, *column, *datatype, *constraint;
	char *routine; /* of the server, that said so: messages speak its language */
	char *context; /* the code that it came from, the innermost first, a line each; NULL: the
			* statement itself */
	int position; /* 1-based character in the statement, 0 if none */
};
void server_error_release(struct server_error *e);

#endif
