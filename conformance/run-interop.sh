#!/usr/bin/env bash
# Holds the client and the server of this project against what others wrote:
#
#   1. the client, by itself and behind the adapter for the official client suite, against the reference server of the
#      protocol (npm), and the TypeScript client (npm) against the server: the tests named ...IT of this module,
#   2. the server against the official conformance suite for servers (npm).
#
#   conformance/run-interop.sh [TEST]      only the tests that match, like ReadingIT or 'Read*', and no suite
#
# Needs Node.js 20 or newer with npm, and says SKIPPED where these are missing; with them, nothing is skipped. Takes
# about four minutes on two cores, half of a minute of it for the suite; the first run also installs the npm packages.
# Fails when a test fails, and when fewer tests of the suite pass than server-suite/floor.txt says: raise that number
# whenever more of them pass. Reports: target/failsafe-reports, target/server-suite.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null
source node.sh

if ! has_node; then
  echo 'SKIPPED: the interoperability tests and the server suite need Node.js and npm'
  exit 0
fi

# In the reactor, so that nothing has to be installed. The other modules are built, but not tested once more.
interop() {
  mvn -B -ntp -q -f ../pom.xml -Pinterop -pl conformance -am verify \
    -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip ${1:+-Dit.test="$1"}
}

server_suite() {
  local url passed floor
  exec {output}< <(exec ./run-server.sh --port 0 --long-poll-timeout 500ms)
  server_pid=$!
  trap 'kill "$server_pid" 2>/dev/null || true' EXIT
  read -r -t 120 url <&"$output" || { echo 'The server has not started' && return 1; }

  rm -f target/server-suite.json
  # Its exit code says whether all tests have passed, which is not what is asked for here.
  (cd server-suite && CONFORMANCE_TEST_URL=$url node_modules/.bin/vitest run server.test.mjs --retry=1 \
    --reporter=json --outputFile.json=../target/server-suite.json) >target/server-suite.log 2>&1 || true
  kill "$server_pid"

  passed=$(node -p 'require("./target/server-suite.json").numPassedTests') || { cat target/server-suite.log && return 1; }
  floor=$(<server-suite/floor.txt)
  echo "Server suite: $passed tests passed, $floor are required"
  if ((passed < floor)); then
    node -e 'require("./target/server-suite.json").testResults.flatMap(file => file.assertionResults)
      .filter(test => test.status === "failed").forEach(test => console.log("  failed: " + test.fullName))'
    return 1
  fi
}

install reference-server
install typescript-client
interop "$@"
if (($# == 0)); then
  install server-suite
  server_suite
fi
