#!/bin/sh
# SPDX-License-Identifier: MIT
# Dark or light is what the terminal answers; where it does not, that is told; a theme of one's own, and what is
# wrong in it.
. tests/support/tmux.sh
escape=$(printf '\033')

# The colour of the heads of columns in the shipped themes, of 256.
dark=110 light=24

# begin COMMAND
begin() {
	type_line "$1 souk -U support_anna --tenant acme-bakery --open products"
	wait_for 'inactive'
}
leave() {
	keys q q
	wait_gone 'READ-ONLY'
}

# A terminal that answers: tmux tells the colour of its window.
terminal 140x30
tm set -g window-style 'bg=#ffffff'
begin ''
heads $light
type_text ':messages'
keys Enter
wait_for 'What was said'
refuse 'does not tell its background'
keys q
leave
tm set -g window-style 'bg=#101020'
begin ''
heads $dark
leave
# One that is silent: dark, and a word about it in the log; COLORFGBG is believed.
tm set -g window-style 'bg=default'
begin ''
heads $dark
until_logged 'does not tell its background'
leave
begin 'COLORFGBG="0;15"'
heads $light
leave
# One that says nothing there either; then answers as some do, and what is no answer changes nothing.
begin 'COLORFGBG="0;default"'
until_logged 'does not tell its background'
for answer in rgba:ffff/ffff/ffff/ffff:$light rgb:0/0/0:$dark '#ffffff:'$light rgb:1010/1010/2020:$dark; do
	for odd in '11;?' '11;rgb:-1/ff/ff' '11;rgb:ffff/ffff' '11;white' '11;rgb:fffff/0/0' '10;rgb:ff/ff/ff' '4;11;rgb:ff/ff/ff'; do
		# shellcheck disable=SC2046 # one word per byte
		tm send-keys -H $(printf '\033]%s\a' "$odd" | od -An -v -tx1)
	done
	# shellcheck disable=SC2046
	tm send-keys -H $(printf '\033]11;%s\033\134' "${answer%:*}" | od -An -v -tx1)
	heads "${answer##*:}"
done
leave
# Where another theme was chosen for good and the terminal's is wanted now, the guess is told too.
mkdir -p "$work/home/config/souk"
printf '[settings]\ntheme = light\n' >"$work/home/config/souk/souk.conf"
begin ''
heads $light
type_line ':theme auto'
heads $dark
until_logged 'does not tell its background'
leave
rm "$work/home/config/souk/souk.conf"

# One's own: found by its name, and told where it is wrong.
mkdir -p "$work/home/config/souk"
printf '[theme]\ntitle = Mine\n\n[styles]\ncolumn = 201\n' >"$work/home/config/souk/theme.mine"
begin 'SOUK_THEME=mine'
heads 201
type_text ':set theme contrast'
keys Enter
heads 226
type_text ':theme mi'
wait_for 'own theme'
keys Tab Enter
heads 201
type_text ':theme mono'
keys Enter
n=0
while capture -e | grep -qE "${escape}\[[0-9;]*[34]8;5;"; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "colours in monochrome"
	sleep 0.05
done
leave
printf 'warnng = red\n' >>"$work/home/config/souk/theme.mine"
type_line 'clear; souk --theme mine -U support_anna; echo status $?'
wait_for 'status 1'
expect 'theme.mine:6: unknown style "warnng" (did you mean "warning"?)'
type_line 'clear; souk --theme mime -U support_anna; echo over $?'
wait_for 'over 1'
expect 'unknown theme "mime"'
# In the console the same is a sentence, and what was in force stays.
begin ''
type_text ':set theme mine'
keys Enter
wait_for 'theme.mine:6'
expect 'inactive'
