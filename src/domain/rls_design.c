/* SPDX-License-Identifier: MIT */
/*
 * Design lints of a multi-tenant commerce schema that the catalog can decide.
 */
#include <stdlib.h>
#include <string.h>

#include "rls_priv.h"

enum { WIDE = 40 };

static bool name_ends(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n >= e && strcmp(name + n - e, end) == 0;
}

/* A word of a name in snake or camel case. */
static bool has_part(const char *name, const char *part)
{
	size_t n = strlen(part);

	for (const char *s = name; (s = strstr(s, part)) != NULL; s++)
		if ((s == name || s[-1] == '_') && (s[n] == '\0' || s[n] == '_' || s[n] == 's'))
			return true;
	return false;
}

static void rule_money(struct judge *j, const struct table *t, const struct column *c)
{
	static const char *const words[] = { "price", "cost", "amount",	  "total", "subtotal",
					     "tax",   "fee",  "discount", NULL };
	struct subject s = { .relation = t->r, .policy = c->name };
	bool money = false;
	struct finding *f;

	for (size_t i = 0; words[i]; i++)
		money = money || has_part(c->name, words[i]);
	if (!money ||
	    (strcmp(c->type, "real") != 0 && strcmp(c->type, "double precision") != 0 &&
	     strcmp(c->type, "money") != 0))
		return;
	f = judge_find(j, RULE_L14, &s, "%s is money in %s, which rounds", c->name, c->type);
	judge_fix(j, "column_type",
		  &(struct fix){
			  .relation = t->r, .column = c->name, .object = "numeric(12,2)" });
	if (f)
		f->policy = NULL;
	judge_fixed(j, f);
}

static void rule_time(struct judge *j, const struct table *t, const struct column *c)
{
	struct subject s = { .relation = t->r, .policy = c->name };
	struct finding *f;

	if (strncmp(c->type, "timestamp", 9) != 0 || !strstr(c->type, "without"))
		return;
	f = judge_find(j, RULE_L15, &s,
		       "%s has no time zone: what it means depends on who wrote it", c->name);
	judge_fix(j, "column_type",
		  &(struct fix){ .relation = t->r,
				 .column = c->name,
				 .object = "timestamp with time zone" });
	if (f)
		f->policy = NULL;
	judge_fixed(j, f);
}

static bool is_referenced_out(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nreferences; i++)
		for (size_t c = 0; c < r->references[i]->n; c++)
			if (r->references[i]->from_columns[c] == attnum)
				return true;
	return false;
}

/* x_id where a relation x or xs with a key of that type exists here: elsewhere the name says
 * nothing. */
static const struct relation *would_reference(struct judge *j, const struct table *t,
					      const struct column *c)
{
	struct buf name = BUF_INIT;
	const struct relation *found = NULL;

	if (!name_ends(c->name, "_id") || strcmp(c->name, t->tenant ? t->tenant : "") == 0)
		return NULL;
	buf_add(&name, c->name, strlen(c->name) - 3);
	buf_addc(&name, 's');
	const struct relation *r = map_get(j->names, name.data);
	const struct index *key = r && relation_is_table(r) ? relation_key(r) : NULL;

	for (size_t i = 0; key && i < key->nkeys; i++) {
		const struct column *k = relation_attnum(r, key->columns[i]);

		if (k && strcmp(k->name, "id") == 0 && k->type_oid == c->type_oid)
			found = r;
	}
	buf_release(&name);
	return found != t->r ? found : NULL;
}

static void rule_no_foreign_key(struct judge *j, const struct table *t, const struct column *c)
{
	const struct relation *to =
		is_referenced_out(t->r, c->attnum) ? NULL : would_reference(j, t, c);
	struct subject s = { .relation = t->r, .policy = c->name };
	struct finding *f;

	if (!to)
		return;
	f = judge_find(j, RULE_L03, &s, "%s looks like a key of %s, and no foreign key says so",
		       c->name, judge_name(j, to));
	if (f) {
		struct fix v = { .relation = t->r };
		struct buf own = BUF_INIT, object = BUF_INIT;

		sql_ident(&own, c->name);
		sql_qualified(&object, to->schema, to->name);
		v.name = arena_printf(j->arena, "%.40s_%.20s_fkey", t->r->name, c->name);
		v.other = own.data;
		v.object = object.data;
		v.condition = "id";
		v.tail = " ON DELETE RESTRICT"; /* not SQL */
		judge_choose(j, f, "if it is one, and no row is without its parent",
			     "add_foreign_key", &v);
		f->policy = NULL;
		buf_release(&own);
		buf_release(&object);
	}
}

