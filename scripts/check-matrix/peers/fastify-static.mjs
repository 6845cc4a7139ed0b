import fastifyStatic from '@fastify/static'
import fastify from 'fastify'

const [folder, port] = process.argv.slice(2)
const app = fastify({ logger: false })
await app.register(fastifyStatic, { root: folder, preCompressed: true })
await app.listen({ port, host: '127.0.0.1' })
