import { expect, it } from 'vitest'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { INTEGRITY_SCHEMA } from '../../../src/cli/settings/integrity-schema.js'
import type { Setting } from '../../../src/cli/settings/setting.js'

it('Nothing is signed or described without a setting', () => {
  expect(readEnvironment({}, {})).toMatchObject({ SIGNING_KEY: '', METALINK: false, MIRROR: '' })
})

it('A proxy signs digests too, and has no mirrors', () => {
  const only = Object.values<Setting>(INTEGRITY_SCHEMA).map((setting) => setting.only)
  expect(only).toEqual([undefined, 'serve', 'serve'])
})
