/* SPDX-License-Identifier: MIT */
#include "db/scope.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "db_priv.h"

void scope_init(struct scope *s)
{
	*s = (struct scope){ .settings = map_new(free) };
}

void scope_release(struct scope *s)
{
	map_free(&s->settings);
	free(s->role);
	free(s->search_path);
	*s = (struct scope){ 0 };
}

void scope_copy(struct scope *to, const struct scope *from)
{
	const char *name;
	void *value;

	*to = *from;
	to->settings = map_new(free);
	to->role = xstrdup_null(from->role);
	to->search_path = xstrdup_null(from->search_path);
	for (size_t it = 0; map_next(from->settings, &it, &name, &value);)
		scope_set(to, name, value);
}

void scope_set(struct scope *s, const char *setting, const char *value)
{
	if (value)
		map_set(s->settings, setting, xstrdup(value));
	else
		map_remove(s->settings, setting);
}

const char *scope_get(const struct scope *s, const char *setting)
{
	return map_get(s->settings, setting);
}

/* The settings in the order in which they are made. */
struct settings {
	VEC(const char *) names;
	VEC(const char *) values;
	char numbers[3][16];
};

static void add(struct settings *list, const char *name, const char *value)
{
	*VEC_PUSH(&list->names) = name;
	*VEC_PUSH(&list->values) = value;
}

static void add_timeout(struct settings *list, int slot, const char *name, int ms)
{
	if (ms <= 0)
		return;
	snprintf(list->numbers[slot], sizeof list->numbers[slot], "%d", ms);
	add(list, name, list->numbers[slot]);
}

/* First what makes texts of values compare equal whatever server a pooler gives us, and
 * policies bind as they should; the role comes last, because after it the others might be
 * refused. */
static void collect(struct settings *list, const struct scope *s)
{
	const char *name;
	void *value;

	add(list, "DateStyle", "ISO, MDY");
	add(list, "IntervalStyle", "postgres");
	add(list, "extra_float_digits", "1");
	add(list, "bytea_output", "hex");
	add(list, "row_security", "on");
	/* What a person writes is read by us as the server will read it. */
	add(list, "standard_conforming_strings", "on");
	/* Pages and probes are short: compiling them takes a hundred times as long as they do. */
	add(list, "jit", "off");
	if (s->search_path)
		add(list, "search_path", s->search_path);
	add_timeout(list, 0, "statement_timeout", s->statement_timeout_ms);
	add_timeout(list, 1, "lock_timeout", s->lock_timeout_ms);
	add_timeout(list, 2, "idle_in_transaction_session_timeout", s->idle_timeout_ms);
	for (size_t it = 0; map_next(s->settings, &it, &name, &value);)
		add(list, name, value);
	if (s->role)
		add(list, "role", s->role);
}

/* app.tenant_id as "app"."tenant_id": the parts of a setting's name are identifiers. */
static void setting_name(struct buf *out, const char *name)
{
	for (;;) {
		size_t n = strcspn(name, ".");
		char *part = xstrndup(name, n);

		sql_ident(out, part);
		free(part);
		if (!name[n])
			return;
		buf_addc(out, '.');
		name += n + 1;
	}
}

static void emit_local(const struct sqlset *set, const char *name, const char *value,
		       scope_emit_fn *emit, void *ctx)
{
	struct buf setting = BUF_INIT;
	struct buf text = BUF_INIT;

	setting_name(&setting, name);
	const struct sqlvar vars[] = { { "setting", setting.data }, { "value", value } };

	sql_fragment(&text, set, "txn.set-local", vars, ARRAY_SIZE(vars));
	emit(ctx, text.data, NULL);
	buf_release(&setting);
	buf_release(&text);
}

static void emit_arrays(const struct sqlset *set, const char *const *names,
			const char *const *values, size_t n, scope_emit_fn *emit, void *ctx)
{
	struct params p = PARAMS_INIT;

	params_array(&p, names, n);
	params_array(&p, values, n);
	emit(ctx, sqlset_get(set, "scope", 0)->text, &p);
	params_release(&p);
}

/* search_path is a list, which a literal would make one name of; and the workers need none. */
static void emit_propagated(const struct settings *list, const struct sqlset *set,
			    scope_emit_fn *emit, void *ctx)
{
	emit_local(set, "citus.propagate_set_commands", "local", emit, ctx);
	for (size_t i = 0; i < list->names.len; i++) {
		const char *name = list->names.v[i];

		if (strcmp(name, "search_path") == 0)
			emit_arrays(set, &name, &list->values.v[i], 1, emit, ctx);
		else
			emit_local(set, name, list->values.v[i], emit, ctx);
	}
}

void scope_statements(const struct scope *s, const struct sqlset *set, const char *encoding,
		      scope_emit_fn *emit, void *ctx)
{
	struct settings list = { .names = VEC_INIT, .values = VEC_INIT };

	collect(&list, s);
	if (encoding) /* last: what is above is sent in the connection's */
		add(&list, "client_encoding", encoding);
	if (s->distributed)
		emit_propagated(&list, set, emit, ctx);
	else
		emit_arrays(set, list.names.v, list.values.v, list.names.len, emit, ctx);
	VEC_RELEASE(&list.names);
	VEC_RELEASE(&list.values);
}
