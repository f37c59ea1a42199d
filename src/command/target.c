/* SPDX-License-Identifier: MIT */
#include "command/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/vec.h"
#include "command_priv.h"

static bool has_columns(const struct relation *r, const char *const *names)
{
	if (!names || !names[0])
		return false;
	for (; *names; names++)
		if (!relation_column(r, *names))
			return false;
	return true;
}

/* Under one tenant a record is looked for among its own. */
static struct record_plan *plan_of(const struct session *s, oid relation,
				   const char *const *key, struct err *err)
{
	const struct tenant_choice *t = session_tenant(s);
	struct record_plan *plan =
		record_plan_new(session_catalog(s), session_profile(s), relation, key, err);

	if (plan && t->kind == TENANT_ONE && t->tenancy != TENANCY_SCHEMA)
		record_plan_narrow(plan, session_profile(s), t->tenancy, t->id);
	return plan;
}

struct record_plan *target_plan_of(const struct session *s, const struct screendef *def,
				   struct err *err)
{
	const struct relation *r;

	if (!def->relation) {
		err_set(err, ERR_FAILED, def->name, "its rows are not records of one relation");
		return NULL;
	}
	r = session_relation(s, def->relation, err);
	if (!r)
		return NULL;
	return plan_of(s, r->oid, has_columns(r, def->key) ? def->key : NULL, err);
}

struct record_plan *target_plan(struct session *s, const char *screen,
				const struct screendef **def, struct err *err)
{
	struct err own = ERR_INIT, none = ERR_INIT;
	const struct screendef *d = session_own_screen(s, screen, &own);
	const struct relation *r = d ? NULL : session_relation(s, screen, &none);
	struct record_plan *plan = NULL;

	if (def)
		*def = d;
	if (d) {
		plan = target_plan_of(s, d, err);
		/* A table of the same name stands behind souk's own screen. */
		r = plan || d->relation ? NULL : session_relation(s, screen, &none);
		if (r)
			err_hint(err, "the table of this name is %s.%s", r->schema, r->name);
	} else if (r)
		plan = plan_of(s, r->oid, NULL, err);
	else
		session_no_relation(s, screen, &own, &none, err);
	err_release(&own);
	err_release(&none);
	return plan;
}

/* ---- keys ---- */

/* One part of a key up to a comma; quotes double inside quotes. */
static const char *key_part(const char *p, struct buf *part)
{
	if (*p != '"') {
		size_t len = strcspn(p, ",");

		buf_add(part, p, len);
		return p + len;
	}
	for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
		if (*p == '"')
			p++;
		buf_addc(part, *p);
	}
	return *p ? p + 1 : p;
}

static size_t cut(const char *key, char ***out)
{
	VEC(char *) parts = VEC_INIT;

	for (;;) {
		struct buf part = BUF_INIT;

		key = key_part(key, &part);
		*VEC_PUSH(&parts) = buf_detach(&part);
		if (*key != ',')
			break;
		key++;
	}
	*VEC_PUSH(&parts) = NULL;
	*out = parts.v;
	return parts.len - 1;
}

/* The index of the tenant's part of the key, or SIZE_MAX. */
static size_t tenant_part(const struct record_plan *plan)
{
	const struct relation_profile *rp = record_plan_profile(plan);
	const struct column *const *columns = record_plan_key(plan);

	for (size_t i = 0; rp && rp->tenant_attnum && columns[i]; i++) {
		if (columns[i]->attnum == rp->tenant_attnum)
			return i;
	}
	return SIZE_MAX;
}

/* The tenant of the scope in the place of the part that the key leaves out. */
static bool add_tenant(const struct session *s, const struct record_plan *plan, char **parts,
		       size_t n)
{
	const struct tenant_choice *t = s ? session_tenant(s) : NULL;
	size_t at = tenant_part(plan);

	if (!t || t->kind != TENANT_ONE || at >= n ||
	    record_plan_profile(plan)->tenancy != t->tenancy)
		return false;
	memmove(parts + at + 1, parts + at, (n - at) * sizeof *parts);
	parts[at] = xstrdup(t->id);
	return true;
}

