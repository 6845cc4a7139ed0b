import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { receiveReads, watchReceived } from '../../../src/pages/scripts/player-received.js'
import { fakeDocument, fakeElement } from '../../fixture/fake-document.js'

beforeEach(() => {
  fakeDocument()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function scene() {
  const section = fakeElement<HTMLElement>('section', { hidden: true })
  const ranges: [number, number][] = [[0, 10]]
  const buffered = {
    get length() {
      return ranges.length
    },
    start: (index: number) => ranges[index]?.[0] ?? 0,
    end: (index: number) => ranges[index]?.[1] ?? 0,
  }
  const media = fakeElement<HTMLMediaElement>('video', { duration: 60, currentTime: 6, buffered })
  const watch = watchReceived(section, media)
  const shown = () => {
    vi.advanceTimersByTime(250)
    return section.all.find(({ id }) => id === 'received')?.text
  }
  return { ranges, media, watch, shown }
}

describe('watchReceived', () => {
  it('shows seconds that are buffered, by attempt, where no worker tells of bytes', () => {
    const { ranges, media, watch, shown } = scene()
    expect(shown()).toBe('10 s of 60 s have arrived.')
    const outage = { since: 0, attempt: 1, nextTry: undefined, reason: 'connection' } as const
    watch.onState({ kind: 'playing' })
    watch.onState({ kind: 'reconnecting', ...outage })
    watch.onState({ kind: 'reconnecting', ...outage, attempt: 2 })
    watch.onState({ kind: 'playing' })
    watch.onState({ kind: 'playing' })
    ranges[0] = [0, 20]
    media.dispatchEvent(new Event('progress'))
    expect(shown()).toBe('20 s of 60 s have arrived, by 2 attempts. Cut at 6 s, went on at 6 s.')
  })

  it('shows bytes once the worker tells of them', () => {
    const { watch, shown } = scene()
    watch.onRead({ kind: 'opened', start: 0, end: 1000, size: 1000 })
    watch.onRead({ kind: 'received', start: 0, end: 500, attempt: 1 })
    expect(shown()).toBe('500 bytes of 1.0 kB have arrived.')
  })

  it('shows nothing while the duration is not known', () => {
    const { media, shown } = scene()
    Object.assign(media, { duration: Number.NaN })
    expect(shown()).toBe('')
  })
})

it('receiveReads takes the messages of the worker about the file, whatever its pin is, and no others', () => {
  const events: unknown[] = []
  const source = new EventTarget()
  receiveReads(source, 'http://h/a%20b.mp4', (event) => events.push(event))
  const post = (data: unknown) =>
    source.dispatchEvent(Object.assign(new Event('message'), { data }))
  const message = { lastbyte: 1, read: '1', kind: 'closed' }
  post({ ...message, url: 'http://h/a%20b.mp4?lastbyte-load=1#lastbyte=x' })
  post({ ...message, url: 'http://h/b.mp4' })
  post({ ...message, lastbyte: 2, url: 'http://h/a%20b.mp4' })
  post(null)
  expect(events).toHaveLength(1)
  receiveReads(undefined, 'http://h/a.mp4', () => {})
})
