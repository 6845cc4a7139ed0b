import { basename } from 'node:path/posix'
import { ALGORITHMS } from '../../http/digest-fields.js'
import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import type { Subject } from '../subject/subject.js'
import { digestOf } from './digest-field.js'
import { type MetalinkFile, metalinkUrl, parseMetalink } from './metalink.js'

/** Bytes of a Metalink file that are read. */
const MOST_READ = 64 * 1024

export const metalinkDigest: Check = {
  id: 'metalink-digest',
  group: 'digests',
  requirement:
    'The Metalink file to which a Link leads has the size and the digest of the representation.',
  section: 'RFC 6249 §4.1',
  strength: 'MUST',
  level: 'proves',
  harm: 'Clients that follow the Link refuse a correct file, or cannot verify it: aria2, wget2.',
  cost: { requests: 1, bytes: 'whole' },
  async run(subject) {
    const url = metalinkUrl(subject.facts.whole)
    if (url === undefined) return skipped('the response has no Link to a Metalink file')
    const exchange = await subject.send({ url, read: MOST_READ })
    const file = exchange.status === 200 ? fileOf(exchange, subject) : undefined
    if (file === undefined) {
      const received = `status ${exchange.status}, ${exchange.body.length} bytes`
      return failed(exchange, 'a Metalink file that describes the representation', received)
    }
    const { size } = subject.facts
    if (file.size !== undefined && size !== undefined && file.size !== size) {
      return failed(exchange, `a size of ${size} bytes`, `<size>${file.size}</size>`)
    }
    return judgeHashes(subject, exchange, file)
  },
}

/** The file of the same name, or the only one. */
function fileOf(exchange: Exchange, { url }: Subject): MetalinkFile | undefined {
  const files = parseMetalink(exchange.body.toString())
  const name = basename(url.pathname)
  const named = files.find((each) => encodeURI(basename(each.name)) === name)
  return named ?? (files.length === 1 ? files[0] : undefined)
}

async function judgeHashes(
  subject: Subject,
  exchange: Exchange,
  { hashes }: MetalinkFile,
): Promise<Finding> {
  const algorithms = ALGORITHMS.filter((algorithm) => hashes.has(algorithm))
  if (algorithms.length === 0) {
    const names = [...hashes.keys()].join(', ') || 'no hash'
    return skipped(`the Metalink file has ${names}, which proves nothing; sha-256 does`)
  }
  const whole = await subject.whole()
  if (whole.status !== 200 || whole.end !== 'complete') {
    return skipped(`the whole was not received: status ${whole.status}, end: ${whole.end}`)
  }
  for (const algorithm of algorithms) {
    const hex = Buffer.from(digestOf(algorithm, whole.body), 'base64').toString('hex')
    const received = hashes.get(algorithm)
    if (received === hex) continue
    const expected = `a ${algorithm} of ${hex}, of ${whole.body.length} bytes`
    return failed(exchange, expected, `<hash type="${algorithm}">${received}</hash>`)
  }
  return PASSED
}
