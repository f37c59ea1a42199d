/* SPDX-License-Identifier: MIT */
/*
 * The frame of the judge: rules in order, findings kept once, fixes composed, everything
 * sorted.
 */
#include "domain/rls.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "rls_claims.h"

#define MANUAL "https://www.postgresql.org/docs/current/"

static const struct rls_rule_info rules[] = {
#define RULE(name, id, severity, doc, summary, lookalike, by_hand, splinter)                   \
	{ id, summary, MANUAL doc, lookalike, by_hand, splinter, SEVERITY_##severity },
#include "rls_rules.def"
#undef RULE
};

bool rls_rule_at(size_t i, struct rls_rule_info *out)
{
	if (i >= ARRAY_SIZE(rules))
		return false;
	*out = rules[i];
	return true;
}

static const char *const severities[SEVERITIES] = { "info", "low", "medium", "high",
						    "blocker" };

const char *severity_name(enum severity s)
{
	return severities[s];
}

bool severity_parse(const char *word, enum severity *out)
{
	for (size_t i = 0; i < SEVERITIES; i++)
		if (strcmp(word, severities[i]) == 0) {
			*out = (enum severity)i;
			return true;
		}
	return false;
}

void findings_free(struct findings **f)
{
	if (!*f)
		return;
	VEC_RELEASE(&(*f)->list);
	arena_free(&(*f)->arena);
	free(*f);
	*f = NULL;
}

/* ---- finding ---- */

/* Is it one of "app, app_ro"?  Part of another's name it may be as well. */
static bool names_role(const char *roles, const char *role)
{
	size_t n = strlen(role);

	for (const char *at = roles; at; at = strstr(at, ", ")) {
		at += at == roles ? 0 : 2;
		if (strncmp(at, role, n) == 0 && (at[n] == '\0' || strncmp(at + n, ", ", 2) == 0))
			return true;
	}
	return false;
}

static void add_role(struct judge *j, struct finding *f, const char *role)
{
	if (!role || names_role(f->role, role))
		return;
	f->role = f->role ? arena_printf(j->arena, "%s, %s", f->role, role) : role;
}

static const char *subject_object(struct judge *j, const struct subject *s)
{
	return s->object ? s->object : s->relation ? judge_name(j, s->relation) : "";
}

static char *subject_key(struct judge *j, enum rule rule, const struct subject *s)
{
	return xasprintf("%s\n%s\n%s", rules[rule].id, subject_object(j, s),
			 s->policy ? s->policy : "");
}

struct finding *judge_found(struct judge *j, enum rule rule, const struct subject *s)
{
	char *key = subject_key(j, rule, s);
	size_t old = (size_t)(uintptr_t)map_get(j->index, key);

	free(key);
	return old ? &j->out->list.v[old - 1] : NULL;
}

struct finding *judge_find(struct judge *j, enum rule rule, const struct subject *s,
			   const char *message, ...)
{
	const char *object = subject_object(j, s);
	char *key = subject_key(j, rule, s);
	struct finding *f = NULL, *old = judge_found(j, rule, s);

	if (old) {
		add_role(j, old, s->role);
	} else {
		struct buf text = BUF_INIT;
		va_list ap;

		va_start(ap, message);
		buf_vaddf(&text, message, ap);
		va_end(ap);
		f = VEC_PUSH(&j->out->list);
		*f = (struct finding){
			.id = rules[rule].id,
			.severity = rules[rule].severity,
			.object = arena_strdup(j->arena, object),
			.policy = s->policy,
			.role = s->role,
			.message = arena_strdup(j->arena, text.data),
			.doc = rules[rule].doc,
			.relation = s->relation ? s->relation->oid : 0,
		};
		map_set(j->index, key, (void *)(uintptr_t)j->out->list.len);
		buf_release(&text);
	}
	free(key);
	return f;
}

void judge_evidence(struct judge *j, struct finding *f, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	f->evidence = arena_strdup(j->arena, text.data);
	buf_release(&text);
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

void judge_fix(struct judge *j, const char *piece, const struct fix *v)
{
	const struct sqlvar vars[] = {
		{ "schema", v->relation ? v->relation->schema : "" },
		{ "table", v->relation ? v->relation->name : "" },
		{ "policy", or_empty(v->policy) },
		{ "role", or_empty(v->role) },
		{ "name", or_empty(v->name) },
		{ "column", or_empty(v->column) },
		{ "condition", or_empty(v->condition) },
		{ "other", or_empty(v->other) },
		{ "object", or_empty(v->object) },
		{ "tail", or_empty(v->tail) },
	};
	char name[64] = "rls_fix.";

	memcpy(name + 8, piece, strlen(piece) + 1);
	if (j->fix.len)
		buf_addc(&j->fix, '\n');
	sql_fragment(&j->fix, j->in->sql, name, vars, ARRAY_SIZE(vars));
}

void judge_fix_index(struct judge *j, const struct relation *r, const char *columns)
{
	judge_fix(j, r->kind == RELATION_PARTITIONED ? "index_plain" : "index",
		  &(struct fix){ .relation = r, .other = columns });
}

void judge_fixed(struct judge *j, struct finding *f)
{
	if (f && j->fix.len)
		f->fix = arena_strdup(j->arena, j->fix.data);
	buf_clear(&j->fix);
}

static void add_comment(struct buf *out, const char *lines)
{
	for (const char *s = lines; *s;) {
		size_t n = strcspn(s, "\n");

		buf_addf(out, "%s-- %.*s", out->len ? "\n" : "", (int)n, s);
		s += n + (s[n] == '\n');
	}
}

void judge_choose(struct judge *j, struct finding *f, const char *sentence, const char *piece,
		  const struct fix *v)
{
	struct buf sql = BUF_INIT, out = BUF_INIT;

	if (!f)
		return;
	buf_adds(&out, f->choices ? f->choices : "");
	add_comment(&out, sentence);
	if (piece) {
		buf_addc(&out, ':');
		buf_adds(&sql, j->fix.data ? j->fix.data : "");
		buf_clear(&j->fix);
		judge_fix(j, piece, v);
		add_comment(&out, j->fix.data);
		buf_clear(&j->fix);
		buf_adds(&j->fix, sql.data ? sql.data : "");
	}
	f->choices = arena_strdup(j->arena, out.data);
	buf_release(&sql);
	buf_release(&out);
}

/* What no statement mends says why. */
static void say_why(struct judge *j, struct finding *f)
{
	struct rls_rule_info rule;
	struct buf out = BUF_INIT;

	if (f->fix) {
		f->choices = NULL;
		return;
	}
	for (size_t i = 0; rls_rule_at(i, &rule); i++)
		if (strcmp(rule.id, f->id) == 0 && rule.by_hand)
			add_comment(&out, rule.by_hand);
	if (f->choices)
		buf_addf(&out, "%s%s", out.len ? "\n" : "", f->choices);
	f->choices = out.len ? arena_strdup(j->arena, out.data) : NULL;
	buf_release(&out);
}

/* ---- look-ups ---- */

struct table *judge_table(const struct judge *j, oid relation)
{
	char key[16];

	snprintf(key, sizeof key, "%u", relation);
	return map_get(j->by_oid, key);
}

const struct expr *judge_parse(struct judge *j, const char *text)
{
	struct expr *e;

	if (!text)
		return NULL;
	e = map_get(j->expressions, text);
	if (!e) {
		const struct expr *parsed = expr_parse(j->arena, text);

		e = arena_alloc(j->arena, sizeof *e);
		*e = *parsed;
		map_set(j->expressions, text, e);
	}
	return e;
}

struct clause_context judge_clause(struct judge *j, const struct table *t)
{
	return (struct clause_context){ .relation = t->r,
					.tenant = t->tenant,
					.setting = t->tenancy ? t->tenancy->setting : NULL,
					.claim = t->tenancy ? t->tenancy->claim_path : NULL,
					.by_login = t->tenancy && t->tenancy->by_login,
					.lookup = &j->lookup,
					.arena = j->arena };
}

const char *judge_name(struct judge *j, const struct relation *r)
{
	return arena_printf(j->arena, "%s.%s", r->schema, r->name);
}

const char *judge_function_name(struct judge *j, const struct function *f)
{
	return arena_printf(j->arena, "%s.%s(%s)", f->schema, f->name,
			    f->arguments ? f->arguments : "");
}

bool table_tenant(const struct table *t)
{
	return t->tenancy && (t->tenant || t->by_parent);
}

bool mentions_word(const char *text, const char *name)
{
	return find_word(text, name) != NULL;
}

/* Is what ends at end, before a dot, the word? */
static bool ends_in(const char *text, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - text) < n)
		return false;
	end -= n;
	return strncasecmp(end, word, n) == 0 &&
	       (end == text || !(isalnum((unsigned char)end[-1]) || end[-1] == '_'));
}

