# For the scripts that start programs of this module: builds it, in about ten seconds and without tests, when a source is
# newer than the last build. Sets root and target.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/conformance/target

is_current() {
  [[ -f $target/classpath.txt ]] && [[ -z $(find "$root"/pom.xml "$root"/{durable-streams-{protocol,client,server},conformance}/{pom.xml,src/main} \
    -type f -newer "$target/classpath.txt" -print -quit) ]]
}

is_current || mvn -q -B -ntp -f "$root/pom.xml" -pl conformance -am package \
  -Dmaven.test.skip -Dmaven.source.skip -Dspotless.check.skip >&2 </dev/null
