#!/usr/bin/env bash
# Walks the way of a newcomer: builds a Spring Boot application outside of the repository by what the README says, and
# lets it produce 100,000 events that three HTTP clients follow, which hang up and resume all the time. Nothing may be
# missing, nothing may come twice, and the order must be kept
#
#   1. with the embedded server of the application,
#   2. with the embedded server of another application, which stays up while the one that produces is terminated in the
#      middle of it and started again,
#   3. with the npm reference server (if Node.js is there), and the same restart.
#
#   conformance/newcomer-walk.sh
#
# Takes about two minutes, and prints what was compared. The artifacts are installed into a copy of the local Maven
# repository, which is where MAVEN_REPOSITORY says or in the usual place and may be empty. The copy begins without any
# artifact of this project, so that what is installed elsewhere cannot stand in for what is forgotten here. Says SKIPPED
# where the dependencies of such an application can be neither found nor downloaded.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null
source node.sh

events=100000
work=$(mktemp -d)
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
declare -A running=()
cleanup() {
  ((${#running[@]} == 0)) || kill -9 "${!running[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

copy_repository() {
  mkdir -p "$work/repository"
  if [[ -d $repository ]]; then
    cp -al "$repository/." "$work/repository" 2>/dev/null || cp -a "$repository/." "$work/repository"
  fi
  rm -rf "$work/repository/io/durablestreams"
  # Maven changes these in place, which would change the originals. It does without them.
  find "$work/repository" \( -name _remote.repositories -o -name resolver-status.properties -o -name "*.lastUpdated" \) -delete
}

# Runs Maven on the copy. That a repository cannot be reached is an excuse, but none for an artifact of this project.
maven() {
  mvn -q -B -ntp -Dmaven.repo.local="$work/repository" "$@" >"$work/maven.log" 2>&1 && return
  if grep -q 'Could not transfer\|in offline mode' "$work/maven.log" && ! grep -q 'artifact io\.durablestreams:' "$work/maven.log"; then
    echo "SKIPPED: the newcomer's walk needs artifacts that are neither here nor can be downloaded"
    exit 0
  fi
  cat "$work/maven.log" && return 1
}

# Starts the application and waits until it listens. Leaves its process in $application, the URL of its streams in $streams,
# the number of the event that it goes on with in $next, and where it listens in the file "url".
start() {
  exec {output}< <(WALK_EVENTS=$events exec java -jar "$work/app/target/walk.jar" "$@")
  application=$!
  running[$application]=1
  local key value
  while read -r -t 60 key value <&"$output"; do
    case $key in
      streams) streams=$value ;;
      next) next=$value ;;
      listening) echo "$value" >"$work/url" && return ;;
    esac
  done
  echo 'The application has not started' && return 1
}

# Ends an application as a platform does, and gives it a minute for that.
terminate() {
  kill "$1"
  for _ in {1..600}; do
    if ! kill -0 "$1" 2>/dev/null; then
      unset "running[$1]"
      return
    fi
    sleep 0.1
  done
  echo 'The application does not end' && return 1
}

# Starts the clients, which wait for the application.
follow() {
  rm -f "$work/url"
  exec {followers}< <(exec java newcomer/Followers.java "$work/url" "$events")
  clients=$!
  running[$clients]=1
}

# Waits for what the clients say next, and leaves it in $said.
expect() {
  read -r -t 130 said <&"$followers" || said='nothing'
  if [[ $said != "$1"* ]]; then
    echo "Newcomer's walk: the clients say '$said' instead of '$1'" && return 1
  fi
}

# Waits until all clients have seen everything.
compare() {
  expect complete
  unset "running[$clients]"
  terminate "$application"
  echo "Newcomer's walk with $1 is $said"
}

with_restart() {
  follow
  start "--durable-streams.url=$2"
  expect middle
  terminate "$application"
  start "--durable-streams.url=$2"
  if ((next < events * 2 / 5 || next >= events)); then
    echo "Newcomer's walk: the application was to be terminated in the middle, but goes on with event $next" && return 1
  fi
  compare "$1 and a restart at event $next"
}

copy_repository
# What the README says, mvn install -DskipTests, for the artifacts that it names.
maven install -f ../pom.xml -pl durable-streams-spring-boot-starter,durable-streams-server -am \
  -Dmaven.test.skip -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip
cp -r newcomer "$work/app"
maven package -f "$work/app/pom.xml"

follow
start
expect middle
compare 'the embedded server'

start --walk.events=0
host=$application
with_restart "another application's embedded server" "$streams"
terminate "$host"

if has_node; then
  install reference-server
  exec {held}<> <(:) # The server ends with its input, and so with this script.
  exec {reference}< <(cd reference-server && exec node serve.mjs --data-dir "$work/streams" <&"$held")
  running[$!]=1
  url=''
  until [[ $url == http://* ]]; do read -r -t 60 url <&"$reference"; done
  with_restart 'the reference server' "$url/v1/stream"
else
  echo "SKIPPED: the newcomer's walk with the reference server needs Node.js and npm"
fi
