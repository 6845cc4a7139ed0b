import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { SMALL } from '../subject/small-request.js'
import type { Subject } from '../subject/subject.js'
import { mediaTypeOf } from './media.js'
import { BOX_HEADER, parseBox } from './mp4-boxes.js'

const REQUESTS = 4
/** Boxes whose headers are looked up among the bytes received before, or requested. */
const MOST_BOXES = 64

const IS_MP4 = /^((audio|video)\/(mp4|quicktime|x-m4[av])|application\/mp4)$/

export const mp4MoovFirst: Check = {
  id: 'mp4-moov-first',
  group: 'advice',
  requirement: 'The index of an MP4 file (moov) is before its media data (mdat).',
  section: 'ISO/IEC 14496-12 §8.2.1',
  strength: 'advice',
  harm: 'Browsers make three requests and throw megabytes away before they play: Chromium, Firefox, Safari.',
  needs: ['ranges', 'size'],
  cost: { requests: REQUESTS, bytes: REQUESTS * (SMALL + BOX_HEADER) },
  async run(subject) {
    if (!IS_MP4.test(mediaTypeOf(subject.facts.whole))) return skipped('it is no MP4 file')
    const headers = new HeaderReader(subject)
    let start = 0
    for (let boxes = 0; boxes < MOST_BOXES && start < subject.size; boxes += 1) {
      const header = await headers.at(start)
      if (header === undefined) return skipped(`no moov in the first ${boxes} boxes`)
      const box = parseBox(start, header)
      if (
        box === undefined ||
        (boxes === 0 && !/^(ftyp|styp|moov|mdat|free|skip|wide)$/.test(box.type))
      ) {
        return skipped('it is no MP4 file')
      }
      if (box.type === 'moov' || box.type === 'moof') return PASSED
      if (box.type === 'mdat') {
        return failed(
          headers.last,
          'moov before mdat',
          `mdat at offset ${start}, and no moov before it`,
        )
      }
      start = box.end
    }
    return skipped('it has neither moov nor mdat')
  },
}

/** Reads the headers of boxes: from the bytes that were received before, or by a small request. */
class HeaderReader {
  readonly #subject: Subject
  #requests = 0
  /** The response that had the last header. */
  last: Exchange

  constructor(subject: Subject) {
    this.#subject = subject
    this.last = subject.facts.whole
  }

  /** undefined where no more requests may be sent, or the response isn't that range. */
  async at(start: number): Promise<Buffer | undefined> {
    const end = Math.min(start + BOX_HEADER, this.#subject.size)
    const known = this.#subject.known.slice(start, end)
    if (known !== undefined) return known
    if (this.#requests === REQUESTS) return undefined
    this.#requests += 1
    const range = `bytes=${start}-${end - 1}`
    this.last = await this.#subject.sendRange(range, {}, { read: BOX_HEADER })
    return this.last.status === 206 ? this.last.body : undefined
  }
}
