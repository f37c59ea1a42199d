/* SPDX-License-Identifier: MIT */
/*
 * A session of tenant A tells more than A's id: who it is (somebody who belongs to A and to no
 * other tenant), and its role.  All of that goes into as few settings as the policies read;
 * what shares a setting is put together in one JSON.
 */
#include "rls_persona.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "rls_clause_priv.h"
#include "rls_claims.h"
#include "rls_probe_priv.h"

enum { PERSONS_MAX = 200 };

struct persona {
	struct judge j;
	struct claims claims;
};

static bool is_role(const struct claim *c)
{
	return strcmp(c->setting, CLAIM_ROLE) == 0;
}

/* Where a session says who it is, the server's own name for it is the application's. */
static bool is_told_otherwise(const struct claims *all, const struct claim *role)
{
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
		    catalog_may_execute(p->j.catalog, x->role->oid, f) && i-- == 0)
			return x->role;
	}
	return NULL;
}

/* ---- what the session is asked ---- */

static const struct claim *next_claim(const struct persona *p, const struct tenancy *t,
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
	return next_claim(p, t, NULL) != NULL;
}

const struct claim *persona_role_claim(const struct persona *p, const struct tenancy *t)
{
	for (const struct claim *c = NULL; (c = next_claim(p, t, c));)
		if (is_role(c))
			return c;
	return NULL;
}

const char *persona_setting(const struct persona *p, const struct tenancy *t)
{
	const struct claim *c = t->setting ? NULL : next_claim(p, t, NULL);

	return t->setting ? t->setting : c ? c->setting : NULL;
}

/* Texts of the policies of r and of what they call; false from the reader ends it. */
typedef bool policy_reader(void *ctx, const char *text);

