#!/bin/sh
# SPDX-License-Identifier: MIT
# no-sql-in-c.sh - no SQL text in a C string: questions are files under sql/queries.
# A string that begins like a statement or carries a clause is refused; prose that only looks like
# one ends its line with the comment "not SQL".
set -eu
# shellcheck disable=SC2046 # our own file names have no blanks
set -- $(find src include -name '*.[ch]' 2>/dev/null | sort)
[ $# -gt 0 ] || exit 0
awk '
BEGIN {
	upper = "^[ (]*(SELECT|INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|WITH [^ ]+ AS|VALUES *\\(|BEGIN|COMMIT|" \
		"ROLLBACK|SAVEPOINT|RELEASE|SET|RESET|SHOW|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|VACUUM|" \
		"ANALYZE|EXPLAIN|COPY|LOCK|LISTEN|NOTIFY|DECLARE|FETCH|PREPARE|DISCARD) [^ ]"
	single = "^(BEGIN|COMMIT|ROLLBACK)$"
	clause = "(^| )(FROM [a-z_\"%]|WHERE|ORDER BY|GROUP BY|LEFT JOIN|JOIN|UNION ALL|RETURNING|LIMIT [0-9%$]) ?"
	lower = "^[ (]*(select .* from (pg_|information_schema|[a-z_]+\\.)|insert into [^ ]|update [^ ]+ set |" \
		"delete from [^ ]|with [^ ]+ as \\()"
}
/not SQL \*\/[ \t]*$/ { next }
{
	line = $0
	while (match(line, /"([^"\\]|\\.)*"/)) {
		before = substr(line, 1, RSTART - 1)
		if (before ~ /\/\*[^*]*$/ || before ~ /^[ \t]*\*/)
			break
		s = substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
		gsub(/\\[nt]/, " ", s)
		if (s ~ upper || s ~ single || s ~ clause || tolower(s) ~ lower) {
			printf "%s:%d:%s\n\trule: no SQL text in C\n\tway out: a file sql/queries/<name>.sql, " \
				"used by its name (prose: end the line with /* not SQL */)\n", FILENAME, FNR, $0
			bad = 1
			break
		}
	}
}
END { exit bad }' "$@" >&2
