# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# nobody does anything: bytes and wake-ups in ten seconds
#
# A refresh is two wake-ups, its timer and the answer: 10 in ten seconds.
"$measure" screen until "$sku" idle 2 idle 10 -- "$SOUK" --tenant acme-bakery --open products | sed 1,2d | keep souk
"$measure" screen until DUE idle 2 idle 10 -- "$SOUK" --open outbox | sed 1,2d | keep watch
row "idle grid, 10 s" bytes "$(median souk)" "" 0 "0"
row "  its wake-ups" "" "$(median souk 1 2)" "" 0 "0"
if peer htop; then
	"$measure" screen press " " idle 10 -- htop | sed 1d | keep htop
	row "watching (outbox every 2 s), 10 s" bytes "$(median watch)" "htop (every 1.5 s)" "$(median htop)" "< 1"
	row "  wake-ups" "" "$(median watch 1 2)" "htop" "$(median htop 1 2)"
fi
