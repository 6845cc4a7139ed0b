import type { Check } from '../subject/check-definition.js'
import { etagPerCoding } from './etag-per-coding.js'
import { etagStableAddresses } from './etag-stable-addresses.js'
import { etagStableConnections } from './etag-stable-connections.js'
import { etagStableRequests } from './etag-stable-requests.js'
import { etagStrong } from './etag-strong.js'
import { etagSyntax } from './etag-syntax.js'
import { fieldsOn206 } from './fields-on-206.js'
import { fieldsOn304 } from './fields-on-304.js'
import { fieldsOnHead } from './fields-on-head.js'
import { lastModifiedNotFuture } from './last-modified-not-future.js'
import { lastModifiedStable } from './last-modified-stable.js'
import { lastModifiedStrong } from './last-modified-strong.js'
import { lastModifiedSyntax } from './last-modified-syntax.js'
import { validatorStrong } from './validator-strong.js'

export const VALIDATOR_CHECKS: readonly Check[] = [
  etagSyntax,
  etagStrong,
  validatorStrong,
  etagStableRequests,
  etagStableConnections,
  etagStableAddresses,
  etagPerCoding,
  lastModifiedSyntax,
  lastModifiedNotFuture,
  lastModifiedStrong,
  lastModifiedStable,
  fieldsOnHead,
  fieldsOn206,
  fieldsOn304,
]