static void read_policies(const struct persona *p, const struct relation *r,
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
static bool by_user(const char *text)
{
	return text && (strstr(text, "user_metadata") || strstr(text, "user_meta_data"));
}

static bool not_by_user(void *ctx, const char *text)
{
	*(bool *)ctx = by_user(text);
	return !*(bool *)ctx;
}

static bool reads_metadata(const struct persona *p, const struct relation *r)
{
	bool found = false;

	read_policies(p, r, not_by_user, &found);
	return found;
}

/* Where others go by a token that was checked, this one goes by what a request says. */
static bool goes_by_request(const struct claim *c, const struct tenancy *y)
{
	return c->kind == CLAIM_TENANT && clause_is_request(c->setting) && y && y->setting &&
	       clause_is_claim(y->setting);
}

static bool reads_request(const struct persona *p, const struct relation *r)
{
	const struct table *t = judge_table(&p->j, r->oid);
	bool found = false;

	for (size_t i = 0; t && i < p->claims.list.len; i++)
		found = found || goes_by_request(&p->claims.list.v[i], t->tenancy);
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

static const struct probe_person *find_person(const struct probe_plan *plan,
					      const struct claim *c, const char *tenant)
{
	for (size_t i = 0; i < plan->persons.len; i++) {
		const struct probe_person *who = &plan->persons.v[i];

		if (who->relation == c->relation && strcmp(who->column->name, c->column) == 0 &&
		    strcmp(who->tenant, tenant) == 0)
			return who;
	}
	return NULL;
}

static bool same_place(const struct claim *a, const struct claim *b)
{
	return strcmp(a->setting, b->setting) == 0 &&
	       (a->path && b->path ? strcmp(a->path, b->path) == 0 : a->path == b->path);
}

/* Who wrote a row need not belong to its tenant: where people are looked up, only there. */
static bool says_who(const struct persona *p, const struct claim *c)
{
	for (size_t i = 0; !c->sought && i < p->claims.list.len; i++) {
		const struct claim *o = &p->claims.list.v[i];

		if (o->kind == CLAIM_PERSON && o->sought && same_place(o, c))
			return false;
	}
	return true;
}

void persona_wanted(const struct persona *p, struct probe_plan *plan, const struct tenancy *t,
		    const char *a)
{
	for (const struct claim *c = NULL; (c = next_claim(p, t, c));) {
		const struct table *home = c->kind == CLAIM_PERSON && says_who(p, c)
						   ? judge_table(&p->j, c->relation->oid)
						   : NULL;

		if (home && plan->persons.len < PERSONS_MAX && relation_is_table(home->r) &&
		    !find_person(plan, c, a))
			*VEC_PUSH(&plan->persons) = (struct probe_person){
				.claim = c,
				.relation = home->r,
				.column = relation_column(home->r, c->column),
				.tenant_column = relation_column(home->r, home->tenant),
				.tenant = a,
			};
	}
}

/* ---- the settings of a probe ---- */

struct making {
	const struct probe_plan *plan;
	const char *tenant;
	bool arranged; /* who was not found is made */
	struct probe_settings *out;
	struct json *roots[PROBE_SETTINGS]; /* of out's, while they are JSON */
};

/* The place of a setting in out; -1: there are too many. */
static int place(struct making *m, const char *setting)
{
	size_t i = 0;

	while (i < m->out->n && strcmp(m->out->v[i].name, setting) != 0)
		i++;
	if (i == PROBE_SETTINGS)
		return -1;
	if (i == m->out->n) {
		m->out->v[m->out->n++] = (struct probe_setting){ .name = setting };
		m->roots[i] = NULL;
	}
	return (int)i;
}

/* What is there stays: the first claim is the most used one. */
static void put_path(struct json *root, const char *dotted, struct json *owned)
{
	char *path = xstrdup(dotted), *rest, *name = strtok_r(path, ".", &rest), *next;

	while (name && (next = strtok_r(NULL, ".", &rest))) {
		struct json *below = json_get(root, name);

		if (!below || json_type(below) != JSON_OBJECT) {
			json_set(root, name, json_new_object());
			below = json_get(root, name);
		}
		root = below;
		name = next;
	}
	if (name && !json_get(root, name))
		json_set(root, name, owned);
	else
		json_free(&owned);
	free(path);
}

static void put(struct making *m, const char *setting, const char *path, bool list,
		bool json_list, const char *value)
{
	int at = place(m, setting);

	if (at < 0)
		return;
	if (path) {
		struct json *v = json_new_text(value);

		if (json_list) {
			struct json *all = json_new_array();

			json_append(all, v);
			v = all;
		}
		if (!m->roots[at])
			m->roots[at] = json_new_object();
		put_path(m->roots[at], path, v);
	} else if (!m->out->v[at].value) {
		const struct tenancy plain = { .setting = setting, .list = list };

		m->out->v[at].value = profile_setting_value(&plain, value);
	}
}

static void put_around(struct making *m, const struct claim *c, const char *value)
{
	char *whole = xasprintf("%s%s%s", c->prefix ? c->prefix : "", value,
				c->suffix ? c->suffix : "");

	put(m, c->setting, c->path, c->list, c->json_list, whole);
	free(whole);
}

static void put_claims(struct making *m, const struct tenancy *y)
{
	for (const struct claim *c = NULL; (c = next_claim(m->plan->persona, y, c));) {
		const struct probe_person *who =
			c->kind == CLAIM_PERSON ? find_person(m->plan, c, m->tenant) : NULL;
		char *made = who && !who->value && m->arranged ? persona_made(who) : NULL;
		const char *value = c->kind == CLAIM_TENANT ? m->tenant
				    : made		    ? made
				    : who		    ? who->value
							    : NULL;

		if (value)
			put_around(m, c, value);
		free(made);
	}
	if (y->setting)
		put(m, y->setting, y->claim_path, y->list, false, m->tenant);
}

static char *forged_value(const struct probe_target *t, const struct claim *c)
{
	if (c->literal && strcmp(c->literal, CLAIM_BOTH) == 0)
		return xasprintf("%s %s", t->a, t->b);
	return xstrdup(c->literal);
}

static void put_forged(struct making *m, const struct probe_target *t)
{
	const struct claims *all = &m->plan->persona->claims;

	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];
		bool said = c->kind == CLAIM_FORGED || (c->kind == CLAIM_SAID && m->arranged);
		int at = said && c->relation == t->relation ? place(m, c->setting) : -1;

		if (c->kind == CLAIM_TENANT &&
		    (by_user(c->path) || goes_by_request(c, t->tenancy)) &&
		    tenancy_same(c->tenancy, t->tenancy))
			put(m, c->setting, c->path, c->list, c->json_list, t->b);
		char *value = at >= 0 ? forged_value(t, c) : NULL;

		if (at >= 0 && c->path) {
			put(m, c->setting, c->path, false, false, value);
			free(value);
		} else if (at >= 0) {
			free(m->out->v[at].value);
			m->out->v[at].value = value;
		}
	}
	if (t->tenancy->setting && by_user(t->tenancy->claim_path))
		put(m, t->tenancy->setting, t->tenancy->claim_path, t->tenancy->list, false,
		    t->b);
}

