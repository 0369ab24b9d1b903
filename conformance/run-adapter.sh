#!/usr/bin/env bash
# Starts the adapter through which the official suite for clients drives the client of this project: it reads commands
# on stdin, one JSON object a line, and answers each with one line on stdout. Everything else goes to stderr.
#
#   conformance/run-adapter.sh
#
# The script becomes the adapter, which ends on the command "shutdown", at the end of stdin, and on SIGTERM. Builds first
# when a source is newer than the last build.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/build.sh"
# What the JVM has to say would go to stdout.
exec "$java" -XX:+DisplayVMOutputToStderr -jar "$target/durable-streams-conformance.jar"
