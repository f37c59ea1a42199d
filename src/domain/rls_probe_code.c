/* SPDX-License-Identifier: MIT */
/*
 * Functions that run with their owner's rights.  Only those whose source was read and only
 * reads are called (rls_outside.c), with arguments that could show rows of tenant B: its id,
 * the key of a row of its, a text that everything contains.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "rls_persona_priv.h"

enum { COLUMNS_MAX = 100 };

/* What a function takes and gives, from the rows of one function. */
struct shape {
	struct column columns[COLUMNS_MAX], args[COLUMNS_MAX];
	bool optional[COLUMNS_MAX];
	size_t ncolumns, nargs;
};

static void take_shape(struct shape *s, const struct reply *rows, size_t i)
{
	struct column c = { .name = reply_text(rows, i, 2), .type = reply_text(rows, i, 3) };
	char mode = *reply_text(rows, i, 1);

	if (mode == 'i' && s->nargs < COLUMNS_MAX) {
		s->optional[s->nargs] = *reply_text(rows, i, 4) == 't';
		s->args[s->nargs++] = c;
	}
	if ((mode == 'o' || mode == 'c') && s->ncolumns < COLUMNS_MAX)
		s->columns[s->ncolumns++] = c;
}

static const struct column *keep_columns(const struct probe_plan *p, const struct column *from,
					 size_t n)
{
	struct column *kept = arena_alloc(p->arena, (n + 1) * sizeof *kept);

	for (size_t i = 0; i < n; i++)
		kept[i] = (struct column){ .name = arena_strdup(p->arena, from[i].name),
					   .type = arena_strdup(p->arena, from[i].type) };
	return kept;
}

static void find_bases(const struct probe_plan *p, struct probe_target *t, const char *body)
{
	for (size_t i = 0; body && i < catalog_relations(p->input->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->input->catalog, i);

		if (r->kind == RELATION_MATVIEW && mentions_word(body, r->name))
			t->kept = true;
		if (t->nbases < PROBE_BASES && probe_is_table(r) &&
		    mentions_relation(body, r) && probe_of_tenants(p, r))
			t->bases[t->nbases++] = r;
	}
}

/* ---- arguments ---- */

static const char *plain_name(const char *name)
{
	if (strncmp(name, "p_", 2) == 0 || strncmp(name, "v_", 2) == 0)
		return name + 2;
	if (strncmp(name, "in_", 3) == 0 || strncmp(name, "arg", 3) == 0)
		return name + 3;
	return name + strspn(name, "_");
}

/* "tenant", "t" and "for_tenant_id" may mean tenant_id. */
static bool resembles(const char *arg, const char *column)
{
	const char *plain = plain_name(arg);

	return *plain && (strncmp(column, plain, strlen(plain)) == 0 || strstr(plain, column));
}

