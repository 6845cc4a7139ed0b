import type { Environment } from './settings/environment.js'

/** The path below which everything is served, with a slash at its beginning and none at its end: `/films`, or empty. */
export function prefixOf({ PREFIX }: Pick<Environment, 'PREFIX'>): string {
  return `/${PREFIX}`.replace(/\/+/g, '/').replace(/\/$/, '')
}
