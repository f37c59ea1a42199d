/* SPDX-License-Identifier: MIT */
/*
 * The profile file: what the catalog cannot tell, or tells wrongly.
 *
 *	[profile]                 environment, application_role, audit,
 *	                          tenant_schemas = NAME, PREFIX*, ... | none
 *	[tenancy]                 column, type, setting, claim, cast, role, directory, key,
 *	                          label, slug
 *	[tenancy NAME]            one more
 *	[relation schema.name]    tenant = COLUMN | none, concurrency = COLUMN | xmin | columns
 *	[mask schema.name]        COLUMN = personal | secret | none
 *	[outbox schema.name]      is = yes | no, ROLE = COLUMN | none (domain/outbox.h),
 *	                          warn-age crit-age warn-lag = DURATION,
 *	                          warn-due crit-due warn-dead = NUMBER; 0: never
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/deffile.h"
#include "base/timefmt.h"
#include "domain/outbox.h"
#include "profile_priv.h"

static const char *const sections[] = {
	"profile", "tenancy", "relation", "mask", "outbox", NULL
};
static const char *const profile_keys[] = { "environment", "application_role", "audit",
					    "tenant_schemas", NULL };
static const char *const tenancy_keys[] = { "column", "type", "setting",   "claim",
					    "cast",   "role", "directory", "key",
					    "label",  "slug", NULL };
static const char *const relation_keys[] = { "tenant", "concurrency", NULL };
static const char *const mask_values[] = { "personal", "secret", "none", NULL };
static const char *const outbox_ages[] = { "warn-age", "crit-age", "warn-lag", NULL };
static const char *const outbox_counts[] = { "warn-due", "crit-due", "warn-dead", NULL };
static const char *const answers[] = { "yes", "no", NULL };
static const char *const environments[] = { "production", "staging", "development", NULL };

static bool among(const char *s, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(s, *words) == 0)
			return true;
	}
	return false;
}

static bool check_threshold(const struct deffile_entry *e, struct err *err)
{
	double seconds;

	if (among(e->key, outbox_ages)
		    ? timefmt_parse_duration(e->value, &seconds) && seconds >= 0
		    : *e->value && strspn(e->value, "0123456789") == strlen(e->value))
		return true;
	return err_set(err, ERR_USAGE, e->key, "\"%s\" is not %s", e->value,
		       among(e->key, outbox_ages) ? "a duration such as 30s or 5m"
						  : "a whole number");
}

static bool check_outbox(const struct deffile_entry *e, struct err *err)
{
	const char *keys[OUTBOX_ROLES + ARRAY_SIZE(outbox_ages) + ARRAY_SIZE(outbox_counts)] = {
		"is"
	};
	size_t n = 1;

	for (int role = 0; role < OUTBOX_ROLES; role++)
		keys[n++] = outbox_role_name(role);
	for (size_t i = 0; outbox_ages[i]; i++)
		keys[n++] = outbox_ages[i];
	for (size_t i = 0; outbox_counts[i]; i++)
		keys[n++] = outbox_counts[i];
	if (among(e->key, outbox_ages) || among(e->key, outbox_counts))
		return check_threshold(e, err);
	if (!among(e->key, keys))
		return err_unknown(err, "key", e->key, keys);
	if (strcmp(e->key, "is") == 0 && !among(e->value, answers))
		return err_unknown(err, "value", e->value, answers);
	return true;
}

static bool check_entry(const struct deffile_entry *e, struct err *err)
{
	const char *const *keys = NULL;

	if (!among(e->section, sections))
		return err_unknown(err, "section", e->section, sections);
	if (!e->key)
		return true;
	if (strcmp(e->section, "profile") == 0)
		keys = profile_keys;
	else if (strcmp(e->section, "tenancy") == 0)
		keys = tenancy_keys;
	else if (strcmp(e->section, "relation") == 0)
		keys = relation_keys;
	if (keys && !among(e->key, keys))
		return err_unknown(err, "key", e->key, keys);
	if (strcmp(e->section, "outbox") == 0)
		return check_outbox(e, err);
	if (strcmp(e->section, "mask") == 0 && !among(e->value, mask_values))
		return err_unknown(err, "value", e->value, mask_values);
	if (strcmp(e->key, "environment") == 0 && !among(e->value, environments))
		return err_unknown(err, "environment", e->value, environments);
	return true;
}

static bool on_entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	struct profile *p = ctx;

	if (!check_entry(e, err))
		return false;
	if (e->key)
		*VEC_PUSH(&p->overrides) = (struct override){
			.section = arena_intern(p->arena, e->section),
			.arg = arena_intern(p->arena, e->arg),
			.key = arena_strdup(p->arena, e->key),
			.value = arena_strdup(p->arena, e->value),
			.where = arena_printf(p->arena, "%s:%d", e->file, e->line),
		};
	return true;
}

bool profile_file_load(struct profile *p, const char *file, struct err *err)
{
	return !file || deffile_load(file, on_entry, p, err);
}

const char *profile_override(const struct profile *p, const char *section, const char *arg,
			     const char *key)
{
	for (size_t i = 0; i < p->overrides.len; i++) {
		const struct override *o = &p->overrides.v[i];

		if (strcmp(o->section, section) == 0 && strcmp(o->arg, arg) == 0 &&
		    strcmp(o->key, key) == 0)
			return o->value;
	}
	return NULL;
}

static void apply(struct profile *p, struct tenancy_draft *d, const struct override *o)
{
	const char *value = strcmp(o->value, "none") == 0 ? NULL : o->value;
	const struct relation *r;
	struct err err = ERR_INIT;

	if (strcmp(o->key, "column") == 0)
		d->t.column = o->value;
	else if (strcmp(o->key, "type") == 0)
		d->t.type = o->value;
	else if (strcmp(o->key, "setting") == 0)
		d->t.setting = value;
	else if (strcmp(o->key, "claim") == 0)
		d->t.claim_path = value;
	else if (strcmp(o->key, "cast") == 0)
		d->t.cast = value;
	else if (strcmp(o->key, "role") == 0)
		d->t.impersonate = value;
	else if (strcmp(o->key, "key") == 0)
		d->t.directory_key = o->value;
	else if (strcmp(o->key, "label") == 0)
		d->t.label = value;
	else if (strcmp(o->key, "slug") == 0)
		d->t.slug = value;
	else {
		r = value ? catalog_find(p->catalog, value, &err) : NULL;
		d->t.directory = r ? r->oid : 0;
		err_release(&err);
	}
}

/* Its key, where only the relation was named. */
static void complete_directory(struct profile *p, struct tenancy_draft *d)
{
	const struct relation *r = catalog_relation(p->catalog, d->t.directory);
	const struct index *key = r ? relation_key(r) : NULL;

	if (r && (!d->t.directory_key || !relation_column(r, d->t.directory_key)))
		d->t.directory_key = key && key->nkeys == 1
					     ? relation_attnum(r, key->columns[0])->name
					     : NULL;
	if (r && !d->t.directory_key)
		d->t.directory = 0;
	if (r && d->t.label && !relation_column(r, d->t.label))
		d->t.label = NULL;
	if (r && d->t.slug && !relation_column(r, d->t.slug))
		d->t.slug = NULL;
}

