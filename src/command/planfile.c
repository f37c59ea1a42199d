/* SPDX-License-Identifier: MIT */
#include "command/planfile.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "base/vec.h"
#include "command/mask.h"

static const char *const kinds[] = { "update", "insert", "delete" };

void planfile_release(struct planfile *p)
{
	free(p->screen);
	free(p->relation);
	free(p->reason);
	free(p->made);
	free(p->by);
	*p = (struct planfile){ 0 };
}

/* ---- writing ---- */

static void set_text(struct json *o, const char *name, const char *text)
{
	if (text && *text)
		json_set(o, name, json_new_text(text));
}

static void add_line(struct buf *out, struct json *owned)
{
	json_write(out, owned, JSON_COMPACT);
	buf_addc(out, '\n');
	json_free(&owned);
}

static void add_head(struct buf *out, struct session *s, const struct planfile *head,
		     size_t rows)
{
	const struct db_session *d = db_session(session_db(s));
	const struct tenant_choice *tenant = session_tenant(s);
	struct json *o = json_new_object();
	struct buf now = BUF_INIT;

	timefmt_instant(&now, time_now_us());
	json_set(o, "souk_plan", json_new_int(1));
	set_text(o, "made", now.data);
	set_text(o, "by", d->user);
	set_text(o, "database", d->database);
	set_text(o, "system", catalog_system_identifier(session_catalog(s)));
	if (tenant->kind == TENANT_ONE) {
		set_text(o, "tenant", tenant->id);
		set_text(o, "tenant_name", tenant->label);
	}
	set_text(o, "screen", head->screen);
	set_text(o, "relation", head->relation);
	set_text(o, "action", kinds[head->kind]);
	set_text(o, "reason", head->reason);
	json_set(o, "rows", json_new_int((int64_t)rows));
	add_line(out, o);
	buf_release(&now);
}

static struct json *was_json(struct session *s, const struct bulk_row *row)
{
	const struct relation *rel = record_plan_relation(row->plan);
	struct json *o = json_new_object();

	for (size_t i = 0; i < row->base.n; i++) {
		const struct record_field *f = &row->base.fields[i];
		bool wanted = row->kind == SAVE_DELETE;

		for (size_t k = 0; k < row->nchanges; k++)
			wanted = wanted || row->changes[k].column->attnum == f->column->attnum;
		if (wanted)
			json_set(o, f->column->name,
				 json_new_exact(f->value && mask_column(s, rel, f->column)
						       ? mask_text
						       : f->value));
	}
	return o;
}

static struct json *set_json(const struct bulk_row *row)
{
	struct json *o = json_new_object();

	for (size_t i = 0; i < row->nchanges; i++) {
		const struct change *c = &row->changes[i];
		struct json *value =
			c->use_default ? json_new_object() : json_new_exact(c->value);

		if (c->use_default)
			json_set(value, "default", json_new_bool(true));
		json_set(o, c->column->name, value);
	}
	return o;
}

static void add_row(struct buf *out, struct session *s, const struct bulk_row *row)
{
	const struct column *const *key = record_plan_key(row->plan);
	struct json *o = json_new_object(), *keys = json_new_object();
	struct buf guard = BUF_INIT;

	for (size_t i = 0; key[i]; i++)
		json_set(keys, key[i]->name, json_new_exact(row->key[i]));
	record_guard_text(&guard, &row->base);
	json_set(o, "key", keys);
	json_set(o, "guard", json_new_text(guard.data));
	json_set(o, "was", was_json(s, row));
	if (row->kind != SAVE_DELETE)
		json_set(o, "set", set_json(row));
	add_line(out, o);
	buf_release(&guard);
}

bool planfile_write(const char *path, struct session *s, const struct bulk *b,
		    const struct planfile *head, struct err *err)
{
	struct buf out = BUF_INIT;
	bool ok;

	if (bulk_len(b) && record_plan_guard(bulk_at(b, 0)->plan) == GUARD_COLUMNS)
		return err_set(err, ERR_FAILED, head->relation,
			       "has neither a version nor an xmin that a plan could remember");
	if (path_exists(path))
		return err_set(err, ERR_FAILED, path, "is there already; nothing was written");
	add_head(&out, s, head, bulk_count(b, BULK_READY));
	for (size_t i = 0; i < bulk_len(b); i++)
		if (bulk_at(b, i)->state == BULK_READY)
			add_row(&out, s, bulk_at(b, i));
	ok = path_write(path, out.data, out.len, err);
	buf_release(&out);
	return ok;
}

/* ---- reading ---- */

/* The next line that is not blank, parsed; NULL at the end or with err. *at moves behind it. */
static struct json *next_line(const char **at, int *line, struct err *err)
{
	char name[32];

	while (**at) {
		const char *start = *at;
		size_t len = strcspn(start, "\n");
		struct json *o;

		*at = start + len + (start[len] == '\n');
		++*line;
		if (strspn(start, " \t\r") >= len)
			continue;
		o = json_parse(start, len, err);
		if (o && json_type(o) == JSON_OBJECT)
			return o;
		snprintf(name, sizeof name, "line %d", *line);
		if (o)
			err_set(err, ERR_FAILED, name, "is no JSON object");
		else
			err_within(err, name);
		json_free(&o);
		return NULL;
	}
	return NULL;
}

static char *text_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, name);

	return v ? json_exact(v) : NULL;
}

static bool same_place(const struct json *o, const char *name, const char *here,
		       struct err *err)
{
	char *there = text_of(o, name);
	bool ok = !there || !here || !*here || strcmp(there, here) == 0;

	if (!ok)
		err_set(err, ERR_FAILED, "the plan", "was made for the %s %s, this is %s", name,
			there, here);
	free(there);
	return ok;
}

