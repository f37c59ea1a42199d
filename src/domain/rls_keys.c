/* SPDX-License-Identifier: MIT */
/*
 * Keys and constraints: the server checks them without policies, so they must carry the tenant
 * themselves.
 */
#include <string.h>

#include "rls_priv.h"

static bool pairs_tenant(const struct foreign_key *k, int from, int to)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->from_columns[i] == from && k->to_columns[i] == to)
			return true;
	return false;
}

static bool reads_column(const struct policy *p, int attnum)
{
	const int *c = p->columns;

	while (*c && *c != attnum)
		c++;
	return *c == attnum;
}

/* It reads a column of the key that is not the tenant's own: it asks for that very parent. */
static bool reads_key(const struct policy *p, const struct table *child,
		      const struct foreign_key *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->from_columns[i] != child->attnum && reads_column(p, k->from_columns[i]))
			return true;
	return false;
}

static bool body_reads_key(const char *body, const struct table *child,
			   const struct foreign_key *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->from_columns[i] != child->attnum &&
		    mentions_word(body, relation_attnum(child->r, k->from_columns[i])->name))
			return true;
	return false;
}

/* A function that is told the key by a policy looks the parent up. */
static bool asked_by(struct judge *j, const struct policy *p, const struct table *parent)
{
	for (const oid *o = p->functions; o && *o; o++) {
		const struct function *f = catalog_function(j->catalog, *o);

		if (f && f->body && mentions_relation(f->body, parent->r))
			return true;
	}
	return false;
}

/* With its owner's rights it must compare the tenants itself. */
static bool trigger_looks_up(const struct function *f, const struct table *child,
			     const struct table *parent, const struct foreign_key *k)
{
	return f && f->body &&
	       (!f->security_definer || mentions_word(f->body, child->tenant)) &&
	       mentions_word(f->body, parent->r->name) && body_reads_key(f->body, child, k);
}

bool key_looked_up(struct judge *j, const struct table *child, const struct table *parent,
		   const struct foreign_key *k)
{
	for (size_t i = 0; i < child->r->npolicies; i++) {
		const struct policy *p = &child->r->policies[i];

		if (!reads_key(p, child, k))
			continue;
		for (const oid *o = p->relations; *o; o++)
			if (*o == parent->r->oid)
				return true;
		if (asked_by(j, p, parent))
			return true;
	}
	for (size_t i = 0; i < child->r->ntriggers; i++)
		if (trigger_looks_up(catalog_function(j->catalog,
						      child->r->triggers[i].function_oid),
				     child, parent, k))
			return true;
	return false;
}

bool key_acts(const struct foreign_key *k)
{
	return (k->on_delete && strchr("cnd", k->on_delete)) ||
	       (k->on_update && strchr("cnd", k->on_update));
}

static const char *action_words(char action)
{
	switch (action) {
	case 'c':
		return "CASCADE";
	case 'r':
		return "RESTRICT";
	case 'n':
		return "SET NULL"; /* not SQL */
	case 'd':
		return "SET DEFAULT"; /* not SQL */
	default:
		return "NO ACTION";
	}
}

/* also: the other column of a tenant that is two; NULL: it is one. */
static void add_columns(struct buf *out, const struct relation *r, const char *tenant,
			const char *also, const int *columns, size_t n)
{
	sql_ident(out, tenant);
	if (also) {
		buf_adds(out, ", ");
		sql_ident(out, also);
	}
	for (size_t i = 0; i < n; i++) {
		const struct column *c = relation_attnum(r, columns[i]);

		if (!c || strcmp(c->name, tenant) == 0 || (also && strcmp(c->name, also) == 0))
			continue;
		buf_adds(out, ", ");
		sql_ident(out, c->name);
	}
}

/* The columns of a key that say something beside the tenants. */
struct pairs {
	int from[32], to[32];
	size_t n;
};

/* Both ends of a key, and the same by the other columns of their tenants, if those are two. */
struct ends {
	struct table child, parent;
	struct table child_half, parent_half;
	bool two;
};

static struct ends ends_of(struct judge *j, const struct table *child,
			   const struct table *parent)
{
	struct ends e = { .child = *child, .parent = *parent };

	e.two = composite_half(j, child, &e.child_half) &&
		composite_half(j, parent, &e.parent_half) &&
		e.child_half.tenancy == e.parent_half.tenancy;
	return e;
}

static bool pair_up(const struct ends *e, const struct foreign_key *k, struct pairs *out)
{
	out->n = 0;
	for (size_t i = 0; i < k->n; i++) {
		if (k->to_columns[i] == e->parent.attnum ||
		    (e->two && k->to_columns[i] == e->parent_half.attnum))
			continue;
		if (k->from_columns[i] == e->child.attnum || out->n == ARRAY_SIZE(out->to) ||
		    (e->two && k->from_columns[i] == e->child_half.attnum))
			return false;
		out->from[out->n] = k->from_columns[i];
		out->to[out->n++] = k->to_columns[i];
	}
	return true;
}

