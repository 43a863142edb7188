#!/usr/bin/env bash
# Kills commands on one store by the thousand, at random instants, and looks at the store after each: builds, prune, the collector,
# caches that go out and come in, the upgrade of an old layout, all of that on a full disk, too. CI kills two hundred builds (StoreFaultSpecs).
# usage: SHARPBUILD_PROGRAM=/path/to/sharpbuild tests/torture-store.sh [KILLS [SEED]]        needs root and busybox-static
set -uo pipefail
cd "$(dirname "$0")/.."
program=${SHARPBUILD_PROGRAM:?names the installed sharpbuild}
kills=${1:-5000}
RANDOM=${2:-1}
work=$(mktemp -d -t torture.XXXXXX)
disk=$work/disk
export SHARPBUILD_UPKEEP=off SOURCE_DATE_EPOCH=1 NO_COLOR=1 XDG_CONFIG_HOME=$work/config
marker=torture-$$-$RANDOM
declare -A leftovers=() done_=()
bad=0

fail() {
  echo "BAD after kill $kill ($1): $2" >&2
  cp -a "$store" "$work/bad-$kill" 2>/dev/null
  bad=$((bad + 1))
}

prepare() {
  mkdir -p "$work"/{config/sharpbuild,context/files,out} "$disk"
  mount -t tmpfs -o size=6m tmpfs "$disk"
  # Everything that nobody holds is too much.
  echo '{"gc":{"enabled":true,"reservedSpace":"0","maxUsedSpace":"1MB","minFreeSpace":"0","keepDuration":"0s"}}' >"$work/config/sharpbuild/config.json"
  for i in $(seq 0 199); do head -c $((i * 20)) /dev/zero | tr '\0' "${i: -1}" >"$work/context/files/$i"; done
  find "$work/context" -exec touch -h -d @0 {} +
  cat >"$work/context/Dockerfile" <<END
FROM busybox AS tools
ARG ROUND
RUN : $marker; mkdir /tools && echo "\$ROUND" > /tools/version && touch -d @0 /tools/version /tools /
FROM busybox
COPY files /files
ARG ROUND
RUN --mount=type=cache,target=/cache : $marker; echo "\$ROUND" >> /cache/log; seq 20000 > /files/numbers; rm /files/7; touch -d @0 /files/numbers /files /
COPY --from=tools /tools /tools
RUN : $marker; echo "\$ROUND" > /last && touch -d @0 /last /
END
  examples/make-busybox-rootfs.sh "$work/busybox.tar" >/dev/null
  "$program" import --root "$work/seed" "$work/busybox.tar" busybox:latest >/dev/null
  # What version 1 had not, and what it called itself.
  cp -a "$work/seed" "$work/old" && rm -r "$work"/old/{leases,traces,manifests} && echo 1 >"$work/old/version"
}

