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

/* One table: id severity object policy role message evidence fix doc (design: `rls check`,
 * `lint`), without what is waived. */
void rls_report_table(const struct host *h, const char *title, const struct reported *list,
		      size_t n);
/* What is waived is there too, as suppressed. */
void rls_report_sarif(struct buf *out, const char *database, const struct reported *list,
		      size_t n);

#endif
