/* SPDX-License-Identifier: MIT */
#include "domain/schematext.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "schematext_priv.h"

const char schematext_mark[] = "# souk schema ";

/* What would not stand in a line as it is: controls, marks that turn the direction of what
 * follows, characters without a shape. */
bool schematext_unseen(uint32_t cp)
{
	return cp < ' ' || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c ||
	       (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff;
}

void schematext_safe(struct buf *out, const char *text, size_t len)
{
	for (size_t n; len > 0; text += n, len -= n) {
		uint32_t cp;

		n = utf8_decode(text, len, &cp);
		if (cp == UTF8_INVALID || (cp < 0x100 && schematext_unseen(cp)))
			buf_addf(out, "\\x%02x",
				 cp == UTF8_INVALID ? (unsigned char)*text : cp);
		else if (schematext_unseen(cp))
			buf_addf(out, "\\u%04x", cp);
		else
			buf_add(out, text, n);
	}
}

static void add_safe(struct buf *out, const char *text)
{
	schematext_safe(out, text, strlen(text));
}

/* Expressions and definitions may be laid out over several lines: white space becomes one
 * blank, but for what stands in quotes. */
void schematext_flat(struct buf *out, const char *text)
{
	bool blank = false, any = false;

	for (size_t n; *text; text += n) {
		n = strcspn(text, " \t\n\r\v\f'\"");
		if (n == 0 && (*text == '\'' || *text == '"')) {
			n = 1 + strcspn(text + 1, (char[]){ *text, '\0' });
			n += text[n] != '\0';
		} else if (n == 0) {
			blank = any;
			n = 1;
			continue;
		}
		if (blank)
			buf_addc(out, ' ');
		blank = false;
		any = true;
		schematext_safe(out, text, n);
	}
}

void schematext_name(struct buf *out, const char *name)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyz0123456789_";

	if (*name && !isdigit((unsigned char)*name) && strspn(name, plain) == strlen(name)) {
		buf_adds(out, name);
		return;
	}
	buf_addc(out, '"');
	for (size_t n; *name; name += n) {
		n = strcspn(name, "\"\\");
		schematext_safe(out, name, n);
		if (n == 0) { /* doubled, so that no two names are written alike */
			buf_addn(out, *name, 2);
			n = 1;
		}
	}
	buf_addc(out, '"');
}

void schematext_qualified(struct buf *out, const char *schema, const char *name)
{
	schematext_name(out, schema);
	buf_addc(out, '.');
	schematext_name(out, name);
}

static const char *kind_word(enum relation_kind kind)
{
	static const char *const words[] = {
		[RELATION_TABLE] = "table",
		[RELATION_PARTITIONED] = "partitioned table",
		[RELATION_VIEW] = "view",
		[RELATION_MATVIEW] = "materialized view",
		[RELATION_FOREIGN] = "foreign table",
	};

	return words[kind];
}

/* The labels of an enum belong to its type, which has no line of its own. */
static void add_choices(struct buf *out, const struct column *c)
{
	if (!c->choices || c->type_category != 'E')
		return;
	buf_adds(out, " of (");
	for (size_t i = 0; c->choices[i]; i++) {
		buf_adds(out, i > 0 ? ", '" : "'");
		add_safe(out, c->choices[i]);
		buf_addc(out, '\'');
	}
	buf_addc(out, ')');
}

static void write_columns(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		buf_adds(out, "\tcolumn ");
		schematext_name(out, c->name);
		buf_addc(out, ' ');
		schematext_flat(out, c->type);
		add_choices(out, c);
		if (c->collation) {
			buf_adds(out, " collate ");
			schematext_flat(out, c->collation);
		}
		if (c->not_null)
			buf_adds(out, " not null");
		if (c->identity)
			buf_addf(out, " identity %s",
				 c->identity == 'a' ? "always" : "by default");
		if (c->default_expr) {
			buf_adds(out, c->generated == 's' ? " generated stored "
				      : c->generated	  ? " generated virtual "
							  : " default ");
			schematext_flat(out, c->default_expr);
		}
		buf_addc(out, '\n');
	}
}

