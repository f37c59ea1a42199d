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
 * What a rollback does not undo are numbers taken from sequences: probe_numbers() names them.
 */
#ifndef DOMAIN_RLS_PROBE_H
#define DOMAIN_RLS_PROBE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "db/reply.h"
#include "domain/rls.h"

enum probe_kind {
	PROBE_READ,	  /* rows of B, with A's setting */
	PROBE_EMPTY,	  /* any row, with an empty setting */
	PROBE_UNSET,	  /* any row, in a session that never had the setting */
	PROBE_FORGED,	  /* rows of B, with settings that policies let through and anybody can set */
	PROBE_PREPARED,	  /* rows of A, by B, from a statement that was prepared as A */
	PROBE_INFLUENCE,  /* does what A is shown change when rows of B are gone? */
	PROBE_CALL,	  /* a function that writes, called for a row of B: are B's rows as before? */
	PROBE_INSERT,	  /* a row for B, with A's setting */
	PROBE_NOBODY,	  /* a row without a tenant, written by A: does B see it? */
	PROBE_JOIN,	  /* A says of itself that it belongs to B, where policies look that up */
	PROBE_KEY,	  /* a copy of B's row for A: does a key tell that B has it? */
	PROBE_REFER,	  /* a row of A that refers to a row of B */
	PROBE_MOVE,	  /* a row of A given to B */
	PROBE_GIVE,	  /* the same without WHERE: policies that only readers meet do not count */
	PROBE_UPDATE,	  /* a row of B changed by its key */
	PROBE_STEAL,	  /* UPDATE without WHERE makes rows of others one's own */
	PROBE_DELETE,	  /* a row of B deleted by its key */
	PROBE_BLIND,	  /* DELETE without WHERE */
	PROBE_TRUNCATE,	  /* and what takes too heavy a lock to be tried: it is only told */
	PROBE_REFERENCES,
	PROBE_TRIGGER,
	PROBE_ARRANGED, /* what a finding claims and nothing has shown: with rows made as it says */
	PROBE_KINDS,
};
const char *probe_kind_name(enum probe_kind k); /* "select", "select empty", "insert" … */
bool probe_is_write(enum probe_kind k);	/* tried only when asked */

enum probe_outcome { PROBE_PROVEN, PROBE_LEAKS, PROBE_REFUSED, PROBE_IMPOSSIBLE };
const char *probe_outcome_name(
	enum probe_outcome o); /* "proven" "leaks" "refused" "could not probe" */

enum { PROBE_KEYS = 3, PROBE_KEY_COLUMNS = 4, PROBE_SETTINGS = 8, PROBE_BASES = 4, PROBE_LINKS = 4 };

/* One row that was found, by the columns of the relation's key. */
struct probe_row {
	const char *key[PROBE_KEY_COLUMNS];
};

/*
 * A relation, or a function that runs with its owner's rights and was read to be one that only
 * reads.  What names no tenant itself (a view without that column, a function) is known by what
 * it shows of the tables that it reads: source is asked who has rows, and its keys are looked
 * for in what is shown.
 */
