/* SPDX-License-Identifier: MIT */
/*
 * What a tenancy that was found is worth.  Proof is a setting that policies or views compare
 * its column with.  Without one it needs a share of the relations, or a word that means nothing
 * else; what falls short is told as a candidate and not used.
 */
#include <stdlib.h>
#include <string.h>

#include "profile_priv.h"

enum { MEMBERSHIP_COLUMNS = 8 };
enum { STEM = 80, TEXT_OID = 25, BPCHAR_OID = 1042, VARCHAR_OID = 1043, NUMERIC_OID = 1700 };

/* What is counted of a draft's column, in the schemas where no setting is proven. */
struct tally {
	size_t all;	/* tables of these schemas */
	size_t leads;	/* whose primary keys begin with it */
	size_t members; /* that link it with a person */
	bool covered;	/* every relation that has it is in a schema of another, proven one */
};

/* Enough relations that a usual but ambiguous word counts: two in five. */
static bool large_share(size_t n, size_t all)
{
	return n * 5 >= all * 2;
}

/* Nearly all, whatever the word. */
static bool nearly_all(size_t n, size_t all)
{
	return n > 3 && n * 10 >= all * 7;
}

bool tenancy_eligible(const struct relation *r)
{
	return relation_is_table(r) && !r->is_partition && !r->extension;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool tenancy_says_so(const struct placed_fact *f, const struct tenancy_draft *d)
{
	return same(f->fact.setting, d->t.setting) && same(f->fact.path, d->t.claim_path);
}

/* Old tables have integer where newer ones have bigint, and varchar is text. */
static oid family(oid type)
{
	switch (type) {
	case VARCHAR_OID:
	case BPCHAR_OID:
		return TEXT_OID;
	default:
		return type_is_integer(type) ? 0 : type;
	}
}

bool tenancy_column(const struct tenancy_draft *d, const struct column *c)
{
	return same(d->t.column, c->name) && family(d->type_oid) == family(c->base_type_oid);
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

int tenant_column_word(const char *column)
{
	char stem[STEM];

	name_stem(stem, sizeof stem, column);
	return tenant_word(stem);
}

static bool refers(const struct relation *r, const struct column *c)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		const struct foreign_key *fk = r->references[i];

		if (fk->n == 1 && fk->from_columns[0] == c->attnum && fk->to != r->oid)
			return true;
	}
	return false;
}

/* A word that no list knows may still divide everything, if a foreign key tells what it is. */
bool tenancy_may_be(const struct relation *r, const struct column *c)
{
	if (c->generated || (!text_like(c) && !integer_like(c) &&
			     strcmp(c->type, "uuid") != 0 && c->base_type_oid != NUMERIC_OID))
		return false;
	return tenant_column_word(c->name) > 0 ||
	       (c->not_null && refers(r, c) && !person_name(c->name));
}

/* ---- counting ---- */

static bool proven_elsewhere(const struct profile *p, const struct tenancy_draft *d, oid schema)
{
	for (size_t i = 0; i < p->facts.len; i++) {
		const struct placed_fact *f = &p->facts.v[i];

		if (f->relation->schema_oid != schema || !f->fact.setting)
			continue;
		for (size_t k = 0; k < p->drafts.len; k++) {
			const struct tenancy_draft *other = &p->drafts.v[k];

			if (other != d && other->t.setting && !other->by_default &&
			    other->confidence != CONFIDENCE_CANDIDATE &&
			    tenancy_says_so(f, other))
				return true;
		}
	}
	return false;
}

/* team_user(team_id, user_id): who may work for whom. */
static bool links_person(const struct relation *r, const struct column *c)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (&r->columns[i] != c && person_name(r->columns[i].name) &&
		    r->ncolumns <= MEMBERSHIP_COLUMNS)
			return true;
	}
	return false;
}

static const struct column *column_of(const struct relation *r, const struct tenancy_draft *d)
{
	const struct column *c = relation_column(r, d->t.column);

	return c && tenancy_column(d, c) ? c : NULL;
}

static void count_relation(const struct relation *r, struct tenancy_draft *d, struct tally *t)
{
	const struct column *c = column_of(r, d);
	const struct index *key = relation_key(r);

	t->all++;
	if (!c)
		return;
	d->relations++;
	d->nullable += !c->not_null;
	t->leads += key && key->primary && key->nkeys > 1 && key->columns[0] == c->attnum;
	t->members += r->oid != d->t.directory && links_person(r, c);
}

/* Relations are ordered by schema: one schema after the other, those that have the column. */
static struct tally count_columns(const struct profile *p, struct tenancy_draft *d)
{
	struct tally t = { 0 };
	size_t n = catalog_relations(p->catalog), end;
	bool anywhere = false;

