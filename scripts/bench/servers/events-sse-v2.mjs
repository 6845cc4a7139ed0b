import fastify from 'fastify'
import { FastifySSEPlugin } from 'fastify-sse-v2'
import { flood, ticks } from './event-source.mjs'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(FastifySSEPlugin)
app.get('/flood', (_request, reply) => void reply.sse(flood(JSON.stringify)))
app.get('/ticks', (_request, reply) => void reply.sse(ticks(JSON.stringify)))
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
