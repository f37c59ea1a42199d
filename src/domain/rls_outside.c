/* SPDX-License-Identifier: MIT */
/*
 * What a write sets in motion that no rollback takes back: code that reaches another server, a
 * file or a program, foreign tables, locks of the session.  Followed are triggers, the
 * functions that they call, the tables that they name, keys that cascade, partitions and
 * defaults.  NOTIFY is no such thing: it is heard only after a commit.
 *
 * A look sets in motion what a view calls, and what policies call.
 *
 * On the side of caution: a table that is only named counts as written.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/map.h"
#include "rls_outside.h"

enum { DEPTH_MAX = 6 };

struct outside {
	const struct catalog *catalog;
	const struct rls_extras *extras; /* NULL: the rewrite rules are not known */
	struct map *named;     /* name → some function of that name */
	struct arena *arena;
	struct map *functions; /* name → function that acts */
	struct map *unread;    /* name → function whose source the catalog left out */
	struct map *relations; /* name → relation */
	struct map *known;     /* oid → struct answer */
	struct map *bodies;    /* oid → source that the catalog left out */
	struct map *reads;     /* oid of a view → struct answer */
	bool calls_known;
	bool writes; /* rows may be written by what is looked at now */
};

struct answer {
	const char *why; /* NULL: nothing */
};

/* ---- words of a source ---- */

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* The next word, in lower case; false: there is none.  At most size - 1 bytes of it. */
static bool next_word(const char **at, char *word, size_t size)
{
	const char *s = *at;
	size_t n = 0;

	while (*s && !word_char(*s))
		s++;
	for (; word_char(*s); s++)
		if (n + 1 < size)
			word[n++] = (char)tolower((unsigned char)*s);
	word[n] = '\0';
	*at = s;
	return n > 0;
}

static bool reaches_out(const char *word)
{
	static const char *const words[] = { "copy",
					     "http",
					     "http_get",
					     "http_post",
					     "http_put",
					     "http_delete",
					     "http_request",
					     "pg_net",
					     "lo_export",
					     "lo_import",
					     "pg_read_file",
					     "pg_background",
					     "pg_background_launch",
					     "pg_advisory_lock",
					     "pg_try_advisory_lock",
					     "pg_logical_emit_message",
					     "pg_file_write",
					     "aws_lambda",
					     "pg_reload_conf",
					     "pg_terminate_backend",
					     "pg_cancel_backend",
					     "pg_read_binary_file",
					     "lo_from_bytea",
					     "pg_rotate_logfile",
					     "pg_switch_wal",
					     "pg_create_restore_point",
					     NULL };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return strncmp(word, "dblink", 6) == 0;
}

/* Languages whose code stays inside the database. */
static bool is_trusted(const char *language)
{
	static const char *const names[] = { "sql",   "plpgsql", "internal", "plperl",
					     "pltcl", "plv8",	 "c",	     NULL };

	for (size_t i = 0; names[i]; i++)
		if (strcmp(language, names[i]) == 0)
			return true;
	return false;
}

static bool reaches_by_extension(const struct function *f)
{
	static const char *const names[] = { "dblink",	"http",	     "pg_net", "pg_background",
					     "plproxy", "adminpack", NULL };

	for (size_t i = 0; f->extension && names[i]; i++)
		if (strcmp(f->extension, names[i]) == 0)
			return true;
	return false;
}

/* The word in the source by which it acts; "" none. */
static void acting_word(const struct outside *o, const char *source, char *word, size_t size)
{
	const char *at = source;

	while (next_word(&at, word, size))
		if (reaches_out(word) || map_has(o->functions, word))
			return;
	*word = '\0';
}

static void oid_key(char key[16], oid o)
{
	snprintf(key, 16, "%u", o);
}

static const char *body_of(const struct outside *o, const struct function *f)
{
	char key[16];

	oid_key(key, f->oid);
	return f->body ? f->body : map_get(o->bodies, key);
}

static bool function_acts(const struct outside *o, const struct function *f)
{
	char word[64];

	if (!is_trusted(f->language) || reaches_by_extension(f))
		return true;
	acting_word(o, body_of(o, f) ? body_of(o, f) : "", word, sizeof word);
	return *word;
}

/* Functions that act, and those that call them. */
static void find_functions(struct outside *o)
{
	bool more = true;

	for (int round = 0; more && round < DEPTH_MAX; round++) {
		more = false;
		for (size_t i = 0; i < catalog_functions(o->catalog); i++) {
			const struct function *f = catalog_function_at(o->catalog, i);

			if (map_has(o->functions, f->name) || !function_acts(o, f))
				continue;
			map_set(o->functions, f->name, (void *)(uintptr_t)f);
			more = true;
		}
	}
}

