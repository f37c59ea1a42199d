#!/bin/sh
# SPDX-License-Identifier: MIT
# Too small is said kindly; a larger window goes on; a dumb terminal and no terminal are refused in words.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
resize 40x10
wait_for '80'
resize 100x30
wait_for 'AB-00001'
keys q q
wait_gone 'READ-ONLY'
type_line 'TERM=dumb souk -U support_anna; echo status $?'
wait_for 'status 1'
type_line 'clear; souk -U support_anna </dev/null >out 2>err; echo status $?'
# A console without standard input still has its terminal.
wait_for 'Screens'
keys q
wait_for 'status 0'
