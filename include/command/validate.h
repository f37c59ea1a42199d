/* SPDX-License-Identifier: MIT */
/*
 * validate.h - would the server take this text for this column, and as what?
 *
 * Judged as an assignment would (an explicit cast silently cuts a varchar(3)): scalars through
 * jsonb_to_record with the column's own type and length, json, arrays and composites by a cast.  Checks of
 * domains are included; constraints of the relation are not: only the save itself can judge them.
 */
#ifndef COMMAND_VALIDATE_H
#define COMMAND_VALIDATE_H

#include "base/err.h"
#include "command/session.h"

/* canonical: the text as it would be stored (10.005 into numeric(12,2) is 10.01); NULL when err tells why not.
 * server: the server's own words. owner: for db_forget. */
typedef void validate_fn(void *ctx, const char *canonical, const struct err *err);
struct validate_request {
	const struct column *column;
	const char *value;
	validate_fn *fn;
	void (*release)(void *ctx); /* ctx is not needed any more, answered or forgotten; may be NULL */
	void *ctx;
	const void *owner;
};
void validate(struct session *s, const struct validate_request *req);

#endif
