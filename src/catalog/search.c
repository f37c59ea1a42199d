/* SPDX-License-Identifier: MIT */
/* Finding relations by name, columns, keys and indexes by what they are. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/deffile.h"
#include "catalog_priv.h"

bool relation_is_table(const struct relation *r)
{
	return r->kind == RELATION_TABLE || r->kind == RELATION_PARTITIONED;
}

const struct column *relation_column(const struct relation *r, const char *name)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (strcmp(r->columns[i].name, name) == 0)
			return &r->columns[i];
	}
	return NULL;
}

const struct column *relation_attnum(const struct relation *r, int attnum)
{
	/* Without dropped columns the place is the number. */
	if (attnum > 0 && (size_t)attnum <= r->ncolumns &&
	    r->columns[attnum - 1].attnum == attnum)
		return &r->columns[attnum - 1];
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (r->columns[i].attnum == attnum)
			return &r->columns[i];
	}
	return NULL;
}

static bool identifies(const struct relation *r, const struct index *ix, bool loosely)
{
	if (!ix->unique || !ix->valid || !ix->ready || ix->predicate)
		return false;
	for (size_t i = 0; i < ix->nkeys; i++) {
		const struct column *col = relation_attnum(r, ix->columns[i]);

		if (!col || (!loosely && !col->never_null && !ix->primary))
			return false;
	}
	return ix->nkeys > 0;
}

/* Smaller is better: the primary key, then those without two rows alike, few columns, public_id
 * last. */
static size_t key_cost(const struct relation *r, const struct index *ix)
{
	const struct column *col = relation_attnum(r, ix->columns[0]);
	size_t alike = ix->nulls_not_distinct || identifies(r, ix, false) ? 0 : 1000;

	if (ix->primary)
		return 0;
	return alike + 2 * ix->nkeys +
	       (ix->nkeys == 1 && strcmp(col->name, "public_id") == 0);
}

bool index_has(const struct index *ix, int attnum)
{
	for (size_t i = 0; ix && i < ix->nkeys; i++) {
		if (ix->columns[i] == attnum)
			return true;
	}
	return false;
}

bool relation_refers(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		for (size_t k = 0; k < r->references[i]->n; k++) {
			if (r->references[i]->from_columns[k] == attnum)
				return true;
		}
	}
	return false;
}

static bool may_read(const struct relation *r, const struct index *ix)
{
	for (size_t i = 0; i < ix->nkeys; i++) {
		const struct column *c = relation_attnum(r, ix->columns[i]);

		if (!c || !(c->rights & RIGHT_SELECT))
			return false;
	}
	return true;
}

static const struct index *best_key(const struct relation *r, bool readable, bool loosely)
{
	const struct index *best = NULL;

	for (size_t i = 0; !r->stray_rows && i < r->nindexes; i++) {
		const struct index *ix = &r->indexes[i];

		if (identifies(r, ix, loosely) && (!readable || may_read(r, ix)) &&
		    (!best || key_cost(r, ix) < key_cost(r, best)))
			best = ix;
	}
	return best;
}

const struct index *relation_key(const struct relation *r)
{
	return best_key(r, false, false);
}

const struct index *relation_read_key(const struct relation *r)
{
	return best_key(r, true, false);
}

const struct index *relation_loose_key(const struct relation *r)
{
	return best_key(r, true, true);
}

bool relation_repeats_key(const struct relation *child, const struct relation *r)
{
	const struct index *key = relation_key(r);
	bool found = !key;

	for (size_t i = 0; !found && i < child->nindexes; i++) {
		const struct index *ix = &child->indexes[i];
		size_t same = 0;

		for (size_t k = 0; ix->nkeys == key->nkeys && k < key->nkeys; k++) {
			const struct column *a = relation_attnum(child, ix->columns[k]);
			const struct column *b = relation_attnum(r, key->columns[k]);

			same += a && b && strcmp(a->name, b->name) == 0;
		}
		found = same == key->nkeys && identifies(child, ix, false);
	}
	return found;
}

const struct index *relation_index_leading(const struct relation *r, const int *attnums,
					   size_t n)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *ix = &r->indexes[i];

		if (strcmp(ix->method, "btree") == 0 && ix->valid && !ix->predicate &&
		    ix->nkeys >= n && memcmp(ix->columns, attnums, n * sizeof *attnums) == 0)
			return ix;
	}
	return NULL;
}

/* Split schema.name by SQL's rules: quoted parts as written, others folded to lower case.  How many
 * parts there are: a bare name is in schema; 0: it is none. */
