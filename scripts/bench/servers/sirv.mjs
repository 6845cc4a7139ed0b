import { createServer } from 'node:http'
import sirv from 'sirv'
import { reportPort } from './report-port.mjs'

const server = createServer(sirv(process.argv[2], { etag: true }))
server.listen(0, '127.0.0.1', () => reportPort(server))
