# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# resident memory, whatever is browsed: wide rows, long and huge values, :sql, TLS
#
# Values are fetched cut to what is shown (sort values: tests/db/odd.c), and the window is bounded in
# cells. What goes beyond 12 MiB: 1,600 columns, whose view alone is 57,600 cells, which libpq keeps at
# 16 bytes each, three times (what is seen, and on either side), and the catalog's and the grid's word on
# each of them; after a :sql readline's key maps (0.2) and the spool's places; with TLS what OpenSSL takes for
# a connection, twice.
page=$(printf '\033[6~')
database odd "$here/odd.sql"
port=$(sh tests/support/cluster.sh tls "$CLUSTER")
# resident NAME WHAT GOAL STEP… -- COMMAND…: what the last step tells
resident() {
	name=$1 what=$2 goal=$3
	shift 3
	for i in 1 2 3; do
		"$measure" screen "$@" | tail -n 1 | keep "$name"
	done
	row "resident: $what" KiB "$(median "$name")" "goal" "$goal" "<= 1"
}
PGDATABASE=odd
resident wide "1,600 columns" 12288 until 1– key "$page" 40 memory -- "$SOUK" --open public.wide
resident long "texts of 10 kB" 12288 until 1– key "$page" 40 memory -- "$SOUK" --open public.long
resident huge "texts of 30 MB" 12288 until 1– key "$page" 2 memory -- "$SOUK" --open public.huge
resident sql "a million rows of :sql" 12288 until 1– press ":sql select * from generate_series(1, 1000000)
" idle 3 key "$page" 40 press G memory -- "$SOUK" --open public.long
PGDATABASE=shop
socket=$PGHOST
PGHOST=127.0.0.1 PGPORT=$port PGSSLMODE=require
export PGPORT PGSSLMODE
resident tls "over TLS" 16384 until "$sku" key "$page" 40 memory -- \
	"$SOUK" --tenant acme-bakery --open products
PGHOST=$socket
unset PGPORT PGSSLMODE
