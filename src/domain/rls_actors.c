/* SPDX-License-Identifier: MIT */
/*
 * Whom the rules are about, and what of every table they need to know.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_priv.h"

/* Roles that make a difference: owners, grantees, roles of policies. */
struct significant {
	VEC(const struct role *) roles;
	struct map *seen;
};

static void add_significant(struct significant *s, const struct role *role)
{
	if (!role || map_has(s->seen, role->name))
		return;
	map_set(s->seen, role->name, (void *)(uintptr_t)role);
	*VEC_PUSH(&s->roles) = role;
}

static void add_grantees(struct judge *j, struct significant *s, const struct acl *acl)
{
	for (size_t i = 0; acl && i < acl->n; i++)
		if (acl->v[i].grantee)
			add_significant(s, catalog_role_oid(j->catalog, acl->v[i].grantee));
}

static void collect(struct judge *j, struct significant *s)
{
	const struct acl *last = NULL;
	oid owner = 0;

	for (size_t i = 0; i < catalog_relations(j->catalog); i++) {
		const struct relation *r = catalog_relation_at(j->catalog, i);

		if (r->acl != last)
			add_grantees(j, s, r->acl);
		last = r->acl;
		if (r->owner_oid != owner)
			add_significant(s, catalog_role_oid(j->catalog, r->owner_oid));
		owner = r->owner_oid;
		for (size_t c = 0; c < r->ncolumns; c++)
			add_grantees(j, s, r->columns[c].acl);
		for (size_t p = 0; p < r->npolicies; p++)
			for (const char *const *n = r->policies[p].roles; *n; n++)
				add_significant(s, catalog_role(j->catalog, *n));
	}
	for (size_t i = 0; i < catalog_functions(j->catalog); i++)
		add_grantees(j, s, catalog_function_at(j->catalog, i)->acl);
	for (size_t i = 0; i < catalog_schemas(j->catalog); i++)
		add_grantees(j, s, catalog_schema_at(j->catalog, i)->acl);
	add_significant(s, catalog_role(j->catalog, "pg_read_all_data"));
	add_significant(s, catalog_role(j->catalog, "pg_write_all_data"));
}

static bool predefined(const struct role *r)
{
	return strncmp(r->name, "pg_", 3) == 0;
}

static bool reached_by_login(const struct judge *j, const struct role *role)
{
	for (size_t i = 0; i < catalog_roles(j->catalog); i++) {
		const struct role *l = catalog_role_at(j->catalog, i);

		if (l->login && !l->superuser && l != role &&
		    catalog_can_set(j->catalog, l->oid, role->oid))
			return true;
	}
	return false;
}

static void note_same(struct judge *j, struct actor *a, const struct role *role)
{
	size_t n = 0;

	while (a->same && a->same[n])
		n++;
	if (n >= 4)
		return;
	const struct role **same = arena_array(j->arena, n + 2, sizeof *same);

	if (n)
		memcpy(same, a->same, n * sizeof *same);
	same[n] = role;
	a->same = same;
}

/* An ordinary login without any right of its own is like every other such login. */
static void add_actor(struct judge *j, struct map *classes, const struct significant *s,
		      const struct role *role)
{
	struct buf key = BUF_INIT;
	bool login = role->login, reached = role->login || reached_by_login(j, role);
	size_t at;

	buf_addc(&key, role->bypassrls ? 'b' : '-');
	for (size_t i = 0; i < s->roles.len; i++)
		if (catalog_inherits(j->catalog, role->oid, s->roles.v[i]->oid))
			buf_addf(&key, ",%u", s->roles.v[i]->oid);
	at = (size_t)(uintptr_t)map_get(classes, key.data);
	if (at) {
		struct actor *a = &j->actors.v[at - 1];

		a->login = a->login || login;
		a->reached = a->reached || reached;
		note_same(j, a, role);
	} else {
		*VEC_PUSH(&j->actors) = (struct actor){ .role = role,
							.login = login,
							.reached = reached,
							.bypasses = role->bypassrls };
		map_set(classes, key.data, (void *)(uintptr_t)j->actors.len);
	}
	buf_release(&key);
}

void judge_actors(struct judge *j)
{
	struct significant s = { .roles = VEC_INIT, .seen = map_new(NULL) };
	struct map *classes = map_new(NULL);

	collect(j, &s);
	for (size_t i = 0; i < catalog_roles(j->catalog); i++) {
		const struct role *r = catalog_role_at(j->catalog, i);

		if (r->superuser || predefined(r))
			continue;
		if (r->login || map_has(s.seen, r->name) || reached_by_login(j, r))
			add_actor(j, classes, &s, r);
	}
	VEC_RELEASE(&s.roles);
	map_free(&s.seen);
	map_free(&classes);
}

