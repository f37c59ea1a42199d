/* SPDX-License-Identifier: MIT */
/*
 * schematext_priv.h - what the schema's text and its picture share.
 */
#ifndef DOMAIN_SCHEMATEXT_PRIV_H
#define DOMAIN_SCHEMATEXT_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "domain/schematext.h"

/* Would it not stand in a line as it is: a control, a mark that turns the direction of what follows, no shape? */
bool schematext_unseen(uint32_t cp);
/* With what nobody sees, or what would turn what follows, as \xNN or \uNNNN: a line stays one. */
void schematext_safe(struct buf *out, const char *text, size_t len);

/* Quoted where SQL wants it. */
void schematext_name(struct buf *out, const char *name);
void schematext_qualified(struct buf *out, const char *schema, const char *name);
/* In one line: white space outside of quotes becomes one blank. */
void schematext_flat(struct buf *out, const char *text);

/* The first line of a text is this and its version; texts of the first version, which had no queries, bodies,
 * sequences, types, domains and comments, have no such line; the second had no rules, statistics and servers. */
extern const char schematext_mark[];

/* ---- schemagrant.c ---- */
void schematext_grants(struct buf *out, const struct catalog *c, const struct relation *r);

/* ---- schemadetail.c ---- */
/* The parts of one relation or function. */
void schemadetail_parts(struct buf *out, const struct schema_details *d, const char *kind, oid o);
void schemadetail_objects(struct buf *out, const struct schema_details *d, const char *only);

static inline bool schematext_wanted(const char *schema, const char *only)
{
	return !only || strcmp(schema, only) == 0;
}

#endif
