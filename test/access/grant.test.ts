import { describe, expect, it } from 'vitest'
import { grantedVersions, grantsPath } from '../../src/access/grant.js'

const permission = (scope: string, version?: string) => ({
  scope,
  version,
  expires: 1,
  parameters: '',
})
const signed = (...permissions: ReturnType<typeof permission>[]) =>
  ({ kind: 'signed', permissions, fresh: undefined }) as const

it.each([
  [{ kind: 'everything' } as const, '/a', true],
  [{ kind: 'public' } as const, '/a', false],
  [{ kind: 'own-token' } as const, '/a', false],
  [signed(permission('/a.mp4')), '/a.vtt', true],
  [signed(permission('/a.mp4')), '/b.mp4', false],
  [signed(permission('/a.mp4'), permission('/b/')), '/b/c', true],
])('grantsPath of %j for %s is %s', (grant, path, want) => {
  expect(grantsPath(grant, path)).toBe(want)
})

describe('grantedVersions', () => {
  it.each([
    [{ kind: 'everything' } as const, undefined],
    [signed(permission('/a', '"1"')), ['"1"']],
    [signed(permission('/a', '"1"'), permission('/a', '"2"')), ['"1"', '"2"']],
    [signed(permission('/a', '"1"'), permission('/')), undefined],
    [signed(permission('/b', '"1"')), undefined],
  ])('of %j are %j', (grant, want) => expect(grantedVersions(grant, '/a')).toEqual(want))
})