struct probe_target {
	const struct relation *relation; /* NULL: a function, or what is only claimed of */
	const struct function *function; /* NULL: a relation */
	const char *name;		 /* schema.name, schema.name(arguments) */
	const char *from;		 /* a relation as SQL reads it */
	const struct column *args, *columns; /* that a function must be given, and gives */
	const char *text;		     /* what a text is given; NULL: "" */
	bool by_row;			     /* else what B's row has where it is compared */
	size_t nargs, ncolumns;
	const struct tenancy *tenancy;
	const struct column *tenant;	 /* NULL: its source hangs from a parent by links, or is
					    known by itself */
	const struct foreign_key *links[PROBE_LINKS]; /* from the source to the parent */
	size_t nlinks;
	const struct relation *parent; /* that has the tenant column */
	bool between; /* the parent refers to it, and says whose it is */
	const struct relation *source;	 /* itself, or a table it reads; NULL: none tells */
	const struct column *source_tenant;
	const struct relation *bases[PROBE_BASES]; /* tables of tenants that it reads */
	size_t nbases;
	const struct column *key[PROBE_KEY_COLUMNS]; /* nkey 0: no key, rows are told by their
							tenant */
	size_t nkey;
	/* Rows of the relation that are shown to every tenant, or to everybody, on purpose, and of
	 * source to every tenant, as SQL over their own columns; NULL: none. */
	const char *shared, *source_shared;
	bool given; /* some of these by who asks: no sample can leave them out */
	bool exact;	    /* no two rows of source have the same key */
	const char *a, *b; /* two tenants that have rows; NULL: not found (yet) */
	struct probe_row own[PROBE_KEYS], other[PROBE_KEYS];
	size_t owns, others;
	const char *impossible; /* why nothing can be probed; NULL: it can */
	const char *no_writes;	/* why no writes; NULL: they can */
	const char *no_reads;	/* why not even a look; NULL: it can */
	const char *unread;	/* why what it shows cannot be told apart by rows; NULL: it can */
	bool changes;		/* a function that writes, and nothing but rows */
	bool unseen;		/* it showed us no rows of two tenants, which may be its filter */
	bool single;		/* only one tenant has rows: it is B, and A is borrowed */
	bool written, inserted; /* what does so was sent */
	bool small;		/* few rows: statements without WHERE may be tried */
	bool crossed;		/* of another tenant's schema: each row is a leak */
	bool kept;		/* it shows what was kept by a materialized view: that does not change */
	size_t slow;		/* probes of it that took too long */
	const struct role *reader; /* who was not refused to read it; NULL: nobody (yet) */
	bool meddled;		/* triggers or rules may make something else of what is written */
	bool deferred;		/* triggers of its own wait for the end of the transaction */
};

/* Somebody of a tenant, by a column that policies compare with the session. */
struct claim;
struct probe_person {
	const struct claim *claim;
	const struct relation *relation;
	const struct column *column, *tenant_column;
	const char *tenant;
	const char *value; /* NULL: nobody was found */
	const char *says;  /* what a session of theirs says: that, or the key of their session */
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
	const struct role *role; /* PROBE_ARRANGED: NULL where there is nothing to try */
	const struct role *become;     /* the role that it takes then; NULL: it stays itself */
	const struct foreign_key *via; /* PROBE_REFER */
	const struct claim *grant;     /* PROBE_JOIN */
	const struct finding *claimed; /* PROBE_ARRANGED */
	bool beyond;  /* about the role, whatever the relation: not remembered of that */
	enum probe_outcome outcome;
	size_t rows;	  /* that leaked */
	const char *keys; /* of up to three of them; NULL */
	const char *why; /* PROBE_REFUSED, PROBE_IMPOSSIBLE; also how a PROVEN one was closed */
	bool decided;	 /* nothing is to be sent (any more) */
	bool stopped;	 /* by probe_plan_stop(): it was not asked */
};

struct probe_plan {
	struct arena *arena;
	const struct rls_input *input;
	const struct findings *findings; /* NULL: none; what they claim is tried as they claim it */
	struct map *claimed; /* "R82 schema.name": the first such finding */
	struct map *places;  /* of targets: name, and oid of a relation → index + 1 */
	struct persona *persona;
	VEC(struct probe_target) targets;
	VEC(struct probe_person) persons;
	VEC(struct probe) probes;
	const struct relation *only; /* NULL: everything */
	const struct tenancy *line_of; /* for which tenancy this was looked up: */
	const struct foreign_key *line; /* by which tenants hang from tenants; NULL */
	const char *path; /* where names are looked for by who says nothing else */
	bool write;
	bool folded; /* there are functions whose setting a prepared plan may keep */
};

/* What was read of the code of the database, so that none is run that acts outside; NULL: it
 * could not be read. */
struct probe_code {
	const struct reply *sources;   /* rls_probe_sources */
	const struct reply *calls;     /* rls_probe_calls */
	const struct reply *functions; /* rls_probe_functions */
	const struct reply *path;      /* rls_probe_path */
};

/* Relations that hold tenants' data and the roles of the application; NULL: all of them. */
void probe_plan_init(struct probe_plan *p, const struct rls_input *in,
		     const struct findings *findings, bool write);
void probe_plan_release(struct probe_plan *p);
/* First: what may be tried; only: one relation (and no function), NULL: everything. */
void probe_plan_targets(struct probe_plan *p, const struct relation *only,
			const struct probe_code *code);
