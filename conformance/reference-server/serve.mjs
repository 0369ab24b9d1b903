// Starts the reference server of the protocol on the loopback address and prints its base URL as the last line.
//
//   node serve.mjs [--port N] [--long-poll-timeout MILLIS] [--data-dir DIR]
//
// Port 0, the default, is any free one. Without a data directory the streams are kept in memory. Stops in good order on
// SIGTERM, and when its standard input ends, so that it never outlives the process that started it.
import { parseArgs } from "node:util"
import { DurableStreamTestServer } from "@durable-streams/server"

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "long-poll-timeout": { type: "string", default: "500" },
    "data-dir": { type: "string" },
  },
})

const server = new DurableStreamTestServer({
  host: "127.0.0.1",
  port: Number(values.port),
  longPollTimeout: Number(values["long-poll-timeout"]),
  dataDir: values["data-dir"],
})

// The server finishes what is under way, but waits for as long as connections are used again and again.
const stop = () => {
  setInterval(() => server.server?.closeIdleConnections(), 10)
  server.stop().then(() => process.exit(0))
}
process.once("SIGTERM", stop)
process.stdin.once("end", stop).resume()
console.log(await server.start())
