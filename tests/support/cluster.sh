#!/bin/sh
# SPDX-License-Identifier: MIT
# cluster.sh - private PostgreSQL servers for tests: a folder of their own in the temporary folder,
# unix socket only, no fsync, gone on every way out.
#
#   cluster.sh run COMMAND…      a server for as long as COMMAND runs, told to it by PGHOST, PGUSER,
#                                PGDATABASE and CLUSTER (the folder); its exit status is ours
#   cluster.sh new               make and start one, print its folder (the caller removes it)
#   cluster.sh standby DIR       a copy of it that follows it (streaming), print its folder: pg_promote() makes
#                                it the primary; the caller removes it
#   cluster.sh start|stop DIR [fast|immediate]     remove DIR
#   cluster.sh kill DIR          kill -9 the postmaster: a crash
#   cluster.sh guard DIR FIFO    remove DIR when the last writer of FIFO is gone, kill -9 included
#   cluster.sh pooler DIR        put PgBouncer before it, transaction mode: PGPORT=6432, same folder
#   cluster.sh tls DIR           listen on 127.0.0.1 too, with a certificate; prints the port
#   cluster.sh database DIR NAME [FILE.sql|FILE.sh…]   a database with these files run in it as the
#                                superuser; made once as a template (name tpl_…), then copied
#
# Roles pw_scram, pw_md5 and pw_plain must give their password; everyone else is trusted.
# PGBIN overrides where the server's programs are; CLUSTER_CONF adds lines to postgresql.conf.
# PostgreSQL refuses to run as root: then everything of the server runs as postgres or nobody.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

die() {
	echo "cluster.sh: $*" >&2
	exit 1
}

find_bin() {
	if [ -n "${PGBIN:-}" ]; then
		echo "$PGBIN"
		return
	fi
	for d in "$(pg_config --bindir 2>/dev/null || :)" /usr/lib/postgresql/*/bin /usr/local/pgsql/bin \
		/opt/homebrew/opt/postgresql*/bin /usr/pgsql-*/bin; do
		[ ! -x "$d/initdb" ] || best=$d
	done
	[ -n "${best:-}" ] || die "no PostgreSQL server programs found (set PGBIN, or: make deps)"
	echo "$best"
}

# Run as the user that owns the server.
as_owner() {
	if [ "$(id -u)" -eq 0 ]; then
		u=postgres
		id -u $u >/dev/null 2>&1 || u=nobody
		(cd / && exec setpriv --reuid="$(id -u $u)" --regid="$(id -g $u)" --clear-groups \
			env HOME=/ "$@")
	else
		"$@"
	fi
}

# No setting of the person who runs the tests may reach them.
clean_env() {
	for v in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do
		[ "$v" = PGBIN ] || unset "$v"
	done
	LC_ALL=C.UTF-8 TZ=UTC
	export LC_ALL TZ
}

make_dir() {
	# A socket's path is limited to about 107 bytes.
	tmp=${TMPDIR:-/tmp}
	[ ${#tmp} -le 60 ] || tmp=/tmp
	dir=$(mktemp -d "$tmp/souk-XXXXXX")
	chmod 755 "$dir"
	[ "$(id -u)" -ne 0 ] || chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$dir"
	echo "$dir"
}

start() {
	as_owner "$bin/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 start >/dev/null 2>&1 || {
		cat "$1/log" >&2
		die "the server did not start"
	}
}

stop() {
	as_owner "$bin/pg_ctl" -D "$1/data" -m "${2:-fast}" -w -t 60 stop >/dev/null 2>&1 || :
}

remove() {
	case $1 in */souk-??????) ;; *) die "not a folder of ours: $1" ;; esac
	[ -d "$1" ] || return 0
	if [ -f "$1/pgbouncer.pid" ]; then
		kill "$(cat "$1/pgbouncer.pid")" 2>/dev/null || :
	fi
	stop "$1" immediate
	rm -rf "$1"
}