/* Does what stands before at say that a relation follows?  A variable, a column or a function of
 * its name, or the word in a text, is none. */
static bool names_relation(const char *text, const char *at)
{
	static const char *const before[] = { "from",  "join", "into",	   "update", "only",
					      "table", "using", "truncate", "lock",   "copy",
					      NULL };

	const char *skip = find_word(text, "execute") ? "\"' \t\r\n" : "\" \t\r\n";

	while (at > text && strchr(skip, at[-1]))
		at--;
	if (at > text && at[-1] == ',')
		return true;
	for (size_t i = 0; before[i]; i++)
		if (ends_in(text, at, before[i]))
			return true;
	return false;
}

bool mentions_relation(const char *text, const struct relation *r)
{
	for (const char *at = text; (at = find_word(at, r->name)) != NULL; at++) {
		const char *dot = at;

		while (dot > text && strchr("\" ", dot[-1]))
			dot--;
		if (dot == text || dot[-1] != '.') {
			if (names_relation(text, at))
				return true;
			continue;
		}
		dot--;
		while (dot > text && strchr("\" ", dot[-1]))
			dot--;
		/* "u.name" is a column, of which nobody knows the table. */
		if (ends_in(text, dot, r->schema))
			return true;
	}
	return false;
}

static const struct relation *find_relation(void *ctx, const char *schema, const char *name)
{
	struct judge *j = ctx;
	char *key = schema ? xasprintf("%s.%s", schema, name) : xstrdup(name);
	const struct relation *r = map_get(j->names, key);

	free(key);
	return r;
}

