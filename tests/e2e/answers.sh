#!/bin/sh
# SPDX-License-Identifier: MIT
# What the terminal answers comes when it likes: late, while one types, cut in two by a slow line, never whole.  None
# of it is typed anywhere.  And keyboards that do not send UTF-8.
. tests/support/tmux.sh
dark=110 light=24 # the colour of the heads of columns in the shipped themes

# bytes TEXT: as they are, in one write; \033 and the like are understood
bytes() {
	# shellcheck disable=SC2046,SC2059 # one word per byte; the text is the format
	tm send-keys -H $(printf "$1" | od -An -v -tx1)
}

terminal 140x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
heads $dark
# Nothing is answered in time: a guess, in the log; then the answer comes after all.
until_logged 'does not tell its background'
bytes '\033]11;rgb:ffff/ffff/ffff\033\134'
heads $light
until_logged 'told its background late: it is light'

# In the midst of typing, whole and in two parts.
keys :
wait_for 'Allow writing'
bytes 'fil\033]11;rgb:1010/1010/2020\033\134ter na'
wait_for ':filter na'
heads $dark
bytes 'me\033]11;rgb:ffff/ff'
sleep 0.2
bytes 'ff/ffff\033\134 = x'
wait_for ':filter name = x'
heads $light
# A report of the mouse in two parts is one.
bytes '\033[<65;10;'
sleep 0.2
bytes '10M y'
wait_for ':filter name = x y'
# One whose end never comes is nothing, and what is typed later is typed.
bytes '\033]11;rgb:aaaa'
sleep 1.5
bytes ' z'
wait_for ':filter name = x y z'
keys C-c
wait_gone ':filter'
keys q q
wait_gone 'READ-ONLY'

# In ASCII a letter is told by its number, and is one to erase.
type_line 'clear; LC_ALL=C souk -U support_anna --tenant acme-bakery --open products'
wait_for '>AB-00001'
keys :
wait_for 'Allow writing'
bytes 'x\303\274y'
wait_for ':x<U+00FC>y'
keys BSpace BSpace
wait_gone 'U+00FC'
expect ':x'
keys C-c
wait_gone ':x'
# So it is in a question, where the cursor stands behind it.
type_line ':tenant *'
wait_for 'All tenants'
bytes 'a\303\274b'
wait_for 'a<U+00FC>b'
at=$(tm display-message -p '#{cursor_x}')
find_text 'a<U+00FC>b'
[ "$at" -eq $((col - 1 + 10)) ] || fail "the cursor stands at $at, the text at $col"
keys Escape
wait_gone 'a<U+00FC>b'
keys q q
wait_gone 'READ-ONLY'
