/* SPDX-License-Identifier: MIT */
/*
 * bulk_call.h - a command that writes several records: from the chosen rows to the told result.
 *
 *	choose rows > load > preview > expected count > what to do > arm > reason > run > result, row by row
 *
 * In the console a person is asked; in batch mode flags answer (--dry-run, --yes, --confirm NAME, --reason).
 */
#ifndef BULK_CALL_H
#define BULK_CALL_H

#include "arm.h"
#include "bulk_show.h"
#include "command/target.h"

struct dependants;

struct bulk_call {
	struct call *call;
	const struct screendef *def; /* may be NULL */
	struct record_plan *plan;
	struct bulk *bulk;
	struct rowset *rows;         /* choosing by a filter */
	int *columns;                /* of rows: where the key is */
	enum save_kind kind;
	struct change *changes;      /* values point into the call's arguments */
	size_t nchanges;
	const char *action;          /* for the audit; NULL: by kind */
	bool strict;
	struct dependants *dependants; /* of a delete */
	struct arming arming;
	char *warning;               /* what else will happen; NULL */
	void (*loaded)(struct bulk_call *bc); /* NULL: bulk_call_go */
	char *reason, *title;
	struct err err;
};

/* Its state for a call; kind and the screen of the argument "screen".  NULL: the call is done already. */
struct bulk_call *bulk_call_new(struct call *c, enum save_kind kind);
/* Rows by keys (NULL-terminated; NULL: by the filters of the call), at most max-edit-rows; then they are loaded. */
void bulk_call_choose(struct bulk_call *bc, const char *const *keys);
/* Rows are there: load them, then loaded(). */
void bulk_call_load(struct bulk_call *bc);
/* All rows are loaded: go on to the end. */
void bulk_call_go(struct bulk_call *bc);
void bulk_call_fail(struct bulk_call *bc);

#endif
