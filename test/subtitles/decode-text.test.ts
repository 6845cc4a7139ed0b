import { describe, expect, it } from 'vitest'
import { decodeText } from '../../src/subtitles/decode-text.js'

const SRT = '1\n00:00:01,000 --> 00:00:02,000\n'

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(`${SRT}Grüße, 你好`)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${SRT}Grüße, 你好`)],
    ['UTF-16LE with a byte order mark', Buffer.from(`\ufeff${SRT}Grüße, 你好`, 'utf16le')],
    ['UTF-16BE with a byte order mark', Buffer.from(`\ufeff${SRT}Grüße, 你好`, 'utf16le').swap16()],
    ['UTF-16LE without a mark', Buffer.from(`${SRT}Grüße, 你好`, 'utf16le')],
    ['UTF-16BE without a mark', Buffer.from(`${SRT}Grüße, 你好`, 'utf16le').swap16()],
  ])('reads %s', (_encoding, bytes) => {
    expect(decodeText(bytes, undefined)).toBe(`${SRT}Grüße, 你好`)
  })

  it.each([
    [undefined, [0x93, 0xe9, 0x80, 0x94], '“é€”'],
    ['de-AT', [0xdf], 'ß'],
    ['ru', [0xcf, 0xf0, 0xe8], 'При'],
    ['pl', [0xb3], 'ł'],
    ['el', [0xe1], 'α'],
    ['JA', [0x82, 0xa0], 'あ'],
    ['zh', [0xc4, 0xe3], '你'],
    ['zh-TW', [0xa7, 0x41], '你'],
    ['ko-KR', [0xb0, 0xa1], '가'],
  ])(
    'reads bytes that are not UTF-8 in the former encoding of the language %s',
    (language, bytes, text) => {
      expect(decodeText(Uint8Array.from(bytes), language)).toBe(text)
    },
  )

  it('reads an empty file and one byte', () => {
    expect(decodeText(new Uint8Array(), undefined)).toBe('')
    expect(decodeText(Uint8Array.of(0x41), undefined)).toBe('A')
  })
})