static bool pairs_both(const struct ends *e, const struct foreign_key *k)
{
	return pairs_tenant(k, e->child.attnum, e->parent.attnum) &&
	       (!e->two || pairs_tenant(k, e->child_half.attnum, e->parent_half.attnum));
}

/* A key of the parent's over its tenant and these columns. */
static bool unique_has(const struct ends *e, const int *columns, size_t n)
{
	const struct relation *r = e->parent.r;
	size_t all = n + 1 + e->two;

	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *x = &r->indexes[i];
		size_t hits = 0;

		if (!x->unique || x->predicate || !x->valid || x->nkeys != all)
			continue;
		for (size_t k = 0; k < x->nkeys; k++) {
			hits += x->columns[k] == e->parent.attnum;
			hits += e->two && x->columns[k] == e->parent_half.attnum;
			for (size_t c = 0; c < n; c++)
				hits += x->columns[k] == columns[c];
		}
		if (hits == all)
			return true;
	}
	return false;
}

/* SET NULL would take the tenant away as well: then only the reference may be emptied. */
static void on_delete(struct buf *out, const struct table *child, char action,
		      const struct pairs *p)
{
	buf_addf(out, " ON DELETE %s", action_words(action));
	if (action != 'n' && action != 'd')
		return;
	buf_adds(out, " (");
	for (size_t i = 0; i < p->n; i++) {
		buf_adds(out, i ? ", " : "");
		sql_ident(out, relation_attnum(child->r, p->from[i])->name);
	}
	buf_addc(out, ')');
}

static void fix_foreign_key(struct judge *j, const struct ends *e, const struct foreign_key *k)
{
	const struct relation *child = e->child.r, *parent = e->parent.r;
	struct buf from = BUF_INIT, to = BUF_INIT, object = BUF_INIT, tail = BUF_INIT;
	struct fix v = { .relation = child, .name = k->name };
	struct pairs p;

	if (!pair_up(e, k, &p))
		return;
	add_columns(&from, child, e->child.tenant, e->two ? e->child_half.tenant : NULL, p.from,
		    p.n);
	add_columns(&to, parent, e->parent.tenant, e->two ? e->parent_half.tenant : NULL, p.to,
		    p.n);
	sql_qualified(&object, parent->schema, parent->name);
	if (!unique_has(e, p.to, p.n))
		judge_fix(j, "add_unique",
			  &(struct fix){ .relation = parent, .other = to.data });
	judge_fix(j, "drop_constraint", &v);
	v.other = from.data;
	v.condition = to.data;
	v.object = object.data;
	if (k->on_delete != 'a')
		on_delete(&tail, &e->child, k->on_delete, &p);
	/* Rows that are wrong already must not stand in the way of what keeps new ones out. */
	buf_adds(&tail, child->kind == RELATION_PARTITIONED ? "" : " NOT VALID");
	v.tail = tail.data;
	judge_fix(j, "add_foreign_key", &v);
	buf_release(&tail);
	buf_release(&from);
	buf_release(&to);
	buf_release(&object);
}

static void rule_foreign_key(struct judge *j, const struct table *child,
			     const struct foreign_key *k)
{
	const struct table *parent = judge_table(j, k->to);
	struct subject s = { .relation = child->r, .policy = k->name };
	bool active = key_acts(k), half;
	struct finding *f;
	struct ends e;

	if (!parent || !child->tenant || child->directory || parent->directory || k->inherited ||
	    child->tenancy != parent->tenancy)
		return;
	if (!parent->tenant) {
		rule_reference_below(j, child, parent, k);
		return;
	}
	e = ends_of(j, child, parent);
	if (pairs_both(&e, k) || key_looked_up(j, child, parent, k) ||
	    !judge_reacher(j, child, RIGHT_INSERT | RIGHT_UPDATE))
		return;
	f = judge_find(j, active ? RULE_R81 : RULE_R80, &s,
		       active ? "a row may reference another tenant's %s, and what happens "
				"there changes rows here"
			      : "a row may reference another tenant's %s: foreign keys are "
				"checked without policies",
		       judge_name(j, parent->r));
	half = pairs_tenant(k, child->attnum, parent->attnum);
	judge_evidence(j, f, "%s does not pair %s with %s", k->name,
		       half ? e.child_half.tenant : child->tenant,
		       half ? e.parent_half.tenant : parent->tenant);
	if (f) {
		if (e.two || !judge_fix_reference(j, child, parent, k))
			fix_foreign_key(j, &e, k);
		f->policy = NULL;
	}
	judge_fixed(j, f);
}

/* ---- unique and exclusion ---- */

