# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# keys while the server works on a question of a minute
#
# Nothing waits for the server: the second of two keys paints as soon as it would with nothing running.
slow=$(printf ':where (select pg_sleep(60)) is not null\r')
for i in $(repeat); do
	"$measure" screen until "$sku" key j 10 key k 10 key j 10 press "$slow" key k 10 key j 10 -- \
		"$SOUK" --tenant acme-bakery --open products | keep souk
done
row "a key while a query runs" ms "$(median souk 6)" "nothing running" "$(median souk 4)" "<= 1.5"
