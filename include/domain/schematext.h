/* SPDX-License-Identifier: MIT */
/*
 * schematext.h - a schema as text that is the same for the same schema, its difference, its picture.
 *
 * One object per line, its parts on lines below it, indented by one tab; sorted by bytes; no times, sizes or
 * oids.  Names are quoted where SQL wants it; control characters are written as \xNN and what nobody sees
 * (marks of direction, zero widths) as \uNNNN, so a line is always one line.
 */
#ifndef DOMAIN_SCHEMATEXT_H
#define DOMAIN_SCHEMATEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "catalog/catalog.h"

/*
 * What the snapshot of the catalog does not keep, as sql/queries/schema_details.sql tells it, of all or of one: the
 * rows are added in its order (texts are copied) and sorted once.
 */
struct schema_detail {
	const char *kind; /* relation, function: a part of it; sequence, type, domain */
	oid oid;
	const char *schema, *name;
	const char *part; /* query, rule, inherits, statistics, server, body, attributes, arguments, comment,
			   * check; "": the object itself */
	const char *part_name; /* or NULL */
	const char *text;      /* NULL: not known, somebody holds it */
};
struct schema_details;

struct schema_details *schema_details_new(void);
void schema_details_free(struct schema_details **d);
void schema_details_add(struct schema_details *d, const struct schema_detail *detail);
void schema_details_sort(struct schema_details *d);

/* schema: only this one; NULL: all.  Relations and functions of extensions are left out.  Without details (NULL) it
 * is what the snapshot knows: no queries, bodies, sequences, types, domains, comments.  Lines of queries and bodies
 * stand below their word, by two tabs. */
void schematext_write(struct buf *out, const struct catalog *c, const struct schema_details *d,
		      const char *schema);
enum { SCHEMATEXT_VERSION = 3 };
/* 0: no line of it is one of a schema's text; else the version of the souk that wrote it, from 1. */
int schematext_version(const char *text);
/* One relation with what belongs to it, refers to it and reads it; details: of it, or NULL. */
void schematext_describe(struct buf *out, const struct catalog *c, const struct relation *r,
			 const struct schema_details *d);
/* One function, with its body. */
void schematext_function(struct buf *out, const struct function *f, const struct schema_details *d);
/* A Mermaid erDiagram of tables and their foreign keys. */
void schematext_mermaid(struct buf *out, const struct catalog *c, const char *schema);

enum change_kind { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };
struct schema_change {
	enum change_kind kind;
	char *object;        /* "table commerce.products" */
	char *part;          /* "column price"; "" for the object itself */
	char *before, *after; /* whole lines; NULL where there is none */
};
struct schema_changes {
	struct schema_change *v;
	size_t n;
	bool partly; /* one text is of an older version: what it cannot have is not compared */
};
/* What became of a text (schematext_write's, lines of other kinds are skipped), in order of object and part. */
void schematext_diff(struct schema_changes *out, const char *before, const char *after);
void schema_changes_release(struct schema_changes *c);

/* Replace what stands between the lines "<!-- souk:NAME:begin -->" and "<!-- souk:NAME:end -->" of a document; without
 * them the part is appended with its markers.  The rest is kept byte by byte, and ours gets its line ends.  Where they
 * do not stand as one pair it is an error, and out is not to be used. */
bool schematext_splice(struct buf *out, const struct buf *document, const char *name, const char *part,
		       struct err *err) MUST_CHECK;

#endif
