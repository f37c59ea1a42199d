/* SPDX-License-Identifier: MIT */
/* On whose behalf a session works, and whether it may write. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/settings.h"
#include "command/tenant.h"
#include "db/sql.h"
#include "session_priv.h"

static void on_arm_timer(void *ctx)
{
	struct session *s = ctx;

	if (session_arm_left(s) <= 0)
		session_arm(s, false);
	else
		loop_timer_start(s->arm_timer, (uint64_t)(session_arm_left(s) * 1000) + 1, 0);
}

static void on_all_timer(void *ctx)
{
	struct session *s = ctx;
	const struct tenant_choice none = { .kind = TENANT_NONE };

	tenant_close_all(s);
	session_set_tenant(s, s->previous.kind == TENANT_ALL ? &none : &s->previous);
}

static void choice_release(struct tenant_choice *c)
{
	free(c->id);
	free(c->label);
	free(c->reason);
	*c = (struct tenant_choice){ 0 };
}

void session_scope_init(struct session *s)
{
	s->arm_timer = loop_timer_new(s->loop, on_arm_timer, s);
	s->all_timer = loop_timer_new(s->loop, on_all_timer, s);
}

void session_scope_release(struct session *s)
{
	loop_timer_free(&s->arm_timer);
	loop_timer_free(&s->all_timer);
	choice_release(&s->tenant);
	choice_release(&s->previous);
	free(s->wanted_tenant);
	free(s->role);
	person_release(&s->person);
	free(s->reason);
}

/* ---- scope ---- */

bool session_unbound(const struct session *s)
{
	const struct catalog *c = session_catalog(s);
	const struct role *role = c ? catalog_role(c, catalog_current_role(c)) : NULL;

	return s->tenant.kind == TENANT_ONE && role && (role->superuser || role->bypassrls);
}

static bool applies(const struct policy *p, const struct catalog *c, const struct role *role)
{
	for (size_t i = 0; p->roles[i]; i++) {
		const struct role *of = catalog_role(c, p->roles[i]);

		if (strcmp(p->roles[i], "public") == 0 ||
		    (of && (of == role || catalog_inherits(c, role->oid, of->oid))))
			return p->command == 'r' || p->command == '*';
	}
	return false;
}

/* A policy of it shows the role every row, and none takes any away. */
static bool lets_through(const struct relation *r, const struct catalog *c,
			 const struct role *role)
{
	bool all = false;

	for (size_t i = 0; i < r->npolicies; i++) {
		const struct policy *p = &r->policies[i];

		if (!applies(p, c, role))
			continue;
		if (!p->permissive)
			return false;
		all = all || (p->using_expr && strcmp(p->using_expr, "true") == 0);
	}
	return all;
}

/* The server tells it of the role that has logged in; of one that is looked as, it is worked
 * out. */
static bool policies_bind(const struct session *s, const struct relation *r,
			  const struct role *role)
{
	const struct catalog *c = session_catalog(s);

	if (role->superuser || role->bypassrls)
		return false;
	if (!s->role)
		return r->rls_active;
	return r->rls && (r->rls_forced || !catalog_inherits(c, role->oid, r->owner_oid));
}

bool session_sees_all(const struct session *s, const struct relation *r)
{
	const struct catalog *c = session_catalog(s);
	const char *name = s->role ? s->role : c ? catalog_current_role(c) : NULL;
	const struct role *role = name ? catalog_role(c, name) : NULL;
	const struct relation_profile *rp;

	if (s->tenant.kind != TENANT_NONE || session_wanted_tenant(s) || !role || !s->profile)
		return false;
	if (!r)
		return role->superuser || role->bypassrls;
	rp = profile_relation(s->profile, r->oid);
	if (rp->tenancy < 0 || rp->tenant_by_view ||
	    profile_tenancy(s->profile, (size_t)rp->tenancy)->directory == r->oid)
		return false;
	/* What such views show is not to be told from outside. */
	if (r->kind == RELATION_VIEW &&
	    (r->definition || (r->security_invoker && !role->superuser && !role->bypassrls)))
		return false;
	return !policies_bind(s, r, role) || lets_through(r, c, role);
}

const struct tenant_choice *session_tenant(const struct session *s)
{
	return &s->tenant;
}

const char *session_wanted_tenant(const struct session *s)
{
	return s->wanted_error.kind ? NULL : s->wanted_tenant;
}

const struct err *session_wanted_error(const struct session *s)
{
	return s->wanted_error.kind ? &s->wanted_error : NULL;
}

const struct err *session_refused(const struct session *s)
{
	return s->profile_error.kind ? &s->profile_error : session_wanted_error(s);
}

void session_set_tenant(struct session *s, const struct tenant_choice *choice)
{
	struct tenant_choice copy = {
		.kind = choice->kind,
		.tenancy = choice->tenancy,
		.id = xstrdup_null(choice->id),
		.label = xstrdup_null(choice->label),
		.reason = xstrdup_null(choice->reason),
	};
	double limit;

	choice_release(&s->previous);
	s->previous = s->tenant;
	s->tenant = copy;
	free(s->wanted_tenant);
	s->wanted_tenant = NULL;
	err_clear(&s->wanted_error);
	person_release(&s->person);
	/* Rights given for one tenant's records are not carried into another's. */
	if (s->tenant.kind == TENANT_ALL)
		session_arm(s, false);
	limit = settings_seconds(s->settings, "all-tenants-timeout");
	if (s->tenant.kind == TENANT_ALL && limit > 0)
		loop_timer_start(s->all_timer, (uint64_t)(limit * 1000), 0);
	else
		loop_timer_stop(s->all_timer);
	session_tell(s, SESSION_SCOPE);
}

