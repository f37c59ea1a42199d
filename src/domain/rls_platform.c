/* SPDX-License-Identifier: MIT */
/*
 * Design lints of a commerce platform: what keeps orders, stock and events true, and what an
 * operator's sessions may do.  They speak only where the shape of the schema shows that the
 * platform's part is there at all: a schema without orders is asked for no history of them.
 */
#include <string.h>

#include "domain/outbox.h"
#include "rls_events.h"
#include "rls_priv.h"

enum { MANY_MESSAGES = 50000000, HEADROOM_LOW = 50, HEADROOM_HIGH = 80 };

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n >= e && strcmp(name + n - e, end) == 0 && (n == e || name[n - e - 1] == '_');
}

/* The table that is called so, with or without a bundle's prefix; NULL. */
static const struct table *table_called(const struct judge *j, const char *name)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (relation_is_table(t->r) && !t->r->is_partition && !t->r->temporary &&
		    ends_in(t->r->name, name))
			return t;
	}
	return NULL;
}

/* ---- L04: truth outside the server ---- */

static void rule_truth(struct judge *j, const struct table *t)
{
	static const char *const words[] = { "orders",	  "order_items", "payments",
					     "products",  "inventory",	 "balances",
					     "customers", NULL };
	struct subject s = { .relation = t->r };

	for (size_t i = 0; t->r->kind == RELATION_FOREIGN && words[i]; i++)
		if (ends_in(t->r->name, words[i]))
			judge_find(j, RULE_L04, &s,
				   "%s are kept on another server: one transaction cannot "
				   "cover them",
				   words[i]);
}

/* ---- L05: movements and balances ---- */

static bool has_trigger(const struct table *t, int bits)
{
	for (size_t i = 0; i < t->r->ntriggers; i++)
		if ((t->r->triggers[i].type & bits) && t->r->triggers[i].enabled != 'D')
			return true;
	return false;
}

static void rule_movements(struct judge *j)
{
	enum { ON_INSERT = 4, ON_DELETE = 8, ON_UPDATE = 16 };
	const struct table *moves = table_called(j, "inventory_movements");
	const struct table *balances = table_called(j, "inventory_balances");
	const struct table *t = moves ? moves : balances;
	struct subject s = { .relation = t ? t->r : NULL };
	const struct actor *a;
	struct finding *f;

	if (!t)
		return;
	if (!moves || !balances) {
		judge_find(j, RULE_L05, &s,
			   moves ? "movements without balances: how much there is must be "
				   "added up each time"
				 : "balances without movements: nobody can tell how they came "
				   "to be");
		return;
	}
	a = judge_reacher(j, moves, RIGHT_UPDATE | RIGHT_DELETE);
	if (a && a->application && !has_trigger(moves, ON_UPDATE | ON_DELETE)) {
		f = judge_find(j, RULE_L05, &s,
			       "%s may change movements afterwards, so balances cannot be "
			       "proved by them",
			       a->role->name);
		for (size_t i = 0; f && moves->r->acl && i < moves->r->acl->n; i++) {
			const struct grant *g = &moves->r->acl->v[i];
			const struct role *role = catalog_role_oid(j->catalog, g->grantee);
			struct fix v = { .relation = moves->r,
					 .object = "UPDATE, DELETE", /* not SQL */
					 .role = role ? role->name : NULL };

			if (g->rights & (RIGHT_UPDATE | RIGHT_DELETE) &&
			    g->grantee != moves->r->owner_oid)
				judge_fix(j, role ? "revoke" : "revoke_public", &v);
		}
		if (!has_trigger(moves, ON_INSERT)) /* then there is more to mend */
			buf_clear(&j->fix);
		judge_fixed(j, f);
	} else if (!has_trigger(moves, ON_INSERT)) {
		judge_find(j, RULE_L05, &s,
			   "no trigger carries a movement into %s: they drift apart",
			   balances->r->name);
	}
}

/* ---- L06: histories and idempotency ---- */

static bool has_history(const struct table *orders)
{
	for (size_t i = 0; i < orders->r->nreferrers; i++) {
		const struct foreign_key *k = orders->r->referrers[i];

		if (k->from != orders->r->oid && strstr(k->name, "histor"))
			return true;
	}
	return false;
}

