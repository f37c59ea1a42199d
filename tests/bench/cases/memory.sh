# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# memory and the first rows beside the least that a program with the same libraries takes
#
# Resident memory counts the libraries' pages too, two thirds of it: libpq alone brings OpenSSL, GnuTLS,
# Kerberos and LDAP. Of the rest curses holds three screens of cells and we hold two, the queries and
# screens are kept as text, and readline has its key maps. What is browsed adds a window of a few pages: 0.2 MiB of the 13.2, and no more after 240 pages than after 40.
page=$(printf '\033[6~')
first="select sku, name, price, currency, status from commerce.catalog_products
	where tenant_id = 1 order by sku limit 120"
for i in $(repeat); do
	"$measure" screen until "$sku" key "$page" 40 memory key "$page" 200 memory -- \
		"$SOUK" --tenant acme-bakery --open products | sed 2d | sed 3d | keep souk
	"$measure" screen until "$sku" key j 30 key "$page" 2 memory -- "$floor" "$first" | keep floor
done
row "start to first rows" ms "$(median souk)" "a bare client" "$(median floor)" ""
row "resident after 40 pages" KiB "$(median souk 2)" "a bare client" "$(median floor 4)" "<= 1.5"
row "  after 240 pages" KiB "$(median souk 3)" "souk after 40" "$(median souk 2)" "<= 1.01"
