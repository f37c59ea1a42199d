/* SPDX-License-Identifier: MIT */
/*
 * reader.h - keeps the current catalog snapshot of a db: reads it, swaps it, tells who asked.
 *
 * The first read starts with reader_refresh (the console has it on DB_WATCH, so that it overlaps the first
 * page).  Afterwards it is read again on demand, and when reader_moved() reports that a reply contradicts the
 * snapshot (42703, 42P01, 0A000, another type or column than expected).  While one read is under way
 * further wishes are folded into one that follows it.
 */
#ifndef CATALOG_READER_H
#define CATALOG_READER_H

#include <stdbool.h>

#include "base/err.h"
#include "catalog/catalog.h"
#include "db/db.h"

struct reader;

struct reader *reader_new(struct db *db, enum db_lane lane);
/* The first read may be what an earlier session kept on disk, if the server says that nothing of it has changed
 * since (sql/queries/catalog_state.sql), and what is read is kept.  ahead: what is kept is told before that answer
 * (READER_KEPT).  Call it before the first read. */
void reader_keep(struct reader *r, bool ahead);
/* What was asked by what is kept rests on this table alone, and is on its way; 0: on more.  Once the server has said
 * that of all that was told so nothing has changed (sql/queries/catalog_rest.sql, behind what was asked), what is kept
 * is the newest snapshot, though not settled: nobody need wait for the rest to show a page. */
void reader_rests_on(struct reader *r, oid table);
/* Is the newest snapshot all that the server had to say when it was asked?  Else READER_SETTLED or READER_SWAPPED
 * follows. */
bool reader_settled(const struct reader *r);
void reader_free(struct reader **r);
void reader_refresh(struct reader *r);
/* A reply does not fit: read again soon (rate-limited to once a second). */
void reader_moved(struct reader *r);
bool reader_busy(const struct reader *r);
/* Why the last read failed, or NULL. */
const struct err *reader_error(const struct reader *r);
/* The newest snapshot, borrowed until the next turn; NULL before the first. */
const struct catalog *reader_catalog(const struct reader *r);

enum reader_event {
	READER_SWAPPED, /* old: the snapshot before */
	READER_FAILED,
	/* old: what an earlier session kept of this server's catalog for this role, while the server looks whether
	 * it still holds; NULL: it does not.  It is not the newest snapshot before READER_SWAPPED tells so. */
	READER_KEPT,
	READER_SETTLED, /* the newest snapshot holds, all of it */
};
typedef void reader_fn(void *ctx, enum reader_event event, const struct catalog *old);
void reader_observe(struct reader *r, reader_fn *fn, void *ctx);
void reader_unobserve(struct reader *r, const void *ctx);

#endif
