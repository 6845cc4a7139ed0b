import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFrames as byFetch } from '../../../src/client/browser.js'
import { readFrames as byNode } from '../../../src/client/index.js'
import type { ClientEvent } from '../../../src/client/read-policy.js'
import type { ReceivedFrame } from '../../../src/client/stream/frame-checker.js'
import type { ReadFrames, ReadFramesOptions } from '../../../src/client/stream/read-frames.js'
import type { FaultRule } from '../../../src/fault/fault-rule.js'
import { applicationWith } from '../../fixture/application.js'
import { CONTENT, FaultServer } from '../../fixture/fault-server.js'
import { pattern } from '../../fixture/files.js'
import { inTurn, type Script, ScriptedServer } from '../../fixture/scripted-server.js'

const DIGEST = `sha-256=:${createHash('sha256').update(CONTENT).digest('base64')}:`

async function readWith(read: ReadFrames, url: string, options: ReadFramesOptions = {}) {
  const frames: ReceivedFrame[] = []
  const retries: ClientEvent[] = []
  const onEvent = (event: ClientEvent) => void retries.push(event)
  let error: unknown
  try {
    for await (const frame of read(url, { onEvent, retryFor: 5_000, ...options }))
      frames.push(frame)
  } catch (thrown) {
    error = thrown
  }
  const chunks = frames.flatMap((frame) => ('bytes' in frame ? frame.bytes : []))
  return { frames, retries, error, bytes: Buffer.concat(chunks) }
}

const lines =
  (text: string, etag?: string): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', ...(etag && { etag }) })
    response.end(text)
  }
const row = (offset: number, value: unknown) =>
  `${JSON.stringify({ type: 'data', offset, row: value })}\n`
const chunk = (offset: number, text: string) =>
  `${JSON.stringify({ type: 'data', offset, chunk: Buffer.from(text).toString('base64') })}\n`
const end = (size: number, digest?: string) => `${JSON.stringify({ type: 'end', size, digest })}\n`

describe.each<[string, ReadFrames, 'events' | 'lines']>([
  ['events by Node', byNode, 'events'],
  ['events by fetch', byFetch, 'events'],
  ['lines by Node', byNode, 'lines'],
  ['lines by fetch', byFetch, 'lines'],
])('readFrames: %s', (_how, read, as) => {
  it.each<[string, FaultRule[]]>([
    ['no fault', []],
    [
      'truncations',
      [1, 70_000, 300_000, 999_999].map((at) => ({ fault: { kind: 'truncate', at } })),
    ],
    [
      'truncations on the wire',
      [5_000, 80_001].map((at) => ({ fault: { kind: 'truncate', at, from: 'response' } })),
    ],
    ['resets', [100, 500_000].map((at) => ({ fault: { kind: 'connection-reset', at } }))],
    ['a failing source', [0, 400_000].map((at) => ({ fault: { kind: 'source-error', at } }))],
    ['503', [{ fault: { kind: 'status', status: 503, retryAfter: 0 }, times: 2 }]],
  ])('survives %s', async (_what, rules) => {
    await using faulty = await FaultServer.start()
    for (const rule of rules) faulty.faults.arm({ times: 1, ...rule })
    const { bytes, frames, error } = await readWith(read, `${faulty.server.url}/f`, { as })
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(frames.at(-1)).toEqual({ type: 'end', size: CONTENT.length, digest: DIGEST })
  })

  it('fails with DIGEST_MISMATCH for a corrupt byte', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.arm({ fault: { kind: 'corrupt', at: 444_444 } })
    const { error, frames } = await readWith(read, `${faulty.server.url}/f`, { as })
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH' })
    expect(frames.every(({ type }) => type === 'data')).toBe(true)
  })

  it('never joins bytes of two versions', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.arm({ fault: { kind: 'truncate', at: 300_000 }, times: 1 })
    const options = {
      as,
      onEvent: () => writeFileSync(faulty.folder.at('f'), pattern(CONTENT.length, 1)),
    }
    const { error, bytes } = await readWith(read, `${faulty.server.url}/f`, options)
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
    expect(bytes.equals(CONTENT.subarray(0, bytes.length))).toBe(true)
  })

  it('reads a slice of bytes, and text as bytes', async () => {
    await using faulty = await FaultServer.start()
    const url = `${faulty.server.url}/f?start=1000&end=90000&encoding=utf-8`
    const { error, bytes, frames } = await readWith(read, url, { as })
    expect(error).toBeUndefined()
    expect(frames[0]).toMatchObject({ offset: 1_000 })
    expect(bytes.equals(CONTENT.subarray(1_000, 90_000))).toBe(true)
  })
})

