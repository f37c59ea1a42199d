/* SPDX-License-Identifier: MIT */
/*
 * record_sql.c - the statements of the save protocol, composed from sql/fragments/save.sql.
 *
 * A new value is a bare parameter in SET and VALUES, so the server judges it as an assignment:
 * a text too long for its column is refused, where an explicit cast would silently cut it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "domain/equal.h"
#include "domain/tenant_path.h"
#include "record_priv.h"

struct record_plan {
	struct catalog *catalog;
	const struct relation *relation;
	struct relation_profile profile; /* a copy: the profile may be learned anew meanwhile */
	unsigned char *masked;		 /* of it */
	struct tenant_path path;
	char *tenant;		   /* found by record_find_sql only if it is this one's; NULL */
	const struct column **key; /* NULL-terminated */
	enum guard_kind guard;
	bool xmin;
	const struct column *version;
	unsigned refs;
};

/* ---- the plan ---- */

static bool key_columns(struct record_plan *plan, const char *const *names, struct err *err)
{
	const struct relation *r = plan->relation;
	const struct index *index = relation_key(r);
	size_t n = 0;

	for (size_t i = 0; names && names[i]; i++)
		n++;
	if (!n && index)
		n = index->nkeys;
	plan->key = xcalloc(n + 1, sizeof *plan->key);
	for (size_t i = 0; i < n; i++) {
		plan->key[i] = names && names[0] ? relation_column(r, names[i])
						 : relation_attnum(r, index->columns[i]);
		if (!plan->key[i])
			return err_set(err, ERR_FAILED, r->name,
				       "has no column \"%s\" for its key",
				       names && names[0] ? names[i] : "");
	}
	if (!n) {
		err_set(err, ERR_FAILED, r->name,
			"has no key that names one row, so it cannot be edited");
		if (r->kind == RELATION_VIEW)
			return err_hint(err, "a screen of it can name the columns that do: "
					     "key = COLUMN… (man souk-screens)");
		return err_hint(
			err, "a primary key or a unique index over NOT NULL columns would do");
	}
	return true;
}

static bool editable(const struct relation *r, struct err *err)
{
	if (r->kind == RELATION_MATVIEW)
		return err_set(err, ERR_FAILED, r->name,
			       "is a materialized view: it only changes when it is refreshed");
	if (!relation_is_table(r) && !r->updatable)
		return err_set(
			err, ERR_FAILED, r->name,
			"cannot be updated: the view or foreign table does not allow it");
	return true;
}

struct record_plan *record_plan_new(const struct catalog *c, const struct profile *p,
				    oid relation, const char *const *key, struct err *err)
{
	struct record_plan *plan = xcalloc(1, sizeof *plan);
	const struct relation *r = catalog_relation(c, relation);

	plan->refs = 1;
	plan->catalog = catalog_ref(c);
	plan->relation = r;
	plan->profile = *profile_relation(p, relation);
	if (r && plan->profile.masked) {
		plan->masked = xmalloc(r->ncolumns);
		memcpy(plan->masked, plan->profile.masked, r->ncolumns);
		plan->profile.masked = plan->masked;
	}
	if (!editable(r, err) || !key_columns(plan, key, err)) {
		record_plan_free(&plan);
		return NULL;
	}
	plan->xmin = r->xmin_readable && relation_is_table(r);
	if (plan->profile.guard == GUARD_VERSION)
		plan->version = relation_attnum(r, plan->profile.version_attnum);
	plan->guard = plan->version ? GUARD_VERSION : plan->xmin ? GUARD_XMIN : GUARD_COLUMNS;
	return plan;
}

void record_plan_narrow(struct record_plan *plan, const struct profile *p, int tenancy,
			const char *tenant)
{
	if (!plan->tenant &&
	    tenant_path_find(&plan->path, plan->catalog, p, plan->relation, tenancy))
		plan->tenant = xstrdup(tenant);
}

struct record_plan *record_plan_ref(const struct record_plan *plan)
{
	struct record_plan *p = (struct record_plan *)(uintptr_t)plan;

	p->refs++;
	return p;
}

void record_plan_free(struct record_plan **pp)
{
	struct record_plan *plan = *pp;

	*pp = NULL;
	if (!plan || --plan->refs)
		return;
	catalog_free(&plan->catalog);
	free(plan->masked);
	free(plan->tenant);
	free(plan->key);
	free(plan);
}

const struct relation *record_plan_relation(const struct record_plan *plan)
{
	return plan->relation;
}

