# What the tools print: a step, a detail, a failure. To be sourced.

# Colour only where a person looks.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  _bold=$'\033[1m' _red=$'\033[31m' _plain=$'\033[0m'
else
  _bold='' _red='' _plain=''
fi

step() { printf '%s==> %s%s\n' "$_bold" "$*" "$_plain"; }
detail() { printf '    %s\n' "$*"; }
problem() { printf '%s%s%s\n' "$_red" "$*" "$_plain" >&2; }

# fail MESSAGE: says what happened and what to do, and ends the program.
fail() {
  problem "$*"
  exit 1
}

# quietly LOG COMMAND...: runs a command into a log file and shows the end of the log when it fails.
quietly() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1; then
    problem "This command failed: $*"
    tail -n 40 "$log" >&2
    problem "The whole output is in $log"
    return 1
  fi
}

# took SECONDS_AT_START: "3 min 05 s" since then.
took() {
  local seconds=$((SECONDS - $1))
  if [ "$seconds" -lt 60 ]; then
    printf '%d s' "$seconds"
  else
    printf '%d min %02d s' $((seconds / 60)) $((seconds % 60))
  fi
}
