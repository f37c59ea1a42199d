/* SPDX-License-Identifier: MIT */
/*
 * Events: their names and versions, as far as the catalog tells them (labels of an enum, the
 * values that a CHECK lists, a default).  Names that only stand in rows, and what is inside
 * their payloads (N14), are not judged: one tenant's rows are no evidence for all, and a lint
 * reads none.
 */
#include <ctype.h>
#include <string.h>

#include "rls_events.h"

/* The last word of "order.create", "create_order", "OrderCreate", or the first. */
static const char *edge_word(struct judge *j, const char *name, bool last)
{
	size_t n = strlen(name), from = 0, to = n;

	for (size_t i = 1; i < n; i++) {
		bool border = !isalnum((unsigned char)name[i - 1]) ||
			      (isupper((unsigned char)name[i]) &&
			       islower((unsigned char)name[i - 1]));

		if (border && last)
			from = i;
		if (border && !last) {
			to = isalnum((unsigned char)name[i - 1]) ? i : i - 1;
			break;
		}
	}
	char *word = arena_strndup(j->arena, name + from, to - from);

	for (char *c = word; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return word;
}

/* What is asked for, not what has happened.  Words that are nouns as well ("order", "payment",
 * "release", "change") are left out. */
static bool is_command(const char *word)
{
	static const char *const words[] = { "create", "delete",  "remove", "add",	"cancel",
					     "send",   "publish", "notify", "insert",	"modify",
					     "ship",   "confirm", "reject", "approve",	"expire",
					     "assign", "reserve", "pay",    "deactivate", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static void rule_names(struct judge *j, const struct relation *r, const struct column *type)
{
	struct subject s = { .relation = r };

	for (size_t i = 0; type->choices && type->choices[i]; i++) {
		const char *name = type->choices[i];

		if (!is_command(edge_word(j, name, true)) &&
		    !is_command(edge_word(j, name, false)))
			continue;
		judge_evidence(j,
			       judge_find(j, RULE_N13, &s,
					  "the event %s is named as a command: an event says what "
					  "has happened (OrderCreated)",
					  name),
			       "a value that %s.%s may have", r->name, type->name);
		return;
	}
}

static void rule_version(struct judge *j, const struct relation *r)
{
	const struct column *c = relation_column(r, "event_version");
	struct subject s = { .relation = r };

	if (!c || !c->default_expr || (strcmp(c->default_expr, "0") != 0 &&
				       strncmp(c->default_expr, "'0'", 3) != 0 &&
				       strncmp(c->default_expr, "'-", 2) != 0))
		return;
	struct finding *f = judge_find(j, RULE_N13, &s, "the versions of its events begin at 0: "
							"1 is the first");

	judge_evidence(j, f, "DEFAULT %s", c->default_expr);
	judge_fix(j, "default_one", &(struct fix){ .relation = r, .column = c->name });
	judge_fixed(j, f);
}

/* ---- N14: what an event tells beside its payload ---- */

/* A CHECK of the table names the field, quoted as a key of the payload is. */
static bool is_checked(struct judge *j, const struct relation *r, const char *const *fields)
{
	for (; *fields; fields++) {
		const char *key = arena_printf(j->arena, "'%s'", *fields);

		for (size_t i = 0; i < r->nchecks; i++)
			if (strstr(r->checks[i].definition, key))
				return true;
	}
	return false;
}

/* A column holds it, or a CHECK on the payload: else rows alone can tell. */
static void rule_envelope(struct judge *j, const struct outbox *o)
{
	static const struct {
		enum outbox_role role;
		const char *what, *fields[4];
	} wanted[] = {
		{ OUTBOX_TYPE, "what happened", { "event_type", "type", "eventType" } },
		{ OUTBOX_AGGREGATE, "to what", { "aggregate_id", "aggregateId", "subject" } },
		{ OUTBOX_TRACE, "the trace", { "trace_id", "traceId", "correlation_id" } },
	};
	struct subject s = { .relation = o->relation };
	struct buf missing = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!outbox_column(o, wanted[i].role) &&
		    !is_checked(j, o->relation, wanted[i].fields))
			buf_addf(&missing, "%s%s", missing.len ? ", " : "", wanted[i].what);
	if (missing.len && outbox_column(o, OUTBOX_PAYLOAD))
		judge_evidence(j,
			       judge_find(j, RULE_N14, &s,
					  "no column and no CHECK holds %s: whether payloads do, "
					  "only rows can tell",
					  missing.data),
			       "advice, not proof: the catalog knows no payload");
	buf_release(&missing);
}

void rule_events(struct judge *j, const struct outbox *o)
{
	const struct column *type = outbox_column(o, OUTBOX_TYPE);

	if (!o->certain || o->relation->is_partition)
		return;
	if (type)
		rule_names(j, o->relation, type);
	rule_version(j, o->relation);
	rule_envelope(j, o);
}
