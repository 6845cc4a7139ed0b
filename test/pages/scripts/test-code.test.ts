import { describe, expect, it } from 'vitest'
import { KIND_HELP } from '../../../src/fault/kind-help.js'
import { testCode } from '../../../src/pages/scripts/test-code.js'
import { CompiledPackage } from '../../fixture/run-modules.js'

describe('testCode', () => {
  it('arms one rule, requests the path that it matches, and has the seed', () => {
    const code = testCode([{ match: { path: '/a b.mp4' }, fault: { kind: 'chunked' } }], 7)
    expect(code).toContain("faultServer({ root: 'media', seed: 7 })")
    expect(code).toMatch(/server\.faults\.arm\(\{\n {2}"match"/)
    expect(code).toContain('new URL("/a%20b.mp4", server.url)')
  })

  it('arms several rules at once, and requests another file than a glob', () => {
    const code = testCode([{ match: { path: '/**' } }, {}], 7)
    expect(code).toContain('server.faults.armAll([')
    expect(code).toContain('new URL("/clip.mp4", server.url)')
  })
})

describe('the code of a test', () => {
  it('runs for the example of every kind of fault', { timeout: 120_000 }, async () => {
    using compiled = new CompiledPackage()
    const modules = Object.entries(KIND_HELP).map(([id, { example }]) => {
      return { id, text: testCode([{ match: { path: '/clip.mp4' }, fault: example, times: 1 }], 7) }
    })
    const several = {
      id: 'several',
      text: testCode([{ fault: { kind: 'chunked' } }, { fault: { kind: 'latency', ms: 1 } }], 1),
    }
    expect(Object.fromEntries(await compiled.run([...modules, several]))).toEqual({})
  })
})
