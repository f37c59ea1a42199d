/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/json.h"
#include "domain/profile.h"

static char *claims(const struct tenancy *t, const char *id)
{
	char *path = xstrdup(t->claim_path);
	struct json *value = json_new_text(id);
	struct buf out = BUF_INIT;
	char *dot;

	/* From the innermost name outwards. */
	while ((dot = strrchr(path, '.'))) {
		struct json *object = json_new_object();

		json_set(object, dot + 1, value);
		value = object;
		*dot = '\0';
	}
	{
		struct json *root = json_new_object();

		json_set(root, path, value);
		if (t->impersonate && !json_get(root, "role"))
			json_set(root, "role", json_new_text(t->impersonate));
		json_write(&out, root, JSON_COMPACT);
		json_free(&root);
	}
	free(path);
	return buf_detach(&out);
}

/* One element of an array literal, whatever stands in it. */
static char *array_of(const char *id)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, "{\"");
	for (; *id; id++) {
		if (*id == '"' || *id == '\\')
			buf_addc(&out, '\\');
		buf_addc(&out, *id);
	}
	buf_adds(&out, "\"}");
	return buf_detach(&out);
}

char *profile_setting_value(const struct tenancy *t, const char *id)
{
	if (!t->setting)
		return NULL;
	if (t->claim_path)
		return claims(t, id);
	return t->list ? array_of(id) : xstrdup(id);
}