static bool check_head(struct planfile *p, struct session *s, const struct json *o,
		       struct err *err)
{
	const struct tenant_choice *tenant = session_tenant(s);
	const struct json *rows = json_get(o, "rows");
	char *action = text_of(o, "action"), *wanted = text_of(o, "tenant");
	bool ok = json_get(o, "souk_plan") && action;

	p->screen = text_of(o, "screen");
	p->relation = text_of(o, "relation");
	p->reason = text_of(o, "reason");
	p->made = text_of(o, "made");
	p->by = text_of(o, "by");
	p->kind = action && strcmp(action, "delete") == 0 ? SAVE_DELETE : SAVE_UPDATE;
	if (!ok || !p->relation || !rows || json_type(rows) != JSON_NUMBER)
		ok = err_set(err, ERR_FAILED, "the plan",
			     "does not begin with the head of a plan");
	else if (wanted && tenant->kind != TENANT_ONE)
		ok = err_set(err, ERR_FAILED, "the plan",
			     "is one for the tenant %s; choose it first", wanted);
	ok = ok && same_place(o, "database", db_session(session_db(s))->database, err) &&
	     same_place(o, "system", catalog_system_identifier(session_catalog(s)), err) &&
	     same_place(o, "tenant", tenant->kind == TENANT_ONE ? tenant->id : "", err);
	if (ok)
		p->rows = (size_t)strtoull(json_text(rows), NULL, 10);
	free(action);
	free(wanted);
	return ok;
}

bool planfile_head(struct planfile *p, struct session *s, const char *text, struct err *err)
{
	int line = 0;
	struct json *o = next_line(&text, &line, err);
	bool ok;

	if (!o)
		return err->kind ? false : err_set(err, ERR_FAILED, "the plan", "is empty");
	ok = check_head(p, s, o, err);
	json_free(&o);
	return ok;
}

/* The text of a JSON value as the server takes it; NULL is SQL NULL. */
static char *value_text(const struct json *v)
{
	struct buf out = BUF_INIT;
	char *exact = json_exact(v);

	if (exact)
		return exact;
	switch (json_type(v)) {
	case JSON_NULL:
		return NULL;
	case JSON_STRING:
	case JSON_NUMBER:
		return xstrdup(json_text(v));
	case JSON_BOOL:
		return xstrdup(json_bool(v) ? "true" : "false");
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	json_write(&out, v, JSON_COMPACT);
	return buf_detach(&out);
}

static bool is_default(const struct json *v)
{
	const struct json *d = json_type(v) == JSON_OBJECT ? json_get(v, "default") : NULL;

	return d && json_len(v) == 1 && json_type(d) == JSON_BOOL && json_bool(d);
}

static bool read_changes(struct bulk_row *row, const struct json *set, struct err *err)
{
	const struct relation *rel = record_plan_relation(row->plan);
	VEC(struct change) changes = VEC_INIT;
	const char *name;
	struct json *value;

	for (void *it = NULL; json_next(set, &it, &name, &value);) {
		const struct column *column = relation_column(rel, name);

		if (!column)
			err_set(err, ERR_FAILED, name, "is no column of %s", rel->name);
		if (!column)
			break;
		*VEC_PUSH(&changes) = (struct change){
			.column = column,
			.value = is_default(value) ? NULL : value_text(value),
			.use_default = is_default(value),
		};
	}
	bulk_change(row, changes.v, changes.len);
	for (size_t i = 0; i < changes.len; i++)
		free((void *)(uintptr_t)changes.v[i].value);
	VEC_RELEASE(&changes);
	return err->kind == ERR_NONE;
}

static bool read_row(const struct planfile *p, const struct json *o,
		     const struct record_plan *plan, struct bulk *b, struct err *err)
{
	const struct column *const *columns = record_plan_key(plan);
	const struct json *key = json_get(o, "key"), *set = json_get(o, "set");
	char *texts[16] = { 0 }, *guard = text_of(o, "guard");
	struct bulk_row *row;
	size_t n = 0;

	if (!guard || !*guard)
		err_set(err, ERR_FAILED, "guard", "is missing");

	for (; columns[n] && n < ARRAY_SIZE(texts) - 1; n++) {
		const struct json *v = key && json_type(key) == JSON_OBJECT
					       ? json_get(key, columns[n]->name)
					       : NULL;

		texts[n] = v ? value_text(v) : NULL;
		if (!texts[n])
			err_set(err, ERR_FAILED, "key", "%s is missing", columns[n]->name);
	}
	if (!err->kind && p->kind == SAVE_UPDATE && (!set || json_type(set) != JSON_OBJECT))
		err_set(err, ERR_FAILED, "set", "is missing");
	if (!err->kind) {
		row = bulk_add(b, plan, p->kind, (const char *const *)texts);
		row->guard = guard;
		guard = NULL;
		if (p->kind == SAVE_UPDATE)
			(void)read_changes(row, set, err);
	}
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(guard);
	return err->kind == ERR_NONE;
}

bool planfile_rows(const struct planfile *p, const char *text, const struct record_plan *plan,
		   struct bulk *b, struct err *err)
{
	int line = 0;
	struct json *o = next_line(&text, &line, err);

	json_free(&o);
	while ((o = next_line(&text, &line, err))) {
		char name[32];
		bool ok = read_row(p, o, plan, b, err);

		json_free(&o);
		snprintf(name, sizeof name, "line %d", line);
		if (!ok)
			return err_within(err, name);
	}
	if (err->kind)
		return false;
	if (bulk_len(b) != p->rows)
		return err_set(err, ERR_FAILED, "the plan",
			       "says that it has %zu rows, it has %zu: nothing was written",
			       p->rows, bulk_len(b));
	return true;
}
