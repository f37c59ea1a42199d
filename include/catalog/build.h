/* SPDX-License-Identifier: MIT */
/*
 * build.h - makes a snapshot out of the replies to the catalog's questions.
 *
 * Pure: no I/O, so that it can be fed by the reader, by a test or by a file.  The rows of a part may
 * come in several chunks (a streamed reply); the parts come in the order of enum catalog_part,
 * because the later ones look up what the earlier ones told.  A part may be left out.
 */
#ifndef CATALOG_BUILD_H
#define CATALOG_BUILD_H

#include "catalog/catalog.h"
#include "db/reply.h"

enum catalog_part {
	CATALOG_SERVER,
	CATALOG_ROLES,
	CATALOG_MEMBERSHIPS,
	CATALOG_ACLS,
	CATALOG_SCHEMAS,
	CATALOG_COLLATIONS,
	CATALOG_CHOICES,
	CATALOG_TYPES,
	CATALOG_COMMENTS,
	CATALOG_RELATIONS,
	CATALOG_PARENTS,
	CATALOG_READS,
	CATALOG_VIEWS,
	CATALOG_CONSTRAINTS,
	CATALOG_COLUMN_ACLS,
	CATALOG_COLUMNS,
	CATALOG_INDEXES,
	CATALOG_POLICIES,
	CATALOG_FUNCTIONS,
	CATALOG_TRIGGERS,
	CATALOG_PUBLICATIONS,
	CATALOG_SETTINGS,
	CATALOG_EXTENSIONS,
	CATALOG_PARTS,
};

/* The name of the part's query: "catalog_columns". */
const char *catalog_part_query(enum catalog_part part);

struct catalog_builder;

struct catalog_builder *catalog_builder_new(void);
void catalog_builder_free(struct catalog_builder **b);
/* rows is only looked at during the call. */
void catalog_builder_add(struct catalog_builder *b, enum catalog_part part,
			 const struct reply *rows);
/* The snapshot; the builder is gone. */
struct catalog *catalog_builder_finish(struct catalog_builder **b);

#endif
