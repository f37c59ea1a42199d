/* SPDX-License-Identifier: MIT */
/*
 * rls_report.h - findings as the commands tell them: a table, or SARIF 2.1.0 for code review
 * tools.
 */
#ifndef COMMAND_RLS_REPORT_H
#define COMMAND_RLS_REPORT_H

#include "base/buf.h"
#include "command/command.h"
#include "domain/rls.h"
#include "domain/waivers.h"

struct reported {
	const struct finding *finding;
	const struct waiver *waiver; /* that covers it today; NULL: none */
};

/* "claims a leak", which a probe can show; "risk": one that no probe tries; "hygiene": it fails
 * closed, or is about speed or design. */
const char *rls_report_standing(const struct finding *f);
/* One table: id severity object policy role message evidence fix doc choices standing (design:
 * `rls check`, `lint`), without what is waived.  The standing also tells what this session's last
 * probe of the object showed. */
void rls_report_table(const struct host *h, const char *title, const struct reported *list,
		      size_t n);
/* What is waived is there too, as suppressed. */
void rls_report_sarif(struct buf *out, const char *database, const struct reported *list,
		      size_t n);

#endif