/* ---- tables ---- */

bool judge_applies(const struct judge *j, const struct policy *p, const struct actor *a,
		   bool *named)
{
	for (const char *const *n = p->roles; *n; n++) {
		const struct role *r;

		if (strcmp(*n, "public") == 0) {
			*named = false;
			return true;
		}
		r = catalog_role(j->catalog, *n);
		if (r && catalog_inherits(j->catalog, a->role->oid, r->oid)) {
			*named = true;
			return true;
		}
	}
	return false;
}

static void judge_table_policies(struct judge *j, struct table *t)
{
	struct clause_context c = judge_clause(j, t);

	t->policies = arena_array(j->arena, t->r->npolicies, sizeof *t->policies);
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct policy *p = &t->r->policies[i];
		struct judged *g = &t->policies[i];

		g->policy = c.policy = p;
		g->using_expr = judge_parse(j, p->using_expr);
		g->usual = !p->check_expr && (p->command == '*' || p->command == 'w');
		g->check_expr = g->usual ? g->using_expr : judge_parse(j, p->check_expr);
		g->using_verdict = clause_judge(&c, g->using_expr);
		g->check_verdict = clause_judge(&c, g->check_expr);
	}
}

/* A policy that compares the setting with a wrong column must not make that column the
 * tenant's. */
static int usual_column(const struct relation *r, const struct tenancy *y, int learned)
{
	const struct column *c = y->column && learned ? relation_column(r, y->column) : NULL;

	return c && y->type && strcmp(c->type, y->type) == 0 ? c->attnum : learned;
}

/* One relation whose policy reads another setting than all its siblings, or goes by another
 * column although it has theirs, is a slip and no tenancy of its own. */
static const struct tenancy *usual_tenancy(struct judge *j, size_t at, const struct relation *r)
{
	const struct tenancy *best = profile_tenancy(j->in->profile, at);

	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);
		const struct column *c = y->column ? relation_column(r, y->column) : NULL;

		if (c && y->type && strcmp(c->type, y->type) == 0 && j->in_tenancy[at] <= 2 &&
		    j->in_tenancy[i] >= 4 * j->in_tenancy[at])
			best = y;
	}
	return best;
}

static void count_tenancies(struct judge *j)
{
	j->in_tenancy = arena_array(j->arena, profile_tenancies(j->in->profile) + 1,
				    sizeof *j->in_tenancy);
	for (size_t i = 0; i < catalog_relations(j->catalog); i++) {
		const struct relation_profile *p = profile_relation(
			j->in->profile, catalog_relation_at(j->catalog, i)->oid);

		if (p && p->tenancy >= 0)
			j->in_tenancy[p->tenancy]++;
	}
}

static void fill_table(struct judge *j, struct table *t, const struct relation *r)
{
	const struct relation_profile *p = profile_relation(j->in->profile, r->oid);
	char key[16];

	t->r = r;
	if (p && p->tenancy >= 0) {
		t->tenancy = usual_tenancy(j, (size_t)p->tenancy, r);
		t->attnum = usual_column(r, t->tenancy, p->tenant_attnum);
		t->by_parent = p->tenant_by_parent;
	}
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);
		const struct column *c = y->directory == r->oid && y->directory_key
						 ? relation_column(r, y->directory_key)
						 : NULL;

		if (y->directory == r->oid && !t->directory) {
			t->directory = true;
			t->tenancy = t->tenancy ? t->tenancy : y;
			t->attnum = c ? c->attnum : t->attnum;
		}
	}
	const struct column *tenant = t->attnum ? relation_attnum(r, t->attnum) : NULL;

	t->tenant = tenant ? tenant->name : NULL;
	snprintf(key, sizeof key, "%u", r->oid);
	map_set(j->by_oid, key, t);
}

/* A table between this one and the tenants: it has a tenant, and a key that leads here. */
static bool stands_between(const struct table *b, const struct relation *r)
{
	for (size_t i = 0; i < b->r->nreferences; i++)
		if (b->r->references[i]->to == r->oid)
			return true;
	return false;
}

/* Rows of several tenants have no tenant column: their policies read a table between. */
static void find_between(struct judge *j, struct table *t)
{
	for (size_t i = 0; !t->tenancy && t->r->rls && i < t->r->npolicies; i++)
		for (const oid *o = t->r->policies[i].relations; *o; o++) {
			const struct table *b = judge_table(j, *o);

			if (!b || b == t || !b->tenant || !stands_between(b, t->r))
				continue;
			t->tenancy = b->tenancy;
			t->by_parent = true;
		}
}

