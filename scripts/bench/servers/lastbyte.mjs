import fastify from 'fastify'
import lastbyte from 'lastbyte'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
const [, , root, options = '{}'] = process.argv
await app.register(lastbyte, { root, zip: true, ...JSON.parse(options) })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
