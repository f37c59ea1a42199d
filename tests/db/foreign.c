/* SPDX-License-Identifier: MIT */
/*
 * Schemas of well-known shops and starters: every relation opens as a grid and as a record,
 * and of each one that says it can be edited, a row is saved for real.
 */
#include "rows.h"

#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "command/save.h"
#include "command/target.h"
#include "domain/genscreen.h"
#include "support/cluster.h"

struct visit {
	struct rows t;
	const struct record_plan *plan;
	struct record base;
	bool there, done;
	enum save_outcome outcome;
	char *why;
	size_t grids, saves;
};

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct visit *v = ctx;

	cr_assert_null(err, "%s", err ? err->why : "");
	cr_assert(record, "the row of the grid is no record");
	record_copy(&v->base, record);
	v->done = true;
}

static void on_saved(void *ctx, const struct save_result *r)
{
	struct visit *v = ctx;

	v->outcome = r->outcome;
	free(v->why);
	v->why = xstrdup_null(r->err.why);
	v->done = true;
}

static bool in_any(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		for (size_t k = 0; k < r->indexes[i].ncolumns; k++) {
			if (r->indexes[i].columns[k] == attnum)
				return true;
		}
	}
	for (size_t i = 0; i < r->nreferences; i++) {
		for (size_t k = 0; k < r->references[i]->n; k++) {
			if (r->references[i]->from_columns[k] == attnum)
				return true;
		}
	}
	return false;
}

/* A column that takes a one-digit text as well as a number. */
static const struct column *harmless(const struct visit *v, const struct relation *r)
{
	int version = profile_relation(session_profile(v->t.session), r->oid)->version_attnum;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if ((c->type_category == 'S' || c->type_category == 'N') && !c->choices &&
		    !in_any(r, c->attnum) && c->attnum != version && !c->generated &&
		    c->identity != 'a' && (c->rights & RIGHT_UPDATE))
			return c;
	}
	return NULL;
}

static void save_first_row(struct visit *v, const struct relation *r, const char *name)
{
	const struct column *c = harmless(v, r);
	struct err err = ERR_INIT;
	struct record_plan *plan = target_plan(v->t.session, name, NULL, &err);
	char **key, *word;
	size_t n = 0;
	struct save_request req = { .plan = plan, .kind = SAVE_UPDATE, .base = &v->base };

	cr_assert(plan, "%s: %s", name, err.why);
	if (c) {
		key = target_key(NULL, plan, rowset_key(v->t.r, 0), &err);
		cr_assert(key, "%s: %s", name, err.why);
		v->done = false;
		record_fetch(v->t.session, plan, (const char *const *)key, on_record, v);
		rows_until(&v->t, v->done);
		word = xasprintf("%s=7", c->name);
		struct change *changes =
			target_changes(plan, (const char *const[]){ word, NULL }, &n, &err);

		cr_assert(changes, "%s: %s", name, err.why);
		req.changes = changes;
		req.nchanges = n;
		v->done = false;
		save_start(v->t.session, &req, on_saved, v);
		rows_until(&v->t, v->done);
		cr_expect_eq(v->outcome, SAVE_DONE, "%s.%s: outcome %d, %s", name, c->name,
			     (int)v->outcome, v->why ? v->why : "");
		v->saves += v->outcome == SAVE_DONE;
		free(changes);
		free(word);
		target_key_free(&key);
		record_release(&v->base);
	}
	record_plan_free(&plan);
}

static void visit(struct visit *v, const struct relation *r)
{
	struct arena *a = arena_new();
	const char *name = genscreen_name(a, r);
	char *record = xasprintf("%s.record", name);
	struct err err = ERR_INIT;
	const struct screendef *def = session_screen(v->t.session, name, &err);

	cr_assert(def, "%s: %s", name, err.why);
	cr_expect(session_screen(v->t.session, record, &err), "%s: %s", record, err.why);
	v->t.r = rowset_new(v->t.session, def, NULL, rows_event, &v->t, &err);
	cr_assert(v->t.r, "%s: %s", name, err.why);
	rowset_resize(v->t.r, 10);
	rows_settle(&v->t);
	cr_expect_null(rowset_error(v->t.r), "%s: %s", name,
		       rowset_error(v->t.r) ? rowset_error(v->t.r)->why : "");
	v->grids++;
	cr_expect_neq(def->edit.allowed, def->edit.why != NULL, "%s: edit", name);
	if (def->edit.allowed && rowset_len(v->t.r) > 0)
		save_first_row(v, r, name);
	rowset_free(&v->t.r);
	free(record);
	arena_free(&a);
}

