/* SPDX-License-Identifier: MIT */
#include "domain/genscreen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "domain/value.h"
#include "genscreen_priv.h"
#include "profile_priv.h"

enum { MAX_FROZEN = 2, MAX_SEARCH = 16, MAX_FOLLOW = 9, MAX_PANES = 6, PANE_ROWS = 6 };

static bool plain_name(const char *name)
{
	if (!(*name >= 'a' && *name <= 'z') && *name != '_')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void add_name(struct buf *out, const char *name)
{
	if (plain_name(name)) {
		buf_adds(out, name);
		return;
	}
	buf_addc(out, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_addc(out, '"');
		buf_addc(out, *name);
	}
	buf_addc(out, '"');
}

const char *genscreen_name(struct arena *a, const struct relation *r)
{
	struct buf out = BUF_INIT;
	const char *name;

	add_name(&out, r->schema);
	buf_addc(&out, '.');
	add_name(&out, r->name);
	name = arena_strndup(a, out.data, out.len);
	buf_release(&out);
	return name;
}

/* ---- which columns, in which order ---- */

/* Lower comes first. A long surrogate key tells people less than the name beside it. */
static int rank(const struct relation *r, const struct index *key, const struct column *c)
{
	static const char *const names[] = { "name",  "title",	 "label", "subject", "number",
					     "sku",   "code",	 "slug",  "email",   "username",
					     "event", "display", NULL };
	static const char *const states[] = { "status",	  "state", "kind",   "type",
					      "stage",	  "phase", "active", "enabled",
					      "priority", NULL };
	static const char *const amounts[] = { "amount", "total", "price",   "quantity",
					       "qty",	 "cost",  "balance", "on_hand",
					       "count",	 NULL };
	enum value_kind kind = value_kind_of(c);

	if (index_has(key, c->attnum))
		return kind == VALUE_UUID ? 1 : 0;
	if (text_like(c) && name_has_any(c->name, names))
		return 2;
	if (c->choices || name_has_any(c->name, states))
		return 3;
	if (relation_refers(r, c->attnum))
		return 4;
	if (c->type_category == 'N' && name_has_any(c->name, amounts))
		return 5;
	if (kind == VALUE_JSON || kind == VALUE_BYTEA || kind == VALUE_ARRAY ||
	    strcmp(c->type, "tsvector") == 0)
		return 9;
	if (text_like(c) && name_has_word(c->name, "description"))
		return 8;
	if (time_like(c))
		return 7;
	return 6;
}

struct ranked {
	const struct column *column;
	int rank;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->rank != y->rank ? x->rank - y->rank : x->column->attnum - y->column->attnum;
}

static bool hidden(const struct profile *p, const struct relation *r, const struct column *c)
{
	const struct relation_profile *rp = profile_relation(p, r->oid);

	return rp->masked && rp->masked[c - r->columns] == 2;
}

static enum align align_of(const struct column *c)
{
	return value_align(value_kind_of(c), FORMAT_AUTO);
}

/* Columns in order of what they tell; in a grid one scrolls to the last of them. */
static void set_columns(struct arena *a, struct screendef *def, const struct profile *p,
			const struct relation *r)
{
	struct screen_column *list = arena_array(a, r->ncolumns + 1, sizeof *list);
	struct ranked *order = arena_array(a, r->ncolumns + 1, sizeof *order);
	const struct index *key = relation_read_key(r);
	size_t n = 0;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if (c->rights & RIGHT_SELECT)
			order[n++] = (struct ranked){ c, rank(r, key, c) };
	}
	if (def->kind == SCREEN_GRID && n > 0)
		qsort(order, n, sizeof *order, by_rank);
	for (size_t i = 0; i < n; i++) {
		const struct column *c = order[i].column;
		list[i] = (struct screen_column){
			.name = arena_strdup(a, c->name),
			.title = arena_strdup(a, c->name),
			.align = align_of(c),
			.hidden = def->kind == SCREEN_GRID && hidden(p, r, c),
			.tenant = c->attnum == profile_relation(p, r->oid)->tenant_attnum,
			.freeze = key && key->nkeys <= MAX_FROZEN && order[i].rank == 0,
		};
	}
	def->columns = list;
	def->ncolumns = n;
}