const struct tenant_choice *session_previous_tenant(const struct session *s)
{
	return &s->previous;
}

const char *session_role(const struct session *s)
{
	return s->role;
}

void session_set_role(struct session *s, const char *role)
{
	free(s->role);
	s->role = xstrdup_null(role);
	person_release(&s->person);
	session_tell(s, SESSION_SCOPE);
}

const char *session_person(const struct session *s)
{
	return s->person.label;
}

void session_set_person(struct session *s, const struct person *who)
{
	bool had = s->person.label != NULL;

	person_release(&s->person);
	if (who && who->label)
		person_copy(&s->person, who);
	if (had || s->person.label)
		session_tell(s, SESSION_SCOPE);
}

const char *session_tenant_schema(const struct session *s)
{
	return s->tenant.kind == TENANT_ONE && s->tenant.tenancy == TENANCY_SCHEMA
		       ? s->tenant.id
		       : NULL;
}

bool session_may_show(const struct session *s, const struct relation *r)
{
	const char *schema = session_tenant_schema(s);

	return !schema || !s->profile || strcmp(r->schema, schema) == 0 ||
	       !profile_is_tenant_schema(s->profile, r->schema);
}

const struct relation *session_relation(const struct session *s, const char *name,
					struct err *err)
{
	const char *schema = session_tenant_schema(s);
	const struct relation *r = catalog_find_from(s->catalog, schema, name, err);

	if (!r || session_may_show(s, r))
		return r;
	err_set(err, ERR_FAILED, name, "belongs to the tenant %s; the scope is %s", r->schema,
		schema);
	err_hint(err, "tenant %s works there", r->schema);
	return NULL;
}

/* His schema, then what was there: names without a schema mean his own or what all share. */
static void scope_schema(const struct session *s, const char *schema, struct scope *out)
{
	const char *const *path = catalog_search_path(s->catalog);
	struct buf text = BUF_INIT;

	sql_ident(&text, schema);
	for (; path && *path; path++) {
		const char *name =
			strcmp(*path, "$user") == 0 ? catalog_current_role(s->catalog) : *path;

		if (strcmp(name, schema) == 0 || profile_is_tenant_schema(s->profile, name))
			continue;
		buf_adds(&text, ", ");
		sql_ident(&text, *path);
	}
	out->search_path = buf_detach(&text);
}

/* One tenant's id goes into the setting that its tenancy's policies read; where they read
 * the name of the role instead, that is set. */
static void scope_tenant(const struct session *s, struct scope *out)
{
	const char *schema = session_tenant_schema(s);
	const struct tenancy *t;

	if (schema && s->profile)
		scope_schema(s, schema, out);
	else if (s->profile && s->tenant.kind == TENANT_ONE &&
		 (size_t)s->tenant.tenancy < profile_tenancies(s->profile)) {
		t = profile_tenancy(s->profile, (size_t)s->tenant.tenancy);
		tenant_scope_set(t, s->tenant.id, out);
	}
}

static int milliseconds(const struct session *s, const char *setting)
{
	return (int)(settings_seconds(s->settings, setting) * 1000);
}

void session_scope(const struct session *s, enum scope_use use, struct scope *out)
{
	scope_init(out);
	out->lock_timeout_ms = milliseconds(s, "lock-timeout");
	out->statement_timeout_ms = milliseconds(s, "statement-timeout");
	out->ahead = s->is_ahead;
	out->distributed = s->catalog && catalog_extension(s->catalog, "citus");
	switch (use) {
	case USE_CATALOG:
		out->search_path = xstrdup("pg_catalog");
		return;
	case USE_WRITE:
		out->statement_timeout_ms = milliseconds(s, "save-timeout");
		out->idle_timeout_ms = out->statement_timeout_ms * 2;
		break;
	case USE_BULK:
		out->statement_timeout_ms = 0;
		break;
	case USE_READ:
	case USE_WATCH:
		break;
	}
	out->role = xstrdup_null(s->role);
	scope_tenant(s, out);
	for (size_t i = 0; i < s->person.n; i++)
		scope_set(out, s->person.names[i], s->person.values[i]);
	if (s->tenant.reason || s->reason)
		scope_set(out, "souk.reason", s->tenant.reason ? s->tenant.reason : s->reason);
}

/* ---- writing ---- */

bool session_armed(const struct session *s)
{
	return s->armed;
}

double session_arm_left(const struct session *s)
{
	double limit = settings_seconds(s->settings, "arm-timeout");

	if (limit <= 0)
		return -1;
	return limit - (double)(time_monotonic_us() - s->armed_us) / 1e6;
}

void session_arm(struct session *s, bool armed)
{
	double limit = settings_seconds(s->settings, "arm-timeout");
	bool changed = s->armed != armed;

	s->armed = armed;
	s->armed_us = time_monotonic_us();
	if (armed && limit > 0)
		loop_timer_start(s->arm_timer, (uint64_t)(limit * 1000) + 1, 0);
	else
		loop_timer_stop(s->arm_timer);
	if (changed)
		session_tell(s, SESSION_ARMED);
}

bool session_production(const struct session *s)
{
	return s->profile && strcmp(profile_environment(s->profile), "production") == 0;
}
