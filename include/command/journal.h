/* SPDX-License-Identifier: MIT */
/*
 * journal.h - every write of this person on this machine, one JSON line each, before COMMIT and after.
 *
 * $XDG_STATE_HOME/souk/journal.jsonl, mode 0600, only ever appended to.  :journal shows and exports it.
 * A journal that cannot be written stops no save: it is said once in the log.
 */
#ifndef COMMAND_JOURNAL_H
#define COMMAND_JOURNAL_H

struct journal_entry {
	const char *save_id, *action, *relation, *key;
	const char *before, *after; /* JSON objects */
	const char *guard, *xid, *reason;
};

/* Just before COMMIT is sent. */
void journal_write(const struct journal_entry *e);
/* What became of it: "done", "conflict", …; sqlstate may be "". */
void journal_outcome(const char *save_id, const char *outcome, const char *sqlstate);

#endif
