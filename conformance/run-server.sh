#!/usr/bin/env bash
# Starts the server of this project by itself, with its streams in memory:
#
#   conformance/run-server.sh [--port N] [--long-poll-timeout 500ms]
#
# The port is 4437 unless told otherwise, and 0 is any free one. Prints its URL as the last line on stdout once it
# listens; everything else goes to stderr. The script becomes the server, which stops in good order on SIGTERM. Builds
# first, in about ten seconds and without tests, when a source is newer than the last build.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classpath=$root/conformance/target/classpath.txt

is_current() {
  [[ -f $classpath ]] && [[ -z $(find "$root"/pom.xml "$root"/{durable-streams-{protocol,client,server},conformance}/{pom.xml,src/main} \
    -type f -newer "$classpath" -print -quit) ]]
}

is_current || mvn -q -B -ntp -f "$root/pom.xml" -pl conformance -am package \
  -Dmaven.test.skip -Dmaven.source.skip -Dspotless.check.skip >&2 </dev/null
exec java -cp "$root/conformance/target/classes:$(<"$classpath")" io.durablestreams.conformance.StandaloneServer "$@"
