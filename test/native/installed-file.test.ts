import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { installedFile } from '../../src/native/installed-file.js'

describe('installedFile', () => {
  it('returns the URL of a file of the package, relative to its own module', () => {
    expect(existsSync(installedFile('../../package.json') ?? '')).toBe(true)
    const base = 'file:///a%20b/%C3%A9%23%25/dist/native/installed-file.js'
    expect(installedFile('../../native/', base)?.href).toBe('file:///a%20b/%C3%A9%23%25/native/')
  })

  it('returns undefined in a bundle in the CommonJS format, which has no import.meta.url', () => {
    expect(installedFile('../../native/', '')).toBeUndefined()
  })
})
