import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/fault/create-faults.js'
import { StreamError } from '../../src/http/stream-error.js'
import lastbyte from '../../src/plugin/plugin.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'

/** What a source of events or rows throws before its first item, and the status of the response. */
const THROWN: [string, unknown, number, string | undefined][] = [
  ['an error with statusCode', Object.assign(new Error('no'), { statusCode: 401 }), 401, 'no'],
  ['an error with status', Object.assign(new Error('no'), { status: 403 }), 403, 'no'],
  ['a StreamError', new StreamError({ type: 'quota', status: 429 }, 'slow'), 429, 'slow'],
  ['an Error', new Error('secret'), 500, undefined],
  ['an object with statusCode', { statusCode: 409, message: 'no' }, 409, 'no'],
]

const WAYS: [string, (reply: FastifyReply, source: () => never) => FastifyReply][] = [
  ['eventStream', (reply, source) => reply.eventStream(source)],
  ['ndjson', (reply, source) => reply.ndjson(source)],
]

describe.each(WAYS)('The source of %s that throws before its first item', (_way, send) => {
  const application = (thrown: unknown, setUp: (app: FastifyInstance) => void = () => {}) =>
    applicationWith({ serve: false }, (app) => {
      setUp(app)
      app.get('/f', (_request, reply) =>
        send(reply.headers({ etag: '"a"', 'cache-control': 'max-age=99' }), () => {
          throw thrown
        }),
      )
    })

  it.each(THROWN)(
    'reaches the error handler as it was thrown: %s',
    async (_what, thrown, status) => {
      const seen: unknown[] = []
      await using app = await application(thrown, (app) => {
        app.setErrorHandler((error, _request, reply) => {
          seen.push(error)
          return reply.send('mine')
        })
      })
      const response = await fetch(`${app.url}/f`)
      expect([response.status, await response.text()]).toEqual([status, 'mine'])
      expect(seen).toHaveLength(1)
      if (thrown instanceof Error) expect(seen[0]).toBe(thrown)
      else expect(seen[0]).toMatchObject({ statusCode: status })
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('etag')).toBeNull()
      expect(app.records).toEqual([])
    },
  )

  it.each(THROWN)(
    'has problem details without an error handler: %s',
    async (_what, thrown, status, detail) => {
      await using app = await application(thrown)
      const response = await fetch(`${app.url}/f`)
      expect(response.status).toBe(status)
      const problem = JSON.parse(await response.text())
      if (detail !== undefined) expect(problem).toMatchObject({ status, detail })
      expect(JSON.stringify(problem)).not.toContain('secret')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('etag')).toBeNull()
    },
  )
})

describe('A status that a fault demands', () => {
  it('is not changed by the error handler of the application', async () => {
    const faults = createFaults({ seed: 1 })
    using folder = new Folder({ 'f.txt': 'text' })
    let calls = 0
    await using app = await applicationWith({ root: folder.path, faults, maxAge: '1y' }, (app) => {
      app.setErrorHandler((_error, _request, reply) => {
        calls += 1
        return reply.code(200).send('mine')
      })
    })
    for (const status of [404, 410, 429, 500, 503]) {
      faults.arm({ times: 1, fault: { kind: 'status', status, retryAfter: 3 } })
      const response = await fetch(`${app.url}/f.txt`)
      expect([response.status, response.headers.get('retry-after')]).toEqual([status, '3'])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('etag')).toBeNull()
    }
    expect(calls).toBe(0)
  })
})

describe('Errors over HTTP/2', () => {
  it('have the status, the fields and the page of the error handler', async () => {
    using folder = new Folder({ 'f.txt': 'text' })
    const app = Fastify({
      http2: true,
      https: { ...tls, allowHTTP1: true },
    }) as unknown as FastifyInstance
    app.setErrorHandler((error: { code?: string; statusCode?: number }, request, reply) => {
      if (request.headers['x-again']) throw error
      return reply.code(error.statusCode ?? 500).send(`mine: ${error.code}`)
    })
    await app.register(lastbyte, { root: folder.path, maxAge: '1y', immutable: true })
    app.get('/-/hook', (_request, reply) => reply.sendFile('f.txt'))
    app.addHook('onSend', async (request, reply) => {
      if (request.url === '/-/hook' && reply.statusCode === 200) {
        throw Object.assign(new Error('hook'), { statusCode: 502, code: 'HOOK' })
      }
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    const ask = (fields: Record<string, string>) =>
      new Promise<{ status: number; fields: Record<string, unknown>; text: string }>((resolve) => {
        const stream = session.request(fields)
        let text = ''
        let head: Record<string, unknown> = {}
        stream.on('response', (received) => {
          head = received
        })
        stream.setEncoding('utf8').on('data', (part) => {
          text += part
        })
        stream.on('close', () => resolve({ status: Number(head[':status']), fields: head, text }))
      })
    for (const [fields, status, code] of [
      [{ ':path': '/f.txt', range: 'bytes=99-' }, 416, 'RANGE_NOT_SATISFIABLE'],
      [{ ':path': '/f.txt', 'if-match': '"x"' }, 412, 'PRECONDITION_FAILED'],
      [{ ':path': '/a%00' }, 400, 'BAD_REQUEST'],
      [{ ':path': '/-/hook' }, 502, 'HOOK'],
    ] as const) {
      const page = await ask(fields)
      expect([page.status, page.text]).toEqual([status, `mine: ${code}`])
      const again = await ask({ ...fields, 'x-again': '1' })
      expect(again.status).toBe(status)
      for (const response of [page, again]) {
        expect(response.fields['content-length']).toBe(String(response.text.length))
        expect(response.fields['cache-control']).toBe('no-store')
        for (const name of ['etag', 'last-modified', 'accept-ranges', 'expires']) {
          expect(response.fields[name]).toBeUndefined()
        }
      }
      if (status === 416) expect(page.fields['content-range']).toBe('bytes */4')
    }
    session.close()
    await app.close()
  })
})

describe('The log of an error', () => {
  it('has no line of the level error for a 4xx, and one for a failing source', async () => {
    using folder = new Folder({ 'f.txt': 'text' })
    let thrown: unknown
    await using app = await applicationWith(
      {
        root: folder.path,
        setHeaders: () => {
          if (thrown !== undefined) throw thrown
        },
      },
      (app) => {
        app.setErrorHandler((_error, _request, reply) => reply.send('mine'))
      },
    )
    using client = new RawClient(app.port)
    const ask = async (path: string, fields: Record<string, string> = {}) => {
      client.request(path, fields)
      await client.response()
    }
    await ask('/f.txt', { Range: 'bytes=99-' })
    thrown = Object.assign(new Error('no'), { statusCode: 403 })
    await fetch(`${app.url}/f.txt`)
    await fetch(`${app.url}/a%00`)
    expect(app.log.filter(({ level }) => Number(level) >= 50)).toEqual([])
    thrown = new Error('no')
    expect((await fetch(`${app.url}/f.txt`)).status).toBe(500)
  })
})