static bool left_out(const struct outside *o, const char *oid_text)
{
	const struct function *f =
		catalog_function(o->catalog, (oid)strtoul(oid_text, NULL, 10));

	return f && !f->body;
}

static void take_sources(struct outside *o, const struct reply *rows)
{
	for (size_t i = 0; rows && i < reply_rows(rows); i++)
		if (reply_text(rows, i, 1) && left_out(o, reply_text(rows, i, 0)))
			map_set(o->bodies, reply_text(rows, i, 0),
				(void *)(uintptr_t)arena_strdup(o->arena,
								reply_text(rows, i, 1)));
}

static const char *call_acts(const struct outside *o, const struct function *f,
			     const char *name)
{
	if (f ? map_has(o->functions, f->name) : reaches_out(name))
		return arena_printf(o->arena, "it calls %s, which may act outside", name);
	if (f && !f->extension && map_has(o->unread, f->name))
		return arena_printf(o->arena, "it calls %s, whose source was not read", name);
	return NULL;
}

/* What a look at a view calls. */
static void take_calls(struct outside *o, const struct reply *rows)
{
	o->calls_known = rows != NULL;
	for (size_t i = 0; rows && i < reply_rows(rows); i++) {
		oid function = (oid)strtoul(reply_text(rows, i, 1), NULL, 10);
		const char *why = call_acts(o, catalog_function(o->catalog, function),
					    reply_text(rows, i, 3));

		if (why)
			map_set(o->reads, reply_text(rows, i, 0), (void *)(uintptr_t)why);
	}
}

struct outside *outside_new(const struct rls_input *in, const struct reply *sources,
			    const struct reply *calls, struct arena *arena)
{
	struct outside *o = xcalloc(1, sizeof *o);
	const struct catalog *c = in->catalog;

	o->catalog = c;
	o->extras = in->extras;
	o->arena = arena;
	o->named = map_new(NULL);
	o->functions = map_new(NULL);
	o->unread = map_new(NULL);
	o->relations = map_new(NULL);
	o->known = map_new(NULL);
	o->bodies = map_new(NULL);
	o->reads = map_new(NULL);
	take_sources(o, sources);
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		map_set(o->relations, r->name, (void *)(uintptr_t)r);
	}
	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		map_set(o->named, f->name, (void *)(uintptr_t)f);
		if (!body_of(o, f) && !f->extension && strcmp(f->language, "internal") != 0)
			map_set(o->unread, f->name, (void *)(uintptr_t)f);
	}
	find_functions(o);
	take_calls(o, calls);
	return o;
}

void outside_free(struct outside **o)
{
	if (!*o)
		return;
	map_free(&(*o)->named);
	map_free(&(*o)->functions);
	map_free(&(*o)->unread);
	map_free(&(*o)->relations);
	map_free(&(*o)->known);
	map_free(&(*o)->bodies);
	map_free(&(*o)->reads);
	free(*o);
	*o = NULL;
}

/* ---- relations ---- */

static const char *relation_acts(struct outside *o, const struct relation *r, int depth);

static const char *of(struct outside *o, const struct relation *by, const char *why)
{
	return why ? arena_printf(o->arena, "%s.%s: %s", by->schema, by->name, why) : NULL;
}

static const char *named_relations(struct outside *o, const char *source,
				   const struct relation *but, int depth)
{
	const char *at = source, *why = NULL;
	char word[64];

	while (!why && next_word(&at, word, sizeof word)) {
		const struct relation *r = map_get(o->relations, word);

		if (r && r != but)
			why = of(o, r, relation_acts(o, r, depth + 1));
	}
	return why;
}

/* A function that is called and whose source was not read: it may do anything. */
static const char *calls_unread(const struct outside *o, const struct trigger *g,
				const char *source)
{
	const char *at = source;
	char word[64];

	while (next_word(&at, word, sizeof word))
		if (at[strspn(at, " ")] == '(' && map_has(o->unread, word))
			return arena_printf(o->arena,
					    "trigger %s calls %s, whose source was not read",
					    g->name, word);
	return NULL;
}

