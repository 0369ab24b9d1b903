#!/usr/bin/env bash
# Starts the server of this project by itself, with its streams in memory:
#
#   conformance/run-server.sh [--port N] [--long-poll-timeout 500ms] [--help]
#
# The port is 4437 unless told otherwise, and 0 is any free one. Prints its URL as the last line on stdout once it
# listens; everything else goes to stderr. The script becomes the server, which stops in good order on SIGTERM. Builds
# first when a source is newer than the last build.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build.sh"
exec "$java" -XX:+DisplayVMOutputToStderr -cp "$target/durable-streams-conformance.jar" io.durablestreams.conformance.StandaloneServer "$@"
