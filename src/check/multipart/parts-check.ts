import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { type Finding, skipped } from '../subject/finding.js'
import type { BodyPart } from '../subject/parse-multipart.js'
import type { Subject } from '../subject/subject.js'
import { PARTS_COST, requestParts } from './request-parts.js'

/** A check of the parts that are sent for some ranges. */
export interface PartsCase
  extends Pick<Check, 'id' | 'requirement' | 'section' | 'strength' | 'harm'> {
  /** The value of the Range field for a representation of `size` bytes. */
  range(size: number): string
  judge(subject: Subject, exchange: Exchange, parts: readonly BodyPart[]): Finding
}

/** Builds the check. It is skipped where the server sends no multipart, or a malformed one: that is another check's. */
export function partsCheck({ range, judge, ...about }: PartsCase): Check {
  return {
    group: 'multipart',
    needs: ['ranges', 'size', 'bytes'],
    cost: { requests: 1, bytes: PARTS_COST },
    ...about,
    async run(subject) {
      const response = await requestParts(subject, range(subject.size))
      if (response.kind === 'absent') return skipped(response.reason)
      const { content, exchange } = response
      if (content.defect !== undefined) return skipped(`the multipart has ${content.defect}`)
      return judge(subject, exchange, content.parts)
    },
  }
}
