import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Arrival, FaultLayer } from '../../src/fault/fault-layer.js'
import { cpuMs } from '../fixture/cpu-time.js'

const fault = { kind: 'chunked' } as const
const clock = { now: () => 0, wait: async () => {} }
const arrival = (path: string): Arrival => ({
  method: 'GET',
  path,
  query: '',
  fields: {},
  protocol: 'HTTP/1.1',
})

/** A layer with copies of one rule, as many as there is room for. */
function filled(path: string, most = 1000): FaultLayer {
  const layer = new FaultLayer(7)
  try {
    for (let n = 0; n < most; n += 1) layer.arm({ match: { path }, fault })
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_FAULT', facts: { member: 'match.path' } })
    expect((error as Error).message).toMatch(
      /globs of at most 100000 steps in all armed rules together/,
    )
  }
  return layer
}

describe('the globs of all armed rules', () => {
  it.each([
    ['stars', `/${'*a'.repeat(245)}b`, `/${'a'.repeat(8000)}`],
    ['globstars', `/**/${'*a/**/'.repeat(60)}b`, '/a'.repeat(4000)],
    ['groups', `/${'?(a)'.repeat(120)}b`, `/${'a'.repeat(8000)}`],
    ['choices', `/**${'{a,a}'.repeat(90)}b`, `/${'a'.repeat(8000)}`],
    ['a range of numbers', '/**{1..900}b', `/${'1'.repeat(8000)}`],
    ['short globs', '/**/*b', '/a'.repeat(4000)],
  ])('together cost a request with a long path little: %s', async (_kind, glob, path) => {
    const layer = filled(glob)
    layer.openSession(arrival(path), clock)
    const ms = await cpuMs(() => {
      for (let n = 0; n < 5; n += 1) layer.openSession(arrival(path), clock)
    })
    expect(ms / 5).toBeLessThan(150)
  })

  it('are refused beyond their steps, and accepted again when rules are disarmed', () => {
    const path = `/${'*a'.repeat(245)}`
    const layer = filled(path)
    const count = layer.rules().length
    expect(count).toBeGreaterThan(50)
    expect(count).toBeLessThan(150)
    expect(() => layer.armAll([{ fault }, { match: { path }, fault }])).toThrow(
      expect.objectContaining({ facts: { member: '[1].match.path' } }),
    )
    expect(layer.rules().length).toBe(count)
    layer.disarm('rule-1')
    expect(layer.arm({ match: { path }, fault }).id).toBeDefined()
  })

  it('all match paths of a usual length', () => {
    const layer = filled('/films/**/*.m3u8')
    expect(layer.rules().length).toBe(1000)
    const segment = fc.string({ unit: fc.constantFrom(...'abc'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const path = `/films/${[...segments, 'x.m3u8'].join('/')}`
        expect(layer.openSession(arrival(path), clock)).toBeDefined()
      }),
      { numRuns: 20 },
    )
  })

  it('match a path of 8000 characters where they are few', () => {
    for (const glob of ['/**', '/**/*.mp4', '/x/a*b*.mp4', '/{x,y}/*{3,4}']) {
      const path = `/x/a${'b'.repeat(8000)}.mp4`
      expect(filled(glob, 3).openSession(arrival(path), clock)).toBeDefined()
    }
  })
})
