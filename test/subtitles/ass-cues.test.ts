import { describe, expect, it } from 'vitest'
import { assCues } from '../../src/subtitles/ass-cues.js'

const FILE = `[Script Info]
Title: A film
; a comment

[V4+ Styles]
Format: Name, Fontname, Fontsize, Bold, Italic, Underline, Alignment
Style: Default,Arial,20,0,0,0,2
Style: Sign,Arial,20,-1,0,0,8

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:01.50,0:00:03.00,Default,Ann,0,0,0,,Well, yes, {\\i1}indeed{\\i0}.\\NTwo lines
Dialogue: 1,0:00:02.00,1:00:04.05,Sign,,0,0,0,,A sign
`

describe('assCues', () => {
  it.each(['\n', '\r\n'])('reads dialogues with commas and styles, with the line end %j', (end) => {
    expect(assCues(FILE.replaceAll('\n', end))).toEqual([
      { start: 1500, end: 3000, text: 'Well, yes, <i>indeed</i>.\nTwo lines', settings: '' },
      { start: 2000, end: 3_604_050, text: '<b>A sign</b>', settings: 'line:0' },
    ])
  })

  it('reads SSA, whose alignment has other numbers', () => {
    const file = `[V4 Styles]
Format: Name, Bold, Italic, Alignment
Style: Default,0,-1,6
[Events]
Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,,0,0,0,,Top`
    expect(assCues(file)).toEqual([
      { start: 1000, end: 2000, text: '<i>Top</i>', settings: 'line:0' },
    ])
  })

  it('takes the order of the fields from the file', () => {
    const file = '[Events]\nFormat: Start,End,Text\ndialogue: 0:00:01,0:00:02,a, b'
    expect(assCues(file)).toMatchObject([{ start: 1000, end: 2000, text: 'a, b' }])
  })

  it('has the usual order without a line of it, and leaves out dialogues without times', () => {
    const file =
      '[events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,a\nDialogue: 0,x,0:00:02.00,,,,,,,b\nDialogue:'
    expect(assCues(file)).toMatchObject([{ text: 'a' }])
  })

  it('finds no cue in other text, and none in another section', () => {
    expect(assCues('Hello.')).toEqual([])
    expect(assCues(FILE.replace('[Events]', '[Other]'))).toEqual([])
  })
})
