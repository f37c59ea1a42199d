/* SPDX-License-Identifier: MIT */
/*
 * genscreen_priv.h - what screens made from relations share with those that stand in for a file's.
 */
#ifndef DOMAIN_GENSCREEN_PRIV_H
#define DOMAIN_GENSCREEN_PRIV_H

#include "domain/genscreen.h"

/* A screen of the relation's columns, without keys to go elsewhere by. */
struct screendef *genscreen_begin(struct arena *a, const struct profile *p,
				  const struct relation *r, enum screen_kind_name kind);
const char *const *genscreen_search(struct arena *a, const struct screendef *def,
				    const struct relation *r);
void genscreen_keys(struct arena *a, struct screendef *def, const struct catalog *c,
		    const struct relation *r);
/* What shows here what the file's screen is about; NULL: nothing. */
const struct screendef *genscreen_elsewhere(struct arena *a, const struct catalog *c,
					    const struct profile *p,
					    const struct screendef *of);

#endif
