#!/bin/sh
# SPDX-License-Identifier: MIT
# version.sh REPORTS BIN PROGRAM... - the database suites and the platform's on the server whose
# programs are in BIN.  Figures as in suite.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
reports=$1
PGBIN=$2
export PGBIN
shift 2
version=$("$PGBIN/postgres" --version | sed 's/.* //')

# Root's servers run as somebody else, to whom root's folders may be closed.
user=$(id -u postgres 2>/dev/null || id -u nobody)
if [ "$(id -u)" -eq 0 ] &&
	! setpriv --reuid="$user" --regid="$user" --clear-groups test -x "$PGBIN/postgres"; then
	copy=$(mktemp -d /tmp/souk-server-XXXXXX)
	trap 'rm -rf "$copy"' EXIT
	trap 'exit 130' HUP INT TERM
	chmod 755 "$copy"
	cp -R "$(dirname "$PGBIN")" "$copy/" && chmod -R a+rX "$copy"
	PGBIN=$copy/$(basename "$(dirname "$PGBIN")")/bin
fi

sh "$here/suite.sh" "$reports" "db-$version" "$@"
sh "$here/script.sh" "$reports" "platform-$version" "$here/../db/platform/run.sh"
