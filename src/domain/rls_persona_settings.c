/* SPDX-License-Identifier: MIT */
/*
 * What a session of tenant A says.  All of that goes into as few settings as the policies read;
 * what shares a setting is put together in one JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "domain/pgarray.h"
#include "rls_persona_priv.h"

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

const char *probe_one_of(struct arena *arena, const char *tenant)
{
	struct pgarray list = PGARRAY_INIT;
	const char *one = NULL;

	if (*tenant == '{' && pgarray_parse(&list, tenant))
		for (size_t i = 0; i < list.len && !one; i++)
			one = list.v[i] ? arena_strdup(arena, list.v[i]) : NULL;
	pgarray_release(&list);
	return one ? one : tenant;
}

static void put_around(struct making *m, const struct claim *c, const char *value)
{
	char *whole = xasprintf("%s%s%s", c->prefix ? c->prefix : "", value,
				c->suffix ? c->suffix : "");

	put(m, c->setting, c->path, c->list, c->json_list, whole);
	free(whole);
}

static void put_tenant(struct making *m, const struct tenancy *y, const char *tenant)
{
	put(m, y->setting, y->claim_path, y->list, false, probe_one_of(m->plan->arena, tenant));
}

static void put_claims(struct making *m, const struct tenancy *y)
{
	for (const struct claim *c = NULL; (c = persona_next_claim(m->plan->persona, y, c));) {
		const struct probe_person *who =
			c->kind == CLAIM_PERSON ? persona_person(m->plan, c, m->tenant) : NULL;
		char *made = who && !who->value && m->arranged && !c->session.rows
				     ? persona_of(m->plan, c, y, m->tenant)
				     : NULL;
		const char *value = c->kind == CLAIM_TENANT
					    ? probe_one_of(m->plan->arena, m->tenant)
				    : made ? made
				    : who  ? who->says
					   : NULL;

		if (value)
			put_around(m, c, value);
		free(made);
	}
	if (y->setting)
		put_tenant(m, y, m->tenant);
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
		    (claim_by_user(c->path) || claim_by_request(c, t->tenancy)) &&
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
	if (t->tenancy->setting && claim_by_user(t->tenancy->claim_path))
		put_tenant(m, t->tenancy, t->b);
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
	*VEC_PUSH(&plan->targets) = (struct probe_target){
		.tenancy = y, .name = "", .a = arena_strdup(plan->arena, tenant)
	};
	persona_wanted(plan->persona, plan, y, plan->targets.v[0].a);
	for (size_t i = 0; named && i < plan->persons.len; i++)
		plan->persons.v[i].value = plan->persons.v[i].says =
			arena_strdup(plan->arena, named);
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
bool persona_is_half(const struct probe_plan *p, const struct claim *c)
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
	for (const struct claim *c = NULL; (c = persona_next_claim(p->persona, t, c));)
		if (strcmp(c->setting, setting) == 0 && persona_is_half(p, c))
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
	const struct probe_person *who = persona_person(plan, c, tenant);

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
	persona_read_policies(plan->persona, t->relation, look_for_unknown, &l);
	probe_settings_release(&l.settings);
	/* Somebody who is looked up, and was not found. */
	for (const struct claim *c = NULL;
	     !l.found && (c = persona_next_claim(plan->persona, t->tenancy, c));)
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
