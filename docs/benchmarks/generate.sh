#!/bin/sh
# Times octavo generate and preflight, and JKube's k8s:resource, over the repository that shop.sh writes.
# usage: generate.sh FOLDER [RUNS]; needs the built command and Maven; JKube comes from Maven Central
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
folder=${1:?usage: generate.sh FOLDER [RUNS]}
runs=${2:-3}
plugin=org.eclipse.jkube:kubernetes-maven-plugin:${JKUBE_VERSION:-1.19.0}:resource
octavo=$here/../../octavo
mvnw=$here/../../mvnw

now() { date +%s%N; }
best() { # NAME COMMAND...: the quickest of the runs, in ms
    name=$1
    shift
    least=
    for i in $(seq "$runs"); do
        rm -rf "$folder"/*/deploy "$folder"/*/Dockerfile "$folder"/*/.dockerignore "$folder"/delivery* "$folder"/values
        begin=$(now)
        "$@" >"$folder/$name.log" 2>&1 || { tail -n 20 "$folder/$name.log"; exit 1; }
        took=$(( ($(now) - begin) / 1000000 ))
        [ -n "$least" ] && [ "$least" -le "$took" ] || least=$took
    done
    echo "$name: $least ms"
}
ours() { "$octavo" generate --preflight -C "$folder"; }
theirs() { "$mvnw" -q -B -o -f "$folder/pom.xml" "$plugin"; }

[ -f "$folder/pom.xml" ] || "$here/shop.sh" "$folder"
"$octavo" --version >/dev/null
"$mvnw" -q -B -f "$folder/pom.xml" "$plugin" >"$folder/first.log" 2>&1 || { tail -n 20 "$folder/first.log"; exit 1; }
best generate "$octavo" generate -C "$folder"
a=$least
best generate-and-preflight ours
b=$least
best jkube theirs
echo "load $(cut -d' ' -f1 /proc/loadavg), generate: JKube takes $(( least * 10 / a )) tenths of its time; with preflight: $(( least * 10 / b )) tenths"
