/* SPDX-License-Identifier: MIT */
/*
 * Finding tenancies: first what policies prove (a column compared with a setting), then what
 * names and foreign keys suggest.  A tenancy without proof needs a share of the relations, or a
 * word that means nothing else; what falls short is told as a candidate and not used.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "domain/policy_expr.h"
#include "profile_priv.h"

enum { STEM = 80 };

/* Enough relations that a usual but ambiguous word counts: two in five. */
static bool large_share(size_t n, size_t all)
{
	return n * 5 >= all * 2;
}

static bool eligible(const struct relation *r)
{
	return (r->kind == RELATION_TABLE || r->kind == RELATION_PARTITIONED) &&
	       !r->is_partition && !r->extension;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int setting_word(const char *setting, const char *path)
{
	static const char *const before[] = { "current_", "active_", "my_", "session_",
					      "selected_" };
	const char *name = path ? path : setting, *dot = strrchr(name, '.');
	char stem[STEM];
	const char *word = stem;

	name_stem(stem, sizeof stem, dot ? dot + 1 : name);
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		if (strncmp(word, before[i], strlen(before[i])) == 0)
			word += strlen(before[i]);
	}
	/* "app.tenant" has nothing to take off; "tenant.id" has it before the dot. */
	if (strcmp(word, "id") == 0 && dot) {
		memcpy(stem, name,
		       (size_t)(dot - name) < STEM ? (size_t)(dot - name) : STEM - 1);
		stem[(size_t)(dot - name) < STEM ? (size_t)(dot - name) : STEM - 1] = '\0';
		word = strrchr(stem, '.') ? strrchr(stem, '.') + 1 : stem;
	}
	return tenant_word(word);
}

static int column_word(const char *column)
{
	char stem[STEM];

	name_stem(stem, sizeof stem, column);
	return tenant_word(stem);
}

static struct tenancy_draft *draft_of_setting(struct profile *p, const struct policy_fact *f)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if (d->t.setting && same(d->t.setting, f->setting) &&
		    same(d->t.claim_path, f->path))
			return d;
	}
	return NULL;
}

static bool says_so(const struct placed_fact *f, const struct tenancy_draft *d)
{
	return same(f->fact.setting, d->t.setting) && same(f->fact.path, d->t.claim_path);
}

/* The usual name of the column among a setting's facts; "id" is the directory's own and counts
 * last. */
static void usual_column(struct profile *p, struct tenancy_draft *d)
{
	struct map *votes = map_new(NULL);
	size_t most = 0;

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];
		size_t n;

		if (!says_so(f, d))
			continue;
		n = (size_t)(uintptr_t)map_get(votes, f->column->name);
		n += strcmp(f->column->name, "id") == 0 ? 1 : 1000;
		map_set(votes, f->column->name, (void *)(uintptr_t)n);
		if (n <= most)
			continue;
		most = n;
		d->t.column = f->column->name;
		d->t.type = f->column->type;
		d->type_oid = f->column->base_type_oid;
		d->t.cast = f->fact.cast;
		d->t.list = f->fact.list;
		d->function = f->fact.function;
	}
	map_free(&votes);
}

static void count_facts(struct profile *p, struct tenancy_draft *d)
{
	const struct relation *last = NULL;
	const struct placed_fact *example = NULL;

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];

		if (!says_so(f, d) || f->relation == last)
			continue;
		last = f->relation;
		d->facts++;
		if (!example && strcmp(f->column->name, d->t.column) == 0)
			example = f;
	}
	if (!example)
		return;
	d->evidence = arena_printf(
		p->arena,
		"compared with %s%s%s%s%s in the policies of %zu relation%s, such "
		"as %s on %s.%s",
		d->t.setting, d->t.claim_path ? " at " : "",
		d->t.claim_path ? d->t.claim_path : "", d->function ? " through " : "",
		d->function ? d->function : "", d->facts, d->facts == 1 ? "" : "s",
		example->policy->name, example->relation->schema, example->relation->name);
}

static void drafts_from_settings(struct profile *p)
{
	for (size_t i = 0; i < p->facts.len; i++) {
		const struct policy_fact *f = &p->facts.v[i].fact;
		struct tenancy_draft *d;

		if (!f->setting || draft_of_setting(p, f))
			continue;
		d = VEC_PUSH(&p->drafts);
		*d = (struct tenancy_draft){
			.t = { .setting = f->setting, .claim_path = f->path },
			.how = PROFILE_LEARNED,
		};
		usual_column(p, d);
		count_facts(p, d);
	}
}

