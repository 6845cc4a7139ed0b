import type { ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import fc from 'fast-check'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardFields } from '../../src/response/guard-fields.js'
import { RawClient } from '../fixture/raw-http.js'

type Act = (reply: FastifyReply) => unknown

let act: Act = () => {}
const apps = [Fastify(), Fastify({ http2: true })] as const
const handler = (_request: unknown, reply: FastifyReply) => {
  reply.hijack()
  act(reply)
}
let session: ClientHttp2Session

beforeAll(async () => {
  for (const app of apps as readonly FastifyInstance[]) {
    app.route({ method: ['GET', 'HEAD'], url: '/', handler })
    await app.listen({ host: '127.0.0.1', port: 0 })
  }
  session = connect(`http://127.0.0.1:${portOf(apps[1])}`)
})

afterAll(async () => {
  session.close()
  for (const app of apps) await app.close()
})

const portOf = ({ server }: { server: Pick<Server, 'address'> }) =>
  (server.address() as AddressInfo).port

/** The bytes of a response of HTTP/1.1 as Latin-1. */
async function http1(next: Act): Promise<string> {
  act = next
  using client = new RawClient(portOf(apps[0]))
  client.request('/', { Connection: 'close' })
  await client.closed()
  return client.received.toString('latin1')
}