	d->relations = d->nullable = 0;
	for (size_t i = 0; i < n; i = end) {
		oid schema = catalog_relation_at(p->catalog, i)->schema_oid;
		bool has = false;

		for (end = i; end < n; end++) {
			const struct relation *r = catalog_relation_at(p->catalog, end);

			if (r->schema_oid != schema)
				break;
			has = has || (tenancy_eligible(r) && column_of(r, d));
		}
		anywhere = anywhere || has;
		if (!has || (!d->t.setting && proven_elsewhere(p, d, schema)))
			continue;
		for (size_t k = i; k < end; k++) {
			if (tenancy_eligible(catalog_relation_at(p->catalog, k)))
				count_relation(catalog_relation_at(p->catalog, k), d, &t);
		}
	}
	t.covered = anywhere && d->relations == 0;
	return t;
}

static bool is_schema_of(const struct profile *p, const struct tenancy_draft *d, oid schema)
{
	for (size_t i = 0; i < p->facts.len; i++)
		if (tenancy_says_so(&p->facts.v[i], d) &&
		    p->facts.v[i].relation->schema_oid == schema)
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
	int word = tenant_column_word(d->t.column),
	    said = setting_word(d->t.setting, d->t.claim_path);
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

/* A share of the relations, the directory itself aside; few relations must nearly all have it.
 */
static bool shared(const struct tenancy_draft *d, size_t all)
{
	size_t others = all > 1 ? all - 1 : all;

	return d->relations > 2 ? large_share(d->relations, others)
				: d->relations == 2 && others <= 3;
}

/* Its directory is divided by another one: teams of organizations. */
static const struct tenancy_draft *above(const struct profile *p, const struct tenancy_draft *d)
{
	const struct relation *dir = catalog_relation(p->catalog, d->t.directory);

	for (size_t i = 0; dir && i < p->drafts.len; i++) {
		const struct tenancy_draft *up = &p->drafts.v[i];

		if (up != d && up->t.directory && up->t.directory != d->t.directory &&
		    up->confidence != CONFIDENCE_CANDIDATE && column_of(dir, up) &&
		    up->relations >= d->relations)
			return up;
	}
	return NULL;
}

/* A third of what has policies goes by it, and by no setting as much does. */
static bool divides(const struct profile *p, const struct tenancy_draft *d)
{
	size_t ruled = 0;

	for (size_t i = 0; i < p->drafts.len; i++)
		if (p->drafts.v[i].t.setting && p->drafts.v[i].facts >= d->facts)
			return false;
	for (size_t i = 0; i < catalog_relations(p->catalog); i++)
		ruled += catalog_relation_at(p->catalog, i)->npolicies > 0;
	return d->facts * 3 >= ruled;
}

/* By memberships alone, whatever its name: a list of who belongs where (or functions that look it
 * up for who asks), rows that nearly all belong somewhere, and more policies that go by it than by
 * anybody's person. */
static bool divides_by_members(const struct profile *p, const struct tenancy_draft *d,
			       const struct tally *t)
{
	return d->membership && d->t.directory && d->nullable * 4 <= d->relations &&
	       (t->members > 0 || d->asked >= 3) && d->facts > 2 && divides(p, d);
}

/* A login per person, and a list that says for each where he belongs: whatever it is called, and
 * whether or not a key tells what it refers to. */
static bool divides_by_login(const struct profile *p, const struct tenancy_draft *d)
{
	return d->by_login > 1 && d->relations > 2 && d->nullable * 4 <= d->relations &&
	       divides(p, d);
}

static bool likely_by_name(const struct profile *p, const struct tenancy_draft *d,
			   const struct tally *t)
{
	int word = tenant_column_word(d->t.column);

	/* A role per tenant: whatever its name, the keys begin with it. */
	if (d->t.by_login && d->facts > 1 && d->nullable == 0 && t->leads > 1 &&
	    large_share(t->leads, t->all))
		return true;
	if (divides_by_login(p, d))
		return true;
	if (divides_by_members(p, d, t))
		return true;
	if ((d->membership && word > 0) || d->t.by_login)
		return word >= 2 && (d->t.directory || d->relations > 1);
	if (word == 3 && d->relations > 1)
		return true;
	if (t->covered)
		return false;
	if (word >= 1 && t->leads > 1 && large_share(t->leads, t->all))
		return true;
	if (!d->t.directory)
		return false;
	if (word >= 2 && (shared(d, t->all) || (t->members > 0 && d->relations > 2)))
		return true;
	return d->t.label && d->nullable == 0 &&
	       nearly_all(d->relations, t->all > 1 ? t->all - 1 : t->all) &&
	       (word >= 1 || d->relations > 4);
}

static const char *name_evidence(const struct profile *p, const struct tenancy_draft *d,
				 const struct tally *t)
{
	return arena_printf(
		p->arena, "%zu of %zu tables have it%s%s; %s%s", d->relations, t->all,
		t->leads > 1 ? ", leading their primary keys" : "",
		t->members > 0 ? ", one links it with people" : "",
		d->by_default ? "its default reads the setting, but no policy does"
			      : "no policy compares it with a setting",
		d->nullable == 0 ? ""
		: d->nullable == d->relations
			? "; it may be NULL: such rows are in no tenant's scope"
			: "; where it may be NULL, such rows are in no tenant's scope");
}

static void judge_name(struct profile *p, struct tenancy_draft *d, const struct tally *t)
{
	d->confidence = likely_by_name(p, d, t) ? CONFIDENCE_LIKELY : CONFIDENCE_CANDIDATE;
	d->leads = t->leads;
	if (!d->evidence && t->covered)
		d->evidence = "the tables that have it are divided by a setting already";
	else if (!d->evidence)
		d->evidence = name_evidence(p, d, t);
}

/* A setting that few policies read, and whose list is itself divided by what many read, tells
 * somebody of a tenant: its staff. */
static bool is_of_few(const struct tenancy_draft *d, const struct tenancy_draft *up)
{
	return !d->t.setting || (up->t.setting && d->facts * 3 <= up->facts);
}

/* What hangs below another tenancy is a part of its tenants. */
static void judge_levels(struct profile *p)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];
		const struct tenancy_draft *up;

		if (d->confidence == CONFIDENCE_CANDIDATE || !(up = above(p, d)) ||
		    !is_of_few(d, up))
			continue;
		d->confidence = CONFIDENCE_CANDIDATE;
		d->part = true;
		d->evidence =
			arena_printf(p->arena, "%s; what it refers to is itself divided by %s",
				     d->evidence, up->t.column);
	}
}

