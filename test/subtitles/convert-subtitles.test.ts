import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertSubtitles, subtitleFormat } from '../../src/subtitles/convert-subtitles.js'
import { cpuMs } from '../fixture/cpu-time.js'

const convert = (text: string | Uint8Array, format: 'srt' | 'ass' | 'ssa' | 'vtt' = 'srt') =>
  convertSubtitles(Buffer.from(text as string), { format, language: undefined })

describe('convertSubtitles', () => {
  it('makes WebVTT of SubRip', () => {
    expect(convert('1\n00:00:01,000 --> 00:00:02,000\n<i>Hi</i>\n')).toEqual({
      kind: 'converted',
      text: 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<i>Hi</i>\n',
    })
  })

  it('makes WebVTT of SubStation Alpha', () => {
    const file = '[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,Hi'
    expect(convert(file, 'ass')).toMatchObject({ text: expect.stringMatching(/\nHi\n$/) })
  })

  it('passes on WebVTT, in Unicode', () => {
    const latin1 = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nGrüße\n', 'latin1')
    expect(convert(latin1, 'vtt')).toMatchObject({ text: expect.stringContaining('Grüße') })
  })

  it.each(['srt', 'ass', 'ssa'] as const)(
    'makes WebVTT without cues of an empty %s file',
    (format) => {
      expect(convert('\n', format)).toEqual({ kind: 'converted', text: 'WEBVTT\n' })
    },
  )

  it.each([
    ['srt', 'Hello', /SubRip: no line has two times/],
    ['ass', 'Hello', /SubStation Alpha: no line of a section "\[Events\]"/],
    ['vtt', 'Hello', /WebVTT: it does not begin with "WEBVTT"/],
    ['vtt', 'WEBVTTX', /does not begin/],
  ] as const)('says why %s with the text %s is malformed', (format, text, reason) => {
    expect(convert(text, format)).toEqual({
      kind: 'malformed',
      reason: expect.stringMatching(reason),
    })
  })

  it('never fails, and writes only cues that a parser finds, whatever the bytes are', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\n',
        '\n\n',
        '1\n',
        '00:00:01,000 --> 00:00:02,000\n',
        '[Events]\n',
        'Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,',
        'Style: a,b\n',
        'Format: Text, Start, End\n',
        '{\\i1\\an8}',
        '{\\p1}',
        '-->',
        '<i>',
        '</b>',
        '\\N\\N',
      ),
    )
    const file = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(file, fc.constantFrom('srt' as const, 'ass' as const), (text, format) => {
        const result = convert(text, format)
        if (result.kind === 'malformed') return
        const [header, ...blocks] = result.text.replace(/\n$/, '').split('\n\n')
        expect(header).toBe('WEBVTT')
        for (const block of blocks) {
          const [times, ...lines] = block.split('\n')
          expect(times).toMatch(/^\d\d+:\d\d:\d\d\.\d{3} --> \d\d+:\d\d:\d\d\.\d{3}/)
          expect(lines.length).toBeGreaterThan(0)
          for (const line of lines) expect(line).not.toMatch(/-->|^\s*$|<(?!\/?[biu]>)/)
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['srt', '1\n00:00:01,000 --> 00:00:02,000\n'],
    ['ass', '[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,'],
  ] as const)(
    'converts 500 KB of %s in linear time, also of brackets and spaces',
    async (format, head) => {
      for (const fill of [
        '<',
        '{',
        '{\\',
        '&',
        ' ',
        '\n',
        '0',
        ',',
        '1\n',
        head.replace('[Events]', ''),
      ]) {
        const text = head + fill.repeat(Math.floor(500_000 / fill.length))
        const ms = await cpuMs(() => convert(text, format))
        expect(ms, JSON.stringify(fill)).toBeLessThan(1_000)
      }
    },
  )
})

it.each([
  ['film.srt', 'srt'],
  ['FILM.EN.SRT', 'srt'],
  ['film.ass', 'ass'],
  ['film.ssa', 'ssa'],
  ['film.vtt', 'vtt'],
  ['film.sub', undefined],
  ['srt', undefined],
])('subtitleFormat of %s is %s', (name, format) => {
  expect(subtitleFormat(name)).toBe(format)
})