static void finish(struct making *m, const struct probe *x)
{
	for (size_t i = 0; i < m->out->n; i++) {
		struct buf text = BUF_INIT;

		if (!m->roots[i])
			continue;
		if (x->role && !json_get(m->roots[i], "role"))
			json_set(m->roots[i], "role", json_new_text(x->role->name));
		json_write(&text, m->roots[i], JSON_COMPACT);
		json_free(&m->roots[i]);
		free(m->out->v[i].value);
		m->out->v[i].value = buf_detach(&text);
	}
}

void probe_settings(const struct probe_plan *plan, const struct probe *x, const char *tenant,
		    struct probe_settings *out)
{
	const struct probe_target *t = &plan->targets.v[x->target];
	struct making m = { .plan = plan,
			    .tenant = tenant,
			    .arranged = x->kind == PROBE_ARRANGED,
			    .out = out };

	out->n = 0;
	if (x->kind == PROBE_UNSET)
		return;
	if (x->grant) { /* what is there stays */
		char *who = persona_newcomer(plan, x);

		put(&m, x->grant->setting, x->grant->path, x->grant->list, x->grant->json_list,
		    who);
		free(who);
	}
	if (x->kind == PROBE_FORGED || x->kind == PROBE_ARRANGED)
		put_forged(&m, t);
	put_claims(&m, t->tenancy);
	finish(&m, x);
	for (size_t i = 0; x->kind == PROBE_EMPTY && i < out->n; i++)
		if (out->v[i].value)
			out->v[i].value[0] = '\0';
	/* What could not be answered is not asked. */
	for (size_t i = out->n; i-- > 0;)
		if (!out->v[i].value)
			out->v[i] = out->v[--out->n];
}

void probe_settings_release(struct probe_settings *s)
{
	while (s->n)
		free(s->v[--s->n].value);
}

void probe_plan_eyes(struct probe_plan *plan, const struct tenancy *y, const char *tenant,
		     const char *named)
{
	*VEC_PUSH(&plan->targets) = (struct probe_target){ .tenancy = y,
							   .name = "",
							   .a = arena_strdup(plan->arena, tenant) };
	persona_wanted(plan->persona, plan, y, plan->targets.v[0].a);
	for (size_t i = 0; named && i < plan->persons.len; i++)
		plan->persons.v[i].value = arena_strdup(plan->arena, named);
}

void probe_eyes(const struct probe_plan *plan, const struct role *role,
		struct probe_settings *out)
{
	const struct probe x = { .kind = PROBE_READ, .role = role };

	probe_settings(plan, &x, plan->targets.v[0].a, out);
}

const char *probe_person_setting(const struct probe_person *who)
{
	return who->claim->setting;
}

/* ---- what a session of A can say ---- */

static const char *value_of(const struct probe_settings *s, const char *setting)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].name, setting) == 0)
			return s->v[i].value;
	return NULL;
}

