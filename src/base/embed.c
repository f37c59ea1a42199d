/* SPDX-License-Identifier: MIT */
#include "base/embed.h"

#include <string.h>

const struct embed *embed_find(const struct embed *table, const char *path)
{
	for (; table->path; table++)
		if (!strcmp(table->path, path))
			return table;
	return NULL;
}
