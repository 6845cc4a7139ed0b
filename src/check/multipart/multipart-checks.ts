import type { Check } from '../subject/check-definition.js'
import { multipartBoundary } from './multipart-boundary.js'
import { multipartLength } from './multipart-length.js'
import { multipartOrder } from './multipart-order.js'
import { multipartPartFields } from './multipart-part-fields.js'
import { multipartPartType } from './multipart-part-type.js'
import { multipartPartsMatch } from './multipart-parts-match.js'
import { multipartSingleRange } from './multipart-single-range.js'

export const MULTIPART_CHECKS: readonly Check[] = [
  multipartBoundary,
  multipartPartFields,
  multipartPartType,
  multipartOrder,
  multipartLength,
  multipartPartsMatch,
  multipartSingleRange,
]