static int split_name(const char *text, struct buf *schema, struct buf *name)
{
	struct buf *part = schema;

	for (int i = 0; i < 2; i++, part = name) {
		if (*text == '"') {
			for (text++; *text && (*text != '"' || *++text == '"'); text++)
				buf_addc(part, *text);
		} else {
			for (; *text && *text != '.'; text++)
				buf_addc(part,
					 *text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
		}
		if (*text != '.')
			return *text ? 0 : i + 1;
		text++;
	}
	return 0;
}

static size_t path_rank(const struct catalog *c, const char *schema)
{
	size_t i = 0;

	for (; c->search_path && c->search_path[i]; i++) {
		const char *name = c->search_path[i];

		if (strcmp(name, "$user") == 0)
			name = c->current_role;
		if (strcmp(name, schema) == 0)
			return i;
	}
	return SIZE_MAX;
}

const struct relation *catalog_named(const struct catalog *c, const char *schema,
				     const char *name)
{
	size_t lo = 0, hi = c->nrelations;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct relation *r = &c->relations[mid];
		int order = strcmp(r->schema, schema);

		if (order == 0)
			order = strcmp(r->name, name);
		if (order == 0)
			return r;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static bool none_found(const struct catalog *c, const char *name, struct err *err)
{
	const char **words = xcalloc(c->nrelations + 1, sizeof *words);
	const char *near;

	for (size_t i = 0; i < c->nrelations; i++)
		words[i] = c->relations[i].name;
	near = nearest_word(name, words);
	err_set(err, ERR_USAGE, name, "there is no such relation");
	if (near)
		err_hint(err, "did you mean \"%s\"?", near);
	free(words);
	return false;
}

/* Candidates of one bare name; the one whose schema comes first in the search path wins. */
static const struct relation *find_bare(const struct catalog *c, const char *name,
					struct err *err)
{
	const struct relation *best = NULL, *second = NULL;

	for (size_t i = 0; i < c->nrelations; i++) {
		const struct relation *r = &c->relations[i];

		if (strcmp(r->name, name) != 0)
			continue;
		if (!best || path_rank(c, r->schema) < path_rank(c, best->schema)) {
			second = best;
			best = r;
		} else {
			second = r;
		}
	}
	if (!best) {
		none_found(c, name, err);
	} else if (second && path_rank(c, best->schema) == SIZE_MAX) {
		err_set(err, ERR_USAGE, name, "is in several schemas");
		err_hint(err, "say %s.%s or %s.%s", best->schema, best->name, second->schema,
			 second->name);
		best = NULL;
	}
	return best;
}

bool catalog_has_name(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < c->nrelations; i++)
		if (strcmp(c->relations[i].name, name) == 0)
			return true;
	return false;
}

const struct relation *catalog_written(const struct catalog *c, const char *text)
{
	const struct relation *found = NULL;

	for (const char *dot = strchr(text, '.'); dot && !found; dot = strchr(dot + 1, '.')) {
		char *schema = xstrndup(text, (size_t)(dot - text));

		found = catalog_named(c, schema, dot + 1);
		free(schema);
	}
	return found;
}

const struct relation *catalog_find_from(const struct catalog *c, const char *schema,
					 const char *name, struct err *err)
{
	const struct relation *found = schema ? catalog_named(c, schema, name) : NULL;
	struct buf folded = BUF_INIT, none = BUF_INIT;

	if (schema && !found && split_name(name, &folded, &none) == 1 && folded.len)
		found = catalog_named(c, schema, folded.data);
	buf_release(&folded);
	buf_release(&none);
	return found ? found : catalog_find(c, name, err);
}

const struct relation *catalog_find(const struct catalog *c, const char *name, struct err *err)
{
	struct buf schema = BUF_INIT, rel = BUF_INIT;
	/* As it is, first: people copy it from a screen, where it stands unquoted. */
	const struct relation *found = catalog_written(c, name);
	int parts = split_name(name, &schema, &rel);

	if (found) {
		;
	} else if (parts == 2) {
		found = catalog_named(c, schema.data, rel.data);
		if (!found)
			none_found(c, rel.data, err);
	} else if (parts == 1 || !strchr(name, '.')) {
		found = find_bare(c, catalog_has_name(c, name) ? name : schema.data, err);
	} else {
		err_set(err, ERR_USAGE, name, "is not the name of a relation");
	}
	buf_release(&schema);
	buf_release(&rel);
	return found;
}

/* Where its arguments begin: at the first parenthesis outside of quotes. */
static size_t bare_length(const char *text)
{
	bool quoted = false;
	size_t i = 0;

	for (; text[i] && (quoted || text[i] != '('); i++)
		quoted ^= text[i] == '"';
	return i;
}

static bool called(const struct function *f, const char *name, const struct buf *schema,
		   const struct buf *bare)
{
	size_t len = strlen(f->schema);

	if (strcmp(f->name, name) == 0)
		return true;
	if (strncmp(f->schema, name, len) == 0 && name[len] == '.' &&
	    strcmp(f->name, name + len + 1) == 0)
		return true;
	if (bare->len)
		return strcmp(f->schema, schema->data) == 0 && strcmp(f->name, bare->data) == 0;
	return schema->len && strcmp(f->name, schema->data) == 0;
}

const struct function *catalog_function_called(const struct catalog *c, const char *text,
					       size_t *at)
{
	struct buf schema = BUF_INIT, bare = BUF_INIT;
	size_t len = bare_length(text), end = strlen(text);
	char *name = xstrndup(text, len);
	char *arguments = end > len && text[end - 1] == ')'
				  ? xstrndup(text + len + 1, end - len - 2)
				  : NULL;
	const struct function *found = NULL;

	split_name(name, &schema, &bare);
	while (!found && *at < c->nfunctions) {
		const struct function *f = &c->functions[(*at)++];

		if (called(f, name, &schema, &bare) &&
		    (!arguments || strcmp(arguments, f->arguments) == 0))
			found = f;
	}
	buf_release(&schema);
	buf_release(&bare);
	free(arguments);
	free(name);
	return found;
}