static void wrong_parts(const struct record_plan *plan, size_t n, const char *key,
			struct err *err)
{
	const struct column *const *columns = record_plan_key(plan);
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_addf(&names, "%s%s", i ? "," : "", columns[i]->name);
	err_set(err, ERR_USAGE, key, "the key has %zu parts: %s", n, names.data);
	err_hint(err,
		 "give them in this order with commas between them, \"quotes\" around a part "
		 "that has a comma%s",
		 tenant_part(plan) < n ? "; with --tenant its part may be left out" : "");
	buf_release(&names);
}

char **target_key(const struct session *s, const struct record_plan *plan, const char *key,
		  struct err *err)
{
	const struct column *const *columns = record_plan_key(plan);
	char **parts;
	size_t n = 0, given;

	while (columns[n])
		n++;
	if (n == 1) {
		parts = xcalloc(2, sizeof *parts);
		parts[0] = xstrdup(key);
		return parts;
	}
	given = cut(key, &parts);
	if (given + 1 == n) {
		parts = xreallocarray(parts, n + 1, sizeof *parts);
		if (add_tenant(s, plan, parts, n))
			given++;
	}
	if (given != n) {
		wrong_parts(plan, n, key, err);
		target_key_free(&parts);
	}
	return parts;
}

void target_key_free(char ***key)
{
	for (size_t i = 0; *key && (*key)[i]; i++)
		free((*key)[i]);
	free(*key);
	*key = NULL;
}

/* ---- assignments ---- */

static const struct column *writable(const struct record_plan *plan, const char *name,
				     struct err *err)
{
	const struct relation *r = record_plan_relation(plan);
	const struct column *c = relation_column(r, name);

	if (!c) {
		const char **names = xcalloc(r->ncolumns + 1, sizeof *names);

		for (size_t i = 0; i < r->ncolumns; i++)
			names[i] = r->columns[i].name;
		err_unknown(err, "column", name, names);
		err->kind = ERR_USAGE;
		free(names);
		return NULL;
	}
	if (c->generated) {
		err_set(err, ERR_USAGE, name,
			"is generated by the server and cannot be written");
		return NULL;
	}
	if (!(c->rights & RIGHT_UPDATE)) {
		err_set(err, ERR_FAILED, name, "your role may not update this column");
		return NULL;
	}
	return c;
}

static bool parse_change(const struct record_plan *plan, const char *word, struct change *out,
			 struct err *err)
{
	const char *eq = strchr(word, '=');
	bool is_default = eq && eq > word && eq[-1] == ':' && strcmp(eq + 1, "DEFAULT") == 0;
	bool is_null = !eq && *word && word[strlen(word) - 1] == '!';
	char *name;

	if (!eq && !is_null)
		return err_set(err, ERR_USAGE, word, "expected COLUMN=VALUE, COLUMN! for NULL");
	name = eq ? xstrndup(word, (size_t)(eq - word) - (is_default ? 1 : 0))
		  : xstrndup(word, strlen(word) - 1);
	*out = (struct change){
		.column = writable(plan, name, err),
		.value = is_null || is_default ? NULL : eq + 1,
		.use_default = is_default,
	};
	free(name);
	return out->column != NULL;
}

struct change *target_changes(const struct record_plan *plan, const char *const *words,
			      size_t *n, struct err *err)
{
	VEC(struct change) list = VEC_INIT;

	for (; *words; words++) {
		struct change c;

		if (!parse_change(plan, *words, &c, err)) {
			VEC_RELEASE(&list);
			return NULL;
		}
		*VEC_PUSH(&list) = c;
	}
	*n = list.len;
	return list.v;
}

/* ---- what the screen allows ---- */

static bool listed(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

bool target_allows(const struct screendef *def, enum save_kind kind,
		   const struct change *changes, size_t n, struct err *err)
{
	if (!def)
		return true;
	if (!def->edit.allowed)
		return err_set(err, ERR_FAILED, def->name, "its records are not edited: %s",
			       def->edit.why ? def->edit.why : "the screen has no [edit]");
	if (kind != SAVE_UPDATE && def->edit.fixed)
		return err_set(err, ERR_FAILED, def->name,
			       "its records are neither added nor deleted here");
	for (size_t i = 0; kind == SAVE_UPDATE && def->edit.columns && i < n; i++)
		if (!listed(def->edit.columns, changes[i].column->name))
			return err_set(err, ERR_FAILED, changes[i].column->name,
				       "is not edited on the screen %s", def->name);
	return true;
}
