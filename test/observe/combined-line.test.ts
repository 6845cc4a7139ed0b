import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combinedLine } from '../../src/observe/combined-line.js'
import { observedResponse } from '../fixture/observed-response.js'

/** A line as programs read it: nothing in quotes or between them ends it early. */
const STRICT =
  /^\S+ - \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "(?:[ !#-[\]-~]|\\["\\]|\\x[0-9A-F]{2})*" \d{3} (?:\d+|-)(?: "(?:[ !#-[\]-~]|\\["\\]|\\x[0-9A-F]{2})*"){2}\n$/

describe('combinedLine', () => {
  it('has the fields in the order of Apache and nginx', () => {
    const headers = {
      referer: 'http://h/',
      'user-agent': 'curl/8',
      authorization: `Basic ${btoa('jo:x')}`,
    }
    expect(combinedLine(observedResponse({ headers }))).toBe(
      '192.0.2.1 - jo [27/Nov/2026:03:04:05 +0000] "GET /f HTTP/1.1" 200 5 "http://h/" "curl/8"\n',
    )
  })

  it('has - for what is absent', () => {
    const response = observedResponse({ bytes: 0, address: undefined, status: 400 })
    expect(combinedLine({ ...response, raw: undefined })).toBe(
      '- - - [27/Nov/2026:03:04:05 +0000] "-" 400 - "-" "-"\n',
    )
  })

  it.each([
    ['a quote', 'a"b', 'a\\"b'],
    ['a backslash', 'a\\b', 'a\\\\b'],
    ['a line end', 'a\r\nb', 'a\\x0D\\x0Ab'],
    ['an escape of terminals', '\u001b[31m', '\\x1B[31m'],
    ['bytes that are no ASCII', '\u00c3\u00a4', '\\xC3\\xA4'],
    ['a character beyond Latin-1', '€', '\\xE2\\x82\\xAC'],
  ])('escapes %s', (_what, agent, escaped) => {
    expect(combinedLine(observedResponse({ headers: { 'user-agent': agent } }))).toContain(
      ` "${escaped}"\n`,
    )
  })

  it('is one line of at most 4096 bytes that programs can read, whatever a client sends', () => {
    const text = fc
      .tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(1, 30, 2_000))
      .map(([part, times]) => part.repeat(times))
    fc.assert(
      fc.property(text, text, text, text, (url, referer, agent, name) => {
        const authorization = `Basic ${Buffer.from(`${name}:x`).toString('base64')}`
        const headers = { referer, 'user-agent': agent, authorization }
        const line = combinedLine(observedResponse({ url, headers, address: name || undefined }))
        expect(line).toMatch(STRICT)
        expect(line.length).toBeLessThanOrEqual(4096)
      }),
    )
  })
})
