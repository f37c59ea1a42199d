/* SPDX-License-Identifier: MIT */
/*
 * mask.h - what not everybody needs to see.
 *
 * Secrets are masked until they are asked for.  Personal data is masked for whoever sees everything
 * (superusers, owners, roles that bypass row-level security, all tenants); a role that row-level security binds,
 * in the scope of one tenant, works for that tenant and needs its people's data.  The setting mask turns it off.
 */
#ifndef COMMAND_MASK_H
#define COMMAND_MASK_H

#include "command/session.h"

/* What stands in the place of a masked value. */
extern const char mask_text[];

/* 0: shown, 1: personal, 2: secret. */
int mask_column(const struct session *s, const struct relation *rel, const struct column *col);
/* Of a column that is not known or is computed, by its name: before the catalog has arrived both kinds are masked. */
int mask_name(const struct session *s, const char *name);

#endif