/* "limit", "days": how many, not which. */
static bool is_measure(const char *name)
{
	static const char *const names[] = { "limit", "max", "count",	"days", "page",
					     "size",  "off", "minutes", "n",	NULL };

	for (size_t i = 0; names[i]; i++)
		if (strncmp(plain_name(name), names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static const char *key_value(const struct probe_target *t, bool own, size_t k)
{
	const char *value = own ? (t->owns ? t->own[0].key[k] : NULL)
				: (t->others ? t->other[0].key[k] : NULL);

	return value ? value : "";
}

/* Of the tenant's own type, or of one element of a list. */
static bool is_tenants_type(const struct column *c, const struct column *tenant)
{
	size_t n = strlen(c->type);

	return strncmp(c->type, tenant->type, n) == 0 &&
	       (!tenant->type[n] || (column_many(tenant) == MANY_LIST &&
				     strcmp(tenant->type + n, "[]") == 0));
}

static const char *tenant_as(const struct probe_plan *p, const struct column *c,
			     const char *whose)
{
	if (!whose)
		return "";
	return column_many(c) == MANY_LIST ? whose : probe_one_of(p->arena, whose);
}

/* A value for an argument as A or B would be looked for; NULL: nobody knows. */
static const char *argument(const struct probe_plan *p, const struct probe_target *t, bool own,
			    const struct column *c)
{
	const char *text = t->text ? t->text : "";
	const char *const plain[][2] = { { "text", text },	{ "character varying", text },
					 { "boolean", "true" }, { "integer", "1000" },
					 { "bigint", "1000" },	{ "numeric", "1000" },
					 { "date", "now" },
					 { "timestamp with time zone", "now" },
					 { "timestamp without time zone", "now" },
					 { "interval", "100 years" },
					 { "json", "{}" },
					 { "jsonb", "{}" },
					 { NULL, NULL } };
	const size_t first = t->nkey > 1 && t->key[0] == t->source_tenant;
	const struct column *key = t->nkey ? t->key[first] : NULL;
	const char *whose = own ? t->a : t->b;
	bool domain = t->source_tenant->type_kind == 'd' && *c->name &&
		      resembles(c->name, t->source_tenant->name),
	     tenant = domain || is_tenants_type(c, t->source_tenant),
	     row = key && strcmp(c->type, key->type) == 0 && key != t->source_tenant;

	for (size_t k = 0; row && k < t->nkey; k++)
		if (strcmp(plain_name(c->name), t->key[k]->name) == 0 &&
		    t->key[k] != t->source_tenant)
			return key_value(t, own, k);
	if (tenant && (*c->name == '\0' || resembles(c->name, t->source_tenant->name)))
		return tenant_as(p, c, whose);
	if (row && (resembles(c->name, key->name) ||
		    (!is_measure(c->name) && strcmp(c->type, "text") != 0)))
		return key_value(t, own, first);
	for (size_t i = 0; plain[i][0]; i++)
		if (strcmp(plain[i][0], c->type) == 0)
			return plain[i][1];
	return !tenant ? NULL : tenant_as(p, c, whose);
}

/* SET column = …, or another after a comma. */
static bool is_set(const char *body, const char *at)
{
	while (at > body && strchr(" \t\n", at[-1]))
		at--;
	return at > body && (at[-1] == ',' ||
			     (at - body >= 3 && strncasecmp(at - 3, "set", 3) == 0));
}

/* lower(arg), '%' || arg: where it stands. */
static const char *inside(const char *s)
{
	static const char *const around[] = { "lower", "upper", "trim", "btrim" };

	for (size_t i = 0; i < ARRAY_SIZE(around); i++) {
		const char *at = s + strlen(around[i]);

		if (strncasecmp(s, around[i], strlen(around[i])) == 0 && *at == '(')
			return inside(at + 1);
	}
	if (*s == '\'') {
		const char *end = strchr(s + 1, '\''), *at = end ? end + 1 : s;

		at += strspn(at, " ");
		if (strncmp(at, "||", 2) == 0)
			return inside(at + 2 + strspn(at + 2, " "));
	}
	return s;
}

/* column = arg, lower(column) LIKE lower(arg), somewhere in the body. */
static bool compares(const char *body, const char *column, const char *arg)
{
	static const char *const ops[] = { "=", "like", "ilike", "~~", "~~*" };

	for (const char *at = body; (at = find_word(at, column)); at++) {
		const char *op = at + strlen(column);

		if (is_set(body, at))
			continue;
		op += strspn(op, "\" )");
		for (size_t k = 0; k < ARRAY_SIZE(ops); k++) {
			const char *value = op + strlen(ops[k]);

			if (strncasecmp(op, ops[k], strlen(ops[k])) != 0)
				continue;
			value = inside(value + strspn(value, " "));
			if (find_word(value, arg) == value)
				return true;
		}
	}
	return false;
}

/* SET column = arg: the argument that says whose a row becomes. */
static bool sets(const char *body, const char *column, const char *arg)
{
	for (const char *at = body; *arg && (at = find_word(at, column)); at++) {
		const char *value = at + strlen(column);

		value += strspn(value, "\" ");
		if (!is_set(body, *column && at > body && at[-1] == '"' ? at - 1 : at) ||
		    *value++ != '=')
			continue;
		value += strspn(value, " ");
		if (find_word(value, arg) == value)
			return true;
	}
	return false;
}

bool probe_gives_away(const struct probe_target *t)
{
	for (size_t i = 0; t->function->body && i < t->nargs; i++)
		if (sets(t->function->body, t->source_tenant->name, t->args[i].name))
			return true;
	return false;
}

/* The column of the rows that the function compares with the argument; NULL: none is known. */
static const struct column *compared(const struct probe_target *t, const char *arg)
{
	const char *body = t->function->body;

	for (size_t i = 0; body && *arg && i < t->source->ncolumns; i++)
		if (compares(body, t->source->columns[i].name, arg))
			return &t->source->columns[i];
	return NULL;
}

static const char *unknown_argument(const struct probe_plan *p, const struct probe_target *t)
{
	for (size_t i = 0; i < t->nargs; i++)
		if (!argument(p, t, false, &t->args[i]) && !compared(t, t->args[i].name))
			return arena_printf(p->arena,
					    "nobody knows what to call it with (%s %s)",
					    t->args[i].name, t->args[i].type);
	return NULL;
}

/* Somebody of the tenant's, where the function looks up by the argument who belongs to one; NULL:
 * it does not, or nobody is known. */
static const char *person(const struct probe_plan *p, const struct probe_target *t, bool own,
			  const struct column *arg)
{
	const struct claims *all = persona_claims(p->persona);
	const char *body = t->function->body;

	for (size_t i = 0; body && *arg->name && i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];
		const struct probe_person *who =
			c->kind == CLAIM_PERSON && c->sought &&
					mentions_relation(body, c->relation) &&
					compares(body, c->column, arg->name)
				? persona_person(p, c, own ? t->a : t->b)
				: NULL;

		if (who && who->value)
			return who->value;
	}
	return NULL;
}

/* What the column that the function compares it with has in the rows that are looked for; NULL:
 * it compares none of those that are known. */
static const char *as_compared(const struct probe_plan *p, const struct probe_target *t, bool own,
			       const struct column *arg)
{
	const struct column *c = compared(t, arg->name);
	bool ours = own || probe_gives_away(t);
	const char *value = NULL;

	if (t->function->body && sets(t->function->body, t->source_tenant->name, arg->name))
		return own ? t->a : t->b;
	if (c && c == t->source_tenant && !column_many(c))
		value = own ? t->a : t->b;
	for (size_t k = 0; c && c != t->source_tenant && k < t->nkey; k++)
		if (t->key[k] == c)
			value = key_value(t, ours, k);
	return value && *value ? arena_strdup(p->arena, value) : NULL;
}

/* The n-th of a list in parentheses, without quotes; its length, 0: there is none. */
static size_t nth(const char *list, size_t n, const char **from)
{
	size_t len;

	while (n--) {
		list += strcspn(list, ",();");
		if (*list++ != ',')
			return 0;
	}
	list += strspn(list, " \t\n\"");
	len = strcspn(list, ",();\" \t\n");
	*from = list;
	return len;
}

/* INSERT INTO r (…) VALUES (…): into which column the argument goes; NULL: into none. */
static const struct column *inserted(const char *body, const struct relation *r, const char *arg)
{
	for (const char *at = body; *arg && (at = find_word(at, r->name)); at++) {
		const char *columns = strchr(at, '('), *values = find_word(at, "values"), *from;
		size_t n;

		values = values ? strchr(values, '(') : NULL;
		if (!values || columns == values || strspn(at + strlen(r->name), "\" \t\n") !=
				(size_t)(columns - at) - strlen(r->name))
			continue;
		for (size_t i = 0; (n = nth(values + 1, i, &from)) > 0; i++) {
			if (n != strlen(arg) || strncasecmp(from, arg, n) != 0)
				continue;
			n = nth(columns + 1, i, &from);
			for (size_t c = 0; c < r->ncolumns; c++)
				if (strlen(r->columns[c].name) == n &&
				    strncmp(r->columns[c].name, from, n) == 0)
					return &r->columns[c];
		}
	}
	return NULL;
}

/* Somebody of A's, where the column says who is let in; NULL. */
static const char *let_in(const struct probe_plan *p, const struct probe_target *t,
			  const struct relation *r, const struct column *column)
{
	const struct claims *all = persona_claims(p->persona);

	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];
		const struct probe_person *who =
			c->kind == CLAIM_PERSON && c->relation == r && c->sought &&
					strcmp(c->column, column->name) == 0
				? persona_person(p, c, t->a)
				: NULL;

		if (who && who->value)
			return who->value;
	}
	return NULL;
}

