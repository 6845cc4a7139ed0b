import { describe, expect, it } from 'vitest'
import { planResponse, type ResponseInput } from '../../src/response/plan-response.js'
import { cachedLines, planCached, renderedFields } from '../../src/response/rendered-file.js'
import { fieldLines } from '../../src/response/write-fields.js'
import { settleOptions } from '../../src/settings/settings.js'
import type { CachedFile } from '../../src/source/representation.js'

const { fields: settings } = settleOptions({ root: 'media' })
const fields = { etag: '"v"', 'accept-ranges': 'bytes', vary: 'Accept' }

function stage() {
  const facts = { name: 'f', contentType: 'text/plain', size: 10, etag: '"v"', lastModified: 0 }
  const cached: CachedFile = { facts, read: () => Buffer.alloc(10) }
  const rendered = renderedFields(cached, settings, () => ({ ...fields }))
  const input: ResponseInput = {
    method: 'GET',
    request: {},
    facts,
    fields: rendered,
    coding: undefined,
    status: 200,
    now: 1_000_000,
    boundary: () => 'boundary',
  }
  return { cached, input }
}

describe('renderedFields', () => {
  it('renders once for the same settings, and again for others', () => {
    const { cached, input } = stage()
    let renderings = 0
    const render = () => {
      renderings += 1
      return { ...fields }
    }
    expect(renderedFields(cached, { ...settings }, render)).toBe(input.fields)
    expect(renderings).toBe(0)
    renderedFields(cached, { ...settings, cacheControl: 'no-store' }, render)
    expect(renderings).toBe(1)
  })
})

describe('planCached', () => {
  it('makes the plan of a GET without conditions once', () => {
    const { cached, input } = stage()
    const plan = planCached(cached, input)
    expect(plan).toEqual(planResponse(input))
    expect(planCached(cached, { ...input, now: input.now + 1 })).toBe(plan)
    expect(cachedLines(cached, plan)).toEqual(fieldLines(plan.fields))
    expect(cachedLines(cached, plan)).toBe(cachedLines(cached, plan))
  })

  it.each([
    ['HEAD', { method: 'HEAD' }],
    ['a range', { request: { range: 'bytes=2-3' } }],
    ['If-None-Match', { request: { 'if-none-match': '"v"' } }],
    ['If-Match', { request: { 'if-match': '"other"' } }],
    ['If-Modified-Since', { request: { 'if-modified-since': new Date(0).toUTCString() } }],
    ['If-Unmodified-Since', { request: { 'if-unmodified-since': new Date(0).toUTCString() } }],
    ['a range of another version', { request: { range: 'bytes=2-3', 'if-range': '"other"' } }],
    ['a status of the application', { status: 404 }],
    ['a coding', { coding: 'identity' }],
    ['fields of the application', { fields: { ...fields, etag: '"mine"' } }],
  ] as const)('plans each request with %s by itself', (_what, difference) => {
    const { cached, input } = stage()
    const whole = planCached(cached, input)
    const differing: ResponseInput = { ...input, ...difference }
    const plan = planCached(cached, differing)
    expect(plan).toEqual(planResponse(differing))
    expect(plan).not.toBe(whole)
    expect(cachedLines(cached, plan)).toEqual(fieldLines(plan.fields))
    expect(planCached(cached, input)).toBe(whole)
  })
})
