/* SPDX-License-Identifier: MIT */
/*
 * Which probes there are: for every target what its roles may do with it, and what findings
 * claim of it or of a role.
 */
#include "domain/rls_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_probe_priv.h"

const char *probe_kind_name(enum probe_kind k)
{
	static const char *const names[PROBE_KINDS] = {
		[PROBE_READ] = "select",
		[PROBE_EMPTY] = "select empty",
		[PROBE_UNSET] = "select unset",
		[PROBE_FORGED] = "select forged",
		[PROBE_PREPARED] = "select prepared",
		[PROBE_INFLUENCE] = "select influenced",
		[PROBE_CALL] = "call",
		[PROBE_INSERT] = "insert",
		[PROBE_NOBODY] = "insert null",
		[PROBE_JOIN] = "insert member",
		[PROBE_KEY] = "insert key",
		[PROBE_REFER] = "insert reference",
		[PROBE_MOVE] = "move",
		[PROBE_GIVE] = "move all",
		[PROBE_UPDATE] = "update",
		[PROBE_STEAL] = "update all",
		[PROBE_DELETE] = "delete",
		[PROBE_BLIND] = "delete all",
		[PROBE_TRUNCATE] = "truncate",
		[PROBE_REFERENCES] = "references",
		[PROBE_TRIGGER] = "trigger",
		[PROBE_ARRANGED] = "finding",
	};

	return names[k];
}

const char *probe_outcome_name(enum probe_outcome o)
{
	static const char *const names[] = { "proven", "leaks", "refused", "could not probe" };

	return names[o];
}

/* The number of the rule, and the object. */
static void claim_key(struct buf *out, const char *id, const char *object)
{
	buf_clear(out);
	buf_addf(out, "%.*s %s", (int)strcspn(id, "-"), id, object);
}

void probe_plan_init(struct probe_plan *p, const struct rls_input *in,
		     const struct findings *findings, bool write)
{
	struct buf key = BUF_INIT;

	*p = (struct probe_plan){ .arena = arena_new(),
				  .input = in,
				  .findings = findings,
				  .claimed = map_new(NULL),
				  .places = map_new(NULL),
				  .persona = persona_new(in),
				  .write = write };
	for (size_t i = 0; findings && i < findings->list.len; i++) {
		struct finding *f = &findings->list.v[i];

		claim_key(&key, f->id, f->object);
		if (!map_has(p->claimed, key.data))
			map_set(p->claimed, key.data, f);
	}
	buf_release(&key);
}

void probe_plan_release(struct probe_plan *p)
{
	persona_free(&p->persona);
	map_free(&p->claimed);
	map_free(&p->places);
	VEC_RELEASE(&p->targets);
	VEC_RELEASE(&p->persons);
	VEC_RELEASE(&p->probes);
	arena_free(&p->arena);
}

static void oid_key(char key[16], oid relation)
{
	snprintf(key, 16, "%u", relation);
}

size_t probe_target_add(struct probe_plan *p, const struct probe_target *t)
{
	void *place;
	char key[16];

	*VEC_PUSH(&p->targets) = *t;
	place = (void *)(uintptr_t)p->targets.len;
	map_set(p->places, t->name, place);
	if (t->relation) {
		oid_key(key, t->relation->oid);
		map_set(p->places, key, place);
	}
	return p->targets.len - 1;
}

struct probe_target *probe_target_named(const struct probe_plan *p, const char *name)
{
	size_t place = (size_t)(uintptr_t)map_get(p->places, name);

	return place ? &p->targets.v[place - 1] : NULL;
}

struct probe_target *probe_target_of(const struct probe_plan *p, oid relation)
{
	char key[16];

	oid_key(key, relation);
	return probe_target_named(p, key);
}

const char *probe_identity(const struct probe_plan *p)
{
	const struct catalog *c = p->input->catalog;
	const struct role *self = catalog_role(c, catalog_session_role(c));

	return self && self->superuser ? "session_authorization" : "role";
}

const char *probe_main_setting(const struct probe_plan *p, const struct probe *x)
{
	return persona_setting(p->persona, p->targets.v[x->target].tenancy);
}

/* ---- kinds ---- */

