import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { H3, serveStatic, toNodeHandler } from 'h3'

const [folder, port] = process.argv.slice(2)
const encodings = { br: '.br', gzip: '.gz' }
const at = (id) => join(folder, id)

/** Reads the fields of serveStatic from the file system, as in h3's guide. */
async function getMeta(id) {
  const stats = await stat(at(id)).catch(() => undefined)
  if (!stats?.isFile()) return undefined
  const encoding = Object.keys(encodings).find((coding) => id.endsWith(encodings[coding]))
  return { size: stats.size, mtime: stats.mtimeMs, encoding }
}

const getContents = (id) => Readable.toWeb(createReadStream(at(id)))

const app = new H3()
app.use('/**', (event) =>
  serveStatic(event, {
    getMeta,
    getContents,
    encodings,
  }),
)
const server = createServer(toNodeHandler(app))
server.listen(port, '127.0.0.1')