static struct tenancy_draft *draft_of_column(struct profile *p, const struct column *c)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if (same(d->t.column, c->name) && d->type_oid == c->base_type_oid)
			return d;
	}
	return NULL;
}

/* A column that sub-queries on memberships decide, or the name of the login. */
static void drafts_from_members(struct profile *p)
{
	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];
		struct tenancy_draft *d = draft_of_column(p, f->column);

		if (f->fact.setting || column_word(f->column->name) == 0)
			continue;
		if (d) {
			d->facts += !d->t.setting && p->facts.v[i - 1].relation != f->relation;
			continue;
		}
		*VEC_PUSH(&p->drafts) = (struct tenancy_draft){
			.t = { .column = f->column->name,
			       .type = f->column->type,
			       .by_login = f->fact.identity },
			.how = PROFILE_LEARNED,
			.type_oid = f->column->base_type_oid,
			.membership = f->fact.membership,
			.facts = 1,
			.evidence = arena_printf(
				p->arena, "policy %s on %s.%s decides it by %s%s%s",
				f->policy->name, f->relation->schema, f->relation->name,
				f->fact.membership ? "rows of another relation"
						   : "the name of the login",
				f->fact.function ? ", in " : "",
				f->fact.function ? f->fact.function : ""),
		};
	}
}

/* DEFAULT current_setting('app.tenant_id')::uuid: what fills the column tells the setting,
 * though no policy reads it.  Only for a column that no policy decides. */
static void setting_from_default(struct profile *p, struct tenancy_draft *d,
				 const struct column *c)
{
	struct arena *scratch;
	const struct expr *e;
	const char *setting;

	if (d->facts > 0 || d->t.setting || !c->default_expr ||
	    !strstr(c->default_expr, "current_setting"))
		return;
	scratch = arena_new();
	e = expr_parse(scratch, c->default_expr);
	setting = expr_setting(e);
	/* NULLIF(current_setting(…), '') */
	if (!setting && expr_bare(e)->kind == EXPR_CALL && expr_bare(e)->n > 0)
		setting = expr_setting(expr_bare(e)->args[0]);
	if (setting && !person_setting(setting, NULL)) {
		d->t.setting = arena_strdup(p->arena, setting);
		d->by_default = true;
	}
	arena_free(&scratch);
}

/* By name alone: one draft per name and type. */
static void drafts_from_names(struct profile *p)
{
	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		for (size_t k = 0; eligible(r) && k < r->ncolumns; k++) {
			const struct column *c = &r->columns[k];
			struct tenancy_draft *d;

			if (column_word(c->name) == 0 || c->generated ||
			    (!text_like(c) && !integer_like(c) && strcmp(c->type, "uuid") != 0))
				continue;
			d = draft_of_column(p, c);
			if (!d) {
				d = VEC_PUSH(&p->drafts);
				*d = (struct tenancy_draft){
					.t = { .column = c->name, .type = c->type },
					.how = PROFILE_LEARNED,
					.type_oid = c->base_type_oid,
				};
			}
			setting_from_default(p, d, c);
		}
	}
}

/* How many relations have the column; in how many it leads the primary key. */
static void count_columns(const struct profile *p, struct tenancy_draft *d, size_t *leads,
			  size_t *all)
{
	d->relations = d->nullable = *leads = *all = 0;
	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);
		const struct column *c;
		const struct index *key;

		if (!eligible(r))
			continue;
		(*all)++;
		c = relation_column(r, d->t.column);
		if (!c || c->base_type_oid != d->type_oid)
			continue;
		d->relations++;
		d->nullable += !c->not_null;
		key = relation_key(r);
		*leads += key && key->primary && key->nkeys > 1 && key->columns[0] == c->attnum;
	}
}

static bool is_schema_of(const struct profile *p, const struct tenancy_draft *d, oid schema)
{
	for (size_t i = 0; i < p->facts.len; i++)
		if (says_so(&p->facts.v[i], d) && p->facts.v[i].relation->schema_oid == schema)
			return true;
	return false;
}

