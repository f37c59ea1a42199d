/* SPDX-License-Identifier: MIT */
/*
 * outbox_act.h - a run over messages that a person changes: what cmd_outbox_act.c drives, the
 * statements of one batch (outbox_act_sql.c), its line in the journal (outbox_act_journal.c), and
 * what is told in the end (outbox_act_tell.c).
 */
#ifndef OUTBOX_ACT_H
#define OUTBOX_ACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "command/command.h"
#include "db/txn.h"
#include "outbox_change.h"
#include "outbox_choose.h"

/* A run over the messages, a batch at a time: first only counted where somebody is to be asked,
 * or where there may be several batches; then changed. */
struct act {
	struct call *call;
	enum outbox_action action;
	struct outbox_choice of;
	char *reason, *asked; /* its own: for the audit; what was asked for it */
	bool counting, cancelled;
	int64_t matched, changed, overtaking; /* of all batches of this run */
	int64_t counted, counted_overtaking;  /* in the run before; -1: there was none */
	long left;			      /* that may still be chosen: --limit with --all */
	int rows;			      /* of the next batch, where there are several */
	struct {
		int64_t matched, overtaking;
		size_t counts; /* statements that counted */
		char save_id[UUID_TEXT]; /* of its entry in the journal; "": it has none */
	} batch;
	struct err err;
};

/* Nothing is to be changed. */
bool act_dry(const struct act *a);
/* Several batches were judged together before the first of them was changed. */
bool act_one_batch(const struct act *a);

/* ---- outbox_act_sql.c ---- */
/* Those of the chosen messages that it would change are counted, or changed.  What the table
 * cannot express is a's err. */
void act_statements(struct act *a, struct txn *t, bool count);

/* ---- outbox_act_journal.c ---- */
/* The batch's COMMIT is about to be sent; and what became of it. */
void act_journal(struct act *a);
void act_journal_end(const struct act *a, const struct txn_result *result, int64_t changed);

/* ---- outbox_act_tell.c ---- */
/* Is it said which messages are meant?  A command that changes whatever comes first is none. */
bool act_selects(const struct call *c, struct err *err) MUST_CHECK;
/* A line for a person who has just answered; a table for a shell. */
void act_tell(const struct act *a);
void act_show(const struct act *a);

#endif
