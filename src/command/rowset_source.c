/* SPDX-License-Identifier: MIT */
/*
 * rowset_source.c - what is paged through.  A screen with a query needs no catalog for its
 * first page: the columns come from the query's header, the key from the screen file, the types
 * from the reply; what the catalog knows better is taken over when it arrives.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "command/vars.h"
#include "rowset_priv.h"
#include "domain/pgtype.h"

enum {
	USUAL_CUT = 120,
	UTF8_LONGEST = 4,
	/* Of a sort column: few values are longer, and a page goes on from whole ones. */
	SORT_CUT = 1000,
};

/* sql/queries/scratch.sql: what the person writes. */
static const char scratch[] = "scratch";

/* ---- columns ---- */

int source_find(const struct rowset *r, const char *name)
{
	for (size_t i = 0; i < r->cols.len; i++)
		if (strcmp(r->cols.v[i].def.name, name) == 0)
			return (int)i;
	return -1;
}

static const struct screen_column *screen_column_of(const struct screendef *def,
						    const char *name)
{
	for (size_t i = 0; i < def->ncolumns; i++)
		if (strcmp(def->columns[i].name, name) == 0)
			return &def->columns[i];
	return NULL;
}

/* A screen speaks in words; a bare relation and a person's own SQL in the names that they have.
 */
static void give_title(struct rowset *r, struct screen_column *col)
{
	struct buf words = BUF_INIT;

	if (col->title)
		return;
	col->title = col->name;
	if (!r->query || source_is_scratch(r))
		return;
	column_words(&words, col->name);
	if (words.len)
		col->title = arena_strdup(r->arena, words.data);
	buf_release(&words);
}

/* Said again in each row of one tenant's: the header tells it. */
static bool told_by_scope(const struct rowset *r, const struct screen_column *def)
{
	return def->tenant && session_tenant(r->session)->kind == TENANT_ONE &&
	       !session_tenant_schema(r->session);
}

void source_scope(struct rowset *r)
{
	for (size_t i = 0; i < r->cols.len; i++) {
		struct screen_column *c = &r->cols.v[i].def;
		const struct screen_column *def = screen_column_of(r->def, c->name);

		if (def)
			c->hidden = def->hidden || told_by_scope(r, def);
	}
}

static size_t add_column(struct rowset *r, const char *name, bool hidden)
{
	const struct screen_column *def = screen_column_of(r->def, name);
	struct rowset_col col = { .type = "" };

	if (def) {
		col.def = *def;
		col.def.hidden |= told_by_scope(r, def);
	} else {
		col.def.name = arena_strdup(r->arena, name);
		col.def.hidden = hidden;
	}
	give_title(r, &col.def);
	*VEC_PUSH(&r->cols) = col;
	types_of(r, r->cols.len - 1);
	return r->cols.len - 1;
}

/* Does the base have it, as far as is known without asking? */
bool source_may_have(const struct rowset *r, const char *name)
{
	if (r->query && r->query->columns[0]) {
		for (size_t i = 0; r->query->columns[i]; i++)
			if (strcmp(r->query->columns[i], name) == 0)
				return true;
		return false;
	}
	if (!r->query && r->relation)
		return relation_column(r->relation, name);
	return r->all_columns || types_described(r, name);
}

/* The columns that the base has, as far as is known; NULL-terminated, the caller frees the list. */
static const char **known_columns(const struct rowset *r)
{
	VEC(const char *) names = VEC_INIT;

	for (size_t i = 0; r->query && r->query->columns[i]; i++)
		*VEC_PUSH(&names) = r->query->columns[i];
	for (size_t i = 0; !r->query && r->relation && i < r->relation->ncolumns; i++)
		*VEC_PUSH(&names) = r->relation->columns[i].name;
	for (size_t i = 0; names.len == 0 && i < r->described.len; i++)
		*VEC_PUSH(&names) = r->described.v[i].name;
	*VEC_PUSH(&names) = NULL;
	return names.v;
}

bool source_unknown_column(const struct rowset *r, const char *name, struct err *err)
{
	const char **names = known_columns(r);

	err_unknown(err, "column", name, names);
	err->kind = ERR_USAGE;
	free(names);
	return false;
}