static const char *const *key_names(struct arena *a, const struct relation *r)
{
	const struct index *key = relation_read_key(r);
	size_t n = key ? key->nkeys : 0;
	const char **names = arena_array(a, n + 1, sizeof *names);

	for (size_t i = 0; i < n; i++)
		names[i] = arena_strdup(a, relation_attnum(r, key->columns[i])->name);
	return names;
}

const char *const *genscreen_search(struct arena *a, const struct screendef *def,
				    const struct relation *r)
{
	const char **names = arena_array(a, MAX_SEARCH + 1, sizeof *names);
	size_t n = 0;

	for (size_t i = 0; i < def->ncolumns && n < MAX_SEARCH; i++) {
		const struct column *c = relation_column(r, def->columns[i].name);

		if (text_like(c) && !c->choices && !def->columns[i].hidden)
			names[n++] = def->columns[i].name;
	}
	return names;
}

/* ---- command lines to other screens ---- */

/* One word of a command line; {column} templates are put in as they are. */
static void add_word(struct buf *out, const char *text)
{
	bool quote = strpbrk(text, " '\"\t\n{}") != NULL;

	if (!quote) {
		buf_adds(out, text);
		return;
	}
	buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_addc(out, '\'');
		buf_addc(out, *text);
	}
	buf_addc(out, '\'');
}

/* "{" and "}" in a column's name would be read as a template's: such a step is left out. */
static bool templatable(const char *name)
{
	return !strpbrk(name, "{}");
}

static bool add_step(struct buf *out, const char *to, const char *from)
{
	if (!templatable(to) || !templatable(from))
		return false;
	buf_addc(out, ' ');
	add_word(out, to);
	buf_addf(out, "={%s}", from);
	return true;
}

static const char *take(struct arena *a, struct buf *out, bool good)
{
	const char *text = good ? arena_strndup(a, out->data, out->len) : NULL;

	buf_release(out);
	return text;
}

static const char *open_record(struct arena *a, const struct relation *r)
{
	const struct index *key = relation_read_key(r);
	struct buf out = BUF_INIT;
	bool good = key != NULL;

	buf_adds(&out, "open ");
	add_word(&out, arena_printf(a, "%s.record", genscreen_name(a, r)));
	for (size_t i = 0; good && i < key->nkeys; i++) {
		const char *name = relation_attnum(r, key->columns[i])->name;

		good = add_step(&out, name, name);
	}
	return take(a, &out, good);
}

/* The columns of a foreign key as "to={from}" words; back: seen from the relation it points at.
 */
static bool add_steps(struct buf *out, const struct catalog *c, const struct foreign_key *fk,
		      bool back)
{
	const struct relation *from = catalog_relation(c, fk->from);
	const struct relation *to = catalog_relation(c, fk->to);

	for (size_t i = 0; i < fk->n; i++) {
		const struct column *f =
			from ? relation_attnum(from, fk->from_columns[i]) : NULL;
		const struct column *t = to ? relation_attnum(to, fk->to_columns[i]) : NULL;

		if (!f || !t ||
		    !add_step(out, back ? f->name : t->name, back ? t->name : f->name))
			return false;
	}
	return fk->n > 0;
}

static const char *follow(struct arena *a, const struct catalog *c,
			  const struct foreign_key *fk)
{
	const struct relation *to = catalog_relation(c, fk->to);
	struct buf out = BUF_INIT;
	bool good = to != NULL;

	if (to) {
		buf_adds(&out, "open ");
		add_word(&out, arena_printf(a, "%s.record", genscreen_name(a, to)));
		good = add_steps(&out, c, fk, false);
	}
	return take(a, &out, good);
}

/* Enter on a field that refers to another record goes there; of several keys the narrowest
 * is meant. */
