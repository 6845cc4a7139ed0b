// A server of endless events and a thousand clients that read nothing, in a network of its own whose
// sockets are small. Says what was made for them, and what is held, when that stands still and later.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import lastbyte from 'lastbyte'

const CLIENTS = 1_000
let given = 0

const app = Fastify()
await app.register(lastbyte, { serve: false })
app.get('/', (_request, reply) =>
  reply.eventStream(async function* () {
    for (;;) {
      yield { id: given, data: 'x'.repeat(1_000) }
      given += 1
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

function look() {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return { given, held: heapUsed + external, streams: app.transfers.running.size }
}

/** Looks until nothing was made between two looks. */
async function standing() {
  for (let before = -1; ; before = given) {
    await pause(500)
    if (given === before && app.transfers.running.size === CLIENTS) return look()
  }
}

const first = await standing()
await pause(3_000)
process.stdout.write(`${JSON.stringify({ first, later: look() })}\n`, () => process.exit())
