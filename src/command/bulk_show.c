/* SPDX-License-Identifier: MIT */
#include "bulk_show.h"

#include <string.h>

#include "base/alloc.h"
#include "command/mask.h"

/* ---- before ---- */

static const char *value_now(struct call *c, const struct bulk_row *row,
			     const struct column *column)
{
	const char *value = record_value(&row->base, column->name);

	if (value && mask_column(call_session(c), record_plan_relation(row->plan), column))
		return mask_text;
	return value;
}

static bool changes_it(const struct bulk_row *row, const struct change *change)
{
	const char *now = record_value(&row->base, change->column->name);

	return change->use_default || !now != !change->value ||
	       (now && strcmp(now, change->value) != 0);
}

static void plan_row(struct call *c, const struct bulk *b, const struct bulk_row *row)
{
	const struct host *h = call_host(c);

	if (row->state != BULK_READY || row->kind == SAVE_DELETE) {
		const char *cells[5] = { row->title, bulk_name(b, row) };

		cells[4] = row->state == BULK_READY ? "deleted" : bulk_word(row);
		h->ops->table_row(h->ctx, cells);
		return;
	}
	for (size_t i = 0; i < row->nchanges; i++) {
		const struct change *change = &row->changes[i];
		const char *cells[] = { row->title, bulk_name(b, row), change->column->name,
					value_now(c, row, change->column),
					change->use_default ? "its default" : change->value };

		if (changes_it(row, change))
			h->ops->table_row(h->ctx, cells);
	}
}

void bulk_show_plan(struct call *c, const struct bulk *b, const char *title)
{
	static const struct table_column columns[] = {
		{ .name = "key" }, { .name = "name" },	  { .name = "column" },
		{ .name = "now" }, { .name = "will_be" },
	};
	const struct host *h = call_host(c);

	h->ops->table_begin(h->ctx, title, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < bulk_len(b); i++)
		plan_row(c, b, bulk_at(b, i));
	h->ops->table_end(h->ctx);
}

static void sample_row(struct call *c, const struct bulk *b, const struct bulk_row *row,
		       struct buf *out)
{
	const char *name = bulk_name(b, row);
	bool first = true;

	buf_addf(out, "\n  %s%s%s: ", row->title, name ? " " : "", name ? name : "");
	if (row->kind != SAVE_UPDATE) {
		buf_adds(out, row->kind == SAVE_DELETE ? "deleted" : "added");
		return;
	}
	for (size_t i = 0; i < row->nchanges; i++) {
		const struct change *change = &row->changes[i];
		const char *now = value_now(c, row, change->column);

		if (!changes_it(row, change))
			continue;
		buf_addf(out, "%s%s %s > %s", first ? "" : ", ", change->column->name,
			 now ? now : "NULL",
			 change->use_default ? "its default"
			 : change->value     ? change->value
					     : "NULL");
		first = false;
	}
}

void bulk_show_sample(struct call *c, const struct bulk *b, size_t lines, struct buf *out)
{
	size_t ready = bulk_count(b, BULK_READY), shown = 0;

	for (size_t i = 0; i < bulk_len(b) && shown < lines; i++)
		if (bulk_at(b, i)->state == BULK_READY) {
			sample_row(c, b, bulk_at(b, i), out);
			shown++;
		}
	if (ready > shown)
		buf_addf(out, "\n  and %zu more", ready - shown);
}

/* ---- after ---- */

void bulk_show_result(struct call *c, const struct bulk *b, const char *title)
{
	static const struct table_column columns[] = {
		{ .name = "key" },
		{ .name = "name" },
		{ .name = "outcome" },
		{ .name = "why" },
	};
	const struct host *h = call_host(c);

	h->ops->table_begin(h->ctx, title, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < bulk_len(b); i++) {
		const struct bulk_row *row = bulk_at(b, i);
		const char *cells[] = { row->title, bulk_name(b, row), bulk_word(row),
					row->why };

		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
}

void bulk_show_sum(struct buf *out, const struct bulk *b)
{
	size_t n = bulk_len(b), written = bulk_outcomes(b, SAVE_DONE);
	size_t same = bulk_count(b, BULK_SAME), conflicts = bulk_outcomes(b, SAVE_CONFLICT);

	if (n == 1)
		buf_addf(out, "%s %s", bulk_at(b, 0)->title, bulk_word(bulk_at(b, 0)));
	else
		buf_addf(out, "%zu of %zu written", written, n);
	if (n > 1 && same)
		buf_addf(out, ", %zu already so", same);
	if (n > 1 && conflicts)
		buf_addf(out, ", %zu changed by somebody else meanwhile", conflicts);
	if (n > 1 && written + same + conflicts < n)
		buf_addf(out, ", %zu not written", n - written - same - conflicts);
}

int bulk_exit_status(const struct bulk *b)
{
	if (bulk_outcomes(b, SAVE_CONFLICT) || bulk_count(b, BULK_MOVED))
		return 4;
	return bulk_outcomes(b, SAVE_DONE) + bulk_count(b, BULK_SAME) == bulk_len(b) ? 0 : 1;
}

void bulk_show_progress(struct call *c, const struct bulk *b, const char *what)
{
	const struct host *h = call_host(c);
	size_t ran = bulk_count(b, BULK_RAN);

	if (bulk_running(b))
		h->ops->progress(h->ctx, what, (double)ran,
				 (double)(ran + bulk_count(b, BULK_READY)));
	else
		h->ops->progress(h->ctx, what, -1, 0);
}
