import { describe, expect, it } from 'vitest'
import { outageText, StatusLine, stateText } from '../../../src/pages/scripts/player-status.js'

const buffered = {
  length: 2,
  start: (i: number) => [0, 20][i] ?? 0,
  end: (i: number) => [5, 60][i] ?? 0,
}
const MEDIA = {
  error: null as MediaError | null,
  ended: false,
  readyState: 4,
  paused: false,
  currentTime: 30,
  buffered,
}

describe('stateText', () => {
  it.each([
    [{}, '30 s ahead'],
    [{ currentTime: 10 }, '0 s ahead'],
    [{ currentTime: 19.9 }, '40 s ahead'],
    [{ ended: true }, 'Played to the end.'],
    [{ readyState: 2 }, 'Waiting for data …'],
    [{ readyState: 2, paused: true }, '30 s ahead'],
    [{ readyState: 0, paused: true }, ''],
    [{ error: { code: 2 } as MediaError }, 'The connection was lost and did not come back.'],
    [{ error: { code: 9 } as MediaError }, 'Failed.'],
  ])('of %j is "%s"', (change, text) => {
    expect(stateText({ ...MEDIA, ...change })).toBe(text)
  })
})

it.each([
  [{ kind: 'playing' }, undefined],
  [{ kind: 'idle' }, undefined],
  [
    { kind: 'reconnecting', since: 1000, attempt: 1, nextTry: undefined, reason: 'connection' },
    'No connection for 4 s: attempt 1 running',
  ],
  [
    { kind: 'changed', pinned: '"a"', current: '"b"' },
    'The server has another version: "b", not "a"',
  ],
  [{ kind: 'gave-up', reason: 'time' }, 'Stopped trying.'],
] as const)('outageText of %j is %s', (state, text) => {
  expect(outageText(state, 5_000)).toBe(text)
})

describe('StatusLine', () => {
  function scene() {
    let now = 0
    const media = Object.assign(new EventTarget(), MEDIA)
    const attributes = new Map<string, string>()
    const line = { textContent: '', setAttribute: attributes.set.bind(attributes) }
    const status = new StatusLine(line, media, () => now)
    const at = (ms: number) => {
      now = ms
      media.dispatchEvent(new Event('timeupdate'))
      return line.textContent
    }
    return { media, line, status, at, attributes }
  }

  it('shows the state, and for 4 s what the user has changed', () => {
    const { line, status, at } = scene()
    expect(at(0)).toBe('30 s ahead')
    status.say('Speed 2×')
    expect(line.textContent).toBe('Speed 2×')
    expect(at(3_999)).toBe('Speed 2×')
    expect(at(4_000)).toBe('30 s ahead')
  })

  it('shows an error and the end at once', () => {
    const { media, status, at } = scene()
    status.say('Speed 2×')
    media.ended = true
    expect(at(1)).toBe('Played to the end.')
  })

  it('shows an outage as long as it lasts, without announcing what the guard announces', () => {
    const { status, at, attributes } = scene()
    const outage = { kind: 'reconnecting', since: 0, attempt: 2, reason: 'stalled' } as const
    status.guard({ ...outage, nextTry: 9_000 })
    expect(at(5_000)).toBe('No connection for 5 s: attempt 2 in 4 s')
    expect(attributes.get('aria-live')).toBe('off')
    status.guard({ kind: 'playing' })
    expect(at(6_000)).toBe('30 s ahead')
    expect(attributes.get('aria-live')).toBe('polite')
  })

  it('keeps showing why the file is not played', () => {
    const { status, at } = scene()
    status.fail('No hls.js.')
    expect(at(99_999)).toBe('No hls.js.')
  })
})
