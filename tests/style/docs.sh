#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Checks one thing about the documentation; run from the repository's root: sh tests/style/docs.sh <what>
#   quotes  code below a line "<!-- from <file> -->" stands in that file, but for indentation
#   bytes   lines of hexadecimal bytes stand in the golden file
#   links   links to files of the repository lead somewhere
# Ends with 0 (right) or 1 (wrong).

set -u
LC_ALL=C
export LC_ALL

what=${1:?usage: docs.sh what}

pages() {
  echo README.md
  find docs -name '*.md' | sort
}

fail_if_any() {
  findings=$(cat)
  [ -z "$findings" ] && return 0
  printf '%s\n' "$findings"
  return 1
}

quotes() {
  # shellcheck disable=SC2046
  awk '
    function text_of(file,   line, text) {
      text = "\n"
      while ((getline line < file) > 0) { sub(/^ +/, "", line); text = text line "\n" }
      close(file)
      return text
    }
    /^<!-- from [^ ]+ -->$/ { source = $3; next }
    source != "" && !quoting { if (/^```/) { quoting = 1; quote = "\n" } else { print FILENAME ":" FNR ": no code follows"; source = "" }; next }
    quoting && /^```$/ {
      if (index(text_of(source), quote) == 0) print FILENAME ":" FNR ": the code that ends here is not in " source
      quoting = 0; source = ""; next
    }
    quoting { line = $0; sub(/^ +/, "", line); quote = quote line "\n" }' $(pages) | fail_if_any
}

bytes() {
  # shellcheck disable=SC2046
  grep -hE '^[0-9a-f]{6}:' $(pages) | while read -r line; do
    grep -qxF "$line" tests/format/golden.hex || echo "not in the golden file: $line"
  done | fail_if_any
}

links() {
  for page in $(pages); do
    awk '/^```/ { code = !code; next } !code' "$page" | grep -oE '\]\([^)#]+' | sed 's/^](//' | grep -v '^https\{0,1\}:' | while read -r target; do
      [ -e "$(dirname "$page")/$target" ] || echo "$page: no such file: $target"
    done
  done | fail_if_any
}

case $what in
  quotes | bytes | links) "$what" ;;
  *) echo "unknown: $what" >&2; exit 2 ;;
esac