static const char *trigger_acts(struct outside *o, const struct relation *r,
				const struct trigger *g, int depth)
{
	const struct function *f = catalog_function(o->catalog, g->function_oid);
	char word[64];

	if (g->enabled == 'D' || !f)
		return NULL;
	if (strcmp(f->language, "plpgsql") != 0 && strcmp(f->language, "sql") != 0 &&
	    strcmp(f->language, "internal") != 0)
		return arena_printf(o->arena, "trigger %s is written in %s and may act outside",
				    g->name, f->language);
	const char *body = body_of(o, f);

	acting_word(o, body ? body : "", word, sizeof word);
	if (*word)
		return arena_printf(o->arena, "trigger %s may act outside (%s)", g->name, word);
	const char *why = calls_unread(o, g, body ? body : "");

	return why ? why : named_relations(o, body ? body : "", r, depth);
}

static const char *defaults_act(struct outside *o, const struct relation *r)
{
	char word[64] = "";

	for (size_t i = 0; i < r->ncolumns; i++) {
		const char *text = r->columns[i].default_expr;

		if (text)
			acting_word(o, text, word, sizeof word);
		if (text && *word)
			return arena_printf(o->arena, "the default of %s may act outside (%s)",
					    r->columns[i].name, word);
	}
	return NULL;
}

/* What is written along with r: its partitions and children, and what its keys cascade to. */
static const char *dependants_act(struct outside *o, const struct relation *r, int depth)
{
	const char *why = NULL;

	for (size_t i = 0; r->has_children && !why && i < catalog_relations(o->catalog); i++) {
		const struct relation *child = catalog_relation_at(o->catalog, i);

		if (child->parent == r->oid)
			why = of(o, child, relation_acts(o, child, depth + 1));
	}
	for (size_t i = 0; !why && i < r->nreferrers; i++) {
		const struct foreign_key *k = r->referrers[i];
		const struct relation *child = catalog_relation(o->catalog, k->from);

		if (child && child != r &&
		    (strchr("cnd", k->on_delete) || strchr("cnd", k->on_update)))
			why = of(o, child, relation_acts(o, child, depth + 1));
	}
	return why;
}

/* What is written instead of r, or beside it: by rules, and by a view to what it reads. */
static const char *rewritten_acts(struct outside *o, const struct relation *r, int depth)
{
	const char *why = NULL;
	char key[16];

	oid_key(key, r->oid);
	if (r->kind != RELATION_VIEW)
		why = map_get(o->reads, key);
	for (size_t i = 0; !why && o->extras && i < o->extras->rules.len; i++) {
		const struct rls_rule *rule = &o->extras->rules.v[i];
		const struct relation *to = catalog_relation(o->catalog, rule->touches);

		if (rule->relation == r->oid && to && to != r)
			why = of(o, to, relation_acts(o, to, depth + 1));
	}
	for (const oid *b = r->reads; !why && r->kind == RELATION_VIEW && b && *b; b++) {
		const struct relation *below = catalog_relation(o->catalog, *b);

		if (below && below != r)
			why = of(o, below, relation_acts(o, below, depth + 1));
	}
	return why;
}

static const char *relation_acts(struct outside *o, const struct relation *r, int depth)
{
	struct answer *a;
	char key[16];

	oid_key(key, r->oid);
	a = map_get(o->known, key);
	if (a)
		return a->why; /* or is being asked: by whoever asks first */
	a = arena_alloc(o->arena, sizeof *a);
	a->why = NULL;
	map_set(o->known, key, a);
	if (depth > DEPTH_MAX)
		return NULL;
	if (r->kind == RELATION_FOREIGN)
		a->why = "it is a foreign table";
	for (size_t i = 0; !a->why && i < r->ntriggers; i++)
		a->why = trigger_acts(o, r, &r->triggers[i], depth);
	if (!a->why)
		a->why = defaults_act(o, r);
	if (!a->why)
		a->why = dependants_act(o, r, depth);
	if (!a->why)
		a->why = rewritten_acts(o, r, depth);
	return a->why;
}

const char *outside_why(struct outside *o, const struct relation *r)
{
	return relation_acts(o, r, 0);
}

/* What its policies call for whoever they bind. */
static const char *policies_act(const struct outside *o, const struct relation *r)
{
	for (size_t i = 0; i < r->npolicies; i++)
		for (const oid *f = r->policies[i].functions; *f; f++) {
			const struct function *x = catalog_function(o->catalog, *f);
			const char *why = x ? call_acts(o, x, x->name) : NULL;

			if (why)
				return arena_printf(o->arena, "policy %s: %s",
						    r->policies[i].name, why);
		}
	return NULL;
}

static const char *read_acts(const struct outside *o, const struct relation *r, int depth);

