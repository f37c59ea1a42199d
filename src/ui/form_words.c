/* SPDX-License-Identifier: MIT */
/*
 * form_words.c - what a form says about a field: what it takes, why it cannot be changed, and
 * why the server refuses what was typed, by the constraint that does.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "domain/pgtype.h"
#include "domain/value.h"
#include "form.h"

/* ---- what it is called ---- */

/* A name in capitals, in camelCase or with blanks says itself how it is to be read. */
static bool is_plain(const char *name)
{
	for (; *name; name++)
		if (!(*name >= 'a' && *name <= 'z') && !(*name >= '0' && *name <= '9') &&
		    *name != '_')
			return false;
	return true;
}

/* Does a word of the title stand in the column's name?  "In" over a column of prices is clear,
 * beside a field the column's own words are. */
static bool tells(const char *title, const char *column)
{
	size_t len;

	for (const char *p = title; *p; p += len) {
		len = strcspn(p, " ");
		for (const char *c = column; len > 2 && *c; c++)
			if (strncasecmp(p, c, len) == 0)
				return true;
		len += p[len] == ' ';
	}
	return false;
}

void form_label(const struct form *f, const char *column, struct buf *out)
{
	field_label(f->screen->def, column, out);
}

char *form_field_title(const struct form *f, const struct form_field *field)
{
	struct buf out = BUF_INIT;

	form_label(f, field->column->name, &out);
	return buf_detach(&out);
}

void field_label(const struct screendef *def, const char *column, struct buf *out)
{
	size_t from = out->len;
	struct buf words = BUF_INIT;

	for (size_t i = 0; def && i < def->ncolumns; i++)
		if (strcmp(def->columns[i].name, column) == 0 && def->columns[i].title &&
		    strcmp(def->columns[i].title, column) != 0) {
			if (!tells(def->columns[i].title, column))
				break;
			buf_adds(out, def->columns[i].title);
			return;
		}
	buf_adds(out, column);
	if (!is_plain(column))
		return;
	column_words(&words, column);
	if (words.len) {
		buf_truncate(out, from);
		buf_adds(out, words.data);
	}
	buf_release(&words);
}

bool form_required(const struct form *f, const struct column *c)
{
	return !record_plan_stamps(f->plan, c, true) && c->not_null && !c->default_expr &&
	       !c->identity && !c->generated;
}

/* Rows pass it first: it may give what is empty here. */
static bool has_trigger_before(const struct form *f)
{
	enum { ROW = 1, BEFORE = 2, INSERT = 4, UPDATE = 16 }; /* pg_trigger.tgtype */
	const struct relation *r = record_plan_relation(f->plan);
	int when = ROW | BEFORE | (f->kind == SAVE_UPDATE ? UPDATE : INSERT);

	for (size_t i = 0; i < r->ntriggers; i++)
		if ((r->triggers[i].type & when) == when)
			return true;
	return false;
}

bool form_lacks(const struct form *f, const struct form_field *field)
{
	if (field->locked || !field->column->not_null || has_trigger_before(f))
		return false;
	return field->use_default ? form_required(f, field->column) : !field->value;
}

bool form_is_day(const struct column *c)
{
	return c->base_type_oid == PGTYPE_DATE || c->base_type_oid == PGTYPE_TIMESTAMP ||
	       c->base_type_oid == PGTYPE_TIMESTAMPTZ;
}

bool form_is_json(const struct column *c)
{
	return c->base_type_oid == PGTYPE_JSON || c->base_type_oid == PGTYPE_JSONB;
}

bool form_is_bytes(const struct column *c)
{
	return c->base_type_oid == PGTYPE_BYTEA;
}

/* ---- why it is locked ---- */

void form_lock_words(const struct form *f, const struct form_field *field, struct buf *out)
{
	const struct column *c = field->column;
	const struct catalog *catalog = session_catalog(screen_session(f->screen));

	if (c->generated)
		buf_addf(out, "computed by the server: %s",
			 c->default_expr ? c->default_expr : "an expression");
	else if (strcmp(field->locked, "identity") == 0)
		buf_adds(out, "numbered by the server (GENERATED ALWAYS AS IDENTITY)");
	else if (strcmp(field->locked, "version") == 0)
		buf_adds(out, "counts the saves, and guards them");
	else if (strcmp(field->locked, "by the server") == 0)
		buf_adds(out, "set by the server at each save");
	else if (strcmp(field->locked, "at each save") == 0)
		buf_adds(out, "set to the server's time at each save: no trigger does it");
	else if (strcmp(field->locked, "tenant") == 0)
		buf_adds(out, "the tenant whose scope this is");
	else if (strcmp(field->locked, "no right") == 0)
		buf_addf(out, "%s has no %s right on this column",
			 catalog ? catalog_current_role(catalog) : "your role",
			 f->kind == SAVE_INSERT ? "INSERT" : "UPDATE");
	else if (strcmp(field->locked, "not changed here") == 0)
		buf_adds(out, "not among the columns that this screen changes");
	else
		buf_adds(out, field->locked);
}

