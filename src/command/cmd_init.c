/* SPDX-License-Identifier: MIT */
/* cmd_init.c - souk init: the platform's schema, installed and upgraded. */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/command.h"
#include "db/migrate.h"

struct init {
	struct call *call;
	struct migrate *migrate;
	size_t begun, due; /* for the progress line */
};

static void init_free(void *data)
{
	struct init *in = data;

	migrate_free(&in->migrate);
	free(in);
}

static void say(const struct init *in, enum say how, const char *owned)
{
	const struct host *h = call_host(in->call);

	h->ops->say(h->ctx, how, owned);
}

static void progress(void *ctx, const char *name)
{
	struct init *in = ctx;
	const struct host *h = call_host(in->call);

	h->ops->progress(h->ctx, name, (double)in->begun++, (double)in->due);
}

/* ---- --check ---- */

static void show(const struct init *in)
{
	static const struct table_column columns[] = {
		{ "number", CELL_NUMBER, NULL },   { "name", CELL_TEXT, NULL },
		{ "state", CELL_TEXT, NULL },	   { "applied_at", CELL_TEXT, NULL },
		{ "applied_by", CELL_TEXT, NULL },
	};
	const struct host *h = call_host(in->call);

	h->ops->table_begin(h->ctx, "Migrations", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < migrate_len(in->migrate); i++) {
		const struct migration *m = migrate_at(in->migrate, i);
		char *number = xasprintf("%d", m->number);
		const char *cells[] = { number, m->name, m->applied_at ? "applied" : "due",
					m->applied_at, m->applied_by };

		h->ops->table_row(h->ctx, cells);
		free(number);
	}
	h->ops->table_end(h->ctx);
}

/* ---- applying ---- */

static void applied(void *ctx, const struct err *err)
{
	struct init *in = ctx;
	const struct host *h = call_host(in->call);

	h->ops->progress(h->ctx, "", -1, 0);
	if (!err) {
		char *text = xasprintf("schema commerce: %zu migrations applied", in->due);

		say(in, SAY_DONE, text);
		free(text);
	}
	call_done(in->call, err, -1);
}

static void looked(void *ctx, const struct err *err)
{
	struct init *in = ctx;
	const struct args *a = call_args(in->call);
	const bool distributed = args_has(a, "distributed");
	struct err why = ERR_INIT;

	in->due = migrate_due(in->migrate);
	if (err) {
		call_done(in->call, err, -1);
	} else if (distributed && !migrate_citus(in->migrate)) {
		err_set(&why, ERR_FAILED, "--distributed",
			"the extension citus is not installed in this database");
		err_hint(&why, "create the extension on the coordinator first; on one server "
			       "leave --distributed out");
	} else if (distributed && migrate_on_one_server(in->migrate)) {
		err_set(&why, ERR_FAILED, "--distributed",
			"schema commerce is installed here already, on one server");
		err_hint(&why, "its tables are spread while they are made: choose an empty "
			       "database on the coordinator");
	} else if (args_has(a, "check")) {
		show(in);
		call_done(in->call, NULL, 0);
	} else if (in->due == 0) {
		say(in, SAY_DONE, "schema commerce is up to date");
		call_done(in->call, NULL, 0);
	} else if (migrate_installed(in->migrate) && !args_has(a, "upgrade")) {
		err_set(&why, ERR_FAILED, "schema commerce",
			"it is installed, and %zu newer migrations are due", in->due);
		err_hint(&why, "souk init --check shows them, souk init --upgrade%s applies them",
			 distributed ? " --distributed" : "");
	} else {
		migrate_run(in->migrate, distributed, applied, in);
	}
	if (why.kind)
		call_done(in->call, &why, -1);
	err_release(&why);
}

static void init_run(struct call *c)
{
	struct init *in = xcalloc(1, sizeof *in);

	in->call = c;
	in->migrate = migrate_new(session_db(call_session(c)), embed_sql);
	call_set_data(c, in, init_free);
	migrate_progress(in->migrate, progress, in);
	migrate_look(in->migrate, looked, in);
}

const struct command cmd_init = {
	.name = "init",
	.no_key = "once in the life of a database",
	.summary = "Install the commerce platform in a database, or upgrade it",
	.args = "[--upgrade] [--check] [--distributed]",
	.help = "Applies the migrations that this souk carries to schema commerce, in order, "
		"each in a "
		"transaction of its own with its checksum on record. A schema that is somebody "
		"else's, or whose record does not agree with the files, is left alone. "
		"--check shows what is applied and what is due and changes nothing; --upgrade "
		"applies "
		"newer migrations to a schema that is there; --distributed spreads the tables "
		"over a "
		"Citus cluster. Roles belong to the whole server and are made where missing: "
		"the "
		"installer needs CREATEROLE, or roles made beforehand.",
	.needs = BATCH_ONLY | NEEDS_CONNECTION,
	.run = init_run,
};
