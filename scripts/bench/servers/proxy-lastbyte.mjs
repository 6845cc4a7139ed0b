import fastify from 'fastify'
import lastbyte, { upstreamSource } from 'lastbyte'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(lastbyte, { source: upstreamSource({ origin: process.argv[2] }) })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
