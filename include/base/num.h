/* SPDX-License-Identifier: MIT */
/*
 * num.h - the little that souk calculates with doubles beyond what the compiler does itself.
 *
 * Not libm's: that library, mapped for nothing but this, is 300 KiB of a console's resident memory, as much as
 * its two screens of cells.  So banned.h refuses what would bring it; what the compiler does by itself (floor, ceil,
 * fabs, isnan) may be called.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

/* NaN is no number: the other one is told. */
double num_max(double a, double b);
double num_min(double a, double b);
/* To the nearest whole number, halves away from 0; v must fit into a long. */
long num_round(double v);
/* What is left of v >= 0 when as many n > 0 as fit are taken away. */
double num_rest(double v, double n);
/* The fifth root of v, which is from 1e-9 to 1. */
double num_root5(double v);
/* The power of ten that v begins with: 100 of 314, 0.01 of 0.0314. 1 if v is not above 0 or not finite. */
double num_magnitude(double v);

#endif
