/* SPDX-License-Identifier: MIT */
#include "domain/schematext.h"

#include <ctype.h>
#include <string.h>

#include "base/attr.h"

static void add_safe(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			buf_addf(out, "\\x%02x", (unsigned char)*text);
		else
			buf_addc(out, *text);
	}
}

/* Expressions and definitions may be laid out over several lines: white space becomes one
 * blank. */
static void add_flat(struct buf *out, const char *text)
{
	bool blank = false;

	for (; *text; text++) {
		if (isspace((unsigned char)*text)) {
			blank = true;
			continue;
		}
		if (blank && out->len > 0)
			buf_addc(out, ' ');
		blank = false;
		buf_addc(out, *text);
	}
}

static void add_name(struct buf *out, const char *name)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyz0123456789_";

	if (*name && !isdigit((unsigned char)*name) && strspn(name, plain) == strlen(name)) {
		buf_adds(out, name);
		return;
	}
	buf_addc(out, '"');
	for (; *name; name++) {
		char one[2] = { *name, '\0' };

		if (*name == '"')
			buf_addc(out, '"');
		add_safe(out, one);
	}
	buf_addc(out, '"');
}

static void add_qualified(struct buf *out, const char *schema, const char *name)
{
	add_name(out, schema);
	buf_addc(out, '.');
	add_name(out, name);
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

static void write_columns(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		buf_adds(out, "\tcolumn ");
		add_name(out, c->name);
		buf_addf(out, " %s", c->type);
		if (c->collation)
			buf_addf(out, " collate %s", c->collation);
		if (c->not_null)
			buf_adds(out, " not null");
		if (c->identity)
			buf_addf(out, " identity %s",
				 c->identity == 'a' ? "always" : "by default");
		if (c->default_expr) {
			buf_adds(out, c->generated == 's' ? " generated stored "
				      : c->generated	  ? " generated virtual "
							  : " default ");
			add_flat(out, c->default_expr);
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
		add_name(out, c ? c->name : "?");
	}
	buf_addc(out, ')');
}

static void write_indexes(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *ix = &r->indexes[i];

		buf_addf(out, "\t%s ", ix->primary ? "primary key" : "index");
		add_name(out, ix->name);
		buf_addc(out, ' ');
		if (ix->primary)
			add_columns(out, r, ix->columns, ix->nkeys);
		else
			add_flat(out, ix->definition);
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

	add_name(out, fk->name);
	buf_addc(out, ' ');
	if (from)
		add_columns(out, from, fk->from_columns, fk->n);
	buf_adds(out, " to ");
	if (to) {
		add_qualified(out, to->schema, to->name);
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
	if (!fk->validated)
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
		add_name(out, r->checks[i].name);
		buf_addc(out, ' ');
		add_flat(out, r->checks[i].definition);
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

static void write_policies(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->npolicies; i++) {
		const struct policy *p = &r->policies[i];

		buf_adds(out, "\tpolicy ");
		add_name(out, p->name);
		buf_addf(out, " %s for %s to", p->permissive ? "permissive" : "restrictive",
			 command_word(p->command));
		for (size_t k = 0; p->roles[k]; k++) {
			buf_adds(out, k > 0 ? ", " : " ");
			add_name(out, p->roles[k]);
		}
		if (p->using_expr) {
			buf_adds(out, " using ");
			add_flat(out, p->using_expr);
		}
		if (p->check_expr) {
			buf_adds(out, " check ");
			add_flat(out, p->check_expr);
		}
		buf_addc(out, '\n');
	}
}

static void write_triggers(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->ntriggers; i++) {
		buf_adds(out, "\ttrigger ");
		add_name(out, r->triggers[i].name);
		buf_addc(out, ' ');
		add_flat(out, r->triggers[i].definition ? r->triggers[i].definition
							: r->triggers[i].function);
		if (r->triggers[i].enabled == 'D')
			buf_adds(out, " DISABLED");
		buf_addc(out, '\n');
	}
}

static void add_rights(struct buf *out, int rights)
{
	static const char *const words[] = { "select",	 "insert",     "update", "delete",
					     "truncate", "references", "trigger" };
	bool first = true;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(rights & (1 << i)))
			continue;
		buf_addf(out, "%s%s", first ? "" : ", ", words[i]);
		first = false;
	}
}

static void write_grants(struct buf *out, const struct catalog *c, const struct relation *r)
{
	for (size_t i = 0; r->acl && i < r->acl->n; i++) {
		const struct grant *g = &r->acl->v[i];
		const struct role *role = catalog_role_oid(c, g->grantee);

		if (g->grantee == r->owner_oid)
			continue;
		buf_adds(out, "\tgrant to ");
		add_name(out, role ? role->name : "public");
		buf_addc(out, ' ');
		add_rights(out, g->rights);
		buf_addc(out, '\n');
	}
}

