import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { FrameTurns } from '../../src/body/frame-turns.js'
import { FramedBody } from '../../src/body/framed-body.js'
import type { Framing } from '../../src/body/framing.js'
import { applicationWith } from '../fixture/application.js'

const FRAMING: Framing<string> = {
  contentType: 'text/plain',
  opening: '',
  heartbeat: '',
  frame: (item) => item,
  flushed: () => {},
  end: () => '.',
  failure: () => '!',
}
const PACE = { openAfter: 60_000, heartbeat: 0 }

async function* endless(item: string) {
  for (;;) yield item
}

describe('A source that never waits', () => {
  it('does not delay other requests although its client reads all', async () => {
    await using app = await applicationWith({ serve: false }, (app: FastifyInstance) => {
      app.get('/events', (_request, reply) => reply.eventStream(endless('x')))
      app.get('/other', () => 'answered')
    })
    const leaving = new AbortController()
    const { body } = await fetch(`${app.url}/events`, { signal: leaving.signal })
    const taking = body?.pipeTo(new WritableStream()).catch(() => {})
    for (let requests = 0; requests < 3; requests += 1) {
      expect(await (await fetch(`${app.url}/other`)).text()).toBe('answered')
    }
    leaving.abort()
    await taking
  })

  it('is read and written once in each turn of the event loop', async () => {
    const body = new FramedBody(endless('x'.repeat(100)), FRAMING, PACE, new FrameTurns())
    let turns = 0
    let going = true
    const turn = () => {
      turns += 1
      if (going) setImmediate(turn)
    }
    setImmediate(turn)
    for (let taken = 0; taken < 20; taken += 1) {
      const { value } = await body.next()
      expect(value?.length).toBeLessThan(64 * 1024)
    }
    going = false
    expect(turns).toBeGreaterThanOrEqual(19)
    await body.return()
  })
})

describe('A source that sends several items at a time', () => {
  it('has the items of one turn of the event loop written as one chunk', async () => {
    async function* source() {
      yield* ['a', 'b', 'c']
      await new Promise((resolve) => setTimeout(resolve, 5))
      yield* ['d', 'e']
    }
    const body = new FramedBody(source(), FRAMING, PACE, new FrameTurns())
    let passed = false
    setImmediate(() => {
      passed = true
    })
    expect(await textOf(body)).toBe('abc')
    expect(passed).toBe(false)
    expect(await textOf(body)).toBe('de.')
    expect(await textOf(body)).toBe('')
  })
})

async function textOf(body: FramedBody<string>): Promise<string> {
  const { value } = await body.next()
  return Buffer.from(value ?? []).toString()
}
