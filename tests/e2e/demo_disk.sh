#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# souk demo on a disk that is full, or becomes so while it is filled: a sentence, and once there is
# space again it begins anew.  Needs a small disk of its own, which only root can mount.
set -eu
if [ "${1:-}" != inside ]; then
	if [ "$(id -u)" -ne 0 ] || ! unshare -m true 2>/dev/null; then
		echo "not tried: a small disk can only be mounted by root"
		exit 0
	fi
	exec unshare -m sh "$0" inside
fi
work=$(mktemp -d /tmp/souk-e2e-XXXXXX)
said=$(mktemp -d /tmp/souk-e2e-XXXXXX) # on another disk: a full one takes no sentence either
chmod 755 "$work"
trap 'souk demo --stop --dir "$work/d" >/dev/null 2>&1; umount -l "$work"; rm -rf "$work" "$said"' EXIT
mount -t tmpfs -o size=230m,mode=755 tmpfs "$work"

fail() {
	echo "FAILED: $*"
	cat "$said/err" "$work/d/log"
	exit 1
}
demo() {
	souk demo --no-console --keep --quiet --scale 0 --dir "$work/d" >"$said/out" 2>"$said/err"
}
refused() { # PATTERN
	grep -qE -- "$1" "$said/err" || fail "no '$1'"
	grep -qF -- "free some space, or choose another folder with --dir" "$said/err" || fail "no way out"
}

head -c 100M /dev/zero >"$work/eaten"
! demo || fail "there was space enough"
refused "the demo needs about 200 MB here"
rm "$work/eaten"

demo &
pid=$!
n=0
until grep -q '0001_roles' "$said/err"; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail "it was not filled"
	sleep 0.05
done
head -c 230M /dev/zero >"$work/eaten" 2>/dev/null || :
! wait $pid || fail "there was space enough"
# The server says the latter where half a page had room.
refused "No space left on device|wrote only [0-9]+ of [0-9]+ bytes"
rm "$work/eaten"

demo || fail "it did not begin anew"