static const int needed_right[PROBE_KINDS] = {
	[PROBE_READ] = RIGHT_SELECT,	   [PROBE_EMPTY] = RIGHT_SELECT,
	[PROBE_UNSET] = RIGHT_SELECT,	   [PROBE_FORGED] = RIGHT_SELECT,
	[PROBE_PREPARED] = RIGHT_SELECT,   [PROBE_INFLUENCE] = RIGHT_SELECT,
	[PROBE_CALL] = RIGHT_SELECT,
	[PROBE_INSERT] = RIGHT_INSERT,	   [PROBE_NOBODY] = RIGHT_INSERT,
	[PROBE_JOIN] = RIGHT_SELECT,	   [PROBE_KEY] = RIGHT_INSERT,
	[PROBE_REFER] = RIGHT_INSERT,	   [PROBE_MOVE] = RIGHT_UPDATE,
	[PROBE_GIVE] = RIGHT_UPDATE,	   [PROBE_UPDATE] = RIGHT_UPDATE,
	[PROBE_STEAL] = RIGHT_UPDATE,	   [PROBE_DELETE] = RIGHT_DELETE,
	[PROBE_BLIND] = RIGHT_DELETE,	   [PROBE_TRUNCATE] = RIGHT_TRUNCATE,
	[PROBE_REFERENCES] = RIGHT_REFERENCES, [PROBE_TRIGGER] = RIGHT_TRIGGER,
	[PROBE_ARRANGED] = RIGHT_SELECT,
};

bool probe_is_write(enum probe_kind k)
{
	return k >= PROBE_INFLUENCE;
}

bool probe_is_blind(enum probe_kind k)
{
	return k == PROBE_GIVE || k == PROBE_STEAL || k == PROBE_BLIND;
}

/* It would lock everybody out, or make something: never tried, and told where it is granted. */
static const char *never_tried(enum probe_kind k)
{
	switch (k) {
	case PROBE_TRUNCATE:
		return "the role has the right, to which no policy applies; it is not tried: "
		       "it would lock everybody out";
	case PROBE_REFERENCES:
		return "the role has the right, and keys see all rows; it is not tried: a key "
		       "would lock out writers";
	case PROBE_TRIGGER:
		return "the role has the right, and its code would run as whoever writes; it "
		       "is not tried: it would lock out writers";
	default:
		return NULL;
	}
}

/* Without the right for it there is nothing to tell. */
static bool is_extra(const struct probe_target *t, enum probe_kind k)
{
	return k == PROBE_PREPARED || k == PROBE_INFLUENCE || k == PROBE_CALL ||
	       k == PROBE_NOBODY ||
	       k == PROBE_KEY || never_tried(k) ||
	       (probe_is_write(k) && !probe_is_table(t->relation));
}

static bool calls_code(const struct relation *r)
{
	for (size_t i = 0; i < r->npolicies; i++)
		if (*r->policies[i].functions)
			return true;
	return false;
}

static const struct finding *claim_of(const struct probe_plan *p, const char *id,
				      const char *object)
{
	struct buf key = BUF_INIT;
	const struct finding *f;

	claim_key(&key, id, object);
	f = map_get(p->claimed, key.data);
	buf_release(&key);
	return f;
}

bool probe_claimed(const struct probe_plan *p, const char *const *ids, const char *object)
{
	for (size_t k = 0; ids[k]; k++)
		if (claim_of(p, ids[k], object))
			return true;
	return false;
}

/* A copy of a row of B's is another row of B's. */
static bool key_is_generated(const struct probe_target *t)
{
	return t->nkey == 1 && (t->key[0]->identity || t->key[0]->default_expr);
}

static bool wanted_read(const struct probe_plan *p, const struct probe_target *t,
			enum probe_kind k)
{
	static const char *const figures[] = { "R59", NULL };

	if (t->relation && t->tenant && !probe_is_table(t->relation) &&
	    probe_claimed(p, figures, t->name))
		return false; /* by one column of a tenant that has two: no row of anybody's */
	if (t->unread)
		return k == PROBE_READ && (!p->write || probe_is_table(t->relation));
	if (k != PROBE_READ && t->tenancy && persona_role_claim(p->persona, t->tenancy))
		return false; /* without a tenant's role there is nobody to be */
	if (k == PROBE_FORGED)
		return t->relation && persona_forged(p->persona, t->relation);
	if (k == PROBE_PREPARED)
		return p->folded && probe_is_table(t->relation) && t->nkey &&
		       calls_code(t->relation);
	return true;
}

static bool wanted_of_view(const struct probe_target *t, enum probe_kind k)
{
	return t->relation && t->tenant && t->exact && t->source != t->relation &&
	       (k == PROBE_INSERT || k == PROBE_MOVE || k == PROBE_UPDATE || k == PROBE_DELETE);
}

static bool wanted_of_table(const struct probe_plan *p, const struct probe_target *t,
			    enum probe_kind k)
{
	static const char *const keys[] = { "R82", "R83", NULL };

