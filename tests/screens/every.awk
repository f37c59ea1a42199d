# SPDX-License-Identifier: MIT
# every.awk - one saved screen: what must hold of any, and (to the file `golden`) what frames it.
# Variables: cols, rows, locale, screen, golden; live: its rows are the server's state.

function complain(text) {
	printf "%s, line %d: %s\n\t%s\n", screen, NR, text, $0
	bad = 1
}

# As many columns as signs: the shipped data has no wide ones.
function width(s) {
	gsub(/[\200-\277]/, "", s)
	return length(s)
}

function count(s, sign) {
	return gsub(sign, "", s)
}

{ line[NR] = $0 }
NR == 2 && /every [0-9]/ { live = 1 }

width($0) > cols { complain("wider than the terminal") }
locale == "ascii" && /[^ -~]/ { complain("not ASCII") }
/\t|\033/ { complain("a control character") }
count($0, "╭") != count($0, "╮") || count($0, "╰") != count($0, "╯") { complain("half a box") }
# The frame cuts no words: not where one is, not the hints.
(NR == 1 || NR == rows) && /…|\.\.\./ { complain("a cut word in the frame") }

END {
	if (NR != rows) {
		NR = rows
		complain("not as many lines as rows")
	}
	if (line[1] !~ /READ-ONLY/)
		complain("READ-ONLY is not said")
	# what was said stands over the hints
	said = line[rows] line[rows - 1] line[rows - 2] line[rows - 3]
	if (line[rows] !~ /\? help/ && said !~ /(error|warning): /)
		complain("no way to help")
	printf "== %s\n", screen >>golden
	for (i = 2; i <= rows; i++) {
		s = line[i]
		body = i > 2 && i < rows
		# heads and titles are in capitals or drawn; an empty list or a refusal is a sentence;
		# of what is live the widths change, and whether there is anything
		head = s ~ /─|^-.*-$/ || (!live && i == 3 && s !~ /[a-z]|^(▸|>)/) ||
			(!live && s ~ /^ +[A-Z][a-z][a-z ,:-]*\.$/) || s ~ /denied|error: /
		if (!body || head) {
			# … and so what can be done with rows
			if (live && i == rows)
				sub(/^.*: command/, " ... : command", s)
			if (live && i == 2)
				sub(/ +[~0-9]+(-|–)[0-9]+ of .*/, "", s)
			gsub(/[0-9]+/, "#", s)
			gsub(/[~>≥]+#/, "#", s)
			gsub(/#(\.#)?( [kM])?( (s|m|h|d|w|ms|µs))?/, "#", s)
			gsub(/─+/, "─", s)
			gsub(/--+/, "-", s)
			print s >>golden
		}
	}
	exit bad
}
