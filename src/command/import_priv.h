/* SPDX-License-Identifier: MIT */
/*
 * import_priv.h - an import as its files see it.
 *
 *	import.c        the batches one after the other, the end
 *	import_ask.c    the question that a batch is: its records in a temporary table of texts, or a parameter
 *	import_look.c   the server's opinion of a batch, and the rows that are there
 *	import_write.c  what changes, one transaction after the other
 *	import_files.c  rejects, conflicts, drafts, and the state that a later run goes on from
 */
#ifndef IMPORT_PRIV_H
#define IMPORT_PRIV_H

#include <stdio.h>

#include "base/uuid.h"
#include "base/vec.h"
#include "command/draft.h"
#include "import.h"
#include "import_source.h"
#include "xact.h"

enum import_fate {
	FATE_OPEN,      /* not known yet */
	FATE_INSERT, FATE_UPDATE,
	FATE_UNCHANGED, FATE_CONFLICT, FATE_REJECT,
};

struct import_cell {
	bool given;
	char *text;  /* as in the file; NULL: SQL NULL */
	char *value; /* canonical, as the server has it */
};

struct import_row {
	enum import_fate fate;
	uint64_t number, line;      /* of the record, from 1 */
	uint64_t offset, next_line; /* what follows */
	struct import_cell *cells;  /* per column of the relation; NULL where the record could not be read */
	char *raw;
	char *why;                  /* FATE_REJECT */
	uint64_t why_line, why_column;
	char sqlstate[6];
	struct record theirs;       /* what is there: the base of an update */
	char save_id[UUID_TEXT];
	int statement;              /* of its write, in the transaction under way */
	bool stale;                 /* its guard did not fit any more */
};

/* How far it is: what a later run goes on from. */
struct import_mark {
	uint64_t offset, line; /* behind the last record that is counted */
	uint64_t number;       /* of that record */
	struct import_counts counts;
	long rejects_len, conflicts_len;
	size_t emitted;        /* rows of the batch that are counted and in their files */
};

struct import_range {
	size_t from, to;
};

struct seen_key; /* what tells a key that comes twice */

struct import {
	struct session *session;
	const struct record_plan *plan;
	const struct screendef *def;
	struct import_request req; /* its texts are those below */
	char *path, *null_text, *rejects_path, *conflicts_path, *reason;
	struct import_callbacks cb;
	struct import_map map;
	bool mapped;
	char **header; /* of a CSV file */
	size_t nheader;

	struct import_source *source;
	bool ended;
	VEC(struct import_row) rows; /* the batch */
	size_t bytes;
	uint64_t number;
	VEC(struct import_range) todo; /* to look at */
	bool staged;               /* COPY into a temporary table; else as a parameter */
	struct err refusal;        /* why the server refuses the row that is looked at alone … */
	size_t suspect;            /* … and the column that is tried */
	struct seen_key *seen;
	size_t seen_cap, seen_len;

	VEC(size_t) ops; /* rows to be written */
	size_t at, to;   /* ops of the transaction under way: [at, to) */
	size_t window;
	int attempts, phase;
	int identity;
	bool bump, retry_bump;
	struct loop_timer *timer;
	void (*timer_next)(struct import *i);
	struct xact xact; /* the transaction under way */
	struct xact_quest *quest;

	struct import_mark now, done; /* done: what is settled; they differ while a COMMIT is on its way */
	FILE *rejects, *conflicts;
	size_t drafts;
	char *state_path;
	int lock; /* held while this import runs; -1 */
	bool tried, committing;
	bool doubt; /* the state file names a transaction whose end is not known */
	struct err disk; /* a file of ours could not be written */
	int64_t began_us;
	uint64_t began_rows;
	bool over;
};

/* ---- import.c ---- */
void import_fail(struct import *i, const struct err *err);
void import_later(struct import *i, uint64_t ms, void (*next)(struct import *i));
/* All of the batch is written (or needs no writing). */
void import_batch_done(struct import *i);
void import_reject(struct import_row *r, const char *why, const char *sqlstate);
bool import_data_error(const struct err *err);

/* ---- import_ask.c ---- */
/* What the server thinks of these records; staged: a write that is to be rolled back, and its last reply is the
 * answer.  jsonb_to_record would read some types as JSON, not as their own text: those are cast. */
struct txn *import_ask(const struct import *i, const struct import_range *range);
bool import_by_cast(const struct column *c);

/* ---- import_look.c ---- */
void import_look(struct import *i);
/* The keys that have come. */
void import_seen_release(struct import *i);

/* ---- import_write.c ---- */
void import_write(struct import *i);

/* ---- import_files.c ---- */
/* Count rows up to `to` of the batch and put them into their files: i->now goes on. */
bool import_emit(struct import *i, size_t to, struct err *err) MUST_CHECK;
/* What was put there is on disk. */
bool import_files_sync(struct import *i, struct err *err) MUST_CHECK;
/* i->now is settled, or is taken back. */
void import_settle(struct import *i);
void import_take_back(struct import *i);
/* The same for the files of an earlier run. */
void import_files_cut(struct import *i);
/* The conflicts of a batch that is settled: drafts, and whoever watches. */
void import_tell_conflicts(struct import *i);
/* One file of state for a file, server, tenant and relation. */
void import_state_name(struct import *i);
/* Only one import of it at a time. */
bool import_state_lock(struct import *i, struct err *err) MUST_CHECK;
/* pending: before COMMIT of the transaction i->xact, which takes i->done to i->now. */
bool import_state_save(struct import *i, bool pending, struct err *err) MUST_CHECK;
/* *pending: the last transaction i->xact of the earlier run is in doubt. */
bool import_state_load(struct import *i, bool *pending, struct err *err) MUST_CHECK;
void import_state_drop(struct import *i);
void import_files_close(struct import *i);

#endif
