import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chapterAt,
  chapterStep,
  parseChapters,
} from '../../../src/pages/scripts/player-chapters.js'

describe('parseChapters', () => {
  it.each(['\n', '\r\n'])('reads the cues of WebVTT with the line end %j', (end) => {
    const lines = [
      'WEBVTT',
      '',
      '1',
      '00:00.000 --> 01:00.000',
      'The <b>start</b> &amp; more',
      '',
      '01:00:00.000 --> 01:10:00.000 line:0',
      'Two',
      'lines',
    ]
    expect(parseChapters(lines.join(end))).toEqual([
      { start: 0, title: 'The start & more' },
      { start: 3600, title: 'Two lines' },
    ])
  })

  it('reads lines of a time and a title, sorted', () => {
    const text =
      '\ufeffChapters\n\n1:02:03 - The end\n0:00 Start\n[02:30] The lake\n00:03:00.500\tTab\n04:00'
    expect(parseChapters(text)).toEqual([
      { start: 0, title: 'Start' },
      { start: 150, title: 'The lake' },
      { start: 180.5, title: 'Tab' },
      { start: 240, title: 'Chapter' },
      { start: 3723, title: 'The end' },
    ])
  })

  it('reads pairs of CHAPTER and CHAPTERNAME', () => {
    const text =
      'CHAPTER01=00:00:00.000\nCHAPTER01NAME=Start\nCHAPTER02=00:01:00.500\nCHAPTER02NAME='
    expect(parseChapters(text)).toEqual([
      { start: 0, title: 'Start' },
      { start: 60.5, title: 'Chapter' },
    ])
  })

  it('finds at most 1000 chapters, and none in other text', () => {
    expect(parseChapters('0:00 x\n'.repeat(2000))).toHaveLength(1000)
    expect(parseChapters('no chapter\n1 apple')).toEqual([])
  })

  it('never fails', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('WEBVTT', '\n', '00:01 --> 00:02', '0:01 '))
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        for (const { start } of parseChapters(parts.join('')))
          expect(start).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

const CHAPTERS = [
  { start: 10, title: 'a' },
  { start: 20, title: 'b' },
]

it.each([
  [0, -1],
  [10, 0],
  [19.9, 0],
  [99, 1],
])('chapterAt %f s is %i', (seconds, index) => {
  expect(chapterAt(CHAPTERS, seconds)).toBe(index)
})

it.each([
  [0, 1, 10],
  [12, 1, 20],
  [25, 1, undefined],
  [25, -1, 20],
  [21, -1, 10],
  [11, -1, undefined],
  [0, -1, undefined],
] as const)('chapterStep from %f s by %i leads to %s', (seconds, step, to) => {
  expect(chapterStep(CHAPTERS, seconds, step)).toBe(to)
})
