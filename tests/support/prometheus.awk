# SPDX-License-Identifier: MIT
# prometheus.awk - does a text follow the grammar of the text exposition format?  Each line that does not is printed;
# at the end the number of samples.
function bad(why) { print NR ": " why ": " $0; wrong++ }
/^# HELP / {
	if ($3 !~ /^[a-zA-Z_:][a-zA-Z0-9_:]*$/) bad("no name")
	if ($3 in help) bad("HELP twice")
	help[$3] = 1
	next
}
/^# TYPE / {
	if (NF != 4 || $4 !~ /^(counter|gauge|histogram|summary|untyped)$/) bad("no type")
	if ($3 in type) bad("TYPE twice")
	if ($3 in seen) bad("TYPE after its samples")
	type[$3] = $4
	next
}
/^#/ || /^$/ { next }
{
	line = $0
	if (!match(line, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) { bad("no name"); next }
	name = substr(line, 1, RLENGTH)
	if (!(name in type)) bad("no TYPE")
	seen[name] = 1
	line = substr(line, RLENGTH + 1)
	if (substr(line, 1, 1) == "{") {
		line = substr(line, 2)
		while (match(line, /^[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"/)) {
			line = substr(line, RLENGTH + 1)
			sub(/^,/, "", line)
		}
		if (substr(line, 1, 1) != "}") { bad("labels"); next }
		line = substr(line, 2)
	}
	if (line !~ /^[ \t]+([-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|NaN|[-+]?Inf)([ \t]+-?[0-9]+)?$/)
		bad("value")
	series = substr($0, 1, length($0) - length(line))
	if (series in all) bad("the same series twice")
	all[series] = 1
	n++
}
END { print n + 0 " samples, " wrong + 0 " wrong lines" }
