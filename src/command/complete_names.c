/* SPDX-License-Identifier: MIT */
/*
 * complete_names.c - what has a name in a session, by the type of argument that names it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/draft.h"
#include "command/format.h"
#include "command/settings.h"
#include "command/vars.h"
#include "complete_priv.h"
#include "domain/rls.h"

struct naming {
	struct candidates *list;
	struct session *session;
	const struct complete_context *context;
};

static void add_roles(const struct naming *n)
{
	const struct catalog *cat = session_catalog(n->session);

	for (size_t i = 0; cat && i < catalog_roles(cat); i++)
		candidates_add(n->list, catalog_role_at(cat, i)->name,
			       catalog_role_at(cat, i)->login ? "login" : "role");
}

static void add_settings(const struct naming *n)
{
	for (const struct setting_row *row = setting_rows(); row->name; row++)
		candidates_add(n->list, row->name, row->help);
}

static void add_schemas(const struct naming *n)
{
	const struct catalog *cat = session_catalog(n->session);

	for (size_t i = 0; cat && i < catalog_schemas(cat); i++)
		candidates_add(n->list, catalog_schema_at(cat, i)->name, "schema");
}

static void add_policies(const struct naming *n)
{
	const struct catalog *cat = session_catalog(n->session);

	for (size_t i = 0; cat && i < catalog_relations(cat); i++) {
		const struct relation *r = catalog_relation_at(cat, i);

		for (size_t k = 0; k < r->npolicies; k++)
			candidates_add(n->list, r->policies[k].name, r->name);
	}
}

static void add_rules(const struct naming *n)
{
	struct rls_rule_info rule;

	for (size_t i = 0; rls_rule_at(i, &rule); i++)
		candidates_add(n->list, rule.id, rule.summary);
}

static void add_drafts(const struct naming *n)
{
	size_t len;
	struct draft *drafts =
		draft_list(&len, settings_seconds(session_settings(n->session), "draft-expiry"));

	for (size_t i = 0; i < len; i++) {
		struct buf note = BUF_INIT;

		buf_addf(&note, "%s, ", drafts[i].screen ? drafts[i].screen : drafts[i].relation);
		timefmt_age(&note, drafts[i].saved_us, time_now_us());
		candidates_add(n->list, drafts[i].id, note.data);
		buf_release(&note);
		draft_release(&drafts[i]);
	}
	free(drafts);
}

static void add_profile_keys(const struct naming *n)
{
	const struct profile *p = session_profile(n->session);

	for (size_t i = 0; p && i < profile_items(p); i++)
		candidates_add(n->list, profile_item_at(p, i)->key, profile_item_at(p, i)->value);
}

static void add_outboxes(const struct naming *n)
{
	const struct outboxes *all = vars_outboxes(session_vars(n->session));

	for (size_t i = 0; all && i < outboxes_len(all); i++) {
		const struct relation *r = outboxes_at(all, i)->relation;
		char *full = xasprintf("%s.%s", r->schema, r->name);

		candidates_add(n->list, r->name, full);
		candidates_add(n->list, full, "outbox");
		free(full);
	}
}

static void add_actions(const struct naming *n)
{
	const struct screendef *def = n->context->def;

	for (size_t i = 0; def && i < def->nactions; i++)
		candidates_add(n->list, def->actions[i].name, def->actions[i].title);
}

static void add_formats(const struct naming *n)
{
	for (size_t i = 0; format_names[i]; i++)
		candidates_add(n->list, format_names[i], "format");
	complete_files(n->list);
}

static void add_durations(const struct naming *n)
{
	static const char *const usual[] = { "1s",  "2s", "5s", "10s", "30s", "1m",
					     "5m", "15m", "1h", "1d" };

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		candidates_add(n->list, usual[i], NULL);
}

static void add_every(const struct naming *n)
{
	add_durations(n);
	candidates_add(n->list, "off", NULL);
}

static void add_services(const struct naming *n)
{
	complete_services(n->list);
}

static void add_kept(const struct naming *n)
{
	for (const char *const *name = n->context->kept; name && *name; name++)
		candidates_add(n->list, *name, "filter that was kept");
}

/* Whatever :schema describe can show. */
static void add_objects(const struct naming *n)
{
	const struct catalog *cat = session_catalog(n->session);

	for (size_t i = 0; cat && i < catalog_relations(cat); i++) {
		const struct relation *r = catalog_relation_at(cat, i);
		char *full = xasprintf("%s.%s", r->schema, r->name);

		candidates_add(n->list, full, r->comment ? r->comment : "relation");
		free(full);
	}
	for (size_t i = 0; cat && i < catalog_functions(cat); i++) {
		const struct function *f = catalog_function_at(cat, i);
		char *full = xasprintf("%s.%s", f->schema, f->name);

		candidates_add(n->list, full, f->arguments && *f->arguments ? f->arguments
									    : "function");
		free(full);
	}
}

