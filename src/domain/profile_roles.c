/* SPDX-License-Identifier: MIT */
/* Who uses the database: application roles, the audit relation, the environment. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "profile_priv.h"

enum { MAX_ROLES = 8 };

struct count {
	const struct role *role;
	size_t writes; /* relations it may insert into or update by its own grants */
	size_t owns;
};

static const int writing = RIGHT_INSERT | RIGHT_UPDATE;

static struct count *count_of(struct count *counts, size_t n, oid role)
{
	for (size_t i = 0; i < n; i++) {
		if (counts[i].role->oid == role)
			return &counts[i];
	}
	return NULL;
}

static void count_relation(struct count *counts, size_t n, const struct relation *r)
{
	struct count *c = count_of(counts, n, r->owner_oid);

	if (c)
		c->owns++;
	/* Partitions and views come with their tables. */
	if (r->is_partition || r->kind == RELATION_VIEW || r->kind == RELATION_MATVIEW)
		return;
	for (size_t i = 0; r->acl && i < r->acl->n; i++) {
		c = r->acl->v[i].grantee == r->owner_oid || !(r->acl->v[i].rights & writing)
			    ? NULL
			    : count_of(counts, n, r->acl->v[i].grantee);
		if (c)
			c->writes++;
	}
}

static bool plain(const struct role *role)
{
	return !role->superuser && !role->bypassrls && strncmp(role->name, "pg_", 3) != 0;
}

/* A group that only gives its rights to logins stands for them. */
static const struct role *login_of(const struct profile *p, const struct role *role)
{
	for (size_t i = 0; !role->login && i < catalog_memberships(p->catalog); i++) {
		const struct membership *m = catalog_membership_at(p->catalog, i);
		const struct role *member = catalog_role_oid(p->catalog, m->member);

		if (m->role == role->oid && m->inherit && member && member->login &&
		    plain(member))
			return member;
	}
	return role;
}

static int by_writes(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->writes != y->writes)
		return x->writes < y->writes ? 1 : -1;
	return strcmp(x->role->name, y->role->name);
}

static void add_role(struct profile *p, size_t *n, const struct role *role, size_t writes,
		     size_t all, const char *why)
{
	if (*n >= MAX_ROLES)
		return;
	for (size_t i = 0; i < *n; i++) {
		if (strcmp(p->application_roles[i], role->name) == 0)
			return;
	}
	p->application_roles[(*n)++] = role->name;
	profile_add(p, "application_role", role->name, PROFILE_LEARNED,
		    writes * 3 >= all ? CONFIDENCE_LIKELY : CONFIDENCE_CANDIDATE, why);
}

static size_t configured_roles(struct profile *p)
{
	const char *said = profile_override(p, "profile", "", "application_role");
	size_t n = 0;

	while (said && *said && n < MAX_ROLES) {
		size_t len;

		said += strspn(said, " ,\t\n");
		len = strcspn(said, " ,\t\n");
		if (len == 0)
			break;
		p->application_roles[n] = arena_strndup(p->arena, said, len);
		profile_add(p, "application_role", p->application_roles[n], PROFILE_CONFIGURED,
			    CONFIDENCE_CERTAIN, "by the profile file");
		said += len;
		n++;
	}
	return n;
}

/* Many applications simply own their tables. */
static void owners(struct profile *p, struct count *counts, size_t n, size_t *found, size_t all)
{
	for (size_t i = 0; i < n && *found == 0; i++) {
		if (plain(counts[i].role) && counts[i].role->login && counts[i].owns > 0)
			add_role(p, found, counts[i].role, counts[i].owns, all,
				 arena_printf(p->arena, "a login that owns %zu relations",
					      counts[i].owns));
	}
}

void profile_find_roles(struct profile *p)
{
	size_t n = catalog_roles(p->catalog), all = 0, found;
	struct count *counts = xcalloc(n + 1, sizeof *counts);

	p->application_roles =
		arena_array(p->arena, MAX_ROLES + 1, sizeof *p->application_roles);
	found = configured_roles(p);
	for (size_t i = 0; i < n; i++)
		counts[i].role = catalog_role_at(p->catalog, i);
	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		count_relation(counts, n, r);
		all += !r->is_partition && r->kind != RELATION_VIEW &&
		       r->kind != RELATION_MATVIEW;
	}
	qsort(counts, n, sizeof *counts, by_writes);
	for (size_t i = 0; i < n && found < MAX_ROLES; i++) {
		const struct count *c = &counts[i];

		if (c->writes == 0 || !plain(c->role) || c->owns > c->writes)
			continue;
		add_role(p, &found, login_of(p, c->role), c->writes, all,
			 arena_printf(p->arena,
				      "may write %zu of %zu tables, owns %zu, and row-level "
				      "security applies to it",
				      c->writes, all, c->owns));
	}
	owners(p, counts, n, &found, all);
	if (found == 0)
		profile_add(p, "application_role", "", PROFILE_DEFAULT, CONFIDENCE_CANDIDATE,
			    "only superusers and roles that cannot log in may write");
	free(counts);
}

