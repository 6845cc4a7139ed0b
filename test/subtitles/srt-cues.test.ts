import { describe, expect, it } from 'vitest'
import { srtCues } from '../../src/subtitles/srt-cues.js'

const TIMES = '00:00:01,000 --> 00:00:02,500'
const text = (content: string) => srtCues(`1\n${TIMES}\n${content}\n`)[0]?.text

describe('srtCues', () => {
  it.each(['\n', '\r\n', '\r'])('reads cues of several lines with the line end %j', (end) => {
    const lines = ['1', TIMES, 'one', 'two', '', '2', '00:00:03,000 --> 00:00:04,000', 'three', '']
    expect(srtCues(lines.join(end))).toEqual([
      { start: 1000, end: 2500, text: 'one\ntwo', settings: '' },
      { start: 3000, end: 4000, text: 'three', settings: '' },
    ])
  })

  it.each([
    ['without empty lines', `1\n${TIMES}\none\n2\n${TIMES}\ntwo`],
    ['without counters', `${TIMES}\none\n\n${TIMES}\ntwo`],
    ['with empty lines after each line', `1\n${TIMES}\n\none\n\n\n2\n${TIMES}\n\ntwo\n\n`],
    ['with text before the first cue', `A title\n\n1\n${TIMES}\none\n\n2\n${TIMES}\ntwo`],
  ])('reads a file %s', (_kind, file) => {
    expect(srtCues(file).map((cue) => cue.text)).toEqual(['one', 'two'])
  })

  it('keeps a number that is the text of a cue', () => {
    expect(srtCues(`1\n${TIMES}\n1984\n\n2\n${TIMES}\n42\n`).map((cue) => cue.text)).toEqual([
      '1984',
      '42',
    ])
  })

  it.each([
    ['1:2:3,4 --> 1:2:4,56', 3_723_400, 3_724_560],
    ['00:01.500-->00:02.000', 1500, 2000],
    ['00:00:01:500 -> 00:00:02:000', 1500, 2000],
    ['  00:00:01 --> 00:00:02  X1:10 X2:20 Y1:30 Y2:40', 1000, 2000],
    ['100:00:00,000 --> 100:00:01,000', 360_000_000, 360_001_000],
  ])('reads the times %s', (line, start, end) => {
    expect(srtCues(`${line}\nx`)).toMatchObject([{ start, end }])
  })

  it.each([
    ['<i>a</i> <B>b</B>', '<i>a</i><b> </b><b>b</b>'.replace('<b> </b>', ' ')],
    ['<font color="#ff0000" size=3>red</font>', 'red'],
    ['<em>a</em><strong>b</strong><br/>c', '<i>a</i><b>b</b>\nc'],
    ['{i}a{/i} {\\c&HFF&}b', '<i>a</i> b'],
    ['<i>never closed', '<i>never closed</i>'],
    ['<b><i>crossed</b></i>', '<b><i>crossed</i></b>'],
    ['1 < 2 && 3 > 2', '1 &lt; 2 &amp;&amp; 3 &gt; 2'],
    ['<laughs> {sighs}', '&lt;laughs&gt; {sighs}'],
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ])('turns the tags of %s into %s', (content, expected) => {
    expect(text(content)).toBe(expected)
  })

  it('places a cue by {\\an8} at the top', () => {
    expect(srtCues(`1\n${TIMES}\n{\\an8}sign`)).toMatchObject([
      { text: 'sign', settings: 'line:0' },
    ])
  })

  it('finds no cue in other text', () => {
    expect(srtCues('Hello.\n1 --> 2\n')).toEqual([])
  })
})
