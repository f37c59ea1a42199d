#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh FILE.case - run the commands of a case and compare what they say.
#
#	Prose begins in the first column.  Everything indented by two blanks is the session:
#
#	  $ souk list products --limit 1 --format csv     a command, in a folder of its own
#	  < text                                          a line of its standard input
#	  sku,name                                        its standard output
#	  ! souk: cannot …                                its standard error
#	  [1]                                             its exit status, when not 0
#
# A line that ends in " (glob)" may hold * and ?.  A line of output that would be read as something
# else is written with "= " before it.  GOLDENS=1 rewrites the file with what was said.
set -eu
. tests/support/surroundings.sh
surroundings "$1"
case=$root/$1
actual=$work/actual
cd "$work/here"

: >"$actual"
command=
: >"$work/stdin"

run_step() {
	[ -n "$command" ] || return 0
	status=0
	# Away from the terminal that the tests are run from, which a console would open.
	setsid -w sh -c "$command" <"$work/stdin" >"$work/out" 2>"$work/err" || status=$?
	{
		printf '  $ %s\n' "$command"
		sed 's/^/  < /' "$work/stdin"
		# A last line without its newline is told by the line after it.
		sed 's/^\([!<=$] \)/= \1/; s/^\(\[[0-9]*\]\)$/= \1/; s/^/  /' "$work/out"
		[ ! -s "$work/out" ] || [ -z "$(tail -c 1 "$work/out")" ] || printf '\n  (no newline)\n'
		sed 's/^/  ! /' "$work/err"
		[ "$status" -eq 0 ] || echo "  [$status]"
	} >>"$actual"
	command=
	: >"$work/stdin"
}

while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	"  $ "*)
		run_step
		command=${line#"  $ "}
		;;
	"  < "*) printf '%s\n' "${line#"  < "}" >>"$work/stdin" ;;
	"  "*) ;;
	*)
		run_step
		printf '%s\n' "$line" >>"$actual"
		;;
	esac
done <"$case"
run_step

# What matches a glob at the same place counts as the glob.
awk '
	function matches(glob, text) {
		sub(/ \(glob\)$/, "", glob)
		gsub(/[][\\.^$+(){}|]/, "\\\\&", glob)
		gsub(/\*/, ".*", glob)
		gsub(/\?/, ".", glob)
		return text ~ ("^" glob "$")
	}
	FNR == 1 { file++ }
	/^  \$ / { step[file]++; line[file] = 0 }
	{ at = step[file] "," ++line[file] }
	file == 1 { if (/ \(glob\)$/) want[at] = $0; next }
	at in want && matches(want[at], $0) { print want[at]; next }
	{ print }
' "$case" "$actual" >"$work/seen"
if [ -n "${GOLDENS:-}" ]; then
	cp "$work/seen" "$case"
else
	diff -u "$case" "$work/seen"
fi
