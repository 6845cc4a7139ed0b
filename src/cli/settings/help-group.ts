/** The headings below which the help lists settings, in their order there. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Address:': ['HOST', 'PORT', 'PREFIX', 'TLS_CERT', 'TLS_KEY', 'HTTP2', 'TRUST_PROXY', 'QR'],
  'Files and pages:': [
    ...['LIST', 'README', 'ZIP', 'ZIP_MAX_FILES', 'ZIP_MAX_SIZE', 'DOTFILES'],
    ...['LIVE', 'LIVE_STATE', 'APPEND_ONLY', 'CORS_ORIGIN'],
  ],
  'Who may use it:': ['ACCESS_USERS', 'ACCESS_TOKENS', 'ACCESS_KEYS', 'ACCESS_PUBLIC'],
  'Caches, versions and digests:': [
    ...['MAX_AGE', 'IMMUTABLE', 'PRECOMPRESSED', 'ETAG'],
    ...['DIGEST', 'DIGEST_LIMIT', 'DIGEST_MAXIMUM', 'SIGNING_KEY', 'METALINK', 'MIRROR'],
  ],
  'Logs, metrics and transfers:': [
    ...['LOG_LEVEL', 'ACCESS_LOG', 'ACCESS_LOG_FILE', 'ADMIN'],
    ...['TRANSFERS', 'TRANSFERS_TOKEN', 'TRANSFERS_ACCESS'],
  ],
  'Timeouts, processes and the end:': [
    ...['STALL_TIMEOUT', 'SOURCE_TIMEOUT', 'HANDSHAKE_TIMEOUT', 'REQUEST_TIMEOUT', 'REQUEST_RATE'],
    ...['SHUTDOWN_GRACE', 'DRAIN_DELAY', 'WORKERS', 'LASTBYTE_ZERO_COPY', 'CONTENT_CACHE'],
  ],
  'Limits:': [
    ...['RATE', 'RATE_PER_ADDRESS', 'CONNECTIONS_PER_ADDRESS', 'REQUESTS_PER_ADDRESS'],
    ...['PIPELINE_LIMIT', 'STREAM_LIMIT'],
  ],
  'Origin or object store:': [
    ...['RETRY_FOR', 'OPEN_FOR', 'READ_AHEAD', 'REDIRECTS', 'FORWARDED', 'FORBID_PRIVATE'],
    ...['INSECURE', 'VERIFY', 'S3_ENDPOINT', 'S3_REGION'],
  ],
  'Faults, for tests of clients:': [
    ...['FAULTS', 'FAULT_SCENARIO', 'FAULT_SEED', 'FAULT_TOKEN', 'FAULT_ACCESS'],
    'FAULTS_IN_PRODUCTION',
  ],
}

/** The heading of settings that no other one lists. */
export const OTHER = 'Other settings:'

/** All headings, in the order of the help. */
export const HELP_GROUPS: readonly string[] = [...Object.keys(GROUPS), OTHER]

/** The heading below which the help lists a setting, by its variable. */
export function helpGroupOf(variable: string): string {
  const [heading = OTHER] =
    Object.entries(GROUPS).find(([, variables]) => variables.includes(variable)) ?? []
  return heading
}

/** For sorting: settings of one heading are together, and keep their order. */
export function byHelpGroup(one: string, other: string): number {
  const [first, second] = [one, other].map((each) => HELP_GROUPS.indexOf(helpGroupOf(each)))
  return (first ?? 0) - (second ?? 0)
}
