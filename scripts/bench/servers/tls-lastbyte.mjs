import lastbyte from 'lastbyte'
import { reportPort } from './report-port.mjs'
import { secureFastify } from './tls-fastify.mjs'

const [, , root, certificates, protocol] = process.argv
const app = secureFastify(certificates, protocol)
await app.register(lastbyte, { root })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
