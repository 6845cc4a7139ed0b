import { describe, expect, it } from 'vitest'
import { CueText, escapeCue } from '../../src/subtitles/cue-text.js'

describe('CueText', () => {
  it('closes and opens tags at each change of style, so that they are balanced', () => {
    const text = new CueText()
    text.set('i', 'on')
    text.add('a')
    text.set('b', 'on')
    text.add('b')
    text.set('i', 'off')
    text.add('c')
    expect(text.finish()).toBe('<i>a</i><b><i>b</i></b><b>c</b>')
  })

  it('drops empty lines, at which a cue would end', () => {
    const text = new CueText()
    text.add('\n\n one \n \n\ntwo\n')
    expect(text.finish()).toBe('one\ntwo')
  })

  it('is empty if there are only spaces between its tags', () => {
    const text = new CueText()
    text.set('b', 'on')
    text.add(' \n ')
    expect(text.finish()).toBe('')
  })
})

it.each([
  ['AT&T', 'AT&amp;T'],
  ['a &amp; b &lt;c&gt; &nbsp;&#39;&#x27;', 'a &amp; b &lt;c&gt; &nbsp;&#39;&#x27;'],
  ['&unknown;', '&amp;unknown;'],
  ['1 --> 2 < 3', '1 --&gt; 2 &lt; 3'],
])('escapeCue writes %s as %s', (text, escaped) => {
  expect(escapeCue(text)).toBe(escaped)
})
