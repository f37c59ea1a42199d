/* SPDX-License-Identifier: MIT */
/*
 * rls_scan.h - one look at the isolation of a database: the questions of domain/rls.h in one
 * flush, then the judge.  Used by the commands rls, lint and their screens.
 */
#ifndef COMMAND_RLS_SCAN_H
#define COMMAND_RLS_SCAN_H

#include "command/session.h"
#include "domain/rls.h"

struct rls_scan {
	struct rls_input input; /* borrows from the session's snapshot and from extras */
	struct rls_extras extras;
	struct catalog *catalog; /* a reference of its own */
	struct findings *findings;
};

/* scan is NULL when err is set; else the receiver owns it (rls_scan_free).  The session's
 * profile must outlive it. */
typedef void rls_scan_fn(void *ctx, struct rls_scan *scan, const struct err *err);

/* Needs the catalog and the profile.  owner: for db_forget; nothing is called after that. */
void rls_scan_start(struct session *s, int checks, rls_scan_fn *fn, void *ctx,
		    const void *owner);
void rls_scan_free(struct rls_scan **scan);

#endif
