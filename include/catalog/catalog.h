/* SPDX-License-Identifier: MIT */
/*
 * catalog.h - what the database is made of: an immutable snapshot of pg_catalog.
 *
 * One pipelined read (sql/queries/catalog_*.sql, all names schema-qualified, search_path pg_catalog) fills a
 * snapshot; a newer one replaces it atomically and the observers are told what changed.
 * Only catalogs are read, never data, never one query per table.  Snapshots are shared: whoever
 * keeps one over a turn of the loop takes catalog_ref.
 *
 * All texts and arrays of a snapshot live in its arena and are borrowed until its last reference goes.
 * Memory: about 0.3 kB per column; reading 10,000 tables of 12 columns takes 48 MiB at its peak, with a view on each
 * of them 66 MiB (the texts of views are read only where they may show each session other rows).
 *
 * What a role may not read is said, never guessed: see `unreadable`.
 *
 * Sources: PostgreSQL manual, chapter "System Catalogs".
 */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef uint32_t oid;

enum relation_kind {
	RELATION_TABLE,       /* r */
	RELATION_PARTITIONED, /* p */
	RELATION_VIEW,        /* v */
	RELATION_MATVIEW,     /* m */
	RELATION_FOREIGN,     /* f */
};

enum column_right { RIGHT_SELECT = 1, RIGHT_INSERT = 2, RIGHT_UPDATE = 4, RIGHT_DELETE = 8,
		    RIGHT_TRUNCATE = 16, RIGHT_REFERENCES = 32, RIGHT_TRIGGER = 64 };

/* Rights given to one role; grantee 0 is PUBLIC. */
struct grant { oid grantee; int rights, grantable; };
/* pg_class.relacl and its like, as the server explodes it.  Where a pointer to one is NULL the
 * defaults are in force: the owner alone (functions: PUBLIC may execute). */
struct acl { size_t n; struct grant v[]; };

struct schema {
	oid oid;
	const char *name, *owner;
	oid owner_oid;
	const struct acl *acl;   /* SCHEMA_USAGE, SCHEMA_CREATE */
	bool usage;              /* the current role may look into it */
};
enum { SCHEMA_USAGE = 256, SCHEMA_CREATE = 512, FUNCTION_EXECUTE = 128 };

struct column {
	const char *name;
	const char *type;     /* format_type(): "numeric(12,2)", "commerce.citext", "text[]" */
	const char *default_expr; /* pg_get_expr or NULL; a generated column's expression */
	const char *comment;  /* or NULL */
	const char *collation; /* NULL: default */
	const char *operators; /* the schema of the type's comparisons (without btree_order: of its equality);
				* NULL: the bare sign finds pg_catalog's, or it has none */
	const char *const *choices; /* enum labels or CHECK … IN (…) as a NULL-terminated list, or NULL */
	const char *range_text; /* CHECK parsed as a range: ">= 0"; or NULL */
	const struct acl *acl; /* column grants, beside the relation's; NULL: none */
	int attnum;
	int typmod;
	oid type_oid;
	oid base_type_oid;    /* domains followed; else type_oid */
	oid element_oid;      /* arrays: of the element; else 0 */
	int rights;           /* RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE of the current role */
	char type_kind;       /* pg_type.typtype of the type itself: b c d e r m p */
	char type_category;   /* pg_type.typcategory of the base type: N S D T B A E U ... */
	char identity;        /* 0, 'a'lways, 'd'efault */
	char generated;       /* 0, 's'tored, 'v'irtual */
	bool not_null;        /* of what is written: the column's or its domain's */
	bool never_null;      /* and no row that is there has one, in children neither; a domain proves nothing:
			       * a sub-query without a row gets past it (CREATE DOMAIN, Notes) */
	bool collation_c;     /* compares bytewise */
	bool btree_order;     /* the type has a btree order: can be sorted */
	bool leakproof_order; /* its btree comparison is leakproof (pg_proc.proleakproof) */
};

enum key_kind { KEY_PRIMARY, KEY_UNIQUE, KEY_EXCLUSION };

struct index {
	oid oid;
	const char *name;
	const char *method;        /* btree, gin … */
	const int *columns;        /* attnums, 0 for an expression; nkeys long */
	size_t nkeys;              /* key columns; included ones follow in columns up to ncolumns */
	size_t ncolumns;
	const int *options;        /* per key: bit 0 DESC, bit 1 NULLS FIRST (pg_index.indoption) */
	bool unique, primary, exclusion, valid, ready, nulls_not_distinct;
	bool pattern_ops;          /* first text key uses text_pattern_ops or C collation */
	const char *predicate;     /* pg_get_expr or NULL */
	const char *definition;    /* pg_get_indexdef */
	int64_t scans;             /* pg_stat_user_indexes.idx_scan; -1 unknown */
	int64_t bytes;
};

struct foreign_key {
	oid oid;
	const char *name;
	oid from, to;              /* relations */
	const int *from_columns, *to_columns;
	size_t n;
	char on_delete, on_update; /* a r c n d */
	bool validated, deferrable;
	bool unenforced;           /* NOT ENFORCED, PostgreSQL 18: nothing checks it */
	bool inherited;            /* of a partition, made by its parent's */
};

