/* SPDX-License-Identifier: MIT */
/*
 * The profile file: what the catalog cannot tell, or tells wrongly.
 *
 *	[profile]                 environment, application_role, audit
 *	[tenancy]                 column, type, setting, claim, cast, role, directory, key,
 *	                          label, slug
 *	[tenancy NAME]            one more
 *	[relation schema.name]    tenant = COLUMN | none, concurrency = COLUMN | xmin | columns
 *	[mask schema.name]        COLUMN = personal | secret | none
 *	[outbox schema.name]      roles of columns: kept for those who ask
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/deffile.h"
#include "profile_priv.h"

static const char *const sections[] = {
	"profile", "tenancy", "relation", "mask", "outbox", NULL
};
static const char *const profile_keys[] = { "environment", "application_role", "audit", NULL };
static const char *const tenancy_keys[] = { "column", "type", "setting",   "claim",
					    "cast",   "role", "directory", "key",
					    "label",  "slug", NULL };
static const char *const relation_keys[] = { "tenant", "concurrency", NULL };
static const char *const mask_values[] = { "personal", "secret", "none", NULL };
static const char *const environments[] = { "production", "staging", "development", NULL };

static bool among(const char *s, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(s, *words) == 0)
			return true;
	}
	return false;
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

static bool apply(struct profile *p, struct tenancy_draft *d, const struct override *o,
		  struct err *err)
{
	const struct relation *r;

	if (strcmp(o->key, "column") == 0)
		d->t.column = o->value;
	else if (strcmp(o->key, "type") == 0)
		d->t.type = o->value;
	else if (strcmp(o->key, "setting") == 0)
		d->t.setting = o->value;
	else if (strcmp(o->key, "claim") == 0)
		d->t.claim_path = o->value;
	else if (strcmp(o->key, "cast") == 0)
		d->t.cast = o->value;
	else if (strcmp(o->key, "role") == 0)
		d->t.impersonate = o->value;
	else if (strcmp(o->key, "key") == 0)
		d->t.directory_key = o->value;
	else if (strcmp(o->key, "label") == 0)
		d->t.label = o->value;
	else if (strcmp(o->key, "slug") == 0)
		d->t.slug = o->value;
	else {
		r = catalog_find(p->catalog, o->value, err);
		if (!r)
			return err_within(err, o->where);
		d->t.directory = r->oid;
	}
	return true;
}

/* A type for the column, so that relations can be matched: the first relation that has it
 * tells. */
static void complete(struct profile *p, struct tenancy_draft *d)
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
	if (!d->t.directory)
		tenancy_find_directory(p, d);
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
	*at = p->drafts.len;
	*VEC_PUSH(&p->drafts) = (struct tenancy_draft){ .how = PROFILE_CONFIGURED };
	return &p->drafts.v[*at];
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
		d = draft_for(p, o->arg, &at);
		for (size_t k = i; k < p->overrides.len; k++) {
			const struct override *more = &p->overrides.v[k];

			if (strcmp(more->section, "tenancy") == 0 &&
			    strcmp(more->arg, o->arg) == 0 && !apply(p, d, more, err))
				return false;
		}
		if (!d->t.column)
			return err_set(err, ERR_USAGE, o->where, "a tenancy needs its column");
		d->how = PROFILE_CONFIGURED;
		d->confidence = CONFIDENCE_CERTAIN;
		d->evidence = "by the profile file";
		complete(p, d);
		keep = *d;
		memmove(&p->drafts.v[front + 1], &p->drafts.v[front],
			(at - front) * sizeof *p->drafts.v);
		p->drafts.v[front++] = keep;
	}
	return true;
}