static bool keeps_states(const struct judge *j, const struct table *orders)
{
	if (has_history(orders))
		return true;
	for (size_t i = 0; i < orders->r->nreferrers; i++) {
		const struct table *t = judge_table(j, orders->r->referrers[i]->from);

		for (size_t c = 0; t && t != orders && c < t->r->ncolumns; c++)
			if (strcmp(t->r->columns[c].name, "from_status") == 0 ||
			    strcmp(t->r->columns[c].name, "to_status") == 0 ||
			    strcmp(t->r->columns[c].name, "new_status") == 0)
				return true;
	}
	return false;
}

static void rule_orders(struct judge *j)
{
	const struct table *orders = table_called(j, "orders");
	struct subject s = { .relation = orders ? orders->r : NULL };

	if (!orders || !table_tenant(orders))
		return;
	if (relation_column(orders->r, "status") && !keeps_states(j, orders))
		judge_find(j, RULE_L06, &s,
			   "its status changes leave no history: no table of changes refers "
			   "to it");
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (strstr(t->r->name, "idempot") || relation_column(t->r, "idempotency_key"))
			return;
	}
	s.policy = "idempotency";
	struct finding *f =
		judge_find(j, RULE_L06, &s,
			   "no table remembers idempotency keys: a repeated request "
			   "orders twice");

	if (f)
		f->policy = NULL;
}

/* ---- L07, N10, N11: outboxes ---- */

/* A trigger that talks to the outside by itself, before the transaction is sure to commit. */
static void rule_talks(struct judge *j, const struct table *t)
{
	static const char *const words[] = { "http_post",   "http_get", "http_put",
					     "dblink_exec", "dblink",	NULL };
	struct subject s = { .relation = t->r };

	for (size_t i = 0; i < t->r->ntriggers; i++) {
		const struct trigger *g = &t->r->triggers[i];
		const struct function *f = catalog_function(j->catalog, g->function_oid);

		for (size_t w = 0; f && f->body && words[w]; w++) {
			if (!mentions_word(f->body, words[w]))
				continue;
			judge_evidence(j,
				       judge_find(j, RULE_L07, &s,
						  "trigger %s tells others before the "
						  "transaction has committed: events leave by "
						  "the outbox",
						  g->name),
				       "%s calls %s", f->name, words[w]);
			break;
		}
	}
}

static void rule_outbox(struct judge *j, const struct outbox *o)
{
	const struct relation *r = o->relation;
	struct subject s = { .relation = r };
	struct finding *f;
	struct buf condition = BUF_INIT;

	if (!o->certain || r->is_partition || (o->shape != SHAPE_DONE_COLUMN))
		return;
	if (!o->pending_index) {
		const struct column *done = outbox_column(o, OUTBOX_DONE);
		const struct column *key = outbox_column(o, OUTBOX_ID);

		f = judge_find(j, RULE_N10, &s,
			       "no partial index holds what is pending: each look for work "
			       "reads what was done long ago");
		if (f && done && key && !o->done_is_flag && r->kind == RELATION_TABLE)
			judge_fix(j, "index_pending",
				  &(struct fix){ .relation = r,
						 .name = key->name,
						 .column = done->name });
		judge_fixed(j, f);
	}
	if (r->kind == RELATION_TABLE && r->estimate > MANY_MESSAGES)
		judge_evidence(j,
			       judge_find(j, RULE_N11, &s,
					  "so many messages want partitions by month: what is "
					  "old could be dropped at once"),
			       "about %.0f rows", r->estimate);
	buf_release(&condition);
}

/* ---- L08: numbers and keys inside JSON ---- */

static const char *json_word(const char *text)
{
	static const char *const words[] = { "price",  "stock",	   "total",
					     "amount", "quantity", NULL };

	for (const char *at = text; (at = strstr(at, "->> '")) != NULL; at += 5) {
		size_t n = strcspn(at + 5, "'");

		for (size_t w = 0; words[w]; w++)
			if (n == strlen(words[w]) && strncmp(at + 5, words[w], n) == 0)
				return words[w];
		if (n > 3 && strncmp(at + 5 + n - 3, "_id", 3) == 0)
			return "a key";
	}
	return NULL;
}

