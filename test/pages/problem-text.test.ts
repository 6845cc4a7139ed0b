import { describe, expect, it } from 'vitest'
import { mayPass, problemText } from '../../src/pages/problem-text.js'

describe('problemText', () => {
  it.each([400, 401, 403, 404, 405, 412, 418, 429, 451, 500, 502, 503, 504, 507, 599])(
    'says for %s what has happened and what to do',
    (status) => {
      const { happened, advice } = problemText(status)
      expect(happened).toMatch(/^[A-Z].*[^.]$/)
      expect(advice).toMatch(/^[A-Z].*\.$/)
    },
  )
})

describe('mayPass', () => {
  it.each([408, 429, 500, 502, 503, 504])('is true for %s', (status) => {
    expect(mayPass(status)).toBe(true)
  })

  it.each([400, 401, 403, 404, 405, 410, 416])('is false for %s', (status) => {
    expect(mayPass(status)).toBe(false)
  })
})
