# Debian packages of tools/packages.txt. To be sourced after say.sh; needs $root.

# wanted_packages [SECTION...]: the names before the first section, which building and running take, and those of the named ones.
wanted_packages() {
  awk -v wanted=" $* " '
    /^# \[[a-z]+\]/ { section = substr($2, 2, length($2) - 2) }
    !/^[[:space:]]*(#|$)/ && (section == "" || index(wanted, " " section " "))' "$root/tools/packages.txt"
}

# missing_packages [SECTION...]: those that are neither installed nor provided by one that is, one a line.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed //p' | tr ',' '\n' | sed -E 's/\(.*\)//; s/[[:space:]]//g')
  wanted_packages "$@" | grep -Fxv -f <(printf '%s\n' "$installed") || true
}

# install_packages [SECTION...]: installs what is missing of them; says what it does. As root, or through sudo.
install_packages() {
  command -v dpkg-query >/dev/null ||
    fail "This is not a Debian system: install the packages named in tools/packages.txt by hand, then build with cmake --preset dev."
  local missing
  missing=$(missing_packages "$@")
  if [ -z "$missing" ]; then
    step "Packages: all $(wanted_packages "$@" | wc -l) are installed"
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
