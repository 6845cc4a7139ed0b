import fastify from 'fastify'
import lastbyte from 'lastbyte'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(lastbyte, { root: process.argv[2], live: true, zeroCopy: 'off' })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
