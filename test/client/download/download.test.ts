import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type DownloadOptions, download } from '../../../src/client/download/download.js'
import type { ClientEvent } from '../../../src/client/read-policy.js'
import type { FaultRule } from '../../../src/fault/fault-rule.js'
import type { Slice } from '../../../src/http/byte-range.js'
import { CONTENT, FaultServer } from '../../fixture/fault-server.js'
import { Folder, pattern } from '../../fixture/files.js'

const BIG = pattern(9_000_000)
const HEX = createHash('sha256').update(CONTENT).digest('hex')

async function get(
  faulty: FaultServer,
  out: Folder,
  options: Partial<DownloadOptions> = {},
  path = '/f',
) {
  const events: ClientEvent[] = []
  const onEvent = (event: ClientEvent) => void events.push(event)
  const to = out.at('f')
  const downloading = download(`${faulty.server.url}${path}`, {
    to,
    onEvent,
    retryFor: 5000,
    ...options,
  })
  const result = await downloading.catch((error: unknown) => ({ error }))
  return { ...result, events, error: 'error' in result ? result.error : undefined }
}

describe('download', () => {
  it.each<[string, FaultRule[], number]>([
    ['no fault', [], 1],
    [
      'truncations',
      [1, 70_000, 300_000, 999_999].map((at) => ({ fault: { kind: 'truncate', at } })),
      1,
    ],
    [
      'resets of four connections',
      [{ fault: { kind: 'connection-reset', at: 600_000 }, times: 3 }],
      4,
    ],
    [
      'connections without a response, and 503s',
      [
        { fault: { kind: 'empty-response' }, times: 2 },
        { fault: { kind: 'status', status: 503 }, times: 1 },
      ],
      1,
    ],
    ['a stall', [{ fault: { kind: 'stall', at: 5000 } }], 1],
    [
      'an unknown length and a truncation',
      [{ fault: [{ kind: 'chunked' }, { kind: 'truncate', at: 5000 }], match: { attempt: 1 } }],
      1,
    ],
    [
      'a server without ranges',
      [
        { fault: { kind: 'ignore-range' } },
        { match: { attempt: 1 }, fault: { kind: 'truncate', at: 5000 } },
      ],
      1,
    ],
  ])('writes the complete file through %s', async (_what, rules, connections) => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.faults.armAll(rules)
    const { error, verified } = (await get(faulty, out, { connections, stall: 300 })) as never
    expect(error).toBeUndefined()
    expect(readFileSync(out.at('f')).equals(CONTENT)).toBe(true)
    expect(verified).toEqual([{ algorithm: 'sha-256', hex: HEX }])
    expect(readdirSync(out.path)).toEqual(['f'])
  })

  it('restarts when the version changes: all of the new one, no byte of the old one', async () => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.faults.armAll([
      { match: { attempt: 1 }, fault: { kind: 'truncate', at: 500_000 } },
      { match: { attempt: [2, 3, 4] }, fault: { kind: 'content-change', version: 3 } },
    ])
    const { error, events } = await get(faulty, out)
    expect(error).toBeUndefined()
    expect(readFileSync(out.at('f')).equals(CONTENT.map((byte) => byte ^ 3))).toBe(true)
    expect(events.map(({ type }) => type)).toEqual(['retry', 'restart'])
  })

  it.each<[string, FaultRule]>([
    ['corrupt bytes', { fault: { kind: 'corrupt', at: 5000 } }],
    ['a body that ends early but looks complete', { fault: { kind: 'end-early', at: 5000 } }],
    ['other content under the same ETag', { fault: { kind: 'content-change', etag: 'kept' } }],
    ['garbage of the right length', { fault: { kind: 'garbage', at: 5000, length: 2_000_000 } }],
  ])('fails with DIGEST_MISMATCH for %s, and keeps none of it', async (_what, rule) => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.faults.arm(rule)
    const { error } = await get(faulty, out)
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH' })
    expect(existsSync(out.at('f'))).toBe(false)
    faulty.faults.disarm()
    expect((await get(faulty, out)).error).toBeUndefined()
    expect(readFileSync(out.at('f')).equals(CONTENT)).toBe(true)
  })

  it('checks the checksum option', async () => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    const wrong = { algorithm: 'sha-256', hex: '0'.repeat(64) } as const
    expect((await get(faulty, out, { checksum: wrong })).error).toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
    const right = { algorithm: 'sha-256', hex: HEX } as const
    expect((await get(faulty, out, { checksum: right })).error).toBeUndefined()
  })

  it('resumes the bytes of an earlier run', async () => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.folder.write('big', BIG)
    const cut = faulty.faults.arm({ fault: { kind: 'truncate', at: 5_000_000 } })
    const gone = faulty.faults.arm({
      match: { range: 'present' },
      fault: { kind: 'status', status: 410 },
    })
    const first = await get(faulty, out, {}, '/big')
    expect(first.error).toMatchObject({ code: 'REFUSED', facts: { status: 410 } })
    expect(existsSync(out.at('f'))).toBe(false)
    cut.disarm()
    gone.disarm()
    const { held } = JSON.parse(readFileSync(out.at('f.part.json'), 'utf8'))
    const kept = held.reduce((sum: number, { start, end }: Slice) => sum + end - start, 0)
    expect(kept).toBeGreaterThan(1_000_000)
    const second = (await get(faulty, out, { connections: 3 }, '/big')) as { received: number }
    expect(readFileSync(out.at('f')).equals(BIG)).toBe(true)
    expect(second.received).toBe(BIG.length - kept)
  })

  it.each([
    ['is damaged', (path: string) => writeFileSync(path, '{"format":1,"url"')],
    [
      'has another format',
      (path: string) =>
        writeFileSync(path, readFileSync(path, 'utf8').replace('"format":1', '"format":2')),
    ],
    [
      'has another URL',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('http:', 'https:')),
    ],
    [
      'records more than the part file has',
      (path: string) =>
        writeFileSync(
          path,
          readFileSync(path, 'utf8').replace(/"held":\[.*?\]/, '"held":[{"start":0,"end":999999}]'),
        ),
    ],
  ])('restarts, and sets the part file aside, when its sidecar %s', async (_what, damage) => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.faults.armAll([
      { match: { attempt: 1 }, fault: { kind: 'truncate', at: 500_000 } },
      { match: { attempt: 2 }, fault: { kind: 'status', status: 410 } },
    ])
    expect((await get(faulty, out)).error).toMatchObject({ code: 'REFUSED' })
    damage(out.at('f.part.json'))
    const { received } = (await get(faulty, out)) as { received: number }
    expect(received).toBe(CONTENT.length)
    expect(readFileSync(out.at('f')).equals(CONTENT)).toBe(true)
    expect(existsSync(out.at('f.part.set-aside'))).toBe(true)
  })

  it('is not delayed by one slow connection', async () => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.folder.write('big', BIG)
    faulty.faults.arm({ match: { attempt: 2 }, fault: { kind: 'throttle', rate: 50_000 } })
    const began = performance.now()
    expect((await get(faulty, out, { connections: 4 }, '/big')).error).toBeUndefined()
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(readFileSync(out.at('f')).equals(BIG)).toBe(true)
  })

  it('fails with IN_USE while another download writes to the same file', async () => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    faulty.faults.arm({ fault: { kind: 'stall', at: 5000 } })
    const abort = new AbortController()
    const first = get(faulty, out, { signal: abort.signal })
    await expect.poll(() => existsSync(out.at('f.part'))).toBe(true)
    expect((await get(faulty, out)).error).toMatchObject({ code: 'IN_USE' })
    abort.abort(new Error('enough'))
    expect((await first).error).toMatchObject({ message: 'enough' })
    faulty.faults.disarm()
    expect((await get(faulty, out)).error).toBeUndefined()
  })

  it('keeps to limitRate over all connections', async () => {
    await using faulty = await FaultServer.start()
    using out = new Folder()
    const began = performance.now()
    await get(faulty, out, { limitRate: 2_000_000, connections: 2 })
    expect(performance.now() - began).toBeGreaterThan(450)
  })

  it('names what is wrong with a server that it can not reach', async () => {
    using out = new Folder()
    const to = out.at('f')
    // Neither an unknown host nor an invalid certificate is retried.
    const from = (url: string) => download(url, { to, retryFor: 60_000 })
    // A label of 64 letters (RFC 1035 §2.3.4) has no address, with or without a resolver.
    const unknown = `http://${'a'.repeat(64)}/f`
    await expect(from(unknown)).rejects.toThrow(/its host name is unknown/)
    await using secure = await FaultServer.start({ tls: true })
    await expect(from(`${secure.server.url}/f`)).rejects.toThrow(/TLS failed/)
    const refused = download('http://127.0.0.1:1/f', { to, retryFor: 300 })
    await expect(refused).rejects.toThrow(/no response in 300 ms.*it refuses connections/)
    expect(readdirSync(out.path)).toEqual([])
  })
})