static bool is_tenants(const struct table *b)
{
	return b && b->tenancy && !b->directory && relation_is_table(b->r);
}

/* Nothing of a tenant's leads here, and all that this leads to is tenants': it is no list that
 * they share. */
static bool only_hangs(const struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferences; i++)
		if (!is_tenants(judge_table(j, t->r->references[i]->to)))
			return false;
	for (size_t i = 0; i < t->r->nreferrers; i++)
		if (is_tenants(judge_table(j, t->r->referrers[i]->from)))
			return false;
	return true;
}

/* Some policy goes by a column of the key. */
static bool goes_by(const struct table *t, const struct foreign_key *k)
{
	for (size_t i = 0; i < t->r->npolicies; i++)
		for (size_t c = 0; c < k->n; c++) {
			const char *name = relation_attnum(t->r, k->from_columns[c])->name,
				   *text = t->r->policies[i].using_expr,
				   *check = t->r->policies[i].check_expr;

			if ((text && mentions_word(text, name)) ||
			    (check && mentions_word(check, name)))
				return true;
		}
	return false;
}

/* A key that may be null: rows that have a parent are its tenant's.  (With NOT NULL the profile
 * says so.) */
static bool find_hanging(struct judge *j, struct table *t)
{
	for (size_t i = 0; !t->tenancy && i < t->r->nreferences; i++) {
		const struct table *b = judge_table(j, t->r->references[i]->to);

		if (b == t || !is_tenants(b) || !relation_is_table(t->r) ||
		    !(goes_by(t, t->r->references[i]) || only_hangs(j, t)))
			continue;
		t->tenancy = b->tenancy;
		t->by_parent = true;
	}
	return t->by_parent;
}

static void find_parents(struct judge *j)
{
	bool more = true;

	for (size_t i = 0; i < j->ntables; i++)
		find_between(j, &j->tables[i]);
	while (more) {
		more = false;
		for (size_t i = 0; i < j->ntables; i++)
			if (!j->tables[i].tenancy)
				more = find_hanging(j, &j->tables[i]) || more;
	}
}

static void fill_rights(struct judge *j, struct table *t)
{
	t->rights = arena_array(j->arena, j->actors.len, sizeof *t->rights);
	t->bound = arena_array(j->arena, j->actors.len, sizeof *t->bound);
	for (size_t a = 0; a < j->actors.len; a++) {
		const struct actor *x = &j->actors.v[a];

		/* An owner that nobody can become is no danger. */
		if (!x->reached && catalog_inherits(j->catalog, x->role->oid, t->r->owner_oid))
			continue;
		t->rights[a] = catalog_rights(j->catalog, x->role->oid, t->r);
		t->bound[a] = t->rights[a] &&
			      catalog_bound(j->catalog, j->actors.v[a].role->oid, t->r);
	}
}

static bool in_class(const struct actor *a, const char *name)
{
	if (strcmp(a->role->name, name) == 0)
		return true;
	for (size_t i = 0; a->same && a->same[i]; i++)
		if (strcmp(a->same[i]->name, name) == 0)
			return true;
	return false;
}

static bool profile_says_application(struct judge *j, const struct actor *a, bool *any)
{
	const char *const *roles = profile_application_roles(j->in->profile);

	for (size_t i = 0; roles && roles[i]; i++) {
		*any = true;
		if (in_class(a, roles[i]))
			return true;
	}
	return false;
}

static size_t writable(const struct judge *j, size_t actor)
{
	size_t n = 0;

	for (size_t i = 0; i < j->ntables; i++)
		n += table_tenant(&j->tables[i]) && relation_is_table(j->tables[i].r) &&
		     j->tables[i].rights[actor] & (RIGHT_INSERT | RIGHT_UPDATE);
	return n;
}

/* The profile's roles, or without its word all; of them those who write about as much as the
 * busiest: support and administrators write here and there. */
static void find_applications(struct judge *j)
{
	size_t most = 0;
	bool any = false;

	for (size_t a = 0; a < j->actors.len; a++)
		j->actors.v[a].application = profile_says_application(j, &j->actors.v[a], &any);
	for (int pass = 0; pass < 2; pass++)
		for (size_t a = 0; a < j->actors.len; a++) {
			struct actor *x = &j->actors.v[a];
			size_t n = writable(j, a);

			if (x->bypasses || (any && !x->application))
				continue;
			if (pass == 0)
				most = n > most ? n : most;
			else
				x->application = n * 2 >= most && (n || any);
		}
}

