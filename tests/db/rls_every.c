/* SPDX-License-Identifier: MIT */
/*
 * Each row of the table of rules has a hole that it finds and a clean neighbour that it passes
 * by: a rule that joins the table brings both.
 */
#include "base/map.h"
#include "rls_look.h"

/* Of the server or the session: no schema is the neighbour. */
static const struct {
	const char *id, *why;
} without_clean[] = {
	{ "R00", "each policy by a setting has it" },
	{ "R90", "it says what was not understood" },
	{ "V01", "the newest minor version" },
	{ "N15", "a newer server" },
};

/* What the server's version decides is found, or is not, whatever the schema. */
static bool of_the_version(const char *id)
{
	return strncmp(id, "V01", 3) == 0 || strncmp(id, "N15", 3) == 0;
}

/* Clean neighbours whose names do not say of which rule. */
static const struct {
	const char *id, *name;
} cleans[] = {
	{ "R07", "tenancy_tenants" },	       { "R87", "sound_tickets" },
	{ "L05", "inventory_movements" },      { "L06", "sales_orders" },
	{ "N09", "catalog_products" },	       { "N14", "outbox_messages" },
	{ "M03", "pg_read_binary_file" },     { "R75", "t_cyberdyne" },
	{ "R76", "sound_all_orders" },	       { "R77", "sound_usage" },
};

static const char *const files[] = {
	"tests/db/rls/holes.sql",  "tests/db/rls/every.sql", "tests/db/rls/lookalikes.sql",
	"tests/db/rls/design.sql", "tests/db/rls/workspaces.sql",
	"tests/db/platform/install.sh", "tests/db/rls/apartments.sql",
};

/* Is name, or the neighbour of several rules "ok_r46_r47_named", about the rule id? */
static bool is_neighbour(const char *name, const char *id)
{
	char part[6] = { '_', (char)(id[0] - 'A' + 'a'), id[1], id[2], '_', '\0' };

	for (size_t i = 0; i < ARRAY_SIZE(cleans); i++)
		if (strncmp(cleans[i].id, id, 3) == 0 && strcmp(cleans[i].name, name) == 0)
			return true;
	return strncmp(name, "ok_", 3) == 0 &&
	       (strstr(name, part) ||
		(*id == 'R' && strncmp(name + 3, id + 1, 2) == 0 && name[5] == '_'));
}

struct seen {
	struct map *holes;  /* ids that some finding has */
	struct map *cleans; /* ids that some neighbour has, of which no finding speaks */
	int version;	    /* of the server, 150018 */
};

static char *all_names(const char *db)
{
	return cluster_sql(
		db, "SELECT relname FROM pg_class WHERE relnamespace >= 2200 " /* not SQL */
		    "UNION SELECT proname FROM pg_proc UNION SELECT rolname FROM "
		    "pg_roles UNION SELECT pubname FROM pg_publication UNION " /* not SQL */
		    "SELECT subname FROM pg_subscription UNION SELECT nspname " /* not SQL */
		    "FROM pg_namespace UNION SELECT srvname FROM " /* not SQL */
		    "pg_foreign_server");
}

/* What is only worth a word is no alarm, but of rules that never say more. */
static bool speaks(const struct look *l, const struct rls_rule_info *r, const char *name)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];
		const char *at = strstr(f->object, name);

		if (strcmp(f->id, r->id) == 0 && at &&
		    (f->severity > SEVERITY_INFO || r->severity == SEVERITY_INFO) &&
		    strchr(" (", at[strlen(name)]))
			return true;
	}
	return false;
}

static void see(struct seen *s, const char *file)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, file), *names = all_names(db), *rest;
	struct rls_rule_info r;
	struct look l;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN);
	s->version = catalog_server_version(session_catalog(l.session));
	for (size_t i = 0; i < l.scan->findings->list.len; i++)
		map_set(s->holes, l.scan->findings->list.v[i].id, s);
	for (char *name = strtok_r(names, "\n", &rest); name; name = strtok_r(NULL, "\n", &rest))
		for (size_t i = 0; rls_rule_at(i, &r); i++) {
			if (!is_neighbour(name, r.id))
				continue;
			cr_expect(!speaks(&l, &r, name), "%s: %s speaks of %s", file, r.id,
				  name);
			map_set(s->cleans, r.id, s);
		}
	look_release(&l);
	free(names);
	free(db);
	cluster_free(&own);
}

static bool is_found_at(const char *conninfo, const char *id)
{
	struct look l;
	bool found;

	look_at(&l, conninfo, CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN);
	found = find(&l, id, "") != NULL;
	look_release(&l);
	return found;
}

/* What is production is better looked at on a standby of it; nothing else is. */
static void see_environments(struct seen *s)
{
	struct cluster *own = cluster_new(NULL), *copy;
	char *db = cluster_database_in(own, "tests/db/rls/trouble.sql"), *there;
	bool elsewhere, unsaid = is_found_at(db, "M02"), production;
	const char *name = strstr(db, "dbname=") + 7;
	char *says = xasprintf("ALTER DATABASE \"%s\" SET app.environment = ", name); /* not SQL */
	char *staging = xasprintf("%s'staging'", says), *live = xasprintf("%s'production'", says);

	free(cluster_sql(db, staging));
	elsewhere = is_found_at(db, "M02");
	free(cluster_sql(db, live));
	production = is_found_at(db, "M02");
	copy = cluster_standby(own);
	there = xasprintf("host=%s user=postgres dbname=%s", cluster_host(copy), name);
	if (production)
		map_set(s->holes, "M02-primary", s);
	cr_expect_not(unsaid || elsewhere, "M02 on what is not said to be production");
	if (!unsaid && !elsewhere && !is_found_at(there, "M02"))
		map_set(s->cleans, "M02-primary", s);
	free(there);
	free(live);
	free(staging);
	free(says);
	free(db);
	cluster_free(&copy);
	cluster_free(&own);
}

static const char *excused(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(without_clean); i++)
		if (strncmp(without_clean[i].id, id, 3) == 0)
			return without_clean[i].why;
	return NULL;
}

LEAK_TEST(rls_every, each_rule_has_a_hole_and_a_clean_neighbour)
{
	struct seen s = { map_new(NULL), map_new(NULL), 0 };
	struct rls_rule_info r;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		see(&s, files[i]);
	see_environments(&s);
	for (size_t i = 0; rls_rule_at(i, &r); i++) {
		bool hole = map_has(s.holes, r.id), clean = map_has(s.cleans, r.id);

		cr_expect(hole || of_the_version(r.id), "%s finds nothing anywhere", r.id);
		cr_expect(clean || excused(r.id), "%s has no clean neighbour", r.id);
		cr_expect(!(clean && excused(r.id)), "%s has a neighbour now: %s", r.id,
			  excused(r.id));
	}
	cr_expect_eq(map_has(s.holes, "N15-version"), s.version < 160000);
	map_free(&s.holes);
	map_free(&s.cleans);
}
