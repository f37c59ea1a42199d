/* SPDX-License-Identifier: MIT */
/*
 * schemadraw.c - the schema as a Mermaid erDiagram.
 *
 * Its names of entities and its labels stand in quotes, where everything may stand but '"',
 * '%',
 * '\' and line ends; those, and what Mermaid or a browser would read as markup, are written as
 * its entity codes (#34;), so that no two names become one.  Columns have no quotes there:
 * their names are words, and one that is none follows as a comment.
 *
 * Source: mermaid.js.org, "Entity Relationship Diagrams", and its grammar erDiagram.jison.
 */
#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/schematext.h"
#include "schematext_priv.h"

/* within: signs that would end what it stands in. */
static void add_coded(struct buf *out, const char *text, const char *within)
{
	size_t len = strlen(text);

	for (size_t n; len > 0; text += n, len -= n) {
		uint32_t cp;

		n = utf8_decode(text, len, &cp);
		if (cp == UTF8_INVALID)
			buf_addf(out, "#%u;", (unsigned char)*text);
		else if (cp < ' ' || (cp < 0x80 && strchr("\"%\\#;<>&`", (int)cp)) ||
			 (cp < 0x80 && strchr(within, (int)cp)) || schematext_unseen(cp))
			buf_addf(out, "#%u;", cp);
		else
			buf_add(out, text, n);
	}
}

static bool plain(char c)
{
	return (unsigned char)c < 0x80 && (isalnum((unsigned char)c) || c == '_');
}

/* Letters, digits, '_' and what also may stand there; not one of the grammar's own words. */
static void add_word(struct buf *out, const char *text, const char *also)
{
	static const char *const keywords[] = { "PK", "FK", "UK" };
	bool reserved = !plain(*text) || isdigit((unsigned char)*text);

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		reserved |= strcmp(text, keywords[i]) == 0;
	if (reserved)
		buf_addc(out, '_');
	for (; *text; text++) {
		if (((unsigned char)*text & 0xc0) !=
		    0x80) /* one sign for a letter of several bytes */
			buf_addc(out, plain(*text) || strchr(also, *text) ? *text : '_');
	}
}

static void add_entity(struct buf *out, const struct relation *r)
{
	buf_addc(out, '"');
	add_coded(out, r->schema, ".");
	buf_addc(out, '.');
	add_coded(out, r->name, ".");
	buf_addc(out, '"');
}

static bool drawn(const struct relation *r, const char *schema)
{
	return schematext_wanted(r->schema, schema) && !r->extension && !r->is_partition &&
	       relation_is_table(r);
}

static void draw_column(struct buf *out, const struct relation *r, const struct column *c)
{
	bool primary = index_has(relation_key(r), c->attnum),
	     foreign = relation_refers(r, c->attnum), same;
	size_t from;

	buf_adds(out, "        ");
	add_word(out, c->type, "()[]");
	buf_addc(out, ' ');
	from = out->len;
	add_word(out, c->name, "");
	same = strcmp(out->data + from, c->name) == 0;
	if (primary || foreign)
		buf_adds(out, !foreign ? " PK" : primary ? " PK, FK" : " FK");
	if (!same) {
		buf_adds(out, " \"");
		add_coded(out, c->name, "");
		buf_addc(out, '"');
	}
	buf_addc(out, '\n');
}

static void draw_entity(struct buf *out, const struct relation *r)
{
	buf_adds(out, "    ");
	add_entity(out, r);
	if (r->ncolumns == 0) { /* an empty block is none to its grammar */
		buf_addc(out, '\n');
		return;
	}
	buf_adds(out, " {\n");
	for (size_t i = 0; i < r->ncolumns; i++)
		draw_column(out, r, &r->columns[i]);
	buf_adds(out, "    }\n");
}

/* Can a row be without the one it refers to; can no two refer to the same? */
static bool optional(const struct relation *r, const struct foreign_key *fk)
{
	for (size_t i = 0; i < fk->n; i++) {
		const struct column *c = relation_attnum(r, fk->from_columns[i]);

		if (!c || !c->not_null)
			return true;
	}
	return false;
}

static bool single(const struct relation *r, const struct foreign_key *fk)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *ix = &r->indexes[i];
		size_t in = 0;

		if (!ix->unique || !ix->valid || ix->predicate)
			continue;
		for (size_t k = 0; k < ix->nkeys; k++) {
			for (size_t f = 0; f < fk->n; f++)
				in += fk->from_columns[f] == ix->columns[k];
		}
		if (in == ix->nkeys)
			return true;
	}
	return false;
}

static void draw_key(struct buf *out, const struct relation *r, const struct relation *to,
		     const struct foreign_key *fk)
{
	buf_adds(out, "    ");
	add_entity(out, to);
	buf_addf(out, " %s--%s ", optional(r, fk) ? "|o" : "||", single(r, fk) ? "o|" : "o{");
	add_entity(out, r);
	buf_adds(out, " : \"");
	for (size_t i = 0; i < fk->n; i++) {
		const struct column *c = relation_attnum(r, fk->from_columns[i]);

		buf_adds(out, i > 0 ? ", " : "");
		add_coded(out, c ? c->name : "?", ",");
	}
	buf_adds(out, "\"\n");
}

void schematext_mermaid(struct buf *out, const struct catalog *c, const char *schema)
{
	buf_adds(out, "erDiagram\n");
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (drawn(r, schema))
			draw_entity(out, r);
	}
	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		for (size_t k = 0; drawn(r, schema) && k < r->nreferences; k++) {
			const struct relation *to = catalog_relation(c, r->references[k]->to);

			if (to && drawn(to, schema))
				draw_key(out, r, to, r->references[k]);
		}
	}
}
