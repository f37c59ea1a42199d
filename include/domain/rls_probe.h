/* SPDX-License-Identifier: MIT */
/*
 * rls_probe.h - proving isolation by trying: which statements to run as which role, and what
 * their answers mean.
 *
 * The plan is made from the catalog and the profile; the statements come from
 * sql/queries/rls_probe_*.sql; whoever carries them (command/) runs each between a savepoint
 * and its rollback, in transactions that are rolled back.  Without `write` only SELECTs are
 * planned.  Nothing is written that could act outside (rls_outside.c): what would is
 * named instead.
 *
 * What a rollback does not undo are numbers taken from sequences: probe_sequences() names them.
 */
#ifndef DOMAIN_RLS_PROBE_H
#define DOMAIN_RLS_PROBE_H

#include "base/arena.h"
#include "base/vec.h"
#include "db/reply.h"
#include "domain/rls.h"

enum probe_kind {
	PROBE_READ,   /* rows of B, with A's setting */
	PROBE_EMPTY,  /* any row, with an empty setting */
	PROBE_UNSET,  /* any row, in a session that never had the setting */
	PROBE_FORGED, /* rows of B, with settings that policies let through and anybody can set */
	PROBE_INSERT, /* a row for B, with A's setting */
	PROBE_MOVE,   /* a row of A given to B */
	PROBE_GIVE,   /* the same without WHERE: policies that only readers meet do not count */
	PROBE_UPDATE, /* a row of B changed by its key */
	PROBE_STEAL,  /* UPDATE without WHERE makes rows of others one's own */
	PROBE_DELETE, /* a row of B deleted by its key */
	PROBE_BLIND,  /* DELETE without WHERE */
	PROBE_KINDS,
};
const char *probe_kind_name(enum probe_kind k); /* "select", "select empty", "insert" … */

enum probe_outcome { PROBE_PROVEN, PROBE_LEAKS, PROBE_REFUSED, PROBE_IMPOSSIBLE };
const char *probe_outcome_name(
	enum probe_outcome o); /* "proven" "leaks" "refused" "could not probe" */

enum { PROBE_KEYS = 3, PROBE_KEY_COLUMNS = 4, PROBE_SETTINGS = 8 };

/* One row that was found, by the columns of the relation's key. */
struct probe_row {
	const char *key[PROBE_KEY_COLUMNS];
};

struct probe_target {
	const struct relation *relation;
	const struct tenancy *tenancy;
	const struct column *tenant; /* NULL: it hangs from a parent by link */
	const struct foreign_key *link;
	const struct relation *parent;
	const struct column *parent_tenant;
	const struct column *key[PROBE_KEY_COLUMNS]; /* nkey 0: no key (views), rows are told by
							their tenant */
	size_t nkey;
	const char *a, *b; /* two tenants that have rows; NULL: not found (yet) */
	struct probe_row own[PROBE_KEYS], other[PROBE_KEYS];
	size_t owns, others;
	const char *impossible; /* why nothing can be probed; NULL: it can */
	const char *no_writes;	/* why no writes; NULL: they can */
	const char *no_reads;	/* why not even a look; NULL: it can */
	bool small;		/* few rows: statements without WHERE may be tried */
};

/* Somebody of a tenant, by a column that policies compare with the session. */
struct probe_person {
	const struct claim *claim;
	const struct relation *relation;
	const struct column *column, *tenant_column;
	const char *tenant;
	const char *value; /* NULL: nobody was found */
};

/* What a session says of itself. */
struct probe_setting {
	const char *name;
	char *value;
};
struct probe_settings {
	struct probe_setting v[PROBE_SETTINGS];
	size_t n;
};

struct probe {
	size_t target;
	enum probe_kind kind;
	const struct role *role;
	enum probe_outcome outcome;
	size_t rows;	  /* that leaked */
	const char *keys; /* of up to three of them; NULL */
	const char *why; /* PROBE_REFUSED, PROBE_IMPOSSIBLE; also how a PROVEN one was closed */
	bool decided;	 /* by the catalog: nothing is to be sent */
};

struct probe_plan {
	struct arena *arena;
	const struct rls_input *input;
	struct persona *persona;
	VEC(struct probe_target) targets;
	VEC(struct probe_person) persons;
	VEC(struct probe) probes;
	bool write;
};

/* Relations that hold tenants' data and the roles of the application; NULL: all of them. */
void probe_plan_init(struct probe_plan *p, const struct rls_input *in, bool write);
void probe_plan_release(struct probe_plan *p);
/* First: what may be tried.  sources, calls: the answers to rls_probe_sources and rls_probe_calls,
 * by which code that acts outside is found before it is called; NULL: they failed. */
void probe_plan_targets(struct probe_plan *p, const struct relation *only,
			const struct reply *sources, const struct reply *calls);
/* Then: two tenants and their keys, one statement per target. */
void probe_tenants_sql(const struct probe_plan *p, const struct probe_target *t,
		       struct buf *sql);
/* Whether it has few rows, where nobody has counted yet. */
bool probe_needs_few(const struct probe_plan *p, const struct probe_target *t);
void probe_few_sql(const struct probe_plan *p, const struct probe_target *t, struct buf *sql);
void probe_tenants_answer(struct probe_plan *p, struct probe_target *t,
			  const struct reply *rows, const struct server_error *error);
/* Then: people of these tenants, where policies go by people. */
void probe_plan_persons(struct probe_plan *p);
void probe_person_sql(const struct probe_plan *p, const struct probe_person *who,
		      struct buf *sql);
void probe_person_answer(struct probe_plan *p, struct probe_person *who,
			 const struct reply *rows);
/* Then: every probe of every role. */
void probe_plan_probes(struct probe_plan *p, const struct role *only);
/* The statement of a probe. */
void probe_sql(const struct probe_plan *p, const struct probe *x, struct buf *sql);
/* The settings for it; none for PROBE_UNSET. */
void probe_settings(const struct probe_plan *p, const struct probe *x,
		    struct probe_settings *out);
void probe_settings_release(struct probe_settings *s);
/* The setting that must never have been known, for PROBE_UNSET. */
const char *probe_main_setting(const struct probe_plan *p, const struct probe *x);
/* A row to be kept before the role is taken, for PROBE_INSERT. */
bool probe_needs_row(const struct probe *x);
void probe_row_sql(const struct probe_plan *p, const struct probe *x, struct buf *sql);
/* What must be counted before, for PROBE_STEAL and PROBE_BLIND: A's rows, by whoever may see them;
 * where no column says whose they are, the rows that the role sees. */
enum probe_count { PROBE_COUNT_NOTHING, PROBE_COUNT_OWN, PROBE_COUNT_SEEN };
enum probe_count probe_count(const struct probe_plan *p, const struct probe *x);
void probe_count_sql(const struct probe_plan *p, const struct probe *x, struct buf *sql);
/* before: what was counted. */
void probe_answer(struct probe_plan *p, struct probe *x, const struct reply *rows,
		  const struct server_error *error, size_t before);

#endif
