// A worker of an application with logged streams. Usage: node worker.mjs '{"store","lease","events"}', with "port" and
// "pause", ms before each event, for those of browsers. Prints its port. The source of /stream/KEY yields the events 1 to `events` and continues after any of them.
import { setTimeout as delay } from 'node:timers/promises'
import fastify from 'fastify'
import { createClient } from 'redis'
import lastbyte, { fileLog, redisLog } from '../../../dist/index.js'

const { store, lease, events, port = 0, pause } = JSON.parse(process.argv[2])

async function openLog() {
  if (store.kind === 'file') return fileLog(store.folder, { lease, fsync: store.fsync })
  const client = createClient({ url: store.url, socket: { reconnectStrategy: () => 50 } })
  client.on('error', () => {})
  await client.connect()
  return redisLog({ client, lease, prefix: 'journey:' })
}

const log = await openLog()
const app = fastify()
await app.register(lastbyte, { serve: false, streams: { log, heartbeat: 500 } })

/** ms before an event: bursts and pauses, the same for each producer. */
function pauseBefore(n) {
  if (pause !== undefined) return pause
  return n % 17 === 0 ? 25 : n % 5 === 0 ? 3 : 0
}

app.get('/stream/:key', (request, reply) => {
  const { key } = request.params
  return reply.eventStream(
    async function* ({ lastEventId, signal }) {
      for (let n = Number(lastEventId ?? 0) + 1; n <= events; n += 1) {
        const ms = pauseBefore(n)
        if (ms > 0) await delay(ms, undefined, { signal })
        yield { id: n, event: 'tick', data: { n, by: process.pid } }
      }
    },
    { key, retry: 50 },
  )
})
app.get('/ready', async () => ({ pid: process.pid }))
app.get('/page', (_request, reply) =>
  reply.type('text/html').send('<!doctype html><title>x</title>'),
)
await app.listen({ host: '127.0.0.1', port })
process.stdout.write(`port ${app.server.address().port}\n`)