static bool sees_all_by_name(struct judge *j, const struct table *t, const struct actor *a)
{
	for (size_t p = 0; p < t->r->npolicies; p++) {
		bool named = false;

		if (t->r->policies[p].permissive && expr_is_true(t->policies[p].using_expr) &&
		    judge_applies(j, &t->r->policies[p], a, &named) && named)
			return true;
	}
	return false;
}

/* A restrictive policy holds it in its tenant. */
static bool is_floored(struct judge *j, const struct table *t, const struct actor *a)
{
	for (size_t p = 0; p < t->r->npolicies; p++) {
		bool named;

		if (!t->r->policies[p].permissive && strchr("*r", t->r->policies[p].command) &&
		    t->policies[p].using_verdict.level == CLAUSE_OWN &&
		    judge_applies(j, &t->r->policies[p], a, &named))
			return true;
	}
	return false;
}

/* Most of what it reaches is shown to it by name: a relay, support, reports.  An application
 * for which that is so on one table of many is a slip. */
static bool trusted(struct judge *j, size_t actor)
{
	size_t all = 0, reached = 0, held = 0;

	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!table_tenant(t) || !relation_is_table(t->r) || !t->rights[actor])
			continue;
		reached++;
		if (is_floored(j, t, &j->actors.v[actor]))
			held++;
		else
			all += sees_all_by_name(j, t, &j->actors.v[actor]);
	}
	return all > held && all * 2 >= reached;
}

/* Backups and reports that were given everything: rule R53 tells it once. */
static bool reads_everything(const struct judge *j, const struct actor *a)
{
	static const char *const roles[] = { "pg_read_all_data", "pg_write_all_data", NULL };

	for (size_t i = 0; roles[i]; i++) {
		const struct role *r = catalog_role(j->catalog, roles[i]);

		if (r && catalog_inherits(j->catalog, a->role->oid, r->oid))
			return true;
	}
	return false;
}

/* Findings name the first whom they are about. */
static void applications_first(struct judge *j)
{
	size_t n = j->actors.len, at = 0, *from = arena_array(j->arena, n, sizeof *from);
	struct actor *actors = arena_array(j->arena, n, sizeof *actors);
	int *rights = arena_array(j->arena, n, sizeof *rights);
	bool *bound = arena_array(j->arena, n, sizeof *bound);

	for (int pass = 0; pass < 2; pass++)
		for (size_t a = 0; a < n; a++)
			if (j->actors.v[a].application == (pass == 0)) {
				actors[at] = j->actors.v[a];
				from[at++] = a;
			}
	for (size_t a = 0; a < n; a++)
		j->actors.v[a] = actors[a];
	for (size_t i = 0; i < j->ntables; i++) {
		struct table *t = &j->tables[i];

		for (size_t a = 0; a < n; a++) {
			rights[a] = t->rights[from[a]];
			bound[a] = t->bound[from[a]];
		}
		for (size_t a = 0; a < n; a++) {
			t->rights[a] = rights[a];
			t->bound[a] = bound[a];
		}
	}
}

void judge_tables(struct judge *j)
{
	j->ntables = catalog_relations(j->catalog);
	j->tables = arena_array(j->arena, j->ntables, sizeof *j->tables);
	count_tenancies(j);
	for (size_t i = 0; i < j->ntables; i++)
		fill_table(j, &j->tables[i], catalog_relation_at(j->catalog, i));
	composite_drop_halves(j);
	find_parents(j);
	for (size_t i = 0; i < j->ntables; i++) {
		fill_rights(j, &j->tables[i]);
		judge_table_policies(j, &j->tables[i]);
	}
	find_applications(j);
	for (size_t a = 0; a < j->actors.len; a++) {
		j->actors.v[a].everything = reads_everything(j, &j->actors.v[a]);
		j->actors.v[a].trusted = trusted(j, a) || j->actors.v[a].everything;
		j->actors.v[a].application =
			j->actors.v[a].application && !j->actors.v[a].trusted;
	}
	applications_first(j);
	j->held = arena_array(j->arena, 2 * j->actors.len + 1, sizeof *j->held);
}

const struct actor *judge_reacher(const struct judge *j, const struct table *t, int rights)
{
	const struct actor *found = NULL;

	for (size_t a = 0; a < j->actors.len; a++) {
		const struct actor *x = &j->actors.v[a];
		bool owns = catalog_inherits(j->catalog, x->role->oid, t->r->owner_oid);

		/* Who owns it and is not the application migrates it, and is told so (N02). */
		if (!(t->rights[a] & rights) || x->trusted || x->bypasses ||
		    (owns && !x->application))
			continue;
		if (x->application)
			return x;
		if (!found)
			found = x;
	}
	return found;
}
