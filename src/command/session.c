/* SPDX-License-Identifier: MIT */
#include "command/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/embed.h"
#include "base/log.h"
#include "command/outbox_look.h"
#include "command/probe_memory.h"
#include "command/settings.h"
#include "command/tenant.h"
#include "command/undo.h"
#include "command/vars.h"
#include "command_priv.h"
#include "domain/genscreen.h"
#include "session_priv.h"

enum { SETTLED_MS = 100 }; /* after a catalog has come */

/* ---- events ---- */

void session_tell(struct session *s, enum session_event event)
{
	for (size_t i = 0; i < s->observers.len; i++)
		s->observers.v[i].fn(s->observers.v[i].ctx, event);
}

void session_observe(struct session *s, session_fn *fn, void *ctx)
{
	*VEC_PUSH(&s->observers) = (struct observer){ fn, ctx };
}

void session_unobserve(struct session *s, const void *ctx)
{
	for (size_t i = s->observers.len; i-- > 0;)
		if (s->observers.v[i].ctx == ctx)
			VEC_REMOVE(&s->observers, i);
}

/* ---- waiting until it can work ---- */

/* Of a catalog that an earlier session kept only what the first page rests on may be known to hold;
 * but who waits for the rest is not left waiting where it cannot be read. */
static bool whole(const struct session *s)
{
	return s->is_ahead || reader_settled(s->reader) || reader_error(s->reader);
}

static bool ready_for(const struct session *s, enum session_ready far, const struct err **why)
{
	bool catalog = far != READY_CONNECTED;
	bool tenant = !s->wanted_tenant || s->wanted_error.kind;
	enum db_state state = db_state(s->db, DB_READ);

	*why = NULL;
	if (state == DB_FAILED || state == DB_LOST)
		*why = db_error(s->db, DB_READ);
	else if (catalog && s->profile_error.kind)
		*why = &s->profile_error;
	else if (far == READY_SCOPE && s->wanted_error.kind)
		*why = &s->wanted_error;
	else if (catalog && !s->profile && reader_error(s->reader) && !reader_busy(s->reader))
		*why = reader_error(s->reader);
	return *why || (state == DB_READY &&
			(!catalog || (s->profile && tenant && !s->finding_person)) &&
			(far < READY_CATALOG || whole(s)));
}

static void release_waiters(struct session *s)
{
	for (size_t i = 0; i < s->waiters.len;) {
		struct waiter w = s->waiters.v[i];
		const struct err *why;
		struct err err = ERR_INIT;

		if (!ready_for(s, w.far, &why)) {
			i++;
			continue;
		}
		VEC_REMOVE(&s->waiters, i);
		if (why)
			err_copy(&err, why);
		w.fn(w.ctx, why ? &err : NULL);
		err_release(&err);
		i = 0; /* the callback may have changed the list */
	}
}

void session_when_ready(struct session *s, enum session_ready far,
			void (*fn)(void *ctx, const struct err *err), void *ctx)
{
	db_connect(s->db, DB_READ);
	if (far != READY_CONNECTED && !s->profile && !reader_busy(s->reader))
		reader_refresh(s->reader);
	*VEC_PUSH(&s->waiters) = (struct waiter){ fn, ctx, far };
	release_waiters(s);
}

void session_forget(struct session *s, const void *ctx)
{
	for (size_t i = s->waiters.len; i-- > 0;)
		if (s->waiters.v[i].ctx == ctx)
			VEC_REMOVE(&s->waiters, i);
}

/* ---- what the lower layers tell ---- */

static void on_db(void *ctx, struct db *db, enum db_lane lane)
{
	struct session *s = ctx;

	/* An armed state never outlives the connection that it was given to. */
	if (lane == DB_EDIT && db_state(db, lane) == DB_LOST)
		session_arm(s, false);
	session_tell(s, SESSION_STATE);
	if (lane == DB_READ)
		release_waiters(s);
	if (lane == DB_READ && s->ahead)
		release_waiters(s->ahead);
}

static void on_person(void *ctx, const struct person *who, const char *asked,
		      const struct err *err)
{
	struct session *s = ctx;

	(void)asked;
	(void)err; /* a tenant without a person is a scope, too */
	session_set_person(s, who);
	s->finding_person = false;
	release_waiters(s);
}

