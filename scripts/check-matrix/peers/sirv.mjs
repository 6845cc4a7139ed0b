import { createServer } from 'node:http'
import sirv from 'sirv'

const [folder, port] = process.argv.slice(2)
const handler = sirv(folder, { etag: true, gzip: true, brotli: true })
const server = createServer(handler)
server.listen(port, '127.0.0.1')