/* What a function that adds a row, whosever it is told, is told of it for it to be taken: one of
 * the values that a column may have, who asks, and B; NULL: nothing is known of it. */
static const char *as_inserted(const struct probe_plan *p, const struct probe_target *t,
			       const struct column *arg)
{
	for (size_t i = 0; t->changes && t->function->body && i < t->nbases; i++) {
		const struct relation *r = t->bases[i];
		const struct column *c = inserted(t->function->body, r, arg->name);
		const char *who = c ? let_in(p, t, r, c) : NULL;
		const struct tenancy *y = NULL;

		if (c && c == probe_tenant_column(p, r, &y) && tenancy_same(y, t->tenancy))
			return t->b;
		if (who || (c && c->choices))
			return who ? who : c->choices[0];
	}
	return NULL;
}

static void put_argument(const struct probe_plan *p, const struct probe_target *t, bool own,
			 const struct column *arg, struct buf *out)
{
	const struct column *c = t->by_row ? compared(t, arg->name) : NULL;
	const char *who = c ? NULL : person(p, t, own, arg);
	const char *as = c || who ? who : as_compared(p, t, own, arg);

	if (!c && !as)
		as = as_inserted(p, t, arg);
	const struct sqlvar v[] = { { "value", as ? as : argument(p, t, own, arg) },
				    { "type", arg->type },
				    { "column", c ? c->name : "" } };

	sql_fragment(out, p->input->sql, c ? "rls_probe.kept" : "rls_probe.value", v,
		     ARRAY_SIZE(v));
}

