/* SPDX-License-Identifier: MIT */
/*
 * outbox_beside.c - queues whose state is not in the row but in which other tables have
 * one for it: a ready, a claimed, a failed execution of a job.
 */
#include <string.h>

#include "base/attr.h"
#include "outbox_priv.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void exists(struct candidate_table *t, struct buf *out, const struct foreign_key *key)
{
	const struct relation *from = catalog_relation(t->catalog, key->from);
	const struct sqlvar vars[] = {
		{ "schema", from->schema },
		{ "relation", from->name },
		{ "from", relation_attnum(from, key->from_columns[0])->name },
		{ "to", relation_attnum(t->relation, key->to_columns[0])->name },
	};

	if (out->len) {
		buf_addc(out, ' ');
		sql_fragment(out, t->sql, "outbox.or", NULL, 0);
		buf_addc(out, ' ');
	}
	sql_fragment(out, t->sql, "outbox.exists", vars, ARRAY_SIZE(vars));
}

/* A row in one of the tables whose names say this: as a predicate, or NULL. */
static const char *in_tables(struct candidate_table *t, const char *const *words)
{
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < t->relation->nreferrers; i++) {
		const struct foreign_key *key = t->relation->referrers[i];
		const struct relation *from = catalog_relation(t->catalog, key->from);
		struct name_words w;

		if (!from || key->n != 1)
			continue;
		name_words(&w, from->name);
		if (words_any(&w, words) &&
		    words_any(&w, LIST("executions", "execution", "jobs", "messages")))
			exists(t, &out, key);
	}
	text = out.len ? arena_printf(t->arena, "(%s)", out.data) : NULL;
	buf_release(&out);
	return text;
}

void candidate_beside(struct candidate_table *t)
{
	const char *ready = in_tables(t, LIST("ready", "scheduled", "pending", "queued"));

	if (!ready)
		return;
	t->out.pending = ready;
	t->out.open = NULL;
	t->out.claimed = in_tables(t, LIST("claimed", "running", "reserved"));
	t->out.dead = in_tables(t, LIST("failed", "dead", "discarded"));
	t->out.pending_index = t->out.type_index = NULL;
}
