/* SPDX-License-Identifier: MIT */
/*
 * rowkey.h - a row's key as one text: what a person types after `get` and `goto`, what marks and the cursor
 * are remembered by.
 *
 * A key of one column is its value as it stands.  Of several columns: the values separated by
 * commas, a value with a comma, a double quote or a blank at its ends in double quotes (doubled inside), the empty
 * text as "", NULL as nothing.
 */
#ifndef DOMAIN_ROWKEY_H
#define DOMAIN_ROWKEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

void rowkey_format(struct buf *out, const char *const *values, size_t n);
/* values gets n texts (NULL = SQL NULL) to be freed by the caller; on failure none. */
bool rowkey_parse(const char *text, char **values, size_t n, struct err *err) MUST_CHECK;

#endif