void probe_put_call(const struct probe_plan *p, const struct probe_target *t, bool own,
		    struct buf *out)
{
	if (!t->function) {
		buf_adds(out, t->from);
		return;
	}
	sql_qualified(out, t->function->schema, t->function->name);
	buf_addc(out, '(');
	for (size_t i = 0; i < t->nargs; i++) {
		buf_adds(out, i ? ", " : "");
		put_argument(p, t, own, &t->args[i], out);
	}
	buf_addc(out, ')');
}

/* ---- the list ---- */

static void add_tenant(struct probe_target *t)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].name, t->source_tenant->name) == 0 &&
		    strcmp(t->columns[i].type, t->source_tenant->type) == 0)
			t->tenant = &t->columns[i];
}

/* What need not be given is given where it may say which tenant. */
static void add_args(const struct probe_plan *p, struct probe_target *t, const struct shape *s)
{
	size_t n = s->nargs;

	while (n && s->optional[n - 1] && strcmp(s->args[n - 1].type, "boolean") != 0 &&
	       ((strcmp(s->args[n - 1].type, t->source_tenant->type) != 0 &&
		 t->source_tenant->type_kind != 'd') ||
		!resembles(s->args[n - 1].name, t->source_tenant->name)))
		n--;
	t->args = keep_columns(p, s->args, n);
	t->nargs = n;
}

/* Is this tenant …? */
static bool answers_of_tenant(const struct probe_target *t)
{
	for (size_t i = 0; code_only_answers(t->function) && i < t->nargs; i++)
		if (compared(t, t->args[i].name) == t->source_tenant)
			return true;
	return false;
}

