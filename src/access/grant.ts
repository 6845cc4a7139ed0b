import type { SignedPermission } from './judge-signature.js'
import { coversCompanion, coversPath } from './signed-scope.js'

/** What a request may do. */
export type Grant =
  | { readonly kind: 'everything' }
  /** Files alone. `fresh`: the permission that the URL itself has, and no cookie. */
  | {
      readonly kind: 'signed'
      readonly permissions: readonly SignedPermission[]
      readonly fresh: SignedPermission | undefined
    }
  /** This request alone. */
  | { readonly kind: 'public' }
  /** The route judges by a token of its own. */
  | { readonly kind: 'own-token' }

/** Whether a grant permits the file or folder with this canonical path. */
export function grantsPath(grant: Grant, path: string): boolean {
  if (grant.kind === 'everything') return true
  if (grant.kind !== 'signed') return false
  return grant.permissions.some(({ scope }) => coversCompanion(scope, path))
}

/** The entity tags of which the file with this path must have one; undefined: any version is permitted. */
export function grantedVersions(grant: Grant, path: string): string[] | undefined {
  if (grant.kind !== 'signed') return undefined
  const covering = grant.permissions.filter(({ scope }) => coversPath(scope, path))
  const versions = covering.flatMap(({ version }) => version ?? [])
  return versions.length > 0 && versions.length === covering.length ? versions : undefined
}
