/* SPDX-License-Identifier: MIT */
/*
 * cmd_session.c - who one is, where one is, and whether one may write.
 */
#include <stdlib.h>
#include <string.h>

#include "arm.h"
#include "base/alloc.h"
#include "command/command.h"
#include "command/person.h"
#include "command/settings.h"
#include "command/tenant.h"

static void say(struct call *c, enum say how, const char *text)
{
	const struct host *h = call_host(c);

	h->ops->say(h->ctx, how, text);
}

/* ---- the person ---- */

static void person_found(void *ctx, const struct person *who, const char *asked,
			 const struct err *err)
{
	struct call *c = ctx;
	char *text = NULL;

	session_set_person(call_session(c), who);
	if (who->label)
		text = xasprintf("as %s; :as ROLE PERSON names another", who->label);
	else if (asked)
		text = xasprintf("policies ask who one is (%s), and nobody was found who belongs "
				 "to this tenant only; :as ROLE PERSON names somebody",
				 asked);
	if (text)
		say(c, who->label ? SAY_INFO : SAY_WARNING, text);
	free(text);
	call_done(c, err, err ? -1 : 0);
}

/* With a role's eyes one is somebody as well, where policies ask who. */
static void be_somebody(struct call *c, const char *named)
{
	struct session *s = call_session(c);

	if (session_role(s) && session_tenant(s)->kind == TENANT_ONE && session_catalog(s) &&
	    session_profile(s))
		person_find(s, session_tenant(s), session_role(s), named, person_found, c);
	else
		call_done(c, NULL, 0);
}

/* ---- tenant ---- */

