import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { packageVersion } from '../../src/cli/package-version.js'

it('packageVersion is that of package.json', () => {
  expect(packageVersion()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
})