const struct relation_profile *record_plan_profile(const struct record_plan *plan)
{
	return &plan->profile;
}

const struct column *const *record_plan_key(const struct record_plan *plan)
{
	return (const struct column *const *)plan->key;
}

enum guard_kind record_plan_guard(const struct record_plan *plan)
{
	return plan->guard;
}

const char *record_plan_guard_text(const struct record_plan *plan)
{
	if (plan->version && plan->xmin)
		return "guarded by version and xmin";
	if (plan->version)
		return "guarded by version";
	if (plan->xmin)
		return "guarded by xmin";
	return "guarded by the old values of all columns";
}

/* ---- pieces ---- */

struct compose {
	struct buf *out;
	struct params *params;
	const struct sqlset *set;
	const struct record_plan *plan;
};

static void piece(const struct compose *c, struct buf *out, const char *name,
		  const char *column, int param)
{
	char number[16];
	struct sqlvar vars[] = { { "column", column }, { "param", number } };

	snprintf(number, sizeof number, "$%d", param);
	sql_fragment(out, c->set, name, vars, ARRAY_SIZE(vars));
}

/* The column becomes what another piece says. */
static void set_piece(const struct compose *c, struct buf *out, const char *column,
		      const char *value)
{
	const struct sqlvar vars[] = { { "column", column },
				       { "param", sqlset_fragment(c->set, value) } };

	sql_fragment(out, c->set, "save.set", vars, ARRAY_SIZE(vars));
}

static void separate(const struct compose *c, struct buf *out, const char *name)
{
	if (!out->len)
		return;
	sql_fragment(out, c->set, name, NULL, 0);
	buf_addc(out, ' ');
}

static void relation_name(const struct compose *c, struct buf *out)
{
	sql_qualified(out, c->plan->relation->schema, c->plan->relation->name);
}

static void condition_key(const struct compose *c, struct buf *out, const char *const *key)
{
	for (size_t i = 0; c->plan->key[i]; i++) {
		separate(c, out, "save.and");
		if (key[i])
			equal_param(out, c->set, "r", c->plan->key[i],
				    params_text(c->params, key[i]));
		else
			piece(c, out, "save.is_null", c->plan->key[i]->name, 0);
	}
}

static void condition_guard(const struct compose *c, struct buf *out, const struct record *base)
{
	bool guarded = (c->plan->version && base->version) || (c->plan->xmin && base->xmin);

	if (c->plan->version && base->version) {
		separate(c, out, "save.and");
		equal_param(out, c->set, "r", c->plan->version,
			    params_text(c->params, base->version));
	}
	if (c->plan->xmin && base->xmin) {
		separate(c, out, "save.and");
		piece(c, out, "save.is_xmin", NULL, params_text(c->params, base->xmin));
	}
	for (size_t i = 0; !guarded && i < base->n; i++) {
		separate(c, out, "save.and");
		piece(c, out, "save.same_text", base->fields[i].column->name,
		      params_text(c->params, base->fields[i].value));
	}
}

static void load_columns(const struct compose *c, struct buf *out)
{
	const struct relation *r = c->plan->relation;

	for (size_t i = 0; i < r->ncolumns; i++) {
		if (!(r->columns[i].rights & RIGHT_SELECT))
			continue;
		separate(c, out, "save.comma");
		piece(c, out, "save.column", r->columns[i].name, 0);
	}
	if (c->plan->version && (c->plan->version->rights & RIGHT_SELECT)) {
		separate(c, out, "save.comma");
		piece(c, out, "save.version", c->plan->version->name, 0);
	}
	if (c->plan->xmin) {
		separate(c, out, "save.comma");
		piece(c, out, "save.xmin", NULL, 0);
	}
}

/* What a write gives back: the key (the re-read brings the rest), and the version to see a
 * double bump. */
static void returned_columns(const struct compose *c, struct buf *out)
{
	for (size_t i = 0; c->plan->key[i]; i++) {
		if (!(c->plan->key[i]->rights & RIGHT_SELECT))
			continue;
		separate(c, out, "save.comma");
		piece(c, out, "save.returned", c->plan->key[i]->name, 0);
	}
	if (c->plan->version && (c->plan->version->rights & RIGHT_SELECT)) {
		bool in_key = false;

		for (size_t i = 0; c->plan->key[i]; i++)
			in_key = in_key || c->plan->key[i] == c->plan->version;
		if (!in_key) {
			separate(c, out, "save.comma");
			piece(c, out, "save.returned", c->plan->version->name, 0);
		}
	}
	if (!out->len)
		piece(c, out, "save.nothing", NULL, 0);
}