/* saves: at least so many relations must have taken one. */
static void visit_all(const char *file, size_t saves)
{
	struct visit v = { .grids = 0 };
	char *db = cluster_database(file);
	const struct catalog *c;
	bool ready = false;

	char *state = xasprintf("%s/foreign-%d", cluster_host(cluster()), (int)getpid());

	setenv("XDG_STATE_HOME", state, 1);
	free(state);
	rows_session(&v.t, db);
	session_arm(v.t.session, true);
	session_when_ready(v.t.session, READY_SCOPE, rows_ready, &ready);
	rows_until(&v.t, ready);
	c = session_catalog(v.t.session);
	for (size_t i = 0; i < catalog_relations(c); i++)
		visit(&v, catalog_relation_at(c, i));
	cr_expect_geq(v.grids, 4);
	cr_expect_geq(v.saves, saves, "%s: %zu saves", file, v.saves);
	rows_close(&v.t);
	free(v.why);
	free(db);
}

Test(foreign, medusa)
{
	visit_all("tests/db/schemas/medusa.sql", 6);
}

Test(foreign, saleor)
{
	visit_all("tests/db/schemas/saleor.sql", 6);
}

Test(foreign, spree)
{
	visit_all("tests/db/schemas/spree.sql", 0);
}

Test(foreign, odoo)
{
	visit_all("tests/db/schemas/odoo.sql", 5);
}

Test(foreign, discourse)
{
	visit_all("tests/db/schemas/discourse.sql", 4);
}

Test(foreign, supabase)
{
	visit_all("tests/db/schemas/supabase.sql", 3);
}

Test(foreign, acts_as_tenant)
{
	visit_all("tests/db/schemas/acts_as_tenant.sql", 4);
}

Test(foreign, django_tenants)
{
	visit_all("tests/db/schemas/django_tenants.sql", 4);
}

Test(foreign, role_per_tenant)
{
	visit_all("tests/db/schemas/role_per_tenant.sql", 2);
}

Test(foreign, citus)
{
	visit_all("tests/db/schemas/citus.sql", 0);
}

Test(foreign, laravel)
{
	visit_all("tests/db/schemas/laravel.sql", 7);
}

Test(foreign, dotnet)
{
	visit_all("tests/db/schemas/dotnet.sql", 4);
}

Test(foreign, scoped_views)
{
	visit_all("tests/db/schemas/scoped_views.sql", 4);
}

Test(foreign, idempiere)
{
	visit_all("tests/db/schemas/idempiere.sql", 4);
}

Test(foreign, ledger)
{
	visit_all("tests/db/schemas/ledger.sql", 3);
}

Test(foreign, mattermost)
{
	visit_all("tests/db/schemas/mattermost.sql", 3);
}

Test(foreign, keycloak)
{
	visit_all("tests/db/schemas/keycloak.sql", 3);
}

Test(foreign, lago)
{
	visit_all("tests/db/schemas/lago.sql", 0);
}

Test(foreign, vendure)
{
	visit_all("tests/db/schemas/vendure.sql", 0);
}

Test(foreign, calcom)
{
	visit_all("tests/db/schemas/calcom.sql", 0);
}

Test(foreign, chatwoot)
{
	visit_all("tests/db/schemas/chatwoot.sql", 2);
}

Test(foreign, three_models)
{
	visit_all("tests/db/schemas/three_models.sql", 4);
}

Test(foreign, apartment)
{
	visit_all("tests/db/schemas/apartment.sql", 3);
}
