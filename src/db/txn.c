/* SPDX-License-Identifier: MIT */
#include "db/txn.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db_priv.h"

struct txn *txn_new(enum txn_kind kind, const struct scope *scope)
{
	struct txn *t = xcalloc(1, sizeof *t);

	t->kind = kind;
	if (scope)
		scope_copy(&t->scope, scope);
	else
		scope_init(&t->scope);
	return t;
}

void txn_free(struct txn **t)
{
	if (!*t)
		return;
	for (size_t i = 0; i < (*t)->statements.len; i++) {
		free((*t)->statements.v[i].sql);
		params_release(&(*t)->statements.v[i].params);
		free((*t)->statements.v[i].copy);
	}
	VEC_RELEASE(&(*t)->statements);
	scope_release(&(*t)->scope);
	free(*t);
	*t = NULL;
}

int txn_add(struct txn *t, const char *sql, const struct params *params)
{
	struct statement *s = VEC_PUSH(&t->statements);

	*s = (struct statement){ .sql = xstrdup(sql), .params = PARAMS_INIT };
	if (params)
		params_copy(&s->params, params);
	return (int)t->statements.len - 1;
}

int txn_copy(struct txn *t, const char *sql, const char *data, size_t len)
{
	int index = txn_add(t, sql, NULL);
	struct statement *s = &t->statements.v[index];

	if (t->kind != TXN_WRITE)
		BUG("data for a transaction that others are sent ahead of");
	s->copy = xmalloc(len + 1);
	memcpy(s->copy, data, len);
	s->copy_len = len;
	return index;
}

static struct statement *statement(const struct txn *t, int index)
{
	if (index < 0 || (size_t)index >= t->statements.len)
		BUG("statement %d of a transaction with %zu", index, t->statements.len);
	return &t->statements.v[index];
}

void txn_read_only(struct txn *t)
{
	t->read_only = true;
}

void txn_stream(struct txn *t, int index)
{
	statement(t, index)->stream = true;
}

void txn_hand_on(struct txn *t, int index)
{
	statement(t, index)->hand_on = true;
}

void txn_at_once(struct txn *t, int index)
{
	statement(t, index)->hand_on = statement(t, index)->at_once = true;
}

size_t txn_len(const struct txn *t)
{
	return t->statements.len;
}

const char *txn_sql(const struct txn *t, int index)
{
	return statement(t, index)->sql;
}