/* ---- what it takes ---- */

static const struct foreign_key *reference_of(const struct form *f, const struct column *c)
{
	const struct relation *r = record_plan_relation(f->plan);

	for (size_t i = 0; i < r->nreferences; i++)
		for (size_t k = 0; k < r->references[i]->n; k++)
			if (r->references[i]->from_columns[k] == c->attnum &&
			    c->attnum != record_plan_profile(f->plan)->tenant_attnum)
				return r->references[i];
	return NULL;
}

static int length_limit(const struct column *c)
{
	/* varchar(n) and char(n): typmod is n + 4 (pg_type.dat, varchartypmodin). */
	return (c->base_type_oid == PGTYPE_VARCHAR || c->base_type_oid == PGTYPE_BPCHAR) &&
			       c->typmod > 4
		       ? c->typmod - 4
		       : 0;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; s && *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/* A number that looks like money: of which currency, and cents as the whole coin. */
static void money_words(const struct form *f, const struct form_field *field, struct buf *out)
{
	static const char *const names[] = { "price", "amount", "total",
					     "cost",  "fee",	"balance" };
	const struct column *c = field->column;
	bool cents = ends_with(c->name, "_cents"), money = cents;
	const char *currency = NULL;

	if (c->type_category != 'N')
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		money = money || strstr(c->name, names[i]);
	for (size_t i = 0; money && i < f->fields.len; i++)
		if (ends_with(f->fields.v[i].column->name, "currency") ||
		    strcmp(f->fields.v[i].column->name, "currency_code") == 0)
			currency = f->fields.v[i].value;
	if (cents && field->value && *field->value) {
		long long n = strtoll(field->value, NULL, 10);

		buf_addf(out, ", that is %s%lld.%02lld", n < 0 ? "-" : "", llabs(n) / 100,
			 llabs(n) % 100);
	}
	if (currency && *currency)
		buf_addf(out, "%s %s", cents ? "" : ", in", currency);
}

static void key_words(const struct form *f, const struct column *c, struct buf *out)
{
	const struct foreign_key *key = reference_of(f, c);
	const struct relation *to =
		key ? catalog_relation(session_catalog(screen_session(f->screen)), key->to)
		    : NULL;

	if (key)
		buf_addf(out, ", p picks from %s", to ? to->name : "another relation");
	else if (form_is_day(c))
		buf_adds(out, ", p calendar, or today, +3d");
	else if (c->element_oid)
		buf_adds(out, ", Enter edits the list");
	else if (form_is_json(c))
		buf_adds(out, ", E writes it in your editor");
	else if (c->type_category == 'B')
		buf_adds(out,
			 c->not_null ? ", Enter: true, false" : ", Enter: true, false, NULL");
	else if (form_is_bytes(c))
		buf_adds(out, ", Enter: from a file, to a file, hex");
	else if (value_kind_of(c) == VALUE_RANGE)
		buf_adds(out, strstr(c->type, "multirange")
				      ? ", {[from,to),…}: [ ] with the end, ( ) without"
				      : ", [from,to): [ ] with the end, ( ) without; empty");
	else if (value_kind_of(c) == VALUE_COMPOSITE)
		buf_adds(out, ", (one,\"two, quoted\",…) in the order of the type");
}

void form_describe(const struct form *f, const struct form_field *field, const char *typed,
		   struct buf *out)
{
	const struct column *c = field->column;
	const char *value = typed ? typed : field->value;
	int limit = length_limit(c);

	buf_addf(out, "%s: %s", c->name, c->type);
	if (form_required(f, c))
		buf_adds(out, ", required");
	else if (c->not_null)
		buf_adds(out, ", never NULL");
	if (c->range_text)
		buf_addf(out, ", %s", c->range_text);
	if (form_is_bytes(c) && value && !field->use_default)
		buf_addf(out, ", %zu bytes", form_bytes_len(value));
	if (limit)
		buf_addf(out, ", %ld of %d characters left",
			 (long)limit - (long)characters(value), limit);
	if (c->choices) {
		buf_adds(out, ": ");
		for (size_t i = 0; c->choices[i]; i++)
			buf_addf(out, "%s%s", i ? " | " : "", c->choices[i]);
	}
	money_words(f, field, out);
	if (!field->locked)
		key_words(f, c, out);
	if (c->default_expr && !c->generated && f->kind == SAVE_INSERT) {
		buf_adds(out, ", default ");
		value_default_text(out, c->default_expr);
	}
	if (c->comment)
		buf_addf(out, " (%s)", c->comment);
}

/* ---- why it is refused ---- */

static void column_names(const struct relation *r, const int *columns, size_t n,
			 struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct column *c = relation_attnum(r, columns[i]);

		buf_addf(out, "%s%s", i ? ", " : "", c ? c->name : "an expression");
	}
}

