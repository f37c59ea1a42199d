/* SPDX-License-Identifier: MIT */
#include "domain/equal.h"

#include <stdio.h>

#include "base/attr.h"

void equal_sign(struct buf *out, const struct sqlset *set, const char *schema, const char *sign)
{
	const struct sqlvar v[] = { { "sign", sign }, { "schema", schema } };

	if (schema)
		sql_fragment(out, set, "equal.sign_in", v, ARRAY_SIZE(v));
	else
		buf_adds(out, sign);
}

void equal_sql(struct buf *out, const struct sqlset *set, const char *row,
	       const struct column *c, const char *value)
{
	struct buf sign = BUF_INIT;

	equal_sign(&sign, set, c->operators, "=");
	{
		const struct sqlvar v[] = { { "row", row },
					    { "column", c->name },
					    { "sign", sign.data },
					    { "value", value } };

		sql_fragment(out, set, "equal.is", v, ARRAY_SIZE(v));
	}
	buf_release(&sign);
}

void equal_typed(struct buf *out, const struct sqlset *set, const struct column *c,
		 const char *value)
{
	const struct sqlvar v[] = { { "value", value }, { "type", c->type } };

	sql_fragment(out, set, "equal.typed", v, ARRAY_SIZE(v));
}

void equal_param(struct buf *out, const struct sqlset *set, const char *row,
		 const struct column *c, int param)
{
	char number[16];
	struct buf typed = BUF_INIT;

	snprintf(number, sizeof number, "$%d", param);
	if (c->type_kind == 'c')
		equal_typed(&typed, set, c, number);
	equal_sql(out, set, row, c, typed.len ? typed.data : number);
	buf_release(&typed);
}

void equal_column(struct buf *out, const struct sqlset *set, const char *row,
		  const struct column *c, const char *other_row, const struct column *other)
{
	const struct sqlvar v[] = { { "row", other_row }, { "column", other->name } };
	struct buf value = BUF_INIT;

	sql_fragment(&value, set, "equal.column", v, ARRAY_SIZE(v));
	equal_sql(out, set, row, c, value.data);
	buf_release(&value);
}