static void set_links(struct arena *a, struct screendef *def, const struct catalog *c,
		      const struct relation *r)
{
	struct screen_column *columns = (struct screen_column *)(uintptr_t)def->columns;

	for (size_t i = 0; i < def->ncolumns; i++) {
		const struct column *col = relation_column(r, columns[i].name);
		const struct foreign_key *best = NULL;

		for (size_t k = 0; col && k < r->nreferences; k++) {
			const struct foreign_key *fk = r->references[k];
			bool last = fk->from_columns[fk->n - 1] == col->attnum;

			if (last && !fk->inherited && (!best || fk->n < best->n))
				best = fk;
		}
		if (best)
			columns[i].open = follow(a, c, best);
	}
}

void genscreen_keys(struct arena *a, struct screendef *def, const struct catalog *c,
		    const struct relation *r)
{
	struct screen_key *keys = arena_array(a, MAX_FOLLOW, sizeof *keys);
	size_t n = 0;

	for (size_t i = 0; i < r->nreferences && n < MAX_FOLLOW; i++) {
		const struct foreign_key *fk = r->references[i];
		const struct relation *to = catalog_relation(c, fk->to);
		const struct column *last = relation_attnum(r, fk->from_columns[fk->n - 1]);
		const char *run = fk->inherited ? NULL : follow(a, c, fk);

		if (!run)
			continue;
		keys[n] = (struct screen_key){
			.key = arena_printf(a, "%zu", n + 1),
			.run = run,
			.help = arena_printf(a, "%s of %s", to->name, last ? last->name : "it"),
		};
		n++;
	}
	def->keys = keys;
	def->nkeys = n;
}

/* What all tenants share is referred to from each one's schema: rows of others beside his. */
static bool of_one_tenant(const struct profile *p, const struct relation *from,
			  const struct relation *r)
{
	return profile_is_tenant_schema(p, from->schema) &&
	       strcmp(from->schema, r->schema) != 0;
}

static void set_panes(struct arena *a, struct screendef *def, const struct catalog *c,
		      const struct profile *p, const struct relation *r)
{
	struct screen_pane *panes = arena_array(a, MAX_PANES, sizeof *panes);
	size_t n = 0;

	for (size_t i = 0; i < r->nreferrers && n < MAX_PANES; i++) {
		const struct foreign_key *fk = r->referrers[i];
		const struct relation *from = catalog_relation(c, fk->from);
		struct buf where = BUF_INIT;
		bool good = from && !from->is_partition && (from->rights & RIGHT_SELECT) &&
			    from->schema_usage && !of_one_tenant(p, from, r) &&
			    add_steps(&where, c, fk, true);
		const char *text = take(a, &where, good);

		if (!text)
			continue;
		panes[n] = (struct screen_pane){
			.name = arena_printf(a, "%s_%zu", from->name, n + 1),
			.title = arena_strdup(a, from->name),
			.screen = genscreen_name(a, from),
			.where = text + 1, /* behind the blank */
			.height = PANE_ROWS,
		};
		n++;
	}
	def->panes = panes;
	def->npanes = n;
}

/* ---- the screens ---- */

static const char *why_not(const struct profile *p, const struct relation *r)
{
	const struct relation_profile *rp = profile_relation(p, r->oid);

	if (r->kind == RELATION_MATVIEW)
		return "a materialized view is refreshed, not edited";
	if (!r->updatable)
		return r->kind == RELATION_VIEW ? "this view is not updatable"
						: "this relation is not updatable";
	if (!relation_key(r))
		return r->kind == RELATION_VIEW || r->kind == RELATION_FOREIGN
			       ? "no key is known of it, so a save could not tell the record"
			       : "it has no primary key and no unique index without NULLs";
	if (!relation_read_key(r))
		return "your role may not read its key";
	if (!(r->rights & RIGHT_UPDATE))
		return "your role may not update it";
	return rp->guard == GUARD_NONE ? "nothing could guard a save of it" : NULL;
}

