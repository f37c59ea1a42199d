/* SPDX-License-Identifier: MIT */
/*
 * decimal.h - numbers as the texts they are: compared and added without ever becoming a double.
 *
 * A decimal is "[+-] digits [. digits] [e [+-] digits]" (at least one digit before or after the
 * point), as JSON and PostgreSQL write numbers.  NaN and Infinity are not decimals.  Any length.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>

bool decimal_valid(const char *s);
/* As numbers: 1.0 equals 1.00 and 10e-1.  Both must be valid; BUG() else. */
int decimal_compare(const char *a, const char *b);
/*
 * a + b and a - b, exact, without exponent, with as many digits after the point as the longer of
 * the two has.  The caller owns the text.  NULL if one is not a decimal or the result would have
 * more than 2000 digits.
 */
char *decimal_add(const char *a, const char *b);
char *decimal_subtract(const char *a, const char *b);

#endif