static int audit_score(const struct relation *r)
{
	static const char *const who[] = {
		"actor", "user", "by", "operator", "session", "role"
	};
	static const char *const what[] = { "action", "operation", "op",
					    "event",  "tg_op",	   "verb" };
	static const char *const where[] = { "entity", "table",	  "relation",
					     "record", "object",  "row",
					     "target", "subject", "auditable" };
	static const char *const change[] = { "before",	 "after",  "old",     "new",
					      "changes", "diff",   "changed", "payload",
					      "delta",	 "audited" };
	static const struct {
		const char *const *words;
		size_t n;
	} groups[] = { { who, ARRAY_SIZE(who) },
		       { what, ARRAY_SIZE(what) },
		       { where, ARRAY_SIZE(where) },
		       { change, ARRAY_SIZE(change) } };
	int score = 0;

	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		bool hit = false;

		for (size_t i = 0; i < r->ncolumns && !hit; i++) {
			for (size_t w = 0; w < groups[g].n && !hit; w++)
				hit = name_has_word(r->columns[i].name, groups[g].words[w]);
		}
		score += hit;
	}
	return score;
}

static bool audit_name(const char *name)
{
	return name_has_word(name, "audit") || name_has_word(name, "audits") ||
	       name_has_word(name, "audited") || name_has_word(name, "logged_actions") ||
	       name_has_word(name, "record_version");
}

void profile_find_audit(struct profile *p)
{
	const char *said = profile_override(p, "profile", "", "audit");
	const struct relation *best = NULL;
	struct err err = ERR_INIT;
	int best_score = 2;

	if (said) {
		best = catalog_find(p->catalog, said, &err);
		err_release(&err);
	}
	for (size_t i = 0; !best && i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);
		int score;

		if (r->is_partition || r->kind == RELATION_VIEW ||
		    r->kind == RELATION_MATVIEW || !audit_name(r->name))
			continue;
		score = audit_score(r);
		if (score > best_score) {
			best_score = score;
			best = r;
		}
	}
	if (!best)
		return;
	p->audit = best->oid;
	profile_at(p, best)->audit = true;
	profile_add(p, "audit", arena_printf(p->arena, "%s.%s", best->schema, best->name),
		    said ? PROFILE_CONFIGURED : PROFILE_LEARNED,
		    said ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
		    said ? "by the profile file"
			 : "named so, with columns for who, what, where and the change");
}

static const char *environment_in(const char *name)
{
	static const struct {
		const char *word, *environment;
	} words[] = {
		{ "production", "production" }, { "prod", "production" },
		{ "prd", "production" },	{ "live", "production" },
		{ "staging", "staging" },	{ "stage", "staging" },
		{ "stg", "staging" },		{ "uat", "staging" },
		{ "preprod", "staging" },	{ "development", "development" },
		{ "dev", "development" },	{ "test", "development" },
		{ "local", "development" },	{ "demo", "development" },
		{ "sandbox", "development" },	{ "ci", "development" },
	};

	char flat[256];
	size_t n = 0;

	/* db1.prod.example.com */
	for (; name[n] && n + 1 < sizeof flat; n++)
		flat[n] = name[n];
	flat[n] = '\0';
	for (char *dot = flat; (dot = strchr(dot, '.'));)
		*dot = '_';
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (name_has_word(flat, words[i].word))
			return words[i].environment;
	}
	return NULL;
}

/* ALTER DATABASE … SET app.environment = 'production' says it best. */
static const char *environment_setting(const struct profile *p, const char **name)
{
	for (size_t i = 0; i < catalog_settings(p->catalog); i++) {
		const struct setting *s = catalog_setting_at(p->catalog, i);
		const char *dot = strrchr(s->name, '.'), *found;

		if (!dot || (strcmp(dot, ".environment") != 0 && strcmp(dot, ".env") != 0) ||
		    (s->database && strcmp(s->database, catalog_database(p->catalog)) != 0))
			continue;
		found = environment_in(s->value);
		if (found) {
			*name = s->name;
			return found;
		}
	}
	return NULL;
}

/* Where server and database are named differently, the more dangerous counts. */
static void by_names(struct profile *p, const char *database)
{
	const char *there = p->host ? environment_in(p->host) : NULL;
	const char *here = database ? environment_in(database) : NULL;
	const char *said = there ? there : here;
	bool apart = there && here && strcmp(there, here) != 0;

	if (!said)
		return;
	if (apart)
		said = strcmp(here, "production") == 0 || strcmp(there, "development") == 0
			       ? here
			       : there;
	p->environment = said;
	profile_add(p, "environment", said, PROFILE_LEARNED,
		    apart ? CONFIDENCE_CANDIDATE : CONFIDENCE_LIKELY,
		    apart   ? arena_printf(p->arena, "server %s and database %s are named "
						     "differently: the stricter counts",
					   p->host, database)
		    : there ? arena_printf(p->arena, "by the name of server %s", p->host)
			    : arena_printf(p->arena, "by the name of database %s", database));
}

void profile_find_environment(struct profile *p)
{
	const char *said = profile_override(p, "profile", "", "environment"), *name = NULL;
	const char *database = catalog_database(p->catalog);

	p->environment = "";
	if (said) {
		p->environment = said;
		profile_add(p, "environment", said, PROFILE_CONFIGURED, CONFIDENCE_CERTAIN,
			    "by the profile file");
		return;
	}
	said = environment_setting(p, &name);
	if (said) {
		p->environment = said;
		profile_add(p, "environment", said, PROFILE_LEARNED, CONFIDENCE_CERTAIN,
			    arena_printf(p->arena, "the setting %s says so", name));
		return;
	}
	by_names(p, database);
}
