import { describe, expect, it } from 'vitest'
import { mirrorUrl, readMetalinkOptions } from '../../src/settings/metalink-options.js'

describe('The option metalink', () => {
  it('is off by default, and on with or without mirrors', () => {
    expect(readMetalinkOptions(undefined)).toBeUndefined()
    expect(readMetalinkOptions(false)).toBeUndefined()
    expect(readMetalinkOptions(true)).toEqual({ mirrors: [] })
    expect(readMetalinkOptions({})).toEqual({ mirrors: [] })
    expect(readMetalinkOptions({ mirrors: ['https://m.example/x'] })).toEqual({
      mirrors: ['https://m.example/x/'],
    })
  })

  it.each([
    ['http://m.example', 'http://m.example/'],
    ['https://m.example:8443/a b/', 'https://m.example:8443/a%20b/'],
    ['HTTPS://M.example/ä', 'https://m.example/%C3%A4/'],
  ])('takes the mirror %s as %s', (given, expected) => {
    expect(mirrorUrl('mirror', given)).toBe(expected)
  })

  it.each([
    'm.example',
    '/films/',
    'ftp://m.example/',
    'https://user:secret@m.example/',
    'https://m.example/?key=secret',
    'https://m.example/#secret',
    'https://m.example:0/',
    '',
  ])('refuses the mirror %j, and shows no secret of it', (url) => {
    const error = (() => {
      try {
        readMetalinkOptions({ mirrors: [url] })
        return undefined
      } catch (thrown) {
        return thrown as Error & { code: string }
      }
    })()
    expect(error?.code).toBe('BAD_SETTING')
    expect(error?.message).toMatch(/^metalink\.mirrors: expected .*; received "/)
    expect(JSON.stringify([error, error?.message])).not.toContain('secret')
  })
})
