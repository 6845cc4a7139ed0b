import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { fetchTransport } from '../../src/client/platform/fetch-transport.js'
import { type OpenedBody, openBody } from '../../src/video/media-body.js'
import type { ReadEvent } from '../../src/video/worker-message.js'
import { MemoryTransport, serveRange, TestClock } from '../fixture/memory-transport.js'
import { ScriptedServer } from '../fixture/scripted-server.js'
import { anyAnswers, scriptOf, VersionOrigin } from '../fixture/version-origin.js'

const CONTENT = Buffer.from('abcdefghijkl')
const never = new AbortController().signal

/** Opens all bytes of the pinned version `"v0"` on a clock whose waits end at once, but for that of the head. */
async function open(
  transport: MemoryTransport | { readonly send: MemoryTransport['send'] },
  url: string,
) {
  const events: ReadEvent[] = []
  const failures: unknown[] = []
  const clock = new TestClock()
  const wait = (ms: number, signal: AbortSignal) =>
    ms === 5_000 ? new Promise<void>(() => {}) : clock.wait(ms, signal)
  const opened = await openBody(
    {
      url,
      pin: { etag: '"v0"', size: CONTENT.length, retryFor: 60_000 },
      slice: { start: 0, end: 12 },
    },
    {
      send: transport.send,
      clock: { now: clock.now, date: clock.date, wait },
      chance: () => 0.5,
      post: (event) => void events.push(event),
      onFailure: (error) => void failures.push(error),
    },
    never,
  )
  return { opened, events, failures }
}

async function textOf(opened: OpenedBody): Promise<{ text: string; isBroken: boolean }> {
  let text = ''
  if (opened.kind === 'failed') return { text, isBroken: true }
  const reader = opened.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { text, isBroken: false }
      text += Buffer.from(value).toString()
    }
  } catch {
    return { text, isBroken: true }
  }
}

describe('The body of a media response', () => {
  it('has bytes of the pinned version alone, in order, whatever versions and cuts the server sends', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswers, async (answers) => {
        const origin = new VersionOrigin('strong tag')
        // The last answer is repeated: a 404 lets each read end.
        const script = scriptOf(origin, [
          ...answers,
          { ...(answers[0] as (typeof answers)[0]), status: 404 },
        ])
        await using server = await ScriptedServer.start(script)
        const { opened, events, failures } = await open(
          { send: fetchTransport() },
          `${server.url}/f`,
        )
        const { text, isBroken } = await textOf(opened)
        expect(CONTENT.toString().startsWith(text)).toBe(true)
        expect(isBroken).toBe(text.length < CONTENT.length)
        expect(failures).toHaveLength(isBroken ? 1 : 0)
        const ends = events
          .map(({ kind }) => kind)
          .filter((kind) => /changed|gave-up|closed/.test(kind))
        expect(ends).toHaveLength(isBroken ? 2 : 1)
        expect(ends.at(-1)).toBe('closed')
      }),
      { numRuns: 60 },
    )
  })

  it('is opened after 5 s without bytes, so that the browser does not take the worker for hung', async () => {
    const transport = new MemoryTransport(() => ({ status: 200, body: ['hang'] }))
    const clock = new TestClock()
    const waits = vi.fn(clock.wait)
    const { send } = transport
    const opened = await openBody(
      { url: 'http://host.test/f', pin: { etag: '"v0"', size: 12 }, slice: { start: 0, end: 12 } },
      {
        send: async (request) => {
          await new Promise((resolve) => setTimeout(resolve, 0))
          return send(request)
        },
        clock: { ...clock, now: clock.now, date: clock.date, wait: waits },
        chance: () => 0.5,
        post: () => {},
        onFailure: () => {},
      },
      never,
    )
    expect(opened.kind).toBe('open')
    expect(waits).toHaveBeenCalledWith(5_000, expect.anything())
    if (opened.kind === 'open') await opened.body.cancel()
  })

  it('reads no further than one chunk ahead of the browser', async () => {
    let sent = 0
    const transport = new MemoryTransport((request) => {
      const reply = serveRange(CONTENT, '"v0"', request)
      return { ...reply, body: Array.from(CONTENT, (_byte, at) => CONTENT.subarray(at, at + 1)) }
    })
    const { send } = transport
    const counting: typeof send = async (request) => {
      const answer = await send(request)
      const { body } = answer
      const next = () => {
        sent += 1
        return body.next()
      }
      return { ...answer, body: { next, return: () => body.return?.() as never } }
    }
    const { opened } = await open({ send: counting }, 'http://host.test/f')
    expect(sent).toBe(1)
    if (opened.kind === 'failed') throw opened.error
    const reader = opened.body.getReader()
    await reader.read()
    await reader.read()
    expect(sent).toBe(2)
    await reader.cancel()
    expect(transport.openBodies).toBe(0)
  })
})
