/* SPDX-License-Identifier: MIT */
/*
 * Finding tenancies: first what policies and views prove (a column compared with a setting),
 * then what names and foreign keys suggest.  profile_judge.c says what each is worth.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "domain/policy_expr.h"
#include "profile_priv.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
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

/* The usual name of the column among a setting's facts; "id" is the directory's own and counts
 * last, a list or a path before it. */
static void usual_column(struct profile *p, struct tenancy_draft *d)
{
	struct map *votes = map_new(NULL);
	size_t most = 0;

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];
		size_t n;

		if (!tenancy_says_so(f, d))
			continue;
		n = (size_t)(uintptr_t)map_get(votes, f->column->name);
		n += strcmp(f->column->name, "id") == 0 ? 1 : f->fact.contained ? 10 : 1000;
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

/* "in the policies of 3 relations, such as …", "in the queries of 2 views, such as …" */
static const char *setting_evidence(struct profile *p, const struct tenancy_draft *d,
				    const struct placed_fact *example)
{
	struct buf out = BUF_INIT;
	const char *text;

	buf_addf(&out, "compared with %s", d->t.setting);
	if (d->t.claim_path)
		buf_addf(&out, " at %s", d->t.claim_path);
	if (d->function)
		buf_addf(&out, " through %s", d->function);
	if (d->policies > 0)
		buf_addf(&out, " in the policies of %zu relation%s", d->policies,
			 d->policies == 1 ? "" : "s");
	if (d->views > 0)
		buf_addf(&out, " %sthe quer%s of %zu view%s", d->policies > 0 ? "and " : "in ",
			 d->views == 1 ? "y" : "ies", d->views, d->views == 1 ? "" : "s");
	if (example->policy)
		buf_addf(&out, ", such as %s on %s.%s", example->policy->name,
			 example->relation->schema, example->relation->name);
	else
		buf_addf(&out, ", such as %s.%s", example->view->schema, example->view->name);
	text = arena_strdup(p->arena, out.data);
	buf_release(&out);
	return text;
}

static void count_views(const struct profile *p, struct tenancy_draft *d)
{
	const struct relation *last = NULL;

	for (size_t i = 0; i < p->views.len; i++) {
		const struct scoped_view *v = &p->views.v[i];

		d->views += v->view != last && same(v->fact.setting, d->t.setting) &&
			    same(v->fact.path, d->t.claim_path);
		last = v->view;
	}
}

static void count_facts(struct profile *p, struct tenancy_draft *d)
{
	const struct relation *last = NULL, *ruled = NULL;
	const struct placed_fact *example = NULL;

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];

		if (!tenancy_says_so(f, d))
			continue;
		d->facts += f->relation != last;
		last = f->relation;
		d->policies += f->policy && f->relation != ruled;
		ruled = f->policy ? f->relation : ruled;
		if (strcmp(f->column->name, d->t.column) == 0 &&
		    (!example || (!example->policy && f->policy)))
			example = f;
	}
	count_views(p, d);
	if (example)
		d->evidence = setting_evidence(p, d, example);
}

/* Relations whose policies decide the column by one kind of thing. */
struct votes {
	const struct relation *last;
	size_t n;
};

static void vote(struct votes *v, const struct placed_fact *f)
{
	v->n += f->relation != v->last;
	v->last = f->relation;
}

/* What is a stranger to its own column, if not a hole: a setting beside the login where each tenant
 * is a role, or in a policy or two where a list of who belongs where decides everywhere else. */
static bool outvoted(const struct profile *p, const struct tenancy_draft *d)
{
	struct votes said = { 0 }, settings = { 0 }, logins = { 0 }, members = { 0 };

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];

		if (!same(f->column->name, d->t.column))
			continue;
		if (f->fact.identity)
			vote(&logins, f);
		else if (f->fact.setting)
			vote(&settings, f);
		else if (f->fact.membership)
			vote(&members, f);
		if (!f->fact.identity && tenancy_says_so(f, d))
			vote(&said, f);
	}
	return logins.n > said.n || (members.n > 2 && members.n >= 3 * settings.n);
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
		if (outvoted(p, d)) {
			p->drafts.len--;
			continue;
		}
		count_facts(p, d);
	}
}

static struct tenancy_draft *draft_of_column(struct profile *p, const struct column *c)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if (tenancy_column(d, c))
			return d;
	}
	return NULL;
}

/* A column by whose name or key one may tell whose the row is. */
static bool may_say_whose(const struct placed_fact *f)
{
	if (tenant_column_word(f->column->name) > 0)
		return true;
	return !person_name(f->column->name) &&
	       (f->fact.identity || f->fact.by_login ||
		(f->fact.membership && tenancy_may_be(f->relation, f->column)));
}

/* Relations where the column is looked up by the name of the login. */
static void count_logins(const struct profile *p, struct tenancy_draft *d)
{
	const struct relation *last = NULL;

	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];

		if (!f->fact.by_login || f->relation == last || !tenancy_column(d, f->column))
			continue;
		last = f->relation;
		d->by_login++;
	}
	d->facts = !d->t.setting && d->by_login > d->facts ? d->by_login : d->facts;
}

/* A column that sub-queries on memberships decide, or the name of the login. */
static void drafts_from_members(struct profile *p)
{
	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];
		struct tenancy_draft *d = draft_of_column(p, f->column);

		if (f->fact.setting || (!d && !may_say_whose(f)))
			continue;
		if (d) {
			d->facts += !d->t.setting && p->facts.v[i - 1].relation != f->relation;
			d->asked += f->fact.asked;
			continue;
		}
		*VEC_PUSH(&p->drafts) = (struct tenancy_draft){
			.t = { .column = f->column->name,
			       .type = f->column->type,
			       .by_login = f->fact.identity },
			.how = PROFILE_LEARNED,
			.type_oid = f->column->base_type_oid,
			.membership = f->fact.membership,
			.asked = f->fact.asked,
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

		for (size_t k = 0; tenancy_eligible(r) && k < r->ncolumns; k++) {
			const struct column *c = &r->columns[k];
			struct tenancy_draft *d;

			if (!tenancy_may_be(r, c))
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

static int by_size(const void *a, const void *b)
{
	const struct tenancy_draft *x = a, *y = b;

	if (x->confidence != y->confidence)
		return (int)x->confidence - (int)y->confidence;
	if (x->facts != y->facts)
		return x->facts < y->facts ? 1 : -1;
	return (x->relations < y->relations) - (x->relations > y->relations);
}

/* Few relations with an ambiguous word are not even worth telling, nor is a word of no list. */
static bool noise(const struct tenancy_draft *d)
{
	int word = tenant_column_word(d->t.column);

	return d->confidence == CONFIDENCE_CANDIDATE && d->how == PROFILE_LEARNED &&
	       (d->facts == 0 || (d->membership && word == 0)) && !d->part &&
	       (d->relations < 3 || word < 2);
}

void profile_find_tenancies(struct profile *p)
{
	drafts_from_settings(p);
	drafts_from_members(p);
	drafts_from_names(p);
	for (size_t i = 0; i < p->drafts.len; i++)
		count_logins(p, &p->drafts.v[i]);
	for (size_t i = 0; i < p->drafts.len; i++)
		tenancy_find_directory(p, &p->drafts.v[i]);
	profile_judge_tenancies(p);
	for (size_t i = p->drafts.len; i-- > 0;) {
		if (noise(&p->drafts.v[i]))
			VEC_REMOVE(&p->drafts, i);
	}
	if (p->drafts.len > 0)
		qsort(p->drafts.v, p->drafts.len, sizeof *p->drafts.v, by_size);
}
