import { isIPv6 } from 'node:net'
import { LastbyteError } from '../../errors.js'
import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { skipped } from '../subject/finding.js'
import { SMALL, sendSmall } from '../subject/small-request.js'
import type { Subject } from '../subject/subject.js'
import { judgeRepeatedField } from './repeated-field.js'

/** Addresses of each family that are tried. */
const MOST_OF_FAMILY = 3

export const etagStableAddresses: Check = {
  id: 'etag-stable-addresses',
  group: 'validators',
  requirement: 'All addresses of the host send the same ETag.',
  section: 'RFC 9110 §8.8.3.1',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'A client that resumes from another address of the host fails or begins again: all that pin the version.',
  needs: ['etag', 'addresses'],
  cost: { requests: 2 * MOST_OF_FAMILY, bytes: 2 * MOST_OF_FAMILY * SMALL },
  async run(subject) {
    const { addresses } = subject.facts
    const families = [addresses.filter((each) => !isIPv6(each)), addresses.filter(isIPv6)]
    const exchanges: Exchange[] = []
    for (const family of families) exchanges.push(...(await requestEach(subject, family)))
    if (exchanges.length < 2) return skipped('fewer than two addresses of the host can be reached')
    return judgeRepeatedField('ETag', exchanges)
  },
}

/**
 * The responses of addresses of one family. The first that can't be reached ends it: many machines have no IPv6, and
 * each attempt may last as long as the timeout.
 */
async function requestEach(subject: Subject, addresses: readonly string[]): Promise<Exchange[]> {
  const port = Number(subject.url.port) || (subject.url.protocol === 'https:' ? 443 : 80)
  const exchanges: Exchange[] = []
  for (const host of addresses.slice(0, MOST_OF_FAMILY)) {
    try {
      const request = { connection: 'new', endpoint: { host, port } } as const
      exchanges.push(await sendSmall(subject, 6, {}, request))
    } catch (error) {
      if (!(error instanceof LastbyteError) || subject.signal.aborted) throw error
      break
    }
  }
  return exchanges
}
