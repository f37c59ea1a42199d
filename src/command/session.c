/* SPDX-License-Identifier: MIT */
#include "command/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "base/vec.h"
#include "command/outbox_look.h"
#include "command/probe_memory.h"
#include "command/settings.h"
#include "command/tenant.h"
#include "command/undo.h"
#include "command/vars.h"
#include "command_priv.h"
#include "domain/genscreen.h"

struct observer {
	session_fn *fn;
	void *ctx;
};

struct waiter {
	void (*fn)(void *ctx, const struct err *err);
	void *ctx;
	bool catalog;
};

enum { PROFILE_MAX_BYTES = 1 << 20 };

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
	char *reason;

	bool armed;
	int64_t armed_us; /* last use while armed */
	struct loop_timer *arm_timer;
	struct loop_timer *all_timer; /* ends the scope of all tenants */

	double behind; /* seconds */

	VEC(struct observer) observers;
	VEC(struct waiter) waiters;
};

/* ---- events ---- */

static void tell(struct session *s, enum session_event event)
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

static bool ready_for(const struct session *s, bool catalog, const struct err **why)
{
	enum db_state state = db_state(s->db, DB_READ);

	*why = NULL;
	if (state == DB_FAILED || state == DB_LOST)
		*why = db_error(s->db, DB_READ);
	else if (catalog && s->profile_error.kind)
		*why = &s->profile_error;
	else if (catalog && s->wanted_error.kind)
		*why = &s->wanted_error;
	else if (catalog && !s->profile && reader_error(s->reader) && !reader_busy(s->reader))
		*why = reader_error(s->reader);
	return *why || (state == DB_READY && (!catalog || (s->profile && !s->wanted_tenant)));
}