reset_store() {
  store=$1
  if [ "$store" = "$disk/store" ]; then rm -rf "${disk:?}"/*; else rm -rf "$store"; fi
  cp -a "$work/${2:-seed}" "$store"
}

build() { "$program" build -q --root "$store" --build-arg "ROUND=$round" "$@" "$work/context"; }

# The command of a kind; each runs in the background and dies on the way, or comes to its end.
command_of() {
  case $1 in
    build) build ;;
    tag) build -t "name$((round % 3))" ;;
    fresh) build --no-cache ;;
    cache-to) build --cache-to "type=local,mode=max,dest=$work/out/$((round % 4))" ;;
    cache-from) build --cache-from "type=local,src=$work/out/$((round % 4))" ;;
    prune) "$program" prune --root "$store" -f ;;
    prune-all) "$program" prune --root "$store" -af ;;
    gc) rm -f "$store/collected"; "$program" __upkeep --root "$store" ;;
    save) "$program" save --root "$store" -o "$work/saved.tar" busybox:latest ;;
    rmi) "$program" rmi --root "$store" "name$((round % 3))" ;;
    repair) "$program" store check --root "$store" --repair ;;
    two) build & build -t other & wait ;;
  esac
}

kinds=(build build build build build tag fresh cache-to cache-from cache-from prune prune-all gc save rmi repair two)

# Kills a command and whatever it started of ours: as the machine's owner would with the whole group, or just the one process.
kill_one() {
  local kind=$1 after=$2 pid
  set -m
  command_of "$kind" >"$work/said" 2>&1 </dev/null &
  pid=$!
  set +m
  sleep "$after"
  if kill -0 "$pid" 2>/dev/null; then done_[$kind]=$((${done_[$kind]:-0} + 1)); fi
  kill -9 -- "-$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

check() {
  local said full=()
  [ $((kill % 8)) = 0 ] && full=(--full)
  said=$("$program" store check --root "$store" "${full[@]}" 2>&1)
  local code=$?
  if [ $code != 0 ] || grep -q '^damaged:' <<<"$said"; then fail "$1" "store check ended with $code: $said"; fi
  while IFS= read -r line; do
    local problem=${line##*: }
    leftovers[$problem]=$((${leftovers[$problem]:-0} + 1))
  done < <(grep '^left over:' <<<"$said")
}

no_leaks() {
  local left
  left=$(grep -F "$store" /proc/self/mountinfo | grep -v " $disk ") && fail "$1" "mounted: $left"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    left=$(pgrep -f "$marker") || return 0
    sleep 0.1
  done
  fail "$1" "alive: $(ps -o pid,args -p "$(tr '\n' , <<<"${left}" | sed 's/,$//')")"
}

# The same image as from a store that nobody has ever hurt; sweeps, repairs, and finds nothing more.
whole() {
  local expected got said
  expected=$(store=$work/clean build 2>&1)
  got=$(build 2>&1) || { fail whole "the build fails: $got"; return; }
  [ "$got" = "$expected" ] || fail whole "$got instead of $expected"
  got=$(build --no-cache 2>&1)
  [ "$got" = "$expected" ] || fail whole "made anew: $got instead of $expected"
  "$program" store check --root "$store" --repair >"$work/said" 2>&1
  said=$("$program" store check --root "$store" --full 2>&1)
  [ "$said" = "everything is as it should be" ] || fail whole "after a repair: $said"
  [ -z "$(ls "$store/sessions" "$store/locks" | grep -v :)" ] || fail whole "sessions or locks stay: $(ls "$store/sessions" "$store/locks")"
}

prepare
cp -a "$work/seed" "$work/clean"
reset_store "$work/store"
round=-1
start=$(date +%s%N); build >/dev/null; length=$((($(date +%s%N) - start) / 1000000))
echo "a build takes $length ms; working in $work"
for ((kill = 1; kill <= kills; kill++)); do
  round=$((kill / 6))
  # One file changes with the round: COPY then links the others from the layer before.
  echo "$round" >"$work/context/files/3"; touch -d @0 "$work/context/files/3" "$work/context/files"
  # Five hundred on a roomy disk, a hundred on a full one, and now and then an old layout to bring up to date.
  case $((kill % 600)) in
    0) umount "$disk"; mount -t tmpfs -o size=6m tmpfs "$disk"; reset_store "$work/store" ;;
    500) reset_store "$disk/store" ;;
  esac
  if [ $((kill % 25)) = 0 ]; then reset_store "$store" old; fi
  kind=${kinds[RANDOM % ${#kinds[@]}]}
  printf -v after '0.%03d' $((RANDOM % (length * 11 / 10 > 999 ? 999 : length * 11 / 10)))
  kill_one "$kind" "$after"
  check "$kind"
  no_leaks "$kind"
  if [ "$store" != "$disk/store" ] && [ $((kill % 40)) = 39 ]; then whole; fi
  if [ $((kill % 100)) = 0 ]; then echo "$kill kills, $bad bad; $(du -s "$store" | cut -f1) KB"; fi
done
whole
echo "killed alive:"; for kind in "${!done_[@]}"; do echo "  $kind ${done_[$kind]}"; done
echo "left over meanwhile:"; for problem in "${!leftovers[@]}"; do echo "  ${leftovers[$problem]} × $problem"; done
umount "$disk"
echo "$kills kills, $bad bad stores"
[ "$bad" = 0 ] && rm -rf "$work"
[ "$bad" = 0 ]