static void add_columns(struct buf *out, const struct relation *r, const int *columns, size_t n)
{
	buf_addc(out, '(');
	for (size_t i = 0; i < n; i++) {
		const struct column *c = relation_attnum(r, columns[i]);

		if (i > 0)
			buf_adds(out, ", ");
		schematext_name(out, c ? c->name : "?");
	}
	buf_addc(out, ')');
}

static void write_indexes(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *ix = &r->indexes[i];

		buf_addf(out, "\t%s ", ix->primary ? "primary key" : "index");
		schematext_name(out, ix->name);
		buf_addc(out, ' ');
		if (ix->primary)
			add_columns(out, r, ix->columns, ix->nkeys);
		else
			schematext_flat(out, ix->definition);
		if (!ix->valid)
			buf_adds(out, " INVALID");
		buf_addc(out, '\n');
	}
}

static const char *action_word(char action)
{
	switch (action) {
	case 'r':
		return "restrict";
	case 'c':
		return "cascade";
	case 'n':
		return "set null";
	case 'd':
		return "set default";
	default:
		return "no action";
	}
}

static void add_foreign_key(struct buf *out, const struct catalog *c,
			    const struct foreign_key *fk)
{
	const struct relation *from = catalog_relation(c, fk->from);
	const struct relation *to = catalog_relation(c, fk->to);

	schematext_name(out, fk->name);
	buf_addc(out, ' ');
	if (from)
		add_columns(out, from, fk->from_columns, fk->n);
	buf_adds(out, " to ");
	if (to) {
		schematext_qualified(out, to->schema, to->name);
		buf_addc(out, ' ');
		add_columns(out, to, fk->to_columns, fk->n);
	} else {
		buf_adds(out, "?");
	}
	buf_addf(out, " on delete %s", action_word(fk->on_delete));
	if (fk->on_update != 'a')
		buf_addf(out, " on update %s", action_word(fk->on_update));
	if (fk->deferrable)
		buf_adds(out, " deferrable");
	if (fk->unenforced)
		buf_adds(out, " not enforced");
	else if (!fk->validated)
		buf_adds(out, " not valid");
}

static void write_constraints(struct buf *out, const struct catalog *c,
			      const struct relation *r)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		buf_adds(out, "\tforeign key ");
		add_foreign_key(out, c, r->references[i]);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < r->nchecks; i++) {
		buf_adds(out, "\tcheck ");
		schematext_name(out, r->checks[i].name);
		buf_addc(out, ' ');
		schematext_flat(out, r->checks[i].definition);
		buf_addc(out, '\n');
	}
}

static const char *command_word(char command)
{
	switch (command) {
	case 'r':
		return "select";
	case 'a':
		return "insert";
	case 'w':
		return "update";
	case 'd':
		return "delete";
	default:
		return "all";
	}
}

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The catalog has them in the order of their numbers, which another server gave otherwise. */
static void add_roles(struct buf *out, const char *const *roles)
{
	VEC(const char *) names = VEC_INIT;

	for (size_t i = 0; roles[i]; i++)
		*VEC_PUSH(&names) = roles[i];
	if (names.len > 1)
		qsort(names.v, names.len, sizeof *names.v, by_name);
	for (size_t i = 0; i < names.len; i++) {
		buf_adds(out, i > 0 ? ", " : " ");
		schematext_name(out, names.v[i]);
	}
	VEC_RELEASE(&names);
}

static void write_policies(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->npolicies; i++) {
		const struct policy *p = &r->policies[i];

		buf_adds(out, "\tpolicy ");
		schematext_name(out, p->name);
		buf_addf(out, " %s for %s to", p->permissive ? "permissive" : "restrictive",
			 command_word(p->command));
		add_roles(out, p->roles);
		if (p->using_expr) {
			buf_adds(out, " using ");
			schematext_flat(out, p->using_expr);
		}
		if (p->check_expr) {
			buf_adds(out, " check ");
			schematext_flat(out, p->check_expr);
		}
		buf_addc(out, '\n');
	}
}

