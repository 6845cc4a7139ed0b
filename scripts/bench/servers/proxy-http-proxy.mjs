import httpProxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(httpProxy, { upstream: process.argv[2] })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