static void rule_json(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };

	for (size_t i = 0; i < t->r->nindexes; i++) {
		const char *word = json_word(t->r->indexes[i].definition);

		if (word)
			judge_evidence(j,
				       judge_find(j, RULE_L08, &s,
						  "%s is looked up inside JSON, where no type "
						  "and no foreign key holds it",
						  word),
				       "%s", t->r->indexes[i].definition);
	}
}

/* ---- L11, L12 ---- */

/* A value that is made for one row is not wanted by another. */
static bool never_again(const struct column *c)
{
	return c->identity || strcmp(c->type, "uuid") == 0 || strcmp(c->name, "id") == 0 ||
	       strcmp(c->name, "public_id") == 0 ||
	       (c->default_expr && strchr(c->default_expr, '('));
}

/* What an index is over, as the server prints it. */
static const char *index_keys(struct judge *j, const struct index *x)
{
	const char *open = strstr(x->definition, " USING "), *end;

	open = open ? strchr(open, '(') : NULL;
	end = open ? strrchr(open, ')') : NULL;
	return end ? arena_strndup(j->arena, open + 1, (size_t)(end - open - 1)) : "";
}

static void rule_soft_delete(struct judge *j, const struct table *t)
{
	const struct column *c = relation_column(t->r, "deleted_at");

	for (size_t i = 0; c && i < t->r->nindexes; i++) {
		const struct index *x = &t->r->indexes[i];
		struct subject s = { .relation = t->r, .policy = x->name };
		struct finding *f;
		bool generated = false;

		for (size_t k = 0; k < x->nkeys; k++)
			generated = generated ||
				    (x->columns[k] &&
				     never_again(relation_attnum(t->r, x->columns[k])));
		if (!x->unique || x->primary || x->predicate || generated)
			continue;
		f = judge_find(j, RULE_L11, &s,
			       "%s counts deleted rows: a deleted value cannot be given again",
			       x->name);
		judge_evidence(j, f, "%s", x->definition);
		judge_choose(j, f, "if what is deleted may be given again: drop it, and keep",
			     "unique_of_kept",
			     &(struct fix){ .relation = t->r, .other = index_keys(j, x) });
		if (f)
			f->policy = NULL;
	}
}

/* Of a key with several columns beside the tenant some may be null and some not: then half a
 * reference is checked by nobody. */
/* Another key of this table checks the column whatever the others are. */
static bool checked_elsewhere(const struct table *t, const struct foreign_key *but, int attnum)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		bool has = false, sure = k != but;

		for (size_t c = 0; c < k->n; c++) {
			has = has || k->from_columns[c] == attnum;
			sure = sure && relation_attnum(t->r, k->from_columns[c])->not_null;
		}
		if (has && sure)
			return true;
	}
	return false;
}

static void rule_half_reference(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		struct subject s = { .relation = t->r, .policy = k->name };
		size_t nullable = 0, fixed = 0;
		struct finding *f;

		for (size_t c = 0; c < k->n; c++) {
			const struct column *x = relation_attnum(t->r, k->from_columns[c]);

			if (x->attnum == t->attnum)
				continue;
			nullable += !x->not_null;
			fixed += x->not_null && !checked_elsewhere(t, k, x->attnum);
		}
		if (!nullable || !fixed || k->inherited)
			continue;
		f = judge_find(j, RULE_L12, &s,
			       "%s is checked only while none of its columns is null, and only "
			       "some may be",
			       k->name);
		if (f)
			f->policy = NULL;
	}
}

/* ---- N08, N09: concurrent editing ---- */

