/* SPDX-License-Identifier: MIT */
/*
 * session.h - one person at one database: what ui and cli share.
 *
 * Holds the db, the catalog reader, the profile learned from it, the screens, the scope in which everything runs
 * and whether writing is armed.  It is the only place that makes scopes for transactions.
 *
 * Events are told to observers; nobody polls.
 */
#ifndef COMMAND_SESSION_H
#define COMMAND_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/loop.h"
#include "catalog/reader.h"
#include "db/db.h"
#include "domain/profile.h"
#include "domain/profile_edit.h"
#include "domain/screendef.h"

struct session_options {
	struct db_params db;
	const char *tenant;        /* --tenant: id, slug or label; NULL */
	const char *role;          /* --role / :as */
	const char *profile;       /* --profile NAME or file */
	const char *screens;       /* --screens DIR */
	const char *sql;           /* --sql DIR */
	bool armed;                /* --armed */
	bool one_connection;       /* the catalog and the rows one after the other: a command, not the console */
	bool echo_sql;             /* --echo-sql: statements on stderr (cli) or in the log (ui) */
	const char *reason;        /* --reason for all tenants, edits */
};

struct session;
struct undo_log;
struct probe_memory;
struct person;
struct vars;

struct session *session_new(struct loop *loop, const struct session_options *opts, struct err *err) MUST_CHECK;
void session_free(struct session **s);

struct loop *session_loop(const struct session *s);
struct db *session_db(const struct session *s);
struct reader *session_reader(const struct session *s);
const struct sqlset *session_sql(const struct session *s);
struct screenset *session_screens(const struct session *s);
/* The screen of this name or alias, else the one that is made for the relation of this name ("products",
 * "commerce.products", "commerce.products.record").  It lives as long as the session.  NULL with err: neither is
 * known, or the catalog has not come yet. */
const struct screendef *session_screen(struct session *s, const char *name, struct err *err);
/* No relation has this name: where err has no hint, that of the screen whose name is nearest. */
void session_suggest_screen(const struct session *s, const char *name, struct err *err);
/* Does this database have what the screen shows and needs?  true as long as the catalog is not known; err may be
 * NULL. */
bool session_screen_there(struct session *s, const struct screendef *def, struct err *err);
/* Worth a place in menus: it is there, or something stands in for it. */
bool session_screen_offered(struct session *s, const struct screendef *def);
/* It is not offered although its relations are here: what it wants beside them goes into err. */
bool session_screen_wants(struct session *s, const struct screendef *def, struct err *err);
const struct catalog *session_catalog(const struct session *s);   /* NULL until read */
/* The one before, while SESSION_CATALOG is told (catalog/changes.h says what became of a relation); NULL at other
 * times and for the first. */
const struct catalog *session_catalog_before(const struct session *s);
const struct profile *session_profile(const struct session *s);   /* NULL until learned */
/*
 * The profile file: --profile, else $XDG_CONFIG_HOME/souk/profiles/DATABASE@SERVER.ini, DATABASE.ini there, or
 * profile.ini in the screens folder, the first that exists; where none does, the first is where a correction
 * would go.  NULL before the catalog.  *broken: why it is not in force, or NULL.
 */
const char *session_profile_file(const struct session *s, const struct err **broken);
/* Put the entry into the profile file (out of it: value NULL) and learn anew.  On failure the file is as it was. */
bool session_profile_put(struct session *s, const struct profile_entry *e, struct err *err) MUST_CHECK;

/* What queries may name (vars.h); until the next snapshot. */
const struct vars *session_vars(struct session *s);

/* ---- the outbox that screens show (outbox_look.h) ---- */
struct outbox;
struct outbox_watch;
/* What this session remembers of it, by its name. */
struct outbox_watch *session_outbox_watch(struct session *s, const struct outbox *o);
/* "schema.name"; NULL: the first one again. */
void session_choose_outbox(struct session *s, const char *name);
const char *session_chosen_outbox(const struct session *s);

/*
 * A session beside this one whose catalog is what an earlier session kept, and about which the server has not said
 * yet whether it holds; NULL: there is none.  What is asked in it is an attempt: whoever asks the same of this
 * session, to the letter, has the answer at once (struct scope, ahead).
 */
struct session *session_ahead(const struct session *s);

