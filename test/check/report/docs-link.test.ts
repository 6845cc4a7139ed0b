import { expect, it } from 'vitest'
import { docsLink } from '../../../src/check/report/docs-link.js'

it('a check is explained at its id, on the page of its group', () => {
  const check = { group: 'conditions', id: 'if-range-stale-etag' } as const
  expect(docsLink(check)).toBe('docs/checks/conditions.md#if-range-stale-etag')
})
