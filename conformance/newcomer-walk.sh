#!/usr/bin/env bash
# Walks the way of a newcomer: builds a Spring Boot application outside of the repository by what the README says, and
# lets it produce 100,000 events that three HTTP clients follow, which hang up and resume all the time. Nothing may be
# missing, nothing may come twice, and the order must be kept
#
#   1. with the embedded server of the application,
#   2. with the npm reference server (if Node.js is there), where the application is terminated in the middle of it and
#      started again.
#
#   conformance/newcomer-walk.sh
#
# Takes about two minutes. Installs the artifacts into a copy of the local Maven repository, which is where MAVEN_REPOSITORY
# says or in the usual place, so that the real one stays as it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null

events=100000
work=$(mktemp -d)
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
declare -A running
cleanup() {
  ((${#running[@]} == 0)) || kill -9 "${!running[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# What the README says: mvn install -DskipTests
mkdir "$work/repository"
cp -al "$repository/." "$work/repository" 2>/dev/null || cp -a "$repository/." "$work/repository"
mvn -q -B -ntp -f ../pom.xml install -Dmaven.repo.local="$work/repository" -pl durable-streams-spring-boot-starter,durable-streams-server -am \
  -Dmaven.test.skip -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip

cp -r newcomer "$work/app"
mvn -q -B -ntp -f "$work/app/pom.xml" package -Dmaven.repo.local="$work/repository"

# Starts the application, waits for its URL, and leaves both in $application and the file "url".
start() {
  exec {output}< <(exec java -jar "$work/app/target/walk.jar" "$@")
  application=$!
  running[$application]=1
  local line
  while read -r -t 60 line <&"$output"; do
    if [[ $line == http://* ]]; then
      echo "$line" >"$work/url"
      return
    fi
  done
  echo 'The application has not started' && return 1
}

# Ends the application as a platform does, and gives it a minute for that.
terminate() {
  kill "$application"
  for _ in {1..600}; do
    if ! kill -0 "$application" 2>/dev/null; then
      unset "running[$application]"
      return
    fi
    sleep 0.1
  done
  echo 'The application does not end' && return 1
}

follow() {
  exec {followers}< <(exec java newcomer/Followers.java "$work/url" "$events")
  clients=$!
  running[$clients]=1
}

# Waits for what the clients say next.
expect() {
  local said
  read -r -t 200 said <&"$followers" || said='nothing'
  if [[ $said != "$1" ]]; then
    echo "Newcomer's walk: the clients say '$said' instead of '$1'"
    return 1
  fi
  [[ $said != complete ]] || unset "running[$clients]"
}

start
follow
expect middle
expect complete
terminate
echo "Newcomer's walk with the embedded server: $events events, nothing missing, nothing twice"

if command -v node >/dev/null && [[ -d reference-server/node_modules ]]; then
  exec {held}<> <(:) # The server ends with its input, and so with this script.
  exec {reference}< <(cd reference-server && exec node serve.mjs --data-dir "$work/streams" <&"$held")
  running[$!]=1
  url=''
  until [[ $url == http://* ]]; do read -r -t 60 url <&"$reference"; done
  start "--durable-streams.url=$url/v1/stream"
  follow
  expect middle
  terminate
  start "--durable-streams.url=$url/v1/stream"
  expect complete
  terminate
  echo "Newcomer's walk with the reference server and a restart: $events events, nothing missing, nothing twice"
fi
