/* SPDX-License-Identifier: MIT */
/*
 * As whom a probe acts: its role, and what the policies ask a session of tenant A beside A's id,
 * which is who it is (somebody who belongs to A and to no other tenant).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_clause_priv.h"
#include "rls_persona_priv.h"

enum { PERSONS_MAX = 200 };

static bool is_role(const struct claim *c)
{
	return strcmp(c->setting, CLAIM_ROLE) == 0;
}

/* Where a session says who it is, the server's own name for it is the application's. */
static bool is_told_otherwise(const struct claims *all, const struct claim *role)
{
	if (role->tenancy->by_login) /* by most of the policies, and a setting is a stranger */
		return false;
	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];

		if (c->kind <= CLAIM_PERSON && !is_role(c) &&
		    tenancy_same(c->tenancy, role->tenancy))
			return true;
	}
	return false;
}

static void drop_roles(struct claims *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->list.len; i++)
		if (!is_role(&all->list.v[i]) || !is_told_otherwise(all, &all->list.v[i]))
			all->list.v[kept++] = all->list.v[i];
	all->list.len = kept;
}

struct persona *persona_new(const struct rls_input *in)
{
	struct persona *p = xcalloc(1, sizeof *p);

	judge_init(&p->j, in);
	claims_collect(&p->j, &p->claims);
	drop_roles(&p->claims);
	return p;
}

void persona_free(struct persona **p)
{
	if (!*p)
		return;
	claims_release(&(*p)->claims);
	judge_release(&(*p)->j);
	findings_free(&(*p)->j.out);
	free(*p);
	*p = NULL;
}

const struct table *persona_table(const struct persona *p, const struct relation *r)
{
	return judge_table(&p->j, r->oid);
}

const char *persona_shared(struct persona *p, const struct relation *r)
{
	const struct table *t = judge_table(&p->j, r->oid);

	return t ? judge_shared_rows(&p->j, t) : NULL;
}

const char *persona_shared_with(struct persona *p, const struct relation *r,
				const struct role *role)
{
	const struct table *t = judge_table(&p->j, r->oid);

	return t ? judge_shared_with(&p->j, t, role) : NULL;
}

bool persona_gives(struct persona *p, const struct relation *r)
{
	const struct table *t = judge_table(&p->j, r->oid);

	return t && judge_gives_rows(&p->j, t);
}

bool persona_says_tenant(const struct persona *p, const struct claim *c,
			 const struct tenancy *y)
{
	const struct claim said = { .setting = y->setting, .path = y->claim_path };

	if (y->setting && claim_same_place(&said, c))
		return true;
	for (const struct claim *o = NULL; (o = persona_next_claim(p, y, o));)
		if (o->kind == CLAIM_TENANT && claim_same_place(o, c))
			return true;
	return false;
}

static bool refers_to(const struct relation *r, const struct column *c, oid to)
{
	for (size_t i = 0; i < r->nreferences; i++)
		if (r->references[i]->to == to && r->references[i]->n == 1 &&
		    r->references[i]->from_columns[0] == c->attnum)
			return true;
	return false;
}

const struct column *persona_party(const struct persona *p, const struct relation *r, size_t n)
{
	const struct table *t = judge_table(&p->j, r->oid);
	const struct column *tenant = t && t->tenant ? relation_column(r, t->tenant) : NULL;
	oid list = t && t->tenancy ? t->tenancy->directory : 0;

	for (size_t i = 0; tenant && t->tenancy && i < p->claims.list.len; i++) {
		const struct claim *c = &p->claims.list.v[i];
		const struct column *other =
			c->kind == CLAIM_PERSON && c->relation == r && !c->session.rows
				? relation_column(r, c->column)
				: NULL;

		if (other && strcmp(other->type, tenant->type) == 0 &&
		    other->rights & RIGHT_SELECT &&
		    (!refers_to(r, tenant, list) || refers_to(r, other, list)) &&
		    persona_says_tenant(p, c, t->tenancy) && n-- == 0)
			return other;
	}
	for (size_t i = 0; tenant && i < r->ncolumns; i++)
		if (&r->columns[i] != tenant && r->columns[i].rights & RIGHT_SELECT &&
		    judge_has_members_by((struct judge *)(uintptr_t)&p->j, t, r->columns[i].name) &&
		    n-- == 0)
			return &r->columns[i];
	return NULL;
}

