/* SPDX-License-Identifier: MIT */
#include "command/outbox_consumers.h"

#include <stdio.h>
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

/* As columns of o. */
static void columns(struct buf *out, const struct sqlset *set, const struct column *const *list,
		    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!list[i])
			continue;
		buf_adds(out, out->len ? ", " : "");
		sql_fragment(out, set, "outbox_rows.own",
			     &(struct sqlvar){ "column", list[i]->name }, 1);
	}
}

/* The places to look behind, each once. */
static void places_sql(struct buf *out, const struct sqlset *set,
		       const struct outbox_offsets *at, const struct sqlvar *place, int most)
{
	struct buf each = BUF_INIT;
	char number[16];

	if (at->type)
		sql_fragment(&each, set, "outbox_rows.of_each",
			     &(struct sqlvar){ "of", at->type->name }, 1);
	snprintf(number, sizeof number, "%d", most);
	{
		const struct sqlvar vars[] = {
			place[0],
			place[1],
			{ "position", at->position->name },
			{ "of_each", each.len ? each.data : "" },
			{ "most", number },
		};

		sql_fragment(out, set, most ? "outbox_rows.first_places" : "outbox_rows.places",
			     vars, sizeof vars / sizeof *vars);
	}
	buf_release(&each);
}

struct consumer_pieces {
	struct buf offsets, outbox, kept, own, place, places, of, type, moved, since, gaps;
};

static void pieces_make(struct consumer_pieces *p, const struct session *s,
			const struct outbox *o, const struct outbox_offsets *at, int most)
{
	const struct sqlset *set = session_sql(s);
	const struct column *const kept[] = { at->consumer, at->position, at->type, at->seen,
					      at->moved };
	const struct column *type = outbox_column(o, OUTBOX_TYPE),
			    *enqueued = outbox_column(o, OUTBOX_ENQUEUED);

	*p = (struct consumer_pieces){ BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT,
				       BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT,
				       BUF_INIT, BUF_INIT, BUF_INIT };
	sql_qualified(&p->offsets, at->relation->schema, at->relation->name);
	sql_qualified(&p->outbox, o->relation->schema, o->relation->name);
	columns(&p->kept, set, kept, 5);
	columns(&p->own, set, kept + 1, 3);
	sql_fragment(&p->place, set, "outbox_rows.place",
		     &(struct sqlvar){ "own", p->own.data }, 1);
	{
		const struct sqlvar place[] = { { "place", p->place.data },
						{ "own", p->own.data } };

		places_sql(&p->places, set, at, place, most);
	}
	if (at->type) {
		const struct sqlvar vars[] = { { "type", type->name },
					       { "of", at->type->name } };

		sql_fragment(&p->of, set, "outbox_rows.consumer_of_type", vars, 2);
		sql_fragment(&p->type, set, "outbox_rows.consumer_type",
			     &(struct sqlvar){ "type", at->type->name }, 1);
	}
	if (at->moved)
		sql_fragment(&p->moved, set, "outbox_rows.consumer_moved",
			     &(struct sqlvar){ "moved", at->moved->name }, 1);
	if (at->seen && o->relation->partition_key && enqueued &&
	    strstr(o->relation->partition_key, enqueued->name)) {
		const struct sqlvar vars[] = { { "leaf", enqueued->name },
					       { "seen", at->seen->name } };

		sql_fragment(&p->since, set, "outbox_rows.consumer_since", vars, 2);
	}
	gaps_sql(&p->gaps, s, o, at, "outbox_rows.consumer_gaps");
}

static void pieces_release(struct consumer_pieces *p)
{
	struct buf *const all[] = { &p->offsets, &p->outbox, &p->kept, &p->own,
				    &p->place,	 &p->places, &p->of,   &p->type,
				    &p->moved,	 &p->since,  &p->gaps };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		buf_release(all[i]);
}

void outbox_consumers_sql(struct buf *out, const struct session *s, const struct outbox *o,
			  int most)
{
	const struct sqlset *set = session_sql(s);
	const char *no_time = sqlset_fragment(set, "outbox_rows.no_time");
	struct consumer_pieces p;
	struct outbox_offsets at;

	if (!outbox_offsets_find(session_catalog(s), o, &at))
		return;
	pieces_make(&p, s, o, &at, most);
	{
		const struct sqlvar vars[] = {
			{ "columns", p.kept.data },
			{ "offsets", p.offsets.data },
			{ "places", p.places.data },
			{ "place", p.place.data },
			{ "depth", most ? "8" : "100" },
			{ "outbox", p.outbox.data },
			{ "consumer", at.consumer->name },
			{ "position", at.position->name },
			{ "id", outbox_column(o, OUTBOX_ID)->name },
			{ "of_type", p.of.data },
			{ "since", p.since.data },
			{ "type", p.type.len ? p.type.data
					     : sqlset_fragment(set, "outbox_rows.no_text") },
			{ "moved", p.moved.len ? p.moved.data : no_time },
			{ "time", o->enqueued_time ? o->enqueued_time : no_time },
			{ "done", o->done ? o->done : "true" },
			{ "gaps", p.gaps.len ? p.gaps.data
					     : sqlset_fragment(set, "outbox_rows.no_count") },
		};

		sql_fragment(out, set, "outbox_rows.consumers", vars,
			     sizeof vars / sizeof *vars);
	}
	pieces_release(&p);
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
	struct outbox_offsets at;
	struct buf gaps = BUF_INIT, offsets = BUF_INIT;

	if (outbox_offsets_find(session_catalog(s), o, &at))
		gaps_sql(&gaps, s, o, &at, "outbox_rows.consumer_gaps");
	if (gaps.len)
		sql_qualified(&offsets, at.relation->schema, at.relation->name);
	if (gaps.len) {
		const struct sqlvar vars[] = { { "offsets", offsets.data },
					       { "gaps", gaps.data } };

		sql_fragment(out, session_sql(s), "outbox_rows.gaps", vars,
			     sizeof vars / sizeof *vars);
	}
	buf_release(&gaps);
	buf_release(&offsets);
	return out->len > 0;
}
