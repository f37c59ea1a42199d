# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# a key press: time to the last byte painted, and bytes to the terminal
down=$(printf '\033OB')
page=$(printf '\033[6~')
psql -X -c 'select sku, name, price, currency, status from commerce.catalog_products
	where tenant_id = 1 order by sku' >"$work/rows.txt"
"$measure" screen until "$sku" key j 30 key "$page" 20 press G -- \
	"$SOUK" --tenant acme-bakery --open products | keep souk
against() { # NAME
	row "cursor down one row" ms "$(median souk 2)" "$1" "$(median "$1")" "$2"
	row "" bytes "$(median souk 2 2)" "$1" "$(median "$1" 1 2)" "$3"
}
if peer htop; then
	"$measure" screen press h key "$down" 30 -- htop | sed 1d | keep htop
	against htop "" "< 300 bytes"
fi
if peer tig; then
	(cd "$root" && "$measure" screen press j key j 30 key "$page" 10 -- tig) | sed 1d | keep tig
	against tig "<= 1" "< 1"
fi
if peer pspg; then
	"$measure" screen press j key j 30 key "$page" 20 press G -- pspg -f "$work/rows.txt" | sed 1d | keep pspg
	against pspg "" ""
	row "page down" ms "$(median souk 3)" pspg "$(median pspg 2)" "<= 1"
	row "" bytes "$(median souk 3 2)" pspg "$(median pspg 2 2)"
	row "to the last row" ms "$(median souk 4)" "pspg (all loaded)" "$(median pspg 3)"
fi
