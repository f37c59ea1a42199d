/* SPDX-License-Identifier: MIT */
#include "domain/profile_edit.h"

#include <ctype.h>
#include <string.h>

#include "base/vec.h"
#include "profile_priv.h"

/* Rows of a whole database and the lines that say them. */
static const struct {
	const char *row, *section, *key;
} plain[] = {
	{ "tenant_column", "tenancy", "column" },
	{ "tenant_type", "tenancy", "type" },
	{ "tenant_setting", "tenancy", "setting" },
	{ "tenant_claim", "tenancy", "claim" },
	{ "tenant_cast", "tenancy", "cast" },
	{ "tenant_role", "tenancy", "role" },
	{ "tenant_directory", "tenancy", "directory" },
	{ "tenant_key", "tenancy", "key" },
	{ "tenant_label", "tenancy", "label" },
	{ "tenant_slug", "tenancy", "slug" },
	{ "environment", "profile", "environment" },
	{ "application_role", "profile", "application_role" },
	{ "audit", "profile", "audit" },
	{ "tenant_schemas", "profile", "tenant_schemas" },
};

/* Rows of one relation: "WORD:SCHEMA.NAME". */
static const struct {
	const char *word, *section, *key;
} related[] = {
	{ "tenant", "relation", "tenant" }, { "concurrency", "relation", "concurrency" },
	{ "personal", "mask", NULL },	    { "secret", "mask", NULL },
	{ "mask", "mask", NULL },	    { "outbox", "outbox", NULL },
};

/* "a=b" into key and value; without the sign the value is whole. */
static bool divide(struct arena *a, const char *text, struct profile_entry *e)
{
	const char *sign = strchr(text, '=');

	if (!sign || sign == text)
		return false;
	e->key = arena_strndup(a, text, (size_t)(sign - text));
	e->value = arena_strdup(a, sign + 1);
	return true;
}

static bool of_relation(struct arena *a, const char *word, const char *value,
			struct profile_entry *e, struct err *err)
{
	bool outbox = strcmp(word, "outbox") == 0, mask = strcmp(word, "mask") == 0;

	if (e->key)
		return true;
	if (!mask && !outbox) {
		e->key = arena_strdup(a, value);
		e->value = arena_strdup(a, word);
	} else if (divide(a, value, e)) {
		return true;
	} else if (outbox) {
		e->key = "is";
	} else {
		return err_set(err, ERR_USAGE, value,
			       "wanted is COLUMN=personal, secret or none");
	}
	return true;
}

static bool one_line(const char *text)
{
	for (; text && *text; text++) {
		if (iscntrl((unsigned char)*text))
			return false;
	}
	return true;
}

bool profile_entry_for(struct arena *a, const char *key, const char *value,
		       struct profile_entry *out, struct err *err)
{
	const char *colon = strchr(key, ':');

	*out = (struct profile_entry){ .arg = "", .value = arena_strdup(a, value) };
	if (!one_line(key) || !one_line(value))
		return err_set(err, ERR_USAGE, key,
			       "a profile file cannot hold names with control characters");
	for (size_t i = 0; !colon && i < ARRAY_SIZE(plain); i++) {
		if (strcmp(plain[i].row, key) == 0) {
			out->section = plain[i].section;
			out->key = plain[i].key;
			return true;
		}
	}
	for (size_t i = 0; colon && i < ARRAY_SIZE(related); i++) {
		size_t len = strlen(related[i].word);

		if ((size_t)(colon - key) == len && memcmp(key, related[i].word, len) == 0) {
			out->section = related[i].section;
			out->arg = arena_strdup(a, colon + 1);
			out->key = related[i].key;
			return of_relation(a, related[i].word, value, out, err);
		}
	}
	err_set(err, ERR_USAGE, key, "this is found out anew each time and cannot be set");
	err_hint(err,
		 "what can: tenant_column, tenant_setting, tenant_directory, tenant_label, "
		 "environment, application_role, audit, tenant_schemas; tenant:RELATION, "
		 "concurrency:RELATION, mask:RELATION, outbox:RELATION");
	return false;
}

/* ---- choices ---- */

struct choices {
	struct arena *arena;
	VEC(const char *) v;
};

static void choice(struct choices *c, const char *text)
{
	for (size_t i = 0; i < c->v.len; i++) {
		if (strcmp(c->v.v[i], text) == 0)
			return;
	}
	*VEC_PUSH(&c->v) = arena_strdup(c->arena, text);
}

/* What was weighed and what is named so; a person may type any other. */
static void tenant_columns(struct choices *out, const struct catalog *c,
			   const struct profile *p)
{
	char stem[80];

	for (size_t i = 0; i < profile_items(p); i++) {
		const struct profile_item *it = profile_item_at(p, i);

		if (strcmp(it->key, "tenant_column") == 0 && *it->value)
			choice(out, it->value);
	}
	for (size_t i = 0; i < catalog_relations(c) && out->v.len < 12; i++) {
		const struct relation *r = catalog_relation_at(c, i);

		for (size_t k = 0; k < r->ncolumns; k++) {
			name_stem(stem, sizeof stem, r->columns[k].name);
			if (tenant_word(stem) > 1)
				choice(out, r->columns[k].name);
		}
	}
	choice(out, "none");
}