/* And a NOT NULL that was never validated. */
struct check {
	const char *name;
	const char *definition;    /* pg_get_constraintdef */
	const int *columns;        /* attnums, 0-terminated */
	bool validated, unenforced;
	bool inherited;            /* the parent's: what is done there is done here */
};

struct policy {
	oid oid;
	const char *name;
	char command;              /* r a w d * */
	bool permissive;
	const char *const *roles;  /* NULL-terminated; "public" for PUBLIC */
	const char *using_expr;    /* or NULL */
	const char *check_expr;    /* or NULL */
	/* What both expressions together read, from pg_depend (rename-safe); 0-terminated, never NULL. */
	const int *columns;        /* of its own relation */
	const oid *relations;      /* others, in sub-queries */
	const oid *functions;      /* not those of pg_catalog */
};

struct trigger {
	oid oid;
	const char *name;
	const char *function;      /* schema.name */
	oid function_oid;
	int type;                  /* pg_trigger.tgtype bits */
	char enabled;              /* O D R A */
	const char *definition;
};

struct relation {
	oid oid;
	const char *schema, *name;
	enum relation_kind kind;
	const char *owner;
	const char *comment;
	double estimate;           /* reltuples; -1: never analyzed */
	int64_t bytes;             /* relpages * block size: no lock, no file access */
	bool rls, rls_forced, rls_active; /* relrowsecurity, relforcerowsecurity, row_security_active() */
	bool is_partition;
	oid parent;                /* partition or inheritance parent, 0 */
	bool has_children;
	bool stray_rows;           /* tables inherit from it that do not repeat its key: their rows may have it again */
	bool populated;            /* matviews */
	bool security_invoker, security_barrier, check_option; /* views */
	bool insertable, updatable; /* pg_relation_is_updatable, triggers included */
	bool unlogged, temporary;
	const char *extension;     /* belongs to this extension; or NULL */
	oid schema_oid, owner_oid;
	const struct acl *acl;
	const char *const *options; /* reloptions "name=value", NULL-terminated; NULL: none */
	bool xmin_readable;        /* may the current role read xmin (table-level SELECT or a grant)? */
	bool locked;               /* held ACCESS EXCLUSIVE while we read: its expressions are unknown */
	const oid *reads;          /* views: what they read (0-terminated, direct); else NULL */
	const oid *read_by;        /* views that read it; NULL: none */
	/* The query of a view that looks at a setting, at who is logged in or into a function of the
	 * database: it may show each session other rows.  Else NULL. */
	const char *definition;
	int rights;                /* of the current role, any column counts for SELECT/INSERT/UPDATE */
	bool schema_usage;         /* the current role may look into the schema */
	const char *partition_key; /* pg_get_partkeydef or NULL */
	const char *partition_bound;
	const struct column *columns;   size_t ncolumns;   /* live columns in order */
	const struct index *indexes;    size_t nindexes;
	const struct foreign_key *const *references; size_t nreferences; /* out */
	const struct foreign_key *const *referrers;  size_t nreferrers;  /* in */
	const struct check *checks;     size_t nchecks;
	const struct policy *policies;  size_t npolicies;
	const struct trigger *triggers; size_t ntriggers;
};

struct role {
	oid oid;
	const char *name;
	bool superuser, inherit, createrole, createdb, login, replication, bypassrls;
	const char *const *config;  /* rolconfig entries, NULL-terminated */
};

struct membership {
	oid role, member;
	bool admin, inherit, set;   /* 15: inherit = member's rolinherit, set = true */
};

struct function {
	oid oid;
	const char *schema, *name, *arguments, *result, *owner, *language;
	bool security_definer, leakproof;
	char volatility;            /* i s v */
	const char *const *config;  /* proconfig */
	oid owner_oid;
	const struct acl *acl;
	const char *extension;      /* belongs to this extension; or NULL */
	/* Source of functions that policies, triggers, defaults or views use, that are SECURITY DEFINER or that
	 * read or set settings; else NULL. SQL-standard bodies are deparsed. */
	const char *body;
};

struct publication { oid oid; const char *name; bool all_tables, insert, update, delete_, truncate;
		     const oid *relations; size_t n; };
struct setting { const char *role, *database, *name, *value; }; /* pg_db_role_setting */

struct catalog;

struct catalog *catalog_ref(const struct catalog *c);
void catalog_free(struct catalog **c);

/* Facts of the server that belong to the snapshot. */
int catalog_server_version(const struct catalog *c);
const char *catalog_database(const struct catalog *c);
const char *catalog_current_role(const struct catalog *c);
/* The session's own search_path, "$user" as it stands; NULL-terminated, or NULL. */
const char *const *catalog_search_path(const struct catalog *c);
const char *catalog_session_role(const struct catalog *c);
const char *catalog_system_identifier(const struct catalog *c);
int catalog_timeline(const struct catalog *c);
bool catalog_in_recovery(const struct catalog *c);
/* Member of pg_read_all_stats: statements and waits of other roles are visible. */
bool catalog_sees_all_stats(const struct catalog *c);
int64_t catalog_taken_us(const struct catalog *c);
size_t catalog_bytes(const struct catalog *c);
/* What could not be read, one sentence each, NULL-terminated (e.g. "pg_authid…"). */
const char *const *catalog_unreadable(const struct catalog *c);

