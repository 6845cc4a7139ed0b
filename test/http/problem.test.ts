import { expect, it } from 'vitest'
import { PROBLEM_TYPE, problem } from '../../src/http/problem.js'

it.each([
  { section: '4.2.1', status: 404, detail: undefined, title: 'Not Found' },
  {
    section: '4.2.1',
    status: 416,
    detail: 'No range overlaps the representation.',
    title: 'Range Not Satisfiable',
  },
  { section: '4.2.1', status: 412, detail: '', title: 'Precondition Failed' },
  { section: '4.2.1', status: 599, detail: 'Not a registered status.', title: 'Error' },
])(
  'problem has the title $title for the status $status (RFC 9457 §$section)',
  ({ status, detail, title }) => {
    const members = { type: 'about:blank', title, status }
    const want = detail === undefined ? members : { ...members, detail }
    expect(problem(status, detail)).toStrictEqual(want)
  },
)

it('PROBLEM_TYPE is the media type of RFC 9457 §6.1', () => {
  expect(PROBLEM_TYPE).toBe('application/problem+json')
})
