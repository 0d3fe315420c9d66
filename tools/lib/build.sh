# Configuring and building. To be sourced after say.sh; needs $root.

# Compiling a file that sees gRPC takes up to a gigabyte: no more jobs than cores, nor than memory allows.
build_jobs() {
  local cores memory_jobs
  cores=$(nproc)
  memory_jobs=$(awk '/MemAvailable/ { print int($2 / 1000000) }' /proc/meminfo 2>/dev/null || echo "$cores")
  [ "${memory_jobs:-0}" -ge 1 ] || memory_jobs=1
  echo $((cores < memory_jobs ? cores : memory_jobs))
}

# configure FOLDER OPTION...: configures a build folder inside the repository, or another if the path is absolute.
configure() {
  local folder=$1
  shift
  mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ] ||
    fail "$folder cannot be written: it probably belongs to root after a run through sudo. Remove it or give it back: sudo chown -R $(id -un) $folder"
  # A folder configured from another clone, or by another generator, is begun anew.
  if [ -f "$folder/CMakeCache.txt" ] && ! { grep -qx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" &&
    grep -qx 'CMAKE_GENERATOR:INTERNAL=Ninja' "$folder/CMakeCache.txt"; }; then
    detail "$folder was configured elsewhere: configuring it anew"
    rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
  fi
  quietly "$folder/configure.log" cmake -S "$root" -B "$folder" -G Ninja "$@" ||
    fail "The build could not be configured. If a package is named above, add it with apt-get install and run this again."
}

# build FOLDER TARGET...: builds; without targets, everything.
build() {
  local folder=$1 started=$SECONDS jobs
  shift
  jobs=$(build_jobs)
  # Ninja's own progress is one line on a terminal; in a log it would be thousands.
  if [ -t 1 ]; then
    ninja -C "$folder" -j "$jobs" "$@" || return 1
  else
    quietly "$folder/build.log" ninja -C "$folder" -j "$jobs" "$@" || return 1
  fi
  detail "built in $(took "$started") with $jobs jobs"
}
