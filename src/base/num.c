/* SPDX-License-Identifier: MIT */
#include "base/num.h"

#include <math.h>

double num_max(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

double num_min(double a, double b)
{
	return isnan(a) || b < a ? b : a;
}

long num_round(double v)
{
	return (long)(v < 0 ? v - 0.5 : v + 0.5);
}

double num_rest(double v, double n)
{
	return v - n * floor(v / n);
}

double num_root5(double v)
{
	double root = 1, before = 2;

	/* Newton's, which comes down to it from above; where it comes no nearer, it is there. */
	while (root < before) {
		before = root;
		root = (4 * root + v / (root * root * root * root)) / 5;
	}
	return before;
}

double num_magnitude(double v)
{
	double power = 1;

	if (!(v > 0) || !isfinite(v))
		return 1;
	while (power <= v / 10)
		power *= 10;
	if (power <= v)
		return power;
	/* A tenth is not exact, ten is: as long as it can be, it is the divisor that grows. */
	while (v * power < 1 && power < 1e300)
		power *= 10;
	return 1 / power;
}
