/* SPDX-License-Identifier: MIT */
#include "domain/pgtype.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"

/* From pg_type; these numbers never change (they are in pg_type.dat). */
static const struct pgtype types[] = {
	{ 16, 1000, 'B', "boolean" },
	{ 17, 1001, 'U', "bytea" },
	{ 18, 1002, 'Z', "\"char\"" },
	{ 19, 1003, 'S', "name" },
	{ 20, 1016, 'N', "bigint" },
	{ 21, 1005, 'N', "smallint" },
	{ 22, 1006, 'A', "int2vector" },
	{ 23, 1007, 'N', "integer" },
	{ 24, 1008, 'N', "regproc" },
	{ 25, 1009, 'S', "text" },
	{ 26, 1028, 'N', "oid" },
	{ 27, 1010, 'U', "tid" },
	{ 28, 1011, 'U', "xid" },
	{ 29, 1012, 'U', "cid" },
	{ 30, 1013, 'A', "oidvector" },
	{ 114, 199, 'U', "json" },
	{ 142, 143, 'U', "xml" },
	{ 600, 1017, 'G', "point" },
	{ 601, 1018, 'G', "lseg" },
	{ 602, 1019, 'G', "path" },
	{ 603, 1020, 'G', "box" },
	{ 604, 1027, 'G', "polygon" },
	{ 628, 629, 'G', "line" },
	{ 650, 651, 'I', "cidr" },
	{ 700, 1021, 'N', "real" },
	{ 701, 1022, 'N', "double precision" },
	{ 718, 719, 'G', "circle" },
	{ 774, 775, 'U', "macaddr8" },
	{ 790, 791, 'N', "money" },
	{ 829, 1040, 'U', "macaddr" },
	{ 869, 1041, 'I', "inet" },
	{ 1033, 1034, 'U', "aclitem" },
	{ 1042, 1014, 'S', "bpchar" },
	{ 1043, 1015, 'S', "character varying" },
	{ 1082, 1182, 'D', "date" },
	{ 1083, 1183, 'D', "time without time zone" },
	{ 1114, 1115, 'D', "timestamp without time zone" },
	{ 1184, 1185, 'D', "timestamp with time zone" },
	{ 1186, 1187, 'T', "interval" },
	{ 1266, 1270, 'D', "time with time zone" },
	{ 1560, 1561, 'V', "\"bit\"" },
	{ 1562, 1563, 'V', "bit varying" },
	{ 1700, 1231, 'N', "numeric" },
	{ 1790, 2201, 'U', "refcursor" },
	{ 2202, 2207, 'N', "regprocedure" },
	{ 2203, 2208, 'N', "regoper" },
	{ 2204, 2209, 'N', "regoperator" },
	{ 2205, 2210, 'N', "regclass" },
	{ 2206, 2211, 'N', "regtype" },
	{ 2950, 2951, 'U', "uuid" },
	{ 2970, 2949, 'U', "txid_snapshot" },
	{ 3220, 3221, 'U', "pg_lsn" },
	{ 3614, 3643, 'U', "tsvector" },
	{ 3615, 3645, 'U', "tsquery" },
	{ 3734, 3735, 'N', "regconfig" },
	{ 3769, 3770, 'N', "regdictionary" },
	{ 3802, 3807, 'U', "jsonb" },
	{ 3904, 3905, 'R', "int4range" },
	{ 3906, 3907, 'R', "numrange" },
	{ 3908, 3909, 'R', "tsrange" },
	{ 3910, 3911, 'R', "tstzrange" },
	{ 3912, 3913, 'R', "daterange" },
	{ 3926, 3927, 'R', "int8range" },
	{ 4072, 4073, 'U', "jsonpath" },
	{ 4089, 4090, 'N', "regnamespace" },
	{ 4096, 4097, 'N', "regrole" },
	{ 4191, 4192, 'N', "regcollation" },
	{ 4451, 6150, 'R', "int4multirange" },
	{ 4532, 6151, 'R', "nummultirange" },
	{ 4533, 6152, 'R', "tsmultirange" },
	{ 4534, 6153, 'R', "tstzmultirange" },
	{ 4535, 6155, 'R', "datemultirange" },
	{ 4536, 6157, 'R', "int8multirange" },
	{ 5069, 271, 'U', "xid8" },
};

const struct pgtype *pgtype_find(uint32_t oid, bool *is_array)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		*is_array = types[i].array == oid;
		if (types[i].oid == oid || *is_array)
			return &types[i];
	}
	*is_array = false;
	return NULL;
}

bool pgtype_compares_itself(uint32_t oid)
{
	bool array;
	const struct pgtype *t = pgtype_find(oid, &array);

	if (!t || array || t->category == 'R')
		return false;
	return oid != PGTYPE_VARCHAR && oid != PGTYPE_CIDR && strncmp(t->name, "reg", 3) != 0;
}

/* Numbers, dates, booleans, enums, intervals, addresses are short by nature; numeric seldom is
 * not, and is left whole because a cut number would be another number. */
bool pgtype_long(char category)
{
	switch (category) {
	case 'N':
	case 'B':
	case 'D':
	case 'T':
	case 'E':
	case 'I':
	case 'Z':
		return false;
	default:
		return true;
	}
}

/* Types whose bare name has a length of one: a cast to it would cut. */
static const char *unbounded(const char *name, size_t len)
{
	static const struct {
		const char *name, *cast;
	} table[] = {
		{ "character", "bpchar" },
		{ "char", "bpchar" },
		{ "bit", "\"bit\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strlen(table[i].name) == len && strncmp(table[i].name, name, len) == 0)
			return table[i].cast;
	return NULL;
}

void type_without_modifier(struct buf *out, const char *type)
{
	struct buf name = BUF_INIT;
	bool quoted = false;

	for (const char *s = type; *s; s++) {
		if (*s == '"')
			quoted = !quoted;
		if (*s == '(' && !quoted) {
			s += strcspn(s, ")");
			if (!*s)
				break;
			continue;
		}
		buf_addc(&name, *s);
	}
	size_t base = strcspn(name.data, "[");
	if (strncmp(name.data, "interval", 8) == 0 && !isalnum((unsigned char)name.data[8])) {
		buf_adds(out, "interval"); /* "interval day to second": the fields are a
					      modifier too */
		buf_adds(out, name.data + base);
	} else if (unbounded(name.data, base)) {
		buf_adds(out, unbounded(name.data, base));
		buf_adds(out, name.data + base);
	} else {
		buf_addbuf(out, &name);
	}
	buf_release(&name);
}
