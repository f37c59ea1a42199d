/* SPDX-License-Identifier: MIT */
#include "base/uuid.h"

#include <string.h>

#include "support/leak.h"

LEAK_TEST(uuid, random_canonical)
{
	char a[UUID_TEXT], b[UUID_TEXT];

	uuid_make(a);
	uuid_make(b);
	cr_assert_eq(strlen(a), 36u);
	cr_assert_eq(strspn(a, "0123456789abcdef-"), 36u);
	cr_assert_eq(a[14], '4');
	cr_assert_str_neq(a, b);
}
