/* SPDX-License-Identifier: MIT */
/*
 * genscreen.h - a screen for every relation that has none, made from catalog and profile.
 *
 * The grid "schema.name": key first, then names, states, foreign keys, amounts, the rest, times; secrets
 * hidden, and the tenant column while one tenant is chosen; Enter opens the record.
 * The record "schema.name.record": all columns, keys 1 to 9 follow its foreign keys, panes show
 * the rows that refer to it.
 * Views, materialized views and tables without a key are browsable; edit.why says why they cannot be edited.
 *
 * Pure: no I/O.  A screen lives in the arena that was given; texts of the catalog are copied.
 */
#ifndef DOMAIN_GENSCREEN_H
#define DOMAIN_GENSCREEN_H

#include "base/arena.h"
#include "base/err.h"
#include "catalog/catalog.h"
#include "domain/profile.h"
#include "domain/screendef.h"

const struct screendef *genscreen_grid(struct arena *a, const struct catalog *c,
				       const struct profile *p, const struct relation *r);
const struct screendef *genscreen_record(struct arena *a, const struct catalog *c,
					 const struct profile *p, const struct relation *r);
/* The name of a relation's grid: "schema.name", quoted where SQL wants it. */
const char *genscreen_name(struct arena *a, const struct relation *r);

/* Screens made so far, anew when the snapshot is another one.  What was handed out lives as long as this. */
struct genscreens;

struct genscreens *genscreens_new(void);
void genscreens_free(struct genscreens **g);
/* The profile is another one: make them anew. */
void genscreens_forget(struct genscreens *g);
/* name: a relation's, or "NAME.record"; NULL with err if there is no such relation. */
const struct screendef *genscreens_find(struct genscreens *g, const struct catalog *c,
					const struct profile *p, const char *name,
					struct err *err);
/* In the place of a file's screen, under its name, by its `elsewhere`: of tenants, the directory that the profile found
 * (Enter works for one of them) or the list of their schemas (Enter lists what is in one); of migrations, what a known
 * tool keeps of them.  NULL: none was found, or the role may not read it. */
const struct screendef *genscreens_elsewhere(struct genscreens *g, const struct catalog *c,
					     const struct profile *p, const struct screendef *of);

#endif