describe('readFrames', () => {
  const read = byNode

  it('yields rows but no heartbeats', async () => {
    await using app = await applicationWith({ serve: false }, (instance) => {
      instance.get('/', (_request, reply) => reply.ndjson([{ n: 1 }, 'two', null]))
    })
    const { frames, error } = await readWith(read, app.url, { as: 'lines' })
    expect(error).toBeUndefined()
    expect(frames).toEqual([
      { type: 'data', offset: 0, row: { n: 1 } },
      { type: 'data', offset: 1, row: 'two' },
      { type: 'data', offset: 2, row: null },
      { type: 'end', size: 3 },
    ])
  })

  it.each([
    ['end early', row(0, 'a')],
    ['end within a line', row(0, 'a') + row(1, 'b').slice(0, -1)],
    ['contain a line that is not a frame', `${row(0, 'a')}{"type":"news"}\n`],
    ['lack one', row(0, 'a') + row(2, 'c') + end(2)],
  ])('throws NOT_RESUMABLE when rows %s', async (_how, text) => {
    await using server = await ScriptedServer.start(lines(text))
    const { frames, error } = await readWith(read, server.url, { as: 'lines' })
    expect(frames).toEqual([{ type: 'data', offset: 0, row: 'a' }])
    expect(error).toMatchObject({ code: 'NOT_RESUMABLE', cause: { code: 'ANSWER_BROKEN' } })
  })

  it('throws DIGEST_MISMATCH when the end frame has another size', async () => {
    await using server = await ScriptedServer.start(lines(row(0, 'a') + end(2)))
    const { error } = await readWith(read, server.url, { as: 'lines' })
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH', facts: { size: 2, given: 1 } })
  })

  it('requests missing bytes again from the last valid frame on', async () => {
    await using server = await ScriptedServer.start(
      inTurn(
        lines(chunk(0, 'ab') + chunk(3, 'd') + end(4), '"v;lines"'),
        lines(chunk(2, 'cd') + end(4), '"v;lines"'),
      ),
    )
    const { bytes, error } = await readWith(read, server.url, { as: 'lines' })
    expect(error).toBeUndefined()
    expect(bytes.toString()).toBe('abcd')
    expect(server.requests[1]?.headers['last-event-id']).toBe('"v;lines":2')
  })

  it.each([
    ['/f', chunk(2, 'cd') + end(2), chunk(0, 'ab') + end(2)],
    ['/f?start=2', chunk(0, 'cd') + end(2), chunk(2, 'ab') + end(2)],
  ])('does not take the first frame of %s at another offset', async (path, wrong, right) => {
    await using server = await ScriptedServer.start(
      inTurn(lines(wrong, '"v;lines"'), lines(right, '"v;lines"')),
    )
    const { bytes, error, retries } = await readWith(read, server.url + path, { as: 'lines' })
    expect(error).toBeUndefined()
    expect(bytes.toString()).toBe('ab')
    expect(retries).toHaveLength(1)
  })

  it('does not join events of two versions whose ETag a proxy has removed', async () => {
    const events =
      (...frames: [number, string, string][]): Script =>
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (const [offset, text, id] of frames) {
          const data = JSON.stringify({ offset, chunk: Buffer.from(text).toString('base64') })
          response.write(`id: ${id}\nevent: data\ndata: ${data}\n\n`)
        }
        response.end()
      }
    await using server = await ScriptedServer.start(
      inTurn(events([0, 'ab', '"v1":2']), events([2, 'cd', '"v2":4'])),
    )
    const { bytes, error } = await readWith(read, server.url)
    expect(bytes.toString()).toBe('ab')
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
  })

  it('ignores everything after a frame that is out of order', async () => {
    const doubled = chunk(0, 'ab') + chunk(0, 'ab') + chunk(2, 'cd') + end(4)
    await using server = await ScriptedServer.start(
      inTurn(lines(doubled, '"v;lines"'), lines(chunk(2, 'cd') + end(4), '"v;lines"')),
    )
    const { bytes, frames, error } = await readWith(read, server.url, { as: 'lines' })
    expect(error).toBeUndefined()
    expect(bytes.toString()).toBe('abcd')
    expect(frames.map(({ type }) => type)).toEqual(['data', 'data', 'end'])
    expect(server.requests).toHaveLength(2)
  })

  it('does not resume another version, even if its server ignores Last-Event-ID', async () => {
    await using server = await ScriptedServer.start(
      inTurn(lines(chunk(0, 'ab'), '"v;lines"'), lines(chunk(2, 'xy') + end(4), '"w;lines"')),
    )
    const { bytes, error } = await readWith(read, server.url, { as: 'lines' })
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
    expect(bytes.toString()).toBe('ab')
  })

  it('throws REFUSED for a 204 before the end frame', async () => {
    await using server = await ScriptedServer.start(
      inTurn(lines(chunk(0, 'ab'), '"v;lines"'), (_request, response) => {
        response.writeHead(204).end()
      }),
    )
    const { error } = await readWith(read, server.url, { as: 'lines' })
    expect(error).toMatchObject({ code: 'REFUSED', facts: { status: 204 } })
  })

  it('does not retry an unknown host', async () => {
    const { error } = await readWith(read, 'http://nowhere.invalid/')
    expect(error).toMatchObject({ code: 'UNREACHABLE' })
  })

  it('reads a long line from many chunks', async () => {
    const text = 'x'.repeat(5_000_000)
    const line = row(0, text) + end(1)
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      for (let at = 0; at < line.length; at += 1_000) response.write(line.slice(at, at + 1_000))
      response.end()
    })
    const { frames, error } = await readWith(read, server.url, { as: 'lines' })
    expect(error).toBeUndefined()
    expect((frames[0] as { row: string }).row).toHaveLength(text.length)
  })

  it('continues after lastEventId without a check of size and digest', async () => {
    await using faulty = await FaultServer.start()
    const url = `${faulty.server.url}/f`
    for await (const _frame of read(url)) break
    const { headers } = await fetch(url, { headers: { accept: 'text/event-stream' } })
    const lastEventId = `${headers.get('etag')}:999000`
    const { bytes, error } = await readWith(read, url, { lastEventId })
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT.subarray(999_000))).toBe(true)
  })

  it('never receives bytes again from a server that ignores lastEventId', async () => {
    await using server = await ScriptedServer.start(
      inTurn(
        lines(chunk(0, 'ab') + chunk(2, 'cd') + end(4), '"v;lines"'),
        lines(chunk(2, 'cd') + end(4), '"v;lines"'),
      ),
    )
    const options = { as: 'lines', lastEventId: '"v;lines":2' } as const
    const { bytes, error } = await readWith(read, server.url, options)
    expect(error).toBeUndefined()
    expect(bytes.toString()).toBe('cd')
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual([
      '"v;lines":2',
      '"v;lines":2',
    ])
  })

  it('never receives bytes of another version than that of lastEventId', async () => {
    await using server = await ScriptedServer.start(lines(chunk(2, 'xy') + end(4), '"w;lines"'))
    const options = { as: 'lines', lastEventId: '"v;lines":2' } as const
    const { frames, error } = await readWith(read, server.url, options)
    expect(frames).toEqual([])
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
  })

  it('throws REFUSED for a line longer than most', async () => {
    await using server = await ScriptedServer.start(lines('x'.repeat(5_000)))
    const { error } = await readWith(read, server.url, { as: 'lines', most: 1_000 })
    expect(error).toMatchObject({ code: 'REFUSED' })
  })
})