static void columns_of(struct choices *out, const struct relation *r,
		       bool (*fits)(const struct column *c))
{
	for (size_t i = 0; r && i < r->ncolumns; i++) {
		if (fits(&r->columns[i]))
			choice(out, r->columns[i].name);
	}
}

static bool may_be_key(const struct column *c)
{
	return text_like(c) || integer_like(c) || strcmp(c->type, "uuid") == 0;
}

static void words(struct choices *out, const char *const *list)
{
	for (; *list; list++)
		choice(out, *list);
}

static void of_one(struct choices *out, const struct catalog *c, const char *word,
		   const char *name)
{
	const struct relation *r = catalog_written(c, name);

	if (strncmp(word, "tenant:", 7) == 0) {
		columns_of(out, r, may_be_key);
		choice(out, "none");
	} else if (strncmp(word, "concurrency:", 12) == 0) {
		columns_of(out, r, integer_like);
		words(out, (const char *const[]){ "xmin", "columns", NULL });
	} else if (strncmp(word, "outbox:", 7) == 0) {
		words(out, (const char *const[]){ "yes", "no", NULL });
	}
}

const char *const *profile_choices(struct arena *a, const struct catalog *c,
				   const struct profile *p, const char *key)
{
	static const char *const environments[] = { "production", "staging", "development",
						    NULL };
	const struct tenancy *t = profile_tenancies(p) ? profile_tenancy(p, 0) : NULL;
	struct choices out = { .arena = a, .v = VEC_INIT };
	const char **list, *colon = strchr(key, ':');

	if (colon)
		of_one(&out, c, key, colon + 1);
	else if (strcmp(key, "tenant_column") == 0)
		tenant_columns(&out, c, p);
	else if (strcmp(key, "environment") == 0)
		words(&out, environments);
	else if (t && (strcmp(key, "tenant_label") == 0 || strcmp(key, "tenant_slug") == 0))
		columns_of(&out, catalog_relation(c, t->directory), text_like);
	if (out.v.len == 0)
		return NULL;
	*VEC_PUSH(&out.v) = NULL;
	list = arena_array(a, out.v.len, sizeof *list);
	memcpy(list, out.v.v, out.v.len * sizeof *list);
	VEC_RELEASE(&out.v);
	return list;
}

/* ---- the file's text ---- */

struct line {
	const char *text;
	size_t len; /* with its newline */
};

static struct line line_at(const char *text)
{
	const char *end = strchr(text, '\n');

	return (struct line){ text, end ? (size_t)(end - text) + 1 : strlen(text) };
}

static const char *skip(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* "[section arg]", with the file's own blanks. */
static bool is_section(struct line l, const struct profile_entry *e)
{
	const char *p = l.text + 1, *end = l.text + l.len;
	size_t n = strlen(e->section), arg = strlen(e->arg);

	p = skip(p, end);
	if ((size_t)(end - p) < n || memcmp(p, e->section, n) != 0)
		return false;
	p = skip(p + n, end);
	if ((size_t)(end - p) < arg || memcmp(p, e->arg, arg) != 0)
		return false;
	p = skip(p + arg, end);
	return p < end && *p == ']';
}

static bool is_key(struct line l, const char *key)
{
	const char *p = skip(l.text, l.text + l.len), *end = l.text + l.len;
	size_t n = strlen(key);

	if (p > l.text || (size_t)(end - p) < n || memcmp(p, key, n) != 0)
		return false;
	p = skip(p + n, end);
	return p < end && *p == '=';
}

/* A '#' that is part of the value begins no comment. */
static void add_value(struct buf *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '#')
			buf_addc(out, '\\');
		buf_addc(out, *value);
	}
}

static void add_entry(struct buf *out, const struct profile_entry *e)
{
	if (!e->value)
		return;
	if (out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
	buf_addf(out, "%s = ", e->key);
	add_value(out, e->value);
	buf_addc(out, '\n');
}

/* Lines that continue the one before begin with a blank. */
static bool continues(const char *p)
{
	return *p == ' ' || *p == '\t';
}

void profile_text_put(struct buf *out, const char *text, const struct profile_entry *e)
{
	bool inside = false, done = false;
	size_t end = 0; /* of out, behind the section's last entry */

	for (const char *p = text; *p;) {
		struct line l = line_at(p);

		p += l.len;
		if (*l.text == '[') {
			inside = is_section(l, e);
		} else if (inside && is_key(l, e->key)) {
			for (; continues(p); p += line_at(p).len)
				;
			if (!done)
				add_entry(out, e);
			done = true;
			end = out->len;
			continue;
		}
		buf_add(out, l.text, l.len);
		if (inside && *skip(l.text, l.text + l.len) != '\n')
			end = out->len;
	}
	if (done || !e->value)
		return;
	if (end) {
		struct buf added = BUF_INIT;

		if (out->data[end - 1] != '\n')
			buf_addc(&added, '\n');
		add_entry(&added, e);
		buf_splice(out, end, 0, added.data, added.len);
		buf_release(&added);
		return;
	}
	if (out->len)
		buf_adds(out, out->data[out->len - 1] == '\n' ? "\n" : "\n\n");
	buf_addf(out, "[%s%s%s]\n", e->section, *e->arg ? " " : "", e->arg);
	add_entry(out, e);
}
