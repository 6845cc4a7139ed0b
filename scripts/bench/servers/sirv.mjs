import { createServer } from 'node:http'
import sirv from 'sirv'
import { KEEP_ALIVE } from './keep-alive.mjs'
import { reportPort } from './report-port.mjs'

const server = createServer(sirv(process.argv[2], { etag: true }))
server.keepAliveTimeout = KEEP_ALIVE
server.listen(0, '127.0.0.1', () => reportPort(server))