static void release_waiters(struct session *s)
{
	for (size_t i = 0; i < s->waiters.len;) {
		struct waiter w = s->waiters.v[i];
		const struct err *why;
		struct err err = ERR_INIT;

		if (!ready_for(s, w.catalog, &why)) {
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

void session_when_ready(struct session *s, bool with_catalog,
			void (*fn)(void *ctx, const struct err *err), void *ctx)
{
	db_connect(s->db, DB_READ);
	if (with_catalog && !s->profile && !reader_busy(s->reader))
		reader_refresh(s->reader);
	*VEC_PUSH(&s->waiters) = (struct waiter){ fn, ctx, with_catalog };
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
	tell(s, SESSION_STATE);
	if (lane == DB_READ)
		release_waiters(s);
}

static void on_wanted(void *ctx, const struct tenant_choice *choice, const struct err *err)
{
	struct session *s = ctx;

	if (err)
		err_copy(&s->wanted_error, err);
	else
		session_set_tenant(s, choice);
	if (err)
		tell(s, SESSION_STATE);
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

/* --tenant: now that it is known where tenants are listed. */
static void resolve_wanted(struct session *s)
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

/* The tenancies may stand in another order now, or the chosen one may be gone. */
static void keep_tenant(struct session *s, const struct profile *before)
{
	const struct tenancy *was;

	if (!before || s->tenant.kind != TENANT_ONE ||
	    (size_t)s->tenant.tenancy >= profile_tenancies(before))
		return;
	was = profile_tenancy(before, (size_t)s->tenant.tenancy);
	for (size_t i = 0; i < profile_tenancies(s->profile); i++) {
		const struct tenancy *now = profile_tenancy(s->profile, i);

		if (strcmp(now->column, was->column) == 0 && strcmp(now->type, was->type) == 0) {
			s->tenant.tenancy = (int)i;
			return;
		}
	}
	session_set_tenant(s, &(struct tenant_choice){ .kind = TENANT_NONE });
}

/* Profile and catalog change together; what was made of the old ones is made anew. */
static bool learn(struct session *s, const struct catalog *c, struct err *err)
{
	const struct db_session *d = db_session(s->db);
	struct profile *profile, *before = s->profile;
	bool there;

	if (!s->profile_file)
		s->profile_file = profile_file_choose(s->profile_given, s->screens_dir, d);
	there = s->profile_given || path_exists(s->profile_file);
	err_clear(&s->profile_broken);
	profile = profile_learn(c, there ? s->profile_file : NULL, d ? d->host : NULL,
				&s->profile_broken);
	/* A file that nobody asked for by name is told to be broken, and left out. */
	if (!profile && !s->profile_given)
		profile = profile_learn(c, NULL, d ? d->host : NULL, err);
	else if (!profile)
		err_copy(err, &s->profile_broken);
	if (!profile)
		return false;
	vars_free(&s->vars);
	genscreens_forget(s->genscreens);
	s->profile = profile;
	s->before = s->catalog;
	s->catalog = catalog_ref(c);
	keep_tenant(s, before);
	profile_free(&before);
	tell(s, SESSION_CATALOG);
	if (s->before)
		catalog_free(&s->before);
	return true;
}

static void on_catalog(void *ctx, enum reader_event event, const struct catalog *old UNUSED)
{
	struct session *s = ctx;

	err_clear(&s->profile_error);
	if (event == READER_SWAPPED &&
	    learn(s, reader_catalog(s->reader), &s->profile_error) && s->wanted_tenant)
		resolve_wanted(s);
	release_waiters(s);
}

static void on_arm_timer(void *ctx)
{
	struct session *s = ctx;

	if (session_arm_left(s) <= 0)
		session_arm(s, false);
	else
		loop_timer_start(s->arm_timer, (uint64_t)(session_arm_left(s) * 1000) + 1, 0);
}

static void on_all_timer(void *ctx)
{
	struct session *s = ctx;
	const struct tenant_choice none = { .kind = TENANT_NONE };

	tenant_close_all(s);
	session_set_tenant(s, s->previous.kind == TENANT_ALL ? &none : &s->previous);
}

/* ---- life ---- */

static void log_statement(void *ctx UNUSED, enum db_lane lane, const char *sql,
			  const struct params *params UNUSED)
{
	static const char *const names[DB_LANES] = { "read", "edit", "watch", "bulk" };

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

struct session *session_new(struct loop *loop, const struct session_options *opts,
			    struct err *err)
{
	struct session *s = xcalloc(1, sizeof *s);

	s->loop = loop;
	s->settings = settings_new();
	s->undo = undo_log_new();
	s->probes = probe_memory_new();
	s->sql = sqlset_load(opts->sql, err);
	s->screens = s->sql ? screenset_load(opts->screens, err) : NULL;
	if (!s->screens || !settings_load(s->settings, NULL, err)) {
		session_free(&s);
		return NULL;
	}
	s->profile_given = xstrdup_null(opts->profile);
	s->screens_dir = xstrdup_null(opts->screens);
	s->role = xstrdup_null(opts->role);
	s->reason = xstrdup_null(opts->reason);
	s->wanted_tenant = xstrdup_null(opts->tenant);
	s->arm_timer = loop_timer_new(loop, on_arm_timer, s);
	s->all_timer = loop_timer_new(loop, on_all_timer, s);
	s->db = db_new(loop, &opts->db, s->sql);
	if (opts->echo_sql || log_on())
		db_echo(s->db, opts->echo_sql ? echo_statement : log_statement, s);
	db_observe(s->db, on_db, s);
	s->reader = reader_new(s->db, opts->one_connection ? DB_READ : DB_WATCH);
	if (settings_bool(s->settings, "keep-catalog"))
		reader_keep(s->reader);
	s->genscreens = genscreens_new();
	reader_observe(s->reader, on_catalog, s);
	if (opts->armed)
		session_arm(s, true);
	return s;
}

static void choice_release(struct tenant_choice *c)
{
	free(c->id);
	free(c->label);
	free(c->reason);
	*c = (struct tenant_choice){ 0 };
}

void session_free(struct session **sp)
{
	struct session *s = *sp;

	*sp = NULL;
	if (!s)
		return;
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
	loop_timer_free(&s->arm_timer);
	loop_timer_free(&s->all_timer);
	vars_free(&s->vars);
	map_free(&s->watches);
	free(s->chosen_outbox);
	profile_free(&s->profile);
	catalog_free(&s->catalog);
	screenset_free(&s->screens);
	genscreens_free(&s->genscreens);
	sqlset_free(&s->sql);
	settings_free(&s->settings);
	choice_release(&s->tenant);
	choice_release(&s->previous);
	err_release(&s->profile_error);
	err_release(&s->wanted_error);
	err_release(&s->profile_broken);
	free(s->profile_given);
	free(s->screens_dir);
	free(s->profile_file);
	free(s->wanted_tenant);
	free(s->role);
	free(s->reason);
	VEC_RELEASE(&s->observers);
	VEC_RELEASE(&s->waiters);
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
	tell(s, SESSION_OUTBOX);
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

const struct profile *session_profile(const struct session *s)
{
	return s->profile;
}

const char *session_profile_file(const struct session *s, const struct err **broken)
{
	*broken = s->profile_broken.kind ? &s->profile_broken : NULL;
	return s->profile_file;
}

bool session_profile_put(struct session *s, const struct profile_entry *e, struct err *err)
{
	struct buf before = BUF_INIT;
	bool there = path_exists(s->profile_file), ok;

	ok = (!there || path_read(s->profile_file, PROFILE_MAX_BYTES, &before, err)) &&
	     profile_file_write(s->profile_file, before.len ? before.data : "", e, err) &&
	     learn(s, s->catalog, err);
	if (ok && s->profile_broken.kind) {
		struct err ignored = ERR_INIT;

		err_copy(err, &s->profile_broken);
		ok = profile_file_restore(s->profile_file, there ? &before : NULL, &ignored) &&
		     learn(s, s->catalog, &ignored) && false;
		err_release(&ignored);
	}
	buf_release(&before);
	return ok;
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
	tell(s, SESSION_SETTING);
	return true;
}

/* ---- scope ---- */

const struct tenant_choice *session_tenant(const struct session *s)
{
	return &s->tenant;
}

const char *session_wanted_tenant(const struct session *s)
{
	return s->wanted_tenant;
}

void session_set_tenant(struct session *s, const struct tenant_choice *choice)
{
	struct tenant_choice copy = {
		.kind = choice->kind,
		.tenancy = choice->tenancy,
		.id = xstrdup_null(choice->id),
		.label = xstrdup_null(choice->label),
		.reason = xstrdup_null(choice->reason),
	};
	double limit;

	choice_release(&s->previous);
	s->previous = s->tenant;
	s->tenant = copy;
	free(s->wanted_tenant);
	s->wanted_tenant = NULL;
	/* Rights given for one tenant's records are not carried into another's. */
	if (s->tenant.kind == TENANT_ALL)
		session_arm(s, false);
	limit = settings_seconds(s->settings, "all-tenants-timeout");
	if (s->tenant.kind == TENANT_ALL && limit > 0)
		loop_timer_start(s->all_timer, (uint64_t)(limit * 1000), 0);
	else
		loop_timer_stop(s->all_timer);
	tell(s, SESSION_SCOPE);
}

const struct tenant_choice *session_previous_tenant(const struct session *s)
{
	return &s->previous;
}

const char *session_role(const struct session *s)
{
	return s->role;
}

void session_set_role(struct session *s, const char *role)
{
	free(s->role);
	s->role = xstrdup_null(role);
	tell(s, SESSION_SCOPE);
}

/* One tenant's id goes into the setting that its tenancy's policies read; where they read
 * the name of the role instead, that is set. */
static void scope_tenant(const struct session *s, struct scope *out)
{
	const struct tenancy *t;

	if (s->profile && s->tenant.kind == TENANT_ONE &&
	    (size_t)s->tenant.tenancy < profile_tenancies(s->profile)) {
		t = profile_tenancy(s->profile, (size_t)s->tenant.tenancy);
		tenant_scope_set(t, s->tenant.id, out);
	}
}

static int milliseconds(const struct session *s, const char *setting)
{
	return (int)(settings_seconds(s->settings, setting) * 1000);
}

void session_scope(const struct session *s, enum scope_use use, struct scope *out)
{
	scope_init(out);
	/* So that texts compare equal on every pooled server. */
	scope_set(out, "IntervalStyle", "postgres");
	scope_set(out, "DateStyle", "ISO, MDY");
	scope_set(out, "extra_float_digits", "1");
	scope_set(out, "bytea_output", "hex");
	out->lock_timeout_ms = milliseconds(s, "lock-timeout");
	out->statement_timeout_ms = milliseconds(s, "statement-timeout");
	out->distributed = s->catalog && catalog_extension(s->catalog, "citus");
	switch (use) {
	case USE_CATALOG:
		out->search_path = xstrdup("pg_catalog");
		return;
	case USE_WRITE:
		out->statement_timeout_ms = milliseconds(s, "save-timeout");
		out->idle_timeout_ms = out->statement_timeout_ms * 2;
		break;
	case USE_BULK:
		out->statement_timeout_ms = 0;
		break;
	case USE_READ:
	case USE_WATCH:
		break;
	}
	out->role = xstrdup_null(s->role);
	scope_tenant(s, out);
	if (s->tenant.reason || s->reason)
		scope_set(out, "souk.reason", s->tenant.reason ? s->tenant.reason : s->reason);
}

/* ---- writing ---- */

bool session_armed(const struct session *s)
{
	return s->armed;
}

double session_arm_left(const struct session *s)
{
	double limit = settings_seconds(s->settings, "arm-timeout");

	if (limit <= 0)
		return -1;
	return limit - (double)(time_monotonic_us() - s->armed_us) / 1e6;
}

void session_arm(struct session *s, bool armed)
{
	double limit = settings_seconds(s->settings, "arm-timeout");
	bool changed = s->armed != armed;

	s->armed = armed;
	s->armed_us = time_monotonic_us();
	if (armed && limit > 0)
		loop_timer_start(s->arm_timer, (uint64_t)(limit * 1000) + 1, 0);
	else
		loop_timer_stop(s->arm_timer);
	if (changed)
		tell(s, SESSION_ARMED);
}

bool session_production(const struct session *s)
{
	return s->profile && strcmp(profile_environment(s->profile), "production") == 0;
}