size_t source_named_at(const struct rowset *r, const char *text, const char *ends)
{
	const char **names = known_columns(r);
	size_t longest = 0;

	for (size_t i = 0; names[i]; i++) {
		size_t len = strlen(names[i]);

		if (len > longest && strncmp(text, names[i], len) == 0 &&
		    (!text[len] || strchr(ends, text[len])))
			longest = len;
	}
	free(names);
	return longest;
}

int source_column(struct rowset *r, const char *name, struct err *err)
{
	int i = source_find(r, name);

	if (i < 0 && !source_may_have(r, name)) {
		source_unknown_column(r, name, err);
		return -1;
	}
	return i < 0 ? (int)add_column(r, name, true) : i;
}

/* The columns that {…} in a template names. */
static void add_template_columns(struct rowset *r, const char *text)
{
	for (const char *s = text ? strchr(text, '{') : NULL; s; s = strchr(s, '{')) {
		size_t len = strcspn(++s, "}");
		char *name = xstrndup(s, len);
		if (s[len] && source_find(r, name) < 0 && source_may_have(r, name))
			add_column(r, name, true);
		free(name);
	}
}

static void add_shown_columns(struct rowset *r)
{
	const struct screendef *def = r->def;

	/* A grid shows what its file lists; of a record everything is shown. */
	for (size_t i = 0; i < def->ncolumns && def->kind != SCREEN_DETAIL; i++)
		add_column(r, def->columns[i].name, false);
	if (r->cols.len > 0)
		return;
	for (size_t i = 0; r->query && r->query->columns[i]; i++)
		add_column(r, r->query->columns[i], false);
	for (size_t i = 0; !r->query && i < r->relation->ncolumns; i++)
		if (r->relation->columns[i].rights & RIGHT_SELECT)
			add_column(r, r->relation->columns[i].name, false);
	r->all_columns = r->cols.len == 0;
}

static void add_key_column(struct rowset *r, const char *name)
{
	int i = source_find(r, name);

	*VEC_PUSH(&r->key) = i < 0 ? add_column(r, name, true) : (size_t)i;
}

/* No column of a materialized view is NOT NULL: of its unique index rows with a NULL may be
 * alike, and then their places tell them apart.  They stay where they are until it is
 * refreshed, and those of a table do not. */
static void add_loose_key(struct rowset *r)
{
	const struct index *key =
		r->relation && !r->query ? relation_loose_key(r->relation) : NULL;

	if (!key || r->key.len > 0 ||
	    (!key->nulls_not_distinct && r->relation->kind != RELATION_MATVIEW))
		return;
	for (size_t i = 0; i < key->nkeys; i++)
		add_key_column(r, relation_attnum(r->relation, key->columns[i])->name);
	if (!key->nulls_not_distinct)
		add_key_column(r, "ctid");
	r->loose_key = true;
}

static void add_key(struct rowset *r)
{
	const struct index *key =
		r->relation && !r->query ? relation_read_key(r->relation) : NULL;

	for (size_t i = 0; r->def->key && r->def->key[i]; i++)
		add_key_column(r, r->def->key[i]);
	for (size_t i = 0; r->key.len == 0 && key && i < key->nkeys; i++)
		add_key_column(r, relation_attnum(r->relation, key->columns[i])->name);
	add_loose_key(r);
}

static void add_columns(struct rowset *r)
{
	const struct screendef *def = r->def;

	add_shown_columns(r);
	if (!r->all_columns)
		add_key(r);
	add_template_columns(r, def->enter);
	for (size_t i = 0; i < def->nkeys; i++)
		add_template_columns(r, def->keys[i].run);
	for (size_t i = 0; i < def->npanes; i++)
		add_template_columns(r, def->panes[i].where);
}

void source_name_all(struct rowset *r)
{
	for (size_t i = 0; i < r->described.len; i++)
		add_column(r, r->described.v[i].name, false);
	r->all_columns = false;
	add_key(r);
}

bool source_is_key(const struct rowset *r, size_t col)
{
	for (size_t i = 0; i < r->key.len; i++)
		if (r->key.v[i] == col)
			return true;
	return false;
}

