import { describe, expect, it } from 'vitest'
import { keypadSettings, vttDocument, vttTime } from '../../src/subtitles/cue.js'

const cue = (start: number, end: number, text: string, settings = '') => ({
  start,
  end,
  text,
  settings,
})

describe('vttDocument', () => {
  it('sorts cues by start and writes their settings after the times', () => {
    const cues = [cue(5000, 6000, 'later'), cue(0, 1500, 'first\nline two', 'line:0')]
    expect(vttDocument(cues)).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500 line:0\nfirst\nline two\n\n00:00:05.000 --> 00:00:06.000\nlater\n',
    )
  })

  it('has no cues that are never shown, as they end at their start or have no text', () => {
    expect(vttDocument([cue(1, 1, 'a'), cue(2, 1, 'b'), cue(0, 9, '')])).toBe('WEBVTT\n')
  })

  it('joins cues with the same text without a gap, also between others, and keeps those after a gap', () => {
    const cues = [
      cue(0, 40, 'sign'),
      cue(0, 1000, 'talk'),
      cue(40, 80, 'sign'),
      cue(80, 120, 'sign'),
      cue(500, 600, 'sign'),
      cue(600, 700, 'sign', 'line:0'),
    ]
    expect(vttDocument(cues).match(/.* --> .*/g)).toEqual([
      '00:00:00.000 --> 00:00:00.120',
      '00:00:00.000 --> 00:00:01.000',
      '00:00:00.500 --> 00:00:00.600',
      '00:00:00.600 --> 00:00:00.700 line:0',
    ])
  })
})

it.each([
  [0, '00:00:00.000'],
  [3_723_045, '01:02:03.045'],
  [359_999_999, '99:59:59.999'],
  [360_000_000, '100:00:00.000'],
])('vttTime of %i ms is %s', (ms, text) => {
  expect(vttTime(ms)).toBe(text)
})

it.each([
  [1, 'position:0% align:left'],
  [2, ''],
  [3, 'position:100% align:right'],
  [4, 'line:50% position:0% align:left'],
  [5, 'line:50%'],
  [8, 'line:0'],
  [9, 'line:0 position:100% align:right'],
])('keypadSettings of %i are "%s"', (digit, settings) => {
  expect(keypadSettings(digit)).toBe(settings)
})
