import { describe, expect, it } from 'vitest'
import { REMOTE_SCHEMA } from '../../../src/cli/settings/remote-schema.js'
import { SETTINGS_SCHEMA } from '../../../src/cli/settings/schema.js'
import type { Setting } from '../../../src/cli/settings/setting.js'

describe('settings of remote sources', () => {
  it.each<[string, Setting['only']]>([
    ['RETRY_FOR', undefined],
    ['OPEN_FOR', undefined],
    ['READ_AHEAD', 'proxy'],
    ['REDIRECTS', 'proxy'],
    ['FORWARDED', 'proxy'],
    ['FORBID_PRIVATE', 'proxy'],
    ['INSECURE', 'proxy'],
    ['VERIFY', 'proxy'],
    ['S3_ENDPOINT', 'serve'],
    ['S3_REGION', 'serve'],
  ])('%s belongs to the command %s', (name, only) => {
    const setting: Setting = REMOTE_SCHEMA[name as keyof typeof REMOTE_SCHEMA]
    expect(setting.only).toBe(only)
  })

  it('no two settings share a flag', () => {
    const flags = Object.values<Setting>(SETTINGS_SCHEMA)
      .map(({ flag }) => flag.split(' ')[0])
      .filter((flag) => flag !== '')
    expect(new Set(flags).size).toBe(flags.length)
  })
})
