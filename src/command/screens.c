/* SPDX-License-Identifier: MIT */
/*
 * screens.c - which screen a name means in this database: a file's whose relations are here,
 * one that stands in for it, or the one that is made for the relation of that name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/deffile.h"
#include "command/session.h"
#include "command/vars.h"
#include "command_priv.h"
#include "domain/genscreen.h"

/* ---- is it here ---- */

static bool relations_there(const struct session *s, const char *query, struct buf *missing)
{
	const struct sqlquery *q = query ? sqlset_find(session_sql(s), query, 0) : NULL;

	buf_clear(missing);
	return !q || query_there(session_catalog(s), q, missing);
}

/* A dashboard is worth opening as long as one of its panels has something to show. */
static bool panels_there(const struct session *s, const struct screendef *def,
			 struct buf *missing)
{
	for (size_t i = 0; i < def->npanels; i++)
		if (relations_there(s, def->panels[i].query, missing))
			return true;
	return def->npanels == 0;
}

/* The list of tenants is asked for everywhere: what is true here is said, not what a shop has. */
static void no_tenants(const struct session *s, const char *screen, struct err *err)
{
	if (profile_tenancies(session_profile(s))) {
		err_set(err, ERR_FAILED, screen,
			"no relation here lists the tenants: they are known by their ids");
		err_hint(err, "tenant ID works in one; a profile file can name the relation");
	} else {
		err_set(err, ERR_FAILED, screen, "no tenancy was recognised in this database");
		err_hint(err, "everything works unscoped; :profile can name the tenant column "
			      "and setting");
	}
}

static bool source_there(const struct session *s, const struct screendef *def, struct err *err)
{
	struct buf missing = BUF_INIT;
	bool there;

	if (def->relation) {
		buf_adds(&missing, def->relation);
		there = relation_there(session_catalog(s), def->relation);
	} else {
		there = relations_there(s, def->query, &missing) &&
			panels_there(s, def, &missing);
	}
	if (!there && err && def->elsewhere == ELSEWHERE_TENANTS) {
		no_tenants(s, def->name, err);
	} else if (!there && err) {
		err_set(err, ERR_FAILED, def->name,
			"the screen shows %s, which is not in this database", missing.data);
		err_hint(err, "the screen relations lists what is; souk init installs the "
			      "commerce platform");
	}
	buf_release(&missing);
	return there;
}

static bool has_consumers(struct session *s, const struct outbox *o)
{
	struct outbox_offsets at;

	return o && outbox_offsets_find(session_catalog(s), o, &at);
}

static bool extension_there(const struct session *s, const struct screendef *def, struct err *err)
{
	if (!def->extension || catalog_extension(session_catalog(s), def->extension))
		return true;
	if (err) {
		err_set(err, ERR_FAILED, def->name,
			"the extension %s is not installed in this database", def->extension);
		err_hint(err,
			 "CREATE EXTENSION %s; installs it (if it needs that, " /* not SQL */
			 "put it in shared_preload_libraries first)",
			 def->extension);
	}
	return false;
}

/* What the profile has to have recognised. */
static bool needs_met(struct session *s, const struct screendef *def, struct err *err)
{
	const struct outbox *o;
	const char *why = NULL;

	switch (def->needs) {
	case SCREEN_NEEDS_NOTHING:
		return true;
	case SCREEN_NEEDS_TENANCY:
		if (!profile_tenancies(session_profile(s)))
			why = "no column here tells whose a record is";
		break;
	case SCREEN_NEEDS_SCHEMAS:
		if (!profile_tenant_schemas(session_profile(s)))
			why = "no tenant has a schema of its own here";
		break;
	case SCREEN_NEEDS_OUTBOX:
	case SCREEN_NEEDS_CONSUMERS:
		o = vars_outbox(session_vars(s));
		if (!o)
			why = outboxes_none(vars_outboxes(session_vars(s)));
		else if (def->needs == SCREEN_NEEDS_CONSUMERS && !has_consumers(s, o))
			why = "no relation that you may read keeps how far consumers have come";
		break;
	}
	if (why && err) {
		err_set(err, ERR_FAILED, def->name, "%s", why);
		err_hint(err, ":profile shows what was recognised; a profile file can say more");
	}
	return !why;
}

bool session_screen_there(struct session *s, const struct screendef *def, struct err *err)
{
	if (!session_catalog(s) || !session_profile(s))
		return true;
	return source_there(s, def, err) && extension_there(s, def, err) &&
	       needs_met(s, def, err);
}

/* ---- what stands in for it ---- */

