/* SPDX-License-Identifier: MIT */
#include "command/outbox_consumers.h"

#include <string.h>

/* Taken in or not is written down beside the offsets; nothing where nobody does that. */
static void gaps_sql(struct buf *out, const struct session *s, const struct outbox *o,
		     const struct outbox_offsets *at, const char *fragment)
{
	const struct relation *p = outbox_projection_find(session_catalog(s));
	struct buf name = BUF_INIT, outbox = BUF_INIT, offsets = BUF_INIT;

	if (!p || !at->type || strcmp(p->schema, o->relation->schema) != 0 ||
	    !relation_column(p, "consumer") || !relation_column(p, "event_type") ||
	    !relation_column(p, "outbox_id"))
		return;
	sql_qualified(&name, p->schema, p->name);
	sql_qualified(&outbox, o->relation->schema, o->relation->name);
	sql_qualified(&offsets, at->relation->schema, at->relation->name);
	{
		const struct sqlvar vars[] = {
			{ "offsets", offsets.data },
			{ "time", o->enqueued_time ? o->enqueued_time
						   : sqlset_fragment(session_sql(s),
								     "outbox_rows.no_time") },
			{ "projection", name.data },
			{ "outbox", outbox.data },
			{ "consumer", at->consumer->name },
			{ "position", at->position->name },
			{ "of", at->type->name },
			{ "type", outbox_column(o, OUTBOX_TYPE)->name },
			{ "id", outbox_column(o, OUTBOX_ID)->name },
			{ "done", o->done ? o->done : "true" },
		};

		sql_fragment(out, session_sql(s), fragment, vars, sizeof vars / sizeof *vars);
	}
	buf_release(&offsets);
	buf_release(&name);
	buf_release(&outbox);
}

void outbox_consumers_sql(struct buf *out, const struct session *s, const struct outbox *o)
{
	const struct sqlset *set = session_sql(s);
	const struct column *type = outbox_column(o, OUTBOX_TYPE);
	struct outbox_offsets at;
	struct buf offsets = BUF_INIT, outbox = BUF_INIT, of = BUF_INIT, ty = BUF_INIT,
		   moved = BUF_INIT, since = BUF_INIT, gaps = BUF_INIT;

	if (!outbox_offsets_find(session_catalog(s), o, &at))
		return;
	sql_qualified(&offsets, at.relation->schema, at.relation->name);
	sql_qualified(&outbox, o->relation->schema, o->relation->name);
	if (at.type) {
		const struct sqlvar vars[] = { { "type", type->name },
					       { "of", at.type->name } };

		sql_fragment(&of, set, "outbox_rows.consumer_of_type", vars, 2);
		sql_fragment(&ty, set, "outbox_rows.consumer_type",
			     &(struct sqlvar){ "type", at.type->name }, 1);
	}
	if (at.moved)
		sql_fragment(&moved, set, "outbox_rows.consumer_moved",
			     &(struct sqlvar){ "moved", at.moved->name }, 1);
	if (at.seen && o->relation->partition_key && outbox_column(o, OUTBOX_ENQUEUED) &&
	    strstr(o->relation->partition_key, outbox_column(o, OUTBOX_ENQUEUED)->name)) {
		const struct sqlvar vars[] = {
			{ "leaf", outbox_column(o, OUTBOX_ENQUEUED)->name },
			{ "seen", at.seen->name },
		};

		sql_fragment(&since, set, "outbox_rows.consumer_since", vars, 2);
	}
	gaps_sql(&gaps, s, o, &at, "outbox_rows.consumer_gaps");
	{
		const struct sqlvar vars[] = {
			{ "offsets", offsets.data },
			{ "outbox", outbox.data },
			{ "consumer", at.consumer->name },
			{ "position", at.position->name },
			{ "id", outbox_column(o, OUTBOX_ID)->name },
			{ "of_type", of.data },
			{ "since", since.data },
			{ "type",
			  ty.len ? ty.data : sqlset_fragment(set, "outbox_rows.no_text") },
			{ "moved", moved.len ? moved.data
					     : sqlset_fragment(set, "outbox_rows.no_time") },
			{ "time", o->enqueued_time
					  ? o->enqueued_time
					  : sqlset_fragment(set, "outbox_rows.no_time") },
			{ "done", o->done ? o->done : "true" },
			{ "gaps",
			  gaps.len ? gaps.data : sqlset_fragment(set, "outbox_rows.no_count") },
		};

		sql_fragment(out, set, "outbox_rows.consumers", vars,
			     sizeof vars / sizeof *vars);
	}
	buf_release(&offsets);
	buf_release(&outbox);
	buf_release(&of);
	buf_release(&ty);
	buf_release(&moved);
	buf_release(&since);
	buf_release(&gaps);
}

void outbox_gap_rows_sql(struct buf *out, const struct session *s, const struct outbox *o)
{
	struct outbox_offsets at;

	if (outbox_offsets_find(session_catalog(s), o, &at))
		gaps_sql(out, s, o, &at, "outbox_rows.gap_rows");
	if (!out->len)
		sql_fragment(out, session_sql(s), "outbox_rows.no_gap_rows", NULL, 0);
}

bool outbox_gaps_sql(struct buf *out, const struct session *s, const struct outbox *o)
{
	struct buf consumers = BUF_INIT;

	outbox_consumers_sql(&consumers, s, o);
	if (consumers.len)
		sql_fragment(out, session_sql(s), "outbox_rows.gaps",
			     &(struct sqlvar){ "consumers", consumers.data }, 1);
	buf_release(&consumers);
	return out->len > 0;
}
