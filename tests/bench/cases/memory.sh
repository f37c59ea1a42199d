# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# memory and the first rows beside the least that a program with the same libraries takes
#
# Resident memory counts the libraries' pages too, two thirds of it: libpq alone brings OpenSSL, GnuTLS,
# Kerberos and LDAP, and a bare client has 8.2 MiB. Of the 3.5 that souk has more, 1.4 are its own program's
# pages (the kernel maps a file by large blocks; the texts embedded in it are given back after the start, and
# do not come again with what is read beside them), 0.5 readline's, libuv's and jansson's, and 1.5 its heap:
# curses' two screens of cells 0.3 and ours 0.3, the catalog 0.5, the screens and questions 0.4. Readline's
# key maps, 0.2, come with the first line that is typed. What is browsed adds a window of a few pages:
# 0.2 MiB, and no more after 240 pages than after 40. Of all that 3.4 to 3.6 MiB are this process's alone,
# the rest are pages of files. A session that found no kept catalog has 0.4 more. One run differs from
# another by 0.2: which pages of the libraries the kernel maps along.
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
