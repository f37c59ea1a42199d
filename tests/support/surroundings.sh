# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# surroundings.sh - sourced by the runners of cli cases, screens and end-to-end tests: the same
# surroundings everywhere, a folder ($work) and a database of the test's own.
#
# A test file says in a comment of its first lines which database it wants:
#	# database: commerce      the platform with its small seed (also when nothing is said)
#	# database: empty         nothing in it
#	# database: none          no server is named at all
#	# database: tests/db/dialects/a.sql …        these files, run by the superuser
# and as whom souk connects:
#	# user: support_anna      (for commerce; else the superuser)
# CLUSTER is the folder of the server (cluster.sh run).

# header FILE NAME: the value of "# NAME: value" in the first lines
header() {
	sed -n "1,12s/^#* *$2: *//p" "$1" | head -n 1
}

surroundings() { # FILE
	root=$(pwd)
	SOUK=${SOUK:-$root/build/souk}
	export SOUK
	work=$(mktemp -d /tmp/souk-test-XXXXXX)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' HUP INT TERM
	mkdir "$work/home" "$work/bin" "$work/here"
	ln -s "$SOUK" "$work/bin/souk"
	PATH=$work/bin:$PATH HOME=$work/home XDG_CONFIG_HOME=$work/home/config
	XDG_STATE_HOME=$work/home/state XDG_RUNTIME_DIR=$work/home/run XDG_CACHE_HOME=$work/home/cache
	LC_ALL=C.UTF-8 TZ=UTC INPUTRC=/dev/null
	export PATH HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_RUNTIME_DIR XDG_CACHE_HOME LC_ALL TZ INPUTRC
	unset LANG LANGUAGE NO_COLOR EDITOR VISUAL COLUMNS LINES
	database=$(header "$1" database)
	user=$(header "$1" user)
	name=t_$(printf %07d $$) # of one width: it stands in the header
	case ${database:-commerce} in
	none)
		unset PGHOST PGUSER PGDATABASE
		return
		;;
	empty) set -- ;;
	commerce)
		set -- tests/support/commerce.sh
		user=${user:-support_anna}
		;;
	*)
		# shellcheck disable=SC2086 # a list of files
		set -- $database
		;;
	esac
	sh tests/support/cluster.sh database "$CLUSTER" "$name" "$@"
	PGHOST=$CLUSTER PGUSER=${user:-postgres} PGDATABASE=$name
	export PGHOST PGUSER PGDATABASE
}
