/* SPDX-License-Identifier: MIT */
/* The demo from nothing to ready: lock, server, schema, data, traffic. */
#include "command/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/embed.h"
#include "base/path.h"
#include "base/vec.h"
#include "db/migrate.h"
#include "demo_priv.h"

/* Measured: the cluster, its WAL where there is much to write, and the data of one scale. */
enum { CLUSTER_MB = 200, WAL_MB = 420, SCALE_MB = 180, LOCK_AGAIN_MS = 200 };

struct step {
	int number;
	char *title;
	double weight;
};

struct demo {
	struct loop *loop;
	struct demo_options opts;
	struct demo_callbacks cb;
	struct demo_place place;
	struct demo_programs programs;
	struct demo_server *server;
	struct loop_timer *again;
	bool anew;    /* the data is to be made */
	bool filling; /* it is being made */
	int scale;
	unsigned waited; /* times the lock was not to be had */

	/* while it is filled */
	struct sqlset *sql;
	struct db *db;
	struct migrate *migrate;
	size_t applied;
	const struct embed *script; /* of sql/demo, under way */
	VEC(struct step) plan;
	size_t step;
	double done, total;
};

static void progress(const struct demo *d, const char *what, double done, double total)
{
	d->cb.progress(d->cb.ctx, what, done, total);
}

/* ---- the end of the chain, well or not ---- */

static void release_db(void *ctx)
{
	struct demo *d = ctx;

	migrate_free(&d->migrate);
	db_free(&d->db);
	sqlset_free(&d->sql);
	for (size_t i = 0; i < d->plan.len; i++)
		free(d->plan.v[i].title);
	VEC_RELEASE(&d->plan);
}

static void fail(struct demo *d, const struct err *err)
{
	struct err copy = ERR_INIT;

	err_copy(&copy, err);
	if (strcmp(copy.sqlstate, "53100") == 0)
		err_hint(&copy, "free some space, or choose another folder with --dir");
	else if (copy.kind == ERR_CONNECTION)
		demo_server_explain(&d->place, "the demo's server", &copy);
	d->filling = false;
	if (d->db)
		loop_defer(d->loop, release_db, d);
	d->cb.ready(d->cb.ctx, &copy);
	err_release(&copy);
}

static void fail_why(struct demo *d, const char *what, const char *why, const char *hint)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_FAILED, what, "%s", why);
	err_hint(&err, "%s", hint);
	fail(d, &err);
	err_release(&err);
}

/* This very program under another name; it finds out by itself whether it is wanted. */
static void start_traffic(const struct demo *d)
{
	char name[] = DEMO_TRAFFIC;
	char *argv[] = { name, d->place.dir, NULL };
	const struct loop_child_opts opts = {
		.file = "/proc/self/exe",
		.argv = argv,
		.fds = { -1, -1, -1 },
		.detached = true,
		.uid = d->place.uid,
		.gid = d->place.gid,
	};
	struct err err = ERR_INIT;
	struct loop_child *child = loop_child_start(d->loop, &opts, NULL, NULL, &err);

	/* without it the shop is quiet, and that is all */
	loop_child_free(&child);
	err_release(&err);
}

static void ready(struct demo *d)
{
	struct err err = ERR_INIT;
	bool fine = true;

	if (d->db)
		loop_defer(d->loop, release_db, d);
	if (d->opts.keep)
		fine = demo_mark(&d->place, "keep", "", &err);
	demo_unlock(&d->place);
	if (!d->opts.quiet)
		start_traffic(d);
	d->cb.ready(d->cb.ctx, fine ? NULL : &err);
	err_release(&err);
}

/* ---- filling ---- */

static void run_step(struct demo *d);

static void finished(void *ctx, const struct txn_result *result)
{
	struct demo *d = ctx;
	struct err err = ERR_INIT;
	char *made;

	if (result->outcome != TXN_DONE) {
		fail(d, &result->err);
		return;
	}
	made = demo_fingerprint(d->scale);
	d->filling = false;
	if (demo_mark(&d->place, "souk-demo", made, &err))
		ready(d);
	else
		fail(d, &err);
	err_release(&err);
	free(made);
}

static void step_done(void *ctx, const struct txn_result *result)
{
	struct demo *d = ctx;

	if (result->outcome != TXN_DONE) {
		fail(d, &result->err);
		return;
	}
	d->done += d->plan.v[d->step++].weight;
	run_step(d);
}

static void ask(struct demo *d, enum txn_kind kind, const char *name,
		const struct params *params,
		void (*done)(void *ctx, const struct txn_result *result))
{
	const struct request_callbacks cb = { .done = done, .ctx = d };
	struct txn *t = txn_new(kind, NULL);

	txn_add(t, sqlset_get(d->sql, name, 0)->text, params);
	db_send(d->db, DB_EDIT, t, &cb, d);
}