static void rule_audit_column(struct judge *j, const struct table *t, const struct column *c)
{
	struct subject s = { .relation = t->r, .policy = c->name };
	struct finding *f;

	if ((strcmp(c->name, "created_at") != 0 && strcmp(c->name, "updated_at") != 0) ||
	    (c->not_null && c->default_expr))
		return;
	f = judge_find(j, RULE_N05, &s, "%s %s", c->name,
		       c->not_null ? "has no default" : "may be null");
	judge_fix(j, "column_default_now",
		  &(struct fix){ .relation = t->r, .column = c->name });
	if (f)
		f->policy = NULL;
	judge_fixed(j, f);
}

static void rule_updated_at(struct judge *j, const struct table *t)
{
	enum { TRIGGER_ROW = 1, TRIGGER_BEFORE = 2, TRIGGER_UPDATE = 16 };
	struct subject s = { .relation = t->r };

	if (!relation_column(t->r, "updated_at") || t->r->is_partition)
		return;
	for (size_t i = 0; i < t->r->ntriggers; i++)
		if ((t->r->triggers[i].type &
		     (TRIGGER_ROW | TRIGGER_BEFORE | TRIGGER_UPDATE)) ==
		    (TRIGGER_ROW | TRIGGER_BEFORE | TRIGGER_UPDATE))
			return;
	judge_find(j, RULE_N06, &s,
		   "updated_at is kept by no BEFORE UPDATE trigger: it tells what writers "
		   "remember to say");
}

static bool index_begins(const struct relation *r, const struct foreign_key *k)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *x = &r->indexes[i];
		size_t hits = 0;

		if (!x->valid || x->nkeys < k->n)
			continue;
		for (size_t c = 0; c < k->n; c++)
			for (size_t p = 0; p < k->n; p++)
				hits += x->columns[p] == k->from_columns[c];
		if (hits == k->n)
			return true;
	}
	return false;
}

/* Where nobody may delete, no delete is slow. */
static bool may_vanish(const struct judge *j, oid parent)
{
	const struct table *t = judge_table(j, parent);
	const struct actor *a = t ? judge_reacher(j, t, RIGHT_DELETE) : NULL;

	return a && a->application;
}

static void add_names(struct buf *out, const struct relation *r, const int *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? ", " : "(");
		sql_ident(out, relation_attnum(r, columns[i])->name);
	}
	buf_addc(out, ')');
}

static void choose_on_delete(struct judge *j, const struct table *t,
			     const struct foreign_key *k, struct finding *f)
{
	static const char *const actions[][2] = {
		{ "a parent with children stays", " ON DELETE RESTRICT" }, /* not SQL */
		{ "its children go with it", " ON DELETE CASCADE" },	   /* not SQL */
	};
	const struct relation *to = catalog_relation(j->catalog, k->to);
	struct buf key = BUF_INIT;
	struct fix v = { .relation = t->r, .name = k->name };

	for (size_t i = 0; f && to && i < ARRAY_SIZE(actions); i++) {
		buf_clear(&key);
		buf_adds(&key, "FOREIGN KEY ");
		add_names(&key, t->r, k->from_columns, k->n);
		buf_adds(&key, " REFERENCES ");
		sql_qualified(&key, to->schema, to->name);
		buf_addc(&key, ' ');
		add_names(&key, to, k->to_columns, k->n);
		v.object = key.data;
		v.tail = actions[i][1];
		judge_choose(j, f, actions[i][0], "foreign_key_again", &v);
	}
	buf_release(&key);
}

/* A constraint that rows were not tried for, or that nothing checks at all. */
static struct finding *find_untried(struct judge *j, const struct subject *s, bool enforced,
					 const char *piece, const char *definition)
{
	struct finding *f = judge_find(j, RULE_N12, s,
				       enforced ? "%s was never validated"
						: "%s is not enforced: nothing checks it",
				       s->policy);

	if (!f)
		return NULL;
	judge_fix(j, piece,
		  &(struct fix){ .relation = s->relation,
				 .name = s->policy,
				 .object = definition });
	f->policy = NULL;
	judge_fixed(j, f);
	return f;
}

/* One that is not valid yet binds what is written from now on: a step on the way, as R85 takes
 * it. */