static const char *state_word(char enabled)
{
	switch (enabled) {
	case 'D':
		return " DISABLED";
	case 'R':
		return " REPLICA";
	case 'A':
		return " ALWAYS";
	default:
		return "";
	}
}

static void write_triggers(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->ntriggers; i++) {
		buf_adds(out, "\ttrigger ");
		schematext_name(out, r->triggers[i].name);
		buf_addc(out, ' ');
		schematext_flat(out, r->triggers[i].definition ? r->triggers[i].definition
							       : r->triggers[i].function);
		buf_adds(out, state_word(r->triggers[i].enabled));
		buf_addc(out, '\n');
	}
}

static void write_head(struct buf *out, const struct catalog *c, const struct relation *r)
{
	const struct relation *parent = catalog_relation(c, r->parent);

	buf_addf(out, "%s ", kind_word(r->kind));
	schematext_qualified(out, r->schema, r->name);
	buf_adds(out, " owner ");
	schematext_name(out, r->owner);
	if (r->rls)
		buf_adds(out, r->rls_forced ? " row-security forced" : " row-security");
	else if (r->rls_forced)
		buf_adds(out, " row-security off, forced");
	if (r->unlogged)
		buf_adds(out, " unlogged");
	for (size_t i = 0; r->options && r->options[i]; i++) {
		buf_addc(out, ' ');
		add_safe(out, r->options[i]);
	}
	if (r->partition_key) {
		buf_adds(out, " partition by ");
		schematext_flat(out, r->partition_key);
	}
	if (parent) {
		buf_adds(out, r->is_partition ? " partition of " : " inherits ");
		schematext_qualified(out, parent->schema, parent->name);
	}
	if (r->partition_bound) {
		buf_addc(out, ' ');
		schematext_flat(out, r->partition_bound);
	}
	buf_addc(out, '\n');
}

static void write_relation(struct buf *out, const struct catalog *c, const struct relation *r)
{
	write_head(out, c, r);
	write_columns(out, r);
	write_indexes(out, r);
	write_constraints(out, c, r);
	write_policies(out, r);
	write_triggers(out, r);
	schematext_grants(out, c, r);
}

static void write_function(struct buf *out, const struct function *f)
{
	static const char *const volatilities[] = { "immutable", "stable", "volatile" };

	buf_adds(out, "function ");
	schematext_qualified(out, f->schema, f->name);
	buf_addc(out, '(');
	schematext_flat(out, f->arguments);
	buf_adds(out, ") returns ");
	schematext_flat(out, f->result ? f->result : "?");
	buf_addf(out, " language %s %s", f->language,
		 volatilities[f->volatility == 'i'   ? 0
			      : f->volatility == 's' ? 1
						     : 2]);
	if (f->security_definer)
		buf_adds(out, " security definer");
	if (f->leakproof)
		buf_adds(out, " leakproof");
	for (size_t i = 0; f->config && f->config[i]; i++) {
		buf_adds(out, " set ");
		add_safe(out, f->config[i]);
	}
	buf_addc(out, '\n');
}

void schematext_function(struct buf *out, const struct function *f, const struct schema_details *d)
{
	write_function(out, f);
	if (d)
		schemadetail_parts(out, d, "function", f->oid);
}

static int by_schema(const void *a, const void *b)
{
	const struct schema *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void write_schemas(struct buf *out, const struct catalog *c, const char *only)
{
	VEC(const struct schema *) list = VEC_INIT;

	for (size_t i = 0; i < catalog_schemas(c); i++)
		if (schematext_wanted(catalog_schema_at(c, i)->name, only))
			*VEC_PUSH(&list) = catalog_schema_at(c, i);
	if (list.len > 1)
		qsort(list.v, list.len, sizeof *list.v, by_schema);
	for (size_t i = 0; i < list.len; i++) {
		buf_adds(out, "schema ");
		schematext_name(out, list.v[i]->name);
		buf_adds(out, " owner ");
		schematext_name(out, list.v[i]->owner);
		buf_addc(out, '\n');
	}
	VEC_RELEASE(&list);
}

static int by_signature(const void *a, const void *b)
{
	const struct function *x = *(const struct function *const *)a;
	const struct function *y = *(const struct function *const *)b;
	int order = strcmp(x->schema, y->schema);

	if (order == 0)
		order = strcmp(x->name, y->name);
	return order ? order : strcmp(x->arguments, y->arguments);
}

static void write_functions(struct buf *out, const struct catalog *c,
			    const struct schema_details *d, const char *only)
{
	VEC(const struct function *) list = VEC_INIT;

	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		if (schematext_wanted(f->schema, only) && !f->extension)
			*VEC_PUSH(&list) = f;
	}
	if (list.len > 1)
		qsort(list.v, list.len, sizeof *list.v, by_signature);
	for (size_t i = 0; i < list.len; i++)
		schematext_function(out, list.v[i], d);
	VEC_RELEASE(&list);
}

