import { describe, expect, it } from 'vitest'
import type { Recording } from './recorder.js'
import { judge, splitAtChoice } from './verdict.js'

/** 25 frames a second from `from` to `to`, shown as they are due from `at` ms on. */
function shown(from: number, to: number, at = 0, version = 1): Recording['frames'] {
  return Array.from({ length: to - from }, (_, index) => ({
    at: at + index * 40,
    frame: { number: from + index, version },
  }))
}

function recording(...parts: Recording['frames'][]): Recording {
  const events = [{ at: 1_960, type: 'emptied', position: 2 }]
  return { frames: parts.flat(), events }
}

describe('judge', () => {
  it.each([
    ['each frame once', recording(shown(0, 100))],
    ['a pause', recording(shown(0, 50), shown(50, 100, 90_000))],
    ['half a second missing', recording(shown(0, 50), shown(61, 100, 90_000))],
    ['a tenth of a second repeated', recording(shown(0, 50), shown(48, 100, 90_000))],
  ])('accepts %s', (_, frames) => {
    expect(judge(frames, []).findings).toEqual([])
  })

  it.each([
    [
      'a second is missing',
      recording(shown(0, 50), shown(75, 100, 90_000)),
      '3.00 s follows 1.96 s',
    ],
    [
      'half a second is repeated',
      recording(shown(0, 50), shown(37, 100, 9_000)),
      '1.48 s follows 1.96 s',
    ],
    [
      'a frame is damaged',
      recording(shown(0, 50), [{ at: 2_000 }]),
      'a damaged frame after 1.96 s',
    ],
  ])('reports that %s', (_, frames, finding) => {
    expect(judge(frames, []).findings).toEqual([finding])
  })

  it('permits a repetition of 0.1 s and the step at which a busy machine paints frames', () => {
    const sixth = (from: number, to: number, at?: number) =>
      shown(from, to, at).filter((_, index) => index % 6 === 0)
    const painted = (...parts: Recording['frames'][]) => judge(recording(...parts), []).findings
    expect(painted(sixth(0, 61), sixth(52, 100, 90_000))).toEqual([])
    expect(painted(shown(0, 61), sixth(52, 70, 90_000))).toEqual(['2.08 s follows 2.40 s'])
  })

  it('takes nothing for skipped that was played while no frame was painted', () => {
    const frames = recording(shown(0, 50), shown(75, 100, 3_000))
    expect(judge({ ...frames, events: [] }, [])).toMatchObject({ findings: [], unpainted: 1.04 })
    const soon = recording(shown(0, 50), shown(75, 100, 2_100))
    expect(judge({ ...soon, events: [] }, []).findings).toEqual(['3.00 s follows 1.96 s'])
  })

  it('takes a frame that was painted late for no skip, unless the clip stood still before it', () => {
    // The frame of 2 s is shown when 2.5 s are due, and that of 2.64 s in time.
    const late = [...shown(0, 48), ...shown(50, 51, 2_500), ...shown(66, 70, 2_640)]
    const waiting = { at: 1_950, type: 'waiting', position: 1.9 }
    expect(judge({ frames: late, events: [] }, []).findings).toEqual([])
    expect(judge({ frames: late, events: [waiting] }, []).findings).toEqual([
      '2.64 s follows 2.00 s',
    ])
    const ahead = [...shown(0, 48), ...shown(50, 51, 2_500), ...shown(84, 90, 2_640)]
    expect(judge({ frames: ahead, events: [] }, []).findings).toEqual(['3.36 s follows 2.00 s'])
  })

  it('lists the versions in the order in which they are shown', () => {
    expect(judge(recording(shown(0, 50), shown(50, 60, 2_000, 2)), []).versions).toEqual([1, 2])
  })

  it('accepts the jump of a seek, and of the last of two seeks', () => {
    const frames = recording(shown(0, 50), shown(250, 300, 9_000))
    const first = { at: 2_000, to: 5 }
    const second = { at: 3_000, to: 10 }
    expect(judge(frames, [second]).findings).toEqual([])
    expect(judge(frames, [first, second]).findings).toEqual([])
  })

  it('reports a seek that is lost', () => {
    expect(judge(recording(shown(0, 50)), [{ at: 1_000, to: 10 }]).findings).toEqual([
      'the seek to 10.00 s shows no frame',
    ])
  })

  it('tells for how long another version was shown', () => {
    const one = shown(0, 50)
    expect(judge(recording(one), []).otherVersion).toBe(0)
    expect(judge(recording(one, shown(50, 56, 2_000, 2)), []).otherVersion).toBe(200)
  })
})

describe('splitAtChoice', () => {
  const old = shown(0, 50)
  const fresh = shown(0, 20, 3_000, 2)

  it('leaves out the picture of the old version that stays after the choice', () => {
    const stays = shown(50, 53, 2_500)
    expect(splitAtChoice([...old, ...stays, ...fresh], 2_400)).toEqual({
      before: old,
      after: fresh,
    })
  })

  it('keeps the new version where it was shown before the choice, too', () => {
    const early = shown(50, 56, 2_000, 2)
    const before = [...old, ...early]
    expect(splitAtChoice([...before, ...fresh], 2_900)).toEqual({ before, after: fresh })
  })

  it('has nothing after a choice that shows nothing, and after none', () => {
    expect(splitAtChoice(old, 2_400)).toEqual({ before: old, after: [] })
    const none = Number.POSITIVE_INFINITY
    expect(splitAtChoice(old, none)).toEqual({ before: old, after: [] })
  })
})
