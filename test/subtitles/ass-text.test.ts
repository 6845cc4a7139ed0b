import { describe, expect, it } from 'vitest'
import { assText } from '../../src/subtitles/ass-text.js'

const STYLES = new Map([
  ['default', { name: 'default', on: new Set<never>(), place: 2 }],
  ['thought', { name: 'thought', on: new Set(['i'] as const), place: 8 }],
])
const text = (source: string, style = 'Default') => assText(source, style, STYLES).text

describe('assText', () => {
  it.each([
    ['a\\Nb\\nc\\hd', 'a\nb c\u00a0d'],
    ['{\\i1}a{\\i0} {\\b1\\u1}b', '<i>a</i> <b><u>b</u></b>'],
    ['{\\b700}a{\\b400}b', '<b>a</b>b'],
    ['{\\i1}a{\\i}b', '<i>a</i>b'],
    ['{\\i1\\b1}a{\\r}b', '<b><i>a</i></b>b'],
    ['{\\rThought}a', '<i>a</i>'],
    ['{\\pos(10,20)\\be1\\bord2\\alpha&H80&\\fad(1,2)\\iclip(0,0,1,1)\\rnd5}a', 'a'],
    ['{\\k20}ka{\\kf30}ra{\\K10}o', 'karao'],
    ['{\\p1}m 0 0 l 10 10{\\p0}a', 'a'],
    ['{\\pbo5}a', 'a'],
    ['{a comment}b', 'b'],
    ['{\\t(0,100,\\fs30)}b', 'b'],
    ['a & <b> {', 'a &amp; &lt;b&gt; {'],
  ])('reads %s as %j', (source, expected) => {
    expect(text(source)).toBe(expected)
  })

  it('begins with the named style, and with the default for an unknown one', () => {
    expect(assText('a', '*Thought', STYLES)).toEqual({ text: '<i>a</i>', settings: 'line:0' })
    expect(assText('a', 'unknown', STYLES)).toEqual({ text: 'a', settings: '' })
    expect(assText('a', 'unknown', new Map())).toEqual({ text: 'a', settings: '' })
  })

  it.each([
    ['{\\an8}a', 'line:0'],
    ['{\\a6}a', 'line:0'],
    ['{\\an4}a', 'line:50% position:0% align:left'],
    ['{\\an2}a', ''],
  ])('places %s by "%s"', (source, settings) => {
    expect(assText(source, 'Default', STYLES).settings).toBe(settings)
  })
})