static void on_wanted(void *ctx, const struct tenant_choice *choice, const struct err *err)
{
	struct session *s = ctx;

	if (!s->wanted_tenant) { /* another was chosen meanwhile */
		release_waiters(s);
		return;
	}
	if (err)
		err_copy(&s->wanted_error, err);
	else
		session_set_tenant(s, choice);
	if (err)
		session_tell(s, SESSION_STATE);
	s->finding_person = !err && s->role;
	if (s->finding_person)
		person_find(s, choice, s->role, NULL, on_person, s);
	else
		release_waiters(s);
}

void session_note_behind(struct session *s, double seconds)
{
	s->behind = seconds;
}

double session_behind(const struct session *s)
{
	return s->behind;
}

void session_resolve_wanted(struct session *s)
{
	err_clear(&s->wanted_error);
	if (strcmp(s->wanted_tenant, "*") != 0) {
		tenant_resolve(s, s->wanted_tenant, on_wanted, s);
	} else if (s->reason) {
		tenant_open_all(s, s->reason, on_wanted, s);
	} else {
		err_set(&s->wanted_error, ERR_USAGE, "--tenant '*'",
			"all tenants need a reason");
		err_hint(&s->wanted_error, "add --reason TEXT");
	}
}

/* Who waited for the catalog has asked by now; what it was made of is not needed any more. */
static void on_settled(void *ctx)
{
	session_ahead_end(ctx);
	memory_give_back();
	embed_give_back();
}

static void on_catalog(void *ctx, enum reader_event event, const struct catalog *old)
{
	struct session *s = ctx;

	if (event == READER_SETTLED) {
		release_waiters(s);
		return;
	}
	if (event != READER_SWAPPED)
		session_ahead_end(s);
	if (event == READER_KEPT) {
		if (old)
			session_ahead_begin(s, old);
		return;
	}
	loop_timer_start(s->settle, SETTLED_MS, 0);
	err_clear(&s->profile_error);
	if (event == READER_SWAPPED &&
	    session_learn(s, reader_catalog(s->reader), &s->profile_error) && s->wanted_tenant)
		session_resolve_wanted(s);
	if (s->profile_error.kind)
		session_tell(s, SESSION_STATE);
	release_waiters(s);
}

/* ---- life ---- */

static void log_statement(void *ctx UNUSED, enum db_lane lane, const char *sql,
			  const struct params *params UNUSED)
{
	static const char *const names[DB_LANES] = { "read", "edit", "watch", "bulk",
						       "aside" };

	log_line("sql", "%s: %s", names[lane], sql);
}

static void echo_statement(void *ctx UNUSED, enum db_lane lane UNUSED, const char *sql,
			   const struct params *params)
{
	fprintf(stderr, "%s\n", sql);
	for (size_t i = 0; params && i < params->list.len; i++)
		fprintf(stderr, "-- $%zu = %s\n", i + 1,
			params->list.v[i].text ? params->list.v[i].text : "NULL");
}

/* First of all: the server makes a process for each connection, which takes it as long as
 * screens and terminal take us.  A console will want both; but on this machine the second would
 * take from the first page, which only waits for it where there is a scope to look up. */
static void connect(struct session *s, const struct session_options *opts)
{
	s->db = db_new(s->loop, &opts->db, s->sql);
	if (opts->one_connection)
		return;
	db_connect_at_once(s->db, DB_READ);
	if (opts->tenant || opts->role || !db_is_near(s->db, DB_READ))
		db_connect_at_once(s->db, DB_WATCH);
}

struct session *session_new(struct loop *loop, const struct session_options *opts,
			    struct err *err)
{
	struct session *s = xcalloc(1, sizeof *s);

