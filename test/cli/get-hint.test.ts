import { describe, expect, it } from 'vitest'
import { withHint } from '../../src/cli/get-hint.js'
import { LastbyteError } from '../../src/errors.js'

describe('withHint', () => {
  it.each([
    ['REFUSED', { status: 401 }, /^failed \(credentials: https:/],
    [
      'UNREACHABLE',
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      /^failed \(.*NODE_EXTRA_CA_CERTS=FILE/,
    ],
    ['UNREACHABLE', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, /NODE_EXTRA_CA_CERTS=FILE/],
  ] as const)('says what helps after %s with %o', (code, facts, expected) => {
    const error = new LastbyteError(code, 'failed', facts)
    const hinted = withHint(error)
    expect(hinted).toMatchObject({ code, facts, cause: error })
    expect((hinted as LastbyteError).message).toMatch(expected)
  })

  it.each([
    new LastbyteError('REFUSED', 'failed', { status: 404 }),
    new LastbyteError('UNREACHABLE', 'failed', { code: 'ECONNREFUSED' }),
    new TypeError('a bug'),
  ])('leaves %o as it is', (error) => {
    expect(withHint(error)).toBe(error)
  })
})
