#!/usr/bin/env bash
# Deploys many ConfigMaps with octavo, kubectl and helm, one after the other in each round, and prints times and ratios.
#
#   KUBECONFIG=... docs/benchmarks/cluster.sh [OBJECTS [ROUNDS]]      defaults: 500 objects, 5 rounds
#
# Needs kubectl and helm in PATH (KUBECTL and HELM name others), git, and a cluster that may be filled with namespaces "bench-...",
# which are deleted at the end. Each figure is wall-clock seconds of one new process, its start included.
set -euo pipefail
objects=${1:-500} rounds=${2:-5}
here=$(cd "$(dirname "$0")/../.." && pwd)
kubectl=${KUBECTL:-kubectl} helm=${HELM:-helm} octavo=${OCTAVO:-$here/octavo}
: "${KUBECONFIG:?names the cluster}"
work=$(mktemp -d)
times=$work/times
spaces=()
finish() {
  [ ${#spaces[@]} = 0 ] || "$kubectl" delete namespace --wait=false "${spaces[@]}" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

# the same objects for all three: manifests, a chart, and a microservice of a git repository
mkdir -p "$work/manifests" "$work/chart/templates" "$work/repo/shop/src/main/java/shop"
for i in $(seq "$objects"); do
  cat >"$work/manifests/settings-$i.yaml" <<YAML
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-$i
  labels:
    app: shop
data:
  number: "$i"
  text: |
    a line of settings
    another one with $i
YAML
done
cp "$work"/manifests/* "$work/chart/templates/"
printf 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' >"$work/chart/Chart.yaml"
mkdir -p "$work/repo/shop/deploy" && cp -r "$work/manifests" "$work/repo/shop/deploy/dev"
cat >"$work/repo/shop/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.7</version>
  </parent>
  <groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
  <build><plugins><plugin>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId>
  </plugin></plugins></build>
</project>
XML
cat >"$work/repo/shop/src/main/java/shop/Shop.java" <<'JAVA'
package shop;

@org.springframework.boot.autoconfigure.SpringBootApplication
public class Shop {
    public static void main(String[] arguments) {
        org.springframework.boot.SpringApplication.run(Shop.class, arguments);
    }
}
JAVA
cd "$work/repo"
git init -q -b main . && git config user.email bench@example.invalid && git config user.name bench
git add -A && git commit -qm 'A microservice with many manifests'
"$octavo" source >/dev/null && "$octavo" list >/dev/null

seconds() { # name, command...
  local name=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >"$work/out" 2>&1 || { echo "failed: $*" >&2; tail -n 20 "$work/out" >&2; exit 1; }
  to=$(date +%s%N)
  awk -v n="$name" -v t=$((to - from)) 'BEGIN { printf "%s\t%.3f\n", n, t / 1e9 }' >>"$times"
}
differs() { "$kubectl" diff --server-side -n "$1" -f "$work/manifests" || [ $? = 1 ]; }
deploy() { "$octavo" deploy shop --environment dev --cluster-namespace "$1"; }
plan() { "$octavo" plan shop --environment dev --cluster-namespace "$1"; }

for round in $(seq "$rounds"); do
  run=$$-$round
  spaces+=("bench-k-$run" "bench-h-$run" "bench-o-$run")
  for tool in k h o; do "$kubectl" create namespace "bench-$tool-$run" >/dev/null; done
  seconds 'kubectl diff, nothing there' differs "bench-k-$run"
  seconds 'kubectl apply' "$kubectl" apply --server-side -n "bench-k-$run" -f "$work/manifests"
  seconds 'kubectl diff, unchanged' differs "bench-k-$run"
  seconds 'kubectl apply, unchanged' "$kubectl" apply --server-side -n "bench-k-$run" -f "$work/manifests"
  # the record of a run of its own, as each build has one
  "$octavo" source >/dev/null && "$octavo" list >/dev/null
  seconds 'octavo plan, nothing there' plan "bench-o-$run"
  seconds 'octavo deploy' deploy "bench-o-$run"
  seconds 'octavo plan, unchanged' plan "bench-o-$run"
  seconds 'octavo deploy, unchanged' deploy "bench-o-$run"
  seconds 'helm install' "$helm" install shop "$work/chart" -n "bench-h-$run"
  seconds 'helm upgrade, unchanged' "$helm" upgrade shop "$work/chart" -n "bench-h-$run"
done

median() { grep -P "^\Q$1\E\t" "$times" | cut -f 2 | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
least() { grep -P "^\Q$1\E\t" "$times" | cut -f 2 | sort -n | head -n 1; }
echo "$objects ConfigMaps, $rounds rounds, load average $(cut -d' ' -f1 /proc/loadavg), seconds"
printf '%-30s %8s %8s\n' '' least median
cut -f 1 "$times" | awk '!seen[$0]++' | while read -r name; do
  printf '%-30s %8s %8s\n' "$name" "$(least "$name")" "$(median "$name")"
done
ratio() { # theirs, ours
  awk -v t="$(median "$1")" -v o="$(median "$2")" -v n="$1 / $2" 'BEGIN { printf "%-60s %6.2f\n", n, t / o }'
}
echo
echo 'ratios of the medians; above 1, octavo is faster'
ratio 'kubectl diff, nothing there' 'octavo plan, nothing there'
ratio 'kubectl diff, unchanged' 'octavo plan, unchanged'
ratio 'kubectl apply' 'octavo deploy'
ratio 'helm install' 'octavo deploy'
ratio 'kubectl apply, unchanged' 'octavo deploy, unchanged'
ratio 'helm upgrade, unchanged' 'octavo deploy, unchanged'
