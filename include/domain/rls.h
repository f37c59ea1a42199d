/* SPDX-License-Identifier: MIT */
/*
 * rls.h - what is wrong with the isolation of tenants in this database, and how it is mended.
 *
 * Facts in, findings out: no I/O happens here.  Most facts are the catalog snapshot and the
 * profile; what only these rules need (rls_extras) is read by the few questions that
 * rls_question_name() lists, in one flush, never one per table.
 *
 * False alarms are worse than silence: a rule speaks only about what it can prove from the
 * catalog; where a text cannot be parsed it says so (info) instead of calling it clean.
 *
 * Every rule has an id that never changes ("R13-using-true"), a usual severity and a page of
 * the PostgreSQL manual: src/domain/rls_rules.def.  R: isolation, P: speed of policies, L, N,
 * X: design (lint).
 *
 * Mending SQL is composed from sql/fragments/rls_fix.sql; it is shown and never run by souk.
 */
#ifndef DOMAIN_RLS_H
#define DOMAIN_RLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"
#include "catalog/catalog.h"
#include "db/reply.h"
#include "db/sql.h"
#include "domain/profile.h"

/* ---- facts beside the catalog ---- */

enum rls_question {
	RLS_SEQUENCES,	  /* grants on sequences */
	RLS_DEFAULTS,	  /* default privileges */
	RLS_PUBLICATIONS, /* what is published, with or without a row filter */
	RLS_MAPPINGS,	  /* user mappings for everybody */
	RLS_VIEWS,	  /* texts of views that run as their owner */
	RLS_RULES,	  /* rewrite rules beside those of views */
	RLS_LEAKY,	  /* index columns whose operators are not leakproof */
	RLS_SERVER,	  /* wal_level */
	RLS_DANGEROUS,	  /* the server's functions that reach outside, granted */
	RLS_HEADROOM,	  /* sequences that run out */
	RLS_SUBSCRIPTIONS,
	RLS_EXCLUSIONS, /* texts of exclusion constraints */
	RLS_GRANTORS,	/* who granted memberships */
	RLS_SETTERS,	/* functions that set something for the session */
	RLS_LARGE,	/* large objects, owned and granted */
	RLS_PARAMETERS, /* settings of the server, granted */
	RLS_EVENT_TRIGGERS,
	RLS_LANGUAGES, /* that are not trusted, and who may use them */
	RLS_QUESTIONS,
};

struct rls_sequence {
	const char *schema, *name;
	oid grantee;
	bool counts; /* by USAGE as well */
};
struct rls_default {
	const char *owner, *schema;
	oid grantee;
	const char *grantee_name;
};
struct rls_published {
	const char *publication;
	oid relation;	    /* 0: all tables */
	const char *filter; /* of rows; or NULL */
	const char *schema; /* published as a whole; or NULL */
	const char *options; /* of a publication of all tables, as SQL */
};
struct rls_mapping {
	const char *server, *user;
};
struct rls_view {
	oid relation;
	const char *definition;
};
struct rls_rule {
	oid relation;
	const char *name;
	char event;
	oid touches;
};
struct rls_leaky {
	oid relation;
	const char *index;
	int position;
	const char *family;
};

struct rls_dangerous {
	const char *function; /* as SQL, with its arguments */
	const char *grantee;  /* NULL: PUBLIC */
};
struct rls_headroom {
	const char *sequence;
	int percent;
	const char *last, *most;
};
struct rls_subscribed {
	const char *subscription, *owner;
	oid relation;
};

struct rls_exclusion {
	oid relation;
	const char *name, *definition;
};

struct rls_grantor {
	oid role, member;
	const char *grantor; /* NULL: the first superuser */
};
struct rls_setter {
	oid function;
	const char *definition;
};

struct rls_large {
	char kind; /* o: owned by the role, g: granted to it, c: whoever asks has them */
	oid role;  /* 0: PUBLIC */
	const char *name;
	long long n;
	const char *objects; /* as SQL names those that are granted */
};
struct rls_parameter {
	const char *parameter;
	oid role; /* 0: PUBLIC */
	const char *name;
};

struct rls_event_trigger {
	const char *name;
	oid function;
	const char *owner;
};
struct rls_language {
	const char *name, *function; /* function: as SQL names it; NULL: the language itself */
	oid grantee;		     /* 0: PUBLIC */
	const char *grantee_name;
};

