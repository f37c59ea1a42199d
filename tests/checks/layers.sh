#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.sh - who may include what.  Each complaint is file:line, the rule, the way out.
set -eu

# includes REGEX PATH...: file:line:text of the #include lines that match
includes() {
	re="^[ 	]*#[ 	]*include[ 	]+$1"
	shift
	for p in "$@"; do
		[ ! -e "$p" ] || grep -rnE --include='*.[ch]' -- "$re" "$p" || :
	done
}

# complain RULE WAY-OUT <file:line:text
complain() {
	while IFS= read -r line; do
		printf '%s\n\trule: %s\n\tway out: %s\n' "$line" "$1" "$2"
	done
}

# A layer includes itself and what stands before it; cli and ui never meet.
layers() {
	allowed=
	for layer in base db catalog domain command ui cli; do
		case $layer in cli) allowed=${allowed% ui} ;; esac
		allowed="$allowed $layer"
		includes '"' "src/$layer" "include/$layer" | awk -v ok="$allowed" -v me="$layer" '
			BEGIN { n = split(ok, a, " "); for (i = 1; i <= n; i++) may[a[i]] = 1 }
			{
				path = $0; sub(/^[^"]*"/, "", path); sub(/".*/, "", path)
				top = path; sub(/\/.*/, "", top)
				if (path ~ /\.\./ || path ~ /\.c$/) print
				else if (path !~ /\//) { if ($0 !~ ("^src/" me "/")) print }
				else if (!(top in may)) print
			}' |
			complain "$layer may include only:$allowed" \
			"move the code to the layer it belongs to, or pass the data or a callback down"
	done
}

# only OWNER HEADERS: the system headers that one place alone may include
only() {
	includes "<($2)" include src | awk -v owner="$1" 'index($0, owner) != 1' |
		complain "this header belongs to $1" "use the functions that $1 offers"
}

out=$(
	layers
	only src/db/ 'libpq-fe\.h|libpq/|postgres_ext\.h'
	only src/ui/term 'n?cursesw?/|n?curses\.h|term\.h'
	only src/ui/lineedit 'readline/'
	only src/base/ 'uv\.h|uuid/'
	only src/base/json.c 'jansson\.h'
	only src/base/deffile.c 'ini\.h'
)
[ -z "$out" ] || { printf '%s\n' "$out" >&2; exit 1; }
