import { describe, expect, it } from 'vitest'
import type { ReceivedEvent } from '../../../src/client/stream/read-event-stream.js'
import { LastbyteError } from '../../../src/errors.js'
import { type WatchState, watchEvents } from '../../../src/pages/scripts/watch-events.js'

const EVENT: ReceivedEvent = { id: '1', event: 'message', data: 'x' }

/** What a page is told of a stream. */
async function told(
  read: Parameters<typeof watchEvents>[2],
  signal = new AbortController().signal,
) {
  const states: WatchState[] = []
  const data: string[] = []
  const watcher = {
    state: (state: WatchState) => void states.push(state),
    event: (text: string) => void data.push(text),
  }
  await watchEvents({ url: 'http://h/', token: 't', signal, stall: 1000 }, watcher, read)
  return { states, data }
}

describe('watchEvents', () => {
  it('passes events on, and sends the token as Authorization', async () => {
    let headers: unknown
    const { states, data } = await told(async function* (_url, options) {
      headers = options?.headers
      yield EVENT
    })
    expect(headers).toEqual({ authorization: 'Bearer t' })
    expect(data).toEqual(['x'])
    expect(states.map(({ kind }) => kind)).toEqual(['live', 'lost'])
  })

  it.each([401, 403])('says that the server refuses with %i', async (status) => {
    const { states } = await told(async function* () {
      yield* []
      throw new LastbyteError('REFUSED', 'no', { status })
    })
    expect(states).toEqual([{ kind: 'refused', status }])
  })

  it('says why the stream is lost, and when it is read again', async () => {
    const { states } = await told(async function* (_url, options) {
      const error = new LastbyteError('GAVE_UP', 'no progress')
      options?.onEvent?.({ type: 'retry', tries: 1, wait: 1, offset: 0, error })
      yield* []
      throw error
    })
    expect(states).toEqual([{ kind: 'reconnecting' }, { kind: 'lost', reason: 'no progress' }])
  })

  it('says nothing of a stream that the page has left', async () => {
    const stop = new AbortController()
    const { states } = await told(async function* () {
      yield* []
      stop.abort()
      throw new Error('aborted')
    }, stop.signal)
    expect(states).toEqual([])
  })
})