static bool is_sorted_by(const struct rowset *r, size_t col)
{
	for (size_t i = 0; i < r->ask.sort.len; i++)
		if (r->ask.sort.v[i].col == col)
			return true;
	return false;
}

static bool is_json(uint32_t type)
{
	return type == PGTYPE_JSON || type == PGTYPE_JSONB;
}

bool source_counts_bytes(const struct rowset *r)
{
	const struct db_session *s = db_session(session_db(r->session));

	return s && s->encoding && strcmp(s->encoding, "SQL_ASCII") == 0;
}

/* What its format reads to show it must be there to its end. */
static bool is_read(const struct rowset_col *c)
{
	const char *format = c->def.format;

	return format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0;
}

int source_cut(const struct rowset *r, size_t col, bool *binary)
{
	const struct rowset_col *c = &r->cols.v[col];

	bool sorted = is_sorted_by(r, col);
	int cut = c->wanted > 0	     ? c->wanted
		  : c->def.width > 0 ? c->def.width
		  : c->def.max > 0   ? c->def.max
				     : USUAL_CUT;

	*binary = c->type_oid == PGTYPE_BYTEA;
	/* Keys must be whole; so is what is short anyway; and the beginning of an array or a
	 * document is none, from which a page could go on. */
	if (source_is_key(r, col) || (c->category && !pgtype_long(c->category)) ||
	    (sorted && c->category != 'S' && !*binary))
		return 0;
	/* Of a beginning of JSON nobody can tell how many keys it has. */
	if (c->wanted > 0 && is_json(c->type_oid) && cut < USUAL_CUT)
		return USUAL_CUT;
	cut = (sorted || is_read(c)) && cut < SORT_CUT ? SORT_CUT : cut;
	return !*binary && source_counts_bytes(r) ? cut * UTF8_LONGEST : cut;
}

/* ---- the relation ---- */

static void find_relation(struct rowset *r)
{
	const struct catalog *c = session_catalog(r->session);
	struct err err = ERR_INIT;

	r->relation = c && r->def->relation
			      ? session_relation(r->session, r->def->relation, &err)
			      : NULL;
	err_release(&err);
}

void source_catalog(struct rowset *r)
{
	find_relation(r);
	types_refresh(r);
}

/* ---- the base ---- */

/* What was not found has an empty value in the profile, and a sentence that says so. */
static bool missing_part(const struct rowset *r, struct err *err)
{
	const struct profile *p = session_profile(r->session);

	for (size_t i = 0; p && i < profile_items(p); i++) {
		const struct profile_item *item = profile_item_at(p, i);
		char *named = xasprintf("\"%s\"", item->key);
		bool meant = !*item->value && strstr(err->why, named);

		free(named);
		if (meant)
			return err_set(err, ERR_FAILED, r->def->name, "%s", item->evidence);
	}
	return false;
}

/* It names nothing that the profile knows. */
static bool is_plain(const struct sqlquery *q)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	bool plain = sql_expand(&text, q->text, NULL, 0, &err);

	buf_release(&text);
	err_release(&err);
	return plain;
}

static bool expand(const struct rowset *r, struct buf *out, struct err *err)
{
	const struct vars *known;
	const struct sqlvar *vars;
	size_t n;

	/* What the database knows of itself costs more to tell than a page does to show. */
	if (is_plain(r->query))
		return sql_expand(out, r->query->text, NULL, 0, err);
	known = session_vars(r->session);
	vars = vars_list(known, &n);
	if (sql_expand(out, r->query->text, vars, n, err))
		return true;
	if (vars_outboxes(known) && !vars_outbox(known) && strstr(err->why, "outbox"))
		return err_set(err, ERR_FAILED, r->def->name, "%s",
			       outboxes_none(vars_outboxes(known)));
	return missing_part(r, err);
}

static int server_version(const struct rowset *r)
{
	const struct db_session *s = db_session(session_db(r->session));

	return s ? s->server_version : 0;
}

static const struct sqlquery *find_query(const struct rowset *r)
{
	return sqlset_find(session_sql(r->session), r->def->query, server_version(r));
}

