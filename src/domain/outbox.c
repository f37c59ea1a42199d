/* SPDX-License-Identifier: MIT */
#include "domain/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"
#include "outbox_priv.h"

#define CERTAIN 9
#define CERTAIN_NAMED 5
#define CANDIDATE 5

struct outboxes {
	struct arena *arena;
	struct catalog *catalog;
	struct map *names; /* while it looks: of columns, as words; most are many relations' */
	VEC(struct outbox) list;
};

static const char *const role_names[OUTBOX_ROLES] = {
	"id",	     "payload",	      "type",  "aggregate-type", "aggregate", "done",
	"dead",	     "state",	      "due",   "enqueued",	 "attempts",  "max-attempts",
	"error",     "lock",	      "lease", "tenant",	 "trace",     "event-id",
	"withdrawn", "attempts-left",
};

const char *outbox_role_name(enum outbox_role role)
{
	return role_names[role];
}

const char *outbox_shape_name(enum outbox_shape shape)
{
	static const char *const names[] = { "done-column", "state",  "deleted-when-done",
					     "cdc",	    "offset", "dead-letter" };

	return names[shape];
}

const char *outboxes_none(const struct outboxes *o)
{
	return o && outboxes_len(o) ? "only candidates here: outbox use NAME shows one, "
				      "--outbox NAME means one"
				    : "no relation here has the shape of an outbox";
}

const char *outbox_confidence(const struct outbox *o)
{
	return o->certain ? "certain" : "candidate";
}

const struct column *outbox_column(const struct outbox *o, enum outbox_role role)
{
	return o->roles[role] ? relation_attnum(o->relation, o->roles[role]) : NULL;
}

const struct column *candidate_column(const struct candidate_table *t, enum outbox_role role)
{
	return outbox_column(&t->out, role);
}

void candidate_points(struct candidate_table *t, int points, const char *why)
{
	t->out.points += points;
	if (points > 0 && why)
		buf_addf(&t->why, "%s%s", t->why.len ? ", " : "", why);
}

/* Views, foreign tables and partitions are never outboxes of their own: the root counts. */
static bool possible(const struct relation *r)
{
	return relation_is_table(r) && !r->is_partition && r->ncolumns >= 3;
}

/* Neither a name nor states alone make a queue: job offers, builds, a queue of callers. */
static bool carries(const struct candidate_table *t)
{
	/* What became of something that stands elsewhere, for each who gets it. */
	if (!t->out.family && !t->named &&
	    words_end(&t->name, (const char *const[]){ "deliveries", "delivery", "recipients",
						       "receipts", NULL }))
		return false;
	return candidate_column(t, OUTBOX_PAYLOAD) || t->out.family ||
	       words_have(&t->name, "outbox") || words_have(&t->name, "outboxer");
}

/* Rows that nothing ever changes may go when they are done, or stay for ever: the table cannot
 * tell which. */
static bool leaves(const struct candidate_table *t)
{
	return t->out.shape != SHAPE_DELETED || t->out.family || candidate_progress(t);
}

/* What the profile file says of its roles, and of whether it is one: "yes", "no" or NULL. */
static const char *correct(struct candidate_table *t, const struct profile *p)
{
	const struct relation *r = t->relation;
	const char *name = arena_printf(t->arena, "%s.%s", r->schema, r->name);

	for (int role = 0; role < OUTBOX_ROLES; role++) {
		const char *column = profile_configured(p, "outbox", name, role_names[role]);
		const struct column *c = column ? relation_column(r, column) : NULL;

		if (!c && !(column && strcmp(column, "none") == 0))
			continue;
		t->out.roles[role] = c ? c->attnum : 0;
		t->given[role] = true;
	}
	return profile_configured(p, "outbox", name, "is");
}

static const struct name_words *words_of(struct outboxes *all, const char *column)
{
	struct name_words *w = map_get(all->names, column);

	if (!w) {
		w = xmalloc(sizeof *w);
		name_words(w, column);
		map_set(all->names, column, w);
	}
	return w;
}

static void judge(struct outboxes *all, const struct profile *p, const struct sqlset *sql,
		  const struct relation *r)
{
	struct candidate_table t = {
		.arena = all->arena,
		.catalog = all->catalog,
		.sql = sql,
		.relation = r,
		.out = { .relation = r },
		.why = BUF_INIT,
	};

	const char *said;

	t.out.roles[OUTBOX_TENANT] = profile_relation(p, r->oid)->tenant_attnum;
	said = correct(&t, p);
	if (said && strcmp(said, "no") == 0)
		return;
	t.words = xcalloc(r->ncolumns, sizeof *t.words);
	for (size_t i = 0; i < r->ncolumns; i++)
		t.words[i] = words_of(all, r->columns[i].name);
	candidate_name(&t);
	candidate_roles(&t);
	candidate_guards(&t);
	t.out.certain = said || (carries(&t) && leaves(&t) &&
				 t.out.points >= (t.named ? CERTAIN_NAMED : CERTAIN));
	if (t.out.certain || t.out.points >= CANDIDATE) {
		candidate_predicates(&t);
		t.out.evidence =
			arena_printf(all->arena, "%s (%d points)", t.why.data, t.out.points);
		*VEC_PUSH(&all->list) = t.out;
	}
	buf_release(&t.why);
	free(t.words);
}

static int by_certainty(const void *a, const void *b)
{
	const struct outbox *x = a, *y = b;

	if (x->certain != y->certain)
		return y->certain - x->certain;
	if (strcmp(x->relation->schema, y->relation->schema) != 0)
		return strcmp(x->relation->schema, y->relation->schema);
	return strcmp(x->relation->name, y->relation->name);
}

struct outboxes *outboxes_find(const struct catalog *c, const struct profile *p,
			       const struct sqlset *sql)
{
	struct outboxes *all = xcalloc(1, sizeof *all);

	all->arena = arena_new();
	all->catalog = catalog_ref(c);
	all->names = map_new(free);
	for (size_t i = 0; i < catalog_relations(c); i++)
		if (possible(catalog_relation_at(c, i)))
			judge(all, p, sql, catalog_relation_at(c, i));
	map_free(&all->names);
	if (all->list.len)
		qsort(all->list.v, all->list.len, sizeof *all->list.v, by_certainty);
	return all;
}

void outboxes_free(struct outboxes **op)
{
	struct outboxes *o = *op;

	*op = NULL;
	if (!o)
		return;
	VEC_RELEASE(&o->list);
	catalog_free(&o->catalog);
	arena_free(&o->arena);
	free(o);
}

size_t outboxes_len(const struct outboxes *o)
{
	return o->list.len;
}

const struct outbox *outboxes_at(const struct outboxes *o, size_t i)
{
	return &o->list.v[i];
}

const struct outbox *outboxes_of(const struct outboxes *o, oid relation)
{
	for (size_t i = 0; i < o->list.len; i++)
		if (o->list.v[i].relation->oid == relation)
			return &o->list.v[i];
	return NULL;
}
