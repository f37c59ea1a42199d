/* SPDX-License-Identifier: MIT */
/* What guards a record's saves, and which columns tell when it changed. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "domain/pgtype.h"
#include "profile_priv.h"

enum { TRIGGER_ROW = 1, TRIGGER_BEFORE = 2, TRIGGER_UPDATE = 16 };

/* The column's whole name is one of these, however its words are joined. */
static bool is_called(const char *name, const char *const *names)
{
	char joined[64];
	size_t n = 0;

	for (; *name && n < sizeof joined - 1; name++)
		if (*name != '_' && *name != ' ' && *name != '-')
			joined[n++] = (char)tolower((unsigned char)*name);
	joined[n] = 0;
	for (; *names; names++)
		if (strcmp(joined, *names) == 0)
			return !*name;
	return false;
}

static bool version_name(const char *name)
{
	static const char *const names[] = { "version",	 "rowversion", "lockversion",
					     "revision", "optlock",    NULL };

	return is_called(name, names);
}

static bool in_key(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		if (r->indexes[i].unique && index_has(&r->indexes[i], attnum))
			return true;
	}
	return relation_refers(r, attnum);
}

/* Does the body assign NEW.column?  Comments and strings are not told apart: it is evidence. */
static bool assigns(const char *body, const char *column)
{
	size_t len = strlen(column);

	for (const char *p = body; *p; p++) {
		const char *q;

		if (strncasecmp(p, "new.", 4) != 0 ||
		    (p > body && (isalnum((unsigned char)p[-1]) || p[-1] == '_')))
			continue;
		q = p + 4;
		q += *q == '"';
		if (strncasecmp(q, column, len) != 0)
			continue;
		q += len;
		q += *q == '"';
		while (isspace((unsigned char)*q))
			q++;
		if (*q == '=' || (*q == ':' && q[1] == '='))
			return true;
	}
	return false;
}

static const struct trigger *bumped_by(const struct profile *p, const struct relation *r,
				       const char *column)
{
	const int wanted = TRIGGER_ROW | TRIGGER_BEFORE | TRIGGER_UPDATE;

	for (size_t i = 0; i < r->ntriggers; i++) {
		const struct trigger *t = &r->triggers[i];
		const struct function *f = catalog_function(p->catalog, t->function_oid);

		if ((t->type & wanted) == wanted && t->enabled != 'D' && f && f->body &&
		    assigns(f->body, column))
			return t;
	}
	return NULL;
}

static bool counts_from_start(const struct column *c)
{
	const char *d = c->default_expr;

	return d && (strcmp(d, "0") == 0 || strcmp(d, "1") == 0 ||
		     strncmp(d, "'0'::", 5) == 0 || strncmp(d, "'1'::", 5) == 0 ||
		     strncmp(d, "(0)::", 5) == 0 || strncmp(d, "(1)::", 5) == 0);
}

/* The guard where there is no proven version column. */
static enum guard_kind other_guard(const struct relation *r)
{
	if (r->kind == RELATION_MATVIEW)
		return GUARD_NONE;
	if (r->kind == RELATION_VIEW || r->kind == RELATION_FOREIGN)
		return r->updatable ? GUARD_COLUMNS : GUARD_NONE;
	return r->xmin_readable ? GUARD_XMIN : GUARD_COLUMNS;
}

static const char *guard_evidence(struct profile *p, const struct relation *r,
				  const struct relation_profile *rp,
				  const struct column *candidate)
{
	if (candidate)
		return arena_printf(
			p->arena,
			"%s looks like a version, but neither a trigger nor a default of "
			"0 or 1 proves it",
			candidate->name);
	if (rp->guard == GUARD_XMIN)
		return "no version column; xmin changes with every write";
	if (r->kind == RELATION_VIEW || r->kind == RELATION_FOREIGN)
		return "no version column and no xmin: the old values of all columns are "
		       "compared";
	return "no version column, and this role may not read xmin";
}

static void try_version(struct profile *p, const struct relation *r, const struct column *c,
			const char *configured)
{
	struct relation_profile *rp = profile_at(p, r);
	const struct trigger *t = bumped_by(p, r, c->name);
	bool fits = integer_like(c) && c->not_null && !in_key(r, c->attnum) && !c->generated;
	const char *evidence;

	if (rp->guard == GUARD_VERSION)
		return;
	if (!configured && (!fits || (!t && !counts_from_start(c)))) {
		rp->candidate_attnum = integer_like(c) ? c->attnum : 0;
		return;
	}
	rp->guard = GUARD_VERSION;
	rp->version_attnum = c->attnum;
	rp->version_by_trigger = t != NULL;
	rp->candidate_attnum = 0;
	if (configured)
		evidence = "by the profile file";
	else if (t)
		evidence = arena_printf(p->arena, "trigger %s (%s) counts it up", t->name,
					t->function);
	else
		evidence = arena_printf(p->arena, "%s NOT NULL DEFAULT %s, in no key", c->type,
					c->default_expr);
	profile_add(p, profile_relation_key(p, "concurrency", r), c->name,
		    configured ? PROFILE_CONFIGURED : PROFILE_LEARNED,
		    t || configured ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY, evidence);
}