static bool ends_with(const char *name, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n >= k && strncmp(name + n - k, end, k) == 0 && (n == k || name[n - k - 1] == '_');
}

/* Made by the application: a secret that could be guessed would be none; nor is what is made of
 * it, as key_hash is. */
static bool is_secret(const char *name)
{
	static const char *const secrets[] = { "token", "secret", "nonce", "api_key", NULL };
	size_t n = strlen(name), made = ends_with(name, n, "hash")     ? strlen("_hash")
					: ends_with(name, n, "digest") ? strlen("_digest")
								       : 0;

	if (made && made < n)
		n -= made;
	for (size_t i = 0; secrets[i]; i++)
		if (ends_with(name, n, secrets[i]))
			return true;
	return made && made < strlen(name) && ends_with(name, n, "key");
}

/* Nobody meets another's random value, so it tells nothing. */
static bool is_random(const struct column *c)
{
	static const char *const makers[] = { "gen_random_", "uuid_generate_",
					      "random()",    "nanoid",
					      "ulid",	     "ksuid",
					      "cuid",	     NULL };

	for (size_t i = 0; c->default_expr && makers[i]; i++)
		if (strstr(c->default_expr, makers[i]))
			return true;
	return is_secret(c->name);
}

/* What is known to whoever it was given to: no key by which other rows lead here, nor an id. */
bool column_is_secret(const struct relation *r, const struct column *c)
{
	const struct index *key = relation_key(r);
	bool is_key = key && index_has(key, c->attnum);

	return is_random(c) && !(is_key && (r->nreferrers || strcmp(c->name, "id") == 0));
}

static bool generated(const struct column *c)
{
	return is_random(c) || c->identity || strcmp(c->type, "uuid") == 0 ||
	       (c->default_expr && strncmp(c->default_expr, "nextval(", 8) == 0);
}

/* A column that a foreign key pairs with the tenant stands for the tenant. */
static bool tied_to_tenant(struct judge *j, const struct table *t, int attnum)
{
	struct table half;

	if (composite_half(j, t, &half) && half.attnum == attnum)
		return false; /* it is the tenant as little as the other alone */
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		bool has = false, tenant = false;

		for (size_t c = 0; c < k->n; c++) {
			has = has || k->from_columns[c] == attnum;
			tenant = tenant || k->from_columns[c] == t->attnum;
		}
		if (has && tenant && attnum != t->attnum)
			return true;
	}
	return false;
}

/* What it is over: neither what it carries beside that, nor which rows it has. */
static const char *keys_text(struct judge *j, const struct index *x)
{
	const char *text = x->definition, *end = strstr(text, " INCLUDE (");

	end = end ? end : strstr(text, ") WHERE ("); /* not SQL */
	return end ? arena_strndup(j->arena, text, (size_t)(end - text)) : text;
}

static bool carries_tenant(struct judge *j, const struct table *t, const struct index *x)
{
	bool serial = false;

	for (size_t i = 0; i < x->nkeys; i++) {
		const struct column *c =
			x->columns[i] ? relation_attnum(t->r, x->columns[i]) : NULL;

		if (!c) { /* an expression */
			if (mentions_word(keys_text(j, x), t->tenant))
				return true;
			continue;
		}
		if (c->attnum == t->attnum || tied_to_tenant(j, t, c->attnum) ||
		    strcmp(c->type, "uuid") == 0 || is_random(c))
			return true;
		/* beside a number that nobody chooses nothing can be tried out */
		serial = serial || (generated(c) && (x->nkeys == 1 || x->unique));
	}
	return serial;
}

static bool all_columns(const struct index *x)
{
	for (size_t i = 0; i < x->nkeys; i++)
		if (!x->columns[i])
			return false;
	return true;
}

/* Foreign keys lean on it: it cannot simply be dropped. */
static bool referenced(const struct table *t, const struct index *x)
{
	for (size_t i = 0; i < t->r->nreferrers; i++) {
		const struct foreign_key *k = t->r->referrers[i];

		if (k->n == x->nkeys &&
		    memcmp(k->to_columns, x->columns, k->n * sizeof *x->columns) == 0)
			return true;
	}
	return false;
}

/* "gist (room WITH =, …" of what the server prints; at the parenthesis *open; NULL: it has
 * none. */
static const char *behind_using(const char *definition, const char **open)
{
	const char *at = definition;
	bool quoted = false;

	for (; *at; at++) {
		quoted = quoted != (*at == '"');
		if (quoted || at == definition || at[-1] != ' ' ||
		    strncmp(at, "USING ", 6) != 0)
			continue;
		*open = strchr(at, '(');
		return *open ? at + 6 : NULL;
	}
	return NULL;
}

/* The other column of a tenant that is two, if the key has that neither; NULL. */
static const char *other_missing(struct judge *j, const struct table *t, const struct index *x)
{
	struct table half;

	return composite_half(j, t, &half) && !carries_tenant(j, &half, x) ? half.tenant : NULL;
}

