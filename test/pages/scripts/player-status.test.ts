import { describe, expect, it } from 'vitest'
import { StatusLine, stateText } from '../../../src/pages/scripts/player-status.js'

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

describe('StatusLine', () => {
  function scene() {
    let now = 0
    const media = Object.assign(new EventTarget(), MEDIA)
    const line = { textContent: '' }
    const status = new StatusLine(line, media, () => now)
    const at = (ms: number) => {
      now = ms
      media.dispatchEvent(new Event('timeupdate'))
      return line.textContent
    }
    return { media, line, status, at }
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

  it('keeps showing why the file is not played', () => {
    const { status, at } = scene()
    status.fail('No hls.js.')
    expect(at(99_999)).toBe('No hls.js.')
  })
})