static void rule_version(struct judge *j, const struct table *t)
{
	static const char *const edited[] = { "products", "customers",
					      "settings", "pricing_rules",
					      "orders",	  "inventory_balances",
					      NULL };
	const struct relation_profile *p = profile_relation(j->in->profile, t->r->oid);
	const struct actor *a = judge_reacher(j, t, RIGHT_UPDATE);
	struct subject s = { .relation = t->r };
	struct finding *f;

	if (!p || !table_tenant(t) || !a || !a->application)
		return;
	if (p->guard == GUARD_VERSION) {
		if (!p->version_by_trigger)
			judge_find(j, RULE_N09, &s,
				   "no trigger counts the version: every writer must");
		return;
	}
	for (size_t i = 0; edited[i]; i++) {
		if (!ends_in(t->r->name, edited[i]) || relation_column(t->r, "version"))
			continue;
		f = judge_find(j, RULE_N08, &s,
			       "several people edit it and it has no version: a save cannot "
			       "tell that another came first");
		judge_fix(j, "add_version", &(struct fix){ .relation = t->r });
		judge_fixed(j, f);
	}
}

/* ---- M01 to M03, X07, V01, R71 ---- */

static const char *setting_of(const struct judge *j, const char *role, const char *name)
{
	for (size_t i = 0; i < catalog_settings(j->catalog); i++) {
		const struct setting *x = catalog_setting_at(j->catalog, i);

		if (x->role && strcmp(x->role, role) == 0 && strcmp(x->name, name) == 0)
			return x->value;
	}
	return NULL;
}

/* A login made to look and not to touch, told by its name. */
static bool inspects(const struct role *r)
{
	return r->login && !r->superuser &&
	       (find_word(r->name, "inspect") || strstr(r->name, "inspection") ||
		strstr(r->name, "readonly") || strstr(r->name, "read_only"));
}

static void rule_inspection(struct judge *j, const struct role *r)
{
	static const struct {
		const char *name, *value;
	} wanted[] = { { "default_transaction_read_only", "on" },
		       { "statement_timeout", "10s" },
		       { "lock_timeout", "5s" } };
	struct subject s = { .object = r->name, .role = r->name };
	struct buf missing = BUF_INIT;
	struct finding *f;

	if (!inspects(r))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (setting_of(j, r->name, wanted[i].name))
			continue;
		buf_addf(&missing, "%s%s", missing.len ? ", " : "", wanted[i].name);
		judge_fix(j, "role_setting",
			  &(struct fix){ .role = r->name,
					 .object = wanted[i].name,
					 .other = wanted[i].value });
	}
	if (missing.len) {
		f = judge_find(j, RULE_M01, &s, "it only looks, but nothing holds it to that");
		judge_evidence(j, f, "not set for it: %s", missing.data);
		judge_fixed(j, f);
	}
	buf_clear(&j->fix);
	buf_release(&missing);
}

static void rule_replica(struct judge *j)
{
	struct subject s = { .object = "server" };
	const char *environment = profile_environment(j->in->profile);

	if (environment && strcmp(environment, "production") == 0 &&
	    !catalog_in_recovery(j->catalog))
		judge_find(j, RULE_M02, &s,
			   "production is looked at on its primary: a replica would bear it");
}

static void rule_dangerous(struct judge *j)
{
	for (size_t i = 0; i < j->in->extras->dangerous.len; i++) {
		const struct rls_dangerous *d = &j->in->extras->dangerous.v[i];
		struct subject s = { .object = d->function };
		struct finding *f;

		f = judge_find(j, RULE_M03, &s,
			       "%s may call it: it reaches beyond the database",
			       d->grantee ? d->grantee : "everybody");
		judge_evidence(j, f, "EXECUTE is granted to %s",
			       d->grantee ? d->grantee : "PUBLIC");
		judge_fix(j, d->grantee ? "function_revoke_role" : "function_revoke",
			  &(struct fix){ .object = d->function, .role = d->grantee });
		judge_fixed(j, f);
	}
}

static void rule_headroom(struct judge *j)
{
	for (size_t i = 0; i < j->in->extras->headroom.len; i++) {
		const struct rls_headroom *h = &j->in->extras->headroom.v[i];
		struct subject s = { .object = h->sequence };
		struct finding *f;

		if (h->percent < HEADROOM_LOW)
			continue;
		f = judge_find(j, RULE_X07, &s, "%d %% of its numbers are used up", h->percent);
		judge_evidence(j, f, "last value %s of %s", h->last, h->most);
		if (f && h->percent >= HEADROOM_HIGH)
			f->severity = SEVERITY_HIGH;
	}
}