new() {
	dir=$(make_dir)
	as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -N -E UTF8 \
		--locale=C.UTF-8 >"$dir/initdb.log" 2>&1 || {
		cat "$dir/initdb.log" >&2
		rm -rf "$dir"
		die "initdb failed"
	}
	libs=$("$bin/pg_config" --pkglibdir 2>/dev/null || :)
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$dir'"
		echo "fsync = off"
		echo "full_page_writes = off"
		echo "autovacuum = off"
		echo "shared_buffers = 64MB"
		echo "max_connections = 100"
		echo "max_prepared_transactions = 4"
		echo "wal_level = logical"
		echo "timezone = 'UTC'"
		echo "log_timezone = 'UTC'"
		[ ! -f "$libs/pg_stat_statements.so" ] ||
			echo "shared_preload_libraries = 'pg_stat_statements'"
		printf '%s\n' "${CLUSTER_CONF:-}"
	} >>"$dir/data/postgresql.conf"
	cat >"$dir/data/pg_hba.conf" <<-HBA
		local all pw_scram scram-sha-256
		local all pw_md5 md5
		local all pw_plain password
		local all all trust
		local replication all trust
		host all pw_scram 127.0.0.1/32 scram-sha-256
		host all all 127.0.0.1/32 trust
	HBA
	start "$dir"
	echo "$dir"
}

standby() {
	primary=$1
	dir=$(make_dir)
	if [ -x "$bin/pg_basebackup" ]; then
		as_owner "$bin/pg_basebackup" -h "$primary" -U postgres -D "$dir/data" -R -X stream -c fast \
			>"$dir/initdb.log" 2>&1 || {
			cat "$dir/initdb.log" >&2
			rm -rf "$dir"
			die "pg_basebackup failed"
		}
	else
		# A packaged server may come without it: the primary stands still while it is copied.
		stop "$primary" fast
		as_owner cp -R "$primary/data" "$dir/data"
		start "$primary"
		as_owner touch "$dir/data/standby.signal"
		echo "primary_conninfo = 'host=$primary user=postgres'" >>"$dir/data/postgresql.conf"
	fi
	echo "unix_socket_directories = '$dir'" >>"$dir/data/postgresql.conf"
	start "$dir"
	echo "$dir"
}

# The guard holds the reading end of a FIFO; when whoever holds the writing end is gone, however it
# went, the read ends.
guard() {
	cat "$2" >/dev/null 2>&1 || :
	remove "$1"
}

# Hold FIFO open for writing on descriptor 9 of this shell and start its guard.
guarded() {
	mkfifo -m 600 "$1/guard"
	setsid sh "$here/cluster.sh" guard "$1" "$1/guard" </dev/null >/dev/null 2>&1 9>&- &
	exec 9>"$1/guard"
}

run() {
	dir=$(new)
	guarded "$dir"
	trap 'remove "$dir"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	CLUSTER=$dir PGHOST=$dir PGUSER=postgres PGDATABASE=postgres
	export CLUSTER PGHOST PGUSER PGDATABASE
	# In the background, so that a signal to us alone ends the command too.
	"$@" 9>&- <&0 &
	child=$!
	trap 'kill $child 2>/dev/null; exit 143' TERM
	trap 'kill $child 2>/dev/null; exit 130' INT
	wait $child
}

# A packaged server may come without its client; any psql will do.
client() {
	if [ -x "$bin/psql" ]; then
		"$bin/psql" "$@"
	else
		psql "$@"
	fi
}

sql() {
	PGHOST=$dir PGUSER=postgres PGDATABASE=$1 client -X -q -A -t -v ON_ERROR_STOP=1 -c "$2"
}

