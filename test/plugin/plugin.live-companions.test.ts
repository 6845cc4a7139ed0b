import { appendFileSync, rmSync, truncateSync } from 'node:fs'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { Folder } from '../fixture/files.js'
import { tls } from '../fixture/tls.js'

const BIG = '9007199254740991'

type Add = (app: FastifyInstance) => PromiseLike<unknown>

const COMPANIONS: [string, Add][] = [
  ['@fastify/compress', (app) => app.register(compress, { threshold: 0 })],
  ['@fastify/cors', (app) => app.register(cors)],
]
const CASES = COMPANIONS.flatMap(([name, add]) =>
  (['before', 'after'] as const).map((order) => [name, order, add] as const),
)

it.each(CASES)(
  'with %s registered %s, over HTTP/2 with TLS, a live range comes as it is written and ends as the file does',
  async (name, order, add) => {
    using folder = new Folder({ 'f.txt': 'first,', 'f.txt.live': '' })
    const app = Fastify({ http2: true, https: { ...tls } }) as unknown as FastifyInstance
    if (order === 'before') await add(app)
    await app.register(lastbyte, { root: folder.path, live: true })
    if (order === 'after') await add(app)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    const read = async (onFirst: () => void) => {
      const stream = session.request({
        ':path': '/f.txt',
        range: `bytes=0-${BIG}`,
        'accept-encoding': 'gzip, br',
        origin: 'https://example.org',
      })
      const chunks: Buffer[] = []
      let fields: Record<string, unknown> = {}
      stream.on('response', (received) => {
        fields = received
      })
      stream.once('data', onFirst).on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', () => {})
      await new Promise((resolve) => stream.on('close', resolve))
      return { fields, text: Buffer.concat(chunks).toString(), code: stream.rstCode }
    }
    try {
      const cut = await read(() => truncateSync(folder.at('f.txt'), 1))
      expect([cut.text, cut.code]).toEqual(['first,', 2])
      const { fields, text, code } = await read(() => {
        appendFileSync(folder.at('f.txt'), 'second')
        rmSync(folder.at('f.txt.live'))
      })
      expect([text, code]).toEqual(['fsecond', 0])
      expect(fields).toMatchObject({ ':status': 206, 'content-range': `bytes 0-${BIG}/*` })
      expect(fields).not.toHaveProperty('content-encoding')
      expect(fields.etag).toMatch(/^"[\w-]{22}"$/)
      if (name === '@fastify/cors') expect(fields['access-control-allow-origin']).toBe('*')
    } finally {
      session.destroy()
      await app.close()
    }
  },
)