/* A type for the column, so that relations can be matched: the first relation that has it
 * tells. */
static void complete(struct profile *p, struct tenancy_draft *d, bool said_directory)
{
	for (size_t i = 0; d->t.column && i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);
		const struct column *c = relation_column(r, d->t.column);

		if (!c || (d->type_oid && d->type_oid == c->base_type_oid) ||
		    (d->t.type && strcmp(d->t.type, c->type) != 0))
			continue;
		d->type_oid = c->base_type_oid;
		d->t.type = c->type;
		break;
	}
	/* A type for people, where no relation has the column. */
	if (!d->t.type)
		d->t.type = "text";
	if (!d->t.directory && !said_directory)
		tenancy_find_directory(p, d);
	complete_directory(p, d);
}

static struct tenancy_draft *draft_for(struct profile *p, const char *arg, size_t *at)
{
	const char *column = profile_override(p, "tenancy", arg, "column");
	const char *setting = profile_override(p, "tenancy", arg, "setting");

	for (size_t i = 0; i < p->drafts.len; i++) {
		struct tenancy_draft *d = &p->drafts.v[i];

		if ((column && strcmp(d->t.column, column) == 0) ||
		    (!column && setting && d->t.setting &&
		     strcmp(d->t.setting, setting) == 0) ||
		    (!column && !setting)) {
			*at = i;
			return d;
		}
	}
	/* Which tenancy it is about was not said: the first. */
	if (!column && p->drafts.len > 0 && p->drafts.v[0].confidence != CONFIDENCE_CANDIDATE) {
		*at = 0;
		return &p->drafts.v[0];
	}
	*at = p->drafts.len;
	*VEC_PUSH(&p->drafts) = (struct tenancy_draft){ .how = PROFILE_CONFIGURED };
	return &p->drafts.v[*at];
}

