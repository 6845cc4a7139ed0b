// An endless event stream and 1,000 clients that read nothing. Prints the number of generated events and
// the memory in use, once the number no longer grows and again 3 s later. Needs small socket buffers.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import lastbyte from 'lastbyte'

const CLIENTS = 1_000
let events = 0

const app = Fastify()
await app.register(lastbyte, { serve: false })
app.get('/', (_request, reply) =>
  reply.eventStream(async function* () {
    for (;;) {
      yield { id: events, data: 'x'.repeat(1_000) }
      events += 1
    }
  }),
)
await app.listen({ port: 0, host: '127.0.0.1' })
const { port } = app.server.address()

for (let n = 0; n < CLIENTS; n += 1) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
}

function measure() {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return { events, memory: heapUsed + external, streams: app.transfers.running.size }
}

/** Waits until no event was generated within 500 ms. */
async function stable() {
  for (let before = -1; ; before = events) {
    await pause(500)
    if (events === before && app.transfers.running.size === CLIENTS) return measure()
  }
}

const first = await stable()
await pause(3_000)
process.stdout.write(`${JSON.stringify({ first, later: measure() })}\n`, () => process.exit())
