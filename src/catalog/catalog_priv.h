/* SPDX-License-Identifier: MIT */
/*
 * catalog_priv.h - the inside of a snapshot, and what its builders share.
 */
#ifndef CATALOG_PRIV_H
#define CATALOG_PRIV_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "catalog/build.h"
#include "catalog/catalog.h"

struct extension {
	const char *name, *version;
};

struct catalog {
	unsigned shares;
	struct arena *arena;
	int version;
	const char *database, *current_role, *session_role, *system_identifier;
	int timeline;
	bool superuser, all_stats, in_recovery, collation_c;
	int block_size;
	int64_t taken_us;
	const char *const *search_path; /* names of schemas, NULL-terminated */
	const char *const *unreadable;

	/* By schema and name; by_oid points into it. */
	struct relation *relations;
	size_t nrelations;
	struct relation **by_oid;

	const struct schema *schemas;   size_t nschemas;     /* by oid */
	const struct role *roles;       size_t nroles;       /* by oid */
	const struct membership *memberships; size_t nmemberships; /* by role, member */
	const struct function *functions; size_t nfunctions; /* by oid */
	const struct publication *publications; size_t npublications;
	const struct setting *settings; size_t nsettings;
	const struct extension *extensions; size_t nextensions;
};

/* While it is built, relations are still written to. */
/* Has child a key of columns that are named as the key of r?  True too if r has none. */
bool relation_repeats_key(const struct relation *child, const struct relation *r);
struct relation *catalog_relation_rw(const struct catalog *c, oid wanted);

/* How a type is written and what it is made of; key: type and modifier. */
struct type_row {
	oid type;
	int typmod;
	struct column shape; /* the fields of struct column that the type decides */
};

struct collation_row {
	oid oid;
	const char *name;
	bool c;
};

struct choice_row {
	oid type;
	const char *text;
	bool domain;
};

struct comment_row {
	oid relation;
	int attnum;
	const char *text;
};

struct column_acl_row {
	oid relation;
	int attnum, rights;
	const struct acl *acl;
};

/* What a CHECK on one column told about its values. */
struct hint_row {
	oid relation;
	int attnum;
	const char *const *choices;
	const char *range;
};

struct catalog_builder {
	struct catalog *c;
	struct arena *arena; /* the catalog's */
	struct map *acls;    /* acl text -> const struct acl * */
	struct map *keywords; /* words that are quoted as identifiers */
	VEC(struct grant) grants; /* of acl_key, while its rows come */
	char *acl_key;
	VEC(struct role) roles;
	VEC(struct membership) memberships;
	VEC(struct schema) schemas;
	VEC(struct collation_row) collations;
	VEC(struct choice_row) choices;
	VEC(struct type_row) types;
	VEC(struct comment_row) comments;
	VEC(struct relation) relations;
	bool sealed;         /* relations are sorted and in the catalog */
	VEC(struct hint_row) hints;
	VEC(struct column_acl_row) column_acls;
	VEC(struct foreign_key *) fks;
	VEC(struct function) functions;
	VEC(struct publication) publications;
	VEC(struct setting) settings;
	VEC(struct extension) extensions;

	/* The rows of one relation come together; they are put away when the next one or another
	 * part begins. */
	enum catalog_part part;
	struct relation *current;
	int column_rights;   /* of current, by columns' own access lists */
	VEC(struct column) columns;
	VEC(struct index) indexes;
	VEC(struct foreign_key *) references;
	VEC(struct check) checks;
	VEC(struct policy) policies;
	VEC(struct trigger) triggers;
	VEC(oid) oids;
};

/* ---- build.c ---- */
const char *build_text(struct catalog_builder *b, const struct reply *r, size_t row,
		       const char *name);
bool build_bool(const struct reply *r, size_t row, const char *name);
int64_t build_int(const struct reply *r, size_t row, const char *name);
oid build_oid(const struct reply *r, size_t row, const char *name);
char build_char(const struct reply *r, size_t row, const char *name);
const struct acl *build_acl(const struct catalog_builder *b, const char *text);
const char *build_role_name(struct catalog_builder *b, oid oid);
const struct schema *build_schema(const struct catalog_builder *b, oid oid);
/* attnum 0: of the relation itself; NULL if there is none. */
const char *build_comment(const struct catalog_builder *b, oid relation, int attnum);
/* Make this relation the current one, putting away the rows of the one before; NULL if unknown. */
struct relation *build_current(struct catalog_builder *b, oid relation);

/* ---- build_relation.c, build_column.c, build_rule.c, build_index.c: one function per part ---- */
void build_relations(struct catalog_builder *b, const struct reply *r);
void build_seal(struct catalog_builder *b);
void build_put_away(struct catalog_builder *b);
void build_parents(struct catalog_builder *b, const struct reply *r);
void build_reads(struct catalog_builder *b, const struct reply *r);
void build_views(struct catalog_builder *b, const struct reply *r);
void build_link(struct catalog_builder *b);
void build_types(struct catalog_builder *b, const struct reply *r);
void build_column_acls(struct catalog_builder *b, const struct reply *r);
void build_columns(struct catalog_builder *b, const struct reply *r);
void build_indexes(struct catalog_builder *b, const struct reply *r);
void build_constraints(struct catalog_builder *b, const struct reply *r);
void build_policies(struct catalog_builder *b, const struct reply *r);
void build_functions(struct catalog_builder *b, const struct reply *r);
void build_triggers(struct catalog_builder *b, const struct reply *r);

/* ---- pgarray.c: texts of arrays and vectors as the server prints them ---- */
/* "{a,\"b c\",NULL}": NULL-terminated texts in the arena; an SQL NULL element becomes "". NULL for NULL. */
const char *const *array_texts(struct arena *a, const char *text);
/* "{1,2}" or "1 2" (int2vector): n integers in the arena. */
const int *array_ints(struct arena *a, const char *text, size_t *n);
/* The same, 0-terminated oids; an empty list for NULL. */
const oid *array_oids(struct arena *a, const char *text);

/* ---- check.c ---- */
/* What a CHECK that reads one column only (or a domain's VALUE) says, as pg_get_constraintdef
 * writes it: a list of choices, or a range such as ">= 0" or ">= 1 AND <= 5"; false if neither. */
bool check_parse(struct arena *a, const char *definition, const char *const **choices,
		 const char **range);

#endif