static void rule_checks(struct judge *j, const struct table *t)
{
	static const char mark[] = " NOT ENFORCED"; /* not SQL */

	for (size_t i = 0; i < t->r->nchecks; i++) {
		const struct check *k = &t->r->checks[i];
		struct subject s = { .relation = t->r, .policy = k->name };
		size_t len = strlen(k->definition);
		struct finding *f;

		if (k->validated || k->inherited)
			continue;
		if (!k->unenforced && (f = find_untried(j, &s, true, "validate", NULL)) != NULL)
			f->severity = SEVERITY_INFO;
		else if (k->unenforced && len > sizeof mark)
			find_untried(j, &s, false, "enforce_check",
				     arena_printf(j->arena, "%.*s",
						  (int)(len + 1 - sizeof mark),
						  k->definition));
	}
}

static void rule_foreign_keys(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		struct subject s = { .relation = t->r, .policy = k->name };
		struct buf columns = BUF_INIT;
		struct finding *f;

		if (k->inherited)
			continue;
		if (k->on_delete == 'a' &&
		    (f = judge_find(j, RULE_L10, &s, "%s does not say what happens on DELETE",
				    k->name))) {
			choose_on_delete(j, t, k, f);
			f->policy = NULL;
		}
		if (!k->validated)
			find_untried(j, &s, !k->unenforced, k->unenforced ? "enforce" : "validate",
				     NULL);
		if (!index_begins(t->r, k) && may_vanish(j, k->to) &&
		    (f = judge_find(j, RULE_X06, &s,
				    "no index serves %s: a delete there reads this table",
				    k->name))) {
			for (size_t c = 0; c < k->n; c++) {
				buf_adds(&columns, c ? ", " : "");
				sql_ident(&columns,
					  relation_attnum(t->r, k->from_columns[c])->name);
			}
			judge_fix_index(j, t->r, columns.data);
			f->policy = NULL;
			judge_fixed(j, f);
		}
		buf_release(&columns);
	}
}

static bool all_columns_named(const struct index *x)
{
	for (size_t i = 0; i < x->nkeys; i++)
		if (!x->columns[i])
			return false;
	return true;
}

/* One optional value beside the tenant is usual; in a compound key a null undoes the key. */
static void rule_nulls_distinct(struct judge *j, const struct table *t, const struct index *x)
{
	struct subject s = { .relation = t->r, .policy = x->name };
	size_t others = 0;

	if (!x->unique || x->primary || x->nulls_not_distinct || x->predicate)
		return;
	for (size_t k = 0; k < x->nkeys; k++)
		others += x->columns[k] != t->attnum;
	for (size_t k = 0; others > 1 && k < x->nkeys; k++) {
		const struct column *c =
			x->columns[k] ? relation_attnum(t->r, x->columns[k]) : NULL;
		struct finding *f;

		if (!c || c->not_null)
			continue;
		f = judge_find(j, RULE_X05, &s, "%s lets duplicates in where %s is null",
			       x->name, c->name);
		if (f && all_columns_named(x)) {
			struct buf keys = BUF_INIT;

			add_names(&keys, t->r, x->columns, x->nkeys);
			judge_choose(j, f, "if it is a constraint, and no duplicates are there",
				     "nulls_not_distinct",
				     &(struct fix){ .relation = t->r,
						    .name = x->name,
						    .other = keys.data });
			buf_release(&keys);
		}
		if (f)
			f->policy = NULL;
	}
}

static void rule_indexes(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nindexes; i++) {
		const struct index *x = &t->r->indexes[i];
		struct subject s = { .relation = t->r, .policy = x->name };
		struct finding *f;

		if (!x->valid &&
		    (f = judge_find(j, RULE_N12, &s,
				    "index %s is invalid: it costs and serves nobody",
				    x->name))) {
			judge_fix(j, "reindex",
				  &(struct fix){ .relation = t->r, .name = x->name });
			f->policy = NULL;
			judge_fixed(j, f);
		}
		rule_nulls_distinct(j, t, x);
		if (t->tenant && x->nkeys > 1 && !x->unique && !x->predicate &&
		    x->columns[0] != t->attnum && strcmp(x->method, "btree") == 0 &&
		    !t->directory && !relation_index_leading(t->r, &t->attnum, 1) &&
		    (f = judge_find(j, RULE_N01, &s, "%s does not begin with %s", x->name,
				    t->tenant)))
			f->policy = NULL;
	}
}

static bool references_directory(const struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct table *to = judge_table(j, t->r->references[i]->to);

		for (size_t c = 0; c < t->r->references[i]->n; c++)
			if (t->r->references[i]->from_columns[c] == t->attnum && to &&
			    (to->directory || table_tenant(to)))
				return true;
	}
	return false;
}

