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

/* Would it not stand in a line as it is: a control, a mark that turns the direction of what follows, no shape? */
bool schematext_unseen(uint32_t cp);
/* With what nobody sees, or what would turn what follows, as \xNN or \uNNNN: a line stays one. */
void schematext_safe(struct buf *out, const char *text, size_t len);

static inline bool schematext_wanted(const char *schema, const char *only)
{
	return !only || strcmp(schema, only) == 0;
}

#endif
