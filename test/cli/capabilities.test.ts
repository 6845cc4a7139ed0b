import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { capabilities } from '../../src/cli/capabilities.js'
import { loadBindings, ZERO_COPY_VARIABLE } from '../../src/native/bindings.js'

beforeEach(() => void vi.stubEnv(ZERO_COPY_VARIABLE, ''))
afterEach(() => void vi.unstubAllEnvs())

it('capabilities() lists Node, the platform, zero copy and the workers, one line each', () => {
  const names = capabilities()
    .trim()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf(':')))
  expect(names).toEqual(['node', 'platform', 'zero-copy', 'workers'])
  expect(capabilities()).toContain(`node: ${process.version}\n`)
  expect(capabilities()).toMatch(/^zero-copy: (on \(.+\), .+|off: .+)$/m)
})

it.skipIf(loadBindings().kind === 'none').each([
  [
    undefined,
    /^zero-copy: on \(.+\), under a read lease on the file, to clients behind a network/m,
  ],
  ['on', /^zero-copy: on \(.+\), under a read lease on the file, to clients behind a network/m],
  ['always', /^zero-copy: on \(.+\), always: correct only if files are replaced by renaming$/m],
  ['off', /^zero-copy: off: LASTBYTE_ZERO_COPY is off$/m],
])('capabilities() says when sendfile is used with zero-copy %s', (zeroCopy, line) => {
  expect(capabilities(zeroCopy)).toMatch(line)
})

it.skipIf(loadBindings().kind === 'none')('capabilities() heeds the environment', () => {
  vi.stubEnv(ZERO_COPY_VARIABLE, 'always')
  expect(capabilities()).toMatch(/^zero-copy: on \(.+\), always/m)
})
