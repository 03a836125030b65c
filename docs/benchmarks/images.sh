#!/usr/bin/env bash
# Builds and pushes the image of a sample after a change of one class: octavo, buildah with a layered Dockerfile, and
# jib-maven-plugin, one after the other in each round; then promotes it: octavo release (with the commit's tag in a bare repository
# beside), crane copy, and pull, tag and push by buildah. At the end the same in a process that has done it before, in turns with
# crane copy (ImageSpeedTest).
#
#   REGISTRY=127.0.0.1:5000 docs/benchmarks/images.sh [ROUNDS]      default: 5 rounds
#
# Needs a registry without TLS and login that may be filled with repositories "bench/...", "speed/..." and "base/java", buildah, crane,
# python3, git and a JDK with jlink. Build the command before, so that no round does (./octavo --version). Each figure is wall-clock seconds of new processes, their start included, unless it says otherwise.
set -euo pipefail
rounds=${1:-5}
here=$(cd "$(dirname "$0")/../.." && pwd)
octavo=${OCTAVO:-$here/octavo} crane=${CRANE:-crane} jib=${JIB:-3.5.2}
: "${REGISTRY:?names the registry}"
work=$(mktemp -d)
times=$work/times
export OCTAVO_HOME=$work/home STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
bud() { buildah --root "$work/containers" --runroot "$work/run" "$@"; }
trap 'bud rm -a >/dev/null 2>&1 || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT

# one base for all
"${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}/bin/jlink" --add-modules java.se,jdk.unsupported \
  --strip-debug --no-man-pages --no-header-files --output "$work/jre"
container=$(bud from scratch)
bud copy -q "$container" "$work/jre" /opt/java/ >/dev/null
bud config --env PATH=/opt/java/bin:/usr/bin:/bin "$container"
bud commit -q "$container" base >/dev/null
bud push -q --tls-verify=false base "docker://$REGISTRY/base/java:17"