static void choose(struct call *c, const struct tenant_choice *choice)
{
	struct err err = ERR_INIT;

	if (!call_may_choose(c, choice, &err)) {
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	if (choice->kind != TENANT_ALL)
		tenant_close_all(call_session(c));
	session_set_tenant(call_session(c), choice);
	be_somebody(c, NULL);
}

static void tenant_found(void *ctx, const struct tenant_choice *choice, const struct err *err)
{
	if (err)
		call_done(ctx, err, -1);
	else
		choose(ctx, choice);
}

static void all_tenants(void *ctx, const char *reason)
{
	struct call *c = ctx;
	struct err err = ERR_INIT;

	if (!reason || !*reason) {
		err_set(&err, ERR_CANCELLED, "all tenants",
			"no reason was given, the scope stays");
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	if (!tenant_all_recorded(call_session(c)))
		say(c, SAY_WARNING, "no record of this is kept on the server");
	tenant_open_all(call_session(c), reason, tenant_found, c);
}

static void tenant_run(struct call *c)
{
	const char *text = args_get(call_args(c), "tenant");
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;

	if (!text) {
		struct place tenants = { .screen = "tenants" };

		if (!h->ops->open(h->ctx, &tenants, &err))
			call_done(c, &err, -1);
		else
			call_done(c, NULL, 0);
		err_release(&err);
	} else if (strcmp(text, "-") == 0) {
		choose(c, session_previous_tenant(call_session(c)));
	} else if (strcmp(text, "*") == 0) {
		struct question q = {
			.title = "All tenants",
			.text = "You will see records of every tenant. Why?",
			.kind = ASK_TEXT,
		};
		const struct tenant_choice all = { .kind = TENANT_ALL };

		if (call_may_choose(c, &all, &err))
			call_ask(c, &q, all_tenants, c);
		else
			call_done(c, &err, -1);
		err_release(&err);
	} else {
		tenant_resolve(call_session(c), text, tenant_found, c);
	}
}

const struct command cmd_tenant = {
	.name = "tenant",
	.alias = "use",
	.summary = "Work in one tenant, - the one before, * all",
	.args = "[tenant:tenant]",
	.help = "The scope is set inside each transaction and enforced by the server's "
		"row-level security. "
		"All tenants asks for a reason, has a time limit and never edits.",
	.needs = NEEDS_CATALOG | CHOOSES_TENANT,
	.run = tenant_run,
};

/* ---- role ---- */

/* Said here once, instead of by every screen: what the server would say to each transaction. */
static bool may_become(const struct catalog *c, const char *name, struct err *err)
{
	const struct role *self = catalog_role(c, catalog_session_role(c)),
			  *role = catalog_role(c, name);

	if (!role)
		return err_set(err, ERR_USAGE, name, "there is no such role");
	if (!self || self->superuser || self == role ||
	    catalog_can_set(c, self->oid, role->oid))
		return true;
	return err_set(err, ERR_USAGE, name,
		       catalog_inherits(c, self->oid, role->oid)
			       ? "you have its rights, but your membership does not let you "
				 "become it (WITH SET)"
			       : "you may not become it: you are no member of it");
}

static void as_run(struct call *c)
{
	const char *role = args_get(call_args(c), "role");
	const struct catalog *catalog = session_catalog(call_session(c));
	struct err err = ERR_INIT;

	if (role && strcmp(role, "-") != 0 && catalog && !may_become(catalog, role, &err)) {
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	session_set_role(call_session(c), role && strcmp(role, "-") != 0 ? role : NULL);
	be_somebody(c, args_get(call_args(c), "person"));
}

const struct command cmd_as = {
	.name = "as",
	.no_key = "the role is named",
	.summary = "Look with a role's eyes, - one's own again",
	.args = "[role:role] [person:person]",
	.help = "Where policies ask who one is (a setting like app.user_id, a claim), somebody of "
		"the tenant is taken, or the one who is named, and the header says whom. "
		"Each transaction sets the role for itself, which takes a membership that lets "
		"you (WITH SET, from PostgreSQL 16 on), inherited or not; functions that look "
		"at session_user still see yours.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG,
	.run = as_run,
};

/* ---- arming ---- */

static void armed(void *ctx, const struct err *err)
{
	struct call *c = ctx;

	if (!err->kind)
		say(c, SAY_INFO, "armed: saves are possible now, :disarm ends it");
	call_done(c, err, -1);
}

static void arm_run(struct call *c)
{
	struct arming *a = xcalloc(1, sizeof *a);

	*a = (struct arming){ c, armed, c };
	call_set_data(c, a, free);
	arm_ask(a, NULL);
}

const struct command cmd_arm = {
	.name = "arm",
	.summary = "Allow writing",
	.args = "",
	.help = "souk starts read-only: every transaction is BEGIN READ ONLY until it is "
		"armed. On production the "
		"database's name must be typed. Idle minutes, suspending and a lost connection "
		"disarm.",
	.needs = NEEDS_CATALOG,
	.run = arm_run,
};

static void disarm_run(struct call *c)
{
	session_arm(call_session(c), false);
	call_done(c, NULL, 0);
}

const struct command cmd_disarm = {
	.name = "disarm",
	.summary = "Back to read-only",
	.args = "",
	.run = disarm_run,
};

/* ---- settings ---- */

static void set_list(struct call *c)
{
	static const struct table_column columns[] = {
		{ .name = "name" },
		{ .name = "value" },
		{ .name = "default" },
		{ .name = "help" },
	};
	const struct host *h = call_host(c);
	const struct settings *s = session_settings(call_session(c));

	h->ops->table_begin(h->ctx, "settings of souk", columns, ARRAY_SIZE(columns));
	for (const struct setting_row *row = setting_rows(); row->name; row++) {
		const char *cells[] = { row->name, settings_text(s, row->name), row->otherwise,
					row->help };

		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	call_done(c, NULL, 0);
}

static bool is_setting(const char *word)
{
	size_t len = strcspn(word, "=");

	for (const struct setting_row *row = setting_rows(); row->name; row++)
		if (strlen(row->name) == len && strncmp(row->name, word, len) == 0)
			return true;
	return false;
}

/* ":set status=active" is about the rows of the screen. */
static void set_rows(struct call *c)
{
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;

	if (!h->ops->action(h->ctx, ACTION_SET, call_args(c), &err))
		call_done(c, &err, -1);
	else
		call_done(c, NULL, 0);
	err_release(&err);
}

static void set_one(struct call *c, const char *name, const char *value)
{
	struct session *s = call_session(c);
	struct err err = ERR_INIT;
	bool ok = true;

	if (value) {
		ok = session_set(s, name, value, &err);
	} else if (is_setting(name)) {
		char *text =
			xasprintf("%s = %s", name, settings_text(session_settings(s), name));

		say(c, SAY_INFO, text);
		free(text);
	} else {
		ok = session_set(s, name, "", &err); /* says what is nearest */
	}
	call_done(c, ok ? NULL : &err, -1);
	err_release(&err);
}

static void set_run(struct call *c)
{
	const char *name = args_get(call_args(c), "name");
	const char *const *rest = args_rest(call_args(c), "value");
	const char *eq = name ? strchr(name, '=') : NULL;
	char *own;

	if (!name) {
		set_list(c);
	} else if (args_has(call_args(c), "filtered") ||
		   ((eq || name[strlen(name) - 1] == '!') && !is_setting(name))) {
		set_rows(c);
	} else if (eq) {
		/* ":set theme=light" is as good as ":set theme light". */
		own = xstrndup(name, (size_t)(eq - name));
		set_one(c, own, eq + 1);
		free(own);
	} else {
		set_one(c, name, rest ? rest[0] : NULL);
	}
}

const struct command cmd_set = {
	.name = "set",
	.summary = "Show or change a setting, or columns of the marked rows",
	.args = "[name:setting] [value:setting-value…] [--filtered]",
	.help = "set NAME VALUE changes a setting. set COLUMN=VALUE… on a grid changes these "
		"columns in "
		"the marked rows (without marks: in the row under the cursor; with --filtered: "
		"in all rows of the filter), as the command update does: shown first, each row "
		"guarded.",
	.run = set_run,
};

static void theme_run(struct call *c)
{
	set_one(c, "theme", args_get(call_args(c), "name"));
}

const struct command cmd_theme = {
	.name = "theme",
	.no_key = "a name is typed, once in a while",
	.summary = "Show or change the colours",
	.args = "[name:theme]",
	.help = "dark, light, contrast, mono, or auto, for which the terminal is asked for its "
		"background; or one of your own, ~/.config/souk/theme.NAME. As set theme.",
	.run = theme_run,
};

/* ---- the end ---- */

static void quit_run(struct call *c)
{
	const struct host *h = call_host(c);

	h->ops->quit(h->ctx, args_has(call_args(c), "force"));
	call_done(c, NULL, 0);
}

const struct command cmd_quit = {
	.name = "quit",
	.alias = "q exit",
	.summary = "Leave souk; asks when something is unsaved",
	.args = "[--force]",
	.help = "--force, or :q!, does not ask: what was typed into a form is kept as a draft.",
	.run = quit_run,
};
