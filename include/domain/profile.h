/* SPDX-License-Identifier: MIT */
/*
 * profile.h - what souk learned about a schema that it has never seen, and how sure it is.
 *
 * Learned from a catalog snapshot alone (pure: no I/O), then overridden by a profile file
 * ($XDG_CONFIG_HOME/souk/profiles/NAME.ini, or profile.ini in the screens folder).  Every item carries
 * how it was learned, the evidence in a sentence and a confidence; what is ambiguous is shown as
 * ambiguous (several items with the same key), never guessed silently.
 *
 * Several tenancy models in one database are several `tenancy` records; a relation belongs to at most one.
 * A database without tenancy has none: everything works unscoped and says so.
 */
#ifndef DOMAIN_PROFILE_H
#define DOMAIN_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "catalog/catalog.h"

enum profile_how { PROFILE_LEARNED, PROFILE_CONFIGURED, PROFILE_DEFAULT };
enum confidence { CONFIDENCE_CERTAIN, CONFIDENCE_LIKELY, CONFIDENCE_CANDIDATE };

struct profile_item {            /* the rows of `souk profile` */
	const char *key;         /* tenant_column, tenant:SCHEMA.NAME, concurrency:SCHEMA.NAME, … (design.md 11) */
	const char *value;
	enum profile_how how;
	enum confidence confidence;
	const char *evidence;    /* one sentence */
};

/* How many ids one value of a column holds: several of a list (uuid[]), all below of a path (ltree). */
enum column_many { MANY_NOT, MANY_LIST, MANY_PATH };
enum column_many column_many(const struct column *c);

struct tenancy {
	const char *column;      /* the usual name of the tenant column */
	const char *type;        /* "bigint", "uuid" */
	const char *setting;     /* "app.tenant_id", "request.jwt.claims"; NULL: none was found */
	const char *claim_path;  /* claims dialect: "app_metadata.tenant_id"; NULL: the setting is the value itself */
	const char *cast;        /* type the policies cast the setting to; NULL */
	const char *impersonate; /* role to SET for the setting to count ("authenticated"); NULL */
	oid directory;           /* relation that lists tenants; 0 */
	const char *directory_key, *label; /* its key column and display column; NULL */
	const char *slug;        /* a second, short unique name column; NULL */
	bool list;               /* the setting holds an array of tenants: "{id}" */
	bool by_login;           /* no setting: policies compare the column with current_user, SET ROLE is the scope */
};

enum guard_kind { GUARD_VERSION, GUARD_XMIN, GUARD_COLUMNS, GUARD_NONE };

struct relation_profile {
	oid relation;
	int tenancy;             /* index into profile_tenancy, -1: not a tenant relation */
	int tenant_attnum;       /* 0 */
	bool tenant_by_parent;   /* no column of its own, hangs from a tenant relation by NOT NULL keys */
	const struct foreign_key *tenant_key; /* the key that it hangs by; NULL */
	bool tenant_by_view;     /* a view whose own query chooses the rows by the tenancy's setting */
	enum guard_kind guard;
	int version_attnum;      /* GUARD_VERSION: the proven column */
	bool version_by_trigger; /* the server bumps it: do not add 1 ourselves */
	int candidate_attnum;    /* looks like a version but is unproven: never written; 0 */
	int updated_at_attnum;   /* when a row was written last; 0 */
	int created_at_attnum;   /* when it came; 0 */
	bool updated_at_by_trigger; /* the server keeps it: do not write it ourselves */
	bool audit;              /* this is the audit relation */
	unsigned char *masked;   /* per column index: 1 = looks personal, 2 = looks secret; NULL none */
};

struct profile;

/* file: the profile file, or NULL; a broken one is an error that names file:line.  What it says of things that are
 * not in the catalog is told as an item "profile_file" and has no effect.  host: where the server is, for the
 * environment; NULL or a path: not known. */
struct profile *profile_learn(const struct catalog *c, const char *file, const char *host,
			      struct err *err) MUST_CHECK;
/* It never changes and may have several owners: each frees its own share. */
struct profile *profile_ref(const struct profile *p);
void profile_free(struct profile **p);
/* What isolation is judged by: itself; where no tenancy was found but policies hold the rows of several relations
 * to whoever is signed in, one in which each person is a tenant.  It goes with p. */
const struct profile *profile_isolation(const struct profile *p);

size_t profile_items(const struct profile *p);
const struct profile_item *profile_item_at(const struct profile *p, size_t i);
/* First value of a key, or NULL. */
const char *profile_value(const struct profile *p, const char *key);

/* A raw entry of the profile file: key in [section arg]; NULL if it is not there.  For what other modules keep
 * in it ("outbox", "schema.name", "processed_at"). */
const char *profile_configured(const struct profile *p, const char *section, const char *arg,
			       const char *key);

size_t profile_tenancies(const struct profile *p);
const struct tenancy *profile_tenancy(const struct profile *p, size_t i);
/* What the tenancy's setting is to hold for a tenant: its id, "{id}", or claims with the id at the tenancy's
 * claim_path ({"app_metadata": {"tenant_id": "…"}}); the caller owns it.  NULL without a setting. */
char *profile_setting_value(const struct tenancy *t, const char *id);
/* Never NULL: an oid that is not in the snapshot has no tenancy and no guard. */
const struct relation_profile *profile_relation(const struct profile *p, oid relation);
/*
 * Where each tenant has a schema of its own: the schemas' names, in order.  A relation in one of them is that
 * tenant's alone; what is in none is shared by all.  No `tenancy` stands for them: there is no setting, the scope is
 * the schema.
 */
size_t profile_tenant_schemas(const struct profile *p);
const char *profile_tenant_schema(const struct profile *p, size_t i);
bool profile_is_tenant_schema(const struct profile *p, const char *schema);
const char *const *profile_application_roles(const struct profile *p);
/* By its name alone, for before there is a snapshot: 0, 1 = looks personal, 2 = looks secret. */
int profile_name_sensitivity(const char *name);
oid profile_audit(const struct profile *p); /* 0 */
/* production | staging | development | "" from the profile file, a setting, the server's or the database's name. */
const char *profile_environment(const struct profile *p);

#endif
