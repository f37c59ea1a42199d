/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_use.c - which of several outboxes the screens show.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/command.h"
#include "command/vars.h"

static char *full_name(const struct outbox *o)
{
	return xasprintf("%s.%s", o->relation->schema, o->relation->name);
}

static const struct outbox *wanted(struct session *s, const char *name, struct err *err)
{
	const struct outboxes *all = vars_outboxes(session_vars(s));
	const struct relation *r = catalog_find(session_catalog(s), name, err);
	const struct outbox *o = r ? outboxes_of(all, r->oid) : NULL;

	if (r && !o)
		err_set(err, ERR_FAILED, name, "is not recognised as an outbox");
	return o;
}

/* Round and round, the candidates last. */
static const struct outbox *next(struct session *s, struct err *err)
{
	const struct outboxes *all = vars_outboxes(session_vars(s));
	const struct outbox *now = vars_outbox(session_vars(s));
	size_t n = all ? outboxes_len(all) : 0;

	for (size_t i = 0; i < n; i++)
		if (!now || outboxes_at(all, i) == now)
			return outboxes_at(all, now ? (i + 1) % n : 0);
	err_set(err, ERR_FAILED, "outbox", "%s", outboxes_none(all));
	return NULL;
}

static void use_run(struct call *c)
{
	struct session *s = call_session(c);
	const struct host *h = call_host(c);
	const char *name = args_get(call_args(c), "relation");
	struct err err = ERR_INIT;
	const struct outbox *o = name ? wanted(s, name, &err) : next(s, &err);

	if (o) {
		char *full = full_name(o);
		size_t n = outboxes_len(vars_outboxes(session_vars(s)));
		char *said = xasprintf("%s (%s), one of %zu: %s", full, outbox_confidence(o), n,
				       o->evidence);

		h->ops->say(h->ctx, SAY_INFO, said);
		free(said);
		session_choose_outbox(s, full);
		free(full);
	}
	call_done(c, err.kind ? &err : NULL, -1);
	err_release(&err);
}

const struct command cmd_outbox_use = {
	.name = "outbox use",
	.summary = "Show this outbox, or the next one",
	.args = "[relation:outbox]",
	.help = "Of several outboxes in one database the screens show one; without a name it "
		"is "
		"the next, candidates last.",
	.needs = NEEDS_CATALOG | NEEDS_SCREEN,
	.run = use_run,
};