static bool unique_words(const struct relation *r, const char *constraint, struct buf *out)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		if (strcmp(r->indexes[i].name, constraint) != 0)
			continue;
		buf_adds(out, "another record has the same ");
		column_names(r, r->indexes[i].columns, r->indexes[i].nkeys, out);
		if (r->indexes[i].predicate)
			buf_addf(out, " where %s", r->indexes[i].predicate);
		return true;
	}
	return false;
}

static bool check_words(const struct relation *r, const char *constraint, struct buf *out)
{
	for (size_t i = 0; i < r->nchecks; i++)
		if (strcmp(r->checks[i].name, constraint) == 0) {
			const char *text = r->checks[i].definition;

			buf_addf(out, "must hold: %s",
				 strncmp(text, "CHECK ", 6) == 0 ? text + 6 : text);
			return true;
		}
	return false;
}

static bool reference_words(const struct form *f, const struct relation *r,
			    const char *constraint, struct buf *out)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		const struct relation *to = catalog_relation(
			session_catalog(screen_session(f->screen)), r->references[i]->to);

		if (strcmp(r->references[i]->name, constraint) != 0)
			continue;
		buf_addf(out, "there is no such record in %s", to ? to->name : "that relation");
		return true;
	}
	return false;
}

char *form_refusal(const struct form *f, const struct save_result *result)
{
	const struct relation *r = record_plan_relation(f->plan);
	const char *state = result->err.sqlstate, *name = result->constraint;
	struct buf out = BUF_INIT;
	bool known = false;

	if (strcmp(state, "23502") == 0)
		return xstrdup("a value is required");
	if (name && (strcmp(state, "23505") == 0 || strcmp(state, "23P01") == 0))
		known = unique_words(r, name, &out);
	else if (name && strcmp(state, "23514") == 0)
		known = check_words(r, name, &out);
	else if (name && strcmp(state, "23503") == 0)
		known = reference_words(f, r, name, &out);
	if (!known) {
		buf_release(&out);
		return xstrdup(result->err.why);
	}
	buf_addf(&out, " (%s)", name);
	return buf_detach(&out);
}

/* The field that a constraint over several columns is shown at: the first that was changed. */
static bool of_columns(const struct form *f, const struct form_field *field, const int *columns,
		       size_t n)
{
	for (size_t i = 0; i < n && columns[i]; i++)
		if (columns[i] == field->column->attnum)
			return form_field_changed(f, field);
	return false;
}

size_t form_refused_field(const struct form *f, const struct save_result *result)
{
	const struct relation *r = record_plan_relation(f->plan);

	for (size_t i = 0; result->constraint && i < f->fields.len; i++) {
		for (size_t k = 0; k < r->nchecks; k++)
			if (strcmp(r->checks[k].name, result->constraint) == 0 &&
			    of_columns(f, &f->fields.v[i], r->checks[k].columns, SIZE_MAX))
				return i;
		for (size_t k = 0; k < r->nindexes; k++)
			if (strcmp(r->indexes[k].name, result->constraint) == 0 &&
			    of_columns(f, &f->fields.v[i], r->indexes[k].columns,
				       r->indexes[k].nkeys))
				return i;
	}
	for (size_t i = 0; result->column && i < f->fields.len; i++)
		if (strcmp(f->fields.v[i].column->name, result->column) == 0)
			return i;
	return f->fields.len;
}
