/* SPDX-License-Identifier: MIT */
/*
 * cmd_rls_rules.c - rls rules: every rule as it is defined (domain/rls_rules.def): what it finds,
 * what it passes by, what mends it, and who else sees it.
 */
#include <string.h>

#include "command/command.h"
#include "domain/rls.h"

static void tell(const struct host *h, const struct rls_rule_info *r)
{
	const char *cells[] = { r->id,
				severity_name(r->severity),
				r->summary,
				r->lookalike,
				r->by_hand ? "not always" : "always",
				r->by_hand,
				r->splinter,
				r->doc };

	h->ops->table_row(h->ctx, cells);
}

static void rules_run(struct call *c)
{
	static const struct table_column columns[] = {
		{ "id", CELL_TEXT, NULL },	  { "severity", CELL_STATE, NULL },
		{ "finds", CELL_TEXT, NULL },	  { "passes", CELL_TEXT, NULL },
		{ "sql", CELL_TEXT, NULL },	  { "by_hand", CELL_TEXT, NULL },
		{ "splinter", CELL_TEXT, NULL }, { "doc", CELL_TEXT, NULL },
	};
	const struct host *h = call_host(c);
	const char *id = args_get(call_args(c), "id");
	struct err err = ERR_INIT;
	struct rls_rule_info r;
	size_t shown = 0;

	for (size_t i = 0; rls_rule_at(i, &r); i++)
		shown += !id || strncmp(r.id, id, strlen(id)) == 0;
	if (!shown) {
		err_set(&err, ERR_USAGE, id, "there is no such rule");
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	h->ops->table_begin(h->ctx, "Rules", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; rls_rule_at(i, &r); i++)
		if (!id || strncmp(r.id, id, strlen(id)) == 0)
			tell(h, &r);
	h->ops->table_end(h->ctx);
	call_done(c, NULL, 0);
}

const struct command cmd_rls_rules = {
	.name = "rls rules",
	.summary = "What rls check and lint look for, rule by rule",
	.args = "[id:rule]",
	.help = "What each rule finds, the clean look-alike that it passes by, whether its "
		"findings always have SQL that mends them (else why a person must choose), "
		"which of Supabase splinter's lints see the same, and a page of the "
		"PostgreSQL manual. The id may be cut short (R1). No server is needed.",
	.no_key = "a finding tells of its own rule",
	.needs = BATCH,
	.run = rules_run,
};