static void statement(const struct compose *c, const char *name, const struct sqlvar *vars,
		      size_t n)
{
	sql_fragment(c->out, c->set, name, vars, n);
}

/* ---- statements ---- */

/* columns of the one record under condition; takes both. */
static void load_statement(const struct compose *c, struct buf *columns, struct buf *condition)
{
	struct buf relation = BUF_INIT;

	relation_name(c, &relation);
	statement(c, "save.load",
		  (struct sqlvar[]){ { "columns", columns->data },
				     { "relation", relation.data },
				     { "condition", condition->data } },
		  3);
	buf_release(&relation);
	buf_release(columns);
	buf_release(condition);
}

static void load(const struct compose *c, const char *const *key, bool narrow)
{
	struct buf columns = BUF_INIT, condition = BUF_INIT;

	load_columns(c, &columns);
	condition_key(c, &condition, key);
	if (narrow) {
		separate(c, &condition, "save.and");
		tenant_path_sql(&condition, c->set, &c->plan->path, "r",
				params_text(c->params, c->plan->tenant));
	}
	load_statement(c, &columns, &condition);
}

void record_load_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct record_plan *plan, const char *const *key)
{
	load(&(struct compose){ sql, params, set, plan }, key, false);
}

void record_find_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct record_plan *plan, const char *const *key)
{
	load(&(struct compose){ sql, params, set, plan }, key, plan->tenant != NULL);
}

void record_peek_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct record_plan *plan, const char *const *key)
{
	struct compose c = { sql, params, set, plan };
	struct buf columns = BUF_INIT, condition = BUF_INIT;

	if (plan->guard == GUARD_COLUMNS) {
		record_load_sql(sql, params, set, plan, key);
		return;
	}
	if (plan->version)
		piece(&c, &columns, "save.version", plan->version->name, 0);
	if (plan->xmin) {
		separate(&c, &columns, "save.comma");
		piece(&c, &columns, "save.xmin", NULL, 0);
	}
	condition_key(&c, &condition, key);
	load_statement(&c, &columns, &condition);
}

/* ---- when it was written ---- */

static bool among(const struct change *changes, size_t n, const struct column *c)
{
	for (size_t i = 0; i < n; i++)
		if (changes[i].column == c)
			return true;
	return false;
}

static void stamp_update(const struct compose *c, struct buf *sets,
			 const struct change *changes, size_t n)
{
	const struct relation *r = c->plan->relation;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *x = &r->columns[i];

		if (!record_plan_stamps(c->plan, x, false) || among(changes, n, x))
			continue;
		separate(c, sets, "save.comma");
		set_piece(c, sets, x->name, record_stamp_piece(x));
	}
}

static void stamp_insert(const struct compose *c, struct buf *names, struct buf *values,
			 const struct change *changes, size_t n)
{
	const struct relation *r = c->plan->relation;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *x = &r->columns[i];

		if (!record_plan_stamps(c->plan, x, true) || among(changes, n, x))
			continue;
		separate(c, names, "save.comma");
		separate(c, values, "save.comma");
		sql_ident(names, x->name);
		piece(c, values, record_stamp_piece(x), NULL, 0);
	}
}

void record_update_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		       const struct record_plan *plan, const struct record *base,
		       const struct change *changes, size_t n, bool bump)
{
	struct compose c = { sql, params, set, plan };
	struct buf relation = BUF_INIT, columns = BUF_INIT, condition = BUF_INIT,
		   sets = BUF_INIT;
	const char **key = record_key(base, plan);

	relation_name(&c, &relation);
	returned_columns(&c, &columns);
	for (size_t i = 0; i < n; i++) {
		separate(&c, &sets, "save.comma");
		if (changes[i].use_default)
			set_piece(&c, &sets, changes[i].column->name, "save.default");
		else
			piece(&c, &sets, "save.set", changes[i].column->name,
			      params_text(params, changes[i].value));
	}
	if (bump && plan->version) {
		separate(&c, &sets, "save.comma");
		piece(&c, &sets, "save.set_next", plan->version->name, 0);
	}
	stamp_update(&c, &sets, changes, n);
	condition_key(&c, &condition, key);
	condition_guard(&c, &condition, base);
	statement(&c, "save.update",
		  (struct sqlvar[]){ { "columns", columns.data },
				     { "relation", relation.data },
				     { "condition", condition.data },
				     { "changes", sets.data } },
		  4);
	free(key);
	buf_release(&relation);
	buf_release(&columns);
	buf_release(&condition);
	buf_release(&sets);
}

