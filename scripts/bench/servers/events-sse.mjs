import sse from '@fastify/sse'
import fastify from 'fastify'
import { flood, ticks } from './event-source.mjs'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(sse)
app.get('/flood', { sse: 'only' }, (_request, reply) => reply.sse.send(flood()))
app.get('/ticks', { sse: 'only' }, (_request, reply) => reply.sse.send(ticks()))
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
