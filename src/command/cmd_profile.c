/* SPDX-License-Identifier: MIT */
/* cmd_profile.c - what souk learned of the schema, how, and how sure it is. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/command.h"
#include "domain/outbox.h"

static const struct table_column columns[] = {
	{ "key", CELL_TEXT, NULL },	 { "value", CELL_TEXT, NULL },
	{ "how", CELL_TEXT, NULL },	 { "confidence", CELL_TEXT, NULL },
	{ "evidence", CELL_TEXT, NULL },
};

static const char *how_word(enum profile_how how)
{
	static const char *const words[] = { "learned", "configured", "default" };

	return words[how];
}

static const char *confidence_word(enum confidence confidence)
{
	static const char *const words[] = { "certain", "likely", "candidate" };

	return words[confidence];
}

static bool wanted(const char *key, const char *prefix)
{
	return !prefix || strncmp(key, prefix, strlen(prefix)) == 0;
}

static void outbox_rows(const struct host *h, const struct session *s, const char *prefix)
{
	const struct profile *p = session_profile(s);
	struct outboxes *list = outboxes_find(session_catalog(s), p, session_sql(s));

	for (size_t i = 0; i < outboxes_len(list); i++) {
		const struct outbox *o = outboxes_at(list, i);
		char *rel = xasprintf("%s.%s", o->relation->schema, o->relation->name);
		char *key = xasprintf("outbox:%s", rel);
		const char *said = profile_configured(p, "outbox", rel, "is");
		const char *cells[] = { key, outbox_shape_name(o->shape),
					said ? "configured" : "learned", outbox_confidence(o),
					o->evidence };

		if (wanted(key, prefix))
			h->ops->table_row(h->ctx, cells);
		free(key);
		free(rel);
	}
	outboxes_free(&list);
}

static void profile_run(struct call *c)
{
	const struct host *h = call_host(c);
	const struct session *s = call_session(c);
	const struct profile *p = session_profile(s);
	const char *prefix = args_get(call_args(c), "key");

	h->ops->table_begin(h->ctx, "Profile", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < profile_items(p); i++) {
		const struct profile_item *it = profile_item_at(p, i);
		const char *cells[] = { it->key, *it->value ? it->value : NULL,
					how_word(it->how), confidence_word(it->confidence),
					it->evidence };

		if (wanted(it->key, prefix))
			h->ops->table_row(h->ctx, cells);
	}
	outbox_rows(h, s, prefix);
	h->ops->table_end(h->ctx);
	call_done(c, NULL, 0);
}

const struct command cmd_profile = {
	.name = "profile",
	.summary = "What souk learned of the schema, and how sure it is",
	.args = "[key:text]",
	.help = "One row for each thing learned: tenant column, setting, directory, guards of "
		"records, outboxes, audit, personal columns. KEY keeps the rows that begin "
		"with "
		"it. What is wrong is corrected in a profile file: see souk-screens(5).",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = profile_run,
};
