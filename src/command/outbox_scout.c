/* SPDX-License-Identifier: MIT */
#include "outbox_scout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool by_ids(const struct outbox *o)
{
	return outbox_ids_in_order(o);
}

bool outbox_scout_fits(const struct outbox *o)
{
	return o->pending && outbox_probe_time(o);
}

/* The part of a few places whose rows are told by their ids. */
static void between_sql(struct buf *out, const struct sqlset *set, const struct outbox *o,
			const char *time)
{
	const struct sqlvar columns[] = { { "column", time },
					  { "id", outbox_column(o, OUTBOX_ID)->name } };

	sql_fragment(out, set,
		     outbox_probe_paired(o) ? "outbox_scout.between_rows"
					    : "outbox_scout.between_times",
		     columns, ARRAY_SIZE(columns));
}

char *outbox_scout_sql(const struct sqlset *set, const struct outbox *o,
		       const struct probe_bounds *bounds, const char *tables, int64_t rows)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);
	const char *time = outbox_probe_time(o)->name;
	struct buf out = BUF_INIT, relation = BUF_INIT, leaves = BUF_INIT;
	struct buf between = BUF_INIT, blocks = BUF_INIT;
	char number[24];

	snprintf(number, sizeof number, "%" PRId64, rows);
	outbox_probe_relation(&relation, o);
	outbox_probe_leaves(&leaves, set, bounds);
	sql_fragment(&blocks, set, "outbox_scout.blocks", &(struct sqlvar){ "tables", tables },
		     1);
	if (by_ids(o))
		between_sql(&between, set, o, time);
	{
		const struct sqlvar vars[] = {
			{ "relation", relation.data },
			{ "id", by_ids(o) ? id->name : "" },
			{ "column", time },
			{ "waits", o->pending },
			{ "base", o->open ? o->open : o->pending },
			{ "between", between.data },
			{ "leaves", leaves.data ? leaves.data : "" },
			{ "blocks", blocks.data },
			{ "tables", tables },
			{ "rows", number },
			{ "floor", sqlset_fragment(set, "outbox_look.floor") },
		};

		sql_fragment(&out, set,
			     by_ids(o) ? "outbox_scout.by_ids" : "outbox_scout.by_times", vars,
			     ARRAY_SIZE(vars));
	}
	buf_release(&between);
	buf_release(&blocks);
	buf_release(&relation);
	buf_release(&leaves);
	return buf_detach(&out);
}

static const char *text(const struct reply *r, const char *name)
{
	return reply_text(r, 0, (size_t)reply_column(r, name));
}

struct scouted outbox_scout_read(const struct outbox *o, const struct reply *r)
{
	struct scouted s = { 0 };

	if (!reply_rows(r))
		return s;
	s.jam = reply_bool(r, 0, (size_t)reply_column(r, "jam"));
	s.head = text(r, "head");
	s.head_id = outbox_probe_paired(o) ? text(r, "head_id") : NULL;
	s.floor = text(r, "floor");
	return s;
}