/* The other column of a tenant that is two: many tenants have the same value there. */
static bool is_half(const struct probe_plan *p, const struct claim *c)
{
	const struct profile *f = p->input->profile;

	for (size_t i = 0; c->column && i < profile_tenancies(f); i++) {
		const struct tenancy *y = profile_tenancy(f, i);

		if (y != c->tenancy && y->setting && strcmp(y->setting, c->setting) == 0 &&
		    y->column && strcmp(y->column, c->column) == 0)
			return true;
	}
	return false;
}

static bool is_half_setting(const struct probe_plan *p, const struct tenancy *t,
			    const char *setting)
{
	for (const struct claim *c = NULL; (c = next_claim(p->persona, t, c));)
		if (strcmp(c->setting, setting) == 0 && is_half(p, c))
			return true;
	return false;
}

bool persona_differs(const struct probe_plan *plan, const struct probe *x)
{
	const struct probe_target *t = &plan->targets.v[x->target];
	struct probe_settings a = { .n = 0 }, b = { .n = 0 };
	bool differs;

	probe_settings(plan, x, t->a, &a);
	probe_settings(plan, x, t->b, &b);
	differs = a.n > 0 && a.n == b.n;
	for (size_t i = 0; differs && i < a.n; i++) {
		const char *other = value_of(&b, a.v[i].name);

		differs = other && (strcmp(other, a.v[i].value) != 0 ||
				    is_half_setting(plan, t->tenancy, a.v[i].name));
	}
	probe_settings_release(&a);
	probe_settings_release(&b);
	return differs;
}

struct lacking {
	const struct probe_plan *plan;
	struct probe_settings settings;
	const char *found;
};

static bool look_for_unknown(void *ctx, const char *text)
{
	static const char call[] = "current_setting('";
	struct lacking *l = ctx;

	for (const char *at = text; !l->found && (at = strstr(at, call)); at++) {
		const char *name = at + strlen(call);
		char *setting = xstrndup(name, strcspn(name, "'"));

		if (!value_of(&l->settings, setting))
			l->found = arena_intern(l->plan->arena, setting);
		free(setting);
	}
	return !l->found;
}

static bool has_place(const struct probe_plan *plan, const struct claim *c, const char *tenant)
{
	const struct probe_person *who = find_person(plan, c, tenant);

	return who && who->value;
}

const char *persona_lacks(const struct probe_plan *plan, const struct probe *x)
{
	const struct probe_target *t = &plan->targets.v[x->target];
	struct lacking l = { .plan = plan };
	struct probe most = *x;

	if (!t->relation)
		return NULL;
	if (persona_forged(plan->persona, t->relation))
		most.kind = PROBE_FORGED; /* there it says all that is known */
	probe_settings(plan, &most, t->a, &l.settings);
	read_policies(plan->persona, t->relation, look_for_unknown, &l);
	probe_settings_release(&l.settings);
	/* Somebody who is looked up, and was not found. */
	for (const struct claim *c = NULL;
	     !l.found && (c = next_claim(plan->persona, t->tenancy, c));)
		if (c->kind == CLAIM_PERSON && c->relation == t->relation &&
		    !has_place(plan, c, t->a))
			l.found = c->column;
	return l.found;
}

const char *persona_role_name(const struct probe_plan *plan, const struct probe *x,
			      const char *tenant)
{
	struct probe_settings s = { .n = 0 };
	const char *name = NULL;

	probe_settings(plan, x, tenant, &s);
	if (value_of(&s, CLAIM_ROLE))
		name = arena_intern(plan->arena, value_of(&s, CLAIM_ROLE));
	probe_settings_release(&s);
	return name;
}

/* ---- somebody new ---- */

struct naming {
	const char *name;
	bool *found;
};

static bool not_naming(void *ctx, const char *text)
{
	const struct naming *n = ctx;

	*n->found = mentions_word(text, n->name);
	return !*n->found;
}

