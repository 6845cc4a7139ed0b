import { objectWith } from '../validation/expectation.js'

/** What an option that is a `ByteSource` must be. */
export const BYTE_SOURCE = objectWith(['open'], 'a ByteSource: an object with a method "open"')