/* User relations (no system schemas, no partitions' TOAST), ordered by schema, name. */
size_t catalog_relations(const struct catalog *c);
const struct relation *catalog_relation_at(const struct catalog *c, size_t i);
const struct relation *catalog_relation(const struct catalog *c, oid oid);
/* "name", "schema.name", as they are or by SQL's rules, with quotes and folded; without a schema: the one relation of
 * that name, preferring the search_path's.  NULL with err when none (with the nearest name) or several. */
const struct relation *catalog_find(const struct catalog *c, const char *name, struct err *err);
/* A bare name is first one of this schema; schema NULL: as catalog_find. */
const struct relation *catalog_find_from(const struct catalog *c, const char *schema, const char *name,
					 struct err *err);
/* By its exact name, in logarithmic time and without a word when there is none: for asking often. */
const struct relation *catalog_named(const struct catalog *c, const char *schema, const char *name);
/* "schema.name" as rows of screens and files have it, whatever is in the names; NULL: none. */
const struct relation *catalog_written(const struct catalog *c, const char *name);
/* Is there a relation with this bare name, in whatever schema? */
bool catalog_has_name(const struct catalog *c, const char *name);
/* A table or a partitioned one: what may have policies, keys and statistics of its own. */
bool relation_is_table(const struct relation *r);
const struct column *relation_column(const struct relation *r, const char *name);
const struct column *relation_attnum(const struct relation *r, int attnum);
/* The key that identifies a row: primary, else a unique index (valid, no predicate, no expression, all NOT NULL)
 * with the fewest columns, public_id last; NULL if there is none, or stray_rows. */
const struct index *relation_key(const struct relation *r);
/* … of those whose columns the current role may all read. */
const struct index *relation_read_key(const struct relation *r);
/* … of one in which NULLs are allowed, so that rows with one may be alike (unless nulls_not_distinct). */
const struct index *relation_loose_key(const struct relation *r);
/* Is the column one of the index's keys?  Not where ix is NULL. */
bool index_has(const struct index *ix, int attnum);
/* Is the column part of one of the relation's foreign keys? */
bool relation_refers(const struct relation *r, int attnum);
/* An index whose first keys are these attnums in order (btree, valid, no predicate unless allowed). */
const struct index *relation_index_leading(const struct relation *r, const int *attnums, size_t n);

size_t catalog_schemas(const struct catalog *c);
const struct schema *catalog_schema_at(const struct catalog *c, size_t i);

size_t catalog_roles(const struct catalog *c);
const struct role *catalog_role_at(const struct catalog *c, size_t i);
const struct role *catalog_role(const struct catalog *c, const char *name);
size_t catalog_memberships(const struct catalog *c);
const struct membership *catalog_membership_at(const struct catalog *c, size_t i);
/* Does member have role's rights without SET ROLE (pg_has_role USAGE); may it SET ROLE to it? */
bool catalog_inherits(const struct catalog *c, oid member, oid role);
bool catalog_can_set(const struct catalog *c, oid member, oid role);
const struct role *catalog_role_oid(const struct catalog *c, oid oid);
/* What any role may do with a relation, by ownership, grants, membership and predefined roles: RIGHT_ bits; a
 * right on any column counts.  0 where the role has no USAGE on the schema. */
int catalog_rights(const struct catalog *c, oid role, const struct relation *r);
/* The same for one column. */
int catalog_column_rights(const struct catalog *c, oid role, const struct relation *r,
			  const struct column *column);
/* Does row-level security apply to this role here (row_security_active() for any role)? */
bool catalog_bound(const struct catalog *c, oid role, const struct relation *r);
/* May it create objects in the schema? */
bool catalog_may_create(const struct catalog *c, oid role, const char *schema);
bool catalog_may_execute(const struct catalog *c, oid role, const struct function *f);
/* The same by its name: may the role look into its schema, too?  What calls it already, such as a
 * view or policy, asks for no name. */
bool catalog_may_call(const struct catalog *c, oid role, const struct function *f);

size_t catalog_functions(const struct catalog *c);
const struct function *catalog_function_at(const struct catalog *c, size_t i);
const struct function *catalog_function(const struct catalog *c, oid oid);
/* By a person's name for it: "name", "schema.name", with "(arguments)" or without, as catalog_find reads names; the
 * next one from *at on (begin with 0), or NULL. */
const struct function *catalog_function_called(const struct catalog *c, const char *name, size_t *at);
size_t catalog_publications(const struct catalog *c);
const struct publication *catalog_publication_at(const struct catalog *c, size_t i);
size_t catalog_settings(const struct catalog *c);
const struct setting *catalog_setting_at(const struct catalog *c, size_t i);
/* "vector", "citus", …: the version, or NULL. */
const char *catalog_extension(const struct catalog *c, const char *name);

#endif