/* Before there is a connection nothing tells which of its forms the server takes. */
static bool form_unknown(const struct rowset *r, const struct sqlquery *newest)
{
	return server_version(r) == 0 &&
	       newest != sqlset_find(session_sql(r->session), r->def->query, 1);
}

bool source_is_scratch(const struct rowset *r)
{
	return r->def->query && strcmp(r->def->query, scratch) == 0;
}

bool source_needs_catalog(const struct rowset *r)
{
	const struct sqlquery *q = r->def->query ? find_query(r) : NULL;

	if (session_profile(r->session))
		return false;
	if (!r->def->query || session_tenant(r->session)->kind == TENANT_ONE ||
	    session_wanted_tenant(r->session) || form_unknown(r, q))
		return true;
	return q && strcmp(q->name, scratch) != 0 && !is_plain(q);
}

static void trim_statement(struct buf *text)
{
	buf_trim(text);
	while (text->len > 0 && text->data[text->len - 1] == ';') {
		buf_truncate(text, text->len - 1);
		buf_trim(text);
	}
}

/* ---- :sql ---- */

static const char *given_statement(const struct rowset *r)
{
	for (size_t i = 0; r->where[i]; i++)
		if (strncmp(r->where[i], "statement=", 10) == 0)
			return r->where[i] + 10;
	return NULL;
}

bool source_allows_raw(const struct rowset *r, struct err *err)
{
	const struct db_session *s = db_session(session_db(r->session));

	if (!s || !s->superuser || !session_production(r->session))
		return true;
	err_set(err, ERR_FAILED, "SQL",
		"a superuser on production may not run raw SQL from here");
	return err_hint(
		err,
		"READ ONLY is no wall for a superuser; connect as a role with fewer rights");
}

static bool scratch_base(struct rowset *r, struct buf *text, struct err *err)
{
	const char *statement = given_statement(r);
	struct sqlvar v = { "statement", statement };

	if (!statement)
		return err_set(err, ERR_USAGE, "sql", "what shall be run?");
	if (!source_allows_raw(r, err) || !sql_expand(text, r->query->text, &v, 1, err))
		return false;
	trim_statement(text);
	r->raw = xstrdup(text->data);
	return true;
}

static bool query_base(struct rowset *r, struct err *err)
{
	struct buf text = BUF_INIT, base = BUF_INIT;

	r->query = find_query(r);
	if (!r->query)
		return err_set(err, ERR_FAILED, r->def->name,
			       "there is no query \"%s\" for this server", r->def->query);
	if (strcmp(r->query->name, scratch) == 0 ? !scratch_base(r, &text, err)
						 : !expand(r, &text, err)) {
		buf_release(&text);
		return false;
	}
	r->of_server = r->def->scope == SCOPE_NONE && !r->raw && is_plain(r->query);
	trim_statement(&text);
	struct sqlvar v = { "text", text.data };
	sql_fragment(&base, session_sql(r->session), "page.query", &v, 1);
	r->base = buf_detach(&base);
	buf_release(&text);
	return true;
}

static bool relation_base(struct rowset *r, struct err *err)
{
	struct buf base = BUF_INIT;

	if (!r->def->relation)
		return err_set(err, ERR_FAILED, r->def->name,
			       "the screen has neither a query nor a relation");
	r->relation = session_relation(r->session, r->def->relation, err);
	if (!r->relation)
		return false;
	struct sqlvar v[] = { { "schema", r->relation->schema },
			      { "table", r->relation->name } };
	sql_fragment(&base, session_sql(r->session), "page.relation", v, ARRAY_SIZE(v));
	r->base = buf_detach(&base);
	return true;
}

void source_release(struct rowset *r)
{
	free(r->base);
	params_release(&r->base_params);
	VEC_RELEASE(&r->cols);
	VEC_RELEASE(&r->key);
	VEC_RELEASE(&r->described);
}

bool source_open(struct rowset *r, struct err *err)
{
	find_relation(r);
	if (r->def->query ? !query_base(r, err) : !relation_base(r, err))
		return false;
	add_columns(r);
	if (!r->query)
		source_catalog(r);
	/* Without a key there is nothing to go on from. */
	r->spooled = r->key.len == 0 && !(r->def->key && r->def->key[0]);
	return true;
}