void record_insert_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		       const struct record_plan *plan, const struct change *changes, size_t n)
{
	struct compose c = { sql, params, set, plan };
	struct buf relation = BUF_INIT, columns = BUF_INIT, names = BUF_INIT, values = BUF_INIT;
	const char *name;

	relation_name(&c, &relation);
	returned_columns(&c, &columns);
	for (size_t i = 0; i < n; i++) {
		separate(&c, &names, "save.comma");
		separate(&c, &values, "save.comma");
		sql_ident(&names, changes[i].column->name);
		if (changes[i].use_default)
			piece(&c, &values, "save.default", NULL, 0);
		else
			buf_addf(&values, "$%d", params_text(params, changes[i].value));
	}
	stamp_insert(&c, &names, &values, changes, n);
	name = names.len ? "save.insert" : "save.insert_default";
	for (size_t i = 0; i < n; i++)
		if (changes[i].column->identity == 'a' && !changes[i].use_default)
			name = "save.insert_overriding";
	statement(&c, name,
		  (struct sqlvar[]){ { "columns", columns.data },
				     { "relation", relation.data },
				     { "names", names.data },
				     { "values", values.data } },
		  4);
	buf_release(&relation);
	buf_release(&columns);
	buf_release(&names);
	buf_release(&values);
}

void record_delete_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		       const struct record_plan *plan, const struct record *base)
{
	struct compose c = { sql, params, set, plan };
	struct buf relation = BUF_INIT, columns = BUF_INIT, condition = BUF_INIT;
	const char **key = record_key(base, plan);

	relation_name(&c, &relation);
	returned_columns(&c, &columns);
	condition_key(&c, &condition, key);
	condition_guard(&c, &condition, base);
	statement(&c, "save.delete",
		  (struct sqlvar[]){ { "columns", columns.data },
				     { "relation", relation.data },
				     { "condition", condition.data } },
		  3);
	free(key);
	buf_release(&relation);
	buf_release(&columns);
	buf_release(&condition);
}

/* ---- from replies ---- */

/* The guard stands behind the columns, whatever those are called. */
static int last_column(const struct reply *r, const char *name)
{
	for (size_t i = reply_columns(r); i-- > 0;)
		if (strcmp(reply_name(r, i), name) == 0)
			return (int)i;
	return -1;
}

void record_from_reply(struct record *out, const struct record_plan *plan,
		       const struct reply *r, size_t row)
{
	const struct relation *rel = plan->relation;
	int version = plan->version ? last_column(r, "souk version") : -1;
	int xmin = plan->xmin ? last_column(r, "souk xmin") : -1;
	struct record rec = { .fields = xcalloc(rel->ncolumns + 1, sizeof *rec.fields) };

	for (size_t i = 0; i < rel->ncolumns; i++) {
		int col = reply_column(r, rel->columns[i].name);

		if (col < 0)
			continue;
		rec.fields[rec.n++] = (struct record_field){
			.column = &rel->columns[i],
			.value = xstrdup_null(reply_text(r, row, (size_t)col)),
		};
	}
	if (version >= 0)
		rec.version = xstrdup_null(reply_text(r, row, (size_t)version));
	if (xmin >= 0)
		rec.xmin = xstrdup_null(reply_text(r, row, (size_t)xmin));
	record_release(out);
	*out = rec;
}

const char **record_key(const struct record *r, const struct record_plan *plan)
{
	size_t n = 0;
	const char **key;

	while (plan->key[n])
		n++;
	key = xcalloc(n + 1, sizeof *key);
	for (size_t i = 0; i < n; i++)
		key[i] = record_value(r, plan->key[i]->name);
	return key;
}

char *record_key_title(const struct record_plan *plan, const char *const *key)
{
	int tenant = plan->profile.tenant_attnum;
	const char **texts;
	struct buf out = BUF_INIT;
	size_t n = 0, used = 0;

	while (plan->key[n])
		n++;
	texts = xcalloc(n + 1, sizeof *texts);
	for (size_t i = 0; i < n; i++)
		if (plan->key[i]->attnum != tenant || n == 1)
			texts[used++] = key[i] ? key[i] : "";
	record_key_text(&out, texts);
	free(texts);
	return buf_detach(&out);
}
