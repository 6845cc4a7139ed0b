import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { replacing, sendingField } from '../../fixture/multipart-mutants.js'

const RANGES = '0-0,-1'

it.each([
  ['names no boundary', sendingField(RANGES, 'content-type', 'multipart/byteranges')],
  [
    'names another boundary than that of the body',
    sendingField(RANGES, 'content-type', 'multipart/byteranges; boundary=other'),
  ],
  [
    'names a boundary with a character that no boundary has',
    sendingField(RANGES, 'content-type', 'multipart/byteranges; boundary="[a]"'),
  ],
  [
    'sends another multipart type',
    sendingField(RANGES, 'content-type', 'multipart/mixed; boundary=a'),
  ],
  ['does not close its multipart', replacing(RANGES, '--\r\n', '==\r\n')],
  ['ends the lines of its multipart by LF', replacing(RANGES, '\r\n', ' \n')],
  ['sends parts without an empty line after their fields', replacing(RANGES, '\r\n\r\n', '\r\na:')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['multipart-boundary'] })
})
