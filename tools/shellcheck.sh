#!/bin/sh
# Checks every shell script that git knows, by its first line.
set -eu
git ls-files -z --cached --others --exclude-standard |
  xargs -0 awk 'FNR == 1 { if (/^#!.*[\/ ](ba|da)?sh( |$)/) print FILENAME; nextfile }' |
  xargs -r shellcheck
