#!/bin/sh
# Installs the Debian packages that the tests use, where that is allowed; elsewhere says which are missing.
set -eu
missing=
need() { # need <file> <package>
    [ -e "$1" ] || missing="$missing $2"
}
[ -d /usr/lib/postgresql ] || missing="$missing postgresql"
need /usr/bin/chromium chromium
need /usr/sbin/clamd clamav-daemon
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "The tests need these Debian packages:$missing" >&2
echo "Install them with: sudo apt-get install$missing" >&2
exit 1
