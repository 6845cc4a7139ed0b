import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify from 'fastify'
import lastbyte, { fileLog, memoryLog } from 'lastbyte'
import { flood } from './event-source.mjs'
import { reportPort } from './report-port.mjs'

/** Bytes for all events of a stream. */
const limits = { maxStreamBytes: 256 * 1024 * 1024, maxBytes: 1024 ** 3 }
const LOGS = {
  memory: memoryLog(limits),
  file: fileLog(mkdtempSync(join(process.argv[2] ?? tmpdir(), 'streams-')), limits),
}

async function* events(count) {
  let left = Number(count)
  for await (const event of flood()) {
    if (left === 0) return
    left -= 1
    yield event
  }
}

const app = fastify({ logger: false })
await app.register(lastbyte, { serve: false, streams: { openAfter: 60_000 } })
app.get('/none/:count', (request, reply) => reply.eventStream(events(request.params.count)))
app.get('/:log/:count/:key', (request, reply) => {
  const { log, count, key } = request.params
  return reply.eventStream(() => events(count), { log: LOGS[log], key })
})
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