static void write_head(struct buf *out, const struct catalog *c, const struct relation *r)
{
	const struct relation *parent = catalog_relation(c, r->parent);

	buf_addf(out, "%s ", kind_word(r->kind));
	add_qualified(out, r->schema, r->name);
	buf_adds(out, " owner ");
	add_name(out, r->owner);
	if (r->rls)
		buf_adds(out, r->rls_forced ? " row-security forced" : " row-security");
	if (r->unlogged)
		buf_adds(out, " unlogged");
	for (size_t i = 0; r->options && r->options[i]; i++) {
		buf_addc(out, ' ');
		add_safe(out, r->options[i]);
	}
	if (r->partition_key)
		buf_addf(out, " partition by %s", r->partition_key);
	if (parent) {
		buf_adds(out, r->is_partition ? " partition of " : " inherits ");
		add_qualified(out, parent->schema, parent->name);
	}
	if (r->partition_bound) {
		buf_addc(out, ' ');
		add_flat(out, r->partition_bound);
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
	write_grants(out, c, r);
}

static void write_function(struct buf *out, const struct function *f)
{
	static const char *const volatilities[] = { "immutable", "stable", "volatile" };

	buf_adds(out, "function ");
	add_qualified(out, f->schema, f->name);
	buf_addc(out, '(');
	add_flat(out, f->arguments);
	buf_addf(out, ") returns %s language %s %s", f->result ? f->result : "?", f->language,
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

static bool wanted(const char *schema, const char *only)
{
	return !only || strcmp(schema, only) == 0;
}

void schematext_write(struct buf *out, const struct catalog *c, const char *schema)
{
	for (size_t i = 0; i < catalog_schemas(c); i++) {
		const struct schema *s = catalog_schema_at(c, i);

		if (!wanted(s->name, schema))
			continue;
		buf_adds(out, "schema ");
		add_name(out, s->name);
		buf_adds(out, " owner ");
		add_name(out, s->owner);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (wanted(r->schema, schema) && !r->extension)
			write_relation(out, c, r);
	}
	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		if (wanted(f->schema, schema) && !f->extension)
			write_function(out, f);
	}
}

void schematext_describe(struct buf *out, const struct catalog *c, const struct relation *r)
{
	write_relation(out, c, r);
	for (size_t i = 0; i < r->nreferrers; i++) {
		const struct relation *from = catalog_relation(c, r->referrers[i]->from);

		buf_adds(out, "\treferred to by ");
		if (from)
			add_qualified(out, from->schema, from->name);
		buf_addc(out, ' ');
		add_foreign_key(out, c, r->referrers[i]);
		buf_addc(out, '\n');
	}
	for (const oid *o = r->reads; o && *o; o++) {
		const struct relation *to = catalog_relation(c, *o);

		buf_addf(out, "\t%s ", "reads");
		if (to)
			add_qualified(out, to->schema, to->name);
		buf_addc(out, '\n');
	}
	for (const oid *o = r->read_by; o && *o; o++) {
		const struct relation *from = catalog_relation(c, *o);

		buf_addf(out, "\t%s ", "read by");
		if (from)
			add_qualified(out, from->schema, from->name);
		buf_addc(out, '\n');
	}
	if (r->comment) {
		buf_adds(out, "\tcomment ");
		add_flat(out, r->comment);
		buf_addc(out, '\n');
	}
}

/* ---- Mermaid ---- */

/* Its words are letters, digits, '_' and '-'. */
static void add_word(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_addc(out, isalnum((unsigned char)*text) ? *text : '_');
}

static void add_entity(struct buf *out, const struct relation *r)
{
	add_word(out, r->schema);
	buf_addc(out, '_');
	add_word(out, r->name);
}

static bool in_key(const struct index *key, int attnum)
{
	for (size_t i = 0; key && i < key->nkeys; i++) {
		if (key->columns[i] == attnum)
			return true;
	}
	return false;
}

static bool drawn(const struct relation *r, const char *schema)
{
	return wanted(r->schema, schema) && !r->extension && !r->is_partition &&
	       (r->kind == RELATION_TABLE || r->kind == RELATION_PARTITIONED);
}

void schematext_mermaid(struct buf *out, const struct catalog *c, const char *schema)
{
	buf_adds(out, "erDiagram\n");
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);
		const struct index *key = relation_key(r);

		if (!drawn(r, schema))
			continue;
		buf_adds(out, "    ");
		add_entity(out, r);
		buf_adds(out, " {\n");
		for (size_t k = 0; k < r->ncolumns; k++) {
			buf_adds(out, "        ");
			add_word(out, r->columns[k].type);
			buf_addc(out, ' ');
			add_word(out, r->columns[k].name);
			if (in_key(key, r->columns[k].attnum))
				buf_adds(out, " PK");
			buf_addc(out, '\n');
		}
		buf_adds(out, "    }\n");
	}
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		for (size_t k = 0; drawn(r, schema) && k < r->nreferences; k++) {
			const struct foreign_key *fk = r->references[k];
			const struct relation *to = catalog_relation(c, fk->to);
			const struct column *last =
				relation_attnum(r, fk->from_columns[fk->n - 1]);

			if (!to || !drawn(to, schema))
				continue;
			buf_adds(out, "    ");
			add_entity(out, to);
			buf_adds(out, last && last->not_null ? " ||--o{ " : " |o--o{ ");
			add_entity(out, r);
			buf_adds(out, " : ");
			add_word(out, last ? last->name : fk->name);
			buf_addc(out, '\n');
		}
	}
}