	if (never_tried(k))
		return true;
	if (k == PROBE_INSERT && t->relation->oid == t->tenancy->directory)
		return false; /* a new tenant belongs to nobody yet */
	if (!t->tenant && k == PROBE_INSERT)
		return key_is_generated(t) && !t->between;
	if (!t->tenant && k != PROBE_DELETE && k != PROBE_BLIND && k != PROBE_UPDATE &&
	    k != PROBE_STEAL)
		return false; /* there is no column that says whose it is */
	if (k == PROBE_NOBODY)
		return !t->tenant->not_null && t->nkey;
	if (k == PROBE_KEY)
		return t->nkey && probe_claimed(p, keys, t->name);
	if (k == PROBE_JOIN || k == PROBE_REFER)
		return false; /* one by one */
	return !probe_is_blind(k) || t->small;
}

static bool wanted(const struct probe_plan *p, const struct probe_target *t, enum probe_kind k)
{
	static const char *const figures[] = { "R59", NULL };

	if (k == PROBE_ARRANGED)
		return false; /* when all else was answered */
	if (!probe_is_write(k))
		return wanted_read(p, t, k);
	if (!p->write)
		return false;
	if (k == PROBE_CALL || t->changes)
		return k == PROBE_CALL && t->changes;
	if (k == PROBE_INFLUENCE) /* all tenants' figures change with anybody's rows */
		return !probe_claimed(p, figures, t->name) && !probe_is_table(t->relation) &&
		       (t->unread || (t->source && t->source != t->relation && !t->tenant &&
					(!t->exact || t->nbases > 1)));
	return probe_is_table(t->relation) ? wanted_of_table(p, t, k) : wanted_of_view(t, k);
}

/* ---- one probe ---- */

void probe_decide(struct probe *x, enum probe_outcome outcome, const char *why)
{
	x->decided = true;
	x->outcome = outcome;
	x->why = why;
}

bool probe_has_right(const struct probe_plan *p, const struct probe_target *t,
		      enum probe_kind kind, const struct role *role)
{
	const struct catalog *c = p->input->catalog;

	if (t->function)
		return catalog_may_call(c, role->oid, t->function);
	return catalog_rights(c, role->oid, t->relation) & needed_right[kind];
}

static const char *not_written(const struct probe_plan *p, const struct probe_target *t,
			       enum probe_kind kind)
{
	if (catalog_in_recovery(p->input->catalog))
		return "a standby cannot be written";
	if (t->no_writes)
		return t->no_writes;
	if (kind == PROBE_INFLUENCE || kind == PROBE_CALL)
		return NULL;
	if (kind != PROBE_DELETE && kind != PROBE_BLIND && t->tenant && t->tenant->generated)
		return "its tenant is computed from other columns";
	if (!probe_is_blind(kind) && !t->nkey)
		return "it has no key to name a row by";
	if (t->single && (kind == PROBE_MOVE || kind == PROBE_GIVE || kind == PROBE_NOBODY))
		return "only one tenant has rows";
	return NULL;
}

struct probe *probe_plan_one(struct probe_plan *p, size_t target, enum probe_kind kind,
				const struct role *role)
{
	const struct catalog *c = p->input->catalog;
	const struct probe_target *t = &p->targets.v[target];
	const struct role *self = catalog_role(c, catalog_session_role(c));
	struct probe *x = VEC_PUSH(&p->probes);
	const char *unwritten = probe_is_write(kind) ? not_written(p, t, kind) : NULL;

	*x = (struct probe){ .target = target, .kind = kind, .role = role };
	if (!probe_has_right(p, t, kind, role))
		probe_decide(x, PROBE_REFUSED, "the role has no such right");
	else if (never_tried(kind))
		probe_decide(x, PROBE_IMPOSSIBLE, never_tried(kind));
	else if (t->impossible)
		probe_decide(x, PROBE_IMPOSSIBLE, t->impossible);
	else if (self && !self->superuser && self != role &&
		 !catalog_can_set(c, self->oid, role->oid))
		probe_decide(x, PROBE_IMPOSSIBLE, "you may not become the role");
	else if (unwritten)
		probe_decide(x, PROBE_IMPOSSIBLE, unwritten);
	else if (t->unread && kind == PROBE_READ)
		probe_decide(x, PROBE_IMPOSSIBLE, t->unread);
	else if ((kind == PROBE_UPDATE || kind == PROBE_STEAL) && !probe_may_change(p, x))
		probe_decide(x, PROBE_IMPOSSIBLE,
		       "of what the role may change, no column can be set to what it is or to "
		       "a default");
	else if ((kind == PROBE_PREPARED || kind == PROBE_NOBODY) && !persona_differs(p, x))
		probe_decide(x, PROBE_IMPOSSIBLE, "nobody of the other tenant was found");
	return x;
}

/* ---- references of one tenant's rows to another's ---- */

