# Shared by the scripts in this folder: where the project is, saying things, and building.
# Sourced, not run.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Caches of different checkouts help each other only when paths are written relative to this one.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

jobs_count() { nproc 2>/dev/null || echo 2; }

say() { printf '%s\n' "$*"; }

# One line to standard error and out: what is wrong, then what to do.
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  [ $# -lt 2 ] || printf '  %s\n' "$2" >&2
  exit 1
}

# usage_wanted "$@": prints the comment at the head of the script when asked for help.
usage_wanted() {
  case ${1:-} in
    -h | --help)
      sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
      exit 0
      ;;
  esac
}

# build_quietly FOLDER [TARGET...]: builds with ninja. A terminal sees one moving line; a log file
# sees a line for each tenth. The compiler's words are shown only when it fails.
build_quietly() {
  local folder=$1 log="$1/build.log"
  shift
  if [ -t 1 ]; then
    NINJA_STATUS='  [%p, %e s] ' ninja -C "$folder" -j "$(jobs_count)" "$@"
    return
  fi
  if NINJA_STATUS='%p ' ninja -C "$folder" -j "$(jobs_count)" "$@" 2>&1 | tee "$log" |
    awk '/^ *[0-9]+%/ { p = int($1 / 10); if (p != last) { last = p; print "  built " p * 10 "%"; fflush() } }'; then
    return 0
  fi
  tail -n 60 "$log" >&2
  return 1
}

# configure PRESET [OPTION...]: runs cmake only when needed to say something new, and quietly.
configure() {
  local preset=$1 log
  shift
  mkdir -p build
  log=build/configure-$preset.log
  if ! cmake --preset "$preset" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "cmake could not configure the build" "script/bootstrap installs what it needs"
  fi
}
