/* SPDX-License-Identifier: MIT */
/*
 * planfile.h - a bulk action written down instead of done: for a second pair of eyes, applied later.
 *
 * JSON lines, readable and editable: first what it is about (database, tenant, relation, number of rows), then one
 * line a row with its key, the guard that was seen, the old values and the new ones.  0600: it holds values.
 *
 *	{"souk_plan": 1, "made": "…", "by": "anna", "database": "commerce", "system": "7…", "tenant": "1",
 *	 "screen": "products", "relation": "commerce.catalog_products", "action": "update", "rows": 2}
 *	{"key": {"tenant_id": "1", "id": "18"}, "guard": "v7 x812", "was": {"status": "draft"},
 *	 "set": {"status": "active"}}
 *
 * A value is a JSON string, number, boolean or null; {"default": true} is the server's default; other objects
 * and arrays are their own text.  A row is applied only if its guard is still the one that was seen.
 */
#ifndef COMMAND_PLANFILE_H
#define COMMAND_PLANFILE_H

#include "base/attr.h"
#include "base/err.h"
#include "command/bulk.h"

struct planfile {
	char *screen, *relation, *reason, *made, *by;
	enum save_kind kind;
	size_t rows; /* as its head says */
};

void planfile_release(struct planfile *p);
/* What of b is READY.  head: screen, relation, reason, kind. */
bool planfile_write(const char *path, struct session *s, const struct bulk *b,
		    const struct planfile *head, struct err *err) MUST_CHECK;
/* The head, checked against where this session is: another database or tenant is an error. text as a whole. */
bool planfile_head(struct planfile *p, struct session *s, const char *text, struct err *err) MUST_CHECK;
/* Its rows into b.  A count other than the head's is an error: something was cut off. */
bool planfile_rows(const struct planfile *p, const char *text, const struct record_plan *plan,
		   struct bulk *b, struct err *err) MUST_CHECK;

#endif