struct screendef *genscreen_begin(struct arena *a, const struct profile *p,
				  const struct relation *r, enum screen_kind_name kind)
{
	struct screendef *def = arena_alloc(a, sizeof *def);
	const struct relation_profile *rp = profile_relation(p, r->oid);
	static const char *const none[] = { NULL };

	def->relation = genscreen_name(a, r);
	def->name = kind == SCREEN_GRID ? def->relation
					: arena_printf(a, "%s.record", def->relation);
	def->title = arena_strdup(a, r->name);
	def->file = "(generated)";
	def->generated = true;
	def->group = arena_strdup(a, r->schema);
	def->kind = kind;
	/* Only where the server would show nothing without a tenant is one asked for first. */
	def->scope = r->rls_active && rp->tenancy >= 0 &&
				     profile_tenancy(p, (size_t)rp->tenancy)->setting
			     ? SCOPE_TENANT
			     : SCOPE_ANY;
	def->key = key_names(a, r);
	def->search = def->alias = none;
	def->edit.why = why_not(p, r);
	def->edit.allowed = !def->edit.why;
	def->edit.reason = REASON_NO;
	set_columns(a, def, p, r);
	return def;
}

const struct screendef *genscreen_grid(struct arena *a, const struct catalog *c,
				       const struct profile *p, const struct relation *r)
{
	struct screendef *def = genscreen_begin(a, p, r, SCREEN_GRID);

	def->search = genscreen_search(a, def, r);
	def->enter = open_record(a, r);
	genscreen_keys(a, def, c, r);
	return def;
}

const struct screendef *genscreen_record(struct arena *a, const struct catalog *c,
					 const struct profile *p, const struct relation *r)
{
	struct screendef *def = genscreen_begin(a, p, r, SCREEN_DETAIL);

	set_links(a, def, c, r);
	genscreen_keys(a, def, c, r);
	set_panes(a, def, c, p, r);
	return def;
}

/* ---- what was made so far ---- */

struct genscreens {
	struct arena *arena;
	struct map *made; /* name -> const struct screendef * */
	int64_t taken_us;
};

struct genscreens *genscreens_new(void)
{
	struct genscreens *g = xcalloc(1, sizeof *g);

	g->arena = arena_new();
	g->made = map_new(NULL);
	return g;
}

void genscreens_free(struct genscreens **gp)
{
	struct genscreens *g = *gp;

	if (!g)
		return;
	map_free(&g->made);
	arena_free(&g->arena);
	free(g);
	*gp = NULL;
}

static const struct screendef *make(struct genscreens *g, const struct catalog *c,
				    const struct profile *p, const char *name, struct err *err)
{
	static const char suffix[] = ".record";
	size_t len = strlen(name), end = sizeof suffix - 1;
	bool record = len > end && strcmp(name + len - end, suffix) == 0;
	const struct relation *r;
	struct err missing = ERR_INIT;
	char *base;

	/* A relation may well be called "record". */
	r = catalog_find(c, name, record ? &missing : err);
	err_release(&missing);
	if (r || !record)
		return r ? genscreen_grid(g->arena, c, p, r) : NULL;
	base = xstrndup(name, len - end);
	r = catalog_find(c, base, err);
	free(base);
	return r ? genscreen_record(g->arena, c, p, r) : NULL;
}

void genscreens_forget(struct genscreens *g)
{
	map_clear(g->made);
}

static void of_this_snapshot(struct genscreens *g, const struct catalog *c)
{
	if (g->taken_us == catalog_taken_us(c))
		return;
	map_clear(g->made);
	g->taken_us = catalog_taken_us(c);
}

const struct screendef *genscreens_elsewhere(struct genscreens *g, const struct catalog *c,
					     const struct profile *p,
					     const struct screendef *of)
{
	char *name = xasprintf("instead of %s", of->name); /* no relation's: it has no dot */
	struct screendef *def;

	of_this_snapshot(g, c);
	def = map_get(g->made, name);
	if (!def) {
		def = (struct screendef *)(uintptr_t)genscreen_elsewhere(g->arena, c, p, of);
		if (def)
			map_set(g->made, name, def);
	}
	free(name);
	return def;
}

const struct screendef *genscreens_find(struct genscreens *g, const struct catalog *c,
					const struct profile *p, const char *name,
					struct err *err)
{
	struct screendef *def;

	of_this_snapshot(g, c);
	def = map_get(g->made, name);
	if (!def) {
		def = (struct screendef *)(uintptr_t)make(g, c, p, name, err);
		if (def)
			map_set(g->made, name, def);
	}
	return def;
}
