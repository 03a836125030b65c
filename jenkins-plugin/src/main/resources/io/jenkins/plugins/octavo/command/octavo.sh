#!/bin/sh
# Starts the octavo command beside this file, with the first Java 17 or newer of: OCTAVO_JAVA_HOME, JAVA_HOME, PATH, the agent's.
here=${0%/*}
jar=$here/octavo.jar

# What Jenkins has left out because it is empty.
for name in ${OCTAVO_EMPTY:-}; do export "$name="; done
unset OCTAVO_EMPTY

major() { # of the Java home $1; does not start it where it says its version in a file
  if [ -r "$1/release" ]; then
    found=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release")
  else
    found=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
  fi
  case $found in 1.*) found=${found#1.} ;; esac
  found=${found%%[!0-9]*}
  [ -n "$found" ] || found=0
}

onpath=$(command -v java 2>/dev/null)
[ -z "$onpath" ] || {
  onpath=$(readlink -f "$onpath" 2>/dev/null || echo "$onpath")
  onpath=${onpath%/bin/*}
}
java= seen=
for home in "${OCTAVO_JAVA_HOME:-}" "${JAVA_HOME:-}" "$onpath" "${OCTAVO_AGENT_JAVA:-}"; do
  if [ -n "$home" ] && [ -x "$home/bin/java" ]; then
    major "$home"
    if [ "$found" -ge 17 ]; then
      java=$home/bin/java
      break
    fi
    seen="${seen:+$seen, }Java $found in $home"
  fi
done
if [ -z "$java" ]; then
  printf 'CONFIG-101  %s\n  where  %s\n  why    %s\n  fix    %s\n' 'The octavo command needs Java 17 or newer' \
    "$(hostname 2>/dev/null), where this step runs" "there is ${seen:-no Java}" \
    'install a Java 17 there, or set OCTAVO_JAVA_HOME to one; the service itself may be built with any Java' >&2
  exit 2
fi

# Class data sharing: without it the command starts slower. Archives of classes are made aside, once for this jar and this Java: a
# small one in two seconds, of what every operation begins with, and later that of all. That takes what is left of the processors: by
# nice, and, where Linux shares those between sessions and not between processes, in a session of its own.
archive=$here/octavo-$found-$(echo "$java" | cksum | cut -d ' ' -f 1).jsa
if [ ! -s "$archive" ] && mkdir "$archive.making" 2>/dev/null; then
  session=$(command -v setsid)
  after=2 # where a step is about to start
  [ "${1:-}" != archive ] || after=0
  # without the build's variables: Jenkins ends what carries them when the build ends
  env -i PATH="$PATH" HERE="$here" ARCHIVE="$archive" JAVA="$java" ALONE="$session" AFTER="$after" \
    ${session:+"$session"} nice -n 19 sh -c '
    [ -z "$ALONE" ] || [ ! -w /proc/self/autogroup ] || echo 19 2>/dev/null >/proc/self/autogroup
    sleep "$AFTER"
    cd "$HERE" &&
      "$JAVA" -XX:ArchiveClassesAtExit="$ARCHIVE.new" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$HERE/octavo.jar" train --first &&
      mv -f "$ARCHIVE.new" "$ARCHIVE.first"
    rm -f "$ARCHIVE.new"
    sleep 30
    cd "$HERE" &&
      "$JAVA" -XX:DumpLoadedClassList="$ARCHIVE.lst" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$HERE/octavo.jar" train &&
      "$JAVA" -Xshare:dump -XX:SharedClassListFile="$ARCHIVE.lst" -XX:SharedArchiveFile="$ARCHIVE.new" -jar "$HERE/octavo.jar" &&
      mv -f "$ARCHIVE.new" "$ARCHIVE"
    rm -f "$ARCHIVE.lst" "$ARCHIVE.new"
    rmdir "$ARCHIVE.making"' </dev/null >/dev/null 2>&1 &
fi
[ "${1:-}" != archive ] || exit 0

# one that is not there would switch off the one that Java has of its own classes
shared=
for each in "$archive" "$archive.first"; do
  [ -n "$shared" ] || [ ! -s "$each" ] || shared=-XX:SharedArchiveFile=$each
done
# The jar is the plugin's own, so its classes need not be checked at each start, nor the archive be moved to where nobody guesses
# it. These are the names of Java 17 to 25; a later one may know others.
quick=
[ "$found" -gt 25 ] || quick='-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -XX:ArchiveRelocationMode=0'
exec "$java" ${shared:+"$shared"} $quick -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=error:stderr -XX:TieredStopAtLevel=1 \
  -XX:+UseSerialGC -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -jar "$jar" "$@"
