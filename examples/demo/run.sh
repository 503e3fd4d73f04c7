#!/usr/bin/env bash
# The demo on one screen: real reports become tickets, a second run does nothing, a fix closes what it fixed.
#
#   make demo          or          TICKETBOT=/path/to/ticketbot examples/demo/run.sh
#
# Works on a copy in .demo/, which git does not see; needs no account, no network and no scanner.
set -euo pipefail

ticketbot=${TICKETBOT:-ticketbot}
repository=$(cd "$(dirname "$0")/../.." && pwd)
room=$repository/.demo

rm -rf "$room"
mkdir -p "$room/shop"
cp -R "$repository/examples/vulnerable-api" "$room/"
cp -R "$repository/examples/demo/ticketbot.yaml" "$repository/examples/demo/reports" "$room/shop/"
cd "$room/shop"
# The demo names branch and commits itself; what git knows of ticketbot's own checkout is another matter.
export GIT_CEILING_DIRECTORIES=$room

sync() { # sync COMMIT REPORTS WHAT
    printf '\n$ ticketbot sync %s    # %s\n' "$2" "$3"
    "$ticketbot" sync --target shop-api --branch main --commit "$1" --quiet --no-color "$2"
}

echo "Four scanners looked at a small web shop. Each flaw that counts gets one ticket."
sync 4be1c02 reports/v1 "the first scan"
sync 4be1c02 reports/v1 "once more: nothing happens twice"
sync 9d3f7a1 reports/v2 "after a fix that also moved most lines"
echo
command=$(command -v "$ticketbot")
echo "cd .demo/shop && ${command/#$repository/../..} explain LOC-1    # its whole story"
