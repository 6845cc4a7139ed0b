import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runInProcess } from '../fixture/run-in-process.js'
import { type Script, ScriptedServer } from '../fixture/scripted-server.js'

/** Reproducible numbers from 0 to `below`, without it. */
function numbers(seed: number): (below: number) => number {
  let count = 0
  return (below) => {
    count += 1
    const digest = createHash('sha256').update(`${seed} ${count}`).digest()
    return digest.readUInt32BE(0) % below
  }
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  etag: ['"a"', 'W/"b"', 'no tag', '"\xe9"', '""', '"c", "d"', '"a\tb"'],
  'last-modified': ['Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  'content-range': ['bytes 0-0/5', 'bytes */0', 'bytes 9-1/3', 'bytes 0-0/*', 'lines 1-2/3', 'x'],
  'accept-ranges': ['bytes', 'none', 'lines', ''],
  'content-type': ['video/mp4', 'multipart/byteranges; boundary=x', 'multipart/byteranges', '/'],
  'content-encoding': ['gzip', 'identity', 'aes128gcm'],
  'repr-digest': ['sha-256=:AAAA:', 'sha-256=AAAA', '::::', 'sha-256=:!:', 'md5=:AAAA:'],
  'content-digest': ['sha-256=:AAAA:', 'x', 'sha-512=::'],
  digest: ['sha-256=AAAA', 'SHA-256', '=', 'md5=x,sha-512=y'],
  link: [
    '</x.meta4>; rel=describedby; type="application/metalink4+xml"',
    '<',
    '<:>; rel=describedby',
  ],
  location: ['http://127.0.0.1:1/f', '/f', '//', 'http://['],
  date: ['Thu, 01 Jan 1970 00:00:00 GMT', 'now'],
  vary: ['*', 'accept-encoding', ','],
  'cache-control': ['no-store', 'no-transform', 'max-age=x', '='],
  'access-control-allow-origin': ['*', 'null'],
  'retry-after': ['0', '-1', 'never'],
  connection: ['close', 'keep-alive', 'upgrade'],
}
const STATUSES = [200, 206, 206, 304, 400, 404, 412, 416, 200, 500, 302, 204, 299, 429]
const BODIES = ['', 'x', '--x\r\n\r\n', '\x00\x01\x02\x03', '<html>', 'y'.repeat(5000)]

/** The first two responses, by which a run decides what there is to check. */
const HONEST: readonly Script[] = [
  (_request, response) => {
    const validators = { etag: '"a"', 'last-modified': 'Sat, 01 Jan 2022 00:00:00 GMT' }
    response.writeHead(200, { ...validators, 'content-length': 5000 }).end('y'.repeat(5000))
  },
  (_request, response) => {
    response.writeHead(206, { etag: '"a"', 'content-range': 'bytes 0-0/5000' }).end('y')
  },
]

/** Everything in its responses is drawn at random, on odd seeds but for the first two. */
function liar(seed: number): Script {
  const draw = numbers(seed)
  const pick = <T>(values: readonly T[]) => values[draw(values.length)] as T
  let count = 0
  return (request, response) => {
    count += 1
    const honest = seed % 2 === 1 ? HONEST[count - 1] : undefined
    if (honest !== undefined) return honest(request, response)
    const status = count === 1 ? 200 : pick(STATUSES)
    for (const [name, values] of Object.entries(VALUES)) {
      if (draw(2) === 0 && !(count === 1 && name === 'location'))
        response.setHeader(name, pick(values))
    }
    const body = pick(BODIES)
    // A length that is too large ends the body short; node:http refuses one that is too small.
    if (draw(2) === 0) response.setHeader('content-length', body.length + draw(3))
    response.strictContentLength = false
    response.writeHead(status)
    response.write(body, () => (draw(3) === 0 ? response.socket?.destroy() : response.end()))
  }
}

describe('A server that lies about everything', () => {
  it.each(Array.from({ length: Number(process.env.SEEDS ?? 12) }, (_, seed) => [seed]))(
    'gets a report or one line, and never a stack trace (seed %i)',
    async (seed) => {
      await using server = await ScriptedServer.start(liar(seed))
      const url = `${server.url}/film.mkv`
      const { code, stdout, stderr } = await runInProcess(['check', url, '--timeout', '200ms'])
      if (code === 2) expect(stderr).toMatch(/^lastbyte: [^\n]+\n$/)
      else expect(stdout.match(/^Level: \w/gm)).toHaveLength(1)
      expect([1, 2]).toContain(code)
      expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    },
    60_000,
  )
})