/* Of which tenant is the row with this key?  That is what policies ask, and nobody's row. */
static bool tells_whose(const struct probe_target *t)
{
	const struct function *f = t->function;
	const char *at = find_word(f->body, "select"), *dot;

	if (!at || !t->nargs || !f->result || strcmp(f->result, t->source_tenant->type) != 0 ||
	    !code_only_reads(f))
		return false;
	at += strlen("select") + strspn(at + strlen("select"), " \t\n");
	dot = at + strcspn(at, ". \t\n,");
	return find_word(*dot == '.' ? dot + 1 : at, t->source_tenant->name) ==
	       (*dot == '.' ? dot + 1 : at);
}

/* By a token or the like: whoever has it may be told what it stands for, and the probe knows it
 * only from the table. */
static bool asked_by_secret(const struct probe_plan *p, const struct probe_target *t)
{
	static const char *const words[] = { "token", "secret", "hash", "nonce", "code", NULL };
	bool all = t->nargs > 0;

	if (t->nargs == 1 && t->function->body &&
	    code_finds_by_secret(&p->persona->j, t->function))
		return true;

	for (size_t i = 0; all && i < t->nargs; i++) {
		const struct column *c = compared(t, t->args[i].name);
		bool secret = false;

		for (size_t k = 0; c && words[k]; k++)
			secret = secret || strstr(c->name, words[k]);
		all = secret && (strcmp(c->type, "text") == 0 ||
				 strcmp(c->type, "uuid") == 0 || strcmp(c->type, "bytea") == 0);
	}
	return all;
}

static void add_function(struct probe_plan *p, struct outside *o, const struct function *f,
			 struct shape *s)
{
	static const char *const ids[] = { "R65", NULL };
	struct probe_target t = { .function = f };

	t.name = arena_printf(p->arena, "%s.%s(%s)", f->schema, f->name,
			      f->arguments ? f->arguments : "");
	find_bases(p, &t, f->body);
	if (!t.nbases && !probe_claimed(p, ids, t.name))
		return; /* it has nothing to do with tenants */
	t.columns = keep_columns(p, s->columns, s->ncolumns);
	t.ncolumns = s->ncolumns;
	t.no_reads = outside_why_call(o, f);
	if (t.nbases) {
		probe_find_source(p, &t, t.columns, t.ncolumns);
		add_tenant(&t);
		add_args(p, &t, s);
		if (t.source &&
		    (answers_of_tenant(&t) || tells_whose(&t) || asked_by_secret(p, &t)) &&
		    !probe_claimed(p, ids, t.name))
			return;
	}
	t.changes = t.nbases && t.no_reads && t.source && f->volatility == 'v' &&
		    !outside_why_change(o, f);
	if (t.changes) {
		t.unread = arena_printf(p->arena, "%s: --write calls it", t.no_reads);
		t.no_reads = NULL;
		t.kept = false;
	}
	t.impossible = !t.nbases ? "which tenants' tables it reads could not be told"
				 : probe_impossible(p, &t);
	if (!t.impossible)
		t.impossible = unknown_argument(p, &t);
	probe_target_add(p, &t);
}

void probe_code_targets(struct probe_plan *p, struct outside *o, const struct reply *functions)
{
	struct shape *s = xcalloc(1, sizeof *s);

	for (size_t i = 0; functions && i < reply_rows(functions);) {
		const char *first = reply_text(functions, i, 0);
		const struct function *f =
			catalog_function(p->input->catalog, (oid)strtoul(first, NULL, 10));

		*s = (struct shape){ .ncolumns = 0 };
		for (; i < reply_rows(functions) &&
		       strcmp(reply_text(functions, i, 0), first) == 0;
		     i++)
			take_shape(s, functions, i);
		if (f)
			add_function(p, o, f, s);
	}
	free(s);
}