/* An index over expressions or of some rows: the same with the tenant before it. */
static void fix_unique_index(struct judge *j, const struct table *t, const struct index *x)
{
	const char *open, *using = x->definition ? behind_using(x->definition, &open) : NULL;
	struct fix v = { .relation = t->r, .name = x->name };
	struct buf out = BUF_INIT;

	if (!using)
		return;
	buf_addf(&out, "%.*s", (int)(open + 1 - using), using);
	add_columns(&out, t->r, t->tenant, other_missing(j, t, x), NULL, 0);
	buf_addf(&out, ", %s", open + 1);
	v.other = out.data;
	judge_fix(j, "drop_index", &v);
	judge_fix(j, "add_unique_index", &v);
	buf_release(&out);
}

static void fix_unique(struct judge *j, const struct table *t, const struct index *x)
{
	struct buf columns = BUF_INIT;
	struct fix v = { .relation = t->r, .name = x->name };

	if (!all_columns(x) || x->predicate) {
		fix_unique_index(j, t, x);
		return;
	}
	if (referenced(t, x))
		return;
	add_columns(&columns, t->r, t->tenant, other_missing(j, t, x), x->columns, x->nkeys);
	v.other = columns.data;
	judge_fix(j, "drop_key", &v);
	judge_fix(j, x->primary ? "add_primary" : "add_unique", &v);
	buf_release(&columns);
}

/* gist has no equality of its own: whole numbers are ranges of one, others need an extension.
 */
static const char *excluded_tenant(struct judge *j, const struct column *tenant,
				   const char *method)
{
	bool number = strcmp(tenant->type, "bigint") == 0 ||
		      strcmp(tenant->type, "integer") == 0 ||
		      strcmp(tenant->type, "smallint") == 0;

	if (strcmp(method, "btree") == 0)
		return "rls_fix.exclude_equal";
	if (strcmp(method, "gist") != 0)
		return NULL;
	if (number)
		return "rls_fix.exclude_range";
	judge_fix(j, "extension", &(struct fix){ .name = "btree_gist" });
	return "rls_fix.exclude_equal";
}

static void fix_exclusion(struct judge *j, const struct table *t, const struct index *x)
{
	struct fix v = { .relation = t->r, .name = x->name };
	const char *definition = NULL, *open, *using, *piece;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < j->in->extras->exclusions.len; i++) {
		const struct rls_exclusion *e = &j->in->extras->exclusions.v[i];

		if (e->relation == t->r->oid && strcmp(e->name, x->name) == 0)
			definition = e->definition;
	}
	using = definition ? behind_using(definition, &open) : NULL;
	piece = using ? excluded_tenant(j, relation_column(t->r, t->tenant), x->method) : NULL;
	if (!piece)
		return;
	buf_addf(&out, "%s (", x->method);
	const struct sqlvar vars[] = { { "column", t->tenant }, { "other", open + 1 } };

	sql_fragment(&out, j->in->sql, piece, vars, ARRAY_SIZE(vars));
	judge_fix(j, "drop_constraint", &v);
	v.other = out.data;
	judge_fix(j, "add_exclusion", &v);
	buf_release(&out);
}

static void rule_unique(struct judge *j, const struct table *t, const struct index *x)
{
	const struct actor *a = judge_reacher(j, t, RIGHT_INSERT | RIGHT_UPDATE);
	struct subject s = { .relation = t->r, .policy = x->name };
	struct finding *f;

	if (!a || !(x->unique || x->exclusion) || !t->tenant || t->directory ||
	    t->r->is_partition || carries_tenant(j, t, x))
		return;
	s.role = a->role->name;
	f = judge_find(
		j, x->exclusion ? RULE_R83 : RULE_R82, &s,
		x->exclusion ? "one tenant's values exclude another's, and the error tells them"
			     : "a value that another tenant has is refused, which tells that "
			       "it is there");
	judge_evidence(j, f, "%s", x->definition);
	if (f) {
		f->policy = NULL;
		if (x->exclusion)
			fix_exclusion(j, t, x);
		else
			fix_unique(j, t, x);
	}
	judge_fixed(j, f);
}

void rules_keys(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct table half;
		bool two;

		if (!table_tenant(t) || !relation_is_table(t->r) || t->r->extension)
			continue;
		for (size_t k = 0; k < t->r->nreferences; k++)
			rule_foreign_key(j, t, t->r->references[k]);
		two = composite_half(j, t, &half);
		for (size_t x = 0; x < t->r->nindexes; x++) {
			rule_unique(j, t, &t->r->indexes[x]);
			if (two && !t->r->indexes[x].primary)
				rule_unique(j, &half, &t->r->indexes[x]);
		}
	}
}