/* Of two columns that a login's name finds, the one by which fewer relations go, or that keys
 * begin with, is the coarser one: a group of tenants, a district. */
static bool is_coarser(const struct tenancy_draft *d, const struct tenancy_draft *than)
{
	if (d->by_login != than->by_login)
		return d->by_login < than->by_login;
	return d->leads != than->leads ? d->leads > than->leads : d > than;
}

static void judge_logins(struct profile *p)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		for (size_t k = 0; k < p->drafts.len && d->confidence == CONFIDENCE_LIKELY; k++) {
			const struct tenancy_draft *than = &p->drafts.v[k];

			if (d == than || d->by_login < 2 || than->by_login < 2 ||
			    than->confidence == CONFIDENCE_CANDIDATE || !is_coarser(d, than))
				continue;
			d->confidence = CONFIDENCE_CANDIDATE;
			d->evidence = arena_printf(p->arena,
						   "%s; the login's name finds %s as well, "
						   "which divides more",
						   d->evidence, than->t.column);
		}
	}
}

/* Told by its name alone while the policies go by persons: folders of a workspace, which is one
 * person's own.  A word that means nothing else is believed, and so is who said it in the file. */
static bool is_of_person(const struct tenancy_draft *d, const struct tenancy_draft *persons)
{
	return d->how == PROFILE_LEARNED && (!d->t.setting || d->by_default) && !d->t.by_login &&
	       tenant_column_word(d->t.column) < 3 && d->facts * 3 <= persons->facts;
}

/* The policies hold most rows to persons, and nothing else divides them; NULL: not so. */
static struct tenancy_draft *of_persons(const struct profile *p)
{
	struct tenancy_draft *most = NULL;

	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if (d->confidence == CONFIDENCE_CANDIDATE && d->t.setting && !d->by_default &&
		    d->facts > 1 && d->relations > 1 &&
		    person_setting(d->t.setting, d->t.claim_path) &&
		    (!most || d->relations > most->relations))
			most = d;
	}
	for (size_t i = 0; most && i < p->drafts.len; i++)
		if (p->drafts.v[i].confidence != CONFIDENCE_CANDIDATE &&
		    !(is_of_person(&p->drafts.v[i], most) && rules_most(p, most)))
			return NULL;
	return most;
}

void profile_judge_tenancies(struct profile *p)
{
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if (d->t.setting && !d->by_default) {
			count_columns(p, d);
			judge_setting(p, d);
		}
	}
	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];
		struct tally t;

		if (d->t.setting && !d->by_default)
			continue;
		t = count_columns(p, d);
		judge_name(p, d, &t);
	}
	judge_levels(p);
	judge_logins(p);

	struct tenancy_draft *persons = of_persons(p);

	p->has_persons = persons != NULL;
	if (!persons || !p->persons)
		return;
	for (size_t i = 0; i < p->drafts.len; i++)
		p->drafts.v[i].confidence = CONFIDENCE_CANDIDATE;
	persons->confidence = CONFIDENCE_LIKELY;
}
