import fastify from 'fastify'
import lastbyte from 'lastbyte'
import { flood, ticks } from './event-source.mjs'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(lastbyte, { serve: false })
app.get('/flood', (_request, reply) => reply.eventStream(flood()))
app.get('/ticks', (_request, reply) => reply.eventStream(ticks()))
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
