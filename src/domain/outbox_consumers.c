/* SPDX-License-Identifier: MIT */
/*
 * outbox_consumers.c - the table in which consumers keep how far they have come, and the one in
 * which a projection keeps what it has taken in; by their shape.
 */
#include <string.h>

#include "base/attr.h"
#include "outbox_priv.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static bool may_read(const struct column *c)
{
	return c->rights & RIGHT_SELECT;
}

static const struct column *named(const struct relation *r, const char *const *words,
				  bool (*is)(const struct column *c))
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct name_words w;

		name_words(&w, r->columns[i].name);
		if (words_any(&w, words) && is(&r->columns[i]) && may_read(&r->columns[i]))
			return &r->columns[i];
	}
	return NULL;
}

static bool offsets(const struct relation *r, struct outbox_offsets *o)
{
	struct name_words w;

	name_words(&w, r->name);
	if (r->kind != RELATION_TABLE || r->is_partition ||
	    !words_any(&w, LIST("offset", "offsets", "consumer", "consumers", "checkpoint",
				"checkpoints", "cursor", "cursors", "positions", "watermarks",
				"subscriber", "subscribers", "readers")))
		return false;
	*o = (struct outbox_offsets){
		.relation = r,
		.consumer = named(r,
				  LIST("consumer", "subscriber", "subscription", "group",
				       "projection", "worker", "reader", "name"),
				  is_text),
		.position = named(r,
				  LIST("offset", "position", "checkpoint", "acked", "processed",
				       "sequence", "last"),
				  is_integer),
		.type = named(r, LIST("type", "topic", "stream"), is_text),
		.seen = named(r, LIST("occurred"), is_zoned),
		.moved = named(r, LIST("updated", "moved", "modified", "committed"), is_zoned),
	};
	return o->consumer && o->position && o->consumer != o->type;
}

bool outbox_offsets_find(const struct catalog *c, const struct outbox *o,
			 struct outbox_offsets *out)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);
	bool found = false;

	for (size_t i = 0; id && is_integer(id) && i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		struct outbox_offsets one;

		if (!offsets(r, &one))
			continue;
		if (!outbox_column(o, OUTBOX_TYPE))
			one.type = NULL;
		/* The one beside it before any other. */
		if (!found || strcmp(r->schema, o->relation->schema) == 0)
			*out = one;
		found = true;
	}
	return found;
}

const struct relation *outbox_projection_find(const struct catalog *c)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		const struct column *status = relation_column(r, "status");
		const struct column *at = relation_column(r, "occurred_at");

		if (strcmp(r->name, "graph_projection_status") == 0 && status && at &&
		    may_read(status) && may_read(at))
			return r;
	}
	return NULL;
}
