# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# memory and the first rows beside the least that a program with the same libraries takes
#
# Resident memory counts the libraries' pages too, two thirds of it: libpq alone brings OpenSSL, GnuTLS,
# Kerberos and LDAP, and a bare client has 8.2 MiB. Of the 4.4 that souk has more, 1.9 are its own program
# (all of its code and two thirds of its texts: the kernel maps a file by large blocks), 0.7 readline,
# libuv and jansson, and 1.8 its heap: curses' two screens of cells 0.3 and ours 0.3, the catalog 0.4,
# the screens and questions 0.4, readline's key maps 0.2, the second connection 0.1. What is browsed adds
# a window of a few pages: 0.2 MiB, and no more after 240 pages than after 40.
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