/** The fields and trailers of a response of HTTP/2, by its client, with a character for each byte. */
async function http2(next: Act): Promise<Record<string, unknown>> {
  act = next
  const stream = session.request({ ':path': '/' })
  const received: Record<string, unknown> = {}
  stream.on('headers', (fields) => Object.assign(received, { hints: { ...fields } }))
  stream.on('response', (fields) => Object.assign(received, fields))
  stream.on('trailers', (fields) => Object.assign(received, { trailers: { ...fields } }))
  await new Promise((resolve, reject) => stream.on('close', resolve).on('error', reject).resume())
  return received
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1')
const raw = (reply: FastifyReply) => reply.raw as ServerResponse

/** Each way in which a value gets into the head, and the framing of its content. */
const WAYS: [
  way: string,
  write: (response: ServerResponse, name: string, value: string) => void,
][] = [
  [
    'setHeader, then end with bytes',
    (response, name, value) => {
      response.setHeader(name, value)
      response.end(Buffer.from('ok'))
    },
  ],
  [
    'setHeader, then end with text',
    (response, name, value) => {
      response.setHeader(name, value)
      response.end('Ünder')
    },
  ],
  [
    'setHeader, then end alone',
    (response, name, value) => {
      response.setHeader(name, value)
      response.end()
    },
  ],
  [
    'setHeader, then write and end',
    (response, name, value) => {
      response.setHeader(name, value)
      response.write('Ü')
      response.end('x')
    },
  ],
  [
    'setHeader after Content-Length',
    (response, name, value) => {
      response.setHeader('content-length', 2)
      response.setHeader(name, value)
      response.end('ok')
    },
  ],
  [
    'setHeader, then flushHeaders and end',
    (response, name, value) => {
      response.setHeader(name, value)
      response.setHeader('content-length', 2)
      response.flushHeaders()
      response.end('ok')
    },
  ],
  ['writeHead', (response, name, value) => response.writeHead(200, { [name]: value }).end('ok')],
  [
    'writeHead after Content-Length',
    (response, name, value) => {
      response.writeHead(200, { 'content-length': '2', [name]: value }).end('ok')
    },
  ],
  [
    'writeHead with a reason phrase',
    (response, name, value) => {
      response.writeHead(200, 'Fine', { 'content-length': '2', [name]: value }).end('ok')
    },
  ],
  [
    'writeHead with an array',
    (response, name, value) => {
      response.writeHead(200, ['content-length', '2', name, value]).end('ok')
    },
  ],
]

const NAMES = ['content-disposition', 'content-type', 'etag', 'location', 'link', 'x-own']
const VALUES = ['a="Über"', 'a="日本"', utf8('a="日本Ċ"'), 'a="\u010aset-cookie: b"', 'a\tb']
const onWire = (value: string) => (/^[\0-\xff]*$/.test(value) ? value : utf8(value))

describe.each(WAYS)('guardFields with %s', (_way, write) => {
  it('writes each byte of every field to an HTTP/1.1 client', async () => {
    for (const name of NAMES) {
      for (const value of VALUES) {
        const text = await http1((reply) => {
          guardFields(reply)
          write(raw(reply), name, value)
        })
        const [head = ''] = text.split('\r\n\r\n')
        const lines = head
          .split('\r\n')
          .filter((line) => line.toLowerCase().startsWith(`${name}: `))
        expect(lines).toEqual([expect.stringContaining(`: ${onWire(value)}`)])
        expect(head).not.toMatch(/^set-cookie/im)
        expect(head.match(/^(content-length|transfer-encoding): /gim)).toHaveLength(1)
      }
    }
  })

  it('writes each byte of every field to an HTTP/2 client', async () => {
    for (const name of NAMES) {
      for (const value of VALUES) {
        const fields = await http2((reply) => {
          guardFields(reply)
          write(raw(reply), name, value)
        })
        expect(fields[name]).toBe(onWire(value))
      }
    }
  })

  it.each(['a\nb', 'a\rb', 'a\0b', 'a\x1bb', '日\n'])(
    'throws BAD_FIELD for the value %j before anything is sent',
    async (value) => {
      const refused = (reply: FastifyReply) => {
        guardFields(reply)
        const error = expect.objectContaining({ code: 'BAD_FIELD' })
        expect(() => write(raw(reply), 'content-disposition', value)).toThrow(error)
        expect(reply.raw.headersSent).toBe(false)
        reply.raw.removeHeader('content-length')
        reply.raw.end('refused')
      }
      expect(await http1(refused)).not.toContain('\r\nContent-Disposition')
      expect(await http2(refused)).not.toHaveProperty('content-disposition')
    },
  )
})

describe('guardFields', () => {
  it('writes any value byte for byte in both protocols', async () => {
    const unit = fc.integer({ min: 0x20, max: 0xd7ff }).filter((code) => code !== 0x7f)
    const value = fc
      .array(
        fc.oneof(
          unit,
          fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f),
        ),
      )
      .map((codes) => `a${String.fromCharCode(...codes)}b`)
    const name = fc.constantFrom(...NAMES)
    const way = fc.constantFrom(...WAYS)
    await fc.assert(
      fc.asyncProperty(name, value, way, async (name, value, [, write]) => {
        const act = (reply: FastifyReply) => {
          guardFields(reply)
          write(raw(reply), name, value)
        }
        expect(await http1(act)).toContain(`: ${onWire(value)}\r\n`)
        expect((await http2(act))[name]).toBe(onWire(value))
      }),
      { numRuns: 40 },
    )
  })

  it('gives all responses the same functions, except one whose method was replaced before', async () => {
    const guarded = async (before: Act) => {
      let found: unknown[] = []
      await http1((reply) => {
        before(reply)
        guardFields(reply)
        const { setHeader, appendHeader, writeHead, writeEarlyHints, addTrailers } = raw(reply)
        const { write, end, flushHeaders } = raw(reply)
        found = [setHeader, appendHeader, writeHead, writeEarlyHints, addTrailers]
        found.push(write, end, flushHeaders)
        reply.raw.end()
      })
      return found
    }
    const [first, second] = [await guarded(() => {}), await guarded(() => {})]
    expect(first.every((each, at) => each === second[at])).toBe(true)
    const own = await guarded((reply) => {
      raw(reply).write = raw(reply).write.bind(reply.raw)
    })
    expect(own.some((each) => first.includes(each))).toBe(false)
  })

  it('spells names of HTTP/1.1 as usual, and leaves a spelling with capitals', async () => {
    const text = await http1((reply) => {
      reply.raw.setHeader('x-early', 'a')
      reply.raw.setHeader('X-EARLY-too', 'b')
      guardFields(reply)
      reply.raw.setHeader('www-authenticate', 'Basic')
      reply.raw.writeHead(200, { etag: '"a"', 'x-FOO': 'c', 'x-content-type-options': 'nosniff' })
      reply.raw.end()
    })
    const names = text.split('\r\n\r\n')[0]?.split('\r\n').slice(1)
    expect(names?.map((line) => line.split(':')[0])).toEqual([
      ...['X-Early', 'X-EARLY-too', 'WWW-Authenticate', 'ETag', 'x-FOO', 'X-Content-Type-Options'],
      ...['Date', 'Connection', 'Transfer-Encoding'],
    ])
  })

  it('leaves names of HTTP/2 in lower case', async () => {
    const fields = await http2((reply) => {
      guardFields(reply)
      reply.raw.writeHead(200, { etag: '"a"' }).end()
    })
    expect(fields.etag).toBe('"a"')
  })

  it('keeps each line of a list, also in the arrays of writeHead', async () => {
    const text = await http1((reply) => {
      guardFields(reply)
      raw(reply).setHeader('set-cookie', ['a=1', 'b=2'])
      raw(reply).writeHead(200, ['link', '<a>', 'link', '<b>', 'etag', '"日"'])
      reply.raw.end()
    })
    expect(text.match(/^(?:Set-Cookie|Link|ETag): .*$/gm)).toEqual([
      ...['Set-Cookie: a=1', 'Set-Cookie: b=2', 'Link: <a>', 'Link: <b>', `ETag: "${utf8('日')}"`],
    ])
  })

  it('removes a field that was set before and can’t be sent, and throws BAD_FIELD', async () => {
    const fields = await http2((reply) => {
      reply.raw.setHeader('x-bad', 'a\nb')
      const error = expect.objectContaining({ code: 'BAD_FIELD' })
      expect(() => guardFields(reply)).toThrow(error)
      guardFields(reply)
      reply.raw.setHeader('x-good', '日')
      reply.raw.end()
    })
    expect([fields['x-bad'], fields['x-good']]).toEqual([undefined, utf8('日')])
  })

  it.each(['a\r\nX: 1', 'a\nb', 'a\0', 'Ċ', '日本', '\ud800'])(
    'writes the usual reason phrase in place of %j, which can’t be sent',
    async (phrase) => {
      const before = await http1((reply) => {
        raw(reply).statusMessage = phrase
        guardFields(reply)
        raw(reply).end('ok')
      })
      const given = await http1((reply) => {
        guardFields(reply)
        raw(reply).writeHead(200, phrase, { a: '1' })
        raw(reply).end('ok')
      })
      for (const response of [before, given]) expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(given).toContain('\r\nA: 1\r\n')
    },
  )

  it('keeps a reason phrase of any characters that can be sent', async () => {
    const response = await http1((reply) => {
      raw(reply).statusMessage = 'Über\tall'
      guardFields(reply)
      raw(reply).end('ok')
    })
    expect(response).toMatch(/^HTTP\/1\.1 200 Über\tall\r\n/)
  })

  it('guards early hints, which node:http writes unchecked', async () => {
    const hint = (reply: FastifyReply) => {
      guardFields(reply)
      const error = expect.objectContaining({ code: 'BAD_FIELD' })
      const hints = { link: '</a>; rel=preload', 'x-a': 'a\r\nx-b: b' }
      expect(() => raw(reply).writeEarlyHints(hints)).toThrow(error)
      raw(reply).writeEarlyHints({ link: '</a>; rel=preload', 'x-a': 'Ċ' })
      raw(reply).end()
    }
    expect(await http1(hint)).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nLink: <\/a>; rel=preload\r\nX-A: \xc4\x8a\r\n\r\nHTTP\/1.1 200/,
    )
    expect((await http2(hint)).hints).toMatchObject({ 'x-a': '\xc4\x8a' })
  })

  it('encodes trailers, and leaves out and logs one that can’t be sent', async () => {
    const logged: unknown[] = []
    const trail = (reply: FastifyReply) => {
      guardFields(reply)
      reply.log.error = ((facts: { err: Error }) => logged.push(facts.err.message)) as never
      if (reply.request.raw.httpVersionMajor === 1) {
        reply.raw.setHeader('transfer-encoding', 'chunked')
        reply.raw.setHeader('trailer', 'x-sum, x-bad')
      }
      reply.raw.write('x')
      reply.raw.addTrailers({ 'x-sum': '日', 'x-bad': 'a\nb' })
      reply.raw.end()
    }
    expect(await http1(trail)).toMatch(/\r\n0\r\nX-Sum: \xe6\x97\xa5\r\n\r\n$/)
    expect((await http2(trail)).trailers).toMatchObject({ 'x-sum': '\xe6\x97\xa5' })
    expect(logged).toEqual([expect.stringContaining('"x-bad"'), expect.stringContaining('"x-bad"')])
  })

  it('guards the fields of Fastify’s own send in both of its ways', async () => {
    const app = Fastify()
    app.get('/text', (_request, reply) => {
      guardFields(reply)
      return reply.header('content-disposition', utf8('日Ċ')).header('x-own', 'Ü').send('Ü')
    })
    app.get('/stream', (_request, reply) => {
      guardFields(reply)
      return reply
        .header('content-length', 2)
        .header('content-disposition', '日Ċ')
        .send(new Response('ok').body)
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    for (const path of ['/text', '/stream']) {
      using client = new RawClient(port)
      client.request(path, { Connection: 'close' })
      await client.closed()
      const text = client.received.toString('latin1')
      expect(text).toContain(`Content-Disposition: ${utf8('日Ċ')}\r\n`)
      if (path === '/text') expect(text).toContain('X-Own: Ü\r\n')
    }
    await app.close()
  })
})
