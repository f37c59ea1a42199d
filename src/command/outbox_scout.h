/* SPDX-License-Identifier: MIT */
/*
 * outbox_scout.h - where a first look at a large outbox may begin.
 *
 * After a jam hundreds of thousands of dead entries stand at the head of the pending index, and
 * a plain look would walk through all of them.  Where ids are handed out in order they are
 * halved instead, down to where messages begin to wait; each step reads two ids, whatever lies
 * there.  Then a few places of the index a little below are looked at: dead entries there
 * tell of a jam, and the look begins at the low-water mark that was found; else it begins at
 * the head.  Where ids tell no order (uuids) it is the times that are halved, by the
 * distribution that ANALYZE saw: each step walks a range that should hold some thirty messages.
 * Where this role may not see that, or nobody analysed, the first look walks through them.
 */
#ifndef OUTBOX_SCOUT_H
#define OUTBOX_SCOUT_H

#include "base/attr.h"
#include "outbox_probe.h"

/* An index of what waits is led by a time with zone. */
bool outbox_scout_fits(const struct outbox *o);
/* tables: array of oids that hold the rows; rows: as many as there may be. To be freed. */
char *outbox_scout_sql(const struct sqlset *set, const struct outbox *o,
		       const struct probe_bounds *bounds, const char *tables, int64_t rows);

/* The texts are borrowed from the reply. */
struct scouted {
	bool jam;
	const char *head, *head_id, *floor; /* the mark */
};
struct scouted outbox_scout_read(const struct outbox *o, const struct reply *r);

#endif