static void run_step(struct demo *d)
{
	struct params p = PARAMS_INIT;

	if (d->step == d->plan.len) {
		progress(d, "statistics and reports", d->total, d->total);
		ask(d, TXN_WRITE, "demo_finish", NULL, finished);
		return;
	}
	progress(d, d->plan.v[d->step].title, d->done, d->total);
	params_int(&p, d->plan.v[d->step].number);
	params_int(&p, d->scale);
	ask(d, TXN_WRITE, "demo_step", &p, step_done);
	params_release(&p);
}

static void planned(void *ctx, const struct txn_result *result)
{
	struct demo *d = ctx;
	const struct reply *r;

	if (result->outcome != TXN_DONE) {
		fail(d, &result->err);
		return;
	}
	r = result->replies[0];
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct step *s = VEC_PUSH(&d->plan);

		*s = (struct step){ (int)reply_int(r, i, 0), xstrdup(reply_text(r, i, 1)),
				    reply_double(r, i, 2) };
		d->total += s->weight;
	}
	run_step(d);
}

/* ---- the schema ---- */

static void next_script(void *ctx, const struct err *err)
{
	struct demo *d = ctx;
	struct params p = PARAMS_INIT;

	if (err) {
		fail(d, err);
		return;
	}
	while (d->script->path && strncmp(d->script->path, "sql/demo/", 9) != 0)
		d->script++;
	if (d->script->path) {
		const struct embed *e = d->script++;
		char *name = xstrndup(e->path + 9, strcspn(e->path + 9, "."));

		migrate_script(d->migrate, name, e->text, next_script, d);
		free(name);
		return;
	}
	params_int(&p, d->scale);
	ask(d, TXN_READ, "demo_plan", &p, planned);
	params_release(&p);
}

static void looked(void *ctx, const struct err *err)
{
	struct demo *d = ctx;

	if (err)
		fail(d, err);
	else
		migrate_run(d->migrate, false, next_script, d);
}

static void installing(void *ctx, const char *name)
{
	struct demo *d = ctx;

	progress(d, name, (double)d->applied++, (double)migrate_len(d->migrate));
}

static void install(struct demo *d)
{
	struct err err = ERR_INIT;
	char *uri = demo_place_uri(&d->place, "postgres");
	const struct db_params params = { .dbname = uri, .no_password = true };

	d->sql = sqlset_load(NULL, &err);
	if (!d->sql)
		BUG("the shipped queries do not load: %s", err.why);
	d->script = embed_sql;
	d->db = db_new(d->loop, &params, d->sql);
	d->migrate = migrate_new(d->db, embed_sql);
	migrate_progress(d->migrate, installing, d);
	migrate_look(d->migrate, looked, d);
	free(uri);
}

/* ---- the server ---- */

static void started(void *ctx, const struct err *err)
{
	struct demo *d = ctx;

	if (err)
		fail(d, err);
	else if (d->anew)
		install(d);
	else
		ready(d);
}

static void start(void *ctx, const struct err *err)
{
	struct demo *d = ctx;

	if (err) {
		fail(d, err);
		return;
	}
	if (demo_server_state(&d->place) != SERVER_UP)
		progress(d, "starting the server", 0, 0);
	demo_server_start(d->server, started, d);
}

static bool has_space(const struct demo *d, struct err *err)
{
	double wanted_mb = CLUSTER_MB + (d->scale > 0 ? WAL_MB : 0) + (double)SCALE_MB * d->scale;
	double wanted = wanted_mb * 1024 * 1024, free_bytes;
	struct statvfs fs;

	if (statvfs(d->place.dir, &fs) != 0)
		return true;
	free_bytes = (double)fs.f_bavail * (double)fs.f_frsize;
	if (free_bytes >= wanted)
		return true;
	err_set(err, ERR_FAILED, d->place.dir,
		"the demo needs about %.0f MB here, and %.0f MB are free", wanted_mb,
		free_bytes / 1024 / 1024);
	return err_hint(err, "free some space, or choose another folder with --dir");
}

static void make(struct demo *d)
{
	struct err err = ERR_INIT;

	if (demo_programs_find(&d->programs, 0, &err) && demo_server_stop(&d->place, &err) &&
	    demo_mark(&d->place, "souk-demo", "unfinished\n", &err) &&
	    path_remove_tree(d->place.data, &err) && has_space(d, &err)) {
		d->filling = true;
		progress(d, "making a private server", 0, 0);
		demo_server_make(d->server, start, d);
	} else {
		fail(d, &err);
	}
	err_release(&err);
}

static void reuse(struct demo *d)
{
	struct err err = ERR_INIT;

	if (demo_programs_find(&d->programs, demo_server_version(&d->place), &err))
		start(d, NULL);
	else
		fail(d, &err);
	err_release(&err);
}

/* ---- what there is, with the lock held ---- */

/* Whether the data there is what was asked for; sets the scale. */
static bool is_made(struct demo *d)
{
	char *marker = demo_marker(&d->place, "souk-demo"), *wanted;
	int scale = 1;
	bool same;

	if (!marker || sscanf(marker, "scale %d", &scale) != 1)
		scale = 1;
	d->scale = d->opts.scale >= 0 ? d->opts.scale : scale;
	wanted = demo_fingerprint(d->scale);
	same = marker && strcmp(marker, wanted) == 0 && demo_server_version(&d->place) > 0;
	free(marker);
	free(wanted);
	return same;
}

