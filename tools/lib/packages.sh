# Debian packages of tools/packages.txt. To be sourced after say.sh; needs $root.

# The packages that are not installed, one a line.
missing_packages() {
  local package
  grep -Ev '^[[:space:]]*(#|$)' "$root/tools/packages.txt" | while read -r package; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Installs what is missing; says what it does. As root, or through sudo.
install_packages() {
  command -v dpkg-query >/dev/null ||
    fail "This is not a Debian system: install the packages named in tools/packages.txt by hand, then build with cmake --preset dev."
  local missing
  missing=$(missing_packages)
  if [ -z "$missing" ]; then
    step "Packages: all $(grep -Evc '^[[:space:]]*(#|$)' "$root/tools/packages.txt") are installed"
    return
  fi
  step "Packages: installing $(echo "$missing" | wc -l)"
  detail $missing
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Packages are missing and neither root nor sudo is there: run as root, apt-get install $(echo $missing)"
    as_root=(sudo)
  fi
  local log started=$SECONDS
  log=$(mktemp)
  quietly "$log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update ||
    fail "The list of packages cannot be read: check the network and /etc/apt/sources.list, then run this again."
  # shellcheck disable=SC2086
  quietly "$log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing ||
    fail "Packages could not be installed; on another system than Debian 12 names may differ (tools/packages.txt)."
  rm -f "$log"
  detail "done in $(took "$started")"
}