/* What is read along with r: its partitions and children, and what a view stands on. */
static const char *below_acts(const struct outside *o, const struct relation *r, int depth)
{
	const char *why = NULL;

	for (size_t i = 0; r->has_children && !why && i < catalog_relations(o->catalog); i++) {
		const struct relation *child = catalog_relation_at(o->catalog, i);

		if (child->parent == r->oid && child != r)
			why = read_acts(o, child, depth + 1);
	}
	for (const oid *b = r->reads; !why && r->kind == RELATION_VIEW && b && *b; b++) {
		const struct relation *below = catalog_relation(o->catalog, *b);

		if (below && below != r)
			why = read_acts(o, below, depth + 1);
	}
	return why;
}

static const char *read_acts(const struct outside *o, const struct relation *r, int depth)
{
	const char *why;
	char key[16];

	if (depth > DEPTH_MAX)
		return NULL;
	if (r->kind == RELATION_FOREIGN)
		return depth ? arena_printf(o->arena, "it reads %s.%s on the far side",
					    r->schema, r->name)
			     : "a foreign table is read on the far side";
	if (r->kind == RELATION_VIEW && !o->calls_known)
		return "what it calls could not be read";
	oid_key(key, r->oid);
	why = r->kind == RELATION_VIEW ? map_get(o->reads, key) : policies_act(o, r);
	return why ? why : below_acts(o, r, depth);
}

const char *outside_why_read(struct outside *o, const struct relation *r)
{
	return read_acts(o, r, 0);
}

/* ---- functions ---- */

/* What only reads has none of these words; where one stands in a comment, it is not called. */
static bool is_writing(const char *word)
{
	static const char *const words[] = {
		"insert", "update",  "delete",	"merge",    "truncate", "create",  "alter",
		"drop",	  "grant",   "revoke",	"copy",	    "call",	"do",	   "execute",
		"notify", "listen",  "lock",	"refresh",  "vacuum",	"analyze", "reindex",
		"nextval", "setval", "pg_notify", "prepare", "import",	"cluster", NULL
	};

	for (size_t i = 0; words[i]; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* INSERT and its like, and the DO of ON CONFLICT. */
static bool changes_rows(const char *word, const char *after)
{
	static const char *const words[] = { "insert", "update", "delete", "merge", NULL };

	after += strspn(after, " \t\n");
	for (size_t i = 0; words[i]; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return strcmp(word, "do") == 0 && (strncasecmp(after, "nothing", 7) == 0 ||
					   strncasecmp(after, "update", 6) == 0);
}

static const char *body_acts(struct outside *o, const struct function *f, int depth);

static const char *named_acts(struct outside *o, const struct function *f, const char *word,
			      bool called, int depth)
{
	const struct relation *r = map_get(o->relations, word);

	if (r && outside_why_read(o, r))
		return of(o, r, outside_why_read(o, r));
	if (r && o->writes && outside_why(o, r))
		return of(o, r, outside_why(o, r));
	if (!called || !map_has(o->named, word))
		return NULL;
	for (size_t i = 0; i < catalog_functions(o->catalog); i++) {
		const struct function *g = catalog_function_at(o->catalog, i);
		const char *why = g != f && strcmp(g->name, word) == 0 && !g->extension
					  ? body_acts(o, g, depth + 1)
					  : NULL;

		if (why)
			return arena_printf(o->arena, "it calls %s: %s", word, why);
	}
	return NULL;
}

static const char *body_acts(struct outside *o, const struct function *f, int depth)
{
	const char *at = body_of(o, f), *why = NULL;
	char word[64];

	if (strcmp(f->language, "sql") != 0 && strcmp(f->language, "plpgsql") != 0)
		return arena_printf(o->arena, "it is written in %s and may act outside",
				    f->language);
	if (!at)
		return "its source was not read";
	if (depth > DEPTH_MAX)
		return "it calls too many others";
	while (!why && next_word(&at, word, sizeof word)) {
		bool called = at[strspn(at, " \"")] == '(';

		if (reaches_out(word) || map_has(o->functions, word))
			why = arena_printf(o->arena, "it may act outside (%s)", word);
		else if (is_writing(word) && !(o->writes && changes_rows(word, at)))
			why = arena_printf(o->arena, "it does not only read (%s)", word);
		else
			why = named_acts(o, f, word, called, depth);
	}
	return why;
}

const char *outside_why_call(struct outside *o, const struct function *f)
{
	return body_acts(o, f, 0);
}

const char *outside_why_change(struct outside *o, const struct function *f)
{
	const char *why;

	o->writes = true;
	why = body_acts(o, f, 0);
	o->writes = false;
	return why;
}
