/* SPDX-License-Identifier: MIT */
#include "import_map.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/deffile.h"

void import_map_init(struct import_map *m, const struct session *s,
		     const struct record_plan *plan, const char *const *words)
{
	const struct relation *r = record_plan_relation(plan);
	const struct tenant_choice *tenant = session_tenant(s);
	const struct column *c = relation_attnum(r, record_plan_profile(plan)->tenant_attnum);

	*m = (struct import_map){
		.plan = plan,
		.relation = r,
		.words = words,
		.used = xcalloc(r->ncolumns + 1, 1),
		.written = xcalloc(r->ncolumns + 1, 1),
		.version = -1,
		.tenant = -1,
	};
	buf_init(&m->notes);
	if (c && tenant->kind == TENANT_ONE && tenant->tenancy != TENANCY_SCHEMA) {
		m->tenant = (int)(c - r->columns);
		m->tenant_value = tenant->id;
	}
}

void import_map_release(struct import_map *m)
{
	free(m->used);
	free(m->written);
	VEC_RELEASE(&m->header);
	VEC_RELEASE(&m->match);
	buf_release(&m->notes);
}

/* ---- names ---- */

static int column_named(const struct relation *r, const char *name)
{
	const struct column *exact = relation_column(r, name);
	int found = MAP_UNKNOWN;

	if (exact)
		return (int)(exact - r->columns);
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (strcasecmp(r->columns[i].name, name) != 0)
			continue;
		if (found != MAP_UNKNOWN)
			return MAP_UNKNOWN; /* "Name" and "name": which one? */
		found = (int)i;
	}
	return found;
}

int import_map_name(const struct import_map *m, const char *name)
{
	size_t len = strlen(name);

	for (const char *const *w = m->words; w && *w; w++) {
		const char *eq = strrchr(*w, '=');

		if (eq && (size_t)(eq - *w) == len && strncasecmp(*w, name, len) == 0)
			return eq[1] ? column_named(m->relation, eq + 1) : MAP_IGNORED;
	}
	/* What souk itself puts before the columns of a rejects file. */
	if (strncmp(name, "souk_", 5) == 0)
		return MAP_IGNORED;
	return column_named(m->relation, name);
}

static bool unknown_name(const struct import_map *m, const char *where, const char *name,
			 struct err *err)
{
	const char **names = xcalloc(m->relation->ncolumns + 1, sizeof *names);

	for (size_t i = 0; i < m->relation->ncolumns; i++)
		names[i] = m->relation->columns[i].name;
	err_unknown(err, "column", name, names);
	err->kind = ERR_USAGE;
	free(names);
	free(err->what);
	err->what = xstrdup(where);
	return err_hint(err, "--map '%s=COLUMN' names its column, --map '%s=' leaves it out",
			name, name);
}

/* Does every --map name something of both sides? */
static bool words_fit(const struct import_map *m, const char *const *names, size_t n,
		      struct err *err)
{
	for (const char *const *w = m->words; w && *w; w++) {
		const char *eq = strrchr(*w, '=');
		bool found = false;

		if (!eq || eq == *w)
			return err_set(err, ERR_USAGE, *w, "--map wants NAME=COLUMN");
		if (eq[1] && column_named(m->relation, eq + 1) < 0)
			return unknown_name(m, "--map", eq + 1, err);
		for (size_t i = 0; i < n && !found; i++)
			found = strlen(names[i]) == (size_t)(eq - *w) &&
				strncasecmp(*w, names[i], (size_t)(eq - *w)) == 0;
		if (!found) {
			char *name = xstrndup(*w, (size_t)(eq - *w));

			err_unknown(err, "name in the file", name, names);
			err->kind = ERR_USAGE;
			free(name);
			return false;
		}
	}
	return true;
}

/* ---- columns ---- */

static void note(struct import_map *m, const struct column *c, const char *why)
{
	buf_addf(&m->notes, "%s%s is not written (%s)", m->notes.len ? ", " : "", c->name, why);
}

static void use_column(struct import_map *m, int i)
{
	const struct column *c = &m->relation->columns[i];
	const struct relation_profile *p = record_plan_profile(m->plan);

	m->used[i] = 1;
	if (m->tenant == i)
		m->tenant = -1; /* the file says it itself */
	if (c->generated)
		note(m, c, "generated");
	else if (c->attnum == p->version_attnum && p->version_attnum)
		m->version = i;
	else if (c->attnum == p->updated_at_attnum && p->updated_at_attnum)
		note(m, c, "kept by the server");
	else if (!(c->rights & (RIGHT_INSERT | RIGHT_UPDATE)))
		note(m, c, "no right");
	else
		m->written[i] = 1;
}

