import { encode } from 'uqr'
import { describe, expect, it } from 'vitest'
import { qrCode } from '../../src/cli/qr-code.js'

const URL = 'http://192.168.178.123:8080/'
const BLACK_ON_WHITE = '\u001b[38;5;16;48;5;231m'

/** The modules that lines of half blocks show, painted ones being true. */
function painted(lines: readonly string[]): boolean[][] {
  return lines.flatMap((line) => [
    [...line].map((character) => '█▀'.includes(character)),
    [...line].map((character) => '█▄'.includes(character)),
  ])
}

function modulesOf(text: string): { data: boolean[][]; size: number } {
  return encode(text, { border: 2, ecc: 'L' })
}

describe('qrCode', () => {
  it('paints the dark modules in black on white, whatever the colours of the terminal', () => {
    const lines = qrCode(URL, 79, 'coloured') ?? []
    const bare = lines.map((line) => {
      expect(line.startsWith(BLACK_ON_WHITE) && line.endsWith('\u001b[0m')).toBe(true)
      return line.slice(BLACK_ON_WHITE.length, -'\u001b[0m'.length)
    })
    const { data, size } = modulesOf(URL)
    expect(painted(bare).slice(0, size)).toEqual(data)
  })

  it('paints the light modules without colours, as on a dark terminal', () => {
    const lines = qrCode(URL, 79, 'plain') ?? []
    expect(lines.join('')).toMatch(/^[█▀▄ ]+$/)
    const { data, size } = modulesOf(URL)
    const light = data.map((row) => row.map((dark) => !dark))
    expect(painted(lines).slice(0, size)).toEqual(light)
  })

  it('is undefined where a line would be broken', () => {
    expect(qrCode(URL, 29, 'plain')?.[0]).toHaveLength(29)
    expect(qrCode(URL, 28, 'plain')).toBeUndefined()
  })

  it('has 79 columns at most for the longest URL of a server, that of an IPv6 address', () => {
    const longest = 'https://[2001:db8:1111:2222:3333:4444:5555:6666]:65535/'
    expect(qrCode(longest, 79, 'plain')).toBeDefined()
  })
})
