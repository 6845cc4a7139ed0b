import { expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
import { requireServer } from '../../src/check/require-server.js'
import { BoundReached } from '../../src/check/subject/budget.js'
import type { ProbeRequest } from '../../src/check/subject/exchange.js'
import type { Subject } from '../../src/check/subject/subject.js'
import { LastbyteError } from '../../src/errors.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { checkedFolder } from '../fixture/check-mutant.js'

const gone = new LastbyteError('UNREACHABLE', 'host refuses connections')

function subjectWith(send: (request: ProbeRequest) => unknown): Subject {
  const { signal } = new AbortController()
  const budget = { requests: 7 }
  return { signal, budget, sendAnyway: async (request: ProbeRequest) => send(request) } as never
}

it('a server that is gone in the middle of the run ends it, without a verdict', async () => {
  using folder = checkedFolder()
  await using server = await faultServer({ root: folder.path, seed: 1 })
  let count = 0
  const closed: Promise<void>[] = []
  const onResult = () => {
    count += 1
    if (count === 10) closed.push(server.close())
  }
  await expect(check(`${server.url}/film.mp4`, { onResult })).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringMatching(
      /expected a server until the end of the run; received no response from about request \d+ on, in the check [a-z-]+$/,
    ),
  })
  await Promise.all(closed)
})

it.each<[string, (request: ProbeRequest) => unknown]>([
  ['responds to a range only', ({ fields }) => fields ?? Promise.reject(gone)],
  ['responds to HEAD only', ({ method }) => method ?? Promise.reject(gone)],
  ['responds to the whole only', ({ read }) => (read === 0 ? read : Promise.reject(gone))],
  ['may be sent no more requests', () => Promise.reject(new BoundReached('b'))],
])('a server that %s does not end the run', async (_, send) => {
  await expect(requireServer(subjectWith(send), 'c', gone)).resolves.toBeUndefined()
})

it('a server that is back within seconds does not end the run', async () => {
  let requests = 0
  const send = () => {
    requests += 1
    if (requests <= 3) throw gone
  }
  await expect(requireServer(subjectWith(send), 'c', gone)).resolves.toBeUndefined()
})
