import { conditionCheck } from './condition-check.js'
import { COMMA_TAG, opaqueOf } from './sent-validators.js'

/** A list of entity tags is malformed too: If-Range has exactly one validator. */
export const ifRangeMalformed = conditionCheck({
  id: 'if-range-malformed',
  requirement:
    'A Range with an If-Range that is neither one entity tag nor a date is answered with 200 and the whole, or with 400.',
  section: 'RFC 9110 §13.1.5',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client whose If-Range was mangled joins the bytes of two versions.',
  most: 4,
  wholes: 4,
  requests: (facts) => {
    // An empty field might be taken for none.
    const opaque = opaqueOf(facts) || 'of-no-version'
    const rows = [
      { slice: [0, 1], value: '*' },
      { slice: [1, 2], value: 'Thu, 32 Foo 2020 25:61:61 GMT' },
      { slice: [2, 3], value: opaque },
      { slice: [0, 4], value: `${COMMA_TAG}, "${opaque}"` },
    ] as const
    return rows.map(({ slice, value }) => ({
      slice,
      fields: { 'if-range': value },
      allows: ['whole', 'bad-request'],
    }))
  },
})