static void add_themes(const struct naming *n)
{
	complete_themes(n->list);
}

static void add_files(const struct naming *n)
{
	complete_files(n->list);
}

/* In a statement; names that would want quotes are left to who writes it. */
static void add_relations(const struct naming *n)
{
	const struct catalog *cat = session_catalog(n->session);

	for (size_t i = 0; cat && i < catalog_relations(cat); i++) {
		const struct relation *r = catalog_relation_at(cat, i);
		char *full = xasprintf("%s.%s", r->schema, r->name);

		if (full[strspn(full, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0') {
			candidates_add(n->list, r->name, full);
			candidates_add(n->list, full, r->comment ? r->comment : "relation");
		}
		free(full);
	}
}

static const struct {
	const char *type;
	void (*add)(const struct naming *n);
} sources[] = {
	{ "action", add_actions },   { "draft", add_drafts },
	{ "duration", add_durations }, { "every", add_every }, { "fact", add_profile_keys },
	{ "file", add_files },	     { "format", add_formats },
	{ "kept", add_kept },	     { "object", add_objects },
	{ "outbox", add_outboxes },  { "policy", add_policies },
	{ "relation-word", add_relations }, { "role", add_roles },
	{ "rule", add_rules },	     { "schema", add_schemas },
	{ "service", add_services }, { "setting", add_settings },
	{ "theme", add_themes },     { "until", add_durations },
};

bool complete_names_of(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (strcmp(sources[i].type, type) == 0)
			return true;
	return false;
}

void complete_names(struct candidates *list, const char *type, struct session *s,
		    const struct complete_context *context)
{
	const struct naming n = { list, s, context };

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (strcmp(sources[i].type, type) == 0)
			sources[i].add(&n);
}

/* ---- words of a condition ---- */

static void add_words(struct candidates *list, const char *const words[][2], size_t n)
{
	bool raw = list->raw;

	list->raw = true; /* "is null" is two words of the line */
	for (size_t i = 0; i < n; i++)
		candidates_add(list, words[i][0], words[i][1]);
	list->raw = raw;
}

void complete_comparisons(struct candidates *list)
{
	static const char *const words[][2] = {
		{ "=", "is; begins with: AB*; lies in: 5..10" },
		{ "!=", "is not" },
		{ "<", "is less" },
		{ "<=", "is at most" },
		{ ">", "is more" },
		{ ">=", "is at least" },
		{ "~", "holds the text, or /a pattern/" },
		{ "!~", "does not hold it" },
		{ "in", "is one of these: in (a, b)" },
		{ "is null", "is not known" },
		{ "is not null", "is known" },
	};

	add_words(list, words, ARRAY_SIZE(words));
}

void complete_joins(struct candidates *list)
{
	static const char *const words[][2] = { { "and", "both hold" }, { "or", "one holds" } };

	add_words(list, words, ARRAY_SIZE(words));
}
