import { describe, expect, it } from 'vitest'
import { RecentFailures } from '../../src/video/recent-failures.js'

describe('Recent failures of media URLs', () => {
  it('are known for 5 s', () => {
    let now = 0
    const failures = new RecentFailures(() => now)
    failures.add('/f', 412)
    now = 4_999
    expect(failures.of('/f')).toBe(412)
    expect(failures.of('/g')).toBe(undefined)
    now = 5_000
    expect(failures.of('/f')).toBe(undefined)
  })

  it('are forgotten when a page wants to try again', () => {
    const failures = new RecentFailures(() => 0)
    failures.add('/f', 504)
    failures.clear()
    expect(failures.of('/f')).toBe(undefined)
  })

  it('are of at most 100 URLs, the latest ones', () => {
    const failures = new RecentFailures(() => 0)
    for (let index = 0; index <= 100; index += 1) failures.add(`/${index}`, 404)
    failures.add('/1', 404)
    failures.add('/new', 404)
    expect(['/0', '/1', '/2', '/3', '/new'].map((url) => failures.of(url))).toEqual([
      undefined,
      404,
      undefined,
      404,
      404,
    ])
  })
})
