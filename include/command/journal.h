/* SPDX-License-Identifier: MIT */
/*
 * journal.h - every write of this person on this machine, one JSON line each, before COMMIT and after.
 *
 * $XDG_STATE_HOME/souk/journal.jsonl, mode 0600, only ever appended to.  :journal shows and exports it.
 * A journal that cannot be written stops no save: it is said once in the log.  Values of columns that look
 * secret or personal are masked by who writes (save.c).
 */
#ifndef COMMAND_JOURNAL_H
#define COMMAND_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

struct journal_entry {
	const char *save_id, *action, *relation, *key;
	const char *before, *after; /* JSON objects */
	const char *guard, *xid, *reason;
};

/* Just before COMMIT is sent. */
void journal_write(const struct journal_entry *e);
/* What became of it: "done", "conflict", …; sqlstate may be "". */
void journal_outcome(const char *save_id, const char *outcome, const char *sqlstate);

/* ---- reading ---- */
struct json;
struct journal;
/* The last limit writes, the oldest first, each with what became of it in its members "outcome" and "sqlstate"
 * ("unfinished" while nothing is known).  A journal that is not there yet is an empty one. */
struct journal *journal_read(size_t limit, struct err *err) MUST_CHECK;
void journal_free(struct journal **j);
size_t journal_len(const struct journal *j);
const struct json *journal_at(const struct journal *j, size_t i);
/* A member of an entry as text, the caller's to free; NULL: it has none. */
char *journal_text(const struct json *entry, const char *name);

/* ---- for a ticket ---- */
/* As a table of Markdown those that were written from from_us (since 1970) on; how many there were. */
size_t journal_markdown(struct buf *out, const struct journal *j, int64_t from_us);
/* The head of such a table (names NULL-terminated), and a cell's text fit to stand in it, whatever it holds. */
void markdown_head(struct buf *out, const char *const *names);
void markdown_cell(struct buf *out, const char *text);

#endif