git clone -q "$here" "$work/repo"
cd "$work/repo"
samples=sample-microservices/catalog-service
# installed, since jib-maven-plugin alone finds the sample's library nowhere else; removed again where it was not there before
installed=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/com/example/shop
[ -e "$installed" ] || trap 'bud rm -a >/dev/null 2>&1 || true; chmod -R u+w "$work"; rm -rf "$work" "$installed"' EXIT
(cd sample-microservices && ../mvnw -q -B -ntp -pl catalog-service -am -DskipTests install)
"$octavo" source >/dev/null 2>&1
"$octavo" list --project catalog-service >/dev/null 2>&1
class=$(cd $samples/target/classes && find . -name '*Controller.class' | sort | head -n 1)
[ -n "$class" ] || class=$(cd $samples/target/classes && find . -name '*.class' | sort | head -n 1)
class=${class#./}

# another constant in the class, in the build's folder and in the jar, as a compiler and the build would leave it
change() { # number
  python3 - "$samples/target/classes/$class" "$1" <<'PYTHON'
import struct, sys
path, number = sys.argv[1], int(sys.argv[2])
data = open(path, 'rb').read()
attribute = data[-2:]
count = struct.unpack('>H', data[8:10])[0]
marker = b'Bench-%08d' % number
at = data.find(b'Bench-')
if at >= 0:
    data = data[:at] + marker + data[at + len(marker):]
else:  # a further constant at the end of the pool, which nothing refers to
    i, n = 10, 1
    sizes = {3: 5, 4: 5, 5: 9, 6: 9, 7: 3, 8: 3, 9: 5, 10: 5, 11: 5, 12: 5, 15: 4, 16: 3, 17: 5, 18: 5, 19: 3, 20: 3}
    while n < count:
        tag = data[i]
        i += 3 + struct.unpack('>H', data[i + 1:i + 3])[0] if tag == 1 else sizes[tag]
        n += 2 if tag in (5, 6) else 1
    data = data[:8] + struct.pack('>H', count + 1) + data[10:i] + b'\x01' + struct.pack('>H', len(marker)) + marker + data[i:]
open(path, 'wb').write(data)
PYTHON
  rm -rf "$work/boot" && mkdir -p "$work/boot/BOOT-INF/classes/$(dirname "$class")"
  cp "$samples/target/classes/$class" "$work/boot/BOOT-INF/classes/$class"
  jar -u -0 -f $samples/target/catalog-service.jar -C "$work/boot" "BOOT-INF/classes/$class"
  rm -rf "$work/layers" && mkdir "$work/layers"
  (cd "$work/layers" && unzip -q "$work/repo/$samples/target/catalog-service.jar")
}

cat >"$work/Dockerfile" <<DOCKERFILE
FROM $REGISTRY/base/java:17
WORKDIR /app
COPY BOOT-INF/lib /app/lib
COPY META-INF /app/META-INF
COPY BOOT-INF/classes /app
USER 10001
ENTRYPOINT ["java", "-cp", "/app:/app/lib/*", "com.example.shop.catalog.CatalogServiceApplication"]
DOCKERFILE

seconds() { # name, command...
  local name=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >"$work/out" 2>&1 || { echo "failed: $*" >&2; tail -n 20 "$work/out" >&2; exit 1; }
  to=$(date +%s%N)
  awk -v n="$name" -v t=$((to - from)) 'BEGIN { printf "%s\t%.4f\n", n, t / 1e9 }' >>"$times"
}
target() { echo "--registry $REGISTRY --namespace bench"; }
by_octavo() { "$octavo" image catalog-service $(target) --base "$REGISTRY/base/java:17" --push; }
by_octavo_twice() { "$octavo" image catalog-service $(target) --base "$REGISTRY/base/java:17" && "$octavo" push catalog-service $(target); }
by_buildah() {
  bud build -q --layers --tls-verify=false -f "$work/Dockerfile" -t bench "$work/layers" >/dev/null &&
    bud push -q --tls-verify=false bench "docker://$REGISTRY/bench/buildah:1"
}
by_jib() {
  (cd sample-microservices && ../mvnw -q -nsu -B -ntp -pl catalog-service \
    "com.google.cloud.tools:jib-maven-plugin:$jib:build" \
    -Djib.from.image="$REGISTRY/base/java:17" -Djib.to.image="$REGISTRY/bench/jib:1" -Djib.allowInsecureRegistries=true \
    -Djib.container.mainClass=com.example.shop.catalog.CatalogServiceApplication -DsendCredentialsOverHttp=true)
}
by_pull_tag_push() {
  bud pull -q --policy always --tls-verify=false "$REGISTRY/bench/buildah:1" &&
    bud tag "$REGISTRY/bench/buildah:1" "$REGISTRY/bench/buildah:v$1" &&
    bud push -q --tls-verify=false "$REGISTRY/bench/buildah:v$1" "docker://$REGISTRY/bench/buildah:v$1"
}
# what a pod does that is there for one build: nothing of the image is there yet
by_pull_tag_push_anew() {
  local store=(--root "$work/new-$1" --runroot "$work/new-run-$1")
  buildah "${store[@]}" pull -q --tls-verify=false "$REGISTRY/bench/buildah:1" &&
    buildah "${store[@]}" tag "$REGISTRY/bench/buildah:1" "$REGISTRY/bench/buildah:n$1" &&
    buildah "${store[@]}" push -q --tls-verify=false "$REGISTRY/bench/buildah:n$1" "docker://$REGISTRY/bench/buildah:n$1"
}

by_release() { "$octavo" release catalog-service --version "v1.0.$1" $(target) --remote "$work/remote.git" --forge none; }
git init -q --bare "$work/remote.git"
git push -q "$work/remote.git" HEAD:refs/heads/main

change 0
by_octavo >/dev/null 2>&1
by_buildah
by_jib >"$work/out" 2>&1 || { tail -n 20 "$work/out" >&2; exit 1; }
for round in $(seq "$rounds"); do
  change "$((round * 2))"
  seconds 'octavo image --push' by_octavo
  seconds 'buildah build, push' by_buildah
  seconds 'jib-maven-plugin' by_jib
  change "$((round * 2 + 1))"
  seconds 'octavo image, octavo push' by_octavo_twice
  seconds 'octavo release' by_release "$round"
  seconds 'crane copy' "$crane" copy --insecure "$REGISTRY/bench/catalog-service:latest" "$REGISTRY/bench/catalog-service:c$round"
  seconds 'pull, tag, push, layers there' by_pull_tag_push "$round"
  seconds 'pull, tag, push' by_pull_tag_push_anew "$round"
done

# in one process, which the last rounds find warm; the compiler is the one that the command has
(cd "$here" && OCTAVO_TEST_REGISTRY=$REGISTRY OCTAVO_TEST_CRANE=$crane ./mvnw -B -ntp -pl engine/core -am test -Dtest=ImageSpeedTest \
  -Dsurefire.failIfNoSpecifiedTests=false -DargLine='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC') >"$work/warm" 2>&1 ||
  { tail -n 20 "$work/warm" >&2; exit 1; }
while IFS=$'\t' read -r name least median; do
  printf '%s\t%s\n' "$name" "$least" "$name" "$median" >>"$times"
done < <(awk -F '\t' '$1 == "warm" { printf "warm %s\t%.4f\t%.4f\n", $2, $3 / 1e3, $4 / 1e3 }' "$work/warm")

median() { grep -P "^\Q$1\E\t" "$times" | cut -f 2 | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
least() { grep -P "^\Q$1\E\t" "$times" | cut -f 2 | sort -n | head -n 1; }
# of a name that has only these two, the greater one is the median
middle() { case $1 in warm*) grep -P "^\Q$1\E\t" "$times" | cut -f 2 | sort -n | tail -n 1 ;; *) median "$1" ;; esac; }
ratio() { # name, name
  awk -v n="$1 / $2" -v a="$(least "$1")" -v b="$(least "$2")" -v c="$(middle "$1")" -v d="$(middle "$2")" \
    'BEGIN { printf "%-58s %8.3f %8.3f\n", n, a / b, c / d }'
}
echo "$rounds rounds, load average $(cut -d' ' -f1-3 /proc/loadavg), seconds"
printf '%-58s %8s %8s\n' '' least median
cut -f 1 "$times" | sort -u | while read -r name; do
  printf '%-58s %8.3f %8.3f\n' "$name" "$(least "$name")" "$(middle "$name")"
done
echo 'ratios'
ratio 'octavo image --push' 'buildah build, push'
ratio 'jib-maven-plugin' 'octavo image --push'
ratio 'octavo release' 'crane copy'
ratio 'warm promotion' 'crane copy'
ratio 'warm promotion' 'warm crane copy in turns'
ratio 'pull, tag, push' 'warm promotion'
ratio 'pull, tag, push, layers there' 'warm promotion'
grep -a '^warm bytes' "$work/warm" || true