void rules_platform(struct judge *j)
{
	struct outboxes *boxes = outboxes_find(j->catalog, j->in->profile, j->in->sql);

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (t->r->extension || t->r->temporary || t->r->is_partition)
			continue;
		rule_truth(j, t);
		if (!relation_is_table(t->r))
			continue;
		rule_talks(j, t);
		rule_json(j, t);
		rule_soft_delete(j, t);
		rule_half_reference(j, t);
		rule_version(j, t);
	}
	rule_movements(j);
	rule_orders(j);
	for (size_t i = 0; i < outboxes_len(boxes); i++) {
		rule_outbox(j, outboxes_at(boxes, i));
		rule_events(j, outboxes_at(boxes, i));
	}
	for (size_t i = 0; i < catalog_roles(j->catalog); i++)
		rule_inspection(j, catalog_role_at(j->catalog, i));
	rule_replica(j);
	rule_dangerous(j);
	rule_headroom(j);
	outboxes_free(&boxes);
}

/* ---- the server, for isolation ---- */

/* Faults of the server itself that let rows through; fixed in the minor version named. */
static const struct {
	const char *id, *what;
	int fixed[4]; /* of 15, 16, 17, 18; 0: that one never had it */
} faults[] = {
	{ "CVE-2023-2455",
	  "policies of an inlined function ran for the wrong role",
	  { 150003, 0, 0, 0 } },
	{ "CVE-2023-39418", "MERGE skipped policies", { 150004, 0, 0, 0 } },
	{ "CVE-2024-4317",
	  "pg_stats_ext shows statistics of hidden rows",
	  { 150007, 160003, 0, 0 } },
	{ "CVE-2024-10976",
	  "a plan was used again under another role",
	  { 150009, 160005, 170001, 0 } },
	{ "CVE-2024-10978",
	  "becoming a role was reset wrongly",
	  { 150009, 160005, 170001, 0 } },
	{ "CVE-2025-8713",
	  "the planner's statistics tell of hidden rows",
	  { 150014, 160010, 170006, 0 } },
	{ "CVE-2026-14666",
	  "plans that depend on a role were kept",
	  { 150019, 160015, 170011, 180006 } },
};

void rules_server(struct judge *j)
{
	struct subject s = { .object = "server" };
	int version = catalog_server_version(j->catalog), major = version / 10000;
	struct buf list = BUF_INIT;

	for (size_t i = 0; major >= 15 && major <= 18 && i < ARRAY_SIZE(faults); i++)
		if (version < faults[i].fixed[major - 15])
			buf_addf(&list, "%s%s (%s)", list.len ? "; " : "", faults[i].id,
				 faults[i].what);
	if (list.len)
		judge_evidence(j,
			       judge_find(j, RULE_V01, &s,
					  "PostgreSQL %d.%d has known faults of row-level "
					  "security: a newer minor version mends them",
					  major, version % 10000),
			       "%s", list.data);
	buf_release(&list);
	for (size_t i = 0; i < j->in->extras->subscribed.len; i++) {
		const struct rls_subscribed *x = &j->in->extras->subscribed.v[i];
		const struct table *t = judge_table(j, x->relation);
		const struct role *owner = catalog_role(j->catalog, x->owner);
		struct subject who = { .object = x->subscription, .role = x->owner };
		bool bound = t && owner && catalog_bound(j->catalog, owner->oid, t->r);
		struct finding *f;

		if (!t || !table_tenant(t) || !t->r->rls)
			continue;
		f = judge_find(j, RULE_R71, &who,
			       bound ? "its owner %s is bound by policies of %s: applying a "
				       "row there fails"
				     : "its owner %s is bound by no policy: what comes in for "
				       "%s is not checked",
			       x->owner, judge_name(j, t->r));
		judge_evidence(j, f, "pg_subscription.subowner %s", x->owner);
		if (f && !bound)
			f->severity = SEVERITY_INFO;
	}
}
