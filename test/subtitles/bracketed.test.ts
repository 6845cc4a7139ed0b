import { describe, expect, it } from 'vitest'
import { bracketed } from '../../src/subtitles/bracketed.js'
import { cpuMs } from '../fixture/cpu-time.js'

const pieces = (text: string) =>
  [...bracketed(text, '<>')].map((piece) => (piece.kind === 'text' ? piece.text : [piece.text]))

describe('bracketed', () => {
  it.each([
    ['', []],
    ['plain', ['plain']],
    ['a<i>b</i>c', ['a', ['i'], 'b', ['/i'], 'c']],
    ['1 < 2 <i>x', ['1 < 2 ', ['i'], 'x']],
    ['a > b', ['a > b']],
    ['<<b>', ['<', ['b']]],
    ['<>', [['']]],
    ['a<b', ['a<b']],
    ['a>>b<c>>', ['a>>b', ['c'], '>']],
  ])('divides %j into %j', (text, expected) => {
    expect(pieces(text)).toEqual(expected)
  })

  it.each(['<', '>', '<>', '><'])(
    'divides four million characters of "%s" in linear time',
    async (part) => {
      const ms = await cpuMs(() => {
        for (const _ of bracketed(part.repeat(4_000_000 / part.length), '<>'));
      })
      expect(ms).toBeLessThan(5000)
    },
  )
})