static const struct function *find_function(void *ctx, const char *schema, const char *name)
{
	struct judge *j = ctx;
	char *key = schema ? xasprintf("%s.%s", schema, name) : xstrdup(name);
	const struct function *f = map_get(j->functions, key);

	free(key);
	return f;
}

static const char *find_tenant(void *ctx, const struct relation *r)
{
	struct judge *j = ctx;
	const struct table *t = judge_table(j, r->oid);

	return t ? t->tenant : NULL;
}

static bool is_tenant_column(void *ctx, oid relation, int attnum)
{
	const struct table *t = judge_table(ctx, relation);

	return t && t->attnum && t->attnum == attnum;
}

static bool is_bound(void *ctx, oid role, const struct relation *r)
{
	struct judge *j = ctx;

	return catalog_bound(j->catalog, role, r);
}

/* Asked of the same few functions by each of ten thousand policies. */
static bool is_blind(void *ctx, const struct function *f)
{
	enum { NO = 1, YES };
	struct judge *j = ctx;
	char key[16];
	uintptr_t known;

	snprintf(key, sizeof key, "%u", f->oid);
	known = (uintptr_t)map_get(j->blind, key);
	if (!known) {
		known = code_is_blind(j, f) ? YES : NO;
		map_set(j->blind, key, (void *)known);
	}
	return known == YES;
}