static const struct screendef *stand_in(struct session *s, const struct screendef *def)
{
	const struct screendef *other;

	if (def->elsewhere == ELSEWHERE_NOTHING)
		return NULL;
	other = genscreens_elsewhere(session_genscreens(s), session_catalog(s),
				     session_profile(s), def);
	if (other || def->elsewhere != ELSEWHERE_TENANTS)
		return other;
	/* Nothing lists them but the schemas that they have. */
	other = screenset_find(session_screens(s), "tenant-schemas");
	return other && session_screen_there(s, other, NULL) ? other : NULL;
}

/* It can be opened where there is none, and finds the one that is made later; but nobody is sent
 * there. */
static bool of_missing_outbox(struct session *s, const struct screendef *def)
{
	if (!session_catalog(s) || !session_profile(s) || vars_outbox(session_vars(s)))
		return false;
	for (size_t i = 0; i < def->npanels; i++)
		if (strcmp(def->panels[i].kind, "outbox") == 0)
			return true;
	return false;
}

bool session_screen_wants(struct session *s, const struct screendef *def, struct err *err)
{
	if (!session_catalog(s) || !session_profile(s) || !source_there(s, def, NULL))
		return false;
	if (of_missing_outbox(s, def))
		return !err_set(err, ERR_FAILED, def->name, "%s",
				outboxes_none(vars_outboxes(session_vars(s))));
	return !extension_there(s, def, err) || !needs_met(s, def, err);
}

bool session_screen_offered(struct session *s, const struct screendef *def)
{
	const struct screendef *other;

	if (of_missing_outbox(s, def))
		return false;
	if (session_screen_there(s, def, NULL))
		return true;
	/* A file's screen in its place has an entry of its own. */
	other = stand_in(s, def);
	return other && other->stands_in;
}

/* ---- by name ---- */

const struct screendef *session_own_screen(struct session *s, const char *name, struct err *err)
{
	const struct screendef *def = screenset_find(session_screens(s), name), *other;

	if (!def || session_screen_there(s, def, err))
		return def;
	other = stand_in(s, def);
	if (other)
		err_clear(err);
	return other;
}

void session_no_relation(const struct session *s, const char *name, const struct err *own,
			 const struct err *none, struct err *err)
{
	/* That the name is ambiguous says more than that a screen of ours has it too. */
	if (own->kind && !catalog_has_name(session_catalog(s), name)) {
		err_copy(err, own);
		return;
	}
	err_copy(err, none);
	if (!own->kind)
		session_suggest_screen(s, name, err);
}

/* The relation of this name, else the one whose record "NAME.record" is. */
static const struct relation *relation_of(const struct session *s, const char *name,
					  bool *record, struct err *err)
{
	static const char suffix[] = ".record";
	size_t len = strlen(name), end = sizeof suffix - 1;
	bool ends = len > end && strcmp(name + len - end, suffix) == 0;
	struct err missing = ERR_INIT;
	const struct relation *r = session_relation(s, name, ends ? &missing : err);
	char *base;

	*record = !r && ends;
	err_release(&missing);
	if (!*record)
		return r;
	base = xstrndup(name, len - end);
	r = session_relation(s, base, err);
	free(base);
	return r;
}

/* Made under the relation's whole name: which one a bare name means changes with the tenant. */
static const struct screendef *relation_screen(struct session *s, const char *name,
					       struct err *err)
{
	bool record;
	const struct relation *r = relation_of(s, name, &record, err);
	const struct screendef *def;
	struct buf full = BUF_INIT;

	if (!r)
		return NULL;
	sql_qualified(&full, r->schema, r->name);
	if (record)
		buf_adds(&full, ".record");
	def = genscreens_find(session_genscreens(s), session_catalog(s), session_profile(s),
			      full.data, err);
	buf_release(&full);
	return def;
}

const struct screendef *session_screen(struct session *s, const char *name, struct err *err)
{
	struct err own = ERR_INIT, none = ERR_INIT;
	const struct screendef *def = session_own_screen(s, name, &own);

	if (!def && (!session_catalog(s) || !session_profile(s))) {
		err_set(err, ERR_FAILED, name,
			"there is no screen of this name, and the catalog "
			"has not been read yet");
	} else if (!def) {
		def = relation_screen(s, name, &none);
		if (!def)
			session_no_relation(s, name, &own, &none, err);
	}
	err_release(&own);
	err_release(&none);
	return def;
}

void session_suggest_screen(const struct session *s, const char *name, struct err *err)
{
	size_t n = screenset_len(session_screens(s));
	const char **names = xcalloc(n + 1, sizeof *names), *near;

	for (size_t i = 0; i < n; i++)
		names[i] = screenset_at(session_screens(s), i)->name;
	near = nearest_word(name, names);
	if (near && !err->hint)
		err_hint(err, "did you mean the screen \"%s\"?", near);
	free(names);
}