/* Can a row say by this key that it belongs to a row of B's, whose key is known? */
static bool may_refer(const struct probe_plan *p, const struct probe_target *t,
		      const struct foreign_key *k, const struct role *role)
{
	const struct probe_target *parent = probe_target_of(p, k->to);

	if (!parent || !parent->tenant || parent->impossible || !parent->others ||
	    k->inherited || parent->tenancy != t->tenancy ||
	    parent->tenancy->directory == k->to || strcmp(parent->b, t->a) == 0)
		return false;
	for (size_t i = 0; i < k->n; i++) {
		const struct column *c = relation_attnum(t->relation, k->from_columns[i]);
		bool known = false;

		for (size_t n = 0; n < parent->nkey; n++)
			known = known || parent->key[n]->attnum == k->to_columns[i];
		if (!known || c == t->tenant || c->identity || c->generated ||
		    !(catalog_column_rights(p->input->catalog, role->oid, t->relation, c) &
		      RIGHT_INSERT))
			return false;
	}
	return true;
}

static void plan_references(struct probe_plan *p, size_t target, const struct role *role)
{
	for (size_t i = 0; i < p->targets.v[target].relation->nreferences; i++) {
		const struct probe_target *t = &p->targets.v[target];
		const struct foreign_key *k = t->relation->references[i];

		if (t->tenant && t->owns && may_refer(p, t, k, role) &&
		    probe_has_right(p, t, PROBE_REFER, role))
			probe_plan_one(p, target, PROBE_REFER, role)->via = k;
	}
}

/* ---- saying of oneself that one belongs there ---- */

static void plan_joins(struct probe_plan *p, size_t target, const struct role *role)
{
	const struct claim *c;

	for (size_t i = 0; (c = persona_grant(p, &p->targets.v[target], i)); i++) {
		const struct probe_target *t = &p->targets.v[target], *g;
		struct probe *x;

		g = probe_target_of(p, c->relation->oid);
		if (!g || !t->nkey || !t->others || !probe_has_right(p, t, PROBE_JOIN, role) ||
		    !(catalog_rights(p->input->catalog, role->oid, g->relation) & RIGHT_INSERT))
			continue;
		x = probe_plan_one(p, target, PROBE_JOIN, role);
		x->grant = c;
		if (!x->decided && g->no_writes)
			probe_decide(x, PROBE_IMPOSSIBLE, g->no_writes);
	}
}

/* ---- all of them ---- */

void probe_plan_role(struct probe_plan *p, size_t target, const struct role *role,
		      bool application)
{
	for (int k = 0; k < PROBE_KINDS; k++) {
		const struct probe_target *t = &p->targets.v[target];
		enum probe_kind kind = (enum probe_kind)k;

		if (wanted(p, t, kind) && ((application && !is_extra(t, kind)) ||
					   probe_has_right(p, t, kind, role)))
			probe_plan_one(p, target, kind, role);
	}
	if (p->write && probe_is_table(p->targets.v[target].relation)) {
		plan_references(p, target, role);
		plan_joins(p, target, role);
	}
}

static const struct role *role_of(const struct probe_plan *p, const struct probe_target *t,
				  size_t i, bool *application)
{
	return t->function ? persona_executor(p->persona, t->function, i, application)
			   : persona_role(p->persona, t->relation, i, application);
}

/* Where roles stand for tenants: A's; NULL where they do not, or where nobody is known to. */
static const struct role *tenant_role(struct probe_plan *p, size_t target)
{
	const struct catalog *c = p->input->catalog;
	struct probe_target *t = &p->targets.v[target];
	const struct probe x = { .target = target };
	const char *a, *b;

	if (t->impossible || !persona_role_claim(p->persona, t->tenancy))
		return NULL;
	a = persona_role_name(p, &x, t->a);
	b = persona_role_name(p, &x, t->b);
	if (!a || !catalog_role(c, a) || !b || !catalog_role(c, b))
		t->impossible = arena_printf(p->arena,
					     "roles stand for tenants, and none does for %s",
					     a && catalog_role(c, a) ? t->b : t->a);
	return t->impossible ? NULL : catalog_role(c, a);
}

void probe_plan_probes(struct probe_plan *p, const struct role *only)
{
	for (size_t t = 0; t < p->targets.len; t++) {
		const struct role *own = tenant_role(p, t), *one = only ? only : own, *role;
		bool application = true;

		if (only && own && only != own)
			continue; /* it stands for another tenant, or for none */
		if (one)
			probe_plan_role(p, t, one, true);
		for (size_t i = 0;
		     !one && (role = role_of(p, &p->targets.v[t], i, &application)); i++)
			probe_plan_role(p, t, role, application);
	}
	if (only)
		return;
	probe_plan_named(p);
}
