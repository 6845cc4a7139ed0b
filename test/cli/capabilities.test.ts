import { expect, it } from 'vitest'
import { capabilities } from '../../src/cli/capabilities.js'

it('capabilities() lists Node, the platform, zero copy and the workers, one line each', () => {
  const names = capabilities()
    .trim()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf(':')))
  expect(names).toEqual(['node', 'platform', 'zero-copy', 'workers'])
  expect(capabilities()).toContain(`node: ${process.version}\n`)
  expect(capabilities()).toMatch(/^zero-copy: (on \(.+\)|off: .+)$/m)
})