static bool says_none(const struct profile *p, const char *arg)
{
	const char *column = profile_override(p, "tenancy", arg, "column");

	return column && strcmp(column, "none") == 0;
}

/* What the file says of tenancies goes to the front, whatever was learned. */
bool profile_file_check(struct profile *p, struct err *err)
{
	size_t front = 0;

	for (size_t i = 0; i < p->overrides.len; i++) {
		const struct override *o = &p->overrides.v[i];
		struct tenancy_draft *d, keep;
		bool first = true;
		size_t at;

		for (size_t k = 0; k < i; k++)
			first &= strcmp(p->overrides.v[k].section, "tenancy") != 0 ||
				 strcmp(p->overrides.v[k].arg, o->arg) != 0;
		if (strcmp(o->section, "tenancy") != 0 || !first)
			continue;
		if (says_none(p, o->arg)) {
			p->no_tenancy = true;
			continue;
		}
		d = draft_for(p, o->arg, &at);
		for (size_t k = i; k < p->overrides.len; k++) {
			const struct override *more = &p->overrides.v[k];

			if (strcmp(more->section, "tenancy") == 0 &&
			    strcmp(more->arg, o->arg) == 0)
				apply(p, d, more);
		}
		if (!d->t.column)
			return err_set(err, ERR_USAGE, o->where, "a tenancy needs its column");
		d->how = PROFILE_CONFIGURED;
		d->confidence = CONFIDENCE_CERTAIN;
		d->evidence = "by the profile file";
		complete(p, d, profile_override(p, "tenancy", o->arg, "directory") != NULL);
		keep = *d;
		memmove(&p->drafts.v[front + 1], &p->drafts.v[front],
			(at - front) * sizeof *p->drafts.v);
		p->drafts.v[front++] = keep;
	}
	return true;
}

/* ---- what is not there ---- */

/* The column that an entry of [relation], [mask] or [outbox] is about; NULL: about none. */
static const char *column_meant(const struct override *o)
{
	static const char *const words[] = { "none", "xmin", "columns", NULL };

	if (strcmp(o->section, "relation") == 0)
		return among(o->value, words) ? NULL : o->value;
	if (strcmp(o->section, "outbox") == 0)
		return strcmp(o->key, "is") == 0 || among(o->key, outbox_ages) ||
				       among(o->key, outbox_counts) || among(o->value, words)
			       ? NULL
			       : o->value;
	return strcmp(o->section, "mask") == 0 ? o->key : NULL;
}

static bool column_anywhere(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		if (relation_column(catalog_relation_at(c, i), name))
			return true;
	}
	return false;
}

static const char *missing(struct profile *p, const struct override *o)
{
	bool relation = strcmp(o->section, "relation") == 0 ||
			strcmp(o->section, "mask") == 0 || strcmp(o->section, "outbox") == 0;
	const struct relation *r = relation ? catalog_written(p->catalog, o->arg) : NULL;
	const char *column = column_meant(o);
	struct err err = ERR_INIT;

	if (relation && !r)
		return arena_printf(p->arena, "there is no relation %s", o->arg);
	if (r && column && !relation_column(r, column))
		return arena_printf(p->arena, "%s has no column %s", o->arg, column);
	if (strcmp(o->key, "directory") == 0 && strcmp(o->value, "none") != 0 &&
	    !catalog_find(p->catalog, o->value, &err)) {
		err_release(&err);
		return arena_printf(p->arena, "there is no relation %s", o->value);
	}
	if (strcmp(o->section, "tenancy") == 0 && strcmp(o->key, "column") == 0 &&
	    strcmp(o->value, "none") != 0 && !column_anywhere(p->catalog, o->value))
		return arena_printf(p->arena, "no relation has a column %s", o->value);
	return NULL;
}

void profile_file_leftovers(struct profile *p)
{
	for (size_t i = 0; i < p->overrides.len; i++) {
		const struct override *o = &p->overrides.v[i];
		const char *why = missing(p, o);

		if (why)
			profile_add(p, "profile_file", o->where, PROFILE_CONFIGURED,
				    CONFIDENCE_CANDIDATE,
				    arena_printf(p->arena, "%s: the line has no effect", why));
	}
}
