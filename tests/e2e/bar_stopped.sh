#!/bin/sh
# SPDX-License-Identifier: MIT
# The command bar while the server's processes stand still (kill -STOP), and when they are dead: what it asks the
# server for does not hold it up, what is known is completed, a line is edited and run, and the rest comes later.
. tests/support/tmux.sh
. tests/support/halt.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'

# Tenants and values are the server's to tell; commands, settings and topics are not.
halt true
type_text ':tenant bl'
wait_for ':tenant bl'
keys Tab
type_text 'ue'
wait_for ':tenant blue'
keys C-w
type_text 'nowhere'
wait_for ':tenant nowhere'
keys C-u
type_text 'products status=dis'
wait_for ':products status=dis'
keys C-u
type_text 'set them'
keys Tab
wait_for ':set theme'
keys C-u
type_text 'help merg'
keys Tab Enter
wait_for 'Help: merge'
keys q
wait_for '▸AB-00001'
# The palette too: screens at once, tenants when they can be told.
keys C-p
wait_for 'Go to'
type_text 'northwind'
wait_for 'nothing matches'
go_on
wait_for 'tenant Northwind Hardware'
keys Escape
wait_gone 'Go to'

# What was asked is answered when the server goes on, for the line as it is then.
halt true
type_text ':tenant nor'
wait_for ':tenant nor'
go_on
wait_for 'northwind-hardware'
keys Escape
wait_gone ':tenant nor'

# Dead while the line is typed: nothing typed is lost, and it is completed on the next connection.
halt true
type_text ':tenant blu'
wait_for ':tenant blu'
for pid in $stopped; do
	kill -TERM "$pid"
done
go_on
wait_for ':tenant blu'
keys BSpace
type_text 'ue'
wait_for ':tenant blue'
n=0
until capture | grep -qF 'blue-drugs'; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail "nothing is completed any more"
	keys C-u
	type_text 'tenant blue'
	sleep 0.1
done
keys Enter
wait_for 'blue-drugs ▸ Products'