	s->loop = loop;
	s->settings = settings_new();
	s->undo = undo_log_new();
	s->probes = probe_memory_new();
	s->sql = sqlset_new();
	connect(s, opts);
	s->screens = sqlset_fill(s->sql, opts->sql, err) ? screenset_load(opts->screens, err)
							 : NULL;
	if (!s->screens || !settings_load(s->settings, NULL, err)) {
		session_free(&s);
		return NULL;
	}
	s->profile_given = xstrdup_null(opts->profile);
	s->screens_dir = xstrdup_null(opts->screens);
	s->role = xstrdup_null(opts->role);
	s->reason = xstrdup_null(opts->reason);
	s->wanted_tenant = xstrdup_null(opts->tenant);
	session_scope_init(s);
	if (opts->echo_sql || log_on())
		db_echo(s->db, opts->echo_sql ? echo_statement : log_statement, s);
	db_observe(s->db, on_db, s);
	s->reader = reader_new(s->db, opts->one_connection ? DB_READ : DB_WATCH);
	if (settings_bool(s->settings, "keep-catalog"))
		reader_keep(s->reader, !opts->one_connection);
	s->genscreens = genscreens_new();
	s->settle = loop_timer_new(loop, on_settled, s);
	reader_observe(s->reader, on_catalog, s);
	if (opts->armed)
		session_arm(s, true);
	return s;
}

void session_drop_own(struct session *s)
{
	session_scope_release(s);
	vars_free(&s->vars);
	map_free(&s->watches);
	free(s->chosen_outbox);
	profile_free(&s->profile);
	catalog_free(&s->catalog);
	genscreens_free(&s->genscreens);
	err_release(&s->profile_error);
	err_release(&s->wanted_error);
	err_release(&s->profile_broken);
	free(s->profile_given);
	free(s->screens_dir);
	free(s->profile_file);
	VEC_RELEASE(&s->observers);
	VEC_RELEASE(&s->waiters);
}

void session_free(struct session **sp)
{
	struct session *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	session_ahead_end(s);
	loop_timer_free(&s->settle);
	if (s->reader) {
		reader_unobserve(s->reader, s);
		reader_free(&s->reader);
	}
	if (s->db) {
		db_forget(s->db, s);
		db_unobserve(s->db, s);
		db_free(&s->db);
	}
	undo_log_free(&s->undo);
	probe_memory_free(&s->probes);
	session_drop_own(s);
	screenset_free(&s->screens);
	sqlset_free(&s->sql);
	settings_free(&s->settings);
	free(s);
}

struct loop *session_loop(const struct session *s)
{
	return s->loop;
}

struct db *session_db(const struct session *s)
{
	return s->db;
}

struct reader *session_reader(const struct session *s)
{
	return s->reader;
}

const struct sqlset *session_sql(const struct session *s)
{
	return s->sql;
}

struct screenset *session_screens(const struct session *s)
{
	return s->screens;
}

struct genscreens *session_genscreens(const struct session *s)
{
	return s->genscreens;
}

const struct catalog *session_catalog(const struct session *s)
{
	return s->catalog;
}

static void watch_free_value(void *watch)
{
	struct outbox_watch *w = watch;

	outbox_watch_free(&w);
}

struct outbox_watch *session_outbox_watch(struct session *s, const struct outbox *o)
{
	char *name = xasprintf("%s.%s", o->relation->schema, o->relation->name);
	struct outbox_watch *w;

	if (!s->watches)
		s->watches = map_new(watch_free_value);
	w = map_get(s->watches, name);
	if (!w) {
		w = outbox_watch_new();
		map_set(s->watches, name, w);
	}
	free(name);
	return w;
}

void session_choose_outbox(struct session *s, const char *name)
{
	free(s->chosen_outbox);
	s->chosen_outbox = xstrdup_null(name);
	vars_free(&s->vars);
	session_tell(s, SESSION_OUTBOX);
}

const char *session_chosen_outbox(const struct session *s)
{
	return s->chosen_outbox;
}

const struct catalog *session_catalog_before(const struct session *s)
{
	return s->before;
}

const struct vars *session_vars(struct session *s)
{
	if (!s->vars)
		s->vars = vars_new(s);
	return s->vars;
}

struct undo_log *session_undo(const struct session *s)
{
	return s->undo;
}

struct probe_memory *session_probes(const struct session *s)
{
	return s->probes;
}

struct settings *session_settings(const struct session *s)
{
	return s->settings;
}

bool session_set(struct session *s, const char *name, const char *value, struct err *err)
{
	if (!settings_set(s->settings, name, value, err))
		return false;
	vars_free(&s->vars); /* some are settings */
	session_tell(s, SESSION_SETTING);
	return true;
}