const struct claim *persona_grant(const struct probe_plan *plan, const struct probe_target *t,
				  size_t i)
{
	const struct persona *p = plan->persona;

	for (const struct claim *c = NULL; (c = next_claim(p, t->tenancy, c));) {
		const struct tenancy *y = NULL;
		bool reads = false;

		if (c->kind != CLAIM_PERSON || !c->sought || c->relation == t->relation ||
		    !relation_is_table(c->relation))
			continue;
		read_policies(p, t->relation, not_naming,
			      &(struct naming){ .name = c->relation->name, .found = &reads });
		if (reads && probe_tenant_column(plan, c->relation, &y) && i-- == 0)
			return c;
	}
	return NULL;
}

static char *new_value(const struct column *c)
{
	if (strcmp(c->type, "uuid") == 0)
		return xstrdup("50755000-0000-4000-8000-000000000001");
	return xstrdup(c->type_category == 'N' ? "2000000001" : "souk");
}

char *persona_made(const struct probe_person *who)
{
	return new_value(who->column);
}

char *persona_newcomer(const struct probe_plan *plan, const struct probe *x)
{
	const struct probe_target *t = &plan->targets.v[x->target];
	const struct probe_person *who = find_person(plan, x->grant, t->a);

	if (who && who->value)
		return xstrdup(who->value);
	return new_value(relation_column(x->grant->relation, x->grant->column));
}

/* ---- looking for somebody ---- */

/* Nor is it known to another tenant where else people are looked up by the same claim. */
static void put_elsewhere(const struct probe_plan *p, const struct probe_person *who,
			  struct buf *out)
{
	const struct claims *all = &p->persona->claims;

	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];
		const struct table *t = c->kind == CLAIM_PERSON && c->sought
						? judge_table(&p->persona->j, c->relation->oid)
						: NULL;

		if (!t || !same_place(c, who->claim) || !relation_is_table(t->r) ||
		    (t->r == who->relation && strcmp(c->column, who->column->name) == 0))
			continue;
		const struct sqlvar vars[] = {
			{ "schema", t->r->schema },
			{ "table", t->r->name },
			{ "person", c->column },
			{ "tenant", t->tenant },
			{ "own", who->tenant },
		};

		buf_addc(out, ' ');
		sql_fragment(out, p->input->sql, "rls_probe.elsewhere", vars, ARRAY_SIZE(vars));
	}
}

void probe_person_sql(const struct probe_plan *p, const struct probe_person *who,
		      struct buf *sql)
{
	struct buf elsewhere = BUF_INIT, only = BUF_INIT;
	struct err err = ERR_INIT;
	const struct sqlquery *q =
		sqlset_get(p->input->sql, "rls_probe_person",
			   catalog_server_version(p->input->catalog));

	if (!is_half(p, who->claim))
		put_elsewhere(p, who, &elsewhere);
	const struct sqlvar alone[] = {
		{ "schema", who->relation->schema },  { "table", who->relation->name },
		{ "person", who->column->name },      { "tenant", who->tenant_column->name },
		{ "type", who->tenant_column->type }, { "own", who->tenant },
	};

	sql_fragment(&only, p->input->sql,
		     is_half(p, who->claim) ? "rls_probe.anybody" : "rls_probe.nobody_else",
		     alone, ARRAY_SIZE(alone));
	const struct sqlvar vars[] = {
		{ "schema", who->relation->schema },  { "table", who->relation->name },
		{ "person", who->column->name },      { "tenant", who->tenant_column->name },
		{ "type", who->tenant_column->type }, { "own", who->tenant },
		{ "elsewhere", elsewhere.data },      { "only", only.data },
	};

	if (!sql_expand(sql, q->text, vars, ARRAY_SIZE(vars), &err))
		BUG("rls_probe_person: %s", err.why);
	buf_release(&only);
	buf_release(&elsewhere);
}

void probe_person_answer(struct probe_plan *p, struct probe_person *who,
			 const struct reply *rows)
{
	if (rows && reply_rows(rows) && reply_text(rows, 0, 0))
		who->value = arena_intern(p->arena, reply_text(rows, 0, 0));
}