/* Then: two tenants and their keys, one statement per target. */
void probe_tenants_sql(struct probe_plan *p, const struct probe_target *t,
		       struct buf *sql);
/* Whether it has few rows, where nobody has counted yet. */
bool probe_needs_few(const struct probe_plan *p, const struct probe_target *t);
void probe_few_sql(const struct probe_plan *p, const struct probe_target *t, struct buf *sql);
void probe_tenants_answer(struct probe_plan *p, struct probe_target *t,
			  const struct reply *rows, const struct server_error *error);
/* Where all rows may be shown to every tenant on purpose, nothing is read of others' that way;
 * what is written is tried with these: asked beside the tenants, answered behind them. */
bool probe_needs_shown(const struct probe_plan *p, const struct probe_target *t);
void probe_shown_sql(struct probe_plan *p, const struct probe_target *t, struct buf *sql);
void probe_shown_answer(struct probe_plan *p, struct probe_target *t, const struct reply *rows,
			const struct server_error *error);
/* Then: people of these tenants, where policies go by people. */
void probe_plan_persons(struct probe_plan *p);
void probe_person_sql(const struct probe_plan *p, const struct probe_person *who,
		      struct buf *sql);
void probe_person_answer(struct probe_plan *p, struct probe_person *who,
			 const struct reply *rows);
/* Then: every probe of every role. */
void probe_plan_probes(struct probe_plan *p, const struct role *only);
/* Then, when all of them were answered: what findings claim and no probe has shown, as far as it
 * can be tried; the rest is decided, and says why not. */
void probe_plan_claims(struct probe_plan *p, const struct role *only);
/* Which probes show what a finding of this id claims ("select, update"); NULL: none does.
 * *why_not: why; NULL with NULL: it claims no leak. */
const char *probe_shows(const char *id, const char **why_not);
/* What a session of the tenant says of itself for it; none for PROBE_UNSET. */
void probe_settings(const struct probe_plan *p, const struct probe *x, const char *tenant,
		    struct probe_settings *out);
void probe_settings_release(struct probe_settings *s);
/* Without any probe: who can act for a tenant with the application's eyes (named, or who is to be
 * looked for), and what a session of that person's says of itself. */
void probe_plan_eyes(struct probe_plan *p, const struct tenancy *y, const char *tenant,
		     const char *named);
void probe_eyes(const struct probe_plan *p, const struct role *role,
		struct probe_settings *out);
/* By which setting a session says who it is. */
const char *probe_person_setting(const struct probe_person *who);
/* The setting that must never have been known, for PROBE_UNSET. */
const char *probe_main_setting(const struct probe_plan *p, const struct probe *x);

/* The statements of a probe, in their order.  Where one without a mark fails, nothing was proven. */
enum probe_mark {
	PROBE_MARK_AS,	   /* who it is from now on */
	PROBE_MARK_BEFORE, /* a count or digest to be compared */
	PROBE_MARK_AGAIN,  /* the same once more: what changes by itself proves nothing */
	PROBE_MARK_TRY,	   /* the statement itself */
	PROBE_MARK_AFTER,  /* the same as BEFORE */
	PROBE_MARKS,
	PROBE_MARK_NONE = PROBE_MARKS,
};
struct probe_step {
	char *sql;
	struct params params;
	enum probe_mark mark;
};
struct probe_steps {
	VEC(struct probe_step) list;
};
void probe_steps(struct probe_plan *p, const struct probe *x, struct probe_steps *out);
void probe_steps_release(struct probe_steps *s);
/* By "role" or, for a superuser, by "session_authorization": who looks is then the role
 * altogether; others keep their session_user, which policies may look at. */
const char *probe_identity(const struct probe_plan *p);

/* What came back, by mark. */
struct probe_answers {
	const struct reply *reply[PROBE_MARKS];
	const struct server_error *error[PROBE_MARKS]; /* NULL: not sent */
	const struct server_error *broke;	       /* of a step without a mark; NULL: none */
};
void probe_answer(struct probe_plan *p, struct probe *x, const struct probe_answers *a);
/* From where the statements that were put together may have taken numbers ("public.orders.id, …");
 * empty: from nowhere. */
void probe_numbers(const struct probe_plan *p, struct buf *out);
/* The statements of everything that was not answered yet will not be sent: why. */
void probe_plan_stop(struct probe_plan *p, const char *why);

#endif
