/* SPDX-License-Identifier: MIT */
#include "base/uuid.h"

#include <uuid.h>

void uuid_make(char out[UUID_TEXT])
{
	uuid_t id;

	uuid_generate_random(id);
	uuid_unparse_lower(id, out);
}
