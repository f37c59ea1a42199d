/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - catalog snapshots written down as small tables, for unit tests without a server.
 *
 *	struct catalog *c = snapshot_make(
 *		"relations oid|schema|name|kind\n"
 *		"100|1|products|r\n"
 *		"columns relation|attnum|name|type\n"
 *		"100|1|id|20\n");
 *
 * A line "PART column|column…" begins the rows of catalog_PART; the order is that of enum
 * catalog_part.  Columns that are not named are NULL, and so is a cell "-".
 */
#ifndef SUPPORT_SNAPSHOT_H
#define SUPPORT_SNAPSHOT_H

#include "catalog/catalog.h"

struct catalog *snapshot_make(const char *text);

#endif
