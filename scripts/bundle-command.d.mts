/** A command with all that it imports. */
export interface BundledCommand {
  readonly text: string
  /** The paths of its modules from the root of the repository, those of packages included. */
  readonly modules: readonly string[]
  /** The packages whose code is in it. */
  readonly packages: readonly string[]
  /** What it imports that is not in it: modules of Node, without `node:`, and packages. */
  readonly builtins: readonly string[]
}

export function bundleCommand(entry: string): Promise<BundledCommand>
