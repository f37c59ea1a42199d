/* SPDX-License-Identifier: MIT */
/*
 * outbox_scan.h - one outbox after the other is looked at: the one that --outbox names, else
 * all.
 *
 * The scan is the call's data; finish is called once per round, when all have been looked at.
 */
#ifndef OUTBOX_SCAN_H
#define OUTBOX_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "command/command.h"
#include "command/outbox_look.h"

struct looked_at {
	const struct outbox *outbox;
	struct outbox_status status; /* outbox NULL: could not be looked at */
	struct err err;		     /* then why not */
	int64_t gaps;		     /* that consumers passed over; -1 unknown */
	struct outbox_watch *watch;  /* what the rounds know of one another */
};

struct outbox_scan {
	struct outboxes *all;
	struct looked_at *of;
	size_t n, next;
	struct call *call;
	int looks;		  /* at the same one */
	struct err err;		  /* of the last that could not */
	struct loop_timer *timer; /* until the next round */
	long rounds;		  /* that are over */
	bool failing;		  /* the last one could not, and that was said */
	void (*finish)(struct call *c);
	bool (*unsure)(struct call *c, struct looked_at *at);
};

/* Ends the call where the outbox that was named is none.  unsure: of a count that ended at its
 * bound, must it be known how far it goes?  Then it is looked at once more, thoroughly; NULL:
 * only where the planner expects no more than is counted at most. */
void outbox_scan(struct call *c, void (*finish)(struct call *c),
		 bool (*unsure)(struct call *c, struct looked_at *at));
/* Once more, after so many seconds. */
void outbox_scan_again(struct outbox_scan *s, double seconds);

/* Length of the character at p.  not: a control, or no UTF-8, which neither a terminal nor a
 * scraper shall get. */
size_t outbox_char(const char *p, bool * not );
/* "SCHEMA.NAME", to be freed. */
char *outbox_full_name(const struct outbox *o);

#endif
