/* SPDX-License-Identifier: MIT */
/*
 * kept.h - the rows that a snapshot was made of, on disk between sessions.
 *
 * Reading a catalog costs the server several times what telling whether it has changed does (tests/bench/cases/start.sh
 * measures a start with and without).  A file holds the parts' rows under the text by which catalog_state.sql told
 * them apart; it is believed only if the server says the same text again, in the transaction that begins the
 * session, and for an hour, since index scans and estimates within a tenth change without a trace.  It holds
 * definitions, never data: $XDG_CACHE_HOME/souk/catalog, 0600; whoever writes removes what is too old to be believed
 * and what is more than 64 files.  No error: what cannot be read or written is none.
 */
#ifndef CATALOG_KEPT_H
#define CATALOG_KEPT_H

#include "base/buf.h"
#include "base/loop.h"
#include "catalog/build.h"
#include "db/db.h"

/* What would be larger is read each time: a large catalog is built no faster from a file. */
enum { KEPT_MAX = 4 << 20 };

/* Where the rows of this connection are; NULL before the first READY. */
char *kept_path(const struct db *db);
/* The builder with all parts; NULL: not there, of another souk, too old, or not whole.  *state: what the file has to
 * be under, or NULL, and then it is set to what it is under.  *rest: what catalog_rest.sql said of each table.  Both
 * are the caller's to free. */
struct catalog_builder *kept_load(const char *path, const struct sqlset *set, char **state, struct reply **rest);
/* Write the file on the thread pool; parts: each part's reply_store() in order, then that of catalog_rest.sql; taken
 * over. */
void kept_write(struct loop *loop, char *owned_path, const struct sqlset *set,
		const char *state, struct buf *parts);

#endif