/* Rows of tenants that never were must not stand in the way of the key that keeps more out. */
static void fix_tenant_key(struct judge *j, const struct table *t, struct finding *f)
{
	const struct relation *to = catalog_relation(j->catalog, t->tenancy->directory);
	const char *key = t->tenancy->directory_key;
	const struct column *c = to && key ? relation_column(to, key) : NULL,
			    *own = relation_attnum(t->r, t->attnum);
	const struct index *x = to ? relation_key(to) : NULL;
	struct buf from = BUF_INIT, into = BUF_INIT, object = BUF_INIT;
	struct fix v = { .relation = t->r };

	if (!f || !c || !own || c->type_oid != own->type_oid || !x || x->nkeys != 1 ||
	    x->columns[0] != c->attnum)
		return;
	sql_ident(&from, own->name);
	sql_ident(&into, c->name);
	sql_qualified(&object, to->schema, to->name);
	v.name = arena_printf(j->arena, "%.40s_%.20s_fkey", t->r->name, own->name);
	v.other = from.data;
	v.object = object.data;
	v.condition = into.data;
	v.tail = t->r->kind == RELATION_PARTITIONED
			 ? " ON DELETE RESTRICT"	    /* not SQL */
			 : " ON DELETE RESTRICT NOT VALID"; /* not SQL */
	judge_fix(j, "add_foreign_key", &v);
	if (t->r->kind != RELATION_PARTITIONED)
		judge_fix(j, "validate", &v);
	judge_fixed(j, f);
	buf_release(&from);
	buf_release(&into);
	buf_release(&object);
}

static void rule_tenant_key(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };

	if (t->tenant && !t->directory && t->tenancy->directory && !references_directory(j, t))
		fix_tenant_key(j, t,
			       judge_find(j, RULE_X08, &s,
					  "%s references no tenant: rows of tenants that never "
					  "were can be written",
					  t->tenant));
}

static void rule_no_tenant_column(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };
	const struct actor *a = judge_reacher(j, t, RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE);

	if (table_tenant(t) || t->directory || !a || !a->application ||
	    profile_tenancies(j->in->profile) == 0)
		return;
	s.role = a->role->name;
	judge_find(j, RULE_L01, &s, "%s writes it, and it belongs to no tenant", a->role->name);
}

static void rule_key(struct judge *j, const struct table *t)
{
	const struct index *key = relation_key(t->r);
	const struct column *c =
		key && key->nkeys == 1 ? relation_attnum(t->r, key->columns[0]) : NULL;
	struct subject s = { .relation = t->r };

	struct fix v = { .relation = t->r, .column = c ? c->name : NULL };
	struct finding *f;

	if (!c || c->identity || !c->default_expr ||
	    strncmp(c->default_expr, "nextval(", 8) != 0)
		return;
	f = judge_find(j, RULE_N07, &s,
		       "%s is numbered by a serial: GENERATED ALWAYS AS IDENTITY cannot be "
		       "overwritten",
		       c->name);
	struct buf name = BUF_INIT;

	sql_qualified(&name, t->r->schema, t->r->name);
	v.other = name.data;
	judge_choose(j, f, "if no writer gives the number itself", "identity", &v);
	buf_release(&name);
}

void rules_design(struct judge *j)
{
	struct subject server = { .object = "server" };

	if (catalog_server_version(j->catalog) < 160000)
		judge_find(j, RULE_N15, &server,
			   "the platform asks for PostgreSQL 16 or newer");
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct subject s = { .relation = t->r };

		if (!relation_is_table(t->r) || t->r->extension || t->r->temporary ||
		    t->r->is_partition)
			continue;
		if (t->r->ncolumns > WIDE)
			judge_find(j, RULE_L09, &s, "%zu columns: more than %d", t->r->ncolumns,
				   WIDE);
		for (size_t c = 0; c < t->r->ncolumns; c++) {
			rule_money(j, t, &t->r->columns[c]);
			rule_time(j, t, &t->r->columns[c]);
			rule_audit_column(j, t, &t->r->columns[c]);
			rule_no_foreign_key(j, t, &t->r->columns[c]);
		}
		rule_no_tenant_column(j, t);
		rule_updated_at(j, t);
		rule_key(j, t);
		rule_foreign_keys(j, t);
		rule_checks(j, t);
		rule_indexes(j, t);
		rule_tenant_key(j, t);
	}
}