const struct column *persona_link(const struct persona *p, const struct relation *r,
				  const struct tenancy *y)
{
	for (size_t i = 0; i < p->claims.list.len; i++) {
		const struct claim *c = &p->claims.list.v[i];

		if (c->kind == CLAIM_LINK && c->relation == r && persona_says_tenant(p, c, y))
			return relation_column(r, c->column);
	}
	return NULL;
}

const struct claims *persona_claims(const struct persona *p)
{
	return &p->claims;
}

bool persona_may_set(const struct claim *c)
{
	return !is_role(c) && !clause_is_claim(c->setting);
}

/* ---- roles ---- */

/* Who can become somebody whom no policy binds is told so (R41), and sees what it may. */
static bool can_bypass(const struct judge *j, const struct role *role)
{
	for (size_t i = 0; i < catalog_roles(j->catalog); i++) {
		const struct role *r = catalog_role_at(j->catalog, i);

		if ((r->superuser || r->bypassrls) &&
		    catalog_can_set(j->catalog, role->oid, r->oid))
			return true;
	}
	return false;
}

/* Whoever logs in is a tenant's there, whatever the session says: which one, nobody knows. */
static bool goes_by_login(const struct judge *j, const struct table *t, const struct actor *a)
{
	const unsigned usual = OPEN_ROLE | OPEN_PERSON | OPEN_NO_TENANT;
	bool any = false;

	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const struct clause_verdict *v =
			g->using_expr ? &g->using_verdict : &g->check_verdict;
		bool named;

		if (!g->policy->permissive || !judge_applies(j, g->policy, a, &named))
			continue;
		if (v->level != CLAUSE_OPEN || !(v->reasons & (OPEN_ROLE | OPEN_PERSON)) ||
		    v->reasons & ~usual)
			return false;
		any = true;
	}
	return any;
}

/* Others than the application's are tried where nothing was given to them by name. */
static bool is_tried(const struct judge *j, const struct table *t, size_t actor)
{
	const struct actor *a = &j->actors.v[actor];

	if (a->application)
		return true;
	if (!t->rights[actor] || !a->reached || a->trusted || a->bypasses ||
	    catalog_inherits(j->catalog, a->role->oid, t->r->owner_oid) ||
	    can_bypass(j, a->role))
		return false;
	if (t->directory && !t->r->rls)
		return false; /* R07 is about the application's */
	if (t->tenancy && !t->tenancy->by_login && goes_by_login(j, t, a))
		return false;
	for (size_t i = 0; i < t->r->npolicies; i++) {
		bool named = false;

		if (t->r->policies[i].permissive &&
		    !(judge_is_anybody(a) && expr_is_true(t->policies[i].using_expr)) &&
		    judge_applies(j, &t->r->policies[i], a, &named) &&
		    (named || judge_named_inside(j, &t->policies[i], a)))
			return false;
	}
	return true;
}

const struct role *persona_role(const struct persona *p, const struct relation *r, size_t i,
				bool *application)
{
	const struct table *t = judge_table(&p->j, r->oid);

	for (size_t a = 0; t && a < p->j.actors.len; a++) {
		*application = p->j.actors.v[a].application;
		if (is_tried(&p->j, t, a) && i-- == 0)
			return p->j.actors.v[a].role;
	}
	return NULL;
}

const struct role *persona_executor(const struct persona *p, const struct function *f, size_t i,
				    bool *application)
{
	for (size_t a = 0; a < p->j.actors.len; a++) {
		const struct actor *x = &p->j.actors.v[a];

		*application = x->application;
		if (x->application && !x->bypasses && !x->trusted &&
		    x->role->oid != f->owner_oid &&
		    catalog_may_call(p->j.catalog, x->role->oid, f) && i-- == 0)
			return x->role;
	}
	return NULL;
}

/* ---- what the session is asked ---- */

const struct claim *persona_next_claim(const struct persona *p, const struct tenancy *t,
				      const struct claim *after)
{
	const struct claim *end = p->claims.list.v + p->claims.list.len;

	for (after = after ? after + 1 : p->claims.list.v; after < end; after++)
		if (after->kind <= CLAIM_PERSON && tenancy_same(after->tenancy, t))
			return after;
	return NULL;
}

bool persona_asked(const struct persona *p, const struct tenancy *t)
{
	return persona_next_claim(p, t, NULL) != NULL;
}

const struct claim *persona_role_claim(const struct persona *p, const struct tenancy *t)
{
	for (const struct claim *c = NULL; (c = persona_next_claim(p, t, c));)
		if (is_role(c))
			return c;
	return NULL;
}