static void write_comments(struct buf *out, const struct relation *r)
{
	if (r->comment) {
		buf_adds(out, "\tcomment ");
		add_safe(out, r->comment);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (!r->columns[i].comment)
			continue;
		buf_adds(out, "\tcomment of ");
		schematext_name(out, r->columns[i].name);
		buf_addc(out, ' ');
		add_safe(out, r->columns[i].comment);
		buf_addc(out, '\n');
	}
}

void schematext_write(struct buf *out, const struct catalog *c, const struct schema_details *d,
		      const char *schema)
{
	if (d)
		buf_addf(out, "%s%d\n", schematext_mark, SCHEMATEXT_VERSION);
	write_schemas(out, c, schema);
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (!schematext_wanted(r->schema, schema) || r->extension)
			continue;
		write_relation(out, c, r);
		if (!d)
			continue;
		schemadetail_parts(out, d, "relation", r->oid);
		write_comments(out, r);
	}
	write_functions(out, c, d, schema);
	if (d)
		schemadetail_objects(out, d, schema);
}

static int by_place(const void *a, const void *b)
{
	const struct relation *x = *(const struct relation *const *)a;
	const struct relation *y = *(const struct relation *const *)b;
	int order = strcmp(x->schema, y->schema);

	return order ? order : strcmp(x->name, y->name);
}

static void write_others(struct buf *out, const struct catalog *c, const char *words,
			 const oid *o)
{
	VEC(const struct relation *) list = VEC_INIT;

	for (; o && *o; o++)
		if (catalog_relation(c, *o))
			*VEC_PUSH(&list) = catalog_relation(c, *o);
	if (list.len > 1)
		qsort(list.v, list.len, sizeof *list.v, by_place);
	for (size_t i = 0; i < list.len; i++) {
		buf_addf(out, "\t%s ", words);
		schematext_qualified(out, list.v[i]->schema, list.v[i]->name);
		buf_addc(out, '\n');
	}
	VEC_RELEASE(&list);
}

/* Partitions with their bounds, tables that inherit. */
static void write_children(struct buf *out, const struct catalog *c, const struct relation *r)
{
	for (size_t i = 0; r->has_children && i < catalog_relations(c); i++) {
		const struct relation *child = catalog_relation_at(c, i);

		if (child->parent != r->oid)
			continue;
		buf_adds(out, child->is_partition ? "\tpartition " : "\tinherited by ");
		schematext_qualified(out, child->schema, child->name);
		if (child->partition_bound) {
			buf_addc(out, ' ');
			schematext_flat(out, child->partition_bound);
		}
		buf_addc(out, '\n');
	}
}

void schematext_describe(struct buf *out, const struct catalog *c, const struct relation *r,
			 const struct schema_details *d)
{
	write_relation(out, c, r);
	if (d)
		schemadetail_parts(out, d, "relation", r->oid);
	write_children(out, c, r);
	for (size_t i = 0; i < r->nreferrers; i++) {
		const struct relation *from = catalog_relation(c, r->referrers[i]->from);

		buf_adds(out, "\treferred to by ");
		if (from)
			schematext_qualified(out, from->schema, from->name);
		buf_addc(out, ' ');
		add_foreign_key(out, c, r->referrers[i]);
		buf_addc(out, '\n');
	}
	write_others(out, c, "reads", r->reads);
	write_others(out, c, "read by", r->read_by);
	write_comments(out, r);
}
