/* SPDX-License-Identifier: MIT */
#include "command/draft.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "base/uuid.h"
#include "base/vec.h"

#define DRAFT_MAX (64u << 20) /* bytes: a record of long texts */

void draft_init(struct draft *d)
{
	char id[UUID_TEXT];

	uuid_make(id);
	*d = (struct draft){ .id = xstrdup(id) };
}

void draft_release(struct draft *d)
{
	free(d->id);
	free(d->server);
	free(d->tenant);
	free(d->screen);
	free(d->relation);
	free(d->guard);
	for (size_t i = 0; d->key && d->key[i]; i++)
		free(d->key[i]);
	free(d->key);
	for (size_t i = 0; i < d->n; i++) {
		free(d->values[i].column);
		free(d->values[i].base);
		free(d->values[i].mine);
	}
	free(d->values);
	*d = (struct draft){ 0 };
}

char *draft_server(const struct session *s)
{
	const struct db_session *d = db_session(session_db(s));

	if (!d)
		return xstrdup("");
	return xasprintf("%s@%s:%s as %s", d->database, d->host ? d->host : "",
			 d->port ? d->port : "", d->user);
}

static char *draft_path(const char *id)
{
	char *name = xasprintf("drafts/%s.json", id);
	char *path = path_state(name);

	free(name);
	return path;
}

/* ---- writing ---- */

static struct json *values_json(const struct draft *d)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < d->n; i++) {
		struct json *v = json_new_object();

		json_set(v, "column", json_new_text(d->values[i].column));
		json_set(v, "base", json_new_exact(d->values[i].base));
		json_set(v, "mine", json_new_exact(d->values[i].mine));
		json_append(list, v);
	}
	return list;
}

bool draft_write(const struct draft *d, struct err *err)
{
	struct json *root = json_new_object();
	struct json *key = json_new_array();
	struct buf out = BUF_INIT;
	char *dir = path_state("drafts");
	char *path = draft_path(d->id);
	bool ok;

	for (size_t i = 0; d->key && d->key[i]; i++)
		json_append(key, json_new_exact(d->key[i]));
	json_set(root, "id", json_new_text(d->id));
	json_set(root, "server", json_new_text(d->server));
	json_set(root, "tenant", json_new_text(d->tenant));
	json_set(root, "screen", json_new_text(d->screen));
	json_set(root, "relation", json_new_text(d->relation));
	json_set(root, "key", key);
	json_set(root, "guard", json_new_text(d->guard));
	json_set(root, "kind", json_new_int(d->kind));
	json_set(root, "saved_us", json_new_int(d->saved_us ? d->saved_us : time_now_us()));
	json_set(root, "values", values_json(d));
	json_write(&out, root, JSON_PRETTY);
	ok = path_mkdirs(dir, err) && path_write(path, out.data, out.len, err);
	json_free(&root);
	buf_release(&out);
	free(dir);
	free(path);
	return ok;
}

void draft_discard(const char *id)
{
	char *path = draft_path(id);

	unlink(path);
	free(path);
}

/* ---- reading ---- */

static char *text_of(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v ? json_exact(v) : NULL;
}

static int64_t number_of(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v && json_type(v) == JSON_NUMBER ? strtoll(json_text(v), NULL, 10) : 0;
}

static void read_key(struct draft *d, const struct json *list)
{
	size_t n = list && json_type(list) == JSON_ARRAY ? json_len(list) : 0;

	d->key = xcalloc(n + 1, sizeof *d->key);
	for (size_t i = 0; i < n; i++) {
		char *text = json_exact(json_at(list, i));

		d->key[i] = text ? text : xstrdup("");
	}
}

static void read_values(struct draft *d, const struct json *list)
{
	size_t n = list && json_type(list) == JSON_ARRAY ? json_len(list) : 0;

	d->values = xcalloc(n + 1, sizeof *d->values);
	for (size_t i = 0; i < n; i++) {
		const struct json *v = json_at(list, i);

		if (json_type(v) != JSON_OBJECT || !json_get(v, "column"))
			continue;
		d->values[d->n++] = (struct draft_value){
			.column = text_of(v, "column"),
			.base = text_of(v, "base"),
			.mine = text_of(v, "mine"),
		};
	}
}

static bool draft_read(const char *path, struct draft *out, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *root = NULL;

	if (path_read(path, DRAFT_MAX, &text, err))
		root = json_parse(text.data, text.len, err);
	buf_release(&text);
	if (!root)
		return false;
	if (json_type(root) != JSON_OBJECT || !json_get(root, "id") ||
	    !json_get(root, "relation")) {
		json_free(&root);
		return err_set(err, ERR_FAILED, path, "is no draft");
	}
	*out = (struct draft){
		.id = text_of(root, "id"),
		.server = text_of(root, "server"),
		.tenant = text_of(root, "tenant"),
		.screen = text_of(root, "screen"),
		.relation = text_of(root, "relation"),
		.guard = text_of(root, "guard"),
		.kind = (enum save_kind)number_of(root, "kind"),
		.saved_us = number_of(root, "saved_us"),
	};
	read_key(out, json_get(root, "key"));
	read_values(out, json_get(root, "values"));
	json_free(&root);
	if (!out->id || !out->relation) {
		draft_release(out);
		return err_set(err, ERR_FAILED, path, "is no draft");
	}
	return true;
}

static int newest_first(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;

	return x->saved_us < y->saved_us ? 1 : x->saved_us > y->saved_us ? -1 : 0;
}

struct draft *draft_list(size_t *n, double expiry_s)
{
	VEC(struct draft) list = VEC_INIT;
	char *dir = path_state("drafts");
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *path = path_join(dir, e->d_name);
		size_t len = strlen(e->d_name);
		struct err err = ERR_INIT;
		struct draft draft = { 0 };

		if (len < 5 || strcmp(e->d_name + len - 5, ".json") != 0) {
			free(path);
			continue;
		}
		if (!draft_read(path, &draft, &err)) {
			log_line("draft", "%s: %s", path, err.why);
		} else if (expiry_s > 0 &&
			   (double)(time_now_us() - draft.saved_us) / 1e6 > expiry_s) {
			unlink(path);
			draft_release(&draft);
		} else {
			*VEC_PUSH(&list) = draft;
		}
		err_release(&err);
		free(path);
	}
	if (d)
		closedir(d);
	free(dir);
	if (list.len)
		qsort(list.v, list.len, sizeof *list.v, newest_first);
	*n = list.len;
	return list.v;
}

static bool same_key(char *const *a, char *const *b)
{
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return *a == *b;
}

bool draft_get(const char *id, double expiry_s, struct draft *out)
{
	size_t n;
	struct draft *all = draft_list(&n, expiry_s);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (!found && strcmp(all[i].id, id) == 0) {
			*out = all[i];
			found = true;
		} else {
			draft_release(&all[i]);
		}
	}
	free(all);
	return found;
}

bool draft_find(const char *server, const char *relation, char *const *key, double expiry_s,
		struct draft *out)
{
	size_t n;
	struct draft *all = draft_list(&n, expiry_s);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (!found && all[i].server && strcmp(all[i].server, server) == 0 &&
		    strcmp(all[i].relation, relation) == 0 && same_key(all[i].key, key)) {
			*out = all[i];
			found = true;
		} else {
			draft_release(&all[i]);
		}
	}
	free(all);
	return found;
}
