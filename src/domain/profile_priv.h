/* SPDX-License-Identifier: MIT */
/*
 * profile_priv.h - how a profile is learned: facts from policies, groups of tenant columns, guards, names.
 */
#ifndef PROFILE_PRIV_H
#define PROFILE_PRIV_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"
#include "domain/policy_expr.h"
#include "domain/profile.h"

/* What one comparison in one policy says: this column holds what this setting tells. */
struct policy_fact {
	const char *column, *qualifier; /* qualifier: in a view, the item of its FROM; NULL */
	const char *setting;   /* NULL: no setting (membership, identity) */
	const char *path;      /* claims: "app_metadata.tenant_id"; NULL */
	const char *cast;      /* type the value is cast to; NULL */
	const char *function;  /* the setting is read in it; NULL: in the policy itself */
	bool membership;       /* decided by a sub-query over other rows */
	bool asked;            /* … that a function looks up by the session's setting or login */
	bool by_login;         /* … that is looked up by the name of the login */
	const char *reads;     /* … in this relation alone; NULL: in several, or it is not known */
	const char *member_of; /* … of this relation, where a condition links the two; NULL */
	bool identity;         /* current_user, session_user */
	bool list;             /* the setting holds an array literal, the column is in it */
	bool contained;        /* by <@, @>, && or = ANY (column): a path below it, a list it is in */
};

/* A fact at its place. */
struct placed_fact {
	const struct relation *relation;
	const struct policy *policy; /* NULL: a view says so */
	const struct relation *view; /* … this one, which may be the relation itself; else NULL */
	const struct column *column;
	struct policy_fact fact;
};

/* A view that shows each tenant its own rows. */
struct scoped_view {
	const struct relation *view, *base;
	struct policy_fact fact;
};

/* One tenancy while it is being found out. */
struct tenancy_draft {
	struct tenancy t;
	enum profile_how how;
	enum confidence confidence;
	oid type_oid;          /* base type of the column */
	const char *function;
	size_t facts;          /* relations whose policies, or views over them, say so */
	size_t policies, views; /* relations whose policies say so; views that do */
	size_t relations;      /* relations that have the column */
	size_t nullable;       /* of them, where it may be NULL */
	bool membership;
	size_t asked;          /* relations where a function looks it up by who asks */
	size_t by_login;       /* relations where it is looked up by the name of the login */
	size_t leads;          /* relations whose primary keys begin with it */
	bool part;             /* of another tenancy's tenants: its directory is divided by that one */
	bool by_default;       /* the setting is only known from the column's default */
	const char *evidence;
};

struct override {
	const char *section, *arg, *key, *value, *where; /* where: "file:line" */
};

struct profile {
	struct arena *arena;
	unsigned shares;
	const struct catalog *catalog;      /* a share */
	VEC(struct profile_item) items;
	struct map *by_key;                 /* key -> index + 1 of its first item */
	VEC(struct tenancy) tenancies;
	VEC(const char *) schemas;          /* tenants', in order */
	struct relation_profile *relations; /* as catalog_relation_at */
	const char **application_roles;
	oid audit;
	const char *environment, *host;
	VEC(struct override) overrides;
	bool no_tenancy;                    /* the file says that there is none */
	struct profile *of_persons;         /* profile_isolation(); NULL: this one */
	bool persons, has_persons;          /* persons count as tenants; there are such policies */

	/* while learning */
	struct map *parsed;                 /* policy text -> struct fact_list * */
	VEC(struct placed_fact) facts;      /* by relation, in the catalog's order */
	VEC(struct scoped_view) views;
	VEC(struct tenancy_draft) drafts;
};

struct fact_list {
	const struct policy_fact *v;
	size_t n;
};

/* ---- profile.c ---- */
void profile_add(struct profile *p, const char *key, const char *value, enum profile_how how,
		 enum confidence confidence, const char *evidence);
struct relation_profile *profile_at(struct profile *p, const struct relation *r);
const char *profile_relation_key(struct profile *p, const char *prefix, const struct relation *r);

/* ---- profile_policy.c ---- */
/* The comparisons of a policy's clause (text may be NULL). */
struct fact_list policy_facts(struct profile *p, const struct policy *policy, const char *text);
/* The same for each condition of a view's query, by AND. */
struct fact_list condition_facts(struct profile *p, const struct expr *condition);
void profile_collect_facts(struct profile *p);
/* Of relations that are divided by a column of one id, what is known of columns of many goes. */
void profile_drop_shares(struct profile *p);
/* The facts of one relation; they are kept in the catalog's order. */
const struct placed_fact *profile_facts(const struct profile *p, const struct relation *r,
					size_t *n);

/* ---- profile_tenancy.c, profile_directory.c, profile_member.c ---- */
void profile_find_tenancies(struct profile *p);
void tenancy_find_directory(struct profile *p, struct tenancy_draft *d);
void profile_assign_tenancies(struct profile *p);

/* ---- profile_view.c: views that choose rows by a setting ---- */
void profile_collect_views(struct profile *p);
void profile_assign_views(struct profile *p);

/* ---- profile_judge.c: what a tenancy is worth ---- */
void profile_judge_tenancies(struct profile *p);
bool tenancy_eligible(const struct relation *r);
bool tenancy_says_so(const struct placed_fact *f, const struct tenancy_draft *d);
/* Is it a column of this tenancy, by name and kind of type? */
bool tenancy_column(const struct tenancy_draft *d, const struct column *c);
bool tenancy_may_be(const struct relation *r, const struct column *c);
int tenant_column_word(const char *column);

/* ---- profile_names.c: habits of naming ---- */
/* "tenant_id" -> "tenant": the column's name without what ids end with, in lower case; "" if it has no such end. */
void name_stem(char *out, size_t size, const char *column);
/* 3: the word means tenant and nothing else; 2: usual for tenants; 1: often something else; 0: no. */
int tenant_word(const char *stem);
bool person_setting(const char *setting, const char *path);
/* user_id, created_by: who, not whose. */
bool person_name(const char *column);
bool type_is_integer(oid type);
bool name_has_word(const char *name, const char *word);
/* One of them; words: NULL-terminated. */
bool name_has_any(const char *name, const char *const *words);
/* 0, 1 personal, 2 secret. */
int column_sensitivity(const struct relation *r, const struct column *c);
bool text_like(const struct column *c);
bool time_like(const struct column *c);
bool integer_like(const struct column *c);

/* ---- profile_schemas.c: a schema per tenant ---- */
void profile_find_schemas(struct profile *p);
/* The column that names a schema, of a relation that lists them; NULL. */
const struct column *profile_schema_column(const struct relation *r);

/* ---- profile_guard.c, profile_roles.c ---- */
void profile_find_guards(struct profile *p);
void profile_find_roles(struct profile *p);
void profile_find_audit(struct profile *p);
void profile_find_environment(struct profile *p);

/* ---- profile_file.c ---- */
bool profile_file_load(struct profile *p, const char *file, struct err *err) MUST_CHECK;
const char *profile_override(const struct profile *p, const char *section, const char *arg,
			     const char *key);
bool profile_file_check(struct profile *p, struct err *err) MUST_CHECK;
/* Tells what the file says of things that are not there. */
void profile_file_leftovers(struct profile *p);

#endif
