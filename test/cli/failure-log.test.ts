import { expect, it } from 'vitest'
import { failureLog } from '../../src/cli/failure-log.js'
import { printableText } from '../../src/printable-text.js'

it('prints a line for each failure, without what a terminal acts on, and nothing else', () => {
  let text = ''
  const log = failureLog({
    write: (line) => {
      text += line
      return true
    },
  })
  log.info({ path: '/a' }, 'transfer')
  log.warn({ path: '/a', err: new Error('not printed') }, 'transfer')
  log.error(
    {
      path: '/a\u001b[2J',
      err: new Error('Cannot connect: ECONNREFUSED', { cause: new Error('of node') }),
    },
    'failed',
  )
  log.error({ err: new Error('of no request') }, 'failed')
  log.error({ other: 1 }, 'failed')
  expect(text.split('\n')).toEqual([
    `lastbyte: ${printableText('/a\u001b[2J')}: Cannot connect: ECONNREFUSED`,
    'lastbyte: of no request',
    '',
  ])
})