static void set_once(struct map *m, const char *key, const void *value)
{
	if (!map_has(m, key))
		map_set(m, key, (void *)(uintptr_t)value);
}

static void index_names(struct judge *j)
{
	for (size_t i = 0; i < catalog_relations(j->catalog); i++) {
		const struct relation *r = catalog_relation_at(j->catalog, i);
		char *full = xasprintf("%s.%s", r->schema, r->name);

		set_once(j->names, full, r);
		set_once(j->names, r->name, r);
		free(full);
	}
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);
		char *full = xasprintf("%s.%s", f->schema, f->name);

		set_once(j->functions, full, f);
		set_once(j->functions, f->name, f);
		free(full);
	}
	j->lookup = (struct clause_lookup){ .ctx = j,
					    .relation = find_relation,
					    .function = find_function,
					    .tenant = find_tenant,
					    .is_tenant = is_tenant_column,
					    .bound = is_bound,
					    .blind = is_blind,
					    .bodies = j->bodies };
}

/* ---- the whole ---- */

static int text_order(const char *a, const char *b)
{
	return strcmp(or_empty(a), or_empty(b));
}

static int finding_order(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = (int)y->severity - (int)x->severity;

	if (!order)
		order = text_order(x->object, y->object);
	if (!order)
		order = text_order(x->id, y->id);
	return order ? order : text_order(x->policy, y->policy);
}

void judge_init(struct judge *j, const struct rls_input *in)
{
	*j = (struct judge){ .in = in, .catalog = in->catalog, .fix = BUF_INIT };
	j->out = xcalloc(1, sizeof *j->out);
	j->out->arena = j->arena = arena_new();
	j->index = map_new(NULL);
	j->expressions = map_new(NULL);
	j->names = map_new(NULL);
	j->functions = map_new(NULL);
	j->by_oid = map_new(NULL);
	j->bodies = map_new(NULL);
	j->blind = map_new(NULL);
	j->parties = map_new(NULL);
	index_names(j);
	judge_actors(j);
	judge_tables(j);
}

void judge_release(struct judge *j)
{
	map_free(&j->index);
	map_free(&j->expressions);
	map_free(&j->names);
	map_free(&j->functions);
	map_free(&j->by_oid);
	map_free(&j->bodies);
	map_free(&j->blind);
	map_free(&j->parties);
	if (j->house)
		map_free(&j->house);
	if (j->claims)
		claims_release(j->claims);
	free(j->claims);
	VEC_RELEASE(&j->actors);
	buf_release(&j->fix);
}

static bool has_tenants(const struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++)
		if (table_tenant(&j->tables[i]))
			return true;
	return false;
}

struct findings *rls_check(const struct rls_input *in)
{
	struct judge j;
	bool tenants;

	judge_init(&j, in);
	tenants = has_tenants(&j);
	if (in->checks & CHECK_ISOLATION) {
		rules_tables(&j);
		rules_policies(&j);
		rules_composite(&j);
		rules_forms(&j);
		if (tenants)
			rules_roles(&j);
		rules_objects(&j);
		rules_owned(&j);
		if (tenants)
			rules_privileges(&j);
		rules_views(&j);
		rules_code(&j);
		rules_schemas(&j);
		rules_keys(&j);
		rules_server(&j);
		rules_unknown(&j);
	}
	if (in->checks & CHECK_SPEED)
		rules_speed(&j);
	if (in->checks & CHECK_DESIGN) {
		rules_design(&j);
		rules_platform(&j);
	}
	for (size_t i = 0; i < j.out->list.len; i++)
		say_why(&j, &j.out->list.v[i]);
	judge_release(&j);
	if (j.out->list.len)
		qsort(j.out->list.v, j.out->list.len, sizeof *j.out->list.v, finding_order);
	return j.out;
}