/* Most of what has policies, in the schemas where it is known, obeys this setting: whatever its
 * name, it divides the rows. */
static bool rules_most(const struct profile *p, const struct tenancy_draft *d)
{
	size_t ruled = 0;

	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		ruled += r->npolicies > 0 && is_schema_of(p, d, r->schema_oid);
	}
	return d->facts > 1 && d->facts * 2 >= ruled;
}

static void judge_setting(const struct profile *p, struct tenancy_draft *d)
{
	int word = column_word(d->t.column), said = setting_word(d->t.setting, d->t.claim_path);
	bool person = person_setting(d->t.setting, d->t.claim_path);

	if (person && said == 0)
		d->confidence = CONFIDENCE_CANDIDATE;
	else if (word > 0 || said > 0)
		d->confidence = d->facts > 1 || d->t.directory || word + said >= 3
					? CONFIDENCE_CERTAIN
					: CONFIDENCE_LIKELY;
	else
		d->confidence = (d->t.directory && d->facts > 1) || rules_most(p, d)
					? CONFIDENCE_LIKELY
					: CONFIDENCE_CANDIDATE;
}

/* A share of the relations, the directory itself aside; few relations must nearly all have it. */
static bool shared(const struct tenancy_draft *d, size_t all)
{
	size_t others = all > 1 ? all - 1 : all;

	return d->relations > 2 ? large_share(d->relations, others)
				: d->relations == 2 && others <= 3;
}

static void judge_name(struct profile *p, struct tenancy_draft *d, size_t leads, size_t all,
		       bool proven)
{
	int word = column_word(d->t.column);

	d->confidence = CONFIDENCE_CANDIDATE;
	if (d->membership || d->t.by_login)
		d->confidence = word >= 2 && (d->t.directory || d->relations > 1)
					? CONFIDENCE_LIKELY
					: CONFIDENCE_CANDIDATE;
	else if (word == 3 && d->relations > 1)
		d->confidence = CONFIDENCE_LIKELY;
	else if (!proven && word >= 1 && leads > 1 && large_share(leads, all))
		d->confidence = CONFIDENCE_LIKELY;
	else if (!proven && word >= 2 && d->t.directory && shared(d, all))
		d->confidence = CONFIDENCE_LIKELY;
	if (!d->evidence)
		d->evidence = arena_printf(
			p->arena, "%zu of %zu tables have it%s; %s%s", d->relations, all,
			leads > 1 ? ", leading their primary keys" : "",
			d->by_default ? "its default reads the setting, but no policy does"
				      : "no policy compares it with a setting",
			d->nullable == 0 ? ""
			: d->nullable == d->relations
				? "; it may be NULL: such rows are in no tenant's scope"
				: "; where it may be NULL, such rows are in no tenant's scope");
}

static int by_size(const void *a, const void *b)
{
	const struct tenancy_draft *x = a, *y = b;

	if (x->confidence != y->confidence)
		return (int)x->confidence - (int)y->confidence;
	if (x->facts != y->facts)
		return x->facts < y->facts ? 1 : -1;
	return (x->relations < y->relations) - (x->relations > y->relations);
}

/* Few relations with an ambiguous word are not even worth telling. */
static bool noise(const struct tenancy_draft *d)
{
	return d->confidence == CONFIDENCE_CANDIDATE && d->how == PROFILE_LEARNED &&
	       d->facts == 0 && (d->relations < 3 || column_word(d->t.column) < 2);
}

void profile_find_tenancies(struct profile *p)
{
	bool proven = false;

	drafts_from_settings(p);
	drafts_from_members(p);
	drafts_from_names(p);
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];
		size_t leads, all;

		count_columns(p, d, &leads, &all);
		tenancy_find_directory(p, d);
		if (d->t.setting && !d->by_default)
			judge_setting(p, d);
		else
			judge_name(p, d, leads, all, proven);
		proven |= d->t.setting && !d->by_default && d->confidence != CONFIDENCE_CANDIDATE;
	}
	for (size_t i = p->drafts.len; i-- > 0;) {
		if (noise(&p->drafts.v[i]))
			VEC_REMOVE(&p->drafts, i);
	}
	if (p->drafts.len > 0)
		qsort(p->drafts.v, p->drafts.len, sizeof *p->drafts.v, by_size);
}
