#!/usr/bin/env bash
# Installs on Debian what the tests use when they find it: Chromium, PostgreSQL, Redis, RabbitMQ, kcat, fonts.
# Nothing is started: each test starts its own server on a free port of 127.0.0.1 and ends it again.
# Run it as often as you like; it installs only what is missing.
set -euo pipefail

PACKAGES=(chromium postgresql redis-server rabbitmq-server kcat fonts-liberation fonts-noto-color-emoji)
UPDATE_ATTEMPTS=3
POLICY=/usr/sbin/policy-rc.d

main() {
  require_apt
  local missing
  missing=$(missing_packages)
  if [[ -z $missing ]]; then
    echo "services: everything is installed"
    return
  fi
  require_root "$missing"
  forbid_autostart
  update_lists
  # shellcheck disable=SC2086 # one word per package
  install $missing
  echo "services: installed ${missing//$'\n'/ }"
}

require_apt() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && return
  echo "services: this script knows Debian only. Install these by your own means: ${PACKAGES[*]}." >&2
  echo "services: without them the tests still run; those that need a missing one are skipped, with the reason." >&2
  exit 1
}

require_root() {
  [[ $(id -u) -eq 0 ]] && return
  echo "services: root is needed to install ${1//$'\n'/ }: run  sudo npm run services" >&2
  exit 1
}

missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == "install ok installed" ]] || echo "$package"
  done
}

# Debian asks policy-rc.d before it starts a service after an installation; 101 says no. What was there before comes back.
forbid_autostart() {
  local kept=""
  if [[ -e $POLICY ]]; then
    kept=$(mktemp)
    cp -p "$POLICY" "$kept"
  fi
  # shellcheck disable=SC2064 # the name of the copy is wanted now, not at exit
  trap "if [[ -n '$kept' ]]; then mv '$kept' $POLICY; else rm -f $POLICY; fi; rm -f /etc/postgresql-common/createcluster.d/waybill.conf" EXIT
  printf '#!/bin/sh\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
  # No cluster either: tests make their own.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/waybill.conf
}

update_lists() {
  local attempt
  for ((attempt = 1; attempt <= UPDATE_ATTEMPTS; attempt++)); do
    run_quietly apt-get -q -o Acquire::Retries=3 update && return
    echo "services: apt-get update failed (attempt $attempt of $UPDATE_ATTEMPTS)" >&2
    sleep $((attempt * 5))
  done
  echo "services: the package lists could not be fetched: is there a network or a mirror?" >&2
  exit 1
}

install() {
  run_quietly env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

# Says nothing while all is well, everything when it is not.
run_quietly() {
  local log code=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || code=$?
  [[ $code -eq 0 ]] || tail -n 60 "$log" >&2
  rm -f "$log"
  return "$code"
}

main
