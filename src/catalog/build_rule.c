/* SPDX-License-Identifier: MIT */
/* What holds for the rows of a relation: constraints, policies, triggers and their functions.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog_priv.h"

static void build_foreign_key(struct catalog_builder *b, const struct relation *rel,
			      const struct reply *r, size_t i)
{
	struct foreign_key *fk = arena_alloc(b->arena, sizeof *fk);
	size_t targets;

	*fk = (struct foreign_key){
		.oid = build_oid(r, i, "oid"),
		.name = build_text(b, r, i, "name"),
		.from = rel->oid,
		.to = build_oid(r, i, "target"),
		.on_delete = build_char(r, i, "on_delete"),
		.on_update = build_char(r, i, "on_update"),
		.validated = build_bool(r, i, "validated"),
		.unenforced = build_bool(r, i, "unenforced"),
		.deferrable = build_bool(r, i, "deferrable"),
		.inherited = build_bool(r, i, "inherited"),
	};
	fk->from_columns = array_ints(b->arena, reply_get(r, i, "keys"), &fk->n);
	fk->to_columns = array_ints(b->arena, reply_get(r, i, "target_keys"), &targets);
	if (targets < fk->n)
		fk->n = targets;
	*VEC_PUSH(&b->references) = fk;
	*VEC_PUSH(&b->fks) = fk;
}

static void build_check(struct catalog_builder *b, const struct relation *rel,
			const struct reply *r, size_t i)
{
	const char *definition = build_text(b, r, i, "definition");
	struct hint_row hint = { .relation = rel->oid };
	const int *columns;
	size_t n;

	columns = array_ints(b->arena, reply_get(r, i, "keys"), &n);
	*VEC_PUSH(&b->checks) = (struct check){
		.name = build_text(b, r, i, "name"),
		.definition = definition ? definition : "",
		.columns = columns,
		.validated = build_bool(r, i, "validated"),
		.unenforced = build_bool(r, i, "unenforced"),
		.inherited = build_bool(r, i, "inherited"),
	};
	if (n != 1 || !definition || build_bool(r, i, "unenforced"))
		return;
	hint.attnum = columns[0];
	if (check_parse(b->arena, definition, &hint.choices, &hint.range))
		*VEC_PUSH(&b->hints) = hint;
}

void build_constraints(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		struct relation *rel = build_current(b, build_oid(r, i, "relation"));

		if (!rel)
			continue;
		if (build_char(r, i, "kind") == 'f')
			build_foreign_key(b, rel, r, i);
		else
			build_check(b, rel, r, i);
	}
}

static const char *const *role_names(struct catalog_builder *b, const char *oids)
{
	size_t n;
	/* Not array_oids: 0 is PUBLIC here, and no end. */
	const int *list = array_ints(b->arena, oids, &n);
	const char **names = arena_array(b->arena, n + 1, sizeof *names);

	for (size_t i = 0; i < n; i++)
		names[i] = build_role_name(b, (oid)list[i]);
	return names;
}

void build_policies(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		size_t ncolumns;

		if (!build_current(b, build_oid(r, i, "relation")))
			continue;
		*VEC_PUSH(&b->policies) = (struct policy){
			.oid = build_oid(r, i, "oid"),
			.name = build_text(b, r, i, "name"),
			.command = build_char(r, i, "command"),
			.permissive = build_bool(r, i, "permissive"),
			.roles = role_names(b, reply_get(r, i, "roles")),
			.using_expr = build_text(b, r, i, "using"),
			.check_expr = build_text(b, r, i, "check"),
			.columns = array_ints(b->arena, reply_get(r, i, "columns"), &ncolumns),
			.relations = array_oids(b->arena, reply_get(r, i, "relations")),
			.functions = array_oids(b->arena, reply_get(r, i, "functions")),
		};
	}
}

void build_functions(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		oid owner = build_oid(r, i, "owner");

		*VEC_PUSH(&b->functions) = (struct function){
			.oid = build_oid(r, i, "oid"),
			.schema = build_text(b, r, i, "schema"),
			.name = build_text(b, r, i, "name"),
			.arguments = build_text(b, r, i, "arguments"),
			.result = build_text(b, r, i, "result"),
			.owner = build_role_name(b, owner),
			.owner_oid = owner,
			.language = build_text(b, r, i, "language"),
			.security_definer = build_bool(r, i, "security_definer"),
			.leakproof = build_bool(r, i, "leakproof"),
			.volatility = build_char(r, i, "volatility"),
			.config = array_texts(b->arena, reply_get(r, i, "config")),
			.acl = build_acl(b, reply_get(r, i, "acl")),
			.extension = build_text(b, r, i, "extension"),
			.body = build_text(b, r, i, "body"),
		};
	}
}

void build_triggers(struct catalog_builder *b, const struct reply *r)
{
	for (size_t i = 0; i < reply_rows(r); i++) {
		if (!build_current(b, build_oid(r, i, "relation")))
			continue;
		*VEC_PUSH(&b->triggers) = (struct trigger){
			.oid = build_oid(r, i, "oid"),
			.name = build_text(b, r, i, "name"),
			.function = build_text(b, r, i, "function_name"),
			.function_oid = build_oid(r, i, "function"),
			.type = (int)build_int(r, i, "type"),
			.enabled = build_char(r, i, "enabled"),
			.definition = build_text(b, r, i, "definition"),
		};
	}
}
