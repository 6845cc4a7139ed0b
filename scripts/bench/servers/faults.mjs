import fastify from 'fastify'
import lastbyte from 'lastbyte'
import { createFaults } from 'lastbyte/testing'
import { reportPort } from './report-port.mjs'

// Measures the cost of a fault layer without armed rules.
const app = fastify({ logger: false })
await app.register(lastbyte, { root: process.argv[2], faults: createFaults({ seed: 1 }) })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