static void locked(struct demo *d)
{
	struct err err = ERR_INIT;

	d->anew = !is_made(d) || d->opts.fresh;
	if (d->anew && !demo_alone(&d->place)) {
		fail_why(d, d->place.dir,
			 "another souk works on this demo, so it cannot be made anew now",
			 "end that one first, or use a folder of your own with --dir");
		return;
	}
	if (!demo_enter(&d->place, &err))
		fail(d, &err);
	else if (d->anew)
		make(d);
	else
		reuse(d);
	err_release(&err);
}

static void try_lock(void *ctx)
{
	struct demo *d = ctx;
	struct err err = ERR_INIT;
	bool busy;

	if (demo_lock(&d->place, &busy, &err)) {
		locked(d);
	} else if (busy) {
		/* the traffic holds it for a moment, now and then */
		if (d->waited++ > 0)
			progress(d, "waiting for another souk that prepares the demo", 0, 0);
		loop_timer_start(d->again, LOCK_AGAIN_MS, 0);
	} else {
		fail(d, &err);
	}
	err_release(&err);
}

struct demo *demo_open(struct loop *loop, const struct demo_options *opts,
		       const struct demo_callbacks *cb, struct err *err)
{
	struct demo *d = xcalloc(1, sizeof *d);

	d->loop = loop;
	d->opts = *opts;
	d->opts.dir = NULL;
	d->cb = *cb;
	if (!demo_place_find(&d->place, opts->dir, err) || !demo_place_make(&d->place, err)) {
		demo_place_release(&d->place);
		free(d);
		return NULL;
	}
	d->server = demo_server_new(loop, &d->place, &d->programs);
	d->again = loop_timer_new(loop, try_lock, d);
	loop_defer(loop, try_lock, d);
	return d;
}

/* ---- afterwards ---- */

static const struct {
	const char *as, *login;
} people[] = {
	{ "support", "support_anna" },
	{ "dba", "dba_dora" },
	{ "oncall", "oncall_omar" },
	{ "admin", "postgres" },
};

char *demo_uri(const struct demo *d, const char *as)
{
	for (size_t i = 0; i < ARRAY_SIZE(people); i++)
		if (strcmp(people[i].as, as) == 0)
			return demo_place_uri(&d->place, people[i].login);
	BUG("nobody in the demo works as %s", as);
}

bool demo_runs(const struct demo *d)
{
	return demo_server_state(&d->place) != SERVER_DOWN;
}

/* Everything is looked at with the lock held: whoever comes meanwhile waits for it. */
const char *demo_unfinished(const struct demo *d)
{
	return d->filling ? d->place.dir : NULL;
}

bool demo_put_out(struct demo_place *p)
{
	struct err err = ERR_INIT;
	bool busy, out = false;

	if (p->lock >= 0 || demo_lock(p, &busy, &err)) {
		char *keep = demo_marker(p, "keep");

		out = !keep && demo_alone(p) && demo_server_stop(p, &err);
		free(keep);
	}
	demo_unlock(p);
	err_release(&err);
	return out;
}

/* Half a demo is of no use, and may be large. The lock has been ours since before it was begun. */
static void throw_away(struct demo *d)
{
	struct err err = ERR_INIT;
	bool gone = demo_server_stop(&d->place, &err) && path_remove_tree(d->place.data, &err);

	/* what stays is marked as unfinished, and goes when it is made anew */
	(void)gone;
	demo_unlock(&d->place);
	err_release(&err);
}

void demo_close(struct demo **dp)
{
	struct demo *d = *dp;
	bool entered;

	*dp = NULL;
	if (!d)
		return;
	loop_forget(d->loop, d);
	loop_timer_free(&d->again);
	demo_server_free(&d->server);
	release_db(d);
	entered = d->place.users >= 0;
	demo_leave(&d->place);
	if (d->filling)
		throw_away(d);
	else if (entered)
		demo_put_out(&d->place);
	demo_place_release(&d->place);
	demo_programs_release(&d->programs);
	free(d);
}

bool demo_stop(const char *dir, struct err *err)
{
	struct demo_place p;
	bool busy = false, fine;

	if (!demo_place_find(&p, dir, err))
		return false;
	fine = !demo_place_exists(&p) || demo_lock(&p, &busy, err);
	for (int i = 0; busy && i < 10; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
		fine = demo_lock(&p, &busy, err);
	}
	if (busy) {
		err_set(err, ERR_FAILED, p.dir,
			"another souk is making or starting it right now");
		err_hint(err, "try again when it has done so");
	}
	if (fine && demo_place_exists(&p))
		fine = demo_mark(&p, "keep", NULL, err) && demo_server_stop(&p, err);
	demo_place_release(&p);
	return fine;
}