const char *persona_setting(const struct persona *p, const struct tenancy *t)
{
	const struct claim *c = t->setting ? NULL : persona_next_claim(p, t, NULL);

	return t->setting ? t->setting : c ? c->setting : NULL;
}

void persona_read_policies(const struct persona *p, const struct relation *r,
			  policy_reader *reader, void *ctx)
{
	bool more = true;

	for (size_t i = 0; more && i < r->npolicies; i++) {
		const struct policy *y = &r->policies[i];

		more = (!y->using_expr || reader(ctx, y->using_expr)) &&
		       (!y->check_expr || reader(ctx, y->check_expr));
		for (const oid *o = y->functions; more && *o; o++) {
			const struct function *f = catalog_function(p->j.catalog, *o);

			more = !f || !f->body || reader(ctx, f->body);
		}
	}
}

/* Claims that whoever is logged in writes itself. */
bool claim_by_user(const char *text)
{
	return text && (strstr(text, "user_metadata") || strstr(text, "user_meta_data"));
}

static bool not_by_user(void *ctx, const char *text)
{
	*(bool *)ctx = claim_by_user(text);
	return !*(bool *)ctx;
}

static bool reads_metadata(const struct persona *p, const struct relation *r)
{
	bool found = false;

	persona_read_policies(p, r, not_by_user, &found);
	return found;
}

/* Where others go by a token that was checked, this one goes by what a request says. */
bool claim_by_request(const struct claim *c, const struct tenancy *y)
{
	return c->kind == CLAIM_TENANT && clause_is_request(c->setting) && y && y->setting &&
	       clause_is_claim(y->setting);
}

static bool reads_request(const struct persona *p, const struct relation *r)
{
	const struct table *t = judge_table(&p->j, r->oid);
	bool found = false;

	for (size_t i = 0; t && i < p->claims.list.len; i++)
		found = found || claim_by_request(&p->claims.list.v[i], t->tenancy);
	for (size_t i = 0; found && i < r->npolicies; i++) {
		const char *text = r->policies[i].using_expr;

		if (text && strstr(text, "'request.header"))
			return true;
	}
	return false;
}

bool persona_forged(const struct persona *p, const struct relation *r)
{
	if (reads_metadata(p, r) || reads_request(p, r))
		return true;
	for (size_t i = 0; i < p->claims.list.len; i++)
		if (p->claims.list.v[i].kind == CLAIM_FORGED &&
		    p->claims.list.v[i].relation == r)
			return true;
	return false;
}

const struct probe_person *persona_person(const struct probe_plan *plan,
					      const struct claim *c, const char *tenant)
{
	for (size_t i = 0; i < plan->persons.len; i++) {
		const struct probe_person *who = &plan->persons.v[i];

		if (who->relation == c->relation && strcmp(who->column->name, c->column) == 0 &&
		    who->claim->session.rows == c->session.rows &&
		    strcmp(who->tenant, tenant) == 0)
			return who;
	}
	return NULL;
}

bool claim_same_place(const struct claim *a, const struct claim *b)
{
	return strcmp(a->setting, b->setting) == 0 && a->session.rows == b->session.rows &&
	       (a->path && b->path ? strcmp(a->path, b->path) == 0 : a->path == b->path);
}

/* Who wrote a row need not belong to its tenant: where people are looked up, only there. */
static bool says_who(const struct persona *p, const struct claim *c)
{
	for (size_t i = 0; !c->sought && i < p->claims.list.len; i++) {
		const struct claim *o = &p->claims.list.v[i];

		if (o->kind == CLAIM_PERSON && o->sought && claim_same_place(o, c))
			return false;
	}
	return true;
}

void persona_wanted(const struct persona *p, struct probe_plan *plan, const struct tenancy *t,
		    const char *a)
{
	for (const struct claim *c = NULL; (c = persona_next_claim(p, t, c));) {
		const struct table *home = c->kind == CLAIM_PERSON && says_who(p, c)
						   ? judge_table(&p->j, c->relation->oid)
						   : NULL;

		if (home && plan->persons.len < PERSONS_MAX && relation_is_table(home->r) &&
		    !persona_person(plan, c, a))
			*VEC_PUSH(&plan->persons) = (struct probe_person){
				.claim = c,
				.relation = home->r,
				.column = relation_column(home->r, c->column),
				.tenant_column = relation_column(home->r, home->tenant),
				.tenant = a,
			};
	}
}
