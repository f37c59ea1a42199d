/* SPDX-License-Identifier: MIT */
/*
 * session_priv.h - what the files of a session share: session.c (its life, its events), session_profile.c
 * (what is learned of the database), session_scope.c (tenant, role, arming), session_ahead.c (a start tried ahead).
 */
#ifndef SESSION_PRIV_H
#define SESSION_PRIV_H

#include "base/map.h"
#include "base/vec.h"
#include "command/person.h"
#include "command/session.h"

struct observer {
	session_fn *fn;
	void *ctx;
};

struct waiter {
	void (*fn)(void *ctx, const struct err *err);
	void *ctx;
	enum session_ready far;
};

struct session {
	struct loop *loop;
	struct sqlset *sql;
	struct screenset *screens;
	struct genscreens *genscreens;
	struct settings *settings;
	struct undo_log *undo;
	struct probe_memory *probes;
	struct db *db;
	struct reader *reader;
	struct catalog *catalog; /* the snapshot that profile was learned from */
	struct catalog *before;  /* while SESSION_CATALOG is told */
	struct profile *profile;
	struct vars *vars; /* of that profile, when first asked for */
	struct map *watches; /* of outboxes, by name */
	char *chosen_outbox; /* "schema.name"; NULL: the first one */
	char *profile_given, *screens_dir;
	char *profile_file; /* see session_profile_file() */
	struct err profile_error, profile_broken;

	struct tenant_choice tenant, previous;
	char *wanted_tenant; /* --tenant, until the directory has told which it is */
	struct err wanted_error;
	char *role;
	struct person person;
	bool finding_person; /* of --tenant and --role */
	char *reason;

	bool armed;
	int64_t armed_us; /* last use while armed */
	struct loop_timer *arm_timer;
	struct loop_timer *all_timer; /* ends the scope of all tenants */

	struct session *ahead; /* see session_ahead.c */
	bool is_ahead;         /* this is one */
	bool tried;            /* and its tenant is known */
	struct loop_timer *settle; /* what a start needed may go */

	double behind; /* seconds */

	VEC(struct observer) observers;
	VEC(struct waiter) waiters;
};

/* ---- session.c ---- */
void session_tell(struct session *s, enum session_event event);
/* --tenant: now that it is known where tenants are listed. */
void session_resolve_wanted(struct session *s);
/* What is its own, of one beside another too. */
void session_drop_own(struct session *s);

/* ---- session_profile.c ---- */
/* Profile and catalog change together; what was made of the old ones is made anew. */
bool session_learn(struct session *s, const struct catalog *c, struct err *err);

/* ---- session_ahead.c ---- */
void session_ahead_begin(struct session *s, const struct catalog *kept);
/* A share of what it learned, if that was of this snapshot and by the same file; else NULL. */
struct profile *session_ahead_learned(const struct session *s, const struct catalog *c);
/* It may not be one. */
void session_ahead_end(struct session *s);

/* ---- session_scope.c ---- */
void session_scope_init(struct session *s);
void session_scope_release(struct session *s);

#endif