struct rls_extras {
	struct arena *arena;
	VEC(struct rls_dangerous) dangerous;
	VEC(struct rls_headroom) headroom;
	VEC(struct rls_subscribed) subscribed;
	VEC(struct rls_sequence) sequences;
	VEC(struct rls_default) defaults;
	VEC(struct rls_published) published;
	VEC(struct rls_mapping) mappings;
	VEC(struct rls_view) views;
	VEC(struct rls_rule) rules;
	VEC(struct rls_leaky) leaky;
	VEC(struct rls_exclusion) exclusions;
	VEC(struct rls_grantor) grantors;
	VEC(struct rls_setter) setters;
	VEC(struct rls_large) large;
	VEC(struct rls_parameter) parameters;
	VEC(struct rls_event_trigger) event_triggers;
	VEC(struct rls_language) languages;
	bool logical; /* wal_level = logical */
};

void rls_extras_init(struct rls_extras *x);
void rls_extras_release(struct rls_extras *x);
/* The name of the query file. */
const char *rls_question_name(enum rls_question q);
/* Take rows of its answer, a chunk at a time. */
void rls_extras_rows(struct rls_extras *x, enum rls_question q, const struct reply *rows);

/* ---- findings ---- */

enum severity {
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_BLOCKER,
	SEVERITIES,
};
const char *severity_name(enum severity s);
/* false: no such word. */
bool severity_parse(const char *word, enum severity *out);

struct finding {
	const char *id; /* "R13-using-true" */
	enum severity severity;
	const char *object;   /* schema.relation, role, schema.function(args), … */
	const char *policy;   /* or NULL */
	const char *role;     /* for whom; several joined by ", "; or NULL */
	const char *message;  /* one sentence */
	const char *evidence; /* what was read in the catalog; or NULL */
	const char *fix;      /* SQL; or NULL where a person must decide */
	const char *choices;  /* then: why, and what there is to choose from, all in comments */
	const char *doc;      /* address */
	oid relation;	      /* 0: not about one */
};

struct findings {
	struct arena *arena;
	VEC(struct finding) list; /* by severity, worst first, then object and id */
};
void findings_free(struct findings **f);

enum rls_checks {
	CHECK_ISOLATION = 1, /* R */
	CHECK_SPEED = 2,     /* P */
	CHECK_DESIGN = 4,    /* L, N, X */
};

struct rls_input {
	const struct catalog *catalog;
	const struct profile *profile;
	const struct sqlset *sql; /* the fragments of the fixes */
	const struct rls_extras *extras;
	int checks; /* enum rls_checks */
};

/* The caller frees it; its texts may borrow from the catalog and the extras. */
struct findings *rls_check(const struct rls_input *in);

/* The rules as they are documented: for (i = 0; rls_rule_at(i, &r); i++). */
struct rls_rule_info {
	const char *id, *summary, *doc;
	const char *lookalike; /* clean, and passed by */
	const char *by_hand;   /* why a finding may have no SQL that mends it; NULL: each has */
	const char *splinter;  /* which of Supabase splinter's lints see it; NULL: none */
	enum severity severity;
};
bool rls_rule_at(size_t i, struct rls_rule_info *out);

/* ---- status: one row per relation that holds tenants' data or has row-level security ---- */

struct rls_status {
	const struct relation *relation;
	const char *tenant_column; /* NULL: by its parent */
	bool isolated;		/* no finding shows or changes rows of other tenants; what a grant
				   allows beside rows (TRUNCATE, REFERENCES, TRIGGER) is a
				   finding and no question of rows */
	bool judged;		/* false: isolated could not be told (R90 says why, or the rows are no tenant's
				 * that is known, or what a view with its reader's rights reads is not) */
	size_t findings;	/* above info */
	enum severity worst;	/* of them */
	const char *index;    /* that serves the policies; NULL: none */
	/* Of a partition without policies of its own these tell how it is reached through its root. */
	const char *commands; /* "select insert update delete": covered by policies */
	const char *coverage; /* the same per role, with its grants: "app: select insert; etl: …" */
	const char *readable; /* the clauses as a person would say them; of what can have none
				 with whose rights it reads */
};
/* Into arena; *n rows. findings: of the same input. */
const struct rls_status *rls_statuses(const struct rls_input *in, const struct findings *f,
				      struct arena *arena, size_t *n);

/* What one role sees of one relation, a sentence per line (per policy, then the sum; of what a
 * view reads below it).  others: and, each below its name, what all other roles see that have a right
 * here. Caller frees. */
char *rls_explain(const struct rls_input *in, const struct relation *r, const struct role *role,
		  bool others);

#endif