database() {
	dir=$1
	name=$2
	shift 2
	template=template1
	if [ $# -gt 0 ]; then
		# The template's name follows from its files, so that suites share it.
		template=tpl_$(cat "$@" | cksum | tr ' ' _)
		(
			flock 8
			if [ -z "$(sql postgres "select 1 from pg_database where datname = '$template'")" ]; then
				sql postgres "create database ${template}_new"
				for f in "$@"; do
					PGHOST=$dir PGUSER=postgres PGDATABASE=${template}_new
					export PGHOST PGUSER PGDATABASE
					case $f in
					*.sh) sh "$f" ;;
					*) client -X -q -v ON_ERROR_STOP=1 -f "$f" ;;
					esac >"$dir/template.log" 2>&1 || {
						cat "$dir/template.log" >&2
						sql postgres "drop database ${template}_new"
						die "$f failed"
					}
				done
				sql postgres "alter database ${template}_new rename to $template"
			fi
		) 8>"$dir/lock"
	fi
	# Copies exclude each other, and whoever looks at the template.
	(
		flock 8
		sql postgres "create database \"$name\" template $template strategy file_copy"
	) 8>"$dir/lock"
}

pooler() {
	bouncer=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
	[ -x "$bouncer" ] || die "no pgbouncer (make deps-test)"
	cat >"$1/pgbouncer.ini" <<-INI
		[databases]
		* = host=$1 port=5432
		[pgbouncer]
		pool_mode = transaction
		listen_addr =
		unix_socket_dir = $1
		listen_port = 6432
		auth_type = any
		auth_file =
		pidfile = $1/pgbouncer.pid
		logfile = $1/pgbouncer.log
		max_client_conn = 100
		default_pool_size = ${POOL_SIZE:-2}
	INI
	# With auth_type any the server sees the user of the [databases] line: one forced user.
	if [ -n "${POOL_USER:-}" ]; then
		sed -i "s/^\* = .*/& user=$POOL_USER/" "$1/pgbouncer.ini"
	else
		# Each login keeps its own name: the users must be listed.
		sed -i "s/^auth_type = any/auth_type = trust/; s|^auth_file =.*|auth_file = $1/users|" \
			"$1/pgbouncer.ini"
		dir=$1
		sql postgres "select '\"' || rolname || '\" \"\"' from pg_roles where rolcanlogin" >"$1/users"
	fi
	as_owner "$bouncer" -q -d "$1/pgbouncer.ini"
	n=0
	# Its socket is there before it listens on it.
	until [ -S "$1/.s.PGSQL.6432" ] && grep -q 'process up' "$1/pgbouncer.log"; do
		n=$((n + 1))
		[ $n -lt 200 ] || { cat "$1/pgbouncer.log" >&2; die "pgbouncer did not start"; }
		sleep 0.05
	done
}

tls() {
	dir=$1
	as_owner openssl req -new -x509 -days 30 -nodes -batch -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-keyout "$dir/data/server.key" -out "$dir/data/server.crt" >/dev/null 2>&1 ||
		die "openssl could not make a certificate"
	cp "$dir/data/server.crt" "$dir/root.crt"
	chmod 644 "$dir/root.crt"
	for try in 1 2 3 4 5; do
		port=$((20000 + ($$ * 7 + try * 1009) % 30000))
		# The sockets' file name has the port in it: keep the old name reachable.
		{
			echo "ssl = on"
			echo "listen_addresses = '127.0.0.1'"
			echo "port = $port"
		} >>"$dir/data/postgresql.conf"
		stop "$dir" fast
		if as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start >/dev/null 2>&1; then
			ln -sf ".s.PGSQL.$port" "$dir/.s.PGSQL.5432"
			echo "$port"
			return
		fi
	done
	die "no free port"
}

clean_env
bin=$(find_bin)
verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
run) run "$@" ;;
new) new ;;
standby) standby "$1" ;;
start) start "$1" ;;
stop) stop "$@" ;;
remove) remove "$1" ;;
kill)
	pid=$(head -n 1 "$1/data/postmaster.pid")
	kill -9 "$pid"
	# Until it is gone another one cannot start there.
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	;;
guard) guard "$@" ;;
pooler) pooler "$1" ;;
tls) tls "$1" ;;
database) database "$@" ;;
bin) echo "$bin" ;;
*) die "run|new|standby|start|stop|remove|kill|guard|pooler|tls|database|bin, not '$verb'" ;;
esac
