import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { SCRIPTS } from '../../../src/stream-log/redis/redis-scripts.js'

it.each(Object.entries(SCRIPTS))('names the script %s by its SHA-1', (_name, { text, sha }) => {
  expect(sha).toBe(createHash('sha1').update(text).digest('hex'))
})

it('has a fence in each script that changes what a producer owns', () => {
  for (const name of ['append', 'renew', 'conclude'] as const) {
    expect(SCRIPTS[name].text).toContain("return 'fenced'")
  }
})
