#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# souk demo: made once, shared, stopped by the last one out, and a sentence for what goes wrong.
. tests/support/tmux.sh
umask 022
chmod 755 "$work"
dir=$work/demo

fail() {
	echo "FAILED: $*"
	cat "$work/out" "$work/err" 2>/dev/null || :
	capture 2>/dev/null || :
	exit 1
}

# demo OPTION…: the server alone, in the background; $pid is the process, $uri its address
demo() {
	: >"$work/out"
	souk demo --scale 0 --dir "$dir" --no-console "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	n=0
	until [ -s "$work/out" ]; do
		n=$((n + 1))
		if [ $n -gt 1200 ] || ! kill -0 $pid 2>/dev/null; then
			fail "the demo did not come up ($*)"
		fi
		sleep 0.05
	done
	uri=$(cat "$work/out")
}

postmaster() {
	head -n 1 "$dir/data/postmaster.pid" 2>/dev/null || echo none
}

value() {
	psql -X -A -t -d "$(echo "$uri" | sed s/support_anna/postgres/)" -c "$1"
}

# gone: within five seconds the server is down
gone() {
	n=0
	while [ -e "$dir/data/postmaster.pid" ]; do
		n=$((n + 1))
		[ $n -lt 100 ] || fail "the server is still there: $1"
		sleep 0.05
	done
}

# refused TEXT OPTION…: status 1, and the sentence says TEXT
refused() {
	text=$1
	shift
	status=0
	timeout 60 souk demo --no-console "$@" >"$work/out" 2>"$work/err" || status=$?
	[ $status -eq 1 ] || fail "status $status for $*"
	grep -qF -- "$text" "$work/err" || fail "no '$text' for $*"
}

# Two at once, on nothing: it is made once.
demo
first=$pid
[ "$(value 'select count(*) from commerce.catalog_products')" = 600 ] || fail "not 600 products"
[ -z "$(value 'show listen_addresses')" ] || fail "it listens on the network"
n=0
until [ "$(value "select count(*) > 0 from pg_stat_activity where application_name = 'souk demo'")" = t ]; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail "nobody works in it"
	sleep 0.1
done
server=$(postmaster)
[ "$(stat -c %u "/proc/$server")" -ne 0 ] || fail "the server runs as root"
grep -q '^Max core file size  *0 ' "/proc/$first/limits" || fail "it may leave a core file"
demo
second=$pid
[ "$(postmaster)" = "$server" ] || fail "the second one has another server"
refused 'another souk works on this demo' --fresh --dir "$dir"

# The last one out stops it.
kill -INT $first
wait $first || fail "status $?"
sleep 1.5
[ "$(postmaster)" = "$server" ] || fail "the first one out took the server with it"
kill -TERM $second
wait $second || fail "status $?"
gone "after the last one left"

# Its user is gone without a word.
demo
kill -9 $pid
gone "after kill -9 of its user"

# Somebody stops it: who only served it has nothing left to do.
demo
souk demo --stop --dir "$dir"
n=0
while kill -0 $pid 2>/dev/null; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail "who served it goes on without a server"
	sleep 0.05
done
wait $pid || fail "status $? after --stop"
grep -qF 'was stopped' "$work/err" || fail "it does not say that it was stopped"

# Kept, it stays with nobody there: the traffic looks every second.
demo --keep
wait $pid
sleep 2.5
[ "$(value 'select 1')" = 1 ] || fail "it did not stay"

# The server crashed; then another process has its number.
kill -9 "$(postmaster)"
demo --keep
wait $pid
[ "$(value 'select 1')" = 1 ] || fail "no server after a crash"
souk demo --stop --dir "$dir"
gone "after --stop"
echo $$ >"$dir/data/postmaster.pid"
demo --keep
[ "$(value 'select 1')" = 1 ] || fail "no server after a stale pid"
souk demo --stop --dir "$dir"
gone "after --stop"

# Interrupted while it is filled, nothing of it stays, and it begins anew next time.
souk demo --fresh --scale 0 --dir "$dir" --no-console >"$work/out" 2>"$work/err" &
pid=$!
n=0
until grep -q 0005 "$work/err"; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail "0005 was not reached"
	sleep 0.05
done
kill -TERM $pid
status=0
wait $pid || status=$?
[ $status -eq 143 ] || fail "status $status when interrupted"
gone "after an interrupted beginning"
grep -qF "the unfinished demo in $dir is thrown away" "$work/err" || fail "it does not say what becomes of it"
[ ! -e "$dir/data" ] || fail "half a demo is left"
demo
[ "$(value 'select count(*) from commerce.catalog_products')" = 600 ] || fail "not 600 products"
kill -TERM $pid
wait $pid || fail "status $?"
gone "at the end"

# What goes wrong says so.
dir=$work/other
PGBIN=/nonexistent refused 'no PostgreSQL server was found' --dir "$dir"
mkdir "$work/old" "$work/full"
printf '#!/bin/sh\necho "postgres (PostgreSQL) 13.4"\n' >"$work/old/postgres"
cp "$work/old/postgres" "$work/old/initdb"
chmod 755 "$work/old/"*
PGBIN=$work/old refused 'there is only PostgreSQL 13 here, and 15 or newer is needed' --dir "$dir"
echo mine >"$work/full/file"
refused 'the folder holds something else' --dir "$work/full"
[ "$(cat "$work/full/file")" = mine ] || fail "the folder was touched"
refused 'as must be one of' --dir "$dir" --as nobody
refused 'needs about' --scale 1000000 --dir "$dir"
if [ "$(id -u)" -eq 0 ]; then
	mkdir -m 700 "$work/closed"
	refused "to whom $work/closed is closed" --dir "$work/closed/demo"
fi

# A folder whose name is too long for a socket; and the console on it.
dir=$work/$(printf '%090d' 0)
mkdir "$dir"
terminal 100x30
type_line "souk demo --scale 0 --dir $dir"
wait_for 'support_anna'
wait_for 'READ-ONLY'
wait_for 'acme-bakery'
keys Enter
wait_for 'Products'
keys q
wait_for 'TENANT'
keys q
wait_for 'Screens'
keys q
wait_for '$'
gone "after the console ended"
n=0
while [ -n "$(find /tmp -maxdepth 1 -name 'souk-demo-*' -newer "$dir/log" -user "$(stat -c %U "$dir")")" ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the folder of its socket is left"
	sleep 0.05
done

# Whoever one is: each begins the day elsewhere.  With --keep it runs on after the console.
dir=$work/people
begins() { # AS LOGIN SCREEN
	type_line "clear; souk demo --scale 0 --keep --dir $dir --as $1"
	wait_for "$2"
	wait_for "$3"
	type_text ':quit --force'
	keys Enter
	wait_gone "$2"
}
begins oncall oncall_omar Outbox
begins dba dba_dora Relations
begins support support_anna Tenants
[ "$(postmaster)" != none ] || fail "it did not stay"
souk demo --stop --dir "$dir"
gone "after --stop"