/* ---- scope ---- */
enum tenant_scope { TENANT_NONE, TENANT_ONE, TENANT_ALL };
enum { TENANCY_SCHEMA = -1 }; /* the tenant has a schema of its own (profile_tenant_schemas) */
struct tenant_choice {
	enum tenant_scope kind;
	int tenancy;   /* index into profile_tenancy: several models in one database; or TENANCY_SCHEMA */
	char *id;      /* the value of the setting, as text; the schema's name */
	char *label;   /* for people */
	char *reason;  /* TENANT_ALL */
};
const struct tenant_choice *session_tenant(const struct session *s);
/* --tenant as it was typed, until it is resolved, refused or another is chosen; NULL. */
const char *session_wanted_tenant(const struct session *s);
/* Why it was refused, until another is chosen: a mistyped tenant is not the same as none; NULL. */
const struct err *session_wanted_error(const struct session *s);
/* The same, or why the file that --profile names is no profile; NULL. */
const struct err *session_refused(const struct session *s);
/* Choose; copied. */
void session_set_tenant(struct session *s, const struct tenant_choice *choice);
/* The one before (":tenant -"). */
const struct tenant_choice *session_previous_tenant(const struct session *s);
/* The schema of the tenant that was chosen, where each has one; NULL. */
const char *session_tenant_schema(const struct session *s);
/* False: while one tenant is chosen, in the schema of another. */
bool session_may_show(const struct session *s, const struct relation *r);
/* A relation by the name that a person or a screen gives, in this scope: a bare name is first one of the tenant's
 * schema, and what is in another tenant's is refused while one is chosen. */
const struct relation *session_relation(const struct session *s, const char *name, struct err *err);
const char *session_role(const struct session *s);                /* :as, or NULL */
/* One tenant is chosen, and the server does not keep the role to it. */
bool session_unbound(const struct session *s);
/* No tenant is chosen, and the rows of r that the role sees are those of all tenants: r tells whose they are, and no
 * policy keeps the role from any. r NULL: whatever it reads, the role is bound nowhere. */
bool session_sees_all(const struct session *s, const struct relation *r);
void session_set_role(struct session *s, const char *role);
/* As whom, besides (person.h): "42 of app.members"; NULL: as nobody.  Another tenant or role is nobody's at first. */
const char *session_person(const struct session *s);
void session_set_person(struct session *s, const struct person *who); /* copied; NULL: nobody */

/* The scope of a transaction: tenant, operator, role, timeouts. Released by the caller. */
enum scope_use { USE_READ, USE_WRITE, USE_CATALOG, USE_WATCH, USE_BULK };
void session_scope(const struct session *s, enum scope_use use, struct scope *out);

/* How many seconds a replica was behind what it had received, when the last page was read; 0: not at all. */
double session_behind(const struct session *s);
void session_note_behind(struct session *s, double seconds);

/* ---- writing ---- */
bool session_armed(const struct session *s);
/* Arming again restarts the idle time. */
void session_arm(struct session *s, bool armed);
bool session_production(const struct session *s);
double session_arm_left(const struct session *s);                 /* seconds until it disarms; < 0: never */

/* My saves of this session (undo.h). */
struct undo_log *session_undo(const struct session *s);
/* What the last probe of each relation showed (probe_memory.h). */
struct probe_memory *session_probes(const struct session *s);

/* ---- settings (:set, [settings] of souk.conf); see settings.h ---- */
struct settings *session_settings(const struct session *s);
bool session_set(struct session *s, const char *name, const char *value, struct err *err) MUST_CHECK;

/* ---- events ---- */
enum session_event {
	SESSION_STATE,    /* a connection changed */
	SESSION_CATALOG,  /* a new snapshot and profile */
	SESSION_SCOPE,    /* tenant or role changed: screens fetch again */
	SESSION_ARMED,
	SESSION_SETTING,
	SESSION_OUTBOX,   /* another one was chosen */
	SESSION_AHEAD,    /* session_ahead() is there, or is about to go and is not told any more */
};
typedef void session_fn(void *ctx, enum session_event event);
void session_observe(struct session *s, session_fn *fn, void *ctx);
void session_unobserve(struct session *s, const void *ctx);

/* fn runs once when it is so far, with err on failure. */
enum session_ready {
	READY_CONNECTED,
	READY_PAGE,    /* and what was asked for by session_ahead() is known to rest on what holds (rowset_rests) */
	READY_CATALOG, /* and the catalog and profile are there, and what became of --tenant is known */
	READY_SCOPE,   /* and it was not refused */
};
void session_when_ready(struct session *s, enum session_ready far, void (*fn)(void *ctx, const struct err *err),
			void *ctx);
/* Drop what waits in session_when_ready with this ctx. */
void session_forget(struct session *s, const void *ctx);

#endif