static bool take_name(struct import_map *m, const char *name, const char *place, size_t at,
		      struct err *err)
{
	char *where = xasprintf("%s: column %zu", place, at + 1);
	int i = *name ? import_map_name(m, name) : MAP_UNKNOWN;
	bool ok = true;

	if (!*name)
		ok = err_set(err, ERR_USAGE, where, "the header has no name here");
	else if (i == MAP_UNKNOWN)
		ok = unknown_name(m, where, name, err);
	else if (i >= 0 && m->used[i])
		ok = err_set(err, ERR_USAGE, where, "the column %s stands twice in the header",
			     m->relation->columns[i].name);
	if (ok && i >= 0)
		use_column(m, i);
	*VEC_PUSH(&m->header) = i;
	free(where);
	return ok;
}

/* ---- the key ---- */

static bool try_columns(struct import_map *m, const int *columns, size_t n)
{
	VEC_CLEAR(&m->match);
	for (size_t i = 0; i < n; i++) {
		if (columns[i] < 0 || (!m->used[columns[i]] && columns[i] != m->tenant)) {
			VEC_CLEAR(&m->match);
			return false;
		}
		*VEC_PUSH(&m->match) = columns[i];
	}
	/* The scope alone is no key. */
	if (m->match.len == 1 && m->match.v[0] == m->tenant)
		VEC_CLEAR(&m->match);
	return m->match.len > 0;
}

static bool try_index(struct import_map *m, const struct index *x)
{
	int columns[32];

	if (!x->unique || !x->valid || x->nkeys > ARRAY_SIZE(columns))
		return false;
	for (size_t i = 0; i < x->nkeys; i++) {
		const struct column *c = relation_attnum(m->relation, x->columns[i]);

		columns[i] = c ? (int)(c - m->relation->columns) : -1;
	}
	return try_columns(m, columns, x->nkeys);
}

static bool key_given(struct import_map *m, const char *const *key, struct err *err)
{
	int columns[32];
	size_t n = 0;

	for (; key[n] && n < ARRAY_SIZE(columns); n++) {
		columns[n] = column_named(m->relation, key[n]);
		if (columns[n] < 0)
			return unknown_name(m, "--key", key[n], err);
		if (!m->used[columns[n]] && columns[n] != m->tenant)
			return err_set(err, ERR_USAGE, key[n],
				       "is to find the row, but the file does not have it");
	}
	m->match_name = "--key";
	return try_columns(m, columns, n);
}

static void key_learn(struct import_map *m)
{
	const struct column *const *key = record_plan_key(m->plan);
	int columns[32];
	size_t n = 0;

	for (; key[n] && n < ARRAY_SIZE(columns); n++)
		columns[n] = (int)(key[n] - m->relation->columns);
	m->match_name = "the key";
	if (try_columns(m, columns, n))
		return;
	/* Of all rows first, then of some ("WHERE deleted_at IS NULL"). */
	for (int partial = 0; partial < 2; partial++)
		for (size_t i = 0; i < m->relation->nindexes; i++) {
			const struct index *x = &m->relation->indexes[i];

			m->match_name = x->name;
			m->predicate = x->predicate;
			if ((x->predicate != NULL) == partial && try_index(m, x))
				return;
		}
	m->match_name = m->predicate = NULL;
}

/* Without a key every record is new, and needs what a new one needs. */
static bool nothing_missing(const struct import_map *m, const char *place, struct err *err)
{
	struct buf missing = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; !m->match.len && i < m->relation->ncolumns; i++) {
		const struct column *c = &m->relation->columns[i];

		if (m->used[i] || (int)i == m->tenant || !c->not_null || c->default_expr ||
		    c->identity || c->generated)
			continue;
		buf_addf(&missing, "%s%s", n++ ? ", " : "", c->name);
	}
	if (n) {
		err_set(err, ERR_USAGE, place,
			"the header lacks %s, which a new record needs: %s",
			n > 1 ? "columns" : "a column", missing.data);
		err_hint(err, "a file that changes records needs the columns of a key instead");
	}
	buf_release(&missing);
	return !n;
}

bool import_map_names(struct import_map *m, const char *const *names, size_t n,
		      const char *place, const struct import_words *words, struct err *err)
{
	bool written = false;

	for (size_t i = 0; i < n; i++)
		if (!take_name(m, names[i], place, i, err))
			return false;
	if (!words_fit(m, names, n, err))
		return false;
	for (size_t i = 0; i < m->relation->ncolumns; i++)
		written = written || m->written[i];
	if (!written)
		return err_set(err, ERR_USAGE, place, "has no column that could be written");
	if (words->key && words->key[0]) {
		if (!key_given(m, words->key, err))
			return err->kind != ERR_NONE
				       ? false
				       : err_set(err, ERR_USAGE, "--key", "finds no row");
	} else {
		key_learn(m);
	}
	return nothing_missing(m, place, err);
}
