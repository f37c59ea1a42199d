/* SPDX-License-Identifier: MIT */
#include "base/vec.h"

#include <signal.h>

#include "support/leak.h"

LEAK_TEST(vec, push_remove_clear)
{
	VEC(int) v = VEC_INIT;

	for (int i = 0; i < 100; i++)
		*VEC_PUSH(&v) = i;
	cr_assert_eq(v.len, 100u);
	VEC_REMOVE(&v, 0);
	VEC_REMOVE(&v, 98);
	VEC_REMOVE(&v, 49);
	cr_assert_eq(v.len, 97u);
	cr_assert_eq(v.v[0], 1);
	cr_assert_eq(v.v[49], 51);
	cr_assert_eq(v.v[96], 98);
	VEC_CLEAR(&v);
	cr_assert_eq(v.len, 0u);
	*VEC_PUSH(&v) = 5;
	cr_assert_eq(v.v[0], 5);
	VEC_RELEASE(&v);
	cr_assert_null(v.v);
}

Test(vec, remove_stays_inside, .signal = SIGABRT)
{
	VEC(int) v = VEC_INIT;

	VEC_REMOVE(&v, 0);
}
