// Does one thing with the TypeScript client and prints what came of it as one line of JSON.
//
//   node client.mjs read URL json|text|binary false|true|long-poll|sse OFFSET
//       reads, live until the stream is closed, and prints {content, offset, streamClosed}
//   node client.mjs write URL json|text|binary
//       appends each line of its input, and closes the stream
//   node client.mjs produce URL json|text|binary PRODUCER EPOCH [claim]
//       appends each line of its input under a producer's numbers, and prints {epoch} or {fencedBy}
//
// Lines are JSON messages, or base64 of text or bytes. Content is an array of messages, or base64.
import { createInterface } from "node:readline"
import { DurableStream, IdempotentProducer, StaleEpochError, stream } from "@durable-streams/client"

const [action, url, kind, ...rest] = process.argv.slice(2)
const contentTypes = { json: "application/json", text: "text/plain; charset=utf-8", binary: "application/octet-stream" }
const contentType = contentTypes[kind]

// Live, not with bodyStream(), which ends at the sight of the close although what came with it is not handed out yet, nor
// until response.closed, for the same reason.
async function bytes(response, live, take) {
  if (live === "false") {
    for await (const part of response.bodyStream()) take(part)
    return
  }
  await new Promise((resolve) =>
    response.subscribeBytes(({ data, offset }) => {
      take(data)
      if (response.streamClosed && offset === response.offset) resolve()
    }),
  )
}

async function read(live, offset) {
  const response = await stream({ url, offset, json: kind === "json", live: { true: true, false: false }[live] ?? live })
  const parts = []
  if (kind === "json") {
    for await (const message of response.jsonStream()) parts.push(message)
  } else {
    await bytes(response, live, (data) => parts.push(Buffer.from(data)))
  }
  const content = kind === "json" ? parts : Buffer.concat(parts).toString("base64")
  return { content, offset: response.offset, streamClosed: response.streamClosed }
}

const messages = async function* () {
  for await (const line of createInterface({ input: process.stdin })) {
    yield kind === "json" ? line : Buffer.from(line, "base64")
  }
}

async function write() {
  const handle = new DurableStream({ url, contentType })
  for await (const message of messages()) {
    await handle.append(message)
  }
  return handle.close()
}

async function produce(producerId, epoch, claim) {
  const failures = []
  const producer = new IdempotentProducer(new DurableStream({ url, contentType }), producerId, {
    epoch: Number(epoch),
    autoClaim: claim === "claim",
    lingerMs: 1,
    onError: (failure) => failures.push(failure),
  })
  for await (const message of messages()) {
    producer.append(message)
  }
  await producer.flush().catch((failure) => failures.push(failure))
  await producer.detach().catch((failure) => failures.push(failure))
  const fenced = failures.find((failure) => failure instanceof StaleEpochError)
  if (failures.length > 0 && !fenced) throw failures[0]
  return fenced ? { fencedBy: fenced.currentEpoch } : { epoch: producer.epoch }
}

console.log(JSON.stringify(await { read, write, produce }[action](...rest)))
process.exit(0) // Whatever connections the client keeps.
