#!/bin/sh
# SPDX-License-Identifier: MIT
# A terminal whose character set is an older one: what is in it is shown as itself, in its own bytes, what is not as a
# mark; what its keyboard sends is understood; signs are ASCII. On the screen and in lines.
. tests/support/tmux.sh

# script(1) outlives the terminal.
at_end() {
	! pgrep -f "$work/sent" >"$work/left" || xargs kill <"$work/left"
}

mkdir "$work/locales"
here=en_US.ISO-8859-1
if ! localedef -i en_US -f ISO-8859-1 "$work/locales/en_US.ISO-8859-1" 2>/dev/null; then
	echo "localedef has no ISO-8859-1: not tried"
	exit 0
fi
psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -o /dev/null -c \
	"UPDATE commerce.catalog_products SET name = 'Pâté à 5 £ 日' WHERE sku = 'AB-00001'"

# shown BYTES: until they are among those that the terminal was sent
shown() {
	n=0
	# shellcheck disable=SC2059 # the text is the format
	until LC_ALL=C grep -qaF -- "$(printf "$1")" "$work/sent"; do
		n=$((n + 1))
		[ $n -lt 400 ] || {
			LC_ALL=C cat -v "$work/sent" | tail -n 40
			fail "the terminal was not sent $1"
		}
		sleep 0.05
	done
}
begin() {
	rm -f "$work/sent"
	type_line "clear; LOCPATH=$work/locales LC_ALL=$here script -qfc 'souk $1 -U support_anna --tenant acme-bakery --open products' $work/sent"
}
# script(1) puts the terminal back after souk has ended, and drops what was typed meanwhile.
over() {
	n=0
	while pgrep -f "$work/sent" >"$work/left"; do
		n=$((n + 1))
		[ $n -lt 600 ] || fail 'souk goes on'
		sleep 0.05
	done
}
terminal 100x30
begin ''
wait_for '>AB-00001'
shown 'P\342t\351 \340 5 \243 <U+65E5>'
# Columns behind it are where they are in other rows.
! LC_ALL=C grep -qaF "$(printf '\303\242')" "$work/sent" || fail "UTF-8 for a terminal without"
keys :
wait_for 'Allow writing'
# shellcheck disable=SC2046 # one word per byte
tm send-keys -H $(printf 'x\374y\337' | od -An -v -tx1)
shown 'x\374y\337'
# Each is one letter to erase.
keys BSpace BSpace BSpace BSpace
type_line 'q!'
wait_gone 'READ-ONLY'
over
begin --plain
wait_for 'SKU AB-00001'
shown 'P\342t\351 \340 5 \243 <U+65E5>'
type_line ':q!'
over
# Characters of several bytes, of which some are ASCII's: typed, cut in two by the line, pasted, each one to erase.
while read -r here from charset typed; do
	localedef -i "$from" -f "$charset" "$work/locales/$here" 2>/dev/null || {
		echo "localedef has no $charset: not tried"
		continue
	}
	begin ''
	wait_for '>AB-00001'
	keys :
	wait_for 'Allow writing'
	bytes=$(printf '%s' "$typed" | iconv -f UTF-8 -t "$charset" | od -An -v -tx1 | tr -d '\n')
	# shellcheck disable=SC2086 # one word per byte
	tm send-keys -H 78 $bytes
	octal=$(printf '%s' "$typed" | iconv -f UTF-8 -t "$charset" | od -An -v -to1 | tr -d '\n')
	shown "x$(echo "$octal" | sed 's/ /\\/g')"
	for byte in $bytes; do tm send-keys -H "$byte"; done
	# shellcheck disable=SC2086 # one word per byte
	tm send-keys -H 1b 5b 32 30 30 7e $bytes 1b 5b 32 30 31 7e
	keys BSpace BSpace BSpace BSpace BSpace BSpace BSpace
	type_line 'q!'
	wait_gone 'READ-ONLY'
	over
done <<'END'
ja_JP.EUC-JP ja_JP EUC-JP 日本
zh_CN.GB18030 zh_CN GB18030 日㐀
END
