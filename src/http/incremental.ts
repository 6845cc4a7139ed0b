/**
 * The fields by which a response asks intermediaries to forward its content as it arrives: Incremental (RFC 10036),
 * and the field by which nginx learns the same. A response may have content of any length, or none as to HEAD.
 */
export const INCREMENTAL_FIELDS = { incremental: '?1', 'x-accel-buffering': 'no' } as const
