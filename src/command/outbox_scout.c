/* SPDX-License-Identifier: MIT */
#include "outbox_scout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool outbox_scout_fits(const struct outbox *o)
{
	return o->pending && outbox_ids_in_order(o) && outbox_probe_time(o);
}

char *outbox_scout_sql(const struct sqlset *set, const struct outbox *o,
		       const struct probe_bounds *bounds, const char *tables, int64_t rows)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);
	const struct column *time = outbox_probe_time(o);
	struct buf out = BUF_INIT, relation = BUF_INIT, leaves = BUF_INIT;
	char number[24];

	snprintf(number, sizeof number, "%" PRId64, rows);
	outbox_probe_relation(&relation, o);
	outbox_probe_leaves(&leaves, set, bounds);
	{
		const char *by_row = outbox_probe_paired(o) ? "outbox_look.between_rows"
							    : "outbox_look.between_times";
		struct buf between = BUF_INIT, blocks = BUF_INIT;
		const struct sqlvar columns[] = { { "column", time->name },
						  { "id", id->name } };

		sql_fragment(&between, set, by_row, columns, ARRAY_SIZE(columns));
		sql_fragment(&blocks, set, "outbox_look.blocks",
			     &(struct sqlvar){ "tables", tables }, 1);
		const struct sqlvar vars[] = {
			{ "relation", relation.data },
			{ "id", id->name },
			{ "column", time->name },
			{ "waits", o->pending },
			{ "base", o->open ? o->open : o->pending },
			{ "between", between.data },
			{ "leaves", leaves.data ? leaves.data : "" },
			{ "blocks", blocks.data },
			{ "rows", number },
			{ "floor", sqlset_fragment(set, "outbox_look.floor") },
		};

		sql_fragment(&out, set, "outbox_look.scout", vars, ARRAY_SIZE(vars));
		buf_release(&between);
		buf_release(&blocks);
	}
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
