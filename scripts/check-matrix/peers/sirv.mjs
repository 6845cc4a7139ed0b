import { createServer } from 'node:http'
import sirv from 'sirv'
import { reportPort } from './report-port.mjs'

const handler = sirv(process.argv[2], { etag: true, gzip: true, brotli: true })
const server = createServer(handler)
server.listen(0, '127.0.0.1', () => reportPort(server))