static void find_guard(struct profile *p, const struct relation *r)
{
	struct relation_profile *rp = profile_at(p, r);
	const char *rel = arena_printf(p->arena, "%s.%s", r->schema, r->name);
	const char *configured = profile_override(p, "relation", rel, "concurrency");
	const struct column *c = configured ? relation_column(r, configured) : NULL;

	/* A column that is not there says nothing. */
	if (configured && !c && strcmp(configured, "xmin") != 0 &&
	    strcmp(configured, "columns") != 0)
		configured = NULL;
	rp->guard = GUARD_NONE;
	if (c) {
		try_version(p, r, c, configured);
	} else if (!configured && r->kind != RELATION_MATVIEW) {
		for (size_t i = 0; i < r->ncolumns; i++) {
			if (version_name(r->columns[i].name))
				try_version(p, r, &r->columns[i], NULL);
		}
	}
	if (rp->guard == GUARD_VERSION)
		return;
	rp->guard = other_guard(r);
	if (configured && strcmp(configured, "columns") == 0)
		rp->guard = GUARD_COLUMNS;
	if (rp->guard == GUARD_NONE)
		return;
	profile_add(p, profile_relation_key(p, "concurrency", r),
		    rp->guard == GUARD_XMIN ? "xmin" : "columns",
		    configured ? PROFILE_CONFIGURED : PROFILE_LEARNED, CONFIDENCE_CERTAIN,
		    configured ? "by the profile file"
			       : guard_evidence(p, r, rp,
						relation_attnum(r, rp->candidate_attnum)));
}

static int time_called(const struct relation *r, const char *const *names)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if ((c->base_type_oid == PGTYPE_TIMESTAMPTZ ||
		     c->base_type_oid == PGTYPE_DATE || c->base_type_oid == PGTYPE_TIMESTAMP) &&
		    is_called(c->name, names))
			return c->attnum;
	}
	return 0;
}

/* What Rails, Django, Laravel, Ecto, Prisma, Spring, Odoo and others call them. */
static void find_stamps(struct profile *p, const struct relation *r)
{
	static const char *const updated[] = { "updatedat",	   "modifiedat",
					       "lastmodified",	   "updatedon",
					       "updated",	   "modified",
					       "changedat",	   "lastupdated",
					       "modifieddate",	   "writedate",
					       "lastmodifieddate", "lastmodifiedat",
					       "modifiedon",	   "lastmodifiedon",
					       "lastupdatedat",	   "lastupdate",
					       "updatetime",	   "updatedtime",
					       "updateddate",	   "datemodified",
					       "dateupdated",	   "changedon",
					       "changed",	   "modifiedtime",
					       "updatedate",	   NULL };
	static const char *const created[] = { "createdat",   "createdon",   "created",
					       "insertedat",  "createddate", "createdate",
					       "datecreated", "createtime",  "createdtime",
					       NULL };
	struct relation_profile *rp = profile_at(p, r);

	rp->updated_at_attnum = time_called(r, updated);
	rp->created_at_attnum = time_called(r, created);
	rp->updated_at_by_trigger =
		rp->updated_at_attnum &&
		bumped_by(p, r, relation_attnum(r, rp->updated_at_attnum)->name);
}

static void find_masked(struct profile *p, const struct relation *r)
{
	struct relation_profile *rp = profile_at(p, r);
	const char *rel = arena_printf(p->arena, "%s.%s", r->schema, r->name);

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		const char *said = profile_override(p, "mask", rel, c->name);
		int level = column_sensitivity(r, c);

		if (said)
			level = strcmp(said, "secret") == 0 ? 2 : strcmp(said, "personal") == 0;
		if (level == 0)
			continue;
		if (!rp->masked)
			rp->masked = arena_alloc(p->arena, r->ncolumns);
		rp->masked[i] = (unsigned char)level;
		profile_add(p, profile_relation_key(p, level == 2 ? "secret" : "personal", r),
			    c->name, said ? PROFILE_CONFIGURED : PROFILE_LEARNED,
			    said ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
			    said ? "by the profile file" : "by its name or comment");
	}
}

void profile_find_guards(struct profile *p)
{
	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);

		find_guard(p, r);
		find_stamps(p, r);
		find_masked(p, r);
	}
}
