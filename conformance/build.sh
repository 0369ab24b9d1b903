# For the scripts that start programs of this module: builds it when a source is newer than the last build, without tests
# and checks, which takes about five seconds. Sets root, target, where the build is, and java, the command.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/conformance/target
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

is_current() {
  [[ -f $target/classpath.txt ]] && [[ -z $(find "$root"/pom.xml "$root"/{durable-streams-{protocol,client,server},conformance}/{pom.xml,src/main} \
    -type f -newer "$target/classpath.txt" -print -quit) ]]
}

build() {
  touch "$target/begun"
  # Options of somebody's own take their place: a JVM refuses two garbage collectors.
  MAVEN_OPTS=${MAVEN_OPTS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1} mvn -q -B -ntp -Pquick \
    -f "$root/pom.xml" -pl conformance -am package \
    -Dmaven.test.skip -Dmaven.source.skip -Dspotless.check.skip -Denforcer.skip >&2 </dev/null
  touch -r "$target/begun" "$target/classpath.txt" # What has changed meanwhile need not be in it.
}

if ! is_current; then
  target+=/quick
  mkdir -p "$target"
  {
    # Another one may be building, where there is a command to wait for it.
    ! command -v flock >/dev/null || flock 9
    is_current || build
  } 9>"$target/lock"
fi
