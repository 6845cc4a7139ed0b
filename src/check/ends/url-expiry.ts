/** When a signed URL ends to be valid. */
export interface UrlExpiry {
  /** The parameter of the URL that tells it. */
  readonly parameter: string
  /** ms since the epoch. */
  readonly at: number
}

/** Parameters that are a time by themselves: CloudFront, Azure, Akamai, and what CDNs and nginx use. */
const TIMES = ['expires', 'se', 'exp', 'expiry', 'expire', 'hdnts', 'hdnea', 'e', 'token']
/** Parameters of seconds from a date in another one: S3 and Google Cloud Storage. */
const SPANS = [
  { seconds: 'x-amz-expires', from: 'x-amz-date' },
  { seconds: 'x-goog-expires', from: 'x-goog-date' },
]

/** The expiry that a URL announces; undefined if it announces none. Of several the first one. */
export function urlExpiry({ searchParams }: URL): UrlExpiry | undefined {
  const parameters = new Map([...searchParams].map(([name, value]) => [name.toLowerCase(), value]))
  const names = new Map([...searchParams.keys()].map((name) => [name.toLowerCase(), name]))
  const found = [
    ...SPANS.map(({ seconds, from }) => ({
      name: seconds,
      at: endOf(parameters.get(from), parameters.get(seconds)),
    })),
    ...TIMES.map((name) => ({ name, at: timeOf(parameters.get(name)) })),
  ]
  const times = found.flatMap(({ name, at }) =>
    at === undefined ? [] : [{ parameter: names.get(name) ?? name, at }],
  )
  return times.sort((one, other) => one.at - other.at)[0]
}

/** `20260101T120000Z` and a number of seconds. */
function endOf(from: string | undefined, seconds: string | undefined): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(from ?? '')
  if (parts === null || seconds === undefined || !/^\d{1,9}$/.test(seconds)) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second) + Number(seconds) * 1000
}

/** Seconds or ms since the epoch, an ISO date, or `exp=` with seconds in a token such as `st=…~exp=…~acl=…`. */
function timeOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = /^(\d{10})$|^(\d{13})$|(?:^|~)exp=(\d{10})(?:~|$)/.exec(value)
  if (number !== null) {
    const [, seconds, ms, inToken] = number
    return ms === undefined ? Number(seconds ?? inToken) * 1000 : Number(ms)
  }
  const isDate = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(value)
  const time = isDate ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
