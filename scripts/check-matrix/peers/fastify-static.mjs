import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { reportPort } from './report-port.mjs'

const app = fastify({ logger: false })
await app.register(fastifyStatic, { root: process.argv[2], preCompressed: true })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
