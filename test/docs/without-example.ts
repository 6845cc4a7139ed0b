/** Public exports whose docstring has no example yet. Only remove lines here. */
export const WITHOUT_EXAMPLE: readonly string[] = [
  'EventStreamOptions (src/settings/stream-options.ts)',
  'HeaderReply (src/settings/options.ts)',
  'LastbyteOptions (src/settings/options.ts)',
  'ListOptions (src/settings/options.ts)',
  'ListedName (src/settings/options.ts)',
  'Reauthorize (src/settings/stream-options.ts)',
  'SendOptions (src/settings/options.ts)',
  'StreamDefaults (src/settings/stream-options.ts)',
  'StreamOptions (src/settings/stream-options.ts)',
]
